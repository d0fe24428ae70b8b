"""The heartbeat of a worker: every few seconds it stores that it lives, and whether it could release anything.

It has a thread of its own, so a round that hangs is told as well, and so is a clock in doubt: whoever cannot send must
at least be seen.
"""

import logging
from collections.abc import Collection
from contextlib import suppress
from time import monotonic

from sqlalchemy import Engine

from campaigns.domain.errors import Unready
from campaigns.domain.workers import Problem
from campaigns.release.clock import NodeClock
from campaigns.store import nodes
from campaigns.store.engine import reading, writing
from campaigns.version import this_version

log = logging.getLogger(__name__)

TELL_EVERY_S = 5.0
STALLED_AFTER_S = 30.0


class Beat:
    """What one worker tells of itself, and of its rounds named in `vital`. What goes wrong here stops no release."""

    def __init__(self, engine: Engine, *, node: str, clock: NodeClock, vital: Collection[str]) -> None:
        self._engine, self._node, self._clock, self._vital = engine, node, clock, vital
        self._failed: dict[str, str] = {}
        self._ended_at: dict[str, float] = {}

    def acted(self, what: str, error: Exception | None = None) -> None:
        """A regular round has ended, well or with an error. Only those without which nothing leaves are minded."""
        if what in self._vital:
            self._failed[what], self._ended_at[what] = type(error).__name__ if error else "", monotonic()

    def tell(self) -> None:
        """Store how this worker is. A database that is away hears of it the next time; the sweeps log that."""
        try:
            self._tell()
        except Unready:
            return
        except Exception:  # a beat that ended would make a living worker look dead
            log.exception("telling that this worker lives failed")

    def _tell(self) -> None:
        problem = self._problem()
        with reading(self._engine) as session:
            armed, sending = nodes.held_by(session, self._node)
        told = nodes.Told(
            name=self._node,
            version=this_version(),
            ready=not problem,
            problem=problem,
            offset=self._clock.offset,
            armed=armed,
            sending=sending,
        )
        with writing(self._engine) as session:
            nodes.tell(session, told)

    def _problem(self) -> str:
        """The type of what keeps this worker from releasing; nothing if it is ready."""
        try:
            self._clock.must_be_right()
        except Unready as error:
            return type(error).__name__
        if any(monotonic() - ended > STALLED_AFTER_S for ended in list(self._ended_at.values())):
            return Problem.STALLED.value
        return next((failed for failed in list(self._failed.values()) if failed), "")

    def stop(self) -> None:
        """Say that this worker ends, so that nobody takes it for dead."""
        with suppress(Unready), writing(self._engine) as session:
            nodes.forget(session, self._node)
