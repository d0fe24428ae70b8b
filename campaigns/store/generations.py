"""A new generation of a release: its unsent deliveries out of all hands at once, and lot by lot to a new instant."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, update
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.store.planned import lots
from campaigns.store.tables import Delivery


def take_back(
    session: Session, *, campaign_id: str, generation: int, state: State, release_id: str | None = None
) -> int:
    """Put every unsent delivery of a campaign's release into a state, for a new generation and out of all hands.

    `release_id` is for one late language alone: there the state and a new fence refuse what a worker holds armed.
    One statement, whatever the crowd: a hold shortly before T must not take long.
    """
    taken = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.campaign_id) == campaign_id,
            _of(release_id),
            col(Delivery.state).in_([State.PLANNED, State.ARMED, State.HELD]),
        )
        .values(state=state, generation=generation, fence=col(Delivery.fence) + 1, claimed_by=None, lease_until=None)
    )
    return taken.rowcount


def _of(release_id: str | None) -> ColumnElement[bool]:
    return col(Delivery.release_id).is_not(None) if release_id is None else col(Delivery.release_id) == release_id


_MOVE = (
    update(Delivery)
    .where(col(Delivery.id) == bindparam("the_id"))
    .values(planned_at=bindparam("new_at"), due_at=bindparam("new_at"), body=bindparam("new_body"))
)


def move(
    session: Session,
    *,
    campaign_id: str,
    generation: int,
    to: datetime,
    moved: Callable[[ChannelKind, bytes], bytes],
    release_id: str | None = None,
) -> None:
    """Plan a release's unsent deliveries of one generation for another instant; `moved` gives the bytes that say so.

    In lots, so that a large release never lies in memory as a whole.
    """
    unsent = session.exec(
        select(Delivery.id).where(
            col(Delivery.campaign_id) == campaign_id,
            col(Delivery.generation) == generation,
            _of(release_id),
            col(Delivery.state).in_([State.PLANNED, State.HELD]),
        )
    ).all()
    for lot in lots(unsent):
        bodies = select(Delivery.id, Delivery.kind, Delivery.body).where(col(Delivery.id).in_(lot))
        changed = [
            {"the_id": delivery_id, "new_at": to, "new_body": moved(ChannelKind(kind), body)}
            for delivery_id, kind, body in session.exec(bodies)
        ]
        session.connection().execute(_MOVE, changed)
