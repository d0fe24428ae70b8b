"""Organisations, their members, what they follow and where they publish."""

from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from campaigns.domain.ids import new_id
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.tables.columns import one_of, words


class Organisation(SQLModel, table=True):
    """The police, or a partner."""

    __tablename__ = "organisations"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    slug: str = Field(unique=True)
    kind: OrganisationKind = Field(sa_type=one_of(OrganisationKind))
    places: list[str] = words()
    languages: list[str] = words()
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    website: str = ""
    verified_at: datetime | None = None
    verified_by: str | None = None
    verification_note: str = ""
    created_at: datetime


class Member(SQLModel, table=True):
    """A person with an account. Contact data only, and what proves that it is they who log in.

    A new `uniquifier` ends every session. `totp_secret` and `recovery_codes` are encrypted before they come here;
    `totp_counter` is the last code used, so that none passes twice. `muted` are the notices the member does without.
    """

    __tablename__ = "members"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    name: str
    locale: str = "sv"
    active: bool = True
    uniquifier: str = Field(default_factory=new_id, unique=True, index=True)
    password_hash: str | None = None
    password_set_at: datetime | None = None
    totp_secret: str | None = None
    totp_counter: int | None = None
    recovery_codes: list[str] = words()
    passkey_handle: str | None = Field(default=None, unique=True, index=True)
    muted: list[str] = words()
    calendar_hash: str | None = Field(default=None, unique=True, index=True)
    visited_at: datetime | None = None
    created_at: datetime


class Membership(SQLModel, table=True):
    """That a member acts for an organisation, and in which roles."""

    __tablename__ = "memberships"

    member_id: str = Field(primary_key=True, foreign_key="members.id")
    organisation_id: str = Field(primary_key=True, foreign_key="organisations.id", index=True)
    roles: list[str] = words()
    created_at: datetime


class MemberInvitation(SQLModel, table=True):
    """An invitation to become a member. Of its link only the hash is kept."""

    __tablename__ = "member_invitations"

    id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    email: str
    name: str
    locale: str = "sv"
    roles: list[str] = words()
    token_hash: str = Field(unique=True)
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None


class Subscription(SQLModel, table=True):
    """Topics and places an organisation follows. No topics means all topics; places are its own."""

    __tablename__ = "subscriptions"

    id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    topics: list[str] = words()
    places: list[str] = words()
    created_at: datetime


class Channel(SQLModel, table=True):
    """Where an organisation publishes. `secrets` are encrypted; `address` is a URL or an e-mail address.

    `problem` is what the last test said, empty if all was well. What failed before `unpaused_at` is forgiven: a channel
    that fails again and again is paused. A removed channel stays for the sake of its deliveries.
    """

    __tablename__ = "channels"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "address"),)

    id: str = Field(primary_key=True)
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    kind: ChannelKind = Field(sa_type=one_of(ChannelKind))
    address: str
    name: str = ""
    secrets: list[str] = Field(default_factory=list, sa_type=JSON)
    paused_at: datetime | None = None
    unpaused_at: datetime | None = None
    checked_at: datetime | None = None
    problem: str = ""
    removed_at: datetime | None = None
    created_at: datetime
