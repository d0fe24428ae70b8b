"""Claims: each row once however many race, and only the present claim's result counts. On both databases."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from delivery_rows import A_MOMENT, LEASE, NOW, campaign, delivery, row, rows, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session

from campaigns.domain.embargo import Embargo, is_public
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import deliveries, leases
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import InHand
from campaigns.store.tables import Campaign, Delivery

RACERS = 20


def claimed(engine: Engine, node: str = "n1", *, now: datetime = NOW, most: int = 100) -> dict[str, int]:
    """Claim what is due; gives id → fence."""
    with writing(engine) as session:
        found = deliveries.claim_due(session, node=node, now=now, lease=LEASE, most=most)
        return {one.id: one.fence for one in found}


def armed(engine: Engine, node: str = "n1", *, campaign_id: str = "c", most: int = 100) -> dict[str, int]:
    """Arm a campaign's deliveries; gives id → fence."""
    with writing(engine) as session:
        found = deliveries.arm(
            session, campaign_id=campaign_id, generation=1, node=node, now=NOW, lease=LEASE, most=most
        )
        return {one.id: one.fence for one in found}


def launched(engine: Engine, node: str = "n1", *, kinds: tuple[ChannelKind, ...] = (ChannelKind.WEBHOOK,)) -> set[str]:
    """Launch what the node holds armed of the campaign `c`; gives the ids that may leave."""
    with writing(engine) as session:
        return set(deliveries.launch(session, node=node, campaign_id="c", kinds=kinds, now=NOW, lease=LEASE))


def launched_one(engine: Engine, delivery_id: str, fence: int, node: str = "n1") -> bool:
    """Launch a single one."""
    with writing(engine) as session:
        return deliveries.launch_one(
            session, delivery_id=delivery_id, fence=fence, node=node, now=NOW + LEASE, lease=LEASE
        )


def settled(engine: Engine, *results: Result, node: str = "n1") -> int:
    """Write outcomes; gives how many counted."""
    with writing(engine) as session:
        return deliveries.settle(session, results, node=node)


def live(delivery_id: str, fence: int) -> Result:
    """The outcome of an attempt that went well."""
    return Result(id=delivery_id, fence=fence, state=DeliveryState.LIVE, sent_at=NOW, confirmed_at=NOW)


def taken_over(engine: Engine, *, now: datetime) -> list[str]:
    """What another worker does with abandoned rows: plan them again under a new fence."""
    with writing(engine) as session:
        found = leases.abandoned(session, InHand(node="other"), now=now, most=100)
        for one in found:
            one.state, one.fence = DeliveryState.PLANNED, one.fence + 1
            one.claimed_by = one.lease_until = None
            session.add(one)
        return [one.id for one in found]


def new_generation(engine: Engine, number: int = 2) -> None:
    """A hold or a new T that was stored: the campaign's number rises before its rows are touched."""
    with writing(engine) as session:
        session.get_one(Campaign, "c").generation = number


def race(racer: Callable[[str], dict[str, int]]) -> Counter[str]:
    """Twenty nodes begin at the same instant; counts how often each row was given out."""
    start = Barrier(RACERS)

    def run(number: int) -> list[str]:
        start.wait()
        return list(racer(f"n{number}"))

    with ThreadPoolExecutor(RACERS) as pool:
        return Counter(id_ for ids in pool.map(run, range(RACERS)) for id_ in ids)


def test_twenty_racing_claimers_claim_each_row_once(engine: Engine) -> None:
    """Fault 5. What one leaves, another takes, until nothing is left."""
    ids = store(engine, [campaign()], [delivery() for _ in range(100)])
    given_out = race(lambda node: claimed(engine, node, most=5) | claimed(engine, node, most=5))
    assert given_out == Counter(ids)
    assert {(one.attempts, one.fence, one.state) for one in rows(engine).values()} == {(1, 1, DeliveryState.SENDING)}


def test_twenty_nodes_arming_the_same_lift_share_its_rows(engine: Engine) -> None:
    """Each row is held by one node, which is the one that was given it."""
    soon = NOW + timedelta(minutes=1)
    ids = store(
        engine,
        [campaign(stage=Stage.APPROVED, lift_at=soon)],
        [delivery(due_at=soon) for _ in range(60)],
    )
    given_out = race(lambda node: armed(engine, node, most=10) | armed(engine, node, most=10))
    assert given_out == Counter(ids)
    assert {(one.attempts, one.state) for one in rows(engine).values()} == {(0, DeliveryState.ARMED)}


