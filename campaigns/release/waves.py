"""Waves: many pushes that are due and were never tried leave side by side, some hundred at a time.

What is armed leaves at T. A wave carries what could not be armed: more than one node can hold open at a time, or a
lift that came while no worker lived. A receiver that hangs costs its own place for as long as its deadline, and no wave
waits for another; how many requests are out at one time is bounded, and with it what they take of memory.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic

from campaigns.domain.release import ChannelKind
from campaigns.release.attempts import Held, attempt, held, is_too_late, judged, late, write
from campaigns.release.pushes import burst_of, signed, written_as_they_land
from campaigns.store import deliveries
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import LEASE
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

WAVE = 500
MOST_OUT = 2_000
"""Requests that have left, or are about to, and are not answered."""
FEWEST_OUT = 100
MOST_WAVES = 16
WORTH_A_WAVE = 40
"""Fewer leave by ordinary attempts, which open a connection each."""
CONNECT_WITHIN_S = 1.5


class Width:
    """How many pushes may be out at one time: less where a wave cannot connect in time, and again more where it can.

    What a node without processor time to spare sets out for, it does not reach; what is tried again then by itself
    takes more of that time. Half of what failed, and a wave more of what went well, finds what the machine bears.
    """

    def __init__(self) -> None:
        self.most = MOST_OUT

    def learn(self, *, reached: int, failed: int) -> None:
        """A wave has set out: so many receivers were reached in time, and so many not."""
        if failed > reached:
            self.most = max(self.most // 2, FEWEST_OUT)
        elif reached:
            self.most = min(self.most + WAVE, MOST_OUT)


class Waves:
    """The waves of one node, a thread each."""

    def __init__(self, place: Workplace, *, node: str, clock: Callable[[], datetime]) -> None:
        self._place, self._node, self._clock = place, node, clock
        self._pool = ThreadPoolExecutor(MOST_WAVES, thread_name_prefix="wave")
        self._lock = threading.Lock()
        self._out = self._rolling = 0
        self._width = Width()

    @property
    def out(self) -> int:
        """How many pushes are under way."""
        return self._out

    @property
    def width(self) -> int:
        """How many may be under way at one time, as things are."""
        return self._width.most

    def roll(self, *, for_s: float) -> bool:
        """Begin waves as long as one is worth it and there is room; for so long each is followed by the next.

        Returns whether a crowd still waits.
        """
        until = monotonic() + for_s
        while (crowd := self._is_worth_it()) and (taken := self._taken()):
            self._count(waves=1, pushes=0)
            self._pool.submit(self._roll, taken, until)
        return crowd

    def _is_worth_it(self) -> bool:
        if ChannelKind.WEBHOOK not in self._place.channels:
            return False
        with reading(self._place.engine) as session:
            kind, now = ChannelKind.WEBHOOK, self._clock()
            return deliveries.count_wave(session, kind=kind, now=now, most=WORTH_A_WAVE) == WORTH_A_WAVE

    def _taken(self) -> list[Held]:
        """Claim a wave, as large as there is room for; nothing unless that is a good part of one."""
        with self._lock:
            room = min(WAVE, self._width.most - self._out) if self._rolling < MOST_WAVES else 0
            room = room if room >= WORTH_A_WAVE else 0
            self._out += room
        taken: list[Held] = []
        try:
            taken = self._claimed(room) if room else []
        finally:
            self._count(waves=0, pushes=len(taken) - room)
        return taken

    def _claimed(self, most: int) -> list[Held]:
        with writing(self._place.engine) as session:
            claimed = deliveries.claim_wave(
                session, kind=ChannelKind.WEBHOOK, node=self._node, now=self._clock(), lease=LEASE, most=most
            )
            return held(session, self._place, claimed)

    def _count(self, *, waves: int, pushes: int) -> None:
        with self._lock:
            self._rolling += waves
            self._out += pushes

    def _roll(self, taken: list[Held], until: float) -> None:
        """One wave after another, for a while; then the next beat looks whether there is a crowd."""
        try:
            while taken:
                self._send(taken)
                taken = self._taken() if monotonic() < until else []
        except Exception:  # the leases run out and the pushes are taken over; the other waves go on
            log.exception("a wave failed")
        finally:
            self._count(waves=-1, pushes=0)

    def _send(self, taken: Sequence[Held]) -> None:
        """A place is free as soon as the answer is written; those of a wave that failed are free at its end."""
        out = len(taken)
        try:
            for done in self._sent(taken):
                out -= done
                self._count(waves=0, pushes=-done)
        finally:
            self._count(waves=0, pushes=-out)

    def _sent(self, taken: Sequence[Held]) -> Iterator[int]:
        """Connect to all, then let all leave, unless this process slept: then others have taken over, or will."""
        now = self._clock()
        waited = {push.id: late(push) for push in taken if is_too_late(self._place, push, now=now)}
        requests = signed((push for push in taken if push.id not in waited), at=now)
        keyless = [push for push in taken if push.id not in requests and push.id not in waited]
        write(self._place, [*waited.values(), *map(self._refused, keyless)], node=self._node)
        yield len(taken) - len(requests)
        with burst_of(self._place) as burst:
            burst.open(requests, within_s=CONNECT_WITHIN_S)
            with self._lock:
                self._width.learn(reached=len(requests) - len(burst.failures), failed=len(burst.failures))
            if self._clock() < taken[0].lease_until - LEASE / 2:
                by_id = {push.id: push for push in taken}
                yield from written_as_they_land(self._place, by_id, burst.fire(), node=self._node)

    def _refused(self, keyless: Held) -> Result:
        """Without a key that works nothing leaves: the channel itself says so."""
        outcome = attempt(self._place, keyless, now=self._clock())
        return judged(self._place, keyless, outcome, attempts=keyless.attempts)

    def stop(self) -> None:
        """Finish what is under way and begin nothing more."""
        self._pool.shutdown(wait=True)
