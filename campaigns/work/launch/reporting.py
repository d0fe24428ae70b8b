"""What became of a release: its state, its receipt, and what people report or decide about single deliveries."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.lifecycle import DELIVERY_MOVES, NEEDS_A_PERSON, DeliveryState, Stage
from campaigns.domain.receipt import Delivered
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import audit
from campaigns.store.disarming import standing
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Delivery, Message, ReleasedText, Text
from campaigns.work.campaign.drafts import is_web_address
from campaigns.work.launch.deliveries import as_delivered, lines_of, openings_of
from campaigns.work.launch.receipts import written_receipt
from campaigns.work.loading import campaign_by_slug, looks_after, release_of, texts_of_campaign
from campaigns.work.partners.matching import consented_texts
from campaigns.work.service.publishing import must_be_armed
from campaigns.work.workplace import Workplace

SAYS_WHAT_STANDS = frozenset(
    {Event.CAMPAIGN_LIFTED, Event.LANGUAGE_ADDED, Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED}
)


class NotApproved(Refused):
    """A receipt belongs to a release, and there is none before approval."""

    message = N_("{campaign} has no release yet: it is {stage}. A second person must approve it first.")


class CannotSettle(Refused):
    """Only what needs a person is settled by a person."""

    message = N_("The delivery is {state}, so this cannot be decided about it.")


class TextHasChanged(Refused):
    """Sending what was corrected or withdrawn would put the old words out again."""

    message = N_(
        "This text has been corrected or withdrawn since, so the old one is not sent again. "
        "Mark the delivery as done, or leave it."
    )


@dataclass(frozen=True, kw_only=True)
class CampaignLine:
    """A campaign in a list of those one looks after."""

    id: str
    slug: str
    name: str
    stage: Stage
    public: bool
    lift_at: datetime


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What one organisation has ready: its texts, and which of them it has consented to."""

    organisation: str
    languages: tuple[str, ...]
    consented: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Status:
    """Where a release stands. `disarmed_at` is set while nothing may be published at all."""

    campaign: str
    slug: str
    stage: Stage
    public: bool
    lift_at: datetime
    readiness: tuple[Readiness, ...]
    deliveries: dict[DeliveryState, int]
    needs_person: tuple[Delivered, ...]
    disarmed_at: datetime | None


def campaign_list(place: Workplace, actor: Actor, *, now: datetime) -> list[CampaignLine]:
    """Every campaign for the operator at the machine itself; for the police those of their own organisation."""
    actor.must(Permission.REGISTER)
    with reading(place.engine) as session:
        rows = session.exec(select(Campaign).where(looks_after(actor)).order_by(col(Campaign.lift_at))).all()
        return [
            CampaignLine(
                id=row.id,
                slug=row.slug,
                name=row.name,
                stage=row.stage,
                public=is_public(row.embargo, now=now),
                lift_at=row.lift_at,
            )
            for row in rows
        ]


def status(place: Workplace, actor: Actor, slug: str, *, now: datetime) -> Status:
    """Readiness before T, deliveries after. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        campaign = campaign_by_slug(session, actor, slug)
        deliveries = as_delivered(lines_of(session, campaign, release_of(session, campaign)))
        disarming = standing(session)
        return Status(
            campaign=campaign.name,
            slug=campaign.slug,
            stage=campaign.stage,
            public=is_public(campaign.embargo, now=now),
            lift_at=campaign.lift_at,
            readiness=_readiness(session, campaign),
            deliveries=dict(Counter(delivery.state for delivery in deliveries)),
            needs_person=tuple(delivery for delivery in deliveries if delivery.state in NEEDS_A_PERSON),
            disarmed_at=disarming.disarmed_at if disarming else None,
        )


def _readiness(session: Session, campaign: Campaign) -> tuple[Readiness, ...]:
    agreed = consented_texts(session, campaign.id)
    by_name: dict[str, list[tuple[Message, Text]]] = {}
    for message, text, organisation in texts_of_campaign(session, campaign.id):
        by_name.setdefault(organisation.name, []).append((message, text))
    return tuple(
        Readiness(
            organisation=name,
            languages=tuple(text.language for _, text in rows),
            consented=tuple(text.language for message, text in rows if message.answers_id is None or text.id in agreed),
        )
        for name, rows in by_name.items()
    )


def release_receipt(place: Workplace, actor: Actor, slug: str) -> dict[str, Any]:
    """The receipt of the release that stands. Raises NotThere or NotApproved."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        campaign = campaign_by_slug(session, actor, slug)
        release = release_of(session, campaign)
        if release is None:
            raise NotApproved(campaign=campaign.name, stage=campaign.stage)
        lines = lines_of(session, campaign, release)
        return written_receipt(session, campaign, release, lines, openings_of(session, campaign.id))


