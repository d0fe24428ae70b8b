"""The receipt: planned, sent and confirmed instants of every delivery, in milliseconds from T. It proves a release.

The shape is stable (`schema` 1); see the README's section on the receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.times import milliseconds_after

SCHEMA = 1
FAILED = frozenset({DeliveryState.REFUSED})


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One delivery of a release, as the receipt needs it. `planned_at` is T for what was planned for the lift."""

    id: str
    organisation: str
    channel: str
    event: str
    language: str
    state: DeliveryState
    planned_at: datetime
    sent_at: datetime | None
    confirmed_at: datetime | None
    attempts: int
    address: str | None
    error: str | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """When a reader outside first saw a public surface open."""

    surface: str
    language: str | None
    address: str
    opened_at: datetime


def receipt(
    *, campaign: str, lift_at: datetime, revision: str, deliveries: Sequence[Delivered], openings: Sequence[Opened]
) -> dict[str, Any]:
    """The receipt of a release, ready for JSON."""
    return {
        "schema": SCHEMA,
        "campaign": campaign,
        "lift_at": written(lift_at),
        "revision": revision,
        "deliveries": [_line(delivery, lift_at) for delivery in deliveries],
        "pull": [_pull(opened, lift_at) for opened in openings],
        "summary": summary(deliveries, lift_at=lift_at),
    }


def written(instant: datetime | None) -> str | None:
    """An instant in UTC, to the millisecond where it has parts of a second."""
    if instant is None:
        return None
    parts = "milliseconds" if instant.microsecond else "seconds"
    return instant.astimezone(UTC).isoformat(timespec=parts).replace("+00:00", "Z")


def _line(delivery: Delivered, lift_at: datetime) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "organisation": delivery.organisation,
        "channel": delivery.channel,
        "event": delivery.event,
        "language": delivery.language or None,
        "state": delivery.state.value,
        "planned_at": written(delivery.planned_at),
        "sent_at": written(delivery.sent_at),
        "confirmed_at": written(delivery.confirmed_at),
        "sent_ms": milliseconds_after(delivery.sent_at, lift_at),
        "confirmed_ms": milliseconds_after(delivery.confirmed_at, lift_at),
        "attempts": delivery.attempts,
        "address": delivery.address,
        "error": delivery.error,
    }


def _pull(opened: Opened, lift_at: datetime) -> dict[str, Any]:
    return {
        "surface": opened.surface,
        "language": opened.language,
        "address": opened.address,
        "opened_ms": milliseconds_after(opened.opened_at, lift_at),
    }


def summary(deliveries: Sequence[Delivered], *, lift_at: datetime) -> dict[str, Any]:
    """Counts and the spread of instants. Early must be 0; what was planned after T (a correction) has no spread."""
    at_lift = [delivery for delivery in deliveries if delivery.planned_at == lift_at]
    sent = [delivery.sent_at for delivery in at_lift if delivery.sent_at]
    confirmed = [delivery.confirmed_at for delivery in at_lift if delivery.confirmed_at]
    states = [delivery.state for delivery in deliveries]
    return {
        "deliveries": len(deliveries),
        "live": states.count(DeliveryState.LIVE),
        "early": sum(d.sent_at is not None and d.sent_at < d.planned_at for d in deliveries),
        "late": states.count(DeliveryState.LATE),
        "failed": sum(state in FAILED for state in states),
        "unknown": states.count(DeliveryState.UNKNOWN),
        "sent_ms": _spread(sent, lift_at, ("first", "p50", "p95", "last")),
        "confirmed_ms": _spread(confirmed, lift_at, ("p50", "p95", "last")),
    }


_PERCENT: Mapping[str, int] = {"first": 0, "p50": 50, "p95": 95, "last": 100}


def _spread(instants: Sequence[datetime], lift_at: datetime, names: Sequence[str]) -> dict[str, float | None]:
    """Nearest-rank percentiles, in milliseconds after T; None where nothing was sent."""
    ordered = sorted(instants)
    return {name: milliseconds_after(_ranked(ordered, _PERCENT[name]), lift_at) for name in names}


def _ranked(ordered: Sequence[datetime], percent: int) -> datetime | None:
    """The earliest instant by which at least this share had happened."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1] if ordered else None
