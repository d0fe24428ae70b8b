"""Channels: trying, resting, removing and coming back, secrets that overlap, and what releases make of it."""

from collections.abc import Callable

import pytest
from factories import Office, rows
from sqlmodel import col
from wordpress_sites import add_site

from campaigns.channels.webhook import Webhook
from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Campaign, Channel, Delivery
from campaigns.work.campaign import exporting
from campaigns.work.launch import rehearsing
from campaigns.work.organisations import channels_kept, logins_kept
from campaigns.work.organisations.channel_logins import Login

HOOK = "http://127.0.0.1:9/in"
KINDS = [(ChannelKind.WEBHOOK, HOOK), (ChannelKind.EMAIL, "lista@example.org")]
Step = Callable[[], object]


def keeper(office: Office) -> tuple[Actor, Actor]:
    """A partner's editor, and the administrator who keeps its webhook and its list."""
    partner = office.partner(channels=KINDS)
    return partner, office.member(partner.organisation_id or "", {Role.ADMINISTRATOR})


def kept(office: Office, actor: Actor, kind: ChannelKind = ChannelKind.WEBHOOK) -> channels_kept.KeptChannel:
    """The organisation's channel of a kind."""
    return next(one for one in channels_kept.channels_of(office.place, actor) if one.kind is kind)


def add(office: Office, actor: Actor, address: str = HOOK) -> str | None:
    """Add a webhook to one's own organisation."""
    return channels_kept.add_channel(
        office.place,
        actor,
        organisation_id=actor.organisation_id or "",
        kind=ChannelKind.WEBHOOK,
        address=address,
        now=office.now,
    )


def secrets_of(office: Office, channel_id: str) -> list[str]:
    """The signing secrets of a channel in the clear, newest first."""
    (row,) = rows(office.place, Channel, col(Channel.id) == channel_id)
    return [office.place.vault.open(secret) for secret in row.secrets]


def every_task(office: Office, actor: Actor, channel_id: str) -> list[Step]:
    """All that one can do to a channel."""
    place, now = office.place, office.now
    return [
        lambda: channels_kept.try_channel(place, actor, channel_id, now=now),
        lambda: channels_kept.name_channel(place, actor, channel_id, name="x", now=now),
        lambda: channels_kept.pause_channel(place, actor, channel_id, now=now),
        lambda: channels_kept.unpause_channel(place, actor, channel_id, now=now),
        lambda: channels_kept.rotate_secret(place, actor, channel_id, stamp="", now=now),
        lambda: channels_kept.drop_old_secret(place, actor, channel_id, stamp="", now=now),
        lambda: logins_kept.replace_login(place, actor, channel_id, login=Login(user="a", password="b"), now=now),
        lambda: channels_kept.remove_channel(place, actor, channel_id, now=now),
    ]


def test_nobody_touches_the_channels_of_another_organisation(office: Office) -> None:
    """For its administrators they are not there; for colleagues without the role it is not allowed."""
    partner, admin = keeper(office)
    stranger = office.member(office.organisation("Andra (exempel)"), {Role.ADMINISTRATOR})
    channel_id = kept(office, admin).id
    for task in every_task(office, stranger, channel_id):
        with pytest.raises(NotThere):
            task()
    for task in every_task(office, partner, channel_id):
        with pytest.raises(NotAllowed):
            task()
    assert channels_kept.channels_of(office.place, stranger) == []
    with pytest.raises(NotThere):
        channels_kept.channel_of(office.place, stranger, channel_id)


