"""The instant itself: everything leaves at T and nothing before, once, and only what still may."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from time import sleep

import pytest
from release.worlds import Inbox, World, all_in, coming, node, wait_for
from servers import silent, status
from sqlalchemy import event
from sqlmodel import Session, col, select, update

from campaigns.domain.errors import Unready
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import ChannelKind
from campaigns.release import dispatcher as module
from campaigns.release import pushes
from campaigns.release.attempts import write
from campaigns.release.dispatcher import ARM_AHEAD, Dispatcher
from campaigns.release.sweeper import Sweeper
from campaigns.store import audit, deliveries
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import LEASE
from campaigns.store.tables import AuditEvent, Campaign, Channel
from campaigns.work.launch.scheduling import confirm_lift_early, hold, postpone, propose_lift_early


def letters_to(world: World, address: str) -> list[str]:
    """The Message-IDs that came to an address, notices left out."""
    return [mail.id for mail in world.mail.received if mail.to == address]


def test_everything_leaves_at_the_lift(world: World) -> None:
    """Pushes, letters and texts for publishing by hand: all sent at T, and the campaign is recorded as live once."""
    with Inbox() as inbox:
        partner = world.partner(inbox.url, "a@example.org", "hand:b@example.org", name="Ungdomsjouren (exempel)")
        campaign = world.approved(partner)
        world.time.now = world.lift_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        assert all_in(world.states(campaign), State.ARMED)
        world.time.now = world.lift_at
        assert node(world).fire(armed)
        rows = world.deliveries(campaign)
        assert {(row.kind, row.state) for row in rows} == {
            (ChannelKind.WEBHOOK, State.LIVE),
            (ChannelKind.EMAIL, State.LIVE),
            (ChannelKind.BY_HAND, State.SENDING),
        }
        assert {row.sent_at for row in rows} == {world.lift_at}
        assert {row.id for row in rows if row.kind is ChannelKind.WEBHOOK} == inbox.ids
        assert world.stage(campaign) is Stage.LIVE
        with reading(world.engine) as session:
            lives = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "campaign.live")).all()
            assert [event.at for event in lives] == [world.lift_at]
            assert list(audit.breaks(session)) == []


def test_nothing_is_live_or_sent_while_the_clock_stands_before_the_lift(world: World) -> None:
    """The transaction is prepared ahead, and neither a reader nor a receiver sees any of it before T."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        world.time.now = world.lift_at - timedelta(milliseconds=1)
        firing = threading.Thread(target=node(world).fire, args=(armed,))
        firing.start()
        sleep(0.3)
        assert world.stage(campaign) is Stage.APPROVED
        assert all_in(world.states(campaign), State.ARMED)
        assert inbox.came == []
        world.time.now = world.lift_at
        firing.join(10)
        assert all_in(world.states(campaign), State.LIVE)


