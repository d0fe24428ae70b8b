"""Organisations and their members: adding one, inviting people, following topics, keeping channels."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.channels import webhook
from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import MemberId, OrganisationId, new_id
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Channel, Member, MemberInvitation, Membership, Organisation, Subscription
from campaigns.work.drafts import is_email, slug_of
from campaigns.work.organisation_checks import channel_faults, contact_faults, table_faults
from campaigns.work.workplace import Workplace

INVITATION_LASTS = timedelta(days=14)
POLICE_ROLES = frozenset({Role.COMMUNICATOR, Role.APPROVER, Role.ADMINISTRATOR, Role.STEWARD, Role.READER})
PARTNER_ROLES = frozenset({Role.EDITOR, Role.PUBLISHER, Role.TRANSLATOR, Role.READER, Role.ADMINISTRATOR})


class NameTaken(Refused):
    """Two organisations of one name would be mistaken for each other."""

    message = N_("There is already an organisation named {name}. Use it, or choose a name that tells them apart.")


class ChannelTaken(Refused):
    """The organisation has that channel already."""

    message = N_("{name} already has this channel. Change it instead of adding it again.")


class InvitationOver(Refused):
    """The link was used, is too old, or was never one of ours: all three answer the same."""

    message = N_("This invitation is no longer valid. Ask whoever invited you for a new one.")


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
            if (secret := _add_channel(session, place, organisation.id, channel, address, now)) is not None
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


def subscribe(
    place: Workplace, actor: Actor, *, organisation_id: str, topics: Sequence[str], places: Sequence[str], now: datetime
) -> None:
    """Let an organisation follow topics and places instead of what it followed before. No topics means all."""
    _keeps(actor, organisation_id)
    _check_tables("-", places, ())
    with writing(place.engine) as session:
        if session.get(Organisation, organisation_id) is None:
            raise NotThere
        for old in session.exec(select(Subscription).where(col(Subscription.organisation_id) == organisation_id)):
            session.delete(old)
        session.add(_subscription(organisation_id, topics, places, now))
        audit.record(session, actor, "organisation.subscribed", now=now, details={"organisation": organisation_id})


def _keeps(actor: Actor, organisation_id: str) -> None:
    actor.must(Permission.KEEP_ORGANISATION)
    if Role.OPERATOR not in actor.roles and actor.organisation_id != organisation_id:
        raise NotThere


def add_channel(
    place: Workplace, actor: Actor, *, organisation_id: str, kind: ChannelKind, address: str, now: datetime
) -> str | None:
    """Add a channel. A webhook gets a signing secret, which is returned this one time and then kept encrypted.

    Raises ChannelTaken, ChannelNotAvailable, or BadInput for an address that does not fit the kind or is refused.
    """
    _keeps(actor, organisation_id)
    with writing(place.engine) as session:
        secret = _add_channel(session, place, organisation_id, kind, address, now)
        details = {"organisation": organisation_id, "kind": kind.value}
        audit.record(session, actor, "channel.added", now=now, details=details)
    return secret


def _add_channel(
    session: Session, place: Workplace, organisation_id: str, kind: ChannelKind, address: str, now: datetime
) -> str | None:
    place.channels[kind]  # asking for it refuses a kind that cannot be used
    if faults := channel_faults(place, [(kind, address)]):
        raise BadInput(faults)
    return insert_channel(session, place, organisation_id=organisation_id, kind=kind, address=address, now=now)


def insert_channel(
    session: Session, place: Workplace, *, organisation_id: str, kind: ChannelKind, address: str, now: datetime
) -> str | None:
    """The row of a new channel, in the caller's transaction. Raises ChannelTaken."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotThere
    same = select(Channel).where(
        col(Channel.organisation_id) == organisation_id, col(Channel.kind) == kind, col(Channel.address) == address
    )
    if session.exec(same).first():
        raise ChannelTaken(name=organisation.name)
    secret = webhook.new_secret() if kind is ChannelKind.WEBHOOK else None
    closed = [place.vault.close(secret)] if secret else []
    session.add(
        Channel(
            id=new_id(), organisation_id=organisation_id, kind=kind, address=address, secrets=closed, created_at=now
        )
    )
    session.flush()
    return secret