def report_published(
    place: Workplace, actor: Actor, delivery_id: str, *, address: str | None = None, now: datetime
) -> None:
    """A person says that what was handed to them is out, and may say where. Raises BadInput for no web address."""
    actor.must(Permission.REPORT)
    if address and not is_web_address(address):
        message = N_("{address} is not a complete web address. Copy it from the browser, with https:// first.")
        raise BadInput([Fault(field="address", message=message, facts={"address": address})])
    with writing(place.engine) as session:
        delivery = _own_delivery(session, actor, delivery_id)
        if delivery.kind is not ChannelKind.BY_HAND or delivery.state is not DeliveryState.SENDING:
            raise CannotSettle(state=delivery.state)
        _settle(session, actor, delivery, DeliveryState.LIVE, now)
        delivery.confirmed_at = now
        delivery.address = address or None


def mark_as_done(place: Workplace, actor: Actor, delivery_id: str, *, now: datetime) -> None:
    """A person found out that an unclear delivery did arrive, or did it in another way."""
    actor.must(Permission.REPORT)
    with writing(place.engine) as session:
        delivery = _settleable(_own_delivery(session, actor, delivery_id))
        _settle(session, actor, delivery, DeliveryState.LIVE, now)
        delivery.confirmed_at = now


def try_again(place: Workplace, actor: Actor, delivery_id: str, *, now: datetime) -> None:
    """A person decides to send it once more, with the same id. Raises TextHasChanged or PublishingIsDisarmed."""
    actor.must(Permission.REPORT)
    with writing(place.engine) as session:
        delivery = _settleable(_own_delivery(session, actor, delivery_id))
        must_be_armed(session)
        _must_still_say_so(session, delivery)
        _settle(session, actor, delivery, DeliveryState.PLANNED, now)
        delivery.due_at = now
        delivery.error = None


def leave(place: Workplace, actor: Actor, delivery_id: str, *, now: datetime) -> None:
    """A person decides that it shall not be sent."""
    actor.must(Permission.REPORT)
    with writing(place.engine) as session:
        delivery = _settleable(_own_delivery(session, actor, delivery_id))
        _settle(session, actor, delivery, DeliveryState.CANCELLED, now)


def _own_delivery(session: Session, actor: Actor, delivery_id: str) -> Delivery:
    """A delivery of the member's own organisation, or of a campaign it registered. Raises NotThere."""
    row = session.exec(
        select(Delivery, Campaign)
        .join(Campaign, col(Campaign.id) == col(Delivery.campaign_id))
        .where(
            col(Delivery.id) == delivery_id,
            (col(Delivery.organisation_id) == actor.organisation_id)
            | (col(Campaign.owner_id) == actor.organisation_id),
        )
        .with_for_update(of=Delivery)
    ).first()
    if row is None:
        raise NotThere
    return row[0]


def _settleable(delivery: Delivery) -> Delivery:
    if delivery.state not in NEEDS_A_PERSON:
        raise CannotSettle(state=delivery.state)
    return delivery


def _must_still_say_so(session: Session, delivery: Delivery) -> None:
    """Raise TextHasChanged for old words; that something was withdrawn may always be told."""
    campaign = session.get(Campaign, delivery.campaign_id)
    text = session.get(ReleasedText, delivery.released_text_id) if delivery.released_text_id else None
    is_old = text is not None and (text.superseded_at is not None or text.withdrawn_at is not None)
    is_gone = campaign is not None and campaign.stage is Stage.WITHDRAWN
    if delivery.event in SAYS_WHAT_STANDS and (is_old or is_gone):
        raise TextHasChanged


def _settle(session: Session, actor: Actor, delivery: Delivery, state: DeliveryState, now: datetime) -> None:
    if state not in DELIVERY_MOVES[delivery.state]:
        raise CannotSettle(state=delivery.state)
    delivery.state = state
    delivery.settled_by = actor.member_id
    session.add(delivery)
    details = {"delivery": delivery.id, "state": state.value}
    audit.record(session, actor, "delivery.settled", now=now, campaign_id=delivery.campaign_id, details=details)


def waiting_by_hand(place: Workplace, actor: Actor, *, now: datetime) -> list[str]:
    """The ids of what was handed to the member's organisation and not yet reported as published."""
    actor.must(Permission.REPORT)
    with reading(place.engine) as session:
        rows = session.exec(
            select(Delivery.id).where(
                col(Delivery.organisation_id) == actor.organisation_id,
                col(Delivery.kind) == ChannelKind.BY_HAND,
                col(Delivery.state) == DeliveryState.SENDING,
                col(Delivery.claimed_by).is_(None),
                col(Delivery.planned_at) <= now,
            )
        )
        return list(rows)
