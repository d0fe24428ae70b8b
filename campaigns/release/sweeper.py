"""The sweep: what is due and may leave, what a dead worker left behind, and what has waited too long."""

import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic

from campaigns.channels.registry import ChannelNotAvailable
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import Answer, ChannelKind, Outcome, after_a_crash
from campaigns.release.attempts import Held, attempt, held, is_too_late, judged, late, traits_of, write
from campaigns.release.waves import Waves
from campaigns.store import deliveries, leases
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import LEASE
from campaigns.store.tables import Delivery
from campaigns.work.launch.lifting import go_live, mark_published
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

AT_ONCE = 32
"""Ordinary attempts under way at one time. A hanging receiver costs one of these for at most its deadline."""

SWEEP_FOR_S = 1.0
HAND_WITHIN_S = 0.1
TAKE_OVER_AT_ONCE = 1_000


class Sweeper:
    """Ordinary attempts for one node: retries, notices, corrections, and a lift that came while no worker lived."""

    def __init__(self, place: Workplace, *, node: str, clock: Callable[[], datetime]) -> None:
        self._place, self._node, self._clock = place, node, clock
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="attempt")
        self._free = threading.Semaphore(AT_ONCE)
        self._under_way: set[str] = set()
        self._waves = Waves(place, node=node, clock=clock)

    @property
    def under_way(self) -> frozenset[str]:
        """The ids of the attempts that are being made now."""
        return frozenset(self._under_way)

    def recover(self, *, launching: Collection[str] = ()) -> int:
        """Take over what dead workers held: it is planned again, or a person's. What would say old words is closed.

        `launching` are campaigns whose lift this node is at. What it is at itself is no dead worker's, also where a
        database that was away let its leases run out: its outcome is about to be written.
        """
        now, ours = self._clock(), leases.InHand(node=self._node, ids=self.under_way, campaigns=launching)
        with reading(self._place.engine) as session:
            overtaken = deliveries.has_overtaken(session)
            abandoned = leases.has_abandoned(session, ours, now=now)
        if overtaken:
            with writing(self._place.engine) as session:
                deliveries.close_overtaken(session)
        if not abandoned:
            return 0
        with writing(self._place.engine) as session:
            found = leases.abandoned(session, ours, now=now, most=TAKE_OVER_AT_ONCE)
            begun = {row.campaign_id for row in found if row.release_id and row.state is DeliveryState.SENDING}
            for delivery in found:
                self._take_over(delivery, now)
                session.add(delivery)
        for campaign_id in begun:
            self._record(campaign_id or "", now)
        if found:
            log.warning("took over %d deliveries of a worker that is gone", len(found))
        return len(found)

    def _record(self, campaign_id: str, now: datetime) -> None:
        """That a campaign is public, if the dead worker had let it go and did not come to write that down."""
        with writing(self._place.engine) as session:
            if go_live(session, campaign_id, now=now):
                mark_published(session, campaign_id)

    def _take_over(self, delivery: Delivery, now: datetime) -> None:
        was_sending = delivery.state is DeliveryState.SENDING
        delivery.state = self._state_after_crash(delivery) if was_sending else DeliveryState.PLANNED
        delivery.error = "the worker died while sending" if was_sending else delivery.error
        delivery.due_at = max(delivery.due_at, now) if was_sending else delivery.due_at
        delivery.unclear = delivery.unclear or was_sending
        delivery.fence += 1
        delivery.claimed_by = delivery.lease_until = None

    def _state_after_crash(self, delivery: Delivery) -> DeliveryState:
        try:
            return after_a_crash(traits=traits_of(self._place, delivery.kind), attempts=delivery.attempts)
        except ChannelNotAvailable:
            return DeliveryState.UNKNOWN

    def sweep(self) -> int:
        """Begin what is due: waves, and for about a second what free hands take. Returns how many those took."""
        besides = ChannelKind.WEBHOOK if self._waves.roll(for_s=2 * SWEEP_FOR_S) else None
        begun, until = 0, monotonic() + SWEEP_FOR_S
        while monotonic() < until:
            now = self._clock()
            with reading(self._place.engine) as session:
                if not deliveries.has_due(session, now=now, besides=besides):
                    break
            hands = self._take_hands()
            if not hands:
                break
            begun += self._begin(hands, now, besides)
        return begun

    def _begin(self, hands: int, now: datetime, besides: ChannelKind | None) -> int:
        """Claim as much as there are free hands for."""
        taken: list[Held] = []
        try:
            with writing(self._place.engine) as session:
                claimed = deliveries.claim_due(
                    session, node=self._node, now=now, lease=LEASE, most=hands, besides=besides
                )
                taken = held(session, self._place, claimed)
        finally:
            if hands > len(taken):
                self._free.release(hands - len(taken))
        self._under_way.update(delivery.id for delivery in taken)
        for delivery in taken:
            self._pool.submit(self._one, delivery)
        return len(taken)

    def _take_hands(self) -> int:
        """As many hands as are free. For the first one it waits a little: most attempts take only milliseconds."""
        taken = int(self._free.acquire(timeout=HAND_WITHIN_S))
        while 0 < taken < AT_ONCE and self._free.acquire(blocking=False):
            taken += 1
        return taken

    def _one(self, delivery: Held) -> None:
        try:
            write(self._place, [self._result(delivery)], node=self._node)
        except Exception:  # the lease runs out and the delivery is taken over; the other attempts go on
            log.exception("the outcome of delivery %s could not be written", delivery.id)
        finally:
            self._under_way.discard(delivery.id)
            self._free.release()

    def _result(self, delivery: Held) -> Result:
        now = self._clock()
        if delivery.kind not in self._place.channels:
            refused = "this installation has no such channel"
            return Result(id=delivery.id, fence=delivery.fence, state=DeliveryState.REFUSED, error=refused)
        if is_too_late(self._place, delivery, now=now):
            return late(delivery)
        if now < delivery.lease_until:
            outcome = attempt(self._place, delivery, now=now)
        else:  # this process slept since it claimed this: it is somebody else's by now, and what we write is refused
            outcome = Outcome(answer=Answer.NOT_SENT, finished_at=now, reason="the worker was held up")
        return judged(self._place, delivery, outcome, attempts=delivery.attempts)

    def stop(self) -> None:
        """Finish what is under way and begin nothing more."""
        self._waves.stop()
        self._pool.shutdown(wait=True)
