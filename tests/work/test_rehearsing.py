"""A rehearsal asks every channel; one that is broken is told of, and the others are asked all the same."""

from dataclasses import replace

import pytest
from factories import Office, rows
from sqlmodel import col, update

from campaigns.channels.registry import Channels
from campaigns.channels.webhook import Webhook
from campaigns.domain.release import ChannelKind
from campaigns.i18n import words_for
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Channel
from campaigns.work import rehearsing

HOOKS = [(ChannelKind.WEBHOOK, f"http://127.0.0.1:9/{name}") for name in ("a", "b")]
FINE = None


@pytest.fixture
def answering(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose webhooks answer."""
    monkeypatch.setattr(Webhook, "check", lambda *_args, **_facts: FINE)
    return sqlite_office


def rehearsed(office: Office) -> dict[str, str | None]:
    """The problem of each address, in Swedish."""
    slug, words = rows(office.place, Campaign)[0].slug, words_for("sv")
    found = rehearsing.rehearse(office.place, office.operator, slug, now=office.now)
    return {one.address: words.value(one.problem) if one.problem else None for one in found}


def test_a_channel_whose_key_is_lost_does_not_stop_the_others(answering: Office) -> None:
    """It is that channel's problem, and says what to do."""
    office = answering
    office.briefed(office.partner(channels=HOOKS))
    with writing(office.place.engine) as session:
        session.connection().execute(update(Channel).where(col(Channel.address) == HOOKS[0][1]).values(secrets=["x"]))
    found = rehearsed(office)
    assert "SAMKLANG_CREDENTIALS_KEYS" in (found[HOOKS[0][1]] or "")
    assert (found[HOOKS[0][1]] or "").startswith("En ")
    assert found[HOOKS[1][1]] is FINE


def test_a_kind_this_installation_lacks_does_not_stop_the_others(answering: Office) -> None:
    """For example e-mail, when the mail server was taken out of the settings."""
    office = answering
    office.briefed(office.partner(channels=[*HOOKS, (ChannelKind.EMAIL, "lista@example.org")]))
    only_webhooks = Channels([office.place.channels[ChannelKind.WEBHOOK]])
    office.place = replace(office.place, channels=only_webhooks)
    found = rehearsed(office)
    assert found.pop("lista@example.org")
    assert set(found.values()) == {FINE}
