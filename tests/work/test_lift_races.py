"""A change against T: the row's lock lets exactly one win, and both sides are told which."""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest
from factories import Office, rows
from sqlmodel import col, update

from campaigns.domain.lifecycle import AlreadyPublic, Stage
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent, Campaign
from campaigns.work.launch import lifting, scheduling
from campaigns.work.workplace import Workplace

ROUNDS = 200
RUSHED_ROUNDS, RUSH = 16, 20
SECOND = timedelta(seconds=1)


def held(office: Office, campaign_id: str) -> bool:
    """A person holds it two seconds before T, by their clock; True if that counted."""
    try:
        scheduling.hold(office.place, office.approver, campaign_id, now=Office.LIFT - timedelta(seconds=2))
    except AlreadyPublic:
        return False
    return True


def went_live(office: Office, campaign_id: str) -> bool:
    """A worker whose clock says T records the lift; True if that counted."""
    with writing(office.place.engine) as session:
        return lifting.go_live(session, campaign_id, now=Office.LIFT)


def at_once(*acts: Callable[[], bool]) -> list[bool]:
    """What each act gave, all begun at the same instant in threads of their own."""
    gate, given = threading.Barrier(len(acts)), [False] * len(acts)

    def run(number: int) -> None:
        gate.wait(10)
        given[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return given


def test_of_a_hold_and_a_lift_at_one_instant_exactly_one_wins(office: Office) -> None:
    """Two hundred times; what is stored is what the winner was told."""
    campaign_id = office.approved()
    for _ in range(ROUNDS):
        stopped, lifted = at_once(lambda: held(office, campaign_id), lambda: went_live(office, campaign_id))
        assert stopped is not lifted
        (campaign,) = rows(office.place, Campaign)
        assert campaign.stage is (Stage.HELD if stopped else Stage.LIVE)
        assert (campaign.lifted_at is None) is stopped
        with writing(office.place.engine) as session:
            again = update(Campaign).where(col(Campaign.id) == campaign_id)
            session.connection().execute(again.values(stage=Stage.APPROVED, lifted_at=None))


def test_of_several_workers_each_is_told_that_it_is_live(office: Office) -> None:
    """One writes it, all may go on."""
    campaign_id = office.approved()
    assert at_once(*[lambda: went_live(office, campaign_id)] * 4) == [True] * 4


class Rushing:
    """A clock that runs many times as fast as the real one, from an instant on."""

    def __init__(self) -> None:
        self.begin(Office.NOW)

    def begin(self, now: datetime) -> None:
        """Go on from here."""
        self._from, self._at = now, monotonic()

    def __call__(self) -> datetime:
        return self._from + timedelta(seconds=(monotonic() - self._at) * RUSH)

    def wait_until(self, instant: datetime) -> None:
        """Sleep until it shows that instant."""
        while (left := (instant - self()).total_seconds()) > 0:
            sleep(left / RUSH)


EARLY = Office.LIFT - SECOND
Change = Callable[[Workplace, Office, str, datetime], None]
CHANGES: dict[str, tuple[Change, str]] = {
    "hold": (lambda at, o, id_, now: scheduling.hold(at, o.approver, id_, now=now), "campaign.held"),
    "postpone": (
        lambda at, o, id_, now: scheduling.postpone(at, o.approver, id_, lift_at=Office.LIFT + SECOND * 60, now=now),
        "campaign.postponed",
    ),
    "lift early": (
        lambda at, o, id_, now: scheduling.confirm_lift_early(at, o.approver, id_, lift_at=EARLY, now=now),
        "campaign.lifted_early",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_of_a_change_and_a_lift_while_time_runs_exactly_one_wins(office: Office, what: str) -> None:
    """Fault 22. Asked for long before T, at T, and in between; the lift is stored at T, as a worker does."""
    clock, chance = Rushing(), random.Random(22)  # noqa: S311 - the same instants every time
    place = replace(office.place, clock=clock, lift_step=SECOND)
    change, audited = CHANGES[what]
    campaign_id = office.approved()
    outcomes = []
    for before_s in (40.0, 0.0, *(chance.uniform(0, 6) for _ in range(RUSHED_ROUNDS))):
        asked_at = Office.LIFT - SECOND * before_s
        clock.begin(Office.NOW)
        if what == "lift early":
            scheduling.propose_lift_early(place, office.communicator, campaign_id, lift_at=EARLY, now=clock())
        clock.begin(asked_at - SECOND)
        changed, lifted = at_once(
            lambda asked_at=asked_at: asked(place, office, campaign_id, change, clock, asked_at),  # type: ignore[misc]
            lambda: lifted_at_t(place, campaign_id, clock),
        )
        (campaign,) = rows(place, Campaign)
        assert (campaign.stage, campaign.lift_at) == stored(what, changed=changed)
        assert lifted is (what == "lift early" or not changed)
        outcomes.append(changed)
        again(place, campaign_id)
    assert set(outcomes) == {True, False}
    assert len(rows(place, AuditEvent, col(AuditEvent.action) == audited)) == sum(outcomes)
    with reading(place.engine) as session:
        assert list(audit.breaks(session)) == []


def asked(
    place: Workplace, office: Office, campaign_id: str, change: Change, clock: Rushing, asked_at: datetime
) -> bool:
    """A person asks for it then; True if it counted, False if they were told that it is too late."""
    clock.wait_until(asked_at)
    try:
        change(place, office, campaign_id, clock())
    except AlreadyPublic:
        return False
    return True


def lifted_at_t(place: Workplace, campaign_id: str, clock: Rushing) -> bool:
    """A worker prepares the record just before T, and stores it at T."""
    clock.wait_until(Office.LIFT - SECOND * 0.15)
    with writing(place.engine) as session:
        live = lifting.go_live(session, campaign_id, now=max(clock(), Office.LIFT))
        clock.wait_until(Office.LIFT)
    return live


def stored(what: str, *, changed: bool) -> tuple[Stage, datetime]:
    """What stands in the database once both are done."""
    if not changed:
        return Stage.LIVE, Office.LIFT
    return {
        "hold": (Stage.HELD, Office.LIFT),
        "postpone": (Stage.APPROVED, Office.LIFT + SECOND * 60),
        "lift early": (Stage.LIVE, EARLY),
    }[what]


def again(place: Workplace, campaign_id: str) -> None:
    """As it was before."""
    with writing(place.engine) as session:
        campaign = update(Campaign).where(col(Campaign.id) == campaign_id)
        session.connection().execute(campaign.values(stage=Stage.APPROVED, lifted_at=None, lift_at=Office.LIFT))
