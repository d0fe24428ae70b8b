"""Calling for people: a delivery that only a person can settle is nobody's until somebody is told."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.lifecycle import NEEDS_A_PERSON
from campaigns.domain.release import Event
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.loading import members_of
from campaigns.work.telling import tell, told_since
from campaigns.work.workplace import Workplace

AGAIN_AFTER = timedelta(hours=24)


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
