"""Campaigns, their messages and texts, and what people say yes to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from campaigns.domain.embargo import Embargo
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.texts import FactKind, KeyFact, TextContent
from campaigns.store.tables.columns import one_of, words


class Campaign(SQLModel, table=True):
    """What the police register. `generation` counts every change of when or whether it is lifted.

    `version` counts the edits of everything else; each is kept as a CampaignVersion. `materials` are links with titles.
    `left_out` and `in_swedish` say of a language who decided that the release does without it, or shows it in Swedish.
    """

    __tablename__ = "campaigns"

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True)
    name: str
    owner_id: str = Field(foreign_key="organisations.id")
    stage: Stage = Field(sa_type=one_of(Stage), index=True)
    briefing_opens_at: datetime
    lift_at: datetime = Field(index=True)
    generation: int = 1
    lifted_at: datetime | None = None
    withdrawn_at: datetime | None = None
    topics: list[str] = words()
    places: list[str] = words()
    audiences: list[str] = words()
    languages: list[str] = words()
    left_out: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    in_swedish: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    key_facts: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    briefing: str = ""
    materials: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    secrecy_ground: str = ""
    secrecy_decided_by: str = ""
    secrecy_condition: str = ""
    contact_name: str = ""
    contact_email: str = ""
    example: bool = False
    version: int = 1
    created_by: str | None = None
    created_at: datetime

    @property
    def embargo(self) -> Embargo:
        """The value that `domain.embargo` judges."""
        return Embargo(stage=self.stage, briefing_opens_at=self.briefing_opens_at, lift_at=self.lift_at)

    @property
    def facts(self) -> tuple[KeyFact, ...]:
        """The key facts as values."""
        return tuple(
            KeyFact(
                kind=FactKind(fact["kind"]),
                value=fact["value"],
                says=fact["says"],
                wordings=tuple((tag, wording) for tag, wording in fact["wordings"]),
            )
            for fact in self.key_facts
        )


class CampaignVersion(SQLModel, table=True):
    """What the facts of a campaign were in one version, for ever."""

    __tablename__ = "campaign_versions"

    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id")
    version: int = Field(primary_key=True)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    edited_by: str | None = None
    edited_at: datetime


class TermsVersion(SQLModel, table=True):
    """The embargo terms in one version, in Swedish and English. `{lift_at}` in them is when the embargo is lifted."""

    __tablename__ = "terms_versions"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    swedish: str
    english: str
    published_by: str | None = Field(default=None, foreign_key="members.id")
    published_at: datetime


class GlossaryTerm(SQLModel, table=True):
    """How a Swedish term is said in a language, and how not.

    It is approved while `approved_edit` is its `edited_at`: approval is to one edit, and any other makes it a draft.
    """

    __tablename__ = "glossary_terms"
    __table_args__ = (UniqueConstraint("swedish", "language"),)

    id: str = Field(primary_key=True)
    swedish: str
    language: str
    preferred: str
    avoid: list[str] = words()
    note: str = ""
    edited_by: str | None = Field(default=None, foreign_key="members.id")
    edited_at: datetime
    approved_by: str | None = None
    approved_edit: datetime | None = None


class Invitation(SQLModel, table=True):
    """That an organisation is told of a campaign under embargo."""

    __tablename__ = "invitations"

    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisations.id", index=True)
    invited_at: datetime
    revoked_at: datetime | None = None


class Acceptance(SQLModel, table=True):
    """That a member accepted the embargo terms for a campaign, in which version and with which T."""

    __tablename__ = "acceptances"

    campaign_id: str = Field(primary_key=True, foreign_key="campaigns.id")
    member_id: str = Field(primary_key=True, foreign_key="members.id", index=True)
    organisation_id: str = Field(primary_key=True, foreign_key="organisations.id", index=True)
    terms_version: int
    lift_at: datetime
    accepted_at: datetime


class Message(SQLModel, table=True):
    """A core message, or a partner's matching message that answers one. `channels` are kinds of channel."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("campaign_id", "organisation_id", "name"),)

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    name: str
    position: int = 0
    answers_id: str | None = Field(default=None, foreign_key="messages.id")
    channels: list[str] = words()
    created_at: datetime


class Text(SQLModel, table=True):
    """A message in one language as it stands now; every earlier version is a TextVersion."""

    __tablename__ = "texts"
    __table_args__ = (UniqueConstraint("message_id", "language"),)

    id: str = Field(primary_key=True)
    message_id: str = Field(foreign_key="messages.id", index=True)
    language: str
    state: TextState = Field(sa_type=one_of(TextState))
    version: int = 1
    headline: str = ""
    long: str = ""
    short: str = ""
    sms: str = ""
    spoken: str = ""
    revision: str
    source_revision: str | None = None
    edited_by: str | None = None
    edited_at: datetime

    @property
    def content(self) -> TextContent:
        """What it says, as a value."""
        return TextContent(headline=self.headline, long=self.long, short=self.short, sms=self.sms, spoken=self.spoken)


class TextVersion(SQLModel, table=True):
    """What a text said in one version, for ever."""

    __tablename__ = "text_versions"

    text_id: str = Field(primary_key=True, foreign_key="texts.id")
    version: int = Field(primary_key=True)
    content: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    revision: str
    edited_by: str | None = None
    edited_at: datetime


class Consent(SQLModel, table=True):
    """An organisation's yes to one exact revision of its text."""

    __tablename__ = "consents"
    __table_args__ = (UniqueConstraint("text_id", "revision"),)

    id: str = Field(primary_key=True)
    text_id: str = Field(foreign_key="texts.id", index=True)
    revision: str
    member_id: str = Field(foreign_key="members.id")
    given_at: datetime
    taken_back_at: datetime | None = None


class Question(SQLModel, table=True):
    """A partner's question on the briefing. Asked without a name, neither member nor organisation is ever stored."""

    __tablename__ = "questions"

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    organisation_id: str | None = Field(default=None, foreign_key="organisations.id")
    member_id: str | None = Field(default=None, foreign_key="members.id")
    question: str
    asked_at: datetime
    answer: str = ""
    answered_by: str | None = Field(default=None, foreign_key="members.id")
    answered_at: datetime | None = None


class Proposal(SQLModel, table=True):
    """What one person asked for and another must confirm: approval, early lift, withdrawal."""

    __tablename__ = "proposals"

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    action: str
    revision: str = ""
    lift_at: datetime | None = None
    proposed_by: str = Field(foreign_key="members.id")
    proposed_at: datetime
    settled_by: str | None = Field(default=None, foreign_key="members.id")
    settled_at: datetime | None = None
