"""What is coming and what has happened, for one member: only of campaigns they may know, and named only if they may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, or_
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import Stage
from campaigns.store import visibility
from campaigns.store.tables import AuditEvent, Campaign, Member, Organisation

LOOKS_BACK = timedelta(days=14)
MOST = 12


class Point(StrEnum):
    """A point on the timeline."""

    BRIEFING_OPENS = "briefing_opens"
    LIFT = "lift"
    HELD = "held"
    OUT = "out"


@dataclass(frozen=True, kw_only=True)
class Coming:
    """An instant of a campaign; `name` is empty while it is under embargo for the member."""

    point: Point
    at: datetime
    campaign_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Happened:
    """Something that was done. `who` is a colleague or an organisation, and empty where nobody shall be named."""

    sentence: str
    at: datetime
    who: str
    campaign_id: str | None
    name: str


OF_ALL: Mapping[str, str] = {
    "campaign.live": N_("The embargo was lifted."),
    "campaign.postponed": N_("The lift was moved."),
    "campaign.lifted_early": N_("The lift was brought forward."),
    "campaign.held": N_("The campaign was put on hold."),
    "campaign.resumed": N_("The campaign goes on after the hold."),
    "campaign.cancelled": N_("The campaign was cancelled."),
    "campaign.closed": N_("The campaign was closed."),
    "campaign.withdrawn": N_("The campaign was withdrawn."),
    "release.approved": N_("The release was approved."),
    "release.reopened": N_("The release was reopened, so texts can be edited again."),
    "question.answered": N_("A question was answered."),
    "text.corrected": N_("A text was corrected."),
    "text.corrected_unread": N_("A text was corrected."),
    "language.added": N_("A language was added to a public campaign."),
    "language.published": N_("A language was added to a public campaign."),
    "language.resumed_now": N_("A language was added to a public campaign."),
}
"""What everyone who may read the campaign may know."""

OF_POLICE: Mapping[str, str] = {
    "campaign.registered": N_("The campaign was registered."),
    "campaign.briefing": N_("The briefing was opened."),
    "campaign.invited": N_("One more organisation was invited."),
    "campaign.revoked": N_("An invitation was taken back."),
    "approval.asked": N_("Approval was asked for."),
    "lift_early.asked": N_("An earlier lift was asked for."),
    "withdrawal.asked": N_("A withdrawal was asked for."),
    "question.asked": N_("A partner asked a question."),
    "terms.accepted": N_("The embargo terms were accepted."),
    "consent.given": N_("Consent was given."),
    "consent.taken_back": N_("Consent was taken back."),
    "release.rehearsed": N_("The release was rehearsed."),
    "partner.reminded": N_("Partners were reminded."),
    "language.left_out": N_("A language was left out of the release."),
    "language.addition_asked": N_("A colleague was asked to approve one more language."),
    "language.approved": N_("One more language was approved."),
    "language.called_off": N_("The publication of a language was called off."),
    "language.held": N_("The publication of a language was held."),
    "language.resumed": N_("The publication of a language was resumed."),
    "language.taken_in": N_("A language was taken into the release again."),
}
"""What the police see of their own campaigns beside that. States only, never what a partner writes."""

OF_ONESELF: Mapping[str, str] = {
    "terms.accepted": N_("The embargo terms were accepted."),
    "message.begun": N_("A message of your own was begun."),
    "text.saved": N_("A text was saved."),
    "texts.imported": N_("A translator's file was taken in."),
    "consent.given": N_("Consent was given."),
    "consent.taken_back": N_("Consent was taken back."),
    "member.joined": N_("A new colleague joined."),
    "channel.added": N_("A channel was added."),
    "organisation.subscribed": N_("What your organisation follows was changed."),
    "delivery.settled": N_("A delivery was settled."),
}
"""What a member sees of their own organisation's doings."""

NOBODY_NAMED = frozenset({"question.asked", "question.answered"})
"""That something was asked is news; who asked is not."""


