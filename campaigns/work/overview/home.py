"""What waits in the organisation itself: people, channels, invitations, and for stewards the unverified."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.store.disarming import standing
from campaigns.store.tables import Campaign, Channel, Member, MemberInvitation, Membership, Organisation, Subscription
from campaigns.work.overview.cards import Card, Step, Waits
from campaigns.work.service.rearming import asked_of


def home_cards(session: Session, actor: Actor, *, now: datetime) -> Iterator[Card]:
    """Everything that waits for whoever administers the organisation or keeps the service."""
    if actor.may(Permission.REARM):
        yield from rearming_cards(session, actor, now=now)
    if actor.may(Permission.INVITE):
        if people(session, actor) < 2:
            yield Card(waits=Waits.ONE_CONTACT)
        yield from _invitations(session, actor, now)
    if actor.may(Permission.KEEP_ORGANISATION):
        yield from _channels(session, actor)
    if actor.may(Permission.VERIFY):
        yield from _unverified(session)


def rearming_cards(session: Session, actor: Actor, *, now: datetime) -> Iterator[Card]:
    """Publishing is disarmed; whoever asked a colleague to confirm has done their part."""
    disarming = standing(session)
    if disarming is None:
        return
    asked = asked_of(session, disarming, actor, now=now)
    if asked is None:
        yield Card(waits=Waits.DISARMED, at=disarming.disarmed_at)
    elif not asked.is_mine:
        yield Card(waits=Waits.REARMING, at=asked.at, names=(asked.by,))


def people(session: Session, actor: Actor) -> int:
    """How many active members the organisation has."""
    return session.exec(
        select(func.count())
        .select_from(Membership)
        .join(Member, col(Member.id) == col(Membership.member_id))
        .where(col(Membership.organisation_id) == actor.organisation_id, col(Member.active))
    ).one()


def _invitations(session: Session, actor: Actor, now: datetime) -> Iterator[Card]:
    rows = session.exec(
        select(MemberInvitation.name, MemberInvitation.expires_at)
        .where(
            col(MemberInvitation.organisation_id) == actor.organisation_id,
            col(MemberInvitation.accepted_at).is_(None),
            col(MemberInvitation.expires_at) > now,
        )
        .order_by(col(MemberInvitation.expires_at))
    ).all()
    if rows:
        names = tuple(name for name, _ in rows)
        yield Card(waits=Waits.INVITATIONS, count=len(rows), names=names, at=rows[0][1])


def _channels(session: Session, actor: Actor) -> Iterator[Card]:
    troubled = session.exec(
        select(func.count())
        .select_from(Channel)
        .where(
            col(Channel.organisation_id) == actor.organisation_id,
            col(Channel.removed_at).is_(None),
            col(Channel.problem) != "",
        )
    ).one()
    if troubled:
        yield Card(waits=Waits.CHANNELS, count=troubled)


def _unverified(session: Session) -> Iterator[Card]:
    names = session.exec(
        select(Organisation.name).where(col(Organisation.verified_at).is_(None)).order_by(col(Organisation.name))
    ).all()
    if names:
        yield Card(waits=Waits.UNVERIFIED, count=len(names), names=tuple(names[:3]))


def first_steps(session: Session, actor: Actor, *, is_police: bool) -> tuple[Step, ...]:
    """What a new organisation does first, as far as this member may, and nobody has done it yet."""
    return tuple(_first_steps(session, actor, is_police=is_police))


def _first_steps(session: Session, actor: Actor, *, is_police: bool) -> Iterator[Step]:
    if actor.may(Permission.INVITE) and people(session, actor) < 2:
        yield Step.INVITE
    if is_police and actor.may(Permission.REGISTER) and _has_no(session, Campaign.owner_id, actor):
        yield Step.REGISTER
    if not is_police and actor.may(Permission.KEEP_ORGANISATION):
        if _has_no(session, Subscription.organisation_id, actor):
            yield Step.FOLLOW
        if _has_no(session, Channel.organisation_id, actor):
            yield Step.CHANNEL


def _has_no(session: Session, owner: str, actor: Actor) -> bool:
    return session.exec(select(owner).where(col(owner) == actor.organisation_id).limit(1)).first() is None
