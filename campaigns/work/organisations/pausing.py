"""Channels that keep failing are paused by the service itself, and their organisation is told.

What is frozen for such a channel still goes its way, and ends with a person one by one. No new release goes through it
until somebody of the organisation has taken it into use again; what failed before that is forgiven.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.channels.webhook import GONE
from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import shall_pause
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Channel, Delivery
from campaigns.work.telling import tell_of_channel, who_may
from campaigns.work.workplace import Workplace

FAILS = N_("deliveries failed again and again, so it was paused")
IS_GONE = N_("the receiver says that it is gone for good, so it was paused")


@dataclass(frozen=True, kw_only=True)
class Failing:
    """A channel and how it fails: deliveries that failed for good since the last arrival, and whether it is gone."""

    channel_id: str
    failed: int
    is_gone: bool


def pause_failing(place: Workplace, *, now: datetime) -> int:
    """Pause every channel that fails again and again or is gone. Returns how many were paused."""
    with reading(place.engine) as session:
        failing = [one for one in _failing(session) if shall_pause(failed=one.failed, is_gone=one.is_gone)]
    return sum(_pause(place, one, now) for one in failing)


def _failing(session: Session) -> Sequence[Failing]:
    """Channels in use with deliveries that failed for good, counted since they were last good or forgiven."""
    gone = func.max(case((col(Delivery.error) == GONE, 1), else_=0))
    rows = session.exec(
        select(Delivery.channel_id, func.count(), gone)
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(
            col(Channel.paused_at).is_(None),
            col(Channel.removed_at).is_(None),
            _failed_for_good(),
            or_(col(Channel.unpaused_at).is_(None), col(Delivery.planned_at) > col(Channel.unpaused_at)),
            col(Delivery.planned_at) > func.coalesce(_last_arrival(), col(Channel.created_at)),
        )
        .group_by(col(Delivery.channel_id))
    )
    return [Failing(channel_id=i or "", failed=count, is_gone=bool(is_gone)) for i, count, is_gone in rows]


def _failed_for_good() -> ColumnElement[bool]:
    """It was refused, or given up after several tries. One that nobody tried is no fault of the channel's."""
    given_up = and_(col(Delivery.state) == DeliveryState.LATE, col(Delivery.attempts) > 1)
    states = col(Delivery.state).in_([DeliveryState.REFUSED, DeliveryState.LATE])
    refused = col(Delivery.state) == DeliveryState.REFUSED
    return and_(states, or_(refused, given_up), col(Delivery.settled_by).is_(None))


def _last_arrival() -> ColumnElement[datetime]:
    """When what last arrived by itself was planned for; a person's word that it is out says nothing of the channel."""
    arrived = select(func.max(col(Delivery.planned_at))).where(
        col(Delivery.channel_id) == col(Channel.id),
        col(Delivery.state) == DeliveryState.LIVE,
        col(Delivery.settled_by).is_(None),
    )
    return arrived.correlate(Channel).scalar_subquery()


def _pause(place: Workplace, failing: Failing, now: datetime) -> bool:
    """Of several workers the first one pauses and tells."""
    with writing(place.engine) as session:
        channel = session.get_one(Channel, failing.channel_id, with_for_update=True)
        if channel.paused_at is not None:
            return False
        channel.paused_at, channel.problem = now, IS_GONE if failing.is_gone else FAILS
        session.add(channel)
        keepers = who_may(session, channel.organisation_id, Permission.KEEP_ORGANISATION)
        tell_of_channel(session, place, NoticeKind.CHANNEL_PAUSED, keepers, channel=channel, now=now)
        details = {
            "organisation": channel.organisation_id,
            "channel": channel.id,
            "kind": channel.kind.value,
            "failed": failing.failed,
        }
        audit.record(session, None, "channel.paused_as_failing", now=now, details=details)
        return True
