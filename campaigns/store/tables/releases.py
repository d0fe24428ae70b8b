"""Frozen releases, what they published, and every delivery on its way."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.tables.columns import one_of


class Release(SQLModel, table=True):
    """What was approved, frozen. A release that is reopened is superseded and never used again.

    `language` is empty for the campaign's own. A language that became ready after T has a release of its own that opens
    at `opens_at`, unless it is held; `opened_at` is when that was recorded.
    """

    __tablename__ = "releases"

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    revision: str
    asked_by: str = Field(foreign_key="members.id")
    approved_by: str = Field(foreign_key="members.id")
    approved_at: datetime
    language: str = Field(default="", sa_column_kwargs={"server_default": ""})
    opens_at: datetime | None = None
    held_at: datetime | None = None
    held_by: str | None = None
    opened_at: datetime | None = None
    superseded_at: datetime | None = None


class ReleasedText(SQLModel, table=True):
    """One text as it is shown to the public from T. A correction adds a row; the newest `version` counts.

    One of a late language opens at `opens_at` instead, unless it is held, and `opened_at` is when that was recorded.
    """

    __tablename__ = "released_texts"
    __table_args__ = (
        UniqueConstraint("release_id", "message_id", "language", "version"),
        Index("released_texts_current", "campaign_id", "language", "superseded_at"),
    )

    id: str = Field(primary_key=True)
    release_id: str = Field(foreign_key="releases.id", index=True)
    campaign_id: str = Field(foreign_key="campaigns.id")
    message_id: str = Field(foreign_key="messages.id")
    text_id: str = Field(foreign_key="texts.id")
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    position: int = 0
    is_core: bool
    language: str
    version: int = 1
    revision: str
    headline: str
    long: str
    html: str
    short: str = ""
    sms: str = ""
    spoken: str = ""
    opens_at: datetime | None = None
    held_at: datetime | None = None
    opened_at: datetime | None = None
    corrected_at: datetime | None = None
    superseded_at: datetime | None = None
    withdrawn_at: datetime | None = None


class Delivery(SQLModel, table=True):
    """One event on its way through one channel: stored before the first packet leaves, with an id made once.

    `planned_at` is when it was first meant to leave and never moves with retries; `due_at` is the next try. A worker
    holds it from `claimed_by` until `lease_until`, with `fence` as the number of the claim: results of older claims
    are refused. `generation` is the campaign's when it was scheduled; another one means that it is stale. `notice`
    says which notice to a member it is. `unclear`: an earlier try may have arrived; the next one looks, where one can.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("deliveries_due", "state", "due_at", "id"),  # as they are claimed, so that a crowd is never sorted
        Index("deliveries_of_campaign", "campaign_id", "state"),
    )

    id: str = Field(primary_key=True)
    event: Event = Field(sa_type=one_of(Event))
    campaign_id: str | None = Field(default=None, foreign_key="campaigns.id")
    release_id: str | None = Field(default=None, foreign_key="releases.id")
    released_text_id: str | None = Field(default=None, foreign_key="released_texts.id")
    organisation_id: str | None = Field(default=None, foreign_key="organisations.id")
    channel_id: str | None = Field(default=None, foreign_key="channels.id")
    kind: ChannelKind = Field(sa_type=one_of(ChannelKind))
    notice: str | None = None
    language: str = ""
    recipient: str = ""
    content_type: str = ""
    headers: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    body: bytes = Field(default=b"", sa_type=LargeBinary)
    state: DeliveryState = Field(sa_type=one_of(DeliveryState))
    generation: int = 0
    planned_at: datetime
    due_at: datetime
    attempts: int = 0
    unclear: bool = False
    claimed_by: str | None = None
    lease_until: datetime | None = None
    fence: int = 0
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None
    address: str | None = None
    error: str | None = None
    settled_by: str | None = Field(default=None, foreign_key="members.id")
    created_at: datetime


class Opening(SQLModel, table=True):
    """When a reader outside first saw a public surface open."""

    __tablename__ = "openings"

    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id")
    address: str = Field(primary_key=True)
    surface: str
    language: str | None = None
    opened_at: datetime
