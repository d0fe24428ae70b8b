"""What logging in leaves behind: sessions, passkeys, and how often someone tried in vain."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel

from campaigns.store.tables.columns import words


class AccountSession(SQLModel, table=True):
    """One browser that is, or is about to be, logged in. Of its cookie only the hash is kept."""

    __tablename__ = "sessions"

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    member_id: str | None = Field(default=None, foreign_key="members.id", index=True)
    organisation_id: str | None = Field(default=None, foreign_key="organisations.id")
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    agent: str = ""
    created_at: datetime
    seen_at: datetime
    expires_at: datetime = Field(index=True)


class Passkey(SQLModel, table=True):
    """A passkey (WebAuthn credential) of a member."""

    __tablename__ = "passkeys"

    id: str = Field(primary_key=True)
    member_id: str = Field(foreign_key="members.id", index=True)
    credential_id: bytes = Field(sa_type=LargeBinary, unique=True)
    public_key: bytes = Field(sa_type=LargeBinary)
    sign_count: int = 0
    transports: list[str] = words()
    extensions: str = ""
    device_type: str = ""
    backed_up: bool = False
    name: str
    usage: str
    created_at: datetime
    used_at: datetime


class Throttle(SQLModel, table=True):
    """How often something was tried in vain since an instant, by a hash of whom or where."""

    __tablename__ = "throttles"

    key: str = Field(primary_key=True)
    failures: int = 0
    since: datetime
    blocked_until: datetime | None = None
