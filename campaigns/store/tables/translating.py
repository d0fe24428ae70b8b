"""The work on a text between its draft and its approval: who was asked, what was read, and what was said of it."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from campaigns.domain.translating import Job, Outcome, SourceEdit
from campaigns.store.tables.columns import one_of, words


class Assignment(SQLModel, table=True):
    """That a person was asked by name for one text: to translate, review or back-translate it.

    They act for `organisation_id`, which may be any organisation; it stands until `ended_at`.
    """

    __tablename__ = "assignments"
    __table_args__ = (
        Index("assignments_of_text", "message_id", "language"),
        Index("assignments_of_member", "member_id", "organisation_id"),
    )

    id: str = Field(primary_key=True)
    message_id: str = Field(foreign_key="messages.id")
    language: str
    job: Job = Field(sa_type=one_of(Job))
    member_id: str = Field(foreign_key="members.id")
    organisation_id: str = Field(foreign_key="organisations.id")
    note: str = ""
    asked_by: str = Field(foreign_key="members.id")
    asked_at: datetime
    ended_at: datetime | None = None


class TextReview(SQLModel, table=True):
    """What a reviewer said of one exact revision of a text: it passes, or it needs changes."""

    __tablename__ = "text_reviews"

    id: str = Field(primary_key=True)
    text_id: str = Field(foreign_key="texts.id", index=True)
    revision: str
    passed: bool
    note: str = ""
    member_id: str = Field(foreign_key="members.id")
    reviewed_at: datetime


class UnreadCorrection(SQLModel, table=True):
    """That an approver published a corrected translation before another had read it: it waits for `read_at`.

    `written_by` are the members who wrote what nobody else has read; none of them reads it for it to count.
    """

    __tablename__ = "unread_corrections"

    id: str = Field(primary_key=True)
    released_text_id: str = Field(foreign_key="released_texts.id", index=True)
    text_id: str = Field(foreign_key="texts.id", index=True)
    revision: str
    written_by: list[str] = words()
    decided_by: str = Field(foreign_key="members.id")
    decided_at: datetime
    read_by: str | None = Field(default=None, foreign_key="members.id")
    read_at: datetime | None = None


class BackTranslation(SQLModel, table=True):
    """What one exact revision of a text says, told in Swedish by somebody else than its translator."""

    __tablename__ = "back_translations"

    id: str = Field(primary_key=True)
    text_id: str = Field(foreign_key="texts.id", index=True)
    revision: str
    says: str
    written_by: str = Field(foreign_key="members.id")
    written_at: datetime
    confirmed_by: str | None = Field(default=None, foreign_key="members.id")
    confirmed_at: datetime | None = None


class TextRemark(SQLModel, table=True):
    """A comment on a text or, where `instead_of` and `suggests` are set, other words for a place in it.

    `part` is the variant it is about, empty for the whole text. `outcome` is open until somebody settles it.
    """

    __tablename__ = "text_remarks"
    __table_args__ = (Index("text_remarks_of_text", "message_id", "language"),)

    id: str = Field(primary_key=True)
    message_id: str = Field(foreign_key="messages.id")
    language: str
    part: str = ""
    says: str = ""
    instead_of: str = ""
    suggests: str = ""
    written_by: str = Field(foreign_key="members.id")
    written_at: datetime
    outcome: Outcome = Field(default=Outcome.OPEN, sa_type=one_of(Outcome))
    settled_by: str | None = Field(default=None, foreign_key="members.id")
    settled_at: datetime | None = None


class SourceChange(SQLModel, table=True):
    """What its author said of a change of a Swedish text: what it meant for the translations in `languages`."""

    __tablename__ = "source_changes"

    id: str = Field(primary_key=True)
    message_id: str = Field(foreign_key="messages.id", index=True)
    kind: SourceEdit = Field(sa_type=one_of(SourceEdit))
    revision: str
    languages: list[str] = words()
    judged_by: str = Field(foreign_key="members.id")
    judged_at: datetime
