"""Organisations: adding one, what it follows, whom to ask there.

Its channels (`channels_kept`) and how people join it (`inviting`, `joining`) are named here too, for callers who set up
an organisation do all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import OrganisationId, new_id
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store import audit, visibility
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Channel, Member, Membership, Organisation, Subscription
from campaigns.work.accounts.joining import InvitationOver, actor_for, join
from campaigns.work.campaign.drafts import is_web_address, slug_of
from campaigns.work.organisations.channels_kept import ChannelTaken, add_channel, add_checked, insert_channel, must_keep
from campaigns.work.organisations.checks import channel_faults, contact_faults, table_faults
from campaigns.work.organisations.inviting import (
    INVITATION_LASTS,
    PARTNER_ROLES,
    POLICE_ROLES,
    invite_member,
    is_invited,
)
from campaigns.work.workplace import Workplace

__all__ = [
    "INVITATION_LASTS",
    "PARTNER_ROLES",
    "POLICE_ROLES",
    "ChannelTaken",
    "InvitationOver",
    "NameTaken",
    "actor_for",
    "add_channel",
    "add_organisation",
    "found_organisation",
    "insert_channel",
    "invite_member",
    "is_invited",
    "join",
    "organisation_named",
    "subscribe",
]

LONGEST_LINE = 120
LONGEST_TOPIC = 60


class NameTaken(Refused):
    """Two organisations of one name would be mistaken for each other."""

    message = N_("There is already an organisation named {name}. Use it, or choose a name that tells them apart.")


def found_organisation(
    place: Workplace,
    actor: Actor,
    *,
    name: str,
    kind: OrganisationKind,
    places: Sequence[str] = ("SE",),
    languages: Sequence[str] = ("sv",),
    topics: Sequence[str] = (),
    contact_email: str = "",
    channels: Sequence[tuple[ChannelKind, str]] = (),
    now: datetime,
) -> tuple[OrganisationId, dict[str, str]]:
    """Add an organisation with its channels. A partner follows the given topics (none means all) in its places.

    Returns its id, and for each webhook's address the signing secret, shown this one time.
    Raises NameTaken, ChannelNotAvailable, or BadInput listing every unknown place and language and unfit address.
    """
    actor.must(Permission.FOUND_ORGANISATION)
    faults = [
        *table_faults(name, places, languages),
        *channel_faults(place, channels),
        *contact_faults(contact_email),
    ]
    if faults:
        raise BadInput(faults)
    with writing(place.engine) as session:
        organisation = add_organisation(
            session, name=name, kind=kind, places=places, languages=languages, topics=topics, now=now
        )
        organisation.contact_email = contact_email
        audit.record(session, actor, "organisation.added", now=now, details={"organisation": organisation.id})
        secrets = {
            address: secret
            for channel, address in channels
            if (
                secret := add_checked(
                    session, place, organisation_id=organisation.id, kind=channel, address=address, now=now
                )
            )
            is not None
        }
        return OrganisationId(organisation.id), secrets


def add_organisation(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    places: Sequence[str],
    languages: Sequence[str],
    topics: Sequence[str],
    now: datetime,
) -> Organisation:
    """The rows of a new organisation, in the caller's transaction."""
    _check_tables(name, places, languages)
    if session.exec(select(Organisation).where(col(Organisation.name) == name)).first():
        raise NameTaken(name=name)
    organisation = Organisation(
        id=new_id(),
        name=name,
        slug=_free_slug(session, name),
        kind=kind,
        places=list(places),
        languages=list(languages),
        verified_at=now,
        created_at=now,
    )
    session.add(organisation)
    session.flush()
    if kind is not OrganisationKind.POLICE:
        session.add(_subscription(organisation.id, topics, places, now))
    session.flush()
    return organisation


def _check_tables(name: str, places: Sequence[str], languages: Sequence[str]) -> None:
    if faults := table_faults(name, places, languages):
        raise BadInput(faults)


def _free_slug(session: Session, name: str) -> str:
    slug = slug_of(name)
    taken = set(session.exec(select(Organisation.slug).where(col(Organisation.slug).startswith(slug))))
    numbered = (f"{slug}-{number}" for number in range(2, len(taken) + 3))
    return slug if slug not in taken else next(free for free in numbered if free not in taken)


def _subscription(organisation_id: str, topics: Sequence[str], places: Sequence[str], now: datetime) -> Subscription:
    return Subscription(
        id=new_id(), organisation_id=organisation_id, topics=list(topics), places=list(places), created_at=now
    )


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom one asks at an organisation, and where."""

    name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class OrganisationHome:
    """One's own organisation. `members` are the people who can act for it now: with one it hangs on that person."""

    id: str
    name: str
    kind: OrganisationKind
    verified: bool
    contact: Contact
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    places: tuple[str, ...]
    members: int
    channels: int
    channels_with_problems: int


