"""The launch room, approval and receipt as values: who may have them, and that many cost no more than few."""

from datetime import timedelta

import pytest
from counting import counted
from factories import Office, rows
from scenes import CHANNELS, set_delivery
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Delivery, Release
from campaigns.work.launch import approving, scheduling
from campaigns.work.launch.approval_desk import approval_desk
from campaigns.work.launch.approval_values import changed_since
from campaigns.work.launch.correction_page import public_text
from campaigns.work.launch.delivery import one_delivery
from campaigns.work.launch.reach import reach
from campaigns.work.launch.receipt import receipt_for
from campaigns.work.launch.reporting import release_receipt
from campaigns.work.launch.room import LaunchRoom, Pace, Phase, launch_room


def enter(office: Office, campaign_id: str, actor: Actor | None = None) -> LaunchRoom:
    """The room as the communicator sees it now."""
    return launch_room(office.place, actor or office.communicator, campaign_id, now=office.now)


def other_police(office: Office) -> Actor:
    """An approver of another police organisation."""
    norr = office.organisation("Polisen Norr (exempel)", kind=OrganisationKind.POLICE)
    return office.member(norr, {Role.APPROVER})


def test_the_room_tells_what_is_planned_before_the_lift(office: Office) -> None:
    """And who approved it."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    room = enter(office, campaign_id)
    assert (room.phase, room.pace, room.counted, room.out) == (Phase.WAITING, Pace.SOON, 4, 0)
    assert room.approved_by == "exempel"
    assert room.organisations == ("Ungdomsjouren (exempel)",)


def test_the_room_is_looked_at_every_moment_around_the_lift_and_rests_when_all_has_settled(office: Office) -> None:
    """A page that stays open overnight does not ask all night."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    office.now = Office.LIFT - timedelta(minutes=1)
    assert enter(office, campaign_id).pace is Pace.NOW
    office.now = Office.LIFT + timedelta(seconds=5)
    assert enter(office, campaign_id).pace is Pace.NOW
    for delivery in rows(office.place, Delivery, col(Delivery.release_id).is_not(None)):
        set_delivery(office.place, delivery.id, state=DeliveryState.LIVE, sent_at=office.now, confirmed_at=office.now)
    settled = enter(office, campaign_id)
    assert (settled.pace, settled.phase, settled.out) == (Pace.NEVER, Phase.OUT, 4)
    assert (settled.spread.first, settled.spread.last, settled.spread.early) == (5000, 5000, 0)


def test_a_held_campaign_is_held_in_the_room_after_its_lift_too(office: Office) -> None:
    """The clock opens nothing that a person has stopped."""
    campaign_id = office.approved()
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    office.now = Office.LIFT + timedelta(hours=1)
    assert enter(office, campaign_id).phase is Phase.HELD


def test_what_should_have_left_and_did_not_is_seen(office: Office) -> None:
    """Nobody works: that is known before T, from whatever else is due."""
    campaign_id = office.live(office.partner(channels=CHANNELS))
    assert enter(office, campaign_id).overdue is True


def test_only_the_police_who_look_after_the_campaign_enter_the_room(office: Office) -> None:
    """A partner lacks the right, and other police find nothing."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.approved(partner)
    with pytest.raises(NotAllowed):
        enter(office, campaign_id, partner)
    stranger = other_police(office)
    for read in (launch_room, approval_desk, reach, receipt_for):
        with pytest.raises(NotThere):
            read(office.place, stranger, campaign_id, now=office.now)


def test_a_room_with_many_deliveries_takes_as_many_queries_as_one_with_few(sqlite_office: Office) -> None:
    """So do approval, receipt and the pages of grave steps."""
    office, counts = sqlite_office, []
    everyone = [office.partner(f"Partner {number} (exempel)", channels=CHANNELS) for number in range(50)]
    for taking_part in (everyone[:2], everyone):
        campaign_id = office.briefed(*taking_part)
        for partner in taking_part:
            office.consented(partner, campaign_id, channels=list(office.place.channels))
        with counted(office.place) as asked:
            approval_desk(office.place, office.approver, campaign_id, now=office.now)
        office.approve(campaign_id)
        with counted(office.place) as seen:
            room = enter(office, campaign_id)
            receipt_for(office.place, office.approver, campaign_id, now=office.now)
            reach(office.place, office.approver, campaign_id, now=office.now)
            approval_desk(office.place, office.approver, campaign_id, now=office.now)
        counts.append((len(asked), len(seen)))
    assert len(room.deliveries) == 200
    assert counts[0] == counts[1]
    assert max(counts[0]) < 30


def test_the_desk_of_approval_counts_what_approval_then_plans(office: Office) -> None:
    """Looking is a trial of the real thing, and leaves nothing behind."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id, channels=[*office.place.channels, ChannelKind.MASTODON])
    seen = approval_desk(office.place, office.approver, campaign_id, now=office.now)
    assert rows(office.place, Release) == []
    assert rows(office.place, Delivery, col(Delivery.release_id).is_not(None)) == []
    approved = office.approve(campaign_id)
    assert seen.planned.deliveries == approved.deliveries
    assert seen.gaps == approved.gaps
    assert [text.organisation for text in seen.texts][-1] == "Ungdomsjouren (exempel)"
    after = approval_desk(office.place, office.approver, campaign_id, now=office.now)
    assert after.frozen is not None
    assert after.planned.deliveries == approved.deliveries


