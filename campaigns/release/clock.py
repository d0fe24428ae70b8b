"""The time by which a node acts: its own clock, put right by the database's, and doubted when either behaves oddly.

Between two measurements time runs on the steady counter of the machine, which nobody can set. So a clock that is set,
or jumps, between a look at it and the instant T cannot open anything early.
"""

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
MEASURE_IN_DOUBT_S = 1.0
SAME_MOMENT_S = 0.1


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
        self._slack = timedelta()
        self._jump = timedelta()
        self._jumped_at: float | None = None
        self._measure_at = self._steady()
        self._seen = self._trusted = self._moment()  # the last look at the machine's clock, and the last good instant

    def now(self) -> datetime:
        """Aware UTC: the last instant that was trusted, and the time that really passed since."""
        instant, at = self._trusted
        return instant + timedelta(seconds=self._steady() - at)

    def measure(self) -> timedelta:
        """Ask the database for its time and compare. Returns what this machine's clock is behind it, at least."""
        with self._lock:
            self._measure()
            return self.offset

    def must_be_right(self) -> None:
        """Look for a jump, and measure if the last time was a while ago. Raises ClockDisagrees or ClockJumped."""
        with self._lock:
            self._look_for_jump()
            if self._steady() >= self._measure_at:
                self._measure()
            if self._disagrees:
                raise ClockDisagrees(offset=f"{self.offset.total_seconds():+.1f}")
            if self._jumped_at is not None:
                raise ClockJumped(jump=f"{self._jump.total_seconds():+.1f}")

    @property
    def _disagrees(self) -> bool:
        return self.offset > MOST_OFF or self.offset + self._slack < -MOST_OFF

    def _measure(self) -> None:
        """Twice, because the first question may have had to open a connection; the quicker answer counts."""
        self._look_for_jump()
        self.offset, self._slack, moment = min((self._compared() for _ in range(2)), key=lambda found: found[1])
        if self._jumped_at is not None and self._steady() - self._jumped_at >= STEADY_AFTER.total_seconds():
            self._jumped_at = None
        good = not self._disagrees and self._jumped_at is None
        if good:
            instant, at = moment
            self._trusted = (instant + self.offset, at)
        self._measure_at = self._steady() + (MEASURE_EVERY_S if good else MEASURE_IN_DOUBT_S)

    def _compared(self) -> tuple[timedelta, timedelta, tuple[datetime, float]]:
        """The database's time less ours, by how much more it may be, and when. It errs so that nothing opens early.

        The database read its clock at some instant before the answer came; that it was the last one is the late side.
        """
        _, asked = self._moment()
        theirs = self._of_database(self._engine)
        moment = self._moment()
        if theirs is None:
            return timedelta(), timedelta(), moment
        return theirs - moment[0], timedelta(seconds=moment[1] - asked), moment

    def _look_for_jump(self) -> None:
        wall, steady = self._moment()
        jump = (wall - self._seen[0]) - timedelta(seconds=steady - self._seen[1])
        if abs(jump) > MOST_OFF:
            self._jump, self._jumped_at = jump, steady
        if abs(jump) > MOST_OFF or steady - self._seen[1] > MEASURE_EVERY_S:
            self._seen = (wall, steady)

    def _moment(self) -> tuple[datetime, float]:
        """Both clocks at one moment: asked again if this process was held up in between."""
        while True:
            before, wall, after = self._steady(), self._system(), self._steady()
            if after - before < SAME_MOMENT_S:
                return wall, after