def own_organisation(place: Workplace, actor: Actor) -> OrganisationHome:
    """The organisation the actor acts for. Raises NotThere."""
    with reading(place.engine) as session:
        row = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
        if row is None:
            raise NotThere
        followed = session.exec(select(Subscription).where(col(Subscription.organisation_id) == row.id)).first()
        channels = session.exec(
            select(Channel.problem).where(col(Channel.organisation_id) == row.id, col(Channel.removed_at).is_(None))
        ).all()
        return OrganisationHome(
            id=row.id,
            name=row.name,
            kind=row.kind,
            verified=row.verified_at is not None,
            contact=Contact(
                name=row.contact_name, email=row.contact_email, phone=row.contact_phone, website=row.website
            ),
            languages=tuple(row.languages),
            topics=tuple(followed.topics) if followed else (),
            places=tuple(followed.places) if followed else (),
            members=_active_members(session, row.id),
            channels=len(channels),
            channels_with_problems=sum(bool(problem) for problem in channels),
        )


def _active_members(session: Session, organisation_id: str) -> int:
    return session.exec(
        select(func.count())
        .select_from(Membership)
        .join(Member, col(Member.id) == col(Membership.member_id))
        .where(col(Membership.organisation_id) == organisation_id, col(Member.active))
    ).one()


def known_topics(place: Workplace, *, now: datetime) -> list[str]:
    """Topics of campaigns that are public, to choose among. Those of coming ones would tell of them."""
    with reading(place.engine) as session:
        public = session.exec(select(Campaign.topics).where(visibility.is_public(now))).all()
    return sorted({topic for topics in (data.sample_topics(), *public) for topic in topics}, key=str.casefold)


def subscribe(
    place: Workplace,
    actor: Actor,
    *,
    organisation_id: str,
    topics: Sequence[str],
    places: Sequence[str],
    languages: Sequence[str] | None = None,
    now: datetime,
) -> None:
    """Let an organisation follow topics and places instead of what it followed before. No topics means all.

    `languages` are those it works in; None leaves them as they are.
    """
    must_keep(actor, organisation_id)
    if faults := [*table_faults("-", places, languages or ()), *_topic_faults(topics)]:
        raise BadInput(faults)
    with writing(place.engine) as session:
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotThere
        if languages is not None:
            organisation.languages = list(languages)
            session.add(organisation)
        for old in session.exec(select(Subscription).where(col(Subscription.organisation_id) == organisation_id)):
            session.delete(old)
        session.add(_subscription(organisation_id, list(dict.fromkeys(topics)), places, now))
        audit.record(session, actor, "organisation.subscribed", now=now, details={"organisation": organisation_id})


def _topic_faults(topics: Sequence[str]) -> list[Fault]:
    message = N_("The topic {topic} is too long: at most {most} characters.")
    return [
        Fault(field="topics", message=message, facts={"topic": topic, "most": LONGEST_TOPIC})
        for topic in topics
        if len(topic) > LONGEST_TOPIC
    ]


def keep_contact(place: Workplace, actor: Actor, *, organisation_id: str, contact: Contact, now: datetime) -> None:
    """Change whom one asks at an organisation. Raises BadInput listing what cannot be."""
    must_keep(actor, organisation_id)
    if faults := _contact_faults(contact):
        raise BadInput(faults)
    with writing(place.engine) as session:
        row = session.get(Organisation, organisation_id)
        if row is None:
            raise NotThere
        row.contact_name, row.contact_email = contact.name, contact.email
        row.contact_phone, row.website = contact.phone, contact.website
        session.add(row)
        audit.record(session, actor, "organisation.contact_changed", now=now, details={"organisation": row.id})


def _contact_faults(contact: Contact) -> list[Fault]:
    faults = contact_faults(contact.email, field="email")
    faults += [
        Fault(field=field, message=N_("At most {most} characters fit here."), facts={"most": LONGEST_LINE})
        for field, value in (("name", contact.name), ("phone", contact.phone), ("website", contact.website))
        if len(value) > LONGEST_LINE
    ]
    if contact.website and not is_web_address(contact.website):
        message = N_("{address} is not a web address. It begins with https://.")
        faults.append(Fault(field="website", message=message, facts={"address": contact.website}))
    return faults


def organisation_named(place: Workplace, name: str) -> OrganisationId:
    """The id of an organisation by its name or its slug. Raises NotThere."""
    with reading(place.engine) as session:
        found = session.exec(
            select(Organisation.id).where((col(Organisation.name) == name) | (col(Organisation.slug) == name))
        ).first()
        if found is None:
            raise NotThere
        return OrganisationId(found)
