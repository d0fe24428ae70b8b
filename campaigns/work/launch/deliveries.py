"""The deliveries of a release as people look at them: in the launch room, one by one, and in the receipt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState
from campaigns.domain.receipt import Delivered, Opened
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.times import milliseconds_after
from campaigns.store.tables import Campaign, Delivery, Opening, Organisation, Release
from campaigns.work.loading import standing_releases

REPEATABLE = frozenset({ChannelKind.WEBHOOK})
"""Kinds whose other side drops a second copy with the same id, so that trying again can do no harm."""
LOOKS_FIRST = frozenset({ChannelKind.WORDPRESS})
"""Kinds where trying again looks first whether it is there."""


@dataclass(frozen=True, kw_only=True)
class DeliveryLine:
    """One delivery in a table. `sent_ms` and `confirmed_ms` are milliseconds after T, or after a late language
    opened.

    `is_by_hand` now waits for a person who was given the text; `is_under_way` for a machine.
    """

    id: str
    organisation: str
    kind: ChannelKind
    event: Event
    language: str
    state: DeliveryState
    attempts: int
    planned_at: datetime
    due_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    sent_ms: float | None
    confirmed_ms: float | None
    at_lift: bool
    is_by_hand: bool
    is_under_way: bool
    is_repeatable: bool
    looks_first: bool
    address: str | None
    error: str | None
    release_id: str

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to decide what becomes of it."""
        return self.state in NEEDS_A_PERSON

    @property
    def tries_again(self) -> bool:
        """Whether it failed and will be tried again by itself."""
        return self.state is DeliveryState.PLANNED and self.attempts > 0


def release_that_stands(session: Session, campaign_id: str) -> Release | None:
    """The frozen release, if there is one; for a withdrawn campaign too."""
    return session.exec(select(Release).where(*standing_releases(campaign_id), col(Release.language) == "")).first()


def lines_of(
    session: Session, campaign: Campaign, release: Release | None, *only: ColumnElement[bool]
) -> tuple[DeliveryLine, ...]:
    """Every delivery of a release and of late languages, without its bytes, in one query; those that a new release
    replaced are not in it. Milliseconds are counted from T, or from the late language's own instant.
    """
    if release is None:
        return ()
    rows = session.exec(
        select(Delivery, Organisation.name, Release.opens_at)
        .join(Organisation, col(Organisation.id) == col(Delivery.organisation_id))
        .join(Release, col(Release.id) == col(Delivery.release_id))
        .where(
            col(Delivery.campaign_id) == campaign.id,
            *standing_releases(campaign.id),
            col(Delivery.event) != Event.NOTICE,
            *only,
        )
        .order_by(col(Delivery.planned_at), col(Delivery.sent_at), col(Organisation.name), col(Delivery.id))
        .options(defer(Delivery.body), defer(Delivery.headers))  # type: ignore[arg-type] # columns, as typed by SQLModel
    )
    return tuple(
        line_of(delivery, name, opens_at or campaign.lift_at, is_late=opens_at is not None)
        for delivery, name, opens_at in rows
    )


def line_of(delivery: Delivery, organisation: str, lift_at: datetime, *, is_late: bool = False) -> DeliveryLine:
    """A delivery as a value. `lift_at` is what it is measured from."""
    handed_over = (
        delivery.kind is ChannelKind.BY_HAND and delivery.state is DeliveryState.SENDING and delivery.claimed_by is None
    )
    moving = delivery.state in {DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.SENDING}
    return DeliveryLine(
        id=delivery.id,
        organisation=organisation,
        kind=delivery.kind,
        event=delivery.event,
        language=delivery.language,
        state=delivery.state,
        attempts=delivery.attempts,
        planned_at=delivery.planned_at,
        due_at=delivery.due_at,
        sent_at=delivery.sent_at,
        confirmed_at=delivery.confirmed_at,
        sent_ms=milliseconds_after(delivery.sent_at, lift_at),
        confirmed_ms=milliseconds_after(delivery.confirmed_at, lift_at),
        at_lift=delivery.planned_at == lift_at and not is_late,
        release_id=delivery.release_id or "",
        is_by_hand=handed_over,
        is_under_way=moving and not handed_over,
        is_repeatable=delivery.kind in REPEATABLE,
        looks_first=delivery.kind in LOOKS_FIRST,
        address=delivery.address,
        error=delivery.error,
    )


def openings_of(session: Session, campaign_id: str) -> tuple[Opened, ...]:
    """When an outside reader first saw each public surface open."""
    found = session.exec(select(Opening).where(col(Opening.campaign_id) == campaign_id).order_by(col(Opening.address)))
    return tuple(
        Opened(surface=row.surface, language=row.language, address=row.address, opened_at=row.opened_at)
        for row in found
    )


def as_delivered(lines: Iterable[DeliveryLine]) -> Sequence[Delivered]:
    """The same as the receipt writes them."""
    return [
        Delivered(
            id=line.id,
            organisation=line.organisation,
            channel=line.kind.value,
            event=line.event.value,
            language=line.language,
            state=line.state,
            planned_at=line.planned_at,
            sent_at=line.sent_at,
            confirmed_at=line.confirmed_at,
            attempts=line.attempts,
            address=line.address,
            error=line.error,
        )
        for line in lines
    ]
