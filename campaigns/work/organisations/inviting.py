"""Inviting people to an organisation: with roles that it has a use for, by a link that works once, for two weeks."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.languages import ui_language
from campaigns.domain.organisations import OrganisationKind
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import MemberInvitation, Organisation
from campaigns.work.campaign.drafts import is_email
from campaigns.work.telling import tell_of_invitation
from campaigns.work.workplace import Workplace

INVITATION_LASTS = timedelta(days=14)
LONGEST_NAME = 120
POLICE_ROLES = frozenset({Role.COMMUNICATOR, Role.APPROVER, Role.ADMINISTRATOR, Role.STEWARD, Role.READER})
PARTNER_ROLES = frozenset({Role.EDITOR, Role.PUBLISHER, Role.TRANSLATOR, Role.READER, Role.ADMINISTRATOR})
INVITED = "member.invited"


class OnlyStewards(Refused):
    """A steward keeps the whole service: that is not an administrator's to give or take."""

    message = N_("Only a steward can give or take the role {role}. Nothing was changed.")


def roles_of(kind: OrganisationKind) -> frozenset[Role]:
    """The roles that members of such an organisation can have."""
    return POLICE_ROLES if kind is OrganisationKind.POLICE else PARTNER_ROLES


def roles_to_give(actor: Actor, kind: OrganisationKind) -> list[Role]:
    """Those of them that the actor can give, in the order in which roles are explained."""
    return [role for role in Role if role in roles_of(kind) and (role is not Role.STEWARD or _is_steward(actor))]


def _is_steward(actor: Actor) -> bool:
    return not actor.roles.isdisjoint({Role.STEWARD, Role.OPERATOR})


def must_be_given_by(actor: Actor, changed: Collection[Role]) -> None:
    """Raise OnlyStewards where roles that are given or taken are not the actor's to decide on."""
    if Role.STEWARD in changed and not _is_steward(actor):
        raise OnlyStewards(role=Role.STEWARD)


def may_invite(actor: Actor, organisation_id: str) -> None:
    """Raise unless the actor may invite members here: NotAllowed for the role, NotThere for another organisation."""
    actor.must(Permission.INVITE)
    if Role.OPERATOR not in actor.roles and actor.organisation_id != organisation_id:
        raise NotThere


def invite_member(
    place: Workplace,
    actor: Actor,
    *,
    organisation_id: str,
    email: str,
    name: str,
    roles: Collection[Role],
    locale: str = "sv",
    by_mail: bool = False,
    now: datetime,
) -> str:
    """Invite a person. Returns the secret part of the link, shown this once; only its hash is kept.

    With `by_mail` the link is mailed too, where there is a mail server. An earlier open invitation of the same address
    to the same organisation ends. Raises BadInput for an address or roles that cannot be, and OnlyStewards.
    """
    may_invite(actor, organisation_id)
    with writing(place.engine) as session:
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotThere
        must_be_given_by(actor, roles)
        invitation, token = add_invitation(
            session, place, organisation, email=email, name=name, roles=roles, locale=locale, by_mail=by_mail, now=now
        )
        details = {"organisation": organisation_id, "invitation": invitation.id}
        audit.record(session, actor, INVITED, now=now, details=details)
    return token


def add_invitation(
    session: Session,
    place: Workplace,
    organisation: Organisation,
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    locale: str,
    by_mail: bool,
    now: datetime,
) -> tuple[MemberInvitation, str]:
    """The row of a new invitation and the secret part of its link, in the caller's transaction. Raises BadInput."""
    check_invitation(organisation, email, name, roles)
    for earlier in session.exec(_open_invitations(organisation.id, email, now)):
        earlier.expires_at = now
    token = secrets.token_urlsafe(32)
    invitation = MemberInvitation(
        id=new_id(),
        organisation_id=organisation.id,
        email=email.lower(),
        name=name,
        locale=ui_language(locale),
        roles=sorted(role.value for role in roles),
        token_hash=hash_of(token),
        created_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    session.add(invitation)
    if by_mail:
        tell_of_invitation(session, place, invitation, token=token, now=now)
    return invitation, token


def is_invited(place: Workplace, actor: Actor, *, organisation_id: str, email: str, now: datetime) -> bool:
    """Whether a link for this address is open, which the next invitation would end."""
    may_invite(actor, organisation_id)
    with reading(place.engine) as session:
        return session.exec(_open_invitations(organisation_id, email, now)).first() is not None


def _open_invitations(organisation_id: str, email: str, now: datetime) -> SelectOfScalar[MemberInvitation]:
    return select(MemberInvitation).where(
        col(MemberInvitation.organisation_id) == organisation_id,
        col(MemberInvitation.email) == email.lower(),
        col(MemberInvitation.accepted_at).is_(None),
        col(MemberInvitation.expires_at) > now,
    )


def check_invitation(organisation: Organisation, email: str, name: str, roles: Collection[Role]) -> None:
    """Raise BadInput listing an address, a name and roles that cannot be."""
    faults = []
    if not is_email(email):
        faults.append(Fault(field="email", message=N_("{email} is not an e-mail address."), facts={"email": email}))
    if len(name) > LONGEST_NAME:
        message = N_("The name is too long: at most {most} characters.")
        faults.append(Fault(field="name", message=message, facts={"most": LONGEST_NAME}))
    faults += role_faults(organisation, roles)
    if faults:
        raise BadInput(faults)


def role_faults(organisation: Organisation, roles: Collection[Role]) -> list[Fault]:
    """Roles that this organisation has no use for, and none at all."""
    possible = roles_of(organisation.kind)
    faults = [
        Fault(
            field="role",
            message=N_("{organisation} cannot have the role {role}. Choose among {possible}."),
            facts={"organisation": organisation.name, "role": role, "possible": sorted(possible)},
        )
        for role in sorted(set(roles) - possible)
    ]
    if not roles:
        faults.append(Fault(field="role", message=N_("Give at least one role.")))
    return faults


def hash_of(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()
