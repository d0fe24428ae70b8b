"""The audit trail: who did what, as a chain of hashes. It holds ids and no contents, so it survives erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel


class AuditEvent(SQLModel, table=True):
    """One act. `hash` is over this event and `previous`, the hash of the event before."""

    __tablename__ = "audit_events"

    number: int = Field(primary_key=True)
    at: datetime
    action: str = Field(index=True)
    member_id: str | None = None
    organisation_id: str | None = None
    campaign_id: str | None = Field(default=None, index=True)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    previous: str
    hash: str