def test_the_desk_knows_whether_what_was_asked_for_still_holds(office: Office) -> None:
    """A text that changed since is named."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    office.make_ready(campaign_id)
    approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
    before = approval_desk(office.place, office.approver, campaign_id, now=office.now)
    assert before.asked is not None
    assert (before.asked.is_mine, before.wrote) == (False, False)
    office.now += timedelta(minutes=5)
    office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL])
    now = approval_desk(office.place, office.approver, campaign_id, now=office.now)
    assert now.asked is None
    assert now.outdated is not None
    assert [text.organisation for text in now.changed_since] == ["Ungdomsjouren (exempel)"]
    assert [text.organisation for text in changed_since(now, before.seen).texts] == ["Ungdomsjouren (exempel)"]
    assert changed_since(now, now.seen).texts == ()


def test_the_author_of_a_core_text_is_told_so_beforehand(office: Office) -> None:
    """The one who registered the campaign wrote its core texts; the approver did not."""
    campaign_id = office.briefed()
    assert approval_desk(office.place, office.communicator, campaign_id, now=office.now).wrote is True
    mine = approval_desk(office.place, office.communicator, campaign_id, now=office.now)
    assert mine.may_approve == ("exempel",)


def test_a_partners_receipt_holds_its_own_deliveries_and_begins_at_the_lift(office: Office) -> None:
    """The whole one is what the command line writes."""
    partner, other = (office.partner(f"{name} (exempel)", channels=CHANNELS) for name in ("Ett", "Två"))
    campaign_id = office.approved(partner, other)
    with pytest.raises(NotThere):
        receipt_for(office.place, partner, campaign_id, now=office.now)
    office.now = Office.LIFT
    own = receipt_for(office.place, partner, campaign_id, now=office.now)
    assert {line.organisation for line in own.lines} == {"Ett (exempel)"}
    assert "Två" not in str(own.written)
    whole = receipt_for(office.place, office.communicator, campaign_id, now=office.now)
    assert whole.written == release_receipt(office.place, office.communicator, str(whole.written["campaign"]))


def test_a_text_to_publish_by_hand_is_its_organisations_alone_before_the_lift(office: Office) -> None:
    """The police see that there is a delivery, and what it says only from T."""
    partner, other = (office.partner(f"{name} (exempel)", channels=CHANNELS) for name in ("Ett", "Två"))
    campaign_id = office.approved(partner, other)
    mine = next(
        row.id
        for row in rows(office.place, Delivery, col(Delivery.kind) == ChannelKind.BY_HAND)
        if row.organisation_id == partner.organisation_id and row.campaign_id == campaign_id
    )
    own = one_delivery(office.place, partner, mine, now=office.now)
    assert own.ready is not None
    assert own.ready.text == "Ring oss, eller 114 14."
    assert one_delivery(office.place, office.communicator, mine, now=office.now).ready is None
    newcomer = office.member(partner.organisation_id or "", {Role.PUBLISHER})
    for stranger in (other, newcomer, other_police(office)):
        with pytest.raises(NotThere):
            one_delivery(office.place, stranger, mine, now=office.now)
    assert one_delivery(office.place, office.communicator, mine, now=Office.LIFT).ready is not None


def test_a_public_text_is_shown_to_its_own_organisation_alone(office: Office) -> None:
    """What is read stands beside what was written since."""
    partner, other = (office.partner(f"{name} (exempel)", channels=CHANNELS) for name in ("Ett", "Två"))
    campaign_id = office.briefed(partner, other)
    saved = office.consented(partner, campaign_id, channels=[ChannelKind.EMAIL])
    office.approve(campaign_id)
    office.now = Office.LIFT
    found = public_text(office.place, partner, saved.text_id, now=office.now)
    assert (found.is_same, found.consented, found.differences) == (True, True, ())
    for stranger in (other, office.communicator):
        with pytest.raises(NotThere):
            public_text(office.place, stranger, saved.text_id, now=office.now)
