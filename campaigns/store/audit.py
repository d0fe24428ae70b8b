"""Writing and checking the audit trail: a chain of hashes that shows when a row was changed or taken away."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.checkpoints import NOTHING, End, Link
from campaigns.store.tables import AuditEvent

START = NOTHING.hash
ROWS_AT_ONCE = 1000
_LOCK = 0x53414D4B  # "SAMK": PostgreSQL's advisory lock for the end of the chain


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    *,
    now: datetime,
    campaign_id: str | None = None,
    details: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Append an event in the caller's transaction. `details` hold ids, states and times, never content.

    `actor` is None for what the clock did.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = last(session)
    event = AuditEvent(
        number=before.number + 1 if before else 1,
        at=now,
        action=action,
        member_id=actor.member_id if actor else None,
        organisation_id=actor.organisation_id if actor else None,
        campaign_id=campaign_id,
        details=dict(details or {}),
        previous=before.hash if before else START,
        hash="",
    )
    event.hash = hash_of(event)
    session.add(event)
    session.flush()
    return event


def hash_of(event: AuditEvent) -> str:
    """SHA-256 over everything an event says, the hash before it included."""
    said = {name: value for name, value in event.model_dump(mode="json").items() if name != "hash"}
    said["at"] = event.at.astimezone(UTC).isoformat()  # as it comes back from the database, whatever zone it came in
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def events(session: Session, *, after: int = 0) -> Iterator[AuditEvent]:
    """Every event after a number in order, as they come from the database: never more than a handful at once."""
    in_order = select(AuditEvent).where(col(AuditEvent.number) > after).order_by(col(AuditEvent.number))
    yield from session.exec(in_order, execution_options={"yield_per": ROWS_AT_ONCE})


def last(session: Session) -> AuditEvent | None:
    """The newest event."""
    return session.exec(select(AuditEvent).order_by(col(AuditEvent.number).desc()).limit(1)).first()


def numbered(session: Session, number: int) -> AuditEvent | None:
    """One event by its number."""
    return session.get(AuditEvent, number)


def links(events: Iterable[AuditEvent], *, after: End = NOTHING) -> Iterator[Link]:
    """The chain, event by event: altered ones do not hold, nor does one after an event that was removed or put in.

    `after` is where the events before these end.
    Events removed at the very end leave a whole chain: only a checkpoint that was kept elsewhere shows that.
    """
    previous, expected = after.hash, after.number + 1
    for event in events:
        holds = event.number == expected and event.previous == previous and event.hash == hash_of(event)
        yield Link(number=event.number, at=event.at, hash=event.hash, holds=holds)
        previous, expected = event.hash, event.number + 1


def breaks(session: Session) -> Iterator[int]:
    """The numbers of the events where the chain does not hold."""
    return (link.number for link in links(events(session)) if not link.holds)


def end(session: Session) -> End:
    """Where the trail ends, asked for at once: another event may be recorded between two questions."""
    count = select(func.count()).select_from(AuditEvent).scalar_subquery()
    newest = select(AuditEvent.number, AuditEvent.hash, count).order_by(col(AuditEvent.number).desc()).limit(1)
    found = session.exec(newest).first()
    return End(number=found[0], hash=found[1], count=found[2]) if found else NOTHING


def length(session: Session, *, until: int | None = None) -> int:
    """How many events there are, or how many up to a number."""
    wanted = () if until is None else (col(AuditEvent.number) <= until,)
    return session.exec(select(func.count()).select_from(AuditEvent).where(*wanted)).one()


def last_number(session: Session) -> int:
    """The number of the newest event, which is how many there are in a whole chain; found without counting them."""
    return session.exec(select(func.coalesce(func.max(AuditEvent.number), 0))).one()
