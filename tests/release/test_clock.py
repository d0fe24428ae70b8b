"""The clock of a node: put right by the database's, doubted when it jumps or disagrees, never ahead of the truth."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine

from campaigns.domain.errors import Unready
from campaigns.release import clock as clocks
from campaigns.release.clock import ClockDisagrees, ClockJumped, DatabaseSilent, NodeClock
from campaigns.store import engine as engines
from campaigns.store.engine import make_engine

NOON = datetime(2026, 12, 14, 12, 0, tzinfo=UTC)
NOBODY = create_engine("sqlite://")


class World:
    """The true time, and how far the machine's and the database's clocks are from it. Asking takes `trip` seconds."""

    def __init__(self, *, has_clock: bool = True) -> None:
        self.passed = 0.0
        self.machine_off = self.database_off = 0.0
        self.trip = 0.0
        self.has_clock = has_clock
        self.clock = self.new_clock()

    def new_clock(self) -> NodeClock:
        """A node that starts now."""
        return NodeClock(NOBODY, system=self.system, steady=lambda: self.passed, of_database=self.database)

    @property
    def truth(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    def system(self) -> datetime:
        return self.truth + timedelta(seconds=self.machine_off)

    def database(self, _engine: Engine) -> datetime | None:
        self.passed += self.trip / 2
        read = self.truth + timedelta(seconds=self.database_off)
        self.passed += self.trip / 2
        return read if self.has_clock else None

    def off(self) -> float:
        """Seconds by which the node is ahead of the database, or of the truth where that has no clock."""
        right = self.truth + timedelta(seconds=self.database_off if self.has_clock else 0)
        return (self.clock.now() - right).total_seconds()


def test_a_node_follows_the_databases_clock() -> None:
    """Half a second is put right; it is no reason to doubt."""
    world = World()
    world.machine_off = 0.5
    world.clock.must_be_right()
    assert world.off() == 0


@pytest.mark.parametrize("off", [3600, -3600, 1.1, -1.1])
def test_a_node_whose_clock_is_off_by_more_than_a_second_is_not_ready(off: float) -> None:
    """An hour ahead or behind, or just too much: the node says by how much."""
    world = World()
    world.machine_off = off
    with pytest.raises(ClockDisagrees) as found:
        world.new_clock().must_be_right()
    assert f"{-off:+.1f}" in str(found.value)


def test_a_node_is_ready_as_soon_as_its_clock_is_set() -> None:
    """Whoever sets the clock need not wait for the next ordinary measurement, only until the jump has settled."""
    world = World()
    world.machine_off = 5
    world.clock = world.new_clock()
    with pytest.raises(ClockDisagrees):
        world.clock.must_be_right()
    world.passed, world.machine_off = 2, 0
    with pytest.raises(ClockJumped):
        world.clock.must_be_right()
    world.passed = 63
    world.clock.must_be_right()
    assert world.off() == 0


@pytest.mark.parametrize("has_clock", [True, False])
@pytest.mark.parametrize("jump", [3600, -3600, 1.5])
def test_a_jump_is_noticed_at_once_and_moves_nothing(jump: float, has_clock: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """Between two measurements too: what asks for the time meanwhile still gets the right one."""
    world = World(has_clock=has_clock)
    world.clock.must_be_right()
    world.passed, world.machine_off = 3, jump
    assert world.off() == 0
    with pytest.raises(ClockJumped if not has_clock else (ClockJumped, ClockDisagrees)):
        world.clock.must_be_right()
    assert world.off() == 0


def test_after_a_steady_minute_a_jump_is_over() -> None:
    """A machine that woke from sleep, or was set, works again; without a database's clock its own is believed."""
    world = World(has_clock=False)
    world.clock.must_be_right()
    world.passed, world.machine_off = 5, 100
    for second in (5, 30, 64):
        world.passed = second
        with pytest.raises(ClockJumped):
            world.clock.must_be_right()
        assert world.off() == 0
    world.passed = 66
    world.clock.must_be_right()
    assert world.off() == 100


def test_a_second_jump_starts_the_minute_anew() -> None:
    """A clock that is set back and forth is not steady."""
    world = World(has_clock=False)
    world.clock.must_be_right()
    for second, off in ((10, 50), (50, 0), (80, 0), (109, 0)):
        world.passed, world.machine_off = second, off
        with pytest.raises(ClockJumped):
            world.clock.must_be_right()
    world.passed = 111
    world.clock.must_be_right()
    assert world.off() == 0


def test_a_database_whose_clock_jumps_ahead_opens_nothing() -> None:
    """It disagrees with the machine's; the node holds, and its time does not move."""
    world = World()
    world.clock.must_be_right()
    world.passed, world.database_off = 11, 3600
    with pytest.raises(ClockDisagrees):
        world.clock.must_be_right()
    assert (world.clock.now() - world.truth).total_seconds() == 0


def test_a_slow_database_makes_a_node_late_and_never_early() -> None:
    """Its clock was read at some instant before the answer came: the node takes the latest one."""
    world = World()
    world.trip, world.database_off = 0.4, -0.3
    world.clock.must_be_right()
    assert -0.4 <= world.off() <= 0


