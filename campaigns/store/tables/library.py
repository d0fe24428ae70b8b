"""The library: what is wanted, what was made of it, and what is remembered of downloads."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary
from sqlmodel import Field, SQLModel

from campaigns.domain.library import Making
from campaigns.store.tables.columns import one_of, words


class MaterialSet(SQLModel, table=True):
    """One language of a campaign in one version, under embargo or not; `language` is empty for all in one ZIP.

    `content` is all it is made from, frozen, so that making needs nothing else and gives the same bytes whenever and
    wherever it is done; `digest` is over it. A worker holds it from `claimed_by` until `lease_until`, and `fence` makes
    older holds void. `edition_id` is empty for what the campaign itself offers; else it is a local edition's.
    """

    __tablename__ = "material_sets"
    __table_args__ = (
        Index("material_sets_current", "campaign_id", "superseded_at"),
        Index("material_sets_waiting", "state", "superseded_at"),
        Index("material_sets_of_edition", "edition_id"),
    )

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id")
    edition_id: str | None = None
    language: str
    place: int = 0
    embargoed: bool
    version: int
    digest: str
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    changes: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    state: Making = Field(sa_type=one_of(Making))
    problem: str = ""
    problem_facts: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    not_made: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    left_out: list[str] = words()
    wanted_at: datetime
    made_at: datetime | None = None
    superseded_at: datetime | None = None
    attempts: int = 0
    claimed_by: str | None = None
    lease_until: datetime | None = None
    fence: int = 0


class MaterialFile(SQLModel, table=True):
    """A file of a set. `latest` is its name in every version."""

    __tablename__ = "material_files"

    set_id: str = Field(primary_key=True, foreign_key="material_sets.id")
    name: str = Field(primary_key=True)
    latest: str
    position: int
    kind: str
    media_type: str
    size: int
    sha256: str


class MaterialPart(SQLModel, table=True):
    """A stretch of a file. A ZIP shares its parts with the files in it, so nothing is stored twice."""

    __tablename__ = "material_parts"

    set_id: str = Field(primary_key=True, foreign_key="material_sets.id")
    name: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    sha256: str = Field(foreign_key="material_bodies.sha256", index=True)
    size: int


class MaterialBody(SQLModel, table=True):
    """The bytes of parts, each stored once, by its sum."""

    __tablename__ = "material_bodies"

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class MaterialFetch(SQLModel, table=True):
    """The newest version of a language that somebody of an organisation downloaded. Who or when is stored nowhere."""

    __tablename__ = "material_fetches"

    organisation_id: str = Field(primary_key=True, foreign_key="organisations.id")
    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id", index=True)
    language: str = Field(primary_key=True)
    version: int


class MaterialVisit(SQLModel, table=True):
    """Up to when a member has seen what is new in the library. One row a member, written by the member."""

    __tablename__ = "material_visits"

    member_id: str = Field(primary_key=True, foreign_key="members.id")
    seen_at: datetime


class MaterialCount(SQLModel, table=True):
    """How many downloads there were on a day of Swedish time (2026-12-14), by anybody."""

    __tablename__ = "material_counts"

    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id")
    language: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    count: int
