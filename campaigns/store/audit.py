"""Writing and checking the audit trail: a chain of hashes that shows when a row was changed or taken away."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.store.tables import AuditEvent

START = "0" * 64
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
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.number).desc()).limit(1)).first()
    event = AuditEvent(
        number=last.number + 1 if last else 1,
        at=now,
        action=action,
        member_id=actor.member_id if actor else None,
        organisation_id=actor.organisation_id if actor else None,
        campaign_id=campaign_id,
        details=dict(details or {}),
        previous=last.hash if last else START,
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


def breaks(session: Session) -> Iterator[int]:
    """The numbers of the events where the chain does not hold: altered, or after one that was removed or put in.

    Events removed at the very end leave a whole chain: only a number or hash that was kept elsewhere shows that.
    """
    previous, expected = START, 1
    for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.number))).yield_per(1000):
        if event.number != expected or event.previous != previous or event.hash != hash_of(event):
            yield event.number
        previous, expected = event.hash, event.number + 1


def length(session: Session) -> int:
    """How many events there are."""
    return session.exec(select(func.count()).select_from(AuditEvent)).one()
