"""Leases: what a node works on it keeps, and what a dead one held is taken over once. On both databases."""

from collections import Counter
from datetime import timedelta

from claims import armed, claimed, launched, launched_one, race, settled, taken_over
from delivery_rows import A_MOMENT, LEASE, NOW, campaign, delivery, row, rows, store
from sqlalchemy import Engine

from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind
from campaigns.store import leases
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import InHand


def over_for(engine: Engine, ours: InHand) -> list[str]:
    """What a node would take over once a lease is over."""
    later = NOW + LEASE + A_MOMENT
    with reading(engine) as session:
        found = [one.id for one in leases.abandoned(session, ours, now=later, most=9)]
        assert leases.has_abandoned(session, ours, now=later) is bool(found)
    return found


def test_what_is_given_back_can_be_claimed_at_once_and_the_old_claim_is_worth_nothing(engine: Engine) -> None:
    """Only armed rows: what is on its way cannot be taken back."""
    waiting, leaving = store(engine, [campaign(stage=Stage.APPROVED)], [delivery(), delivery(kind=ChannelKind.EMAIL)])
    old = armed(engine)
    launched(engine, kinds=(ChannelKind.EMAIL,))
    with writing(engine) as session:
        assert leases.give_back(session, node="n2") == 0
        assert leases.give_back(session, node="n1", campaign_id="other") == 0
        assert leases.give_back(session, node="n1", campaign_id="c") == 1
    assert row(engine, leaving).state is DeliveryState.SENDING
    again = armed(engine, "n2")
    assert set(again) == {waiting}
    assert not launched_one(engine, waiting, old[waiting])
    assert launched_one(engine, waiting, again[waiting], "n2")


def test_a_lease_is_over_a_moment_after_its_end_and_not_before(engine: Engine) -> None:
    """Until then nobody touches the row."""
    [one] = store(engine, [campaign()], [delivery()])
    claimed(engine)
    for now, over in ((NOW + LEASE, False), (NOW + LEASE + A_MOMENT, True)):
        with reading(engine) as session:
            assert leases.has_abandoned(session, InHand(node="n2"), now=now) is over
            found = leases.abandoned(session, InHand(node="n2"), now=now, most=9)
            assert [each.id for each in found] == ([one] if over else [])


def test_a_renewed_lease_is_kept_for_what_the_node_really_works_on(engine: Engine) -> None:
    """Single deliveries by their ids, armed ones by their campaign; what it forgot runs out."""
    store(engine, [campaign(), campaign("near", stage=Stage.APPROVED)], [delivery() for _ in range(2)])
    worked_on, forgotten = claimed(engine)
    store(engine, [], [delivery(campaign_id="near")])
    [for_lift] = armed(engine, campaign_id="near")
    later = NOW + LEASE
    with writing(engine) as session:
        assert leases.renew(session, node="n1", ids=[worked_on], campaigns=["near"], now=later) == 2
        assert leases.renew(session, node="n2", ids=[forgotten], campaigns=["c"], now=later) == 0
    assert taken_over(engine, now=later + A_MOMENT) == [forgotten]
    assert row(engine, worked_on).lease_until == later + LEASE
    assert row(engine, for_lift).lease_until == later + leases.ARMED_LEASE


def test_a_lease_that_is_hardly_used_is_not_written_anew(engine: Engine) -> None:
    """A crowd of rows each second would cost the database more than the release."""
    store(engine, [campaign()], [delivery()])
    [one] = claimed(engine)
    for later, written in ((NOW + LEASE / 2, 0), (NOW + LEASE / 2 + A_MOMENT, 1)):
        with writing(engine) as session:
            assert leases.renew(session, node="n1", ids=[one], campaigns=[], now=later) == written


def test_a_node_never_takes_over_what_it_has_armed_itself(engine: Engine) -> None:
    """However long it was held up: it still holds the connections. What it was sending it does take up again."""
    store(engine, [campaign("near", stage=Stage.APPROVED)], [delivery(campaign_id="near")])
    [for_lift] = armed(engine, campaign_id="near")
    for node, over in (("n1", []), ("n2", [for_lift])):
        assert over_for(engine, InHand(node=node)) == over


def test_a_node_never_takes_over_what_it_is_sending_at_this_moment(engine: Engine) -> None:
    """A database that was away let the lease run out: the node has the outcome in hand, and others cannot know that."""
    store(engine, [campaign()], [delivery()])
    [one] = claimed(engine)
    assert over_for(engine, InHand(node="n1")) == [one]
    assert over_for(engine, InHand(node="n1", ids={one})) == []
    assert over_for(engine, InHand(node="n1", campaigns=["c"])) == []
    assert over_for(engine, InHand(node="n2", ids={one}, campaigns=["c"])) == [one]


def test_what_a_person_was_told_of_is_never_taken_for_abandoned(engine: Engine) -> None:
    """Handed over, it is on its way for as long as that person needs, and no node holds it."""
    [one] = store(engine, [campaign()], [delivery(kind=ChannelKind.BY_HAND)])
    claim = claimed(engine)
    assert settled(engine, Result(id=one, fence=claim[one], state=DeliveryState.SENDING, sent_at=NOW)) == 1
    assert taken_over(engine, now=NOW + timedelta(days=9)) == []
    with writing(engine) as session:
        assert leases.expire_leases(session, now=NOW) == 0


def test_the_only_worker_of_an_embedded_database_takes_over_at_once_what_a_dead_one_held(engine: Engine) -> None:
    """It knows that it is alone, so it need not wait for leases to run out."""
    ids = store(engine, [campaign()], [delivery() for _ in range(3)])
    claimed(engine, "dead")
    with writing(engine) as session:
        assert leases.expire_leases(session, now=NOW) == 3
    assert sorted(taken_over(engine, now=NOW)) == sorted(ids)


def test_two_nodes_that_take_over_at_the_same_time_do_not_take_over_twice(engine: Engine) -> None:
    """The fence would rise twice, and with it a healthy claim could be lost."""
    ids = store(engine, [campaign()], [delivery() for _ in range(40)])
    claimed(engine, "dead")
    later = NOW + LEASE + A_MOMENT
    given_out = race(lambda _: dict.fromkeys(taken_over(engine, now=later), 0))
    assert given_out == Counter(ids)
    assert {one.fence for one in rows(engine).values()} == {2}
