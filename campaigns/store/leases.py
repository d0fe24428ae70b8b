"""How long a claim lasts: a node renews what it holds, and what a dead one held is taken over by others.

What is renewed, given back or taken over are rows that `deliveries` claimed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.store.tables import Delivery

LEASE = timedelta(seconds=30)
ARMED_LEASE = timedelta(seconds=10)
"""Shorter, because nothing has left yet: of what a dead node had armed, others can take most up again before T."""


def renew(session: Session, *, node: str, ids: Collection[str], campaigns: Collection[str], now: datetime) -> int:
    """Keep what this node really works on, single deliveries and armed campaigns, for another lease.

    Only what has used up half of one: a crowd of rows is not written anew each second.
    """
    ours = or_(col(Delivery.id).in_(ids), col(Delivery.campaign_id).in_(campaigns))
    return sum(
        session.connection()
        .execute(
            update(Delivery)
            .where(
                col(Delivery.state) == state,
                col(Delivery.claimed_by) == node,
                col(Delivery.lease_until) < now + lease / 2,
                ours,
            )
            .values(lease_until=now + lease)
        )
        .rowcount
        for state, lease in ((State.ARMED, ARMED_LEASE), (State.SENDING, LEASE))
    )


@dataclass(frozen=True, kw_only=True)
class InHand:
    """What a node is at now: single deliveries by id, and campaigns whose lift it carries out."""

    node: str
    ids: Collection[str] = ()
    campaigns: Collection[str] = ()


def abandoned(session: Session, ours: InHand, *, now: datetime, most: int) -> Sequence[Delivery]:
    """Deliveries whose worker died: claimed, and the lease has run out. Locked for this transaction.

    What the asking node itself has armed or is at it has not abandoned, however long it was held up.
    """
    dead = select(Delivery).where(*_abandoned(ours, now)).order_by(col(Delivery.id)).limit(most)
    return session.exec(dead.with_for_update(skip_locked=True)).all()


def has_abandoned(session: Session, ours: InHand, *, now: datetime) -> bool:
    """Whether there is anything to take over, found without taking the write lock."""
    return session.exec(select(Delivery.id).where(*_abandoned(ours, now)).limit(1)).first() is not None


def _abandoned(ours: InHand, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.state).in_([State.ARMED, State.SENDING]),
        col(Delivery.claimed_by).is_not(None),
        col(Delivery.lease_until) < now,
        or_(
            col(Delivery.claimed_by) != ours.node,
            and_(
                col(Delivery.state) == State.SENDING,
                col(Delivery.id).not_in(ours.ids),
                func.coalesce(col(Delivery.campaign_id), "").not_in(ours.campaigns),
            ),
        ),
    )


def expire_leases(session: Session, *, now: datetime) -> int:
    """End every lease at once: only for the one worker of an embedded database, which knows that it is alone."""
    ended = session.connection().execute(
        update(Delivery).where(col(Delivery.claimed_by).is_not(None)).values(lease_until=now - timedelta(seconds=1))
    )
    return ended.rowcount


def give_back(session: Session, *, node: str, campaign_id: str | None = None) -> int:
    """Plan again what this node holds armed, of one campaign or all, when it cannot or will not send it."""
    of_campaign = () if campaign_id is None else (col(Delivery.campaign_id) == campaign_id,)
    given = session.connection().execute(
        update(Delivery)
        .where(col(Delivery.claimed_by) == node, col(Delivery.state) == State.ARMED, *of_campaign)
        .values(state=State.PLANNED, claimed_by=None, lease_until=None, fence=col(Delivery.fence) + 1)
    )
    return given.rowcount
