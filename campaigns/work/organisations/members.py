"""The members of an organisation: who they are, what they may do, and who is invited.

An organisation never loses its last administrator: nobody could invite the next one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_, BadInput, NotThere, Refused
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AccountSession, Member, MemberInvitation, Membership, Organisation
from campaigns.work.organisations.inviting import must_be_given_by, role_faults, roles_to_give
from campaigns.work.workplace import Workplace


class LastAdministrator(Refused):
    """Without an administrator nobody can invite members or keep the channels."""

    message = N_(
        "{organisation} would be left without an administrator, so nothing was changed. Make a colleague administrator "
        "first."
    )


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A member of one's own organisation. `has_begun`: they chose a password, so they can log in."""

    id: str
    name: str
    email: str
    locale: str
    roles: tuple[Role, ...]
    active: bool
    has_begun: bool
    seen_at: datetime | None
    is_oneself: bool


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Somebody who was invited and has not come yet."""

    id: str
    name: str
    email: str
    locale: str
    roles: tuple[Role, ...]
    invited_at: datetime
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Team:
    """Everybody in an organisation. `roles` are those that the reader can give."""

    colleagues: tuple[Colleague, ...]
    invited: tuple[Invited, ...]
    roles: tuple[Role, ...]

    @property
    def hangs_on_one(self) -> bool:
        """Whether one person alone can act: they may fall ill, or leave."""
        return sum(colleague.active for colleague in self.colleagues) == 1


def team(place: Workplace, actor: Actor, *, now: datetime) -> Team:
    """The members of one's own organisation. Who is invited only whoever invites is told."""
    with reading(place.engine) as session:
        organisation = _organisation(session, actor)
        rows = session.exec(_members(col(Membership.organisation_id) == organisation.id)).all()
        seen = _seen(session, [member.id for member, _ in rows])
        invites = actor.may(Permission.INVITE)
        return Team(
            colleagues=tuple(_colleague(actor, member, membership, seen) for member, membership in rows),
            invited=_invited(session, organisation.id, now) if invites else (),
            roles=tuple(roles_to_give(actor, organisation.kind)),
        )


def colleague(place: Workplace, actor: Actor, member_id: str) -> Colleague:
    """One member of one's own organisation. Raises NotThere for anyone else."""
    with reading(place.engine) as session:
        row = session.exec(
            _members((col(Membership.organisation_id) == actor.organisation_id) & (col(Member.id) == member_id))
        ).first()
        if row is None:
            raise NotThere
        return _colleague(actor, row[0], row[1], _seen(session, [member_id]))


def _organisation(session: Session, actor: Actor, *, lock: bool = False) -> Organisation:
    wanted = select(Organisation).where(col(Organisation.id) == actor.organisation_id)
    found = session.exec(wanted.with_for_update() if lock else wanted).first()
    if found is None:
        raise NotThere
    return found


def _members(condition: ColumnElement[bool]) -> Select[Member, Membership]:
    return (
        select(Member, Membership)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .where(condition)
        .order_by(col(Member.name), col(Member.email))
    )


def _seen(session: Session, ids: Sequence[str]) -> Mapping[str | None, datetime]:
    rows = session.exec(
        select(AccountSession.member_id, func.max(AccountSession.seen_at))
        .where(col(AccountSession.member_id).in_(ids))
        .group_by(col(AccountSession.member_id))
    )
    return dict(rows.all())


def _colleague(actor: Actor, member: Member, membership: Membership, seen: Mapping[str | None, datetime]) -> Colleague:
    return Colleague(
        id=member.id,
        name=member.name,
        email=member.email,
        locale=member.locale,
        roles=_in_order(membership.roles),
        active=member.active,
        has_begun=member.password_hash is not None,
        seen_at=max((at for at in (member.visited_at, seen.get(member.id)) if at), default=None),
        is_oneself=member.id == actor.member_id,
    )


def _in_order(roles: Collection[str]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role.value in roles)


