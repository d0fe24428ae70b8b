"""After a text has left: what its channels are told next, and what still waits of it and must say something else."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, case
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import visibility
from campaigns.store.tables import Campaign, Channel, Delivery, ReleasedText
from campaigns.work.launch.planning import organisations_of, plan_event
from campaigns.work.partners.leaving import WAITING, stop
from campaigns.work.uploads.enclosing import enclosed_with
from campaigns.work.workplace import Workplace

TELLS_OF_MATERIAL = (ChannelKind.WEBHOOK,)
_WITH_WORDS = (Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED)


def follow_up(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    old: ReleasedText,
    new: ReleasedText,
    event: Event,
    *,
    now: datetime,
    kinds: Collection[ChannelKind] = tuple(ChannelKind),
) -> None:
    """Follow up on every delivery of the old text: what left gets the event, what did not leaves as it now is.

    `kinds` narrows it to some kinds of channels.
    """
    deliveries = session.exec(
        select(Delivery)
        .where(
            col(Delivery.released_text_id).in_(_versions(session, old)),
            col(Delivery.event).in_(_WITH_WORDS),
            col(Delivery.kind).in_(list(kinds)),
            col(Delivery.state) != DeliveryState.CANCELLED,
        )
        .order_by(col(Delivery.planned_at), col(Delivery.created_at))
        .with_for_update()
    ).all()
    channels = _channels(session, deliveries)
    names = organisations_of(session, {new.organisation_id})
    enclosures = enclosed_with(session, place, campaign, new.message_id)
    for channel in channels:
        told = [delivery for delivery in deliveries if delivery.channel_id == channel.id]
        next_event = _next_event(told, event)
        if next_event is not None:
            session.add(
                plan_event(
                    place,
                    campaign,
                    channel,
                    next_event,
                    new,
                    names=names,
                    enclosures=enclosures,
                    release_id=new.release_id,
                    at=now,
                    now=now,
                    in_reply_to=told[0].id if next_event is event else None,
                )
            )


def _channels(session: Session, deliveries: Sequence[Delivery]) -> Sequence[Channel]:
    ids = {delivery.channel_id for delivery in deliveries}
    return session.exec(select(Channel).where(col(Channel.id).in_(ids))).all()


def _versions(session: Session, text: ReleasedText) -> Sequence[str]:
    return session.exec(select(ReleasedText.id).where(col(ReleasedText.text_id) == text.text_id)).all()


def _next_event(told: Sequence[Delivery], event: Event) -> Event | None:
    """What a channel gets after what it was told so far. Where nothing arrived, the new text takes the old one's place.

    What waits, for its time or for a person, and would say the old words is cancelled.
    """
    arrived = any(not _never_arrived(delivery) for delivery in told)
    for delivery in told:
        if delivery.state in WAITING or (delivery.state in NEEDS_A_PERSON and _never_arrived(delivery)):
            stop(delivery)
    if arrived:
        return event
    return None if event is Event.MESSAGE_WITHDRAWN else Event.MESSAGE_PUBLISHED


def _never_arrived(delivery: Delivery) -> bool:
    """Whether the other side certainly has nothing: it was never tried, was refused, or was late before the first try.

    In all other cases some of it may have arrived, and only the event itself puts that right. A correction is sent only
    where something may have arrived before it.
    """
    if delivery.event is Event.MESSAGE_CORRECTED:
        return False
    if delivery.state in WAITING:
        return delivery.attempts == 0
    if delivery.state is DeliveryState.LATE:
        return delivery.attempts <= 1 and delivery.sent_at is None
    return delivery.state is DeliveryState.REFUSED


def material_changed(session: Session, place: Workplace, campaign: Campaign, message_id: str, *, now: datetime) -> None:
    """A piece beside a message is taken away: no delivery that still waits names it, and who was told hears of it.

    Only channels that tell of material are concerned. What is not open yet keeps its instant.
    """
    # asked as the pages ask: a late language may be held past its instant
    public = and_(visibility.is_public(now), visibility.text_is_open(now))
    texts = session.exec(
        select(ReleasedText, case((public, True), else_=False))
        .join(Campaign, col(Campaign.id) == col(ReleasedText.campaign_id))
        .where(
            col(ReleasedText.campaign_id) == campaign.id,
            col(ReleasedText.message_id) == message_id,
            col(ReleasedText.superseded_at).is_(None),
            col(ReleasedText.withdrawn_at).is_(None),
        )
    ).all()
    for text, is_open in texts:
        if is_open:
            corrected = Event.MESSAGE_CORRECTED
            follow_up(session, place, campaign, text, text, corrected, now=now, kinds=TELLS_OF_MATERIAL)
        else:
            _say_anew(session, place, campaign, text, now)


def _say_anew(session: Session, place: Workplace, campaign: Campaign, text: ReleasedText, now: datetime) -> None:
    """New deliveries in the place of those that wait: a node may hold the old bytes armed under the old id."""
    deliveries = session.exec(
        select(Delivery)
        .where(
            col(Delivery.released_text_id) == text.id,
            col(Delivery.event).in_(_WITH_WORDS),
            col(Delivery.kind).in_(TELLS_OF_MATERIAL),
            col(Delivery.state).in_(WAITING),
        )
        .with_for_update()
    ).all()
    channels = {channel.id: channel for channel in _channels(session, deliveries)}
    names = organisations_of(session, {text.organisation_id})
    enclosures = enclosed_with(session, place, campaign, text.message_id)
    for delivery in deliveries:
        anew = plan_event(
            place,
            campaign,
            channels[delivery.channel_id or ""],
            delivery.event,
            text,
            names=names,
            enclosures=enclosures,
            release_id=text.release_id,
            at=delivery.planned_at,
            now=now,
        )
        if delivery.state is DeliveryState.HELD:
            anew.state = DeliveryState.HELD
        stop(delivery)
        session.add_all([delivery, anew])