def test_what_a_test_found_is_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the next one."""
    _, admin = keeper(office)
    for problem in ("HTTP 500", None):
        monkeypatch.setattr(Webhook, "check", lambda *_args, found=problem, **_facts: found)
        channel_id = kept(office, admin).id
        assert channels_kept.try_channel(office.place, admin, channel_id, now=office.now) == problem
        assert (kept(office, admin).problem, kept(office, admin).checked_at) == (problem or "", office.now)


def test_the_secret_is_changed_with_an_overlap(office: Office) -> None:
    """The former one signs beside the new one, until it is let go."""
    _, admin = keeper(office)
    it = kept(office, admin)
    (first,) = secrets_of(office, it.id)
    second = channels_kept.rotate_secret(office.place, admin, it.id, stamp=it.stamp, now=office.now)
    assert secrets_of(office, it.id) == [second, first]
    assert kept(office, admin).overlaps
    channels_kept.drop_old_secret(office.place, admin, it.id, stamp=kept(office, admin).stamp, now=office.now)
    assert secrets_of(office, it.id) == [second]


def test_a_form_that_is_sent_twice_does_not_push_the_receivers_secret_out(office: Office) -> None:
    """The second is refused, because the secret is another by then."""
    _, admin = keeper(office)
    it = kept(office, admin)
    channels_kept.rotate_secret(office.place, admin, it.id, stamp=it.stamp, now=office.now)
    before = secrets_of(office, it.id)
    with pytest.raises(channels_kept.SecretChanged):
        channels_kept.rotate_secret(office.place, admin, it.id, stamp=it.stamp, now=office.now)
    assert secrets_of(office, it.id) == before


def test_only_signed_channels_have_a_secret(office: Office) -> None:
    """A list has none to change."""
    _, admin = keeper(office)
    it = kept(office, admin, ChannelKind.EMAIL)
    with pytest.raises(channels_kept.NothingToSign):
        channels_kept.rotate_secret(office.place, admin, it.id, stamp=it.stamp, now=office.now)


def test_a_removed_channel_is_gone_for_people_and_comes_back_with_another_secret(office: Office) -> None:
    """Its row is the same, for its deliveries."""
    _, admin = keeper(office)
    it = kept(office, admin)
    before = secrets_of(office, it.id)
    with pytest.raises(channels_kept.ChannelTaken):
        add(office, admin)
    channels_kept.remove_channel(office.place, admin, it.id, now=office.now)
    assert [one.kind for one in channels_kept.channels_of(office.place, admin)] == [ChannelKind.EMAIL]
    assert add(office, admin) not in before
    assert kept(office, admin).id == it.id


def planned_kinds(office: Office, actor: Actor, campaign_id: str) -> tuple[set[ChannelKind], tuple[object, ...]]:
    """Through which channels of a partner an approved release leaves, and its gaps."""
    approved = office.approve(campaign_id)
    found = rows(
        office.place,
        Delivery,
        col(Delivery.release_id).is_not(None),
        col(Delivery.organisation_id) == actor.organisation_id,
    )
    return {row.kind for row in found}, approved.gaps


@pytest.mark.parametrize("task", [channels_kept.pause_channel, channels_kept.remove_channel])
def test_a_channel_that_rests_or_is_removed_is_left_out_of_a_release_and_that_is_said(
    office: Office, task: Callable[..., None]
) -> None:
    """Of the message's own channel and of the signal that the embargo is lifted."""
    partner, admin = keeper(office)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id, channels=[kind for kind, _ in KINDS])
    task(office.place, admin, kept(office, admin).id, now=office.now)
    kinds, gaps = planned_kinds(office, partner, campaign_id)
    assert kinds == {ChannelKind.EMAIL}
    assert gaps == (("Ungdomsjouren (exempel)", ChannelKind.WEBHOOK),)


def test_the_core_message_does_not_want_a_kind_that_the_police_removed(office: Office) -> None:
    """It leaves through all that the police have, and no more."""
    admin = office.member(office.police, {Role.ADMINISTRATOR})
    add(office, admin)
    channels_kept.remove_channel(office.place, admin, kept(office, admin).id, now=office.now)
    assert office.approve(office.briefed()).gaps == ()


