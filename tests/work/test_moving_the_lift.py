"""Hold, resume, postpone, lift early, reopen, cancel: what happens to the deliveries, and who is told."""

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from factories import Office, dump, rows
from scenes import CHANNELS, set_delivery
from sqlmodel import col

from campaigns.channels.notices import SENTENCES, NoticeKind
from campaigns.domain.access import Actor, NeedsAnotherPerson
from campaigns.domain.lifecycle import AlreadyPublic, DeliveryState
from campaigns.domain.release import Event
from campaigns.domain.times import LiftBeforeBriefing, LiftInThePast, LiftNotOnStep
from campaigns.i18n import words_for
from campaigns.store.tables import Campaign, Delivery, Member, Release, ReleasedText
from campaigns.work.launch import approving, scheduling
from campaigns.work.launch.planning import REMIND_BEFORE

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def release(office: Office) -> dict[str, Delivery]:
    """The deliveries of releases, by id."""
    return {row.id: row for row in rows(office.place, Delivery, col(Delivery.release_id).is_not(None))}


def told(office: Office, kind: NoticeKind) -> set[str]:
    """Who gets a notice of a kind, which its subject shows."""
    subject = words_for("sv")._(SENTENCES[kind][0])
    found = rows(office.place, Delivery, col(Delivery.event) == Event.NOTICE, col(Delivery.state) == "planned")
    return {row.recipient for row in found if message_from_bytes(row.body, policy=SMTP)["Subject"] == subject}


def reminders(office: Office) -> set[object]:
    """When those who publish by hand are reminded."""
    coming = col(Delivery.event) == Event.NOTICE, col(Delivery.planned_at) > office.now
    return {row.planned_at for row in rows(office.place, Delivery, *coming) if row.state is DeliveryState.PLANNED}


def generation(office: Office) -> int:
    """How often when or whether it is lifted was changed."""
    return rows(office.place, Campaign)[0].generation


def everyone(office: Office, *, but: Actor) -> set[str]:
    """All addresses there are, but that of whoever did it: they know."""
    return {member.email for member in rows(office.place, Member) if member.id != but.member_id}


def test_a_hold_stops_everything_and_resuming_starts_it_again(office: Office) -> None:
    """The same rows, a new generation each time, and everyone briefed is told."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    before, number = release(office), generation(office)
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    assert {row.state for row in release(office).values()} == {DeliveryState.HELD}
    assert (generation(office), reminders(office)) == (number + 1, set())
    scheduling.resume(office.place, office.approver, campaign_id, now=office.now)
    after = release(office)
    assert {row.state for row in after.values()} == {DeliveryState.PLANNED}
    assert {key: row.body for key, row in after.items()} == {key: row.body for key, row in before.items()}
    assert {row.generation for row in after.values()} == {number + 2}
    assert all(after[key].fence > row.fence for key, row in before.items())
    assert reminders(office) == {Office.LIFT - REMIND_BEFORE}
    assert told(office, NoticeKind.HELD) == told(office, NoticeKind.RESUMED) == everyone(office, but=office.approver)


def test_postponing_keeps_the_ids_and_writes_the_new_time(office: Office) -> None:
    """Bytes that hold T are rendered anew; the reminders of the old T are gone."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    before, number, later = release(office), generation(office), Office.LIFT + HOUR
    scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=later, now=office.now)
    after = release(office)
    assert after.keys() == before.keys()
    assert {(row.planned_at, row.due_at, row.state) for row in after.values()} == {
        (later, later, DeliveryState.PLANNED)
    }
    for key, row in after.items():
        assert row.body != before[key].body
        if row.content_type == "application/json":
            assert json.loads(row.body)["timestamp"] == later.isoformat().replace("+00:00", "Z")
    assert generation(office) == number + 1
    assert reminders(office) == {later - REMIND_BEFORE}
    assert told(office, NoticeKind.POSTPONED) == everyone(office, but=office.communicator)


