"""What an installation cannot do by machine a person does by hand, and nothing is promised that nobody keeps."""

from factories import Office
from sqlmodel import col, select
from wordpress_sites import add_site

from campaigns.domain.access import Role
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.engine import reading
from campaigns.store.tables import Delivery
from campaigns.work.organisations import channels_kept


def _kinds(office: Office, event: Event) -> list[ChannelKind]:
    with reading(office.place.engine) as session:
        return [ChannelKind(kind) for kind in session.exec(select(Delivery.kind).where(col(Delivery.event) == event))]


def test_a_wanted_channel_without_a_login_is_published_by_hand(sqlite_office: Office) -> None:
    """A file named WordPress, which the organisation has not added yet, and by hand; one person gets the text once."""
    partner = sqlite_office.partner(channels=[(ChannelKind.BY_HAND, "ansvarig@example.org")])
    campaign_id = sqlite_office.briefed(partner)
    sqlite_office.consented(partner, campaign_id, channels=[ChannelKind.WORDPRESS, ChannelKind.BY_HAND])
    sqlite_office.approve(campaign_id)
    assert _kinds(sqlite_office, Event.MESSAGE_PUBLISHED) == [ChannelKind.BY_HAND]


def test_a_wanted_channel_that_nobody_has_is_named_at_approval(sqlite_office: Office) -> None:
    """The release goes on without it, and the approver is told of the gap."""
    partner = sqlite_office.partner()
    campaign_id = sqlite_office.briefed(partner)
    sqlite_office.consented(partner, campaign_id, channels=[ChannelKind.WEBHOOK])
    approved = sqlite_office.approve(campaign_id)
    assert approved.gaps == (("Ungdomsjouren (exempel)", ChannelKind.WEBHOOK),)


def test_a_site_that_has_its_login_gets_the_post(sqlite_office: Office) -> None:
    """And nobody is asked to do it by hand."""
    partner = sqlite_office.partner(channels=[(ChannelKind.BY_HAND, "ansvarig@example.org")])
    add_site(sqlite_office, partner, "http://127.0.0.1:9")
    campaign_id = sqlite_office.briefed(partner)
    sqlite_office.consented(partner, campaign_id, channels=[ChannelKind.WORDPRESS])
    assert sqlite_office.approve(campaign_id).gaps == ()
    assert _kinds(sqlite_office, Event.MESSAGE_PUBLISHED) == [ChannelKind.WORDPRESS]


def test_a_site_that_is_paused_is_left_out_and_that_is_said(sqlite_office: Office) -> None:
    """Whoever paused it meant it; nothing goes another way instead."""
    partner = sqlite_office.partner(channels=[(ChannelKind.BY_HAND, "ansvarig@example.org")])
    admin = sqlite_office.member(partner.organisation_id or "", {Role.ADMINISTRATOR})
    channel_id = add_site(sqlite_office, partner, "http://127.0.0.1:9")
    channels_kept.pause_channel(sqlite_office.place, admin, channel_id, now=sqlite_office.now)
    campaign_id = sqlite_office.briefed(partner)
    sqlite_office.consented(partner, campaign_id, channels=[ChannelKind.WORDPRESS])
    approved = sqlite_office.approve(campaign_id)
    assert approved.gaps == (("Ungdomsjouren (exempel)", ChannelKind.WORDPRESS),)
    assert _kinds(sqlite_office, Event.MESSAGE_PUBLISHED) == []
