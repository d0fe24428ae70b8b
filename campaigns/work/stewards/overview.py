"""What stewards see of organisations: which need attention, all in a list, and one with its people and channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import reading
from campaigns.store.tables import Channel, Member, MemberInvitation, Membership, Organisation, Subscription
from campaigns.work.workplace import Workplace

A_PAGE = 25


@dataclass(frozen=True, kw_only=True)
class OrganisationLine:
    """An organisation in a list. `members` are the people who can act for it now."""

    id: str
    name: str
    kind: OrganisationKind
    verified_at: datetime | None
    places: tuple[str, ...]
    members: int
    channels: int
    troubled: int

    @property
    def verified(self) -> bool:
        """Whether somebody has checked that it is what it says it is."""
        return self.verified_at is not None

    @property
    def hangs_on_one(self) -> bool:
        """Whether nobody, or one person alone, can act for it."""
        return self.members < 2


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which organisations a list is to show; nothing chosen means all."""

    words: str = ""
    kind: OrganisationKind | None = None
    verified: bool | None = None
    alone: bool = False

    def fits(self, line: OrganisationLine) -> bool:
        """Whether an organisation is one of them."""
        return (
            all(word in line.name.casefold() for word in self.words.casefold().split())
            and self.kind in {None, line.kind}
            and self.verified in {None, line.verified}
            and (not self.alone or line.hangs_on_one)
        )


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """A stretch of a list, `page` counted from 1 to `pages`."""

    lines: tuple[OrganisationLine, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class Attention:
    """The organisations for whom a steward has something to do."""

    unverified: tuple[OrganisationLine, ...]
    alone: tuple[OrganisationLine, ...]
    troubled: tuple[OrganisationLine, ...]


@dataclass(frozen=True, kw_only=True)
class Person:
    """A member of an organisation: contact data and roles, nothing of when or how they log in."""

    name: str
    email: str
    roles: tuple[Role, ...]
    active: bool


@dataclass(frozen=True, kw_only=True)
class OpenInvitation:
    """Somebody who is invited and has not come yet."""

    name: str
    email: str
    ends: datetime


@dataclass(frozen=True, kw_only=True)
class ChannelState:
    """A channel by kind and state. Its address may carry a key, so it is the organisation's own to see."""

    kind: ChannelKind
    name: str
    paused: bool
    checked_at: datetime | None
    problem: str


@dataclass(frozen=True, kw_only=True)
class OrganisationFile:
    """One organisation, as stewards see it."""

    line: OrganisationLine
    contact: str
    email: str
    phone: str
    website: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    followed_places: tuple[str, ...]
    verified_by: str
    verification_note: str
    created_at: datetime
    people: tuple[Person, ...]
    invited: tuple[OpenInvitation, ...]
    channels: tuple[ChannelState, ...]

    @property
    def has_administrator(self) -> bool:
        """Whether somebody there can invite others."""
        return any(person.active and Role.ADMINISTRATOR in person.roles for person in self.people)


def attention(place: Workplace, actor: Actor) -> Attention:
    """The organisations that need a steward."""
    actor.must(Permission.VERIFY)
    with reading(place.engine) as session:
        lines = _lines(session)
    return Attention(
        unverified=tuple(line for line in lines if not line.verified),
        alone=tuple(line for line in lines if line.hangs_on_one),
        troubled=tuple(line for line in lines if line.troubled),
    )


def organisation_list(place: Workplace, actor: Actor, wanted: Wanted, *, page: int = 1) -> OrganisationPage:
    """A page of those that are wanted, by name. A page beyond the last is the last."""
    actor.must(Permission.VERIFY)
    with reading(place.engine) as session:
        found = [line for line in _lines(session) if wanted.fits(line)]
    pages = max(1, -(-len(found) // A_PAGE))
    page = min(max(page, 1), pages)
    lines = tuple(found[(page - 1) * A_PAGE : page * A_PAGE])
    return OrganisationPage(lines=lines, total=len(found), page=page, pages=pages)


def _lines(session: Session) -> list[OrganisationLine]:
    rows = session.exec(
        select(Organisation, _members(), _channels(), _channels(col(Channel.problem) != "")).order_by(
            func.lower(col(Organisation.name))
        )
    )
    return [_line(*row) for row in rows]


def _members() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Membership)
        .join(Member, col(Member.id) == col(Membership.member_id))
        .where(col(Membership.organisation_id) == col(Organisation.id), col(Member.active))
        .scalar_subquery()
    )


def _channels(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Channel)
        .where(col(Channel.organisation_id) == col(Organisation.id), col(Channel.removed_at).is_(None), *conditions)
        .scalar_subquery()
    )


