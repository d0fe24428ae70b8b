"""Calendars: times and links and never a name, for whoever may know that a campaign exists."""

from datetime import timedelta

import pytest
from factories import Office, dump
from sqlmodel import col, update

from campaigns.domain.access import Role
from campaigns.domain.errors import NotThere
from campaigns.store.engine import writing
from campaigns.store.tables import Member
from campaigns.work.launch import scheduling
from campaigns.work.organisations import members
from campaigns.work.overview import calendars
from campaigns.work.overview.calendars import EntryKind


def entries(office: Office, token: str) -> set[tuple[str, EntryKind, bool]]:
    """What a calendar shows now."""
    found = calendars.read_calendar(office.place, token, now=office.now).entries
    return {(entry.campaign_id, entry.kind, entry.is_certain) for entry in found}


def test_a_calendar_shows_what_its_member_may_know_of(office: Office) -> None:
    """Those invited see when, also before they accept; those who are not see nothing; what is cancelled is gone."""
    partner, stranger = (
        office.partner(),
        office.member(office.organisation("Andra (exempel)", places=["SE-BD"]), {Role.READER}),
    )
    mine = calendars.open_calendar(office.place, partner, now=office.now)
    others = calendars.open_calendar(office.place, stranger, now=office.now)
    campaign_id = office.registered()
    assert entries(office, mine) == set()
    from_police = calendars.open_calendar(office.place, office.communicator, now=office.now)
    lift, opens = (campaign_id, EntryKind.LIFT, True), (campaign_id, EntryKind.BRIEFING, True)
    assert entries(office, from_police) == {lift, opens}
    invited = office.briefed(partner, places=("SE-M",), topics=("rekrytering",))
    assert (invited, EntryKind.LIFT, True) in entries(office, mine)
    assert entries(office, others) == set()
    assert campaign_id not in {entry[0] for entry in entries(office, mine)}
    scheduling.cancel(office.place, office.communicator, invited, now=office.now)
    assert entries(office, mine) == set()


def test_an_entry_moves_with_the_campaign_and_is_uncertain_while_it_is_held(office: Office) -> None:
    """Its revision grows, so that calendars take the new time."""
    partner = office.partner()
    token = calendars.open_calendar(office.place, partner, now=office.now)
    campaign_id = office.approved(partner)
    before = calendars.read_calendar(office.place, token, now=office.now).entries
    later = Office.LIFT + timedelta(days=1)
    scheduling.postpone(office.place, office.approver, campaign_id, lift_at=later, now=office.now)
    after = calendars.read_calendar(office.place, token, now=office.now).entries
    assert after[-1].at == later
    assert after[-1].revision > before[-1].revision
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    assert not calendars.read_calendar(office.place, token, now=office.now).entries[-1].is_certain


def test_a_calendar_ends_with_the_membership_and_the_account(office: Office) -> None:
    """Whoever was removed sees nothing more of that organisation; a closed account has no calendar."""
    partner = office.partner()
    admin = office.member(partner.organisation_id or "", {Role.ADMINISTRATOR})
    token = calendars.open_calendar(office.place, partner, now=office.now)
    office.briefed(partner)
    assert entries(office, token)
    members.remove_member(office.place, admin, partner.member_id or "", now=office.now)
    assert entries(office, token) == set()
    with writing(office.place.engine) as session:
        session.connection().execute(update(Member).where(col(Member.id) == partner.member_id).values(active=False))
    with pytest.raises(NotThere):
        entries(office, token)


def test_a_new_address_replaces_the_old_one_and_none_is_stored(office: Office) -> None:
    """Of each only the hash is kept; a closed one leads nowhere."""
    partner = office.partner()
    first = calendars.open_calendar(office.place, partner, now=office.now)
    second = calendars.open_calendar(office.place, partner, now=office.now)
    assert second not in repr(dump(office.place))
    with pytest.raises(NotThere):
        entries(office, first)
    assert entries(office, second) == set()
    calendars.close_calendar(office.place, partner, now=office.now)
    assert not calendars.has_calendar(office.place, partner)
    with pytest.raises(NotThere):
        entries(office, second)
