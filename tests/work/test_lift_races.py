"""Hold against go live: the row's lock lets exactly one win, and the other is told (RELIABILITY, fault 22)."""

import threading
from collections.abc import Callable
from datetime import timedelta

from factories import Office, rows
from sqlmodel import col, update

from campaigns.domain.lifecycle import AlreadyPublic, Stage
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign
from campaigns.work import lifting, scheduling

ROUNDS = 200


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