def test_a_silent_receiver_delays_no_other_record(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered is written while one receiver still says nothing; that one is asked again with its id."""
    world = sqlite_world
    monkeypatch.setattr(pushes, "ANSWER_WITHIN_S", 6.0)
    with Inbox(silent, silent) as deaf, Inbox() as inbox:
        campaign = world.approved(
            world.partner(deaf.url, name="Tyst (exempel)"), world.partner(inbox.url, name="Vaken (exempel)")
        )
        world.time.now = world.lift_at
        armed = node(world).arm(coming(world))
        firing = threading.Thread(target=node(world).fire, args=(armed,))
        firing.start()
        wait_for(lambda: world.states(campaign).count(State.LIVE) == 2, within_s=5)
        assert world.states(campaign).count(State.SENDING) == 2
        firing.join(60)
        assert world.states(campaign).count(State.PLANNED) == 2


def test_answers_are_judged_at_the_lift_too(sqlite_world: World) -> None:
    """410 is refused, 500 is planned again, and the others are live."""
    world = sqlite_world
    with Inbox(status(410), status(410)) as gone, Inbox(status(500), status(500)) as broken, Inbox() as inbox:
        for name, receiver in (("a", gone), ("b", broken), ("c", inbox)):
            world.partner(receiver.url, name=f"{name} (exempel)")
        campaign = world.approved()
        world.time.now = world.lift_at
        node(world).fire(node(world).arm(coming(world)))
        assert sorted(world.states(campaign)) == sorted([State.REFUSED, State.PLANNED, State.LIVE])


@pytest.mark.parametrize("letters", [1, 8, 23])
def test_every_letter_is_sent_once(sqlite_world: World, letters: int) -> None:
    """Fewer letters than lines, as many, and more: each arrives once, under its own id."""
    world = sqlite_world
    addresses = [f"mail{number}@example.org" for number in range(letters)]
    campaign = world.approved(world.partner(*addresses, name="Ungdomsjouren (exempel)"))
    world.time.now = world.lift_at
    node(world).fire(node(world).arm(coming(world)))
    assert all_in(world.states(campaign), State.LIVE)
    assert [len(letters_to(world, address)) for address in addresses] == [1] * letters
    assert {row.attempts for row in world.deliveries(campaign)} == {1}


def test_letters_leave_even_if_the_open_lines_have_died(sqlite_world: World) -> None:
    """The mail server hung up just before T: nothing had left, so each letter goes once more in the ordinary way."""
    world = sqlite_world
    addresses = [f"mail{number}@example.org" for number in range(9)]
    campaign = world.approved(world.partner(*addresses, name="Ungdomsjouren (exempel)"))
    world.time.now = world.lift_at
    armed = node(world).arm(coming(world))
    for line in armed.lines:
        line.close()
    node(world).fire(armed)
    assert all_in(world.states(campaign), State.LIVE)
    assert [len(letters_to(world, address)) for address in addresses] == [1] * 9


def test_a_hold_after_arming_wins(world: World) -> None:
    """It was stored first, so nothing leaves and nothing is live."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        hold(world.place, world.office.approver, campaign, now=world.time.now + timedelta(seconds=30))
        world.time.now = world.lift_at
        assert not node(world).fire(armed)
        node(world).give_back(armed)
        assert inbox.came == []
        assert all_in(world.states(campaign), State.HELD)
        assert world.stage(campaign) is Stage.HELD


def test_a_new_time_after_arming_wins_and_is_met(world: World) -> None:
    """Postponed while armed: nothing leaves at the old T; at the new one everything does, under the same ids."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        ids = {row.id for row in world.deliveries(campaign)}
        world.time.now = world.lift_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        new = world.lift_at + timedelta(minutes=5)
        postpone(world.place, world.office.communicator, campaign, lift_at=new, now=world.time.now)
        world.time.now = world.lift_at
        assert not node(world).fire(armed)
        node(world).give_back(armed)
        assert inbox.came == []
        assert world.stage(campaign) is Stage.APPROVED
        world.time.now = new
        assert node(world).fire(node(world).arm(coming(world)))
        assert all_in(world.states(campaign), State.LIVE)
        rows = world.deliveries(campaign)
        assert {row.id for row in rows} == ids
        assert {row.sent_at for row in rows} == {new}


def test_an_earlier_time_after_arming_leaves_the_old_one_empty_handed(world: World) -> None:
    """Two people lift early: the new T is met, and what was armed for the old one sends nothing again."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - ARM_AHEAD
        old = node(world).arm(coming(world))
        early = world.lift_at - timedelta(seconds=30)
        propose_lift_early(world.place, world.office.communicator, campaign, lift_at=early, now=world.time.now)
        confirm_lift_early(world.place, world.office.approver, campaign, lift_at=early, now=world.time.now)
        world.time.now = early
        assert node(world, "b").fire(node(world, "b").arm(coming(world)))
        world.time.now = world.lift_at
        node(world).fire(old)
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == len(inbox.ids) == 2


def test_a_worker_that_slept_through_its_lease_sends_and_writes_nothing(world: World) -> None:
    """Others took its claims over and sent; when it wakes, its fencing numbers are old."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - ARM_AHEAD
        asleep = node(world, "asleep")
        armed = asleep.arm(coming(world))
        world.time.now = world.lift_at + LEASE + timedelta(seconds=1)
        sweeper = Sweeper(world.place, node="awake", clock=world.time)
        assert sweeper.recover() >= 3
        sweeper.sweep()
        sweeper.stop()
        assert all_in(world.states(campaign), State.LIVE)
        came, letters = len(inbox.came), letters_to(world, "a@example.org")
        asleep.fire(armed)
        write(
            world.place, [Result(id=one.id, fence=one.fence, state=State.REFUSED) for one in armed.held], node="asleep"
        )
        asleep.give_back(armed)
        assert all_in(world.states(campaign), State.LIVE)
        assert (len(inbox.came), letters_to(world, "a@example.org")) == (came, letters)


def test_a_worker_that_slept_between_launch_and_sending_sends_nothing(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The intent was stored; then the process was held up past its lease. Whatever others decided stands."""
    world = sqlite_world
    launch = Dispatcher._launch

    def slowly(self: Dispatcher, *arguments: object) -> object:
        launched = launch(self, *arguments)  # type: ignore[arg-type] # passed on as they came
        world.time.now += LEASE + timedelta(seconds=1)
        return launched

    monkeypatch.setattr(Dispatcher, "_launch", slowly)
    with Inbox() as inbox:
        world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        before = len(letters_to(world, "a@example.org"))
        node(world).fire(node(world).arm(coming(world)))
        assert inbox.came == []
        assert len(letters_to(world, "a@example.org")) == before


def test_a_lost_key_stops_only_its_own_channel(sqlite_world: World) -> None:
    """One organisation's signing key cannot be opened any more: its pushes are refused, all others go."""
    world = sqlite_world
    with Inbox() as keyless, Inbox() as inbox:
        campaign = world.approved(
            world.partner(keyless.url, name="Utan nyckel (exempel)"), world.partner(inbox.url, name="Andra (exempel)")
        )
        with writing(world.engine) as session:
            session.connection().execute(
                update(Channel).where(col(Channel.address) == keyless.url).values(secrets=["gone"])
            )
        world.time.now = world.lift_at
        node(world).fire(node(world).arm(coming(world)))
        sweeper = Sweeper(world.place, node="node", clock=world.time)
        sweeper.sweep()
        sweeper.stop()
        states = {(row.recipient, row.state) for row in world.deliveries(campaign)}
        assert states == {(keyless.url, State.REFUSED), (inbox.url, State.LIVE)}


@contextmanager
def without_a_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database goes away in the middle of the launch."""
    with monkeypatch.context() as patch:

        def away(*_arguments: object, **_named: object) -> None:
            raise Unready(reason="gone")

        patch.setattr(module, "stands", away)
        yield


def test_what_could_not_be_launched_is_planned_again_and_leaves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database was away at T: nothing is guessed; once it is back, everything leaves, once."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        armed = node(world).arm(coming(world))
        with without_a_database(monkeypatch), pytest.raises(Unready):
            node(world).fire(armed)
        assert inbox.came == []
        node(world).give_back(armed)
        assert all_in(world.states(campaign), State.PLANNED)
        sweeper = Sweeper(world.place, node="node", clock=world.time)
        sweeper.sweep()
        sweeper.stop()
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == len(inbox.ids) == 2


def test_a_launch_whose_answer_was_lost_sends_nothing_and_is_given_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit arrived and its answer did not: the rows say sending, this node knows better and plans them again."""
    launch = Dispatcher._launch

    def lost(self: Dispatcher, *arguments: object) -> object:
        launch(self, *arguments)  # type: ignore[arg-type] # passed on as they came
        raise Unready(reason="the connection was lost")

    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        armed = node(world).arm(coming(world))
        monkeypatch.setattr(Dispatcher, "_launch", lost)
        with pytest.raises(Unready):
            node(world).fire(armed)
        assert all_in(world.states(campaign), State.SENDING)
        node(world).give_back(armed)
        assert all_in(world.states(campaign), State.PLANNED)
        assert inbox.came == []


def test_a_lift_that_waited_for_the_lock_is_recorded_when_it_went(sqlite_world: World) -> None:
    """Another program held the embedded database across T: the trail and the leases say when it really was."""
    world = sqlite_world
    held_up, asked = timedelta(seconds=4), threading.Event()
    with Inbox() as inbox, closing(sqlite3.connect(str(world.engine.url.database), isolation_level=None)) as other:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        armed = node(world).arm(coming(world))
        other.execute("BEGIN IMMEDIATE")
        event.listen(world.engine, "before_cursor_execute", lambda *_: asked.set())
        with ThreadPoolExecutor(1) as pool:
            fired = pool.submit(node(world).fire, armed)
            assert asked.wait(60)
            world.time.now += held_up
            other.execute("ROLLBACK")
            assert fired.result(60)
        assert all_in(world.states(campaign), State.LIVE)
        with reading(world.engine) as session:
            [live] = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "campaign.live")).all()
            assert live.at == session.get_one(Campaign, campaign).lifted_at == world.lift_at + held_up


def test_an_outcome_is_written_when_the_database_is_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side has the message and only this process knows: it waits and writes instead of forgetting."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        armed = node(world).arm(coming(world))
        settle, failures = deliveries.settle, [Unready(reason="gone"), Unready(reason="gone")]

        def shaky(session: Session, results: Sequence[Result], *, node: str) -> int:
            if failures:
                raise failures.pop()
            return settle(session, results, node=node)

        monkeypatch.setattr(deliveries, "settle", shaky)
        node(world).fire(armed)
        assert failures == []
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == 2


def test_a_stale_result_changes_nothing(world: World) -> None:
    """An attempt that ended after its claim was taken over is told of and not believed."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        armed = node(world).arm(coming(world))
        armed.close()
        world.time.now += LEASE + timedelta(seconds=1)
        sweeper = Sweeper(world.place, node="awake", clock=world.time)
        sweeper.recover()
        sweeper.stop()
        before = [(row.state, row.fence) for row in world.deliveries(campaign)]
        late = [Result(id=one.id, fence=one.fence, state=State.LIVE, confirmed_at=world.time.now) for one in armed.held]
        write(world.place, late, node="node")
        assert [(row.state, row.fence) for row in world.deliveries(campaign)] == before