def invite_member(
    place: Workplace,
    actor: Actor,
    *,
    organisation_id: str,
    email: str,
    name: str,
    roles: Collection[Role],
    locale: str = "sv",
    now: datetime,
) -> str:
    """Invite a person. Returns the secret part of the link, shown this once; only its hash is kept.

    An earlier open invitation of the same address to the same organisation ends. Raises BadInput for an address or
    roles that cannot be.
    """
    actor.must(Permission.INVITE)
    if Role.OPERATOR not in actor.roles and actor.organisation_id != organisation_id:
        raise NotThere
    token = secrets.token_urlsafe(32)
    with writing(place.engine) as session:
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotThere
        _check_invitation(organisation, email, roles)
        for earlier in session.exec(_open_invitations(organisation_id, email, now)):
            earlier.expires_at = now
        session.add(
            MemberInvitation(
                id=new_id(),
                organisation_id=organisation_id,
                email=email.lower(),
                name=name,
                locale=locale,
                roles=sorted(role.value for role in roles),
                token_hash=_hash(token),
                created_at=now,
                expires_at=now + INVITATION_LASTS,
            )
        )
        audit.record(session, actor, "member.invited", now=now, details={"organisation": organisation_id})
    return token


def is_invited(place: Workplace, actor: Actor, *, organisation_id: str, email: str, now: datetime) -> bool:
    """Whether a link for this address is open, which the next invitation would end."""
    actor.must(Permission.INVITE)
    if Role.OPERATOR not in actor.roles and actor.organisation_id != organisation_id:
        raise NotThere
    with reading(place.engine) as session:
        return session.exec(_open_invitations(organisation_id, email, now)).first() is not None


def _open_invitations(organisation_id: str, email: str, now: datetime) -> SelectOfScalar[MemberInvitation]:
    return select(MemberInvitation).where(
        col(MemberInvitation.organisation_id) == organisation_id,
        col(MemberInvitation.email) == email.lower(),
        col(MemberInvitation.accepted_at).is_(None),
        col(MemberInvitation.expires_at) > now,
    )


def _check_invitation(organisation: Organisation, email: str, roles: Collection[Role]) -> None:
    possible = POLICE_ROLES if organisation.kind is OrganisationKind.POLICE else PARTNER_ROLES
    faults = []
    if not is_email(email):
        faults.append(Fault(field="email", message=N_("{email} is not an e-mail address."), facts={"email": email}))
    faults += [
        Fault(
            field="role",
            message=N_("{organisation} cannot have the role {role}. Choose among {possible}."),
            facts={"organisation": organisation.name, "role": role, "possible": sorted(possible)},
        )
        for role in sorted(set(roles) - possible)
    ]
    if not roles:
        faults.append(Fault(field="role", message=N_("Give at least one role.")))
    if faults:
        raise BadInput(faults)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def join(place: Workplace, *, token: str, now: datetime) -> Actor:
    """Accept an invitation. A known address gets the organisation beside its others. Raises InvitationOver."""
    with writing(place.engine) as session:
        invitation = session.exec(
            select(MemberInvitation).where(col(MemberInvitation.token_hash) == _hash(token)).with_for_update()
        ).first()
        if invitation is None or invitation.accepted_at is not None or invitation.expires_at <= now:
            raise InvitationOver
        invitation.accepted_at = now
        member = session.exec(select(Member).where(col(Member.email) == invitation.email)).first()
        if member is not None and not member.active:
            raise InvitationOver
        if member is None:
            member = Member(
                id=new_id(), email=invitation.email, name=invitation.name, locale=invitation.locale, created_at=now
            )
            session.add(member)
            session.flush()
        _join_roles(session, member, invitation, now)
        actor = _actor(member.id, invitation.organisation_id, invitation.roles)
        audit.record(session, actor, "member.joined", now=now)
        return actor


def _join_roles(session: Session, member: Member, invitation: MemberInvitation, now: datetime) -> None:
    membership = session.get(Membership, (member.id, invitation.organisation_id))
    if membership is None:
        membership = Membership(member_id=member.id, organisation_id=invitation.organisation_id, created_at=now)
        session.add(membership)
    membership.roles = sorted({*membership.roles, *invitation.roles})


def actor_for(place: Workplace, *, member_id: str, organisation_id: str) -> Actor:
    """The person and their roles as they are now, so that a role taken away counts at once. Raises NotThere."""
    with reading(place.engine) as session:
        membership = session.get(Membership, (member_id, organisation_id))
        member = session.get(Member, member_id)
        if membership is None or member is None or not member.active:
            raise NotThere
        return _actor(member_id, organisation_id, membership.roles)


def _actor(member_id: str, organisation_id: str, roles: Collection[str]) -> Actor:
    return Actor(
        member_id=MemberId(member_id),
        organisation_id=OrganisationId(organisation_id),
        roles=frozenset(Role(role) for role in roles),
    )


def organisation_named(place: Workplace, name: str) -> OrganisationId:
    """The id of an organisation by its name or its slug. Raises NotThere."""
    with reading(place.engine) as session:
        found = session.exec(
            select(Organisation.id).where((col(Organisation.name) == name) | (col(Organisation.slug) == name))
        ).first()
        if found is None:
            raise NotThere
        return OrganisationId(found)