def test_one_person_never_lifts_earlier(office: Office) -> None:
    """Not by postponing backwards, and not by doing so while it is held."""
    campaign_id = office.approved()
    for hold in (False, True):
        if hold:
            scheduling.hold(office.place, office.communicator, campaign_id, now=office.now)
        for lift_at in (Office.LIFT - HOUR, Office.LIFT):
            with pytest.raises(scheduling.NotLater):
                scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=lift_at, now=office.now)


def test_a_held_campaign_that_is_postponed_stays_held_and_silent(office: Office) -> None:
    """Nobody is reminded of a lift that may not come; resuming brings the reminders back."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    late = Office.LIFT + SECOND
    with pytest.raises(scheduling.LiftHasPassed):
        scheduling.resume(office.place, office.approver, campaign_id, now=late)
    later = Office.LIFT + HOUR
    scheduling.postpone(office.place, office.approver, campaign_id, lift_at=later, now=late)
    assert {row.state for row in release(office).values()} == {DeliveryState.HELD}
    office.now = late
    assert reminders(office) == set()
    scheduling.resume(office.place, office.approver, campaign_id, now=late)
    assert reminders(office) == {later - REMIND_BEFORE}


@pytest.mark.parametrize("before", [timedelta(), SECOND / 1000, SECOND])
def test_in_the_last_second_nothing_is_stopped(office: Office, before: timedelta) -> None:
    """Pages open by the clock; a stop stored after T would come too late, and the person is told."""
    campaign_id = office.approved()
    kept, now = dump(office.place), Office.LIFT - before
    for task in (scheduling.hold, scheduling.reopen, scheduling.cancel):
        with pytest.raises(AlreadyPublic):
            task(office.place, office.approver, campaign_id, now=now)
    with pytest.raises(AlreadyPublic):
        scheduling.postpone(office.place, office.approver, campaign_id, lift_at=Office.LIFT + HOUR, now=now)
    assert dump(office.place) == kept
    scheduling.hold(office.place, office.approver, campaign_id, now=Office.LIFT - SECOND * 1.001)


def test_lifting_early_takes_two_people(office: Office) -> None:
    """Nothing changes until the second; then everyone is told."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    early, asked = Office.LIFT - HOUR, {"lift_at": Office.LIFT - HOUR, "now": office.now}
    with pytest.raises(scheduling.NothingToConfirm):
        scheduling.confirm_lift_early(office.place, office.approver, campaign_id, **asked)
    scheduling.propose_lift_early(office.place, office.communicator, campaign_id, **asked)
    assert rows(office.place, Campaign)[0].lift_at == Office.LIFT
    with pytest.raises(NeedsAnotherPerson):
        scheduling.confirm_lift_early(office.place, office.communicator, campaign_id, **asked)
    other = early - HOUR
    with pytest.raises(scheduling.NothingToConfirm):
        scheduling.confirm_lift_early(office.place, office.approver, campaign_id, lift_at=other, now=office.now)
    scheduling.confirm_lift_early(office.place, office.approver, campaign_id, **asked)
    assert rows(office.place, Campaign)[0].lift_at == early
    assert {row.planned_at for row in release(office).values()} == {early}
    assert told(office, NoticeKind.LIFTED_EARLY) == everyone(office, but=office.approver)


def test_two_who_both_asked_can_confirm_each_other(office: Office) -> None:
    """Whoever asked last is not stuck with their own question."""
    campaign_id, asked = office.approved(), {"lift_at": Office.LIFT - HOUR, "now": office.now}
    for person in (office.communicator, office.approver):
        scheduling.propose_lift_early(office.place, person, campaign_id, **asked)
    scheduling.confirm_lift_early(office.place, office.approver, campaign_id, **asked)