def _line(organisation: Organisation, members: int, channels: int, troubled: int) -> OrganisationLine:
    return OrganisationLine(
        id=organisation.id,
        name=organisation.name,
        kind=organisation.kind,
        verified_at=organisation.verified_at,
        places=tuple(organisation.places),
        members=members,
        channels=channels,
        troubled=troubled,
    )


def organisation_file(place: Workplace, actor: Actor, organisation_id: str, *, now: datetime) -> OrganisationFile:
    """One organisation with its people and channels. Raises NotThere."""
    actor.must(Permission.VERIFY)
    with reading(place.engine) as session:
        row = session.exec(
            select(Organisation, _members(), _channels(), _channels(col(Channel.problem) != "")).where(
                col(Organisation.id) == organisation_id
            )
        ).first()
        if row is None:
            raise NotThere
        organisation = row[0]
        verifier = session.get(Member, organisation.verified_by) if organisation.verified_by else None
        followed = session.exec(
            select(Subscription).where(col(Subscription.organisation_id) == organisation_id)
        ).first()
        return OrganisationFile(
            line=_line(*row),
            contact=organisation.contact_name,
            email=organisation.contact_email,
            phone=organisation.contact_phone,
            website=organisation.website,
            languages=tuple(organisation.languages),
            topics=tuple(followed.topics) if followed else (),
            followed_places=tuple(followed.places) if followed else (),
            verified_by=verifier.name if verifier else "",
            verification_note=organisation.verification_note,
            created_at=organisation.created_at,
            people=_people(session, organisation_id),
            invited=_invited(session, organisation_id, now),
            channels=_channel_states(session, organisation_id),
        )


def _people(session: Session, organisation_id: str) -> tuple[Person, ...]:
    rows = session.exec(
        select(Member, Membership.roles)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(col(Membership.organisation_id) == organisation_id)
        .order_by(col(Member.active).desc(), func.lower(col(Member.name)), col(Member.email))
    )
    return tuple(
        Person(name=row.name, email=row.email, roles=_in_order(roles), active=row.active) for row, roles in rows
    )


def _in_order(roles: Sequence[str]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role.value in roles)


def _invited(session: Session, organisation_id: str, now: datetime) -> tuple[OpenInvitation, ...]:
    rows = session.exec(
        select(MemberInvitation)
        .where(
            col(MemberInvitation.organisation_id) == organisation_id,
            col(MemberInvitation.accepted_at).is_(None),
            col(MemberInvitation.expires_at) > now,
        )
        .order_by(col(MemberInvitation.email))
    )
    return tuple(OpenInvitation(name=row.name, email=row.email, ends=row.expires_at) for row in rows)


def _channel_states(session: Session, organisation_id: str) -> tuple[ChannelState, ...]:
    rows = session.exec(
        select(Channel)
        .where(col(Channel.organisation_id) == organisation_id, col(Channel.removed_at).is_(None))
        .order_by(col(Channel.kind), col(Channel.name))
    )
    return tuple(
        ChannelState(
            kind=row.kind,
            name=row.name,
            paused=row.paused_at is not None,
            checked_at=row.checked_at,
            problem=row.problem,
        )
        for row in rows
    )
