"""What an installation cannot do by machine a person does by hand, and nothing is promised that nobody keeps."""

from factories import Office
from sqlmodel import col, select

from campaigns.domain.release import ChannelKind, Event
from campaigns.store.engine import reading
from campaigns.store.tables import Delivery


def _kinds(office: Office, event: Event) -> list[ChannelKind]:
    with reading(office.place.engine) as session:
        return [ChannelKind(kind) for kind in session.exec(select(Delivery.kind).where(col(Delivery.event) == event))]


def test_a_channel_that_is_not_there_yet_is_published_by_hand(sqlite_office: Office) -> None:
    """WordPress and by hand are both wanted; one person gets the text once."""
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