@pytest.mark.parametrize("change", ["postpone", "hold and resume", "lift early to another time", "a day"])
def test_an_early_lift_that_was_overtaken_cannot_be_confirmed(office: Office, change: str) -> None:
    """It answered a situation that is no more: it is asked for anew."""
    office.now = Office.NOW - timedelta(days=3)
    campaign_id, early, now = office.approved(), Office.LIFT - HOUR, office.now
    scheduling.propose_lift_early(office.place, office.communicator, campaign_id, lift_at=early, now=now)
    match change:
        case "postpone":
            scheduling.postpone(office.place, office.approver, campaign_id, lift_at=Office.LIFT + HOUR, now=now)
        case "hold and resume":
            scheduling.hold(office.place, office.approver, campaign_id, now=now)
            scheduling.resume(office.place, office.approver, campaign_id, now=now)
        case "lift early to another time":
            other = Office.LIFT - HOUR / 2
            scheduling.propose_lift_early(office.place, office.approver, campaign_id, lift_at=other, now=now)
            scheduling.confirm_lift_early(office.place, office.communicator, campaign_id, lift_at=other, now=now)
        case "a day":
            now += scheduling.PROPOSAL_LASTS
    kept = dump(office.place)
    with pytest.raises(scheduling.NothingToConfirm):
        scheduling.confirm_lift_early(office.place, office.approver, campaign_id, lift_at=early, now=now)
    assert dump(office.place) == kept


def test_an_early_lift_is_earlier_and_still_to_come(office: Office) -> None:
    """On a whole minute."""
    campaign_id = office.approved()
    cases = [
        (Office.LIFT, scheduling.NotEarlier),
        (office.now, LiftInThePast),
        (office.now + SECOND, LiftNotOnStep),
    ]
    for lift_at, refusal in cases:
        with pytest.raises(refusal):
            scheduling.propose_lift_early(office.place, office.approver, campaign_id, lift_at=lift_at, now=office.now)


def test_a_lift_is_not_moved_before_its_briefing(office: Office) -> None:
    """Before approval any time after that is fine, and there is no delivery to move."""
    opens = office.now + 3 * HOUR
    campaign_id = office.briefed(briefing_opens_at=opens)
    for lift_at in (opens, opens - HOUR):
        with pytest.raises(LiftBeforeBriefing):
            scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=lift_at, now=office.now)
    number = generation(office)
    scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=opens + HOUR, now=office.now)
    assert (generation(office), release(office)) == (number + 1, {})
    assert reminders(office) == set()


def test_what_is_reopened_is_never_used_again(office: Office) -> None:
    """A new approval makes a new release with new deliveries; the partners' yes still stands."""
    campaign_id = office.approved(office.partner(channels=CHANNELS))
    old = set(release(office))
    scheduling.reopen(office.place, office.communicator, campaign_id, now=office.now)
    assert {row.state for row in release(office).values()} == {DeliveryState.CANCELLED}
    assert reminders(office) == set()
    approved = office.approve(campaign_id)
    planned = {key for key, row in release(office).items() if row.state is DeliveryState.PLANNED}
    assert len(planned) == approved.deliveries == len(old)
    assert not planned & old
    standing = [row.id for row in rows(office.place, Release) if row.superseded_at is None]
    assert standing == [approved.release_id]
    current = rows(office.place, ReleasedText, col(ReleasedText.superseded_at).is_(None))
    assert {row.release_id for row in current} == {approved.release_id}
    assert len(approving.going_out(office.place, office.approver, campaign_id).texts) == 3


def test_a_cancelled_campaign_tells_everyone_and_then_nothing_more(office: Office) -> None:
    """Not even that the briefing opens."""
    office.partner(channels=CHANNELS)
    campaign_id = office.briefed(briefing_opens_at=office.now + HOUR)
    assert reminders(office)
    scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    assert reminders(office) == set()
    assert told(office, NoticeKind.CANCELLED) >= everyone(office, but=office.approver)


def test_a_notice_that_waits_for_another_try_is_not_forgotten(office: Office) -> None:
    """A mail server that was away must not swallow that the campaign was held."""
    campaign_id = office.approved()
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    for row in rows(office.place, Delivery, col(Delivery.event) == Event.NOTICE):
        set_delivery(office.place, row.id, due_at=office.now + HOUR, attempts=1)
    scheduling.resume(office.place, office.approver, campaign_id, now=office.now)
    assert told(office, NoticeKind.HELD) == everyone(office, but=office.approver)