CLAIMER = """
import json, sys
from datetime import datetime, timedelta
from campaigns.store import deliveries
from campaigns.store.engine import make_engine, writing

engine, node, mine = make_engine(sys.argv[1]), sys.argv[2], []
print("ready", flush=True)
sys.stdin.readline()
while True:
    with writing(engine) as session:
        found = deliveries.claim_due(
            session, node=node, now=datetime.fromisoformat(sys.argv[3]), lease=timedelta(seconds=30), most=3
        )
        mine += [one.id for one in found]
    if not found:
        break
print(json.dumps(mine))
"""


@pytest.mark.slow
def test_racing_processes_claim_each_row_once(engine: Engine) -> None:
    """The same with real processes, which share nothing but the database."""
    ids = store(engine, [campaign()], [delivery() for _ in range(60)])
    address = engine.url.render_as_string(hide_password=False)
    racers = [
        subprocess.Popen(  # noqa: S603 - this interpreter, and words of ours
            [sys.executable, "-c", CLAIMER, address, f"n{number}", NOW.isoformat()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    given_out = Counter[str]()
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        said, _ = racer.communicate(timeout=60)
        given_out.update(json.loads(said))
    assert given_out == Counter(ids)


def test_the_soonest_due_are_claimed_first_and_no_more_than_asked_for(engine: Engine) -> None:
    """So that a late delivery is not overtaken for ever."""
    ids = store(engine, [campaign()], [delivery(due_at=NOW - timedelta(seconds=s)) for s in (1, 3, 2)])
    assert list(claimed(engine, most=2)) == [ids[1], ids[2]]


def test_nothing_is_claimed_before_it_is_due(engine: Engine) -> None:
    """The instant itself is included."""
    [waiting] = store(engine, [campaign()], [delivery(due_at=NOW)])
    assert not claimed(engine, now=NOW - A_MOMENT)
    with reading(engine) as session:
        assert not deliveries.has_due(session, now=NOW - A_MOMENT)
        assert deliveries.has_due(session, now=NOW)
    assert set(claimed(engine, now=NOW)) == {waiting}


INSTANTS = st.integers(-90, 90).map(lambda seconds: NOW + timedelta(seconds=seconds))
CAMPAIGNS = st.builds(lambda stage, lift_at: campaign(stage=stage, lift_at=lift_at), st.sampled_from(Stage), INSTANTS)
DELIVERIES = st.builds(
    delivery,
    campaign_id=st.sampled_from(["c", None]),
    event=st.sampled_from(Event),
    state=st.sampled_from(DeliveryState),
    due_at=INSTANTS,
    in_release=st.just(value=False),
)
WITHOUT_CAMPAIGN = {Event.NOTICE, Event.PING}


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(of=CAMPAIGNS, waiting=st.lists(DELIVERIES, max_size=12), now=INSTANTS)
def test_only_what_is_due_and_may_be_known_is_ever_claimed(
    engine: Engine, of: Campaign, waiting: list[Delivery], now: datetime
) -> None:
    """Promise 1 for pushes: no event of a campaign leaves before it is public. Notices may: they say nothing."""
    with writing(engine) as session:
        for table in ("deliveries", "releases", "campaigns"):
            session.connection().execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names from the line above
    public = is_public(Embargo(stage=of.stage, briefing_opens_at=of.briefing_opens_at, lift_at=of.lift_at), now=now)
    withdrawn = of.stage is Stage.WITHDRAWN
    may_leave = {
        one.id
        for one in waiting
        if one.state is DeliveryState.PLANNED
        and one.due_at <= now
        and (
            one.event in WITHOUT_CAMPAIGN
            or (one.campaign_id is not None and (public or (withdrawn and one.event is Event.MESSAGE_WITHDRAWN)))
        )
    }
    store(engine, [of], waiting)
    with reading(engine) as session:
        assert deliveries.has_due(session, now=now) is bool(may_leave)
    assert set(claimed(engine, now=now)) == may_leave


def test_a_claim_stores_the_intent_to_send_and_counts_it(engine: Engine) -> None:
    """Promise 3: the row knows before the first byte leaves."""
    [one] = store(engine, [campaign()], [delivery()])
    assert claimed(engine) == {one: 1}
    found = row(engine, one)
    assert (found.state, found.claimed_by, found.attempts) == (DeliveryState.SENDING, "n1", 1)
    assert found.lease_until == NOW + LEASE


def test_arming_takes_only_planned_first_attempts_of_the_release(engine: Engine) -> None:
    """Notices, retries and what is held are not part of the volley at T."""
    wanted = delivery()
    others = [
        delivery(in_release=False, event=Event.NOTICE),
        delivery(attempts=1),
        delivery(state=DeliveryState.HELD),
        delivery(state=DeliveryState.CANCELLED),
        delivery(campaign_id="other"),
    ]
    store(engine, [campaign(stage=Stage.APPROVED), campaign("other")], [wanted, *others])
    assert set(armed(engine)) == {rows(engine)[wanted.id].id}


def test_a_paused_worker_that_wakes_after_its_lease_changes_nothing(engine: Engine) -> None:
    """Fault 6. Its row was taken over and sent by another; its own result comes from a claim that is lost."""
    [one] = store(engine, [campaign()], [delivery()])
    paused = claimed(engine, "paused")
    later = NOW + LEASE + A_MOMENT
    assert taken_over(engine, now=later) == [one]
    awake = claimed(engine, "awake", now=later)
    refused = Result(id=one, fence=paused[one], state=DeliveryState.REFUSED, error="too late")
    assert settled(engine, refused, node="paused") == 0
    assert settled(engine, live(one, awake[one]), node="awake") == 1
    assert settled(engine, refused, node="paused") == 0
    assert row(engine, one).state is DeliveryState.LIVE
    assert row(engine, one).error is None


def test_the_same_node_with_an_older_claim_counts_nothing_either(engine: Engine) -> None:
    """The number decides, not the name."""
    [one] = store(engine, [campaign()], [delivery()])
    old = claimed(engine)
    later = NOW + LEASE + A_MOMENT
    taken_over(engine, now=later)
    new = claimed(engine, now=later)
    assert settled(engine, live(one, old[one])) == 0
    assert row(engine, one).state is DeliveryState.SENDING
    assert settled(engine, live(one, new[one])) == 1


def test_another_node_that_guesses_the_number_counts_nothing(engine: Engine) -> None:
    """Name and number together are the claim."""
    [one] = store(engine, [campaign()], [delivery()])
    claim = claimed(engine, "n1")
    assert settled(engine, live(one, claim[one]), node="n2") == 0


def test_an_outcome_counts_once(engine: Engine) -> None:
    """A settled row is free, so the same result again changes nothing."""
    [one] = store(engine, [campaign()], [delivery()])
    claim = claimed(engine)
    assert settled(engine, live(one, claim[one])) == 1
    assert settled(engine, live(one, claim[one])) == 0


def test_outcomes_are_settled_in_batches_and_only_those_that_count_are_counted(engine: Engine) -> None:
    """One statement for many; lost claims among them harm nobody."""
    store(engine, [campaign()], [delivery() for _ in range(50)])
    claims = claimed(engine)
    results = [live(id_, fence + number % 2) for number, (id_, fence) in enumerate(claims.items())]
    assert settled(engine, *results) == 25
    assert settled(engine) == 0
    states = Counter(one.state for one in rows(engine).values())
    assert states == {DeliveryState.LIVE: 25, DeliveryState.SENDING: 25}


def test_a_settled_row_is_free_and_keeps_its_first_sent_instant(engine: Engine) -> None:
    """The receipt tells when it first left, and a retry must not make that later."""
    [one] = store(engine, [campaign()], [delivery()])
    claim = claimed(engine)
    again_at = NOW + timedelta(seconds=5)
    retry = Result(id=one, fence=claim[one], state=DeliveryState.PLANNED, due_at=again_at, sent_at=NOW, error="busy")
    assert settled(engine, retry) == 1
    planned = row(engine, one)
    assert (planned.state, planned.due_at, planned.sent_at) == (DeliveryState.PLANNED, again_at, NOW)
    assert (planned.claimed_by, planned.lease_until, planned.planned_at) == (None, None, NOW)
    claim = claimed(engine, now=again_at)
    good = Result(
        id=one,
        fence=claim[one],
        state=DeliveryState.LIVE,
        sent_at=again_at,
        confirmed_at=again_at,
        address="https://example.org/1",
    )
    assert settled(engine, good) == 1
    done = row(engine, one)
    assert (done.sent_at, done.confirmed_at, done.due_at) == (NOW, again_at, again_at)
    assert (done.address, done.error, done.attempts) == ("https://example.org/1", None, 2)


def test_every_time_in_the_embedded_database_has_one_form(sqlite_engine: Engine) -> None:
    """SQLite compares times as text, so a time written in another form would be due at another instant."""
    [one] = store(sqlite_engine, [campaign()], [delivery()])
    claim = claimed(sqlite_engine)
    at = NOW + timedelta(seconds=5)
    settled(
        sqlite_engine,
        Result(id=one, fence=claim[one], state=DeliveryState.PLANNED, due_at=at, sent_at=at, confirmed_at=at),
    )
    columns = "planned_at, due_at, sent_at, confirmed_at, created_at"
    with reading(sqlite_engine) as session:
        stored = session.connection().exec_driver_sql(f"SELECT {columns} FROM deliveries").one()  # noqa: S608 - the line above
    assert set(stored) == {"2026-12-14 05:00:00.000000", "2026-12-14 05:00:05.000000"}
    assert not claimed(sqlite_engine, now=at - A_MOMENT)
    assert set(claimed(sqlite_engine, now=at)) == {one}


def test_at_the_lift_a_node_launches_what_it_holds_and_nothing_else(engine: Engine) -> None:
    """Of this campaign, of these kinds, under its own claim."""
    held_by_me = store(engine, [campaign(stage=Stage.APPROVED)], [delivery() for _ in range(3)])
    assert set(armed(engine, "n1")) == set(held_by_me)
    [mail] = store(engine, [], [delivery(kind=ChannelKind.EMAIL)])
    [foreign] = store(engine, [], [delivery()])
    armed(engine, "n1", most=0)
    with writing(engine) as session:
        for one, node in ((mail, "n1"), (foreign, "n2")):
            found = session.get_one(Delivery, one)
            found.state, found.claimed_by, found.lease_until = DeliveryState.ARMED, node, NOW
    assert launched(engine, "n1") == set(held_by_me)
    assert {row(engine, one).attempts for one in held_by_me} == {1}
    assert {row(engine, one).state for one in (mail, foreign)} == {DeliveryState.ARMED}
    assert launched(engine, "n1") == set(), "what left once does not leave again"


def test_what_was_armed_for_an_earlier_generation_does_not_leave(engine: Engine) -> None:
    """Fault 23: a hold or a new T that was stored first wins, for one and for all."""
    [one] = store(engine, [campaign(stage=Stage.APPROVED)], [delivery()])
    claim = armed(engine)
    new_generation(engine)
    assert launched(engine) == set()
    assert not launched_one(engine, one, claim[one])
    assert row(engine, one).state is DeliveryState.ARMED
    assert row(engine, one).attempts == 0


def test_a_single_letter_is_launched_only_under_its_present_claim(engine: Engine) -> None:
    """Node, number, state and generation must all be right; and once is enough."""
    [one] = store(engine, [campaign(stage=Stage.APPROVED)], [delivery(kind=ChannelKind.EMAIL)])
    claim = armed(engine)
    assert not launched_one(engine, one, claim[one] + 1)
    assert not launched_one(engine, one, claim[one], "n2")
    assert launched_one(engine, one, claim[one])
    assert not launched_one(engine, one, claim[one])
    assert row(engine, one).lease_until == NOW + LEASE + LEASE


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


def over_for(engine: Engine, ours: InHand) -> list[str]:
    """What a node would take over once a lease is over."""
    later = NOW + LEASE + A_MOMENT
    with reading(engine) as session:
        found = [one.id for one in leases.abandoned(session, ours, now=later, most=9)]
        assert leases.has_abandoned(session, ours, now=later) is bool(found)
    return found


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


def test_a_claim_that_is_rolled_back_was_never_made(engine: Engine) -> None:
    """A worker killed before its commit leaves the row for the next."""
    [one] = store(engine, [campaign()], [delivery()])
    with Session(engine) as session:
        assert deliveries.claim_due(session, node="killed", now=NOW, lease=LEASE, most=9)
        session.rollback()
    assert claimed(engine) == {one: 1}


def test_a_worker_with_nothing_to_do_finds_that_out_with_one_question(engine: Engine) -> None:
    """Something due, or something that anybody holds, is something to do; what is to come or over is not."""

    def quiet() -> bool:
        with reading(engine) as session:
            return deliveries.is_quiet(session, now=NOW)

    assert quiet()
    later, over = NOW + A_MOMENT, DeliveryState.LIVE
    [_, _, due] = store(engine, [campaign()], [delivery(due_at=later), delivery(state=over), delivery(due_at=NOW)])
    assert not quiet()
    assert list(claimed(engine)) == [due]
    assert not quiet()
    assert settled(engine, live(due, 1)) == 1
    assert quiet()