def test_a_rehearsal_asks_no_removed_channel_and_says_which_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A paused one is not ready."""
    asked: list[str] = []
    monkeypatch.setattr(Webhook, "check", lambda _self, destination, **_facts: asked.append(destination.address))
    partner, admin = keeper(office)
    add(office, admin, f"{HOOK}/b")
    add(office, admin, f"{HOOK}/c")
    by_address = {one.address: one.id for one in channels_kept.channels_of(office.place, admin)}
    channels_kept.remove_channel(office.place, admin, by_address[f"{HOOK}/b"], now=office.now)
    channels_kept.pause_channel(office.place, admin, by_address[f"{HOOK}/c"], now=office.now)
    office.briefed(partner)
    slug = rows(office.place, Campaign)[0].slug
    found = {
        one.address: one.problem for one in rehearsing.rehearse(office.place, office.operator, slug, now=office.now)
    }
    assert asked == [HOOK]
    assert f"{HOOK}/b" not in found
    assert found[f"{HOOK}/c"] == rehearsing.PAUSED


def test_an_export_names_no_removed_channel(office: Office) -> None:
    """Or an import would bring it back."""
    partner, admin = keeper(office)
    channels_kept.remove_channel(office.place, admin, kept(office, admin).id, now=office.now)
    office.briefed(partner)
    draft = exporting.export(office.place, office.operator, rows(office.place, Campaign)[0].slug)
    assert [channel.kind for channel in draft.partners[0].channels] == [ChannelKind.EMAIL]


def test_whoever_keeps_a_channel_is_told_how_much_still_leaves_through_it(office: Office) -> None:
    """What is frozen leaves although the channel is paused or removed."""
    partner, admin = keeper(office)
    assert kept(office, admin).waiting == 0
    office.approved(partner)
    assert kept(office, admin).waiting == 2  # the message, and that the embargo is lifted


def test_a_name_may_not_be_endless(office: Office) -> None:
    """It stands in lists."""
    _, admin = keeper(office)
    with pytest.raises(BadInput):
        channels_kept.name_channel(office.place, admin, kept(office, admin).id, name="x" * 81, now=office.now)


def test_a_login_is_kept_encrypted_and_can_be_replaced(office: Office) -> None:
    """The one before it is forgotten, and the channel has to be tested anew."""
    partner, admin = keeper(office)
    site = add_site(office, partner, "http://127.0.0.1:9", login="anna:abcd EFGH")
    assert secrets_of(office, site) == ["anna:abcd EFGH"]
    assert "EFGH" not in "".join(rows(office.place, Channel, col(Channel.id) == site)[0].secrets)
    assert channels_kept.try_channel(office.place, admin, site, now=office.now)
    new = Login(user=" bo ", password=" ijkl MNOP ")
    logins_kept.replace_login(office.place, admin, site, login=new, now=office.now)
    assert secrets_of(office, site) == ["bo:ijkl MNOP"]
    it = channels_kept.channel_of(office.place, admin, site)
    assert (it.needs_login, it.checked_at, it.problem) == (True, None, "")


@pytest.mark.parametrize("login", [":abcd", "anna:", "x" * 201 + ":abcd", "anna:" + "x" * 201])
def test_half_a_login_is_none(office: Office, login: str) -> None:
    """Nothing is stored."""
    partner, admin = keeper(office)
    before = len(channels_kept.channels_of(office.place, admin))
    with pytest.raises(BadInput):
        add_site(office, partner, "http://127.0.0.1:9", login=login)
    assert len(channels_kept.channels_of(office.place, admin)) == before


def test_a_site_needs_a_login_and_a_user_name_has_no_colon(office: Office) -> None:
    """Also where one is not asked for."""
    _, admin = keeper(office)
    for login in (None, Login(user="an:na", password="abcd")):
        with pytest.raises(BadInput):
            channels_kept.add_channel(
                office.place,
                admin,
                organisation_id=admin.organisation_id or "",
                kind=ChannelKind.WORDPRESS,
                address="http://127.0.0.1:9",
                login=login,
                now=office.now,
            )


def test_only_channels_with_a_login_get_another(office: Office) -> None:
    """A webhook signs, and logs in nowhere."""
    _, admin = keeper(office)
    login = Login(user="anna", password="abcd")
    with pytest.raises(logins_kept.NothingToLogInTo):
        logins_kept.replace_login(office.place, admin, kept(office, admin).id, login=login, now=office.now)
