"""Leaving a release before T: a text whose consent was taken back, or an organisation that is no longer invited.

It was never public, so no tombstone is left; what others say goes on.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Campaign, Delivery, ReleasedText, ReleasedUpload, Text
from campaigns.work.launch.planning import remind_by_hand
from campaigns.work.library.wanting import want_material
from campaigns.work.loading import release_of
from campaigns.work.telling import forget, owners, tell
from campaigns.work.translating.progress import state_when_thawed
from campaigns.work.uploads.freezing import uploads_leave
from campaigns.work.workplace import Workplace

WAITING = (DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.HELD)


def text_leaves(session: Session, place: Workplace, campaign: Campaign, text: Text, *, now: datetime) -> None:
    """Take one text out of the release that stands, if it is part of it, and tell the police."""
    frozen = session.exec(
        select(ReleasedText).where(col(ReleasedText.text_id) == text.id, col(ReleasedText.superseded_at).is_(None))
    ).all()
    deliveries = session.exec(
        select(Delivery)
        .where(
            col(Delivery.released_text_id).in_([released.id for released in frozen]), col(Delivery.state).in_(WAITING)
        )
        .with_for_update()
    ).all()
    _leave(session, place, campaign, frozen, deliveries, now)


def organisation_leaves(
    session: Session, place: Workplace, campaign: Campaign, organisation_id: str, *, now: datetime
) -> None:
    """Take everything of an organisation out of the release that stands, its `campaign.lifted` too."""
    release = release_of(session, campaign)
    if release is None:
        return
    frozen = session.exec(
        select(ReleasedText).where(
            col(ReleasedText.release_id) == release.id,
            col(ReleasedText.organisation_id) == organisation_id,
            col(ReleasedText.superseded_at).is_(None),
        )
    ).all()
    deliveries = session.exec(
        select(Delivery)
        .where(
            col(Delivery.release_id) == release.id,
            col(Delivery.organisation_id) == organisation_id,
            col(Delivery.state).in_(WAITING),
        )
        .with_for_update()
    ).all()
    ours = col(ReleasedUpload.release_id) == release.id, col(ReleasedUpload.organisation_id) == organisation_id
    uploads_leave(session, *ours, now=now)
    _leave(session, place, campaign, frozen, deliveries, now)


def _leave(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    frozen: Sequence[ReleasedText],
    deliveries: Sequence[Delivery],
    now: datetime,
) -> None:
    for released in frozen:
        released.superseded_at = now
        text = session.get_one(Text, released.text_id)
        text.state = state_when_thawed(session, [text])[text.id]
    for delivery in deliveries:
        stop(delivery)
    session.flush()
    if any(delivery.kind is ChannelKind.BY_HAND for delivery in deliveries):
        _remind_the_others(session, place, campaign, now)
    if frozen:
        want_material(session, place, campaign, now=now)
        tell(session, place, NoticeKind.MESSAGE_LEFT, owners(session, campaign), campaign=campaign, now=now)


def stop(delivery: Delivery) -> None:
    """Cancel a delivery; a worker that holds it armed is refused when it would leave."""
    delivery.state = DeliveryState.CANCELLED
    delivery.fence += 1
    delivery.claimed_by = delivery.lease_until = None


def _remind_the_others(session: Session, place: Workplace, campaign: Campaign, now: datetime) -> None:
    """Reminders name nobody, so all are made anew from the deliveries by hand that are still to leave."""
    forget(session, campaign, [NoticeKind.BY_HAND_REMINDER], now=now)
    session.flush()
    remind_by_hand(session, place, campaign, now=now)
