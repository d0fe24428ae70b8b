"""A new generation of a release: its unsent deliveries out of all hands at once, and again lot by lot for new bytes."""

from collections.abc import Iterator, Sequence

from sqlalchemy import update
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.store.tables import Delivery


def take_back(session: Session, *, campaign_id: str, generation: int, state: State) -> int:
    """Put every unsent delivery of a campaign's release into a state, for a new generation and out of all hands.

    One statement, whatever the crowd: a hold shortly before T must not take long.
    """
    taken = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.campaign_id) == campaign_id,
            col(Delivery.release_id).is_not(None),
            col(Delivery.state).in_([State.PLANNED, State.ARMED, State.HELD]),
        )
        .values(state=state, generation=generation, fence=col(Delivery.fence) + 1, claimed_by=None, lease_until=None)
    )
    return taken.rowcount


def unsent(session: Session, *, campaign_id: str, generation: int, at_once: int = 500) -> Iterator[Sequence[Delivery]]:
    """A release's unsent deliveries of one generation, in lots; each is flushed and forgotten before the next."""
    last = ""
    while True:
        lot = session.exec(
            select(Delivery)
            .where(
                col(Delivery.campaign_id) == campaign_id,
                col(Delivery.generation) == generation,
                col(Delivery.release_id).is_not(None),
                col(Delivery.state).in_([State.PLANNED, State.HELD]),
                col(Delivery.id) > last,
            )
            .order_by(col(Delivery.id))
            .limit(at_once)
            .execution_options(populate_existing=True)
        ).all()
        if not lot:
            return
        last = lot[-1].id
        yield lot
        session.flush()
        for delivery in lot:
            session.expunge(delivery)
