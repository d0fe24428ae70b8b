"""T: recording that a campaign is public. Pages open without a record; with it they stay open if a clock steps back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from campaigns.domain.embargo import OPEN_BY_RECORD, is_public
from campaigns.domain.lifecycle import Move, Stage, TextState, after
from campaigns.store import audit
from campaigns.store.disarming import is_armed, standing
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, ReleasedText, Text


@dataclass(frozen=True, kw_only=True)
class ComingLift:
    """A campaign that will be, or should already be, public by the clock."""

    campaign_id: str
    slug: str
    lift_at: datetime
    generation: int


def coming_lifts(engine: Engine, *, until: datetime) -> Sequence[ComingLift]:
    """Approved campaigns whose lift is at or before an instant, the soonest first. None while disarmed."""
    with reading(engine) as session:
        rows = session.exec(
            select(Campaign.id, Campaign.slug, Campaign.lift_at, Campaign.generation)
            .where(col(Campaign.stage) == Stage.APPROVED, col(Campaign.lift_at) <= until, is_armed())
            .order_by(col(Campaign.lift_at))
        ).all()
        return [ComingLift(campaign_id=i, slug=slug, lift_at=at, generation=number) for i, slug, at, number in rows]


def stands(session: Session, campaign_id: str, *, now: datetime) -> bool:
    """Whether a lift may go now: the campaign is approved and T has come, or it is public by record.

    The row is locked for all who would change it, and shared by all who only ask: several workers may launch together.
    A campaign whose work was ended at once is as public as a live one: what is armed for it still leaves.
    """
    campaign = session.exec(select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update(read=True)).first()
    return campaign is not None and is_public(campaign.embargo, now=now)


def go_live(session: Session, campaign_id: str, *, now: datetime) -> bool:
    """Record that the campaign is public, in the caller's transaction. False if it is not, not yet, or disarmed.

    The row is locked, so of this and a hold one comes first and the other sees it. Several workers may call this; the
    first one writes.
    """
    campaign = session.exec(select(Campaign).where(col(Campaign.id) == campaign_id).with_for_update()).first()
    if campaign is None:
        return False
    if campaign.stage is not Stage.APPROVED:
        return campaign.stage in OPEN_BY_RECORD
    if now < campaign.lift_at or standing(session) is not None:
        return False
    campaign.stage = after(campaign.stage, Move.GO_LIVE)
    campaign.lifted_at = now
    session.add(campaign)
    audit.record(session, None, "campaign.live", now=now, campaign_id=campaign.id)
    return True


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
            col(ReleasedText.superseded_at).is_(None),
            col(Text.state) == TextState.APPROVED,
        )
    )
    for text in published:
        text.state = TextState.PUBLISHED
        session.add(text)
