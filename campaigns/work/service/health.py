"""The health of the service, as stewards see it: the doctor's findings, and where deliveries stand. No content."""

import fcntl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, String, case, cast, func, literal
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.workers import CLOCK_LOOKS_OFF, Problem, problem_named
from campaigns.settings import Settings
from campaigns.store import nodes
from campaigns.store.engine import database_now, reading
from campaigns.store.tables import Channel, Delivery, Organisation
from campaigns.version import this_version
from campaigns.work.service.doctor import Finding, examine
from campaigns.work.workplace import Workplace

OVERDUE_AFTER = timedelta(minutes=2)
"""A sweep comes each second, so what should have left this long ago has nobody who sends it."""
STATES = ("planned", "due", "overdue", "armed", "sending", "held", "needs_person")


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How many deliveries of one kind stand where. `due` should leave now; `overdue` should have left long ago."""

    kind: ChannelKind
    notices: bool
    planned: int
    due: int
    overdue: int
    armed: int
    sending: int
    held: int
    needs_person: int


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A release worker as it last told of itself. One that does not live ended without saying so within a day."""

    name: str
    version: str
    other_version: bool
    started_at: datetime
    silent_for: timedelta
    lives: bool
    problem: Problem | None
    offset_ms: int
    clock_is_off: bool
    armed: int
    sending: int


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """A channel whose last test failed. Its address may carry a key, so it is not told."""

    organisation_id: str
    organisation: str
    kind: ChannelKind
    name: str
    problem: str
    checked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Health:
    """What was found, which workers told of themselves, what waits, and which channels fail."""

    findings: tuple[Finding, ...]
    workers: tuple[Worker, ...]
    queues: tuple[Queue, ...]
    troubles: tuple[Trouble, ...]

    @property
    def not_fine(self) -> tuple[Finding, ...]:
        """The findings that ask for something."""
        return tuple(finding for finding in self.findings if finding.level != "ok")


def health(place: Workplace, settings: Settings, actor: Actor, *, now: datetime, dials: bool = False) -> Health:
    """How the service is. With `dials` the mail server and every channel are asked as well, which takes a while."""
    actor.must(Permission.SEE_HEALTH)
    findings = examine(
        settings,
        place,
        offset=lambda: clock_offset(place),
        now=now,
        dials=dials,
    )
    found = list(findings)
    with reading(place.engine) as session:
        queues, troubles = _queues(session, now), _troubles(session)
        workers = workers_known(session)
    return Health(findings=(*found, _overdue(queues)), workers=workers, queues=queues, troubles=troubles)


def workers_known(session: Session) -> tuple[Worker, ...]:
    """Every worker that told of itself within a day and did not end in order, the oldest first."""
    return tuple(_worker(seen) for seen in nodes.seen(session))


def _worker(seen: nodes.Seen) -> Worker:
    return Worker(
        name=seen.name,
        version=seen.version,
        other_version=seen.version != this_version(),
        started_at=seen.started_at,
        silent_for=seen.silent_for,
        lives=seen.lives,
        problem=None if seen.ready else problem_named(seen.problem),
        offset_ms=round(seen.offset.total_seconds() * 1000),
        clock_is_off=abs(seen.offset) > CLOCK_LOOKS_OFF,
        armed=seen.armed,
        sending=seen.sending,
    )


def clock_offset(place: Workplace) -> timedelta:
    """How far the clock by which this process acts is behind the database's; SQLite has none of its own."""
    instant = database_now(place.engine)
    return instant - place.clock() if instant is not None else timedelta()


def worker_lock(settings: Settings) -> Path | None:
    """The file that the one worker of an embedded database holds; None for a shared database."""
    if not settings.embedded:
        return None
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    return file.with_name(file.name + ".worker")


def worker_runs(settings: Settings) -> bool | None:
    """Whether a release worker holds the lock; None where it cannot be known from this machine."""
    lock = worker_lock(settings)
    if lock is None:
        return None
    if not lock.exists():
        return False
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _queues(session: Session, now: datetime) -> tuple[Queue, ...]:
    """Every kind that has anything to send, notices to members beside what is published."""
    is_notice = case((col(Delivery.event) == Event.NOTICE, 1), else_=0)
    standing = _standing(now)
    rows = session.exec(
        select(Delivery.kind, is_notice, standing, func.count())
        .where(col(Delivery.state).not_in([DeliveryState.LIVE, DeliveryState.CANCELLED]))
        .group_by(col(Delivery.kind), is_notice, standing)
    )
    counted: dict[tuple[ChannelKind, bool], dict[str, int]] = {}
    for kind, notice, state, count in rows:
        counted.setdefault((ChannelKind(kind), bool(notice)), {})[state] = count
    return tuple(_queue(*key, counts=counts) for key, counts in sorted(counted.items()))


def _standing(now: datetime) -> ColumnElement[str]:
    """One of STATES for each delivery, in SQL."""
    state, due_at = col(Delivery.state), col(Delivery.due_at)
    planned = state == DeliveryState.PLANNED
    return case(
        (planned & (due_at <= now - OVERDUE_AFTER), literal("overdue")),
        (planned & (due_at <= now), literal("due")),
        (state.in_(NEEDS_A_PERSON), literal("needs_person")),
        else_=cast(state, String),
    )


def _queue(kind: ChannelKind, notices: bool, *, counts: Mapping[str, int]) -> Queue:  # noqa: FBT001 - half of a key
    return Queue(kind=kind, notices=notices, **{state: counts.get(state, 0) for state in STATES})


def _overdue(queues: tuple[Queue, ...]) -> Finding:
    count = sum(queue.overdue for queue in queues)
    if count:
        says = N_("{count} deliveries should have left more than two minutes ago. See that a release worker runs.")
        return Finding(name="queue", level="error", says=says, facts={"count": count})
    return Finding(name="queue", level="ok", says=N_("Nothing is overdue."), facts={})


def _troubles(session: Session) -> tuple[Trouble, ...]:
    rows = session.exec(
        select(Channel, Organisation)
        .join(Organisation, col(Organisation.id) == col(Channel.organisation_id))
        .where(col(Channel.problem) != "", col(Channel.removed_at).is_(None))
        .order_by(col(Organisation.name), col(Channel.kind))
    )
    return tuple(
        Trouble(
            organisation_id=organisation.id,
            organisation=organisation.name,
            kind=channel.kind,
            name=channel.name,
            problem=channel.problem,
            checked_at=channel.checked_at,
        )
        for channel, organisation in rows
    )
