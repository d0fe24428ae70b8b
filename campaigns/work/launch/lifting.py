"""T: recording that a campaign is public. Pages open without a record; with it they stay open if a clock steps back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_
from sqlmodel import Session, col, select

from campaigns.domain.embargo import OPEN_BY_RECORD, is_public
from campaigns.domain.lifecycle import Move, Stage, TextState, after
from campaigns.store import audit, visibility
from campaigns.store.disarming import is_armed, standing
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Delivery, Release, ReleasedText, Text


@dataclass(frozen=True, kw_only=True)
class ComingLift:
    """A campaign that will be, or should already be, public by the clock; or a late language of one that is."""

    campaign_id: str
    slug: str
    lift_at: datetime
    generation: int
    is_late: bool = False


def coming_lifts(engine: Engine, *, until: datetime) -> Sequence[ComingLift]:
    """Approved campaigns whose lift is at or before an instant, the soonest first. None while disarmed.

    Late languages of public campaigns that open by then come with them: all of one campaign and one instant as one.
    """
    with reading(engine) as session:
        rows = session.exec(
            select(Campaign.id, Campaign.slug, Campaign.lift_at, Campaign.generation)
            .where(col(Campaign.stage) == Stage.APPROVED, col(Campaign.lift_at) <= until, is_armed())
            .order_by(col(Campaign.lift_at))
        ).all()
        late = session.exec(
            select(Campaign.id, Campaign.slug, Release.opens_at, Campaign.generation)
            .join(Release, col(Release.campaign_id) == col(Campaign.id))
            .where(col(Campaign.stage).in_(OPEN_BY_RECORD), opens_by_the_clock(until), is_armed())
            .distinct()
        ).all()
    lifts = [ComingLift(campaign_id=i, slug=slug, lift_at=at, generation=number) for i, slug, at, number in rows]
    lifts += [
        ComingLift(campaign_id=i, slug=slug, lift_at=at, generation=number, is_late=True)
        for i, slug, at, number in late
        if at is not None
    ]
    return sorted(lifts, key=lambda lift: lift.lift_at)


def waits_to_open() -> ColumnElement[bool]:
    """It is the release of a late language, approved, held or not, and it is not recorded that it is open."""
    return and_(
        col(Release.opens_at).is_not(None), col(Release.opened_at).is_(None), col(Release.superseded_at).is_(None)
    )


def opens_by_the_clock(until: datetime) -> ColumnElement[bool]:
    """It waits, nobody holds it, and its instant has come by then."""
    return and_(waits_to_open(), col(Release.held_at).is_(None), col(Release.opens_at) <= until)


def stands(session: Session, campaign_id: str, *, now: datetime) -> bool:
    """Whether a lift may go now: the campaign is approved and T has come, or it is public by record.

    The row is locked for all who would change it, and shared by all who only ask: several workers may launch together.
    A campaign whose work was ended at once is as public as a live one: what is armed for it still leaves.
    """
    campaign = session.exec(select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update(read=True)).first()
    return campaign is not None and is_public(campaign.embargo, now=now)


def go_live(session: Session, campaign_id: str, *, now: datetime) -> bool:
    """Record that the campaign is public, in the caller's transaction. False if it is not, not yet, or disarmed.

    What was on its way already proves that T has come, though a clock was set back since. The row is locked, so of
    this and a hold one comes first and the other sees it. Several workers may call this; the first one writes.
    """
    campaign = session.exec(select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update()).first()
    if campaign is None:
        return False
    if campaign.stage is not Stage.APPROVED:
        return campaign.stage in OPEN_BY_RECORD
    if (now < campaign.lift_at and not has_begun(session, campaign)) or standing(session) is not None:
        return False
    campaign.stage = after(campaign.stage, Move.GO_LIVE)
    campaign.lifted_at = max(now, campaign.lift_at)
    session.add(campaign)
    audit.record(session, None, "campaign.live", now=now, campaign_id=campaign.id)
    return True


def has_begun(session: Session, campaign: Campaign, *, release_id: str | None = None) -> bool:
    """Whether anything of the release was ever on its way: none is before T, or a late language's instant."""
    of_release = col(Delivery.release_id).is_not(None) if release_id is None else col(Delivery.release_id) == release_id
    tried = select(Delivery.id).where(
        col(Delivery.campaign_id) == campaign.id,
        col(Delivery.generation) == campaign.generation,
        of_release,
        col(Delivery.attempts) > 0,
    )
    return session.exec(tried.limit(1)).first() is not None


def publish_texts(engine: Engine, campaign_id: str) -> None:
    """Mark the released texts as published: bookkeeping that may wait until everything has left."""
    with writing(engine) as session:
        mark_published(session, campaign_id)


def mark_published(session: Session, campaign_id: str) -> None:
    """The same, in the caller's transaction."""
    published = session.exec(
        select(Text)
        .join(ReleasedText, col(ReleasedText.text_id) == col(Text.id))
        .where(
            col(ReleasedText.campaign_id) == campaign_id,
            visibility.text_is_recorded(),
            col(Text.state) == TextState.APPROVED,
        )
    )
    for text in published:
        text.state = TextState.PUBLISHED
        session.add(text)