@given(
    offs=st.tuples(st.floats(-0.4, 0.4), st.floats(-0.4, 0.4)),
    trips=st.lists(st.floats(0, 0.5), min_size=1, max_size=6),
    waits=st.lists(st.floats(0, 30), min_size=1, max_size=6),
)
def test_a_ready_node_is_never_ahead_of_the_database(
    offs: tuple[float, float], trips: list[float], waits: list[float]
) -> None:
    """Whatever the small differences and delays: behind by one question's time at most, ahead by nothing."""
    world = World()
    world.machine_off, world.database_off = offs
    world.clock = world.new_clock()
    for trip, wait in zip(trips, waits, strict=False):
        world.trip = trip
        world.clock.must_be_right()
        world.passed += wait
        assert -0.5 - 1e-5 <= world.off() <= 1e-5


class SilentWorld(World):
    """A database that can fall silent, or be away."""

    def __init__(self) -> None:
        self.asked, self.speaks, self.away = threading.Event(), threading.Event(), False
        self.speaks.set()
        super().__init__()

    def database(self, engine: Engine) -> datetime | None:
        self.asked.set()
        assert self.speaks.wait(20)
        if self.away:
            raise Unready(reason="gone")
        return super().database(engine)

    @contextmanager
    def someone_asks(self) -> Iterator[Callable[[], None]]:
        """Another thread waits for a database that does not answer; gives what lets it answer, which the end does."""
        self.asked.clear()
        self.speaks.clear()
        with ThreadPoolExecutor(max_workers=1) as pool:
            asking = pool.submit(self.clock.must_be_right)
            try:
                assert self.asked.wait(10)
                yield self.speaks.set
            finally:
                self.speaks.set()
                asking.exception(10)


def test_nobody_waits_for_a_database_that_is_silent_towards_someone_else() -> None:
    """The last values are fresh enough for half a minute; then the node is closed, and says since when."""
    world = SilentWorld()
    world.clock.must_be_right()
    world.passed = 11
    with world.someone_asks():
        for world.passed in (11, 20, 30):
            world.clock.must_be_right()
            assert world.off() == 0
        world.passed = 41
        with pytest.raises(DatabaseSilent, match="has not answered for 41 s"):
            world.clock.must_be_right()
    world.clock.must_be_right()


def test_a_jump_is_noticed_while_the_database_is_silent() -> None:
    """Nobody holds the lock meanwhile; and the answer, when it comes, does not make the jump good."""
    world = SilentWorld()
    world.clock.must_be_right()
    world.passed = 11
    with world.someone_asks():
        world.machine_off = 3600
        with pytest.raises(ClockJumped):
            world.clock.must_be_right()
    assert world.off() == 0
    with pytest.raises((ClockJumped, ClockDisagrees)):
        world.clock.must_be_right()


def test_before_the_first_answer_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that starts beside a silent database has nothing to go by."""
    monkeypatch.setattr(clocks, "MOMENT_S", 0.05)
    world = SilentWorld()
    with world.someone_asks(), pytest.raises(DatabaseSilent):
        world.clock.must_be_right()


def test_a_node_that_was_idle_turns_nobody_away_at_the_lift() -> None:
    """Of many readers at once the first measures; the others get its answer, which comes in a moment."""
    world = SilentWorld()
    world.clock.must_be_right()
    world.passed = 3600
    with world.someone_asks() as answer, ThreadPoolExecutor(max_workers=4) as pool:
        readers = [pool.submit(world.clock.must_be_right) for _ in range(4)]
        answer()
        assert [reader.exception(10) for reader in readers] == [None] * 4


def test_a_database_that_cannot_be_asked_closes_the_node_until_it_can() -> None:
    """For whoever asks while someone else tries again, too."""
    world = SilentWorld()
    world.clock.must_be_right()
    world.passed, world.away = 11, True
    with pytest.raises(Unready, match="gone"):
        world.clock.must_be_right()
    with world.someone_asks():
        with pytest.raises(Unready, match="gone"):
            world.clock.must_be_right()
        world.away = False
    world.clock.must_be_right()


def test_measuring_on_purpose_waits_for_its_answer() -> None:
    """The doctor wants the figure and not a guess."""
    world = SilentWorld()
    world.machine_off = -0.5
    with world.someone_asks() as answer, ThreadPoolExecutor(max_workers=1) as pool:
        measuring = pool.submit(world.clock.measure)
        assert not measuring.done()
        answer()
        assert measuring.result(10) == timedelta(seconds=0.5)


def test_a_postgresql_that_takes_the_call_and_says_nothing_makes_the_node_unready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A real connection, to someone who listens and never speaks."""
    monkeypatch.setattr(engines, "CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = make_engine(f"postgresql+psycopg://samklang@127.0.0.1:{silent.getsockname()[1]}/samklang")
        with pytest.raises(Unready):
            NodeClock(engine).must_be_right()
        engine.dispose()
