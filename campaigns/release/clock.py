"""The time by which a node acts: its own clock, put right by the database's, and doubted when either behaves oddly."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Engine

from campaigns.domain.errors import N_, Unready
from campaigns.store.engine import database_now

MOST_OFF = timedelta(seconds=1)
STEADY_AFTER = timedelta(seconds=60)
MEASURE_EVERY_S = 10.0


def system_now() -> datetime:
    """This machine's clock, aware UTC."""
    return datetime.now(UTC)


class ClockDisagrees(Unready):
    """This machine's clock and the database's differ by more than a second."""

    message = N_(
        "This machine's clock differs from the database's by {offset} s. Nothing is opened or sent here. Set the clock."
    )


class ClockJumped(Unready):
    """The clock moved more than a second against the time that really passed."""

    message = N_("The clock jumped by {jump} s. Nothing is opened or sent until it has been steady for a minute.")


class NodeClock:
    """`now()` for one process. SQLite has no clock of its own; there only the machine's is watched for jumps."""

    def __init__(
        self,
        engine: Engine,
        *,
        system: Callable[[], datetime] = system_now,
        steady: Callable[[], float] = monotonic,
        of_database: Callable[[Engine], datetime | None] = database_now,
    ) -> None:
        self._engine, self._system, self._steady, self._of_database = engine, system, steady, of_database
        self._lock = threading.Lock()
        self.offset = timedelta()
        self._jump = timedelta()
        self._jumped_at: float | None = None
        self._measured_at: float | None = None
        self._anchor = (system(), steady())

    def now(self) -> datetime:
        """Aware UTC, by the database's clock where it has one."""
        return self._system() + self.offset

    def measure(self) -> timedelta:
        """Ask the database for its time and compare. Returns what this machine's clock is behind it."""
        with self._lock:
            self._look_for_jump()
            before = self._system()
            theirs = self._of_database(self._engine)
            after = self._system()
            self.offset = theirs - (before + (after - before) / 2) if theirs else timedelta()
            self._measured_at = self._steady()
            return self.offset

    def _look_for_jump(self) -> None:
        wall, steady = self._system(), self._steady()
        jump = (wall - self._anchor[0]) - timedelta(seconds=steady - self._anchor[1])
        if abs(jump) > MOST_OFF:
            self._jump, self._jumped_at = jump, steady
        self._anchor = (wall, steady)

    def must_be_right(self) -> None:
        """Measure if the last time was a while ago. Raises ClockDisagrees or ClockJumped."""
        if self._measured_at is None or self._steady() - self._measured_at > MEASURE_EVERY_S:
            self.measure()
        if abs(self.offset) > MOST_OFF:
            raise ClockDisagrees(offset=f"{self.offset.total_seconds():+.1f}")
        if self._jumped_at is not None and self._steady() - self._jumped_at < STEADY_AFTER.total_seconds():
            raise ClockJumped(jump=f"{self._jump.total_seconds():+.1f}")
