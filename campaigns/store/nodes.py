"""The release workers, as each tells of itself every few seconds. All instants are by the database's clock.

So a worker whose own clock is wrong is seen to live, and to be unready.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import DeliveryState
from campaigns.store.engine import clock_of
from campaigns.store.tables import Delivery, Node

LIVES = timedelta(seconds=20)
"""A worker tells every five seconds; one that was silent for this long is dead, or cut off."""
KEPT = timedelta(days=1)
MOST_MS = 2**31 - 1
"""What the column holds: a clock that stands in another decade is as wrong as one that stands in another month."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a worker tells of itself. `problem` is the type of an error, never its words; `offset` as in NodeClock."""

    name: str
    version: str
    ready: bool
    problem: str
    offset: timedelta
    armed: int
    sending: int


@dataclass(frozen=True, kw_only=True)
class Seen(Told):
    """A worker as it last told of itself, and how long ago that was."""

    started_at: datetime
    seen_at: datetime
    silent_for: timedelta

    @property
    def lives(self) -> bool:
        """Whether it told of itself not long ago."""
        return self.silent_for < LIVES


def held_by(session: Session, name: str) -> tuple[int, int]:
    """How many deliveries a worker holds armed, and how many it has under way."""
    rows = session.exec(
        select(Delivery.state, func.count())
        .where(col(Delivery.state).in_([DeliveryState.ARMED, DeliveryState.SENDING]), col(Delivery.claimed_by) == name)
        .group_by(col(Delivery.state))
    )
    held = {DeliveryState(state): count for state, count in rows}
    return held.get(DeliveryState.ARMED, 0), held.get(DeliveryState.SENDING, 0)


def tell(session: Session, told: Told) -> None:
    """Store that this worker lives and how it is; remove those that have been dead for a day."""
    now = clock_of(session)
    facts: dict[str, Any] = {
        "version": told.version,
        "seen_at": now,
        "ready": told.ready,
        "problem": told.problem,
        "offset_ms": _milliseconds(told.offset),
        "armed": told.armed,
        "sending": told.sending,
    }
    known = session.connection().execute(update(Node).where(col(Node.name) == told.name).values(facts))
    if not known.rowcount:
        session.add(Node(name=told.name, started_at=now, **facts))
    session.connection().execute(delete(Node).where(col(Node.seen_at) < now - KEPT))


def _milliseconds(offset: timedelta) -> int:
    return max(-MOST_MS, min(round(offset.total_seconds() * 1000), MOST_MS))


def seen(session: Session) -> Sequence[Seen]:
    """Every worker that told of itself within a day and did not say that it ends, the oldest first."""
    now = clock_of(session)
    rows = session.exec(select(Node).where(col(Node.seen_at) >= now - KEPT).order_by(col(Node.started_at), Node.name))
    return [
        Seen(
            name=row.name,
            version=row.version,
            ready=row.ready,
            problem=row.problem,
            offset=timedelta(milliseconds=row.offset_ms),
            armed=row.armed,
            sending=row.sending,
            started_at=row.started_at,
            seen_at=row.seen_at,
            silent_for=max(now - row.seen_at, timedelta()),
        )
        for row in rows
    ]


def forget(session: Session, name: str) -> None:
    """This worker ends in order."""
    session.connection().execute(delete(Node).where(col(Node.name) == name))


def forget_all(session: Session) -> None:
    """No worker lives: only for the one worker of an embedded database, which knows that it is alone."""
    session.connection().execute(delete(Node))
