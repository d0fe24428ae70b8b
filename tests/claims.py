"""What a node does with deliveries, and twenty nodes at one instant, for the tests of claims and leases."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

from delivery_rows import LEASE, NOW
from sqlalchemy import Engine

from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.store import deliveries, leases
from campaigns.store.deliveries import Result
from campaigns.store.engine import writing
from campaigns.store.leases import InHand

RACERS = 20


def claimed(engine: Engine, node: str = "n1", *, now: datetime = NOW, most: int = 100) -> dict[str, int]:
    """Claim what is due; gives id → fence."""
    with writing(engine) as session:
        found = deliveries.claim_due(session, node=node, now=now, lease=LEASE, most=most)
        return {one.id: one.fence for one in found}


def armed(engine: Engine, node: str = "n1", *, campaign_id: str = "c", most: int = 100) -> dict[str, int]:
    """Arm a campaign's deliveries; gives id → fence."""
    with writing(engine) as session:
        found = deliveries.arm(
            session, campaign_id=campaign_id, generation=1, node=node, now=NOW, lease=LEASE, most=most
        )
        return {one.id: one.fence for one in found}


def launched(engine: Engine, node: str = "n1", *, kinds: tuple[ChannelKind, ...] = (ChannelKind.WEBHOOK,)) -> set[str]:
    """Launch what the node holds armed of the campaign `c`; gives the ids that may leave."""
    with writing(engine) as session:
        return set(deliveries.launch(session, node=node, campaign_id="c", kinds=kinds, now=NOW, lease=LEASE))


def launched_one(engine: Engine, delivery_id: str, fence: int, node: str = "n1") -> bool:
    """Launch a single one."""
    with writing(engine) as session:
        return deliveries.launch_one(
            session, delivery_id=delivery_id, fence=fence, node=node, now=NOW + LEASE, lease=LEASE
        )


def settled(engine: Engine, *results: Result, node: str = "n1") -> int:
    """Write outcomes; gives how many counted."""
    with writing(engine) as session:
        return deliveries.settle(session, results, node=node)


def live(delivery_id: str, fence: int) -> Result:
    """The outcome of an attempt that went well."""
    return Result(id=delivery_id, fence=fence, state=DeliveryState.LIVE, sent_at=NOW, confirmed_at=NOW)


def taken_over(engine: Engine, *, now: datetime) -> list[str]:
    """What another worker does with abandoned rows: plan them again under a new fence."""
    with writing(engine) as session:
        found = leases.abandoned(session, InHand(node="other"), now=now, most=100)
        for one in found:
            one.state, one.fence = DeliveryState.PLANNED, one.fence + 1
            one.claimed_by = one.lease_until = None
            session.add(one)
        return [one.id for one in found]


def race(racer: Callable[[str], dict[str, int]]) -> Counter[str]:
    """Twenty nodes begin at the same instant; counts how often each row was given out."""
    start = Barrier(RACERS)

    def run(number: int) -> list[str]:
        start.wait()
        return list(racer(f"n{number}"))

    with ThreadPoolExecutor(RACERS) as pool:
        return Counter(id_ for ids in pool.map(run, range(RACERS)) for id_ in ids)
