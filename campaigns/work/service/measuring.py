"""What is measured of the service for whoever watches it by machine: counts and ages, no name and no word of anything.

A scrape comes every few seconds, so what it asks must not grow with what was ever sent. What is not settled is found by
an index. What is settled only grows: it is counted at most once a minute, and never while something is armed, so that a
scrape takes nothing from a release.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy
from sqlalchemy import ColumnElement, Integer, SQLColumnExpression, case, cast, func
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState, Stage
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.disarming import disarmed_since
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.service.health import OVERDUE_AFTER, Worker, workers_known
from campaigns.work.workplace import Workplace

SETTLED = (DeliveryState.LIVE, DeliveryState.CANCELLED)
COUNT_SETTLED_EVERY = timedelta(minutes=1)
OUTCOMES: Mapping[DeliveryState, str] = {
    DeliveryState.LIVE: "accepted",
    DeliveryState.REFUSED: "refused",
    DeliveryState.UNKNOWN: "unclear",
    DeliveryState.SENDING: "under_way",
}
FAILED = "failed"
"""Every attempt that was followed by another one, or by nothing: no connection, or the other side was busy."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """The deliveries of one kind in one state: how many, how many were tried at all, and the attempts made in all."""

    kind: ChannelKind
    state: DeliveryState
    deliveries: int
    tried: int
    attempts: int


@dataclass(frozen=True, kw_only=True)
class LastRelease:
    """The newest release: its lift, and when the first and the last of what was planned for it left."""

    lift_at: datetime
    first_sent_at: datetime | None
    last_sent_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Measures:
    """One look at the service. `due` should leave now, `overdue` should have left long ago."""

    counts: tuple[Count, ...]
    due: int
    overdue: int
    oldest_overdue_at: datetime | None
    workers: tuple[Worker, ...]
    waiting: int
    past_lift: int
    disarmed: bool
    audit_events: int
    last_release: LastRelease | None

    @property
    def need_a_person(self) -> int:
        """Deliveries about which somebody must decide."""
        return sum(count.deliveries for count in self.counts if count.state in NEEDS_A_PERSON)

    @property
    def attempts(self) -> Mapping[str, int]:
        """Attempts by what became of them: the last one as the delivery's state tells, each one before it failed."""
        found = Counter(dict.fromkeys((*OUTCOMES.values(), FAILED), 0))
        for count in self.counts:
            last = count.tried if count.state in OUTCOMES else 0
            found[OUTCOMES.get(count.state, FAILED)] += last
            found[FAILED] += count.attempts - last
        return found


@dataclass(frozen=True, kw_only=True)
class _Settled:
    counted_at: datetime
    counts: tuple[Count, ...]
    last_release: LastRelease | None


class Measuring:
    """Measures again and again, for one process, and keeps in mind what is settled."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._settled: _Settled | None = None

    def look(self, *, now: datetime) -> Measures:
        """Measure. Raises Unready if the database cannot be asked."""
        with reading(self._place.engine) as session:
            open_ = _counts(session, [state for state in DeliveryState if state not in SETTLED])
            settled = self._settled_then(session, open_, now)
            due, overdue, oldest = _due(session, now)
            waiting, past_lift = _lifts(session, now)
            return Measures(
                counts=(*open_, *settled.counts),
                due=due,
                overdue=overdue,
                oldest_overdue_at=oldest,
                workers=workers_known(session),
                waiting=waiting,
                past_lift=past_lift,
                disarmed=session.exec(select(disarmed_since())).one() is not None,
                audit_events=audit.last_number(session),
                last_release=settled.last_release,
            )

    def _settled_then(self, session: Session, open_: Iterable[Count], now: datetime) -> _Settled:
        armed = any(count.state is DeliveryState.ARMED for count in open_)
        known = self._settled
        if known is None or (not armed and abs(now - known.counted_at) >= COUNT_SETTLED_EVERY):
            known = _Settled(counted_at=now, counts=_counts(session, SETTLED), last_release=_last_release(session))
            self._settled = known
        return known


def _counts(session: Session, states: Iterable[DeliveryState]) -> tuple[Count, ...]:
    rows = session.connection().execute(
        sqlalchemy.select(  # SQLModel's own takes four columns at most
            col(Delivery.kind),
            col(Delivery.state),
            func.count(),
            _sum(case((col(Delivery.attempts) > 0, 1), else_=0)),
            _sum(col(Delivery.attempts)),
        )
        .where(col(Delivery.state).in_(list(states)))
        .group_by(col(Delivery.kind), col(Delivery.state))
    )
    return tuple(
        Count(kind=ChannelKind(kind), state=DeliveryState(state), deliveries=deliveries, tried=tried, attempts=attempts)
        for kind, state, deliveries, tried, attempts in rows
    )


def _sum(of: SQLColumnExpression[int]) -> ColumnElement[int]:
    """A whole number also where there is nothing, and on PostgreSQL, which adds up to a decimal."""
    return cast(func.coalesce(func.sum(of), 0), Integer)


def _due(session: Session, now: datetime) -> tuple[int, int, datetime | None]:
    """What should leave now, what should have left long ago, and since when the oldest of that."""
    long_ago = col(Delivery.due_at) <= now - OVERDUE_AFTER
    late = case((long_ago, 1), else_=0)
    due, overdue, oldest = session.exec(
        select(func.count(), _sum(late), func.min(Delivery.due_at)).where(
            col(Delivery.state) == DeliveryState.PLANNED, col(Delivery.due_at) <= now
        )
    ).one()
    return due - overdue, overdue, oldest if overdue else None


def _lifts(session: Session, now: datetime) -> tuple[int, int]:
    """Approved campaigns that wait for their lift, and those whose lift has passed without a worker recording it."""
    passed = case((col(Campaign.lift_at) <= now, 1), else_=0)
    total, past = session.exec(select(func.count(), _sum(passed)).where(col(Campaign.stage) == Stage.APPROVED)).one()
    return total - past, past


def _last_release(session: Session) -> LastRelease | None:
    newest = session.exec(
        select(Campaign.id, Campaign.lift_at)
        .where(col(Campaign.lifted_at).is_not(None))
        .order_by(col(Campaign.lifted_at).desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    campaign_id, lift_at = newest
    first, last = session.exec(
        select(func.min(Delivery.sent_at), func.max(Delivery.sent_at)).where(
            col(Delivery.campaign_id) == campaign_id,
            col(Delivery.release_id).is_not(None),
            col(Delivery.planned_at) == lift_at,
        )
    ).one()
    return LastRelease(lift_at=lift_at, first_sent_at=first, last_sent_at=last)
