"""Claims: each row once however many race, and only the present claim's result counts. On both databases."""

import json
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta

import pytest
from claims import armed, claimed, launched, launched_one, live, race, settled, taken_over
from delivery_rows import A_MOMENT, LEASE, NOW, campaign, delivery, row, rows, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session

from campaigns.domain.embargo import Embargo, is_public
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import deliveries
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Delivery


def new_generation(engine: Engine, number: int = 2) -> None:
    """A hold or a new T that was stored: the campaign's number rises before its rows are touched."""
    with writing(engine) as session:
        session.get_one(Campaign, "c").generation = number


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
