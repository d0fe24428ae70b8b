"""The sweep: retries and refusals, what comes late, and one bad receiver that holds up nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket
from threading import Event, current_thread

from factories import Office
from release.worlds import DroppingMail, Inbox, World, all_in, listening, wait_for
from servers import OK, silent, status
from sqlalchemy import Engine

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.release.sweeper import Sweeper
from campaigns.store import deliveries, leases
from campaigns.store.engine import reading, writing
from campaigns.store.leases import LEASE
from campaigns.store.tables import Campaign
from campaigns.web import WorkReading, WorkShelves, build_app
from campaigns.work.launch.reporting import release_receipt, try_again
from campaigns.work.launch.scheduling import hold

LATER = timedelta(minutes=10)


@contextmanager
def sweeping(world: World) -> Iterator[Sweeper]:
    """A sweeper that is stopped in the end."""
    sweeper = Sweeper(world.place, node="node", clock=world.time)
    try:
        yield sweeper
    finally:
        sweeper.stop()


def swept(sweeper: Sweeper) -> int:
    """One sweep, with every attempt it began at its end."""
    begun = sweeper.sweep()
    wait_for(lambda: not sweeper.under_way)
    return begun


def test_nothing_leaves_before_the_lift(world: World) -> None:
    """Not a millisecond before: the sweep looks at the clock and at the campaign."""
    with Inbox() as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - timedelta(milliseconds=1)
        notices = len(world.mail.received)
        swept(sweeper)
        assert inbox.came == []
        assert all(received.to != "a@example.org" for received in world.mail.received[notices:])
        assert all_in(world.states(campaign), State.PLANNED)


def test_without_a_worker_pages_open_at_the_lift_and_pushes_leave_when_one_comes(world: World) -> None:
    """The page opens by the clock alone; ten minutes later a worker sends, and the receipt says how late."""
    with Inbox() as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        slug = slug_of(world, campaign)
        client = build_app(
            reading=WorkReading(world.engine),
            shelves=WorkShelves(world.place),
            clock=world.time,
            ready=lambda: None,
            lift_step=timedelta(seconds=60),
            base_url="http://127.0.0.1:9",
        ).test_client()
        world.time.now = world.lift_at - timedelta(microseconds=1)
        assert client.get(f"/kampanj/{slug}").status_code == 404
        world.time.now = world.lift_at
        assert client.get(f"/kampanj/{slug}").status_code == 200
        assert inbox.came == []
        world.time.now = world.lift_at + LATER
        swept(sweeper)
        receipt = release_receipt(world.place, world.office.operator, slug)
        assert len(inbox.ids) == len(inbox.came) == 2
        assert receipt["summary"]["live"] == receipt["summary"]["deliveries"] == 3
        assert receipt["summary"]["sent_ms"]["first"] == LATER.total_seconds() * 1000


def slug_of(world: World, campaign_id: str) -> str:
    """The campaign's public name."""
    with reading(world.engine) as session:
        return session.get_one(Campaign, campaign_id).slug


def test_a_silent_receiver_holds_up_nobody(world: World) -> None:
    """While one attempt hangs, all others are made and written."""
    with Inbox(silent, silent) as deaf, Inbox() as inbox, sweeping(world) as sweeper:
        campaign = world.approved(
            world.partner(deaf.url, name="Tyst (exempel)"), world.partner(inbox.url, name="Vaken (exempel)")
        )
        world.time.now = world.lift_at
        sweeper.sweep()
        wait_for(lambda: world.states(campaign).count(State.LIVE) == 2)
        assert world.states(campaign).count(State.SENDING) == 2
        wait_for(lambda: len(sweeper.under_way) == 2)
        deaf.hang_up()


def test_a_busy_receiver_is_asked_again_when_it_said(sqlite_world: World) -> None:
    """429 with Retry-After: not before that, and then with the same id."""
    world = sqlite_world
    busy = status(429, "Retry-After: 120")
    with Inbox(busy, busy) as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        swept(sweeper)
        assert all_in(world.states(campaign), State.PLANNED)
        assert {row.due_at for row in world.deliveries(campaign)} == {world.lift_at + timedelta(seconds=120)}
        world.time.now += timedelta(seconds=119)
        assert swept(sweeper) == 0
        world.time.now += timedelta(seconds=1)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
        assert (len(inbox.came), len(inbox.ids)) == (4, 2)


def test_a_receiver_that_is_gone_is_not_asked_again(sqlite_world: World) -> None:
    """410 is a no for good; a person is needed."""
    world = sqlite_world
    with Inbox(status(410), status(410)) as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        swept(sweeper)
        assert all_in(world.states(campaign), State.REFUSED)
        world.time.now += timedelta(days=1)
        assert swept(sweeper) == 0


def test_a_broken_receiver_is_tried_again_with_the_same_id(world: World) -> None:
    """500, then 200: two tries, one id, live."""
    with Inbox(status(500), status(500)) as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        swept(sweeper)
        assert all_in(world.states(campaign), State.PLANNED)
        world.time.now += timedelta(seconds=7)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
        assert [row.attempts for row in world.deliveries(campaign)] == [2, 2]
        assert (len(inbox.came), len(inbox.ids)) == (4, 2)


