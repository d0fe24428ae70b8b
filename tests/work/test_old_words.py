"""Old words never leave after new ones, old times are never told, and people hear of what only they can settle."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

import pytest
from factories import Office
from sqlmodel import col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.lifecycle import AlreadyPublic, DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.release.sweeper import Sweeper
from campaigns.store import deliveries
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import LEASE
from campaigns.store.tables import Delivery
from campaigns.work.launch import correcting, scheduling
from campaigns.work.launch.calling import call_people
from campaigns.work.partners import briefing
from campaigns.work.workplace import Workplace

HOOK = [(ChannelKind.WEBHOOK, "http://127.0.0.1:9/hook")]


def _claim(office: Office, now: datetime) -> list[Delivery]:
    with writing(office.place.engine) as session:
        return deliveries.claim_due(session, node="n", now=now, lease=LEASE, most=100)


def _of(office: Office, event: Event) -> list[tuple[str, DeliveryState]]:
    with reading(office.place.engine) as session:
        rows = session.exec(select(Delivery).where(col(Delivery.event) == event))
        return [(row.id, row.state) for row in rows]


def _notices(office: Office, kind: NoticeKind) -> list[tuple[str, DeliveryState, bytes]]:
    with reading(office.place.engine) as session:
        rows = session.exec(select(Delivery).where(col(Delivery.notice) == kind.value))
        return [(row.recipient, row.state, row.body) for row in rows]


def test_a_withdrawal_waits_for_the_attempt_that_is_under_way_and_the_old_words_are_never_tried_again(
    office: Office,
) -> None:
    """The first attempt hangs, the partner withdraws, the attempt fails: only the withdrawal is left to send."""
    partner = office.partner(channels=HOOK)
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id, channels=[ChannelKind.WEBHOOK])
    office.approve(campaign_id)
    after = office.LIFT + timedelta(seconds=1)
    under_way = [one for one in _claim(office, after) if one.event is Event.MESSAGE_PUBLISHED]
    correcting.withdraw_message(office.place, partner, saved.text_id, now=after)
    assert not [one for one in _claim(office, after) if one.event is Event.MESSAGE_WITHDRAWN]
    failed = [Result(id=one.id, fence=one.fence, state=DeliveryState.PLANNED, due_at=after) for one in under_way]
    with writing(office.place.engine) as session:
        assert deliveries.settle(session, failed, node="n") == 1
    left = _claim(office, after + timedelta(seconds=1))
    assert [one.event for one in left if one.released_text_id] == [Event.MESSAGE_WITHDRAWN]
    Sweeper(office.place, node="n", clock=lambda: after).recover()
    assert _of(office, Event.MESSAGE_PUBLISHED) == [(under_way[0].id, DeliveryState.CANCELLED)]


def test_the_notice_that_the_briefing_is_open_tells_the_lift_as_it_is_planned_now(office: Office) -> None:
    """It was stored with the invitation; a week's postponement must not leave the old, earlier T in it."""
    office.partner()
    campaign_id = office.briefed(briefing_opens_at=office.NOW + timedelta(hours=2))
    scheduling.postpone(
        office.place, office.communicator, campaign_id, lift_at=office.LIFT + timedelta(days=7), now=office.now
    )
    waiting = [
        body for _, state, body in _notices(office, NoticeKind.BRIEFING_OPENED) if state is DeliveryState.PLANNED
    ]
    assert len(waiting) == 1
    said = _said(waiting[0])
    assert "1 december" in said
    assert "24 november" not in said


def _said(mail: bytes) -> str:
    body = message_from_bytes(mail, policy=SMTP).get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_whoever_is_no_longer_invited_hears_nothing_more(office: Office) -> None:
    """Revoked before the briefing opened: the waiting notice is cancelled, the other partner's is not."""
    gone = office.partner()
    office.partner("Idrottsföreningen Norra (exempel)")
    campaign_id = office.briefed(briefing_opens_at=office.NOW + timedelta(hours=2))
    assert gone.organisation_id is not None
    briefing.revoke(
        office.place, office.communicator, campaign_id, organisation_id=gone.organisation_id, now=office.now
    )
    states = [state for _, state, _ in _notices(office, NoticeKind.BRIEFING_OPENED)]
    assert sorted(states) == [DeliveryState.CANCELLED, DeliveryState.PLANNED]


def test_a_hold_that_waited_too_long_for_the_lock_is_refused(sqlite_office: Office) -> None:
    """It was asked for in time, but by the clock T is there: pages are open, and a hold would only hide them again."""
    campaign_id = sqlite_office.approved()
    place = _at(sqlite_office.place, sqlite_office.LIFT)
    with pytest.raises(AlreadyPublic):
        scheduling.hold(place, sqlite_office.approver, campaign_id, now=sqlite_office.LIFT - timedelta(seconds=5))


def test_a_hold_that_took_too_long_to_store_is_taken_back(sqlite_office: Office) -> None:
    """T is judged again before it is stored."""
    campaign_id = sqlite_office.approved()
    place = _at(sqlite_office.place, sqlite_office.LIFT, first=[sqlite_office.NOW])
    with pytest.raises(AlreadyPublic):
        scheduling.hold(place, sqlite_office.approver, campaign_id, now=sqlite_office.NOW)
    assert _only_states(sqlite_office) <= {DeliveryState.PLANNED}


def _at(place: Workplace, instant: datetime, *, first: Sequence[datetime] = ()) -> Workplace:
    given = iter(first)
    return replace(place, clock=lambda: next(given, instant))


def _only_states(office: Office) -> set[DeliveryState]:
    with reading(office.place.engine) as session:
        return {row.state for row in session.exec(select(Delivery).where(col(Delivery.release_id).is_not(None)))}


def test_people_are_called_once_a_day_for_what_only_they_can_settle(office: Office) -> None:
    """The organisation whose delivery it is, and the police; not again the next minute."""
    partner = office.partner(channels=HOOK)
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id, channels=[ChannelKind.WEBHOOK])
    office.approve(campaign_id)
    after = office.LIFT + timedelta(seconds=1)
    claimed = _claim(office, after)
    refused = [Result(id=one.id, fence=one.fence, state=DeliveryState.REFUSED, error="HTTP 410") for one in claimed]
    with writing(office.place.engine) as session:
        deliveries.settle(session, refused, node="n")
    assert call_people(office.place, now=after) == 3
    assert call_people(office.place, now=after + timedelta(minutes=1)) == 0
    assert call_people(office.place, now=after + timedelta(hours=25)) == 3
    assert len(_notices(office, NoticeKind.DELIVERY_NEEDS_PERSON)) == 6
