"""Storing planned deliveries in lots of plain rows: a large release never lies in memory as a whole."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert
from sqlmodel import Session

from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.tables import Delivery

Thing = TypeVar("Thing")
Row = dict[str, Any]
LOT = 500
"""How many deliveries are stored at once: some megabytes."""
_NEVER_TRIED: Row = {
    "attempts": 0,
    "unclear": False,
    "claimed_by": None,
    "lease_until": None,
    "fence": 0,
    "sent_at": None,
    "confirmed_at": None,
    "address": None,
    "error": None,
    "settled_by": None,
}


def planned(
    *,
    delivery_id: str,
    event: Event,
    kind: ChannelKind,
    recipient: str,
    content_type: str,
    headers: dict[str, str],
    body: bytes,
    generation: int,
    at: datetime,
    now: datetime,
    campaign_id: str | None = None,
    release_id: str | None = None,
    released_text_id: str | None = None,
    organisation_id: str | None = None,
    channel_id: str | None = None,
    notice: str | None = None,
    language: str = "",
) -> Row:
    """Every column of a delivery that is to leave `at` and was never tried, for `store` or for `Delivery(**row)`."""
    return {
        "id": delivery_id,
        "event": event,
        "campaign_id": campaign_id,
        "release_id": release_id,
        "released_text_id": released_text_id,
        "organisation_id": organisation_id,
        "channel_id": channel_id,
        "kind": kind,
        "notice": notice,
        "language": language,
        "recipient": recipient,
        "content_type": content_type,
        "headers": headers,
        "body": body,
        "state": DeliveryState.PLANNED,
        "generation": generation,
        "planned_at": at,
        "due_at": at,
        "created_at": now,
        **_NEVER_TRIED,
    }


def store(session: Session, rows: Iterable[Row]) -> int:
    """Insert the rows, each lot as it is made, after all that waits in the session. Returns how many there were."""
    session.flush()
    stored = 0
    for lot in lots(rows):
        session.connection().execute(insert(Delivery), lot)
        stored += len(lot)
    return stored


def lots(things: Iterable[Thing]) -> Iterator[list[Thing]]:
    """The things some at a time, each lot taken when the one before is done with."""
    waiting = iter(things)
    while lot := list(islice(waiting, LOT)):
        yield lot
