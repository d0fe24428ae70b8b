"""Local editions: what an organisation puts beside a campaign's material for its own place."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from campaigns.domain.editions import Contact, LocalPart
from campaigns.store.tables.columns import words


class LocalEdition(SQLModel, table=True):
    """One organisation's edition of a campaign's material in one language.

    `source` are the core texts it was made from, as they stood when somebody last looked at them. `slug` is its name in
    public addresses. It is offered to everyone while `offered_at` is set; a changed edition is offered anew.
    """

    __tablename__ = "local_editions"
    __table_args__ = (UniqueConstraint("campaign_id", "slug"),)

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    language: str
    slug: str
    title: str
    place: str = ""
    introduction: str = ""
    contacts: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    questions: list[str] = words()
    version: int
    source: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    offered_at: datetime | None = None
    offered_by: str | None = None
    edited_by: str | None = None
    edited_at: datetime
    created_at: datetime

    @property
    def part(self) -> LocalPart:
        """What the organisation wrote, as a value."""
        return LocalPart(
            title=self.title,
            place=self.place,
            introduction=self.introduction,
            contacts=tuple(Contact(**one) for one in self.contacts),
            questions=tuple(self.questions),
        )


class EditionTrace(SQLModel, table=True):
    """A version of an edition that everyone once had, kept so that its address can say that it is gone; no word of it.

    `names` are those its files had, with the version in them and without. It outlives the edition.
    """

    __tablename__ = "edition_traces"

    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id")
    slug: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    language: str
    names: list[str] = words()


class EditionCount(SQLModel, table=True):
    """How many downloads of an edition there were on a day of Swedish time (2026-12-14), by anybody."""

    __tablename__ = "edition_counts"

    edition_id: str = Field(primary_key=True, foreign_key="local_editions.id")
    kind: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    count: int
