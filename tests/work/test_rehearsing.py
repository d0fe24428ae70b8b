"""A rehearsal asks every channel; one that is broken is told of, and the others are asked all the same."""

from dataclasses import replace
from datetime import timedelta

import pytest
from factories import Office, rows
from sqlmodel import col, update

from campaigns.channels.registry import Channels
from campaigns.channels.webhook import Webhook
from campaigns.domain.access import Role
from campaigns.domain.release import ChannelKind
from campaigns.i18n import words_for
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Campaign, Channel, Delivery
from campaigns.work.launch import rehearsing
from campaigns.work.launch.scheduling import hold

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


def test_what_is_lifted_within_a_day_is_rehearsed_by_itself_once(answering: Office) -> None:
    """With the beginning and the outcome in the audit trail, and again in the last hour."""
    office = answering
    office.approved(office.partner(channels=HOOKS))
    for before_t, begun in ((25, 0), (24, 1), (23.9, 0), (1, 1), (0.9, 0), (0.1, 0)):
        assert rehearsing.rehearse_coming(office.place, now=Office.LIFT - timedelta(hours=before_t)) == begun
    events = [row.action for row in rows(office.place, AuditEvent) if "rehears" in row.action]
    assert events == ["release.rehearsal_begun", "release.rehearsed"] * 2
    assert not rows(office.place, Delivery, col(Delivery.notice).in_(["channel_silent", "rehearsal_failed"]))


def test_whose_channel_does_not_answer_is_told_and_so_are_the_police(sqlite_office: Office) -> None:
    """Nobody listens at these addresses: the keeper gets a letter a channel, the police one in all."""
    office = sqlite_office
    partner = office.partner(channels=HOOKS[:1])
    office.member(partner.organisation_id or "", {Role.ADMINISTRATOR}, email="nyckel@example.org")
    office.approved(partner)
    assert rehearsing.rehearse_coming(office.place, now=Office.LIFT - timedelta(hours=2)) == 1
    told = {row.notice: row.recipient for row in rows(office.place, Delivery, col(Delivery.notice).is_not(None))}
    assert told["channel_silent"] == "nyckel@example.org"
    police = {row.recipient for row in rows(office.place, Delivery, col(Delivery.notice) == "rehearsal_failed")}
    assert len(police) == 2


@pytest.mark.parametrize("stage", ["draft", "held"])
def test_only_an_approved_campaign_is_rehearsed_by_itself(answering: Office, stage: str) -> None:
    """A draft may never leave, and a held one waits."""
    office = answering
    if stage == "held":
        hold(office.place, office.approver, office.approved(office.partner(channels=HOOKS)), now=office.now)
    else:
        office.registered()
    assert rehearsing.rehearse_coming(office.place, now=Office.LIFT - timedelta(hours=2)) == 0