def coming(session: Session, actor: Actor, *, now: datetime) -> tuple[Coming, ...]:
    """Briefings that open, lifts ahead, and what came out lately, in the order of time."""
    if not actor.may(Permission.READ_BRIEFING):
        return ()
    rows = session.exec(
        select(Campaign, visibility.briefing_is_open(actor, now))
        .where(
            visibility.is_owned_by(actor) | visibility.is_invited(actor),
            visibility.exists_for(actor, now),
            col(Campaign.lift_at) > now - LOOKS_BACK,
            col(Campaign.stage).not_in([Stage.CANCELLED, Stage.WITHDRAWN]),
        )
        .order_by(col(Campaign.lift_at))
    )
    points = [point for campaign, opened in rows for point in _points(campaign, opened=bool(opened), now=now)]
    return tuple(sorted(points, key=lambda point: point.at))


def _points(campaign: Campaign, *, opened: bool, now: datetime) -> list[Coming]:
    public = is_public(campaign.embargo, now=now)
    name = campaign.name if opened or public else ""
    lift = Point.OUT if public else Point.HELD if campaign.stage is Stage.HELD else Point.LIFT
    points = [(lift, campaign.lift_at)]
    if now < campaign.briefing_opens_at and not public:
        points.append((Point.BRIEFING_OPENS, campaign.briefing_opens_at))
    return [Coming(point=point, at=at, campaign_id=campaign.id, name=name) for point, at in points]


def happened(session: Session, actor: Actor, *, now: datetime) -> tuple[Happened, ...]:
    """The newest acts of the last two weeks that the member may know of, newest first."""
    opened = visibility.briefing_is_open(actor, now)
    rows = session.exec(
        select(AuditEvent, Campaign, _who(actor), opened)
        .outerjoin(Campaign, col(Campaign.id) == col(AuditEvent.campaign_id))
        .outerjoin(Member, col(Member.id) == col(AuditEvent.member_id))
        .outerjoin(Organisation, col(Organisation.id) == col(AuditEvent.organisation_id))
        .where(col(AuditEvent.at) > now - LOOKS_BACK, or_(*_may_know(actor, opened, now)))
        .order_by(col(AuditEvent.number).desc())
        .limit(MOST)
    )
    return tuple(
        _happened(event, campaign, who or "", opened=bool(is_open), now=now) for event, campaign, who, is_open in rows
    )


def _may_know(actor: Actor, opened: ColumnElement[bool], now: datetime) -> list[ColumnElement[bool]]:
    """Three rings: one's own organisation, one's own campaigns (the police), and campaigns one is briefed on."""
    action = col(AuditEvent.action)
    own = and_(col(AuditEvent.organisation_id) == actor.organisation_id, action.in_(OF_ONESELF))
    if not actor.may(Permission.READ_BRIEFING):
        return [and_(own, col(AuditEvent.campaign_id).is_(None))]
    police = and_(visibility.is_owned_by(actor), action.in_([*OF_ALL, *OF_POLICE]))
    public = and_(visibility.is_invited(actor), visibility.is_public(now))
    briefed = and_(col(Campaign.id).is_not(None), or_(opened, public), action.in_(OF_ALL))
    stopped = and_(
        visibility.is_briefed(actor), col(Campaign.stage).in_([Stage.CANCELLED, Stage.WITHDRAWN]), action.in_(OF_ALL)
    )
    return [own, police, briefed, stopped]


def _who(actor: Actor) -> ColumnElement[str]:
    """A colleague by name; of another organisation only the organisation."""
    is_own = col(AuditEvent.organisation_id) == actor.organisation_id
    return case((is_own, col(Member.name)), else_=col(Organisation.name))


def _happened(event: AuditEvent, campaign: Campaign | None, who: str, *, opened: bool, now: datetime) -> Happened:
    may_name = campaign is not None and (opened or is_public(campaign.embargo, now=now))
    return Happened(
        sentence={**OF_ALL, **OF_POLICE, **OF_ONESELF}[event.action],
        at=event.at,
        who="" if event.action in NOBODY_NAMED else who,
        campaign_id=campaign.id if campaign else None,
        name=campaign.name if campaign and may_name else "",
    )
