"""What a worker tells people by itself: that a delivery waits for their decision, and that an embargo is lifted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists
from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.lifecycle import NEEDS_A_PERSON, Stage
from campaigns.domain.release import Event
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent, Campaign, Delivery
from campaigns.work.loading import lock, members_of
from campaigns.work.telling import briefed_members, tell, told_since
from campaigns.work.workplace import Workplace

AGAIN_AFTER = timedelta(hours=24)
LIFT_TOLD = "lift.told"
LIFT_IS_NEWS = timedelta(hours=24)
"""A campaign that has been public for longer is no news: an installation that is restored tells of nothing old."""


def call_people(place: Workplace, *, now: datetime) -> int:
    """Tell the organisation and the police of deliveries that wait for a decision; again after a day, not sooner.

    Returns how many people were told.
    """
    with reading(place.engine) as session:
        waiting = _waiting(session)
    if not waiting:
        return 0
    with writing(place.engine) as session:
        return sum(_call(session, place, campaign_id, organisations, now) for campaign_id, organisations in waiting)


def _waiting(session: Session) -> list[tuple[str, list[str]]]:
    """Campaigns with deliveries that need a person, and whose deliveries they are."""
    rows = session.exec(
        select(Delivery.campaign_id, Delivery.organisation_id)
        .where(col(Delivery.state).in_(NEEDS_A_PERSON), col(Delivery.event) != Event.NOTICE)
        .distinct()
    )
    found: dict[str, list[str]] = {}
    for campaign_id, organisation_id in rows:
        found.setdefault(campaign_id or "", []).append(organisation_id or "")
    return sorted(found.items())


def _call(session: Session, place: Workplace, campaign_id: str, organisations: list[str], now: datetime) -> int:
    campaign = session.get(Campaign, campaign_id)
    if campaign is None:
        return 0
    kind = NoticeKind.DELIVERY_NEEDS_PERSON
    told = told_since(session, campaign, kind, since=now - AGAIN_AFTER)
    members = [
        member for member in members_of(session, [*organisations, campaign.owner_id]) if member.email not in told
    ]
    if members:
        tell(session, place, kind, members, campaign=campaign, now=now)
        audit.record(session, None, "people.called", now=now, campaign_id=campaign.id, details={"told": len(members)})
    return len(members)


def tell_of_lifts(place: Workplace, *, now: datetime) -> int:
    """Tell partners and police, once, that a campaign is public, as soon as a worker has recorded it.

    After the lift and beside it: what leaves at T waits for no notice. Returns how many campaigns were told of.
    """
    with reading(place.engine) as session:
        untold = _untold(session, now)
    return sum(_tell_of_lift(place, campaign_id, now) for campaign_id in untold)


def _untold(session: Session, now: datetime) -> Sequence[str]:
    told = select(AuditEvent.campaign_id).where(
        col(AuditEvent.action) == LIFT_TOLD, col(AuditEvent.campaign_id) == col(Campaign.id)
    )
    return session.exec(
        select(Campaign.id).where(
            col(Campaign.stage) == Stage.LIVE, col(Campaign.lifted_at) > now - LIFT_IS_NEWS, ~exists(told)
        )
    ).all()


def _tell_of_lift(place: Workplace, campaign_id: str, now: datetime) -> bool:
    """The record in the audit trail is what makes it once, whoever of several workers comes first."""
    with writing(place.engine) as session:
        campaign = session.get_one(Campaign, campaign_id)
        lock(session, campaign)
        if campaign_id not in _untold(session, now):
            return False
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.LIFTED, members, campaign=campaign, now=now)
        audit.record(session, None, LIFT_TOLD, now=now, campaign_id=campaign.id, details={"told": len(members)})
        return True
