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
SILENT_AFTER_S = 30.0
MOMENT_S = 1.0


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


class DatabaseSilent(Unready):
    """Too long ago that the database told its time: this machine's clock alone is not believed."""

    message = N_("The database has not answered for {seconds} s. Nothing is opened or sent here until it does.")


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
        self._lock = threading.Lock()  # around the values; never held while the database is asked
        self._measuring = threading.Lock()  # held by the one thread that asks
        self._asked_at: float | None = None  # since when that one waits for its answer
        self.offset = timedelta()
        self._slack = timedelta()
        self._jump = timedelta()
        self._jumped_at: float | None = None
        self._failed: Unready | None = None
        self._answered_at: float | None = None
        self._made_at = self._measure_at = self._steady()
        self._seen = self._trusted = self._moment()  # the last look at the machine's clock, and the last good instant

    def now(self) -> datetime:
        """Aware UTC: the last instant that was trusted, and the time that really passed since."""
        instant, at = self._trusted
        return instant + timedelta(seconds=self._steady() - at)

    def measure(self) -> timedelta:
        """Ask the database for its time and compare. Returns what this machine's clock is behind it, at least.

        Waits for a measurement that is under way. Raises Unready if the database cannot be asked.
        """
        with self._measuring:
            self._measure()
        return self.offset

    def must_be_right(self) -> None:
        """Look for a jump, and measure if the last time was a while ago and nobody else is at it.

        Raises ClockDisagrees, ClockJumped, DatabaseSilent, or Unready if the database cannot be asked.
        """
        with self._lock:
            self._look_for_jump()
        if self._is_due and self._measuring.acquire(timeout=self._patience()):
            try:
                if self._is_due:
                    self._measure()
            finally:
                self._measuring.release()
        with self._lock:
            self._judge()

    @property
    def _is_due(self) -> bool:
        return self._steady() >= self._measure_at

    def _patience(self) -> float:
        """Seconds to wait for another thread's measurement: none, unless there is nothing fresh to go by.

        Then the answer is usually there in a moment, and a node that was idle does not turn away all but one of those
        who come at T. The moment counts from when the database was asked, so a silent one holds nobody up after it.
        """
        if self._failed is not None or self._silent_for is None:
            return 0
        asked_at = self._asked_at
        return MOMENT_S if asked_at is None else max(asked_at + MOMENT_S - self._steady(), 0)

    def _judge(self) -> None:
        silent_for = self._silent_for
        if silent_for is not None:
            raise DatabaseSilent(seconds=round(silent_for))
        if self._failed is not None:
            raise Unready(**self._failed.facts) from self._failed
        if self._disagrees:
            raise ClockDisagrees(offset=f"{self.offset.total_seconds():+.1f}")
        if self._jumped_at is not None:
            raise ClockJumped(jump=f"{self._jump.total_seconds():+.1f}")

    @property
    def _silent_for(self) -> float | None:
        """Seconds without an answer, if that is too long; before the first answer any time is."""
        if self._answered_at is None:
            return self._steady() - self._made_at
        silent_for = self._steady() - self._answered_at
        return silent_for if silent_for > SILENT_AFTER_S else None

    @property
    def _disagrees(self) -> bool:
        return self.offset > MOST_OFF or self.offset + self._slack < -MOST_OFF

    def _measure(self) -> None:
        """Twice, because the first question may have had to open a connection; the quicker answer counts."""
        self._asked_at = self._steady()
        try:
            found = min((self._compared() for _ in range(2)), key=lambda one: one[1])
        except Unready as error:
            self._failed = error
            raise
        finally:
            self._asked_at = None
        with self._lock:
            self._take(*found)

    def _take(self, offset: timedelta, slack: timedelta, moment: tuple[datetime, float]) -> None:
        """Go by what was measured, unless the clock jumped meanwhile or not long ago."""
        self._look_for_jump()
        self.offset, self._slack, self._failed = offset, slack, None
        self._answered_at = self._steady()
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