def test_a_letter_whose_fate_is_unknown_waits_for_a_person(engine: Engine, tmp_path: Path) -> None:
    """The mail server hung up after the message: nothing is sent again until someone decides, and then with its id."""
    with listening(DroppingMail()) as mail:
        world = World.at(engine, tmp_path, mail)
        partner = world.partner("a@example.org", name="Ungdomsjouren (exempel)")
        campaign = world.approved(partner)
        world.time.now = world.lift_at
        with sweeping(world) as sweeper:
            swept(sweeper)
            assert all_in(world.states(campaign), State.UNKNOWN)
            world.time.now += timedelta(hours=2)
            swept(sweeper)
            assert len([came for came in mail.received if came.to == "a@example.org"]) == 1
            (delivery,) = world.deliveries(campaign)
            try_again(world.place, partner, delivery.id, now=world.time.now)
            swept(sweeper)
            ids = [came.id for came in mail.received if came.to == "a@example.org"]
            assert len(ids) == 2
            assert len(set(ids)) == 1
            assert delivery.id in ids[0]


def test_what_waited_too_long_is_left_to_a_person(world: World) -> None:
    """After the channel's greatest lateness nothing leaves by itself; a person may still send it."""
    with Inbox() as inbox, sweeping(world) as sweeper:
        partner = world.partner(inbox.url, name="Ungdomsjouren (exempel)")
        campaign = world.approved(partner)
        lateness = world.place.channels[ChannelKind.WEBHOOK].traits.greatest_lateness
        world.time.now = world.lift_at + lateness + timedelta(seconds=1)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LATE)
        assert inbox.came == []
        for delivery in world.deliveries(campaign):
            try_again(world.place, partner, delivery.id, now=world.time.now)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == 2


def test_a_late_release_of_more_than_there_are_hands_leaves_once(sqlite_world: World) -> None:
    """As hands become free. What a busy machine did not answer in time leaves with the next sweeps."""
    world = sqlite_world
    with Inbox() as inbox, sweeping(world) as sweeper:
        partners = [world.partner(inbox.url + str(n), name=f"Förening {n} (exempel)") for n in range(50)]
        campaign = world.approved(*partners)
        world.time.now = world.lift_at
        for _ in range(20):
            swept(sweeper)
            if all_in(world.states(campaign), State.LIVE):
                break
            world.time.now += timedelta(minutes=1)
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.ids) == 100


def test_a_dead_workers_pushes_are_repeated_and_its_letters_are_not(world: World) -> None:
    """The intent was stored and the worker is gone: a push goes again with its id, a letter is a person's."""
    with Inbox() as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        claim_as_another(world)
        world.time.now += timedelta(seconds=29)
        assert sweeper.recover() == 0
        world.time.now += timedelta(seconds=2)
        assert sweeper.recover() >= 3
        swept(sweeper)
        states = {row.kind: row.state for row in world.deliveries(campaign)}
        assert states == {ChannelKind.WEBHOOK: State.LIVE, ChannelKind.EMAIL: State.UNKNOWN}
        assert len(inbox.came) == 2


def test_a_worker_that_sleeps_between_its_claim_and_the_attempt_sends_nothing(world: World) -> None:
    """Fault 6. While it was stopped its lease ran out: a letter is a person's by then, who may send it anew.

    The threads that make attempts wake later than the sweep that claimed for them.
    """
    asleep = LEASE + timedelta(seconds=1)

    def clock() -> datetime:
        return world.time.now + (asleep if current_thread().name.startswith("attempt") else timedelta())

    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        letters = len(world.mail.received)
        slow = Sweeper(world.place, node="slow", clock=clock)
        assert slow.sweep() >= 3
        slow.stop()
        assert inbox.came == []
        assert len(world.mail.received) == letters
        assert all_in(world.states(campaign), State.PLANNED)
        world.time.now += asleep
        with sweeping(world) as sweeper:
            swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == len(inbox.ids) == 2


def test_a_worker_does_not_take_over_what_it_is_at_itself(world: World) -> None:
    """Fault 13. A database that is locked lets its leases run out; the answer that then comes counts, and nothing is
    sent again.
    """
    answer = Event()

    def late(connection: socket, _stopped: Event) -> None:
        answer.wait(60)
        connection.sendall(OK)

    with Inbox(late, late) as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        sweeper.sweep()
        wait_for(lambda: len(inbox.came) == 2)
        world.time.now += LEASE + timedelta(seconds=1)
        assert sweeper.recover() == 0
        answer.set()
        wait_for(lambda: not sweeper.under_way)
        assert all_in(world.states(campaign), State.LIVE)
        assert [row.attempts for row in world.deliveries(campaign)] == [1, 1]


def claim_as_another(world: World) -> None:
    """Claim all that is due as a worker does that then dies."""
    with writing(world.engine) as session:
        deliveries.claim_due(session, node="dead", now=world.time.now, lease=leases.LEASE, most=1000)


def test_nothing_is_ever_sent_for_a_campaign_that_is_held(world: World) -> None:
    """Held before T, T passes: nothing leaves, whatever is due."""
    with Inbox() as inbox, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        hold(world.place, world.office.approver, campaign, now=Office.NOW)
        world.time.now = world.lift_at + timedelta(hours=1)
        swept(sweeper)
        assert inbox.came == []
        assert all_in(world.states(campaign), State.HELD)