def _invited(session: Session, organisation_id: str, now: datetime) -> tuple[Invited, ...]:
    rows = session.exec(
        select(MemberInvitation)
        .where(
            col(MemberInvitation.organisation_id) == organisation_id,
            col(MemberInvitation.accepted_at).is_(None),
            col(MemberInvitation.expires_at) > now,
        )
        .order_by(col(MemberInvitation.created_at))
    )
    return tuple(
        Invited(
            id=row.id,
            name=row.name,
            email=row.email,
            locale=row.locale,
            roles=_in_order(row.roles),
            invited_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    )


def invited(place: Workplace, actor: Actor, invitation_id: str, *, now: datetime) -> Invited:
    """One open invitation to one's own organisation. Raises NotThere."""
    found = [one for one in team(place, actor, now=now).invited if one.id == invitation_id]
    if not found:
        raise NotThere
    return found[0]


def cancel_invitation(place: Workplace, actor: Actor, invitation_id: str, *, now: datetime) -> None:
    """End an invitation: its link opens nothing any more."""
    actor.must(Permission.INVITE)
    with writing(place.engine) as session:
        row = session.exec(
            select(MemberInvitation)
            .where(
                col(MemberInvitation.id) == invitation_id,
                col(MemberInvitation.organisation_id) == actor.organisation_id,
                col(MemberInvitation.accepted_at).is_(None),
                col(MemberInvitation.expires_at) > now,
            )
            .with_for_update()
        ).first()
        if row is None:
            raise NotThere
        row.expires_at = now
        session.add(row)
        audit.record(session, actor, "member.invitation_cancelled", now=now, details={"invitation": row.id})


def change_roles(place: Workplace, actor: Actor, member_id: str, *, roles: Collection[Role], now: datetime) -> None:
    """Give a colleague these roles instead of those they had.

    Raises NotThere, BadInput for roles that cannot be, OnlyStewards, or LastAdministrator.
    """
    actor.must(Permission.INVITE)
    with writing(place.engine) as session:
        organisation = _organisation(session, actor, lock=True)
        membership = _membership(session, organisation, member_id)
        if faults := role_faults(organisation, roles):
            raise BadInput(faults)
        before = {Role(role) for role in membership.roles}
        must_be_given_by(actor, before ^ set(roles))
        if Role.ADMINISTRATOR not in roles:
            must_keep_an_administrator(session, organisation, without=member_id)
        membership.roles = sorted(role.value for role in roles)
        session.add(membership)
        details = {"organisation": organisation.id, "member": member_id, "roles": membership.roles}
        audit.record(session, actor, "member.roles_changed", now=now, details=details)


def remove_member(place: Workplace, actor: Actor, member_id: str, *, now: datetime) -> None:
    """Let somebody act for the organisation no more, from this moment. Their account, and what they wrote, stays.

    Raises NotThere, OnlyStewards, or LastAdministrator.
    """
    actor.must(Permission.INVITE)
    with writing(place.engine) as session:
        organisation = _organisation(session, actor, lock=True)
        membership = _membership(session, organisation, member_id)
        must_be_given_by(actor, {Role(role) for role in membership.roles})
        must_keep_an_administrator(session, organisation, without=member_id)
        session.delete(membership)
        _end_sessions(session, member_id, organisation.id, now)
        details = {"organisation": organisation.id, "member": member_id}
        audit.record(session, actor, "member.removed", now=now, details=details)


def _membership(session: Session, organisation: Organisation, member_id: str) -> Membership:
    found = session.get(Membership, (member_id, organisation.id), with_for_update=True)
    if found is None:
        raise NotThere
    return found


def must_keep_an_administrator(session: Session, organisation: Organisation, *, without: str) -> None:
    """Raise LastAdministrator if one member is the only one who can administrate.

    The organisation's row is locked by the caller: two administrators who remove each other wait here in turn.
    """
    rows = session.exec(_members((col(Membership.organisation_id) == organisation.id) & col(Member.active))).all()
    able = {member.id for member, membership in rows if Role.ADMINISTRATOR.value in membership.roles}
    if able == {without}:
        raise LastAdministrator(organisation=organisation.name)


def _end_sessions(session: Session, member_id: str, organisation_id: str, now: datetime) -> None:
    """End the sessions that act for this organisation, and those that never said for which."""
    session.connection().execute(
        update(AccountSession)
        .where(
            col(AccountSession.member_id) == member_id,
            (col(AccountSession.organisation_id) == organisation_id) | col(AccountSession.organisation_id).is_(None),
            col(AccountSession.expires_at) > now,
        )
        .values(expires_at=now, data={})
    )
