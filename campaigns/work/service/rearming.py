"""Arming publishing again after a restore: one person asks, another confirms, and both have looked at the same list.

Nobody does it alone, and nobody from the command line: only people know whether the old installation is off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, true
from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, roles_with, two_people
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import MemberId
from campaigns.domain.lifecycle import NEEDS_A_PERSON, Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import audit, visibility
from campaigns.store.disarming import standing
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent, Campaign, Delivery, Disarming, Member, Membership, Organisation
from campaigns.work.accounts.letters import write_letter
from campaigns.work.launch.scheduling import PROPOSAL_LASTS, NothingToConfirm
from campaigns.work.service.health import clock_offset
from campaigns.work.workplace import Workplace

PAGE = "/arbete/forvaltning/publicering"
DISARMED = "publishing.disarmed"
TOLD = "disarming.told"


class PublishingIsArmed(Refused):
    """There is nothing to arm again."""

    message = N_("Publishing is armed already, so there is nothing to do.")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who asked that publishing is armed again, and when."""

    by: str
    at: datetime
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A campaign that somebody must look at first. `name` is empty where it is under embargo for the reader.

    `passed`: its lift came while it was held, so it may have been released elsewhere. `undecided` counts deliveries.
    """

    campaign_id: str
    name: str
    lift_at: datetime
    held: bool
    passed: bool
    undecided: int
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class Publishing:
    """Whether anything may be published, and if not, why, since when, and what to look at first.

    `known_until` is the last thing that the copy knows of. `rearmed` says who armed it last, by whom it was asked for.
    """

    disarmed_at: datetime | None
    known_until: datetime | None
    asked: Asked | None
    waiting: tuple[Waiting, ...]
    offset: timedelta
    rearmed_at: datetime | None
    rearmed_by: tuple[str, ...]


def publishing(place: Workplace, actor: Actor, *, now: datetime) -> Publishing:
    """How it stands, for whoever may arm it again. Stewards hear of every campaign, approvers of their own."""
    actor.must(Permission.REARM)
    with reading(place.engine) as session:
        disarming, last = standing(session), _last_armed(session)
        return Publishing(
            disarmed_at=disarming.disarmed_at if disarming else None,
            known_until=_known_until(session) if disarming else None,
            asked=asked_of(session, disarming, actor, now=now) if disarming else None,
            waiting=_waiting(session, actor, now) if disarming else (),
            offset=clock_offset(place),
            rearmed_at=last.armed_at if last else None,
            rearmed_by=_names(session, last) if last else (),
        )


def _last_armed(session: Session) -> Disarming | None:
    armed = col(Disarming.armed_at)
    return session.exec(select(Disarming).where(armed.is_not(None)).order_by(armed.desc()).limit(1)).first()


def _names(session: Session, disarming: Disarming) -> tuple[str, ...]:
    people = (session.get(Member, id_) for id_ in (disarming.asked_by, disarming.armed_by) if id_)
    return tuple(person.name for person in people if person is not None)


def _known_until(session: Session) -> datetime | None:
    """When the last thing was noted before the copy was restored."""
    restored = select(func.max(AuditEvent.number)).where(col(AuditEvent.action) == DISARMED).scalar_subquery()
    before = select(AuditEvent.at).where(col(AuditEvent.number) < restored)
    return session.exec(before.order_by(col(AuditEvent.number).desc()).limit(1)).first()


def asked_of(session: Session, disarming: Disarming, actor: Actor, *, now: datetime) -> Asked | None:
    """Who asked within the last day that this is over, if anyone did."""
    if not _still_stands(disarming, now) or disarming.asked_at is None:
        return None
    member = session.get(Member, disarming.asked_by)
    name = member.name if member else ""
    return Asked(by=name, at=disarming.asked_at, is_mine=disarming.asked_by == actor.member_id)


def _still_stands(disarming: Disarming, now: datetime) -> bool:
    """Whether what was asked for can be confirmed: after a day the picture has changed."""
    return disarming.asked_at is not None and disarming.asked_at > now - PROPOSAL_LASTS


def _waiting(session: Session, actor: Actor, now: datetime) -> tuple[Waiting, ...]:
    """What is held, and what has deliveries that a person must decide about: the soonest lift first."""
    undecided = (
        select(func.count())
        .select_from(Delivery)
        .where(
            col(Delivery.campaign_id) == col(Campaign.id),
            col(Delivery.state).in_(NEEDS_A_PERSON),
            col(Delivery.event) != Event.NOTICE,
        )
        .scalar_subquery()
    )
    rows = session.exec(
        select(Campaign, undecided, visibility.is_owned_by(actor))
        .where((col(Campaign.stage) == Stage.HELD) | (undecided > 0), _may_know_of(actor))
        .order_by(col(Campaign.lift_at), col(Campaign.id))
    )
    return tuple(_one(actor, *row, now=now) for row in rows)


def _may_know_of(actor: Actor) -> ColumnElement[bool]:
    return true() if actor.may(Permission.SEE_AUDIT) else visibility.is_owned_by(actor)


def _one(actor: Actor, campaign: Campaign, undecided: int, owned: object, *, now: datetime) -> Waiting:
    is_open = bool(owned) and actor.may(Permission.READ_BRIEFING)
    return Waiting(
        campaign_id=campaign.id,
        name=campaign.name if is_open or is_public(campaign.embargo, now=now) else "",
        lift_at=campaign.lift_at,
        held=campaign.stage is Stage.HELD,
        passed=campaign.stage is Stage.HELD and campaign.lift_at <= now,
        undecided=undecided,
        is_open=is_open,
    )


def ask_to_rearm(place: Workplace, actor: Actor, *, now: datetime) -> None:
    """Ask a colleague to confirm that publishing is armed again. Nothing changes until another person does.

    It lapses after a day. Whoever asks last is the one who asked. Raises PublishingIsArmed.
    """
    actor.must(Permission.REARM)
    with writing(place.engine) as session:
        disarming = _standing(session)
        disarming.asked_by, disarming.asked_at = actor.member_id, now
        session.add(disarming)
        _tell(session, place, NoticeKind.REARMING_ASKED, besides=actor, now=now)
        audit.record(session, actor, "rearming.asked", now=now)


def rearm(place: Workplace, actor: Actor, *, now: datetime) -> None:
    """Arm publishing again, as the second person. What is held stays held until somebody resumes it.

    Raises PublishingIsArmed, NothingToConfirm if nobody asked within a day, or NeedsAnotherPerson for whoever asked.
    """
    actor.must(Permission.REARM)
    with writing(place.engine) as session:
        disarming = _standing(session)
        if not _still_stands(disarming, now):
            raise NothingToConfirm
        two_people(MemberId(disarming.asked_by) if disarming.asked_by else None, actor.member_id)
        disarming.armed_by, disarming.armed_at = actor.member_id, now
        session.add(disarming)
        _tell(session, place, NoticeKind.REARMED, besides=actor, now=now)
        audit.record(session, actor, "publishing.rearmed", now=now)


def _standing(session: Session) -> Disarming:
    """What disarms publishing, locked. Raises PublishingIsArmed."""
    disarming = session.exec(select(Disarming).where(col(Disarming.armed_at).is_(None)).with_for_update()).first()
    if disarming is None:
        raise PublishingIsArmed
    return disarming


def tell_of_disarming(place: Workplace, *, now: datetime) -> int:
    """Tell everyone who may arm it again, once, that publishing is disarmed. Returns how many were told.

    A worker does it, so that it is done however the copy was restored. Without a mail server nobody can be told yet.
    """
    with reading(place.engine) as session:
        if ChannelKind.EMAIL not in place.channels or not _is_untold(session):
            return 0
    with writing(place.engine) as session:
        if not _is_untold(session):
            return 0
        told = _tell(session, place, NoticeKind.DISARMED, now=now)
        audit.record(session, None, TOLD, now=now, details={"told": told})
        return told


def _is_untold(session: Session) -> bool:
    """Whether publishing is disarmed and the trail says of nobody that they were told since."""
    if standing(session) is None:
        return False
    last = select(AuditEvent.action).where(col(AuditEvent.action).in_([DISARMED, TOLD]))
    return session.exec(last.order_by(col(AuditEvent.number).desc()).limit(1)).first() != TOLD


def _tell(session: Session, place: Workplace, kind: NoticeKind, *, besides: Actor | None = None, now: datetime) -> int:
    """Store a notice to everyone who may arm publishing again."""
    told = [member for member in _who_may(session) if besides is None or member.id != besides.member_id]
    for member in told:
        write_letter(session, place, kind, member, path=PAGE, now=now)
    return len(told)


def _who_may(session: Session) -> Sequence[Member]:
    """Those of every police organisation whose roles in it hold the permission."""
    able = roles_with(Permission.REARM)
    rows = session.exec(
        select(Member, Membership.roles)
        .join(Membership, col(Membership.member_id) == col(Member.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Organisation.kind) == OrganisationKind.POLICE, col(Member.active))
        .order_by(col(Member.email))
    )
    return list({member.id: member for member, roles in rows if able.intersection(roles)}.values())
