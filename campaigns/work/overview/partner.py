"""What waits for a partner's member in the campaigns they are invited to. A campaign they may not read has no name."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import UNDER_EMBARGO
from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.translating import SOURCE
from campaigns.store import visibility
from campaigns.store.tables import Campaign, Consent, Delivery, Message, Text
from campaigns.work.overview.cards import Card, Waits


def partner_cards(session: Session, actor: Actor, *, now: datetime) -> Iterator[Card]:
    """Everything that waits for this member."""
    if actor.may(Permission.READ_BRIEFING):
        yield from _terms(session, actor)
    if actor.may(Permission.WRITE_MATCHING):
        yield from _to_write(session, actor, now)
        yield from _texts(session, actor, now, Waits.STALE)
    if actor.may(Permission.CONSENT):
        yield from _texts(session, actor, now, Waits.CONSENT)
    if actor.may(Permission.REPORT):
        yield from _deliveries(session, actor, now)


def _terms(session: Session, actor: Actor) -> Iterator[Card]:
    rows = session.exec(
        select(Campaign.id, Campaign.lift_at, Campaign.briefing_opens_at)
        .where(visibility.is_invited(actor), col(Campaign.stage).in_(UNDER_EMBARGO), ~visibility.has_accepted(actor))
        .order_by(col(Campaign.lift_at))
    )
    for campaign_id, lift_at, opens_at in rows:
        yield Card(waits=Waits.TERMS, campaign_id=campaign_id, lift_at=lift_at, at=opens_at)


def _preparing(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Campaigns whose briefing the member may read, and whose texts are not frozen."""
    return visibility.is_briefed(actor), visibility.briefing_is_open(actor, now), col(Campaign.stage) == Stage.BRIEFING


def _to_write(session: Session, actor: Actor, now: datetime) -> Iterator[Card]:
    begun = (
        exists()
        .where(col(Message.campaign_id) == col(Campaign.id), col(Message.organisation_id) == actor.organisation_id)
        .where(col(Text.message_id) == col(Message.id))
    )
    rows = session.exec(select(Campaign).where(*_preparing(actor, now), ~begun).order_by(col(Campaign.lift_at)))
    for campaign in rows:
        yield _card(Waits.WRITE, campaign, 1)


def _texts(session: Session, actor: Actor, now: datetime, waits: Waits) -> Iterator[Card]:
    """How many of the organisation's own texts wait for consent, or are older than their Swedish text."""
    rows = session.exec(
        select(Campaign, func.count())
        .join(Message, col(Message.campaign_id) == col(Campaign.id))
        .join(Text, col(Text.message_id) == col(Message.id))
        .where(
            *_preparing(actor, now),
            col(Message.organisation_id) == actor.organisation_id,
            _is_stale() if waits is Waits.STALE else ~_is_agreed(),
        )
        .group_by(col(Campaign.id))
        .order_by(col(Campaign.lift_at))
    )
    for campaign, count in rows:
        yield _card(waits, campaign, count)


def _is_agreed() -> ColumnElement[bool]:
    return exists().where(
        col(Consent.text_id) == col(Text.id),
        col(Consent.revision) == col(Text.revision),
        col(Consent.taken_back_at).is_(None),
    )


def _is_stale() -> ColumnElement[bool]:
    source = aliased(Text)
    return exists().where(
        col(source.message_id) == col(Text.message_id),
        col(source.language) == SOURCE,
        col(source.revision) != col(Text.source_revision),
    )


def _deliveries(session: Session, actor: Actor, now: datetime) -> Iterator[Card]:
    """What a person must settle, and what was handed over to be published by hand and is not reported yet."""
    by_hand = (
        (col(Delivery.kind) == ChannelKind.BY_HAND)
        & (col(Delivery.state) == DeliveryState.SENDING)
        & col(Delivery.claimed_by).is_(None)
        & (col(Delivery.planned_at) <= now)
    )
    for waits, condition in ((Waits.DELIVERIES, col(Delivery.state).in_(NEEDS_A_PERSON)), (Waits.BY_HAND, by_hand)):
        rows = session.exec(
            select(Campaign.id, Campaign.name, func.count(), func.min(Delivery.planned_at))
            .join(Delivery, col(Delivery.campaign_id) == col(Campaign.id))
            .where(
                col(Delivery.organisation_id) == actor.organisation_id,
                col(Delivery.event) != Event.NOTICE,
                visibility.is_public(now) | (col(Campaign.stage) == Stage.WITHDRAWN),
                condition,
            )
            .group_by(col(Campaign.id), col(Campaign.name))
        )
        for campaign_id, name, count, at in rows:
            yield Card(waits=waits, campaign_id=campaign_id, name=name, count=count, at=at)


def _card(waits: Waits, campaign: Campaign, count: int) -> Card:
    return Card(waits=waits, campaign_id=campaign.id, name=campaign.name, count=count, lift_at=campaign.lift_at)
