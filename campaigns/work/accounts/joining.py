"""How people become members: they accept an invitation by its link.

The link alone makes a new account, and never opens one that is there: whoever has an account proves it by logging in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import MemberId, OrganisationId, new_id
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent, Member, MemberInvitation, Membership, Organisation
from campaigns.work.organisations.inviting import INVITED, hash_of
from campaigns.work.workplace import Workplace


class InvitationOver(Refused):
    """The link was used, is too old, or was never one of ours: all three answer the same."""

    message = N_("This invitation is no longer valid. Ask whoever invited you for a new one.")


class AccountExists(Refused):
    """A link says who was invited, and not who holds it: it must not open an account that is there."""

    message = N_(
        "There is an account for this address already. Log in with it, and open the link again. If you never chose a "
        "password, ask the organisation that invited you first for a new link."
    )


class SomeoneElses(Refused):
    """Whoever is logged in is not the one who was invited."""

    message = N_("This invitation is for somebody else. Log out, and open the link again.")


@dataclass(frozen=True, kw_only=True)
class OpenInvitation:
    """What whoever holds the link is told. `is_known`: the address has an account, which must be logged in to."""

    organisation_id: str
    organisation: str
    invited_by: str
    email: str
    name: str
    locale: str
    roles: tuple[Role, ...]
    expires_at: datetime
    is_known: bool


def open_invitation(place: Workplace, token: str, *, now: datetime) -> OpenInvitation:
    """What a link invites to. Raises InvitationOver."""
    with reading(place.engine) as session:
        row = session.exec(
            select(MemberInvitation, Organisation, Member)
            .join(Organisation, col(Organisation.id) == col(MemberInvitation.organisation_id))
            .join(Member, col(Member.email) == col(MemberInvitation.email), isouter=True)
            .where(col(MemberInvitation.token_hash) == hash_of(token))
        ).first()
        if row is None or _is_over(row[0], now):
            raise InvitationOver
        invitation, organisation, member = row
        return OpenInvitation(
            organisation_id=organisation.id,
            organisation=organisation.name,
            invited_by=_inviter(session, invitation),
            email=invitation.email,
            name=invitation.name,
            locale=invitation.locale,
            roles=tuple(role for role in Role if role.value in invitation.roles),
            expires_at=invitation.expires_at,
            is_known=_is_known(session, member, invitation),
        )


def _is_over(invitation: MemberInvitation, now: datetime) -> bool:
    return invitation.accepted_at is not None or invitation.expires_at <= now


def _inviter(session: Session, invitation: MemberInvitation) -> str:
    """Who invited, as the audit trail knows it; empty for the operator at the machine."""
    rows: Mapping[str, str] = {
        details.get("invitation", ""): name
        for details, name in session.exec(
            select(AuditEvent.details, Member.name)
            .join(Member, col(Member.id) == col(AuditEvent.member_id))
            .where(col(AuditEvent.action) == INVITED, col(AuditEvent.at) == invitation.created_at)
        )
    }
    return rows.get(invitation.id, "")


def _is_known(session: Session, member: Member | None, invitation: MemberInvitation) -> bool:
    return member is not None and _must_log_in(session, member, invitation)


def _must_log_in(session: Session, member: Member, invitation: MemberInvitation) -> bool:
    """Whether an account is there that the link must not open.

    One without a password that belongs to this organisation alone is a registration that was broken off: the link
    takes it up again. One that another organisation invited is not ours to give away.
    """
    if member.password_hash is not None:
        return True
    others = select(Membership.organisation_id).where(
        col(Membership.member_id) == member.id, col(Membership.organisation_id) != invitation.organisation_id
    )
    return session.exec(others).first() is not None


def email_of(place: Workplace, *, member_id: str, uniquifier: str) -> str | None:
    """The address of whoever logged in, also if they belong to no organisation any more; None if the login is over."""
    with reading(place.engine) as session:
        member = session.get(Member, member_id)
        return member.email if member and member.active and member.uniquifier == uniquifier else None


def join(place: Workplace, *, token: str, member_id: str | None = None, now: datetime) -> Actor:
    """Accept an invitation. `member_id` is whoever is logged in, and must be who was invited.

    A known person gets the organisation beside their others. Raises InvitationOver, AccountExists or SomeoneElses.
    """
    with writing(place.engine) as session:
        invitation = session.exec(
            select(MemberInvitation).where(col(MemberInvitation.token_hash) == hash_of(token)).with_for_update()
        ).first()
        if invitation is None or _is_over(invitation, now):
            raise InvitationOver
        member = _who_joins(session, invitation, member_id, now)
        invitation.accepted_at = now
        _join_roles(session, member, invitation, now)
        actor = acting(member.id, invitation.organisation_id, invitation.roles)
        audit.record(session, actor, "member.joined", now=now)
        return actor


def _who_joins(session: Session, invitation: MemberInvitation, member_id: str | None, now: datetime) -> Member:
    member = session.exec(select(Member).where(col(Member.email) == invitation.email)).first()
    if member_id is not None and (member is None or member.id != member_id):
        raise SomeoneElses
    if member is None:
        member = Member(
            id=new_id(), email=invitation.email, name=invitation.name, locale=invitation.locale, created_at=now
        )
        session.add(member)
        session.flush()
    elif not member.active:
        raise InvitationOver
    elif member_id is None and _must_log_in(session, member, invitation):
        raise AccountExists
    return member


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
        return acting(member_id, organisation_id, membership.roles)


def acting(member_id: str, organisation_id: str, roles: Collection[str]) -> Actor:
    """A member as an actor for one of their organisations."""
    return Actor(
        member_id=MemberId(member_id),
        organisation_id=OrganisationId(organisation_id),
        roles=frozenset(Role(role) for role in roles),
    )
