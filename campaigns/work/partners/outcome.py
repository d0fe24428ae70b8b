"""What became of a partner's messages: what is public, and every delivery through the organisation's channels."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Channel, Delivery, Release, ReleasedText
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class OurDelivery:
    """One delivery of the own organisation, as the people there follow it. `waits`: it was handed to one of them."""

    id: str
    kind: ChannelKind
    channel: str
    event: Event
    language: str
    state: DeliveryState
    planned_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    address: str | None
    waits: bool


@dataclass(frozen=True, kw_only=True)
class OurVoice:
    """A text of the own organisation that the public reads."""

    headline: str
    language: str
    address: str
    corrected_at: datetime | None
    withdrawn_at: datetime | None


def our_deliveries(place: Workplace, actor: Actor, campaign_id: str) -> tuple[OurDelivery, ...]:
    """The own organisation's deliveries of the release that stands, to whoever accepted the terms; else none."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        rows = session.exec(
            select(Delivery, Channel)
            .join(Release, col(Release.id) == col(Delivery.release_id))
            .join(Campaign, col(Campaign.id) == col(Delivery.campaign_id))
            .outerjoin(Channel, col(Channel.id) == col(Delivery.channel_id))
            .where(
                col(Campaign.id) == campaign_id,
                visibility.own_drafts_are_open(actor),
                col(Release.superseded_at).is_(None),
                col(Delivery.organisation_id) == actor.organisation_id,
                col(Delivery.event) != Event.NOTICE,
            )
            .order_by(col(Delivery.planned_at), col(Delivery.kind), col(Delivery.language), col(Delivery.id))
        )
        return tuple(_delivery(delivery, channel) for delivery, channel in rows)


def _delivery(delivery: Delivery, channel: Channel | None) -> OurDelivery:
    return OurDelivery(
        id=delivery.id,
        kind=delivery.kind,
        channel=(channel.name or channel.address) if channel else delivery.recipient,
        event=delivery.event,
        language=delivery.language,
        state=delivery.state,
        planned_at=delivery.planned_at,
        sent_at=delivery.sent_at,
        confirmed_at=delivery.confirmed_at,
        address=delivery.address,
        waits=delivery.kind is ChannelKind.BY_HAND and delivery.state is DeliveryState.SENDING,
    )


def our_voices(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> tuple[OurVoice, ...]:
    """What the own organisation says in public on a campaign; nothing before T."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(ReleasedText, Campaign.slug)
            .join(Campaign, col(Campaign.id) == col(ReleasedText.campaign_id))
            .where(
                col(Campaign.id) == campaign_id,
                visibility.is_public(now),
                col(ReleasedText.organisation_id) == actor.organisation_id,
                visibility.text_is_open(now),
            )
            .order_by(col(ReleasedText.position), col(ReleasedText.language))
        )
        return tuple(
            OurVoice(
                headline=text.headline,
                language=text.language,
                address=place.public_address(slug, text.language),
                corrected_at=text.corrected_at,
                withdrawn_at=text.withdrawn_at,
            )
            for text, slug in rows
        )
