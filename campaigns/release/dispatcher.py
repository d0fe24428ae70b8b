"""Arm, and at T fire: everything of one campaign leaves at once.

    arm     T−60 s  claim rows, load bodies, sign, resolve names, open connections
    ready   T−1 s   connect again where someone hung up
    launch  T       one transaction, prepared just before and committed at T, never earlier: the campaign is live, and
                    what is about to leave is stored
    fire            all of it leaves

A hold or a new T that was stored before that transaction wins: it finds the stage or the generation changed.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from time import sleep
from typing import TypeVar

from campaigns.channels import webhook
from campaigns.channels.burst import Burst
from campaigns.channels.email import Email
from campaigns.channels.http import HttpRequest
from campaigns.channels.smtp import OpenMailer
from campaigns.channels.webhook import BadSecret
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Outcome
from campaigns.release.attempts import Held, held, judged, write
from campaigns.release.letters import Letters
from campaigns.store import deliveries
from campaigns.store.deliveries import LEASE, Result
from campaigns.store.engine import writing
from campaigns.work.lifting import ComingLift, go_live, publish_texts
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

ARM_AHEAD = timedelta(seconds=60)
READY_AHEAD = timedelta(seconds=1)
LAUNCH_AHEAD, LAUNCH_AHEAD_EACH = timedelta(milliseconds=150), timedelta(microseconds=100)
MOST_LAUNCH_AHEAD = READY_AHEAD / 2
MOST_ARMED = 20_000
MAIL_LINES = 8
SHORTEST_S = 0.2
ANSWER_WITHIN_S = 10.0
GATHER_S = 0.02

T = TypeVar("T")


@dataclass(kw_only=True)
class Armed:
    """What this node holds ready for one lift. `launched`: the intent to send is stored, so some of it may be out."""

    lift: ComingLift
    burst: Burst
    pushed: dict[str, Held]
    requests: dict[str, HttpRequest]
    others: list[Held]
    lines: list[OpenMailer]
    launched: bool = False

    @property
    def held(self) -> list[Held]:
        """All deliveries that are held."""
        return [*self.pushed.values(), *self.others]

    def close(self) -> None:
        """Hang up everywhere."""
        self.burst.close()
        for line in self.lines:
            line.close()


@dataclass(frozen=True, kw_only=True)
class Launched:
    """What may leave: the ids of pushes and the first letters, whose intent was stored at this instant."""

    at: datetime
    pushes: frozenset[str]
    letters: tuple[Held, ...]


class Dispatcher:
    """Sends what leaves at T, for one node."""

    def __init__(self, place: Workplace, *, node: str, clock: Callable[[], datetime]) -> None:
        self._place, self._node, self._clock = place, node, clock

    def arm(self, lift: ComingLift) -> Armed:
        """Claim this lift's deliveries and prepare everything that can be prepared without sending."""
        lease = max(lift.lift_at - self._clock(), timedelta()) + LEASE
        with writing(self._place.engine) as session:
            claimed = deliveries.arm(
                session,
                campaign_id=lift.campaign_id,
                generation=lift.generation,
                node=self._node,
                now=self._clock(),
                lease=lease,
                most=MOST_ARMED,
            )
            taken = held(session, self._place, claimed)
        armed = self._prepared(lift, taken)
        log.info("armed %d deliveries of campaign %s", len(armed.held), lift.campaign_id)
        return armed

    def _prepared(self, lift: ComingLift, taken: Sequence[Held]) -> Armed:
        pushes = {delivery.id: delivery for delivery in taken if delivery.kind is ChannelKind.WEBHOOK}
        signed = {id_: self._signed(delivery, lift.lift_at) for id_, delivery in pushes.items()}
        requests = {id_: request for id_, request in signed.items() if request}
        self._plan_again([pushes[id_] for id_ in pushes.keys() - requests.keys()])
        burst = Burst(self._webhook().door, deadline_s=ANSWER_WITHIN_S)
        within_s = max((lift.lift_at - self._clock() - READY_AHEAD).total_seconds(), SHORTEST_S)
        burst.open(requests, within_s=within_s)
        others = [delivery for delivery in taken if delivery.kind is not ChannelKind.WEBHOOK]
        return Armed(
            lift=lift,
            burst=burst,
            pushed={id_: pushes[id_] for id_ in requests},
            requests=requests,
            others=others,
            lines=self._mail_lines(len(others), within_s=within_s),
        )

    def _signed(self, delivery: Held, at: datetime) -> HttpRequest | None:
        """The request of a push; None without a key that works. Then it goes the ordinary way, to be refused alone."""
        try:
            return webhook.request(delivery.rendered, delivery.destination, delivery_id=delivery.id, at=at)
        except BadSecret:
            return None

    def _webhook(self) -> webhook.Webhook:
        channel = self._place.channels[ChannelKind.WEBHOOK]
        assert isinstance(channel, webhook.Webhook)  # noqa: S101 - the registry builds no other
        return channel

    def _email(self) -> Email | None:
        if ChannelKind.EMAIL not in self._place.channels:
            return None
        channel = self._place.channels[ChannelKind.EMAIL]
        assert isinstance(channel, Email)  # noqa: S101 - the registry builds no other
        return channel

    def _mail_lines(self, letters: int, *, within_s: float) -> list[OpenMailer]:
        """Connections to the mail server, opened ahead; if it does not answer now, each letter tries by itself at T."""
        email = self._email()
        if email is None:
            return []
        return answered([email.mailer.open] * min(letters, MAIL_LINES), within_s=within_s, too_late=OpenMailer.close)

    def ready(self, armed: Armed) -> None:
        """Just before T: connect again where someone hung up while waiting; a silent mail server holds up nobody."""
        armed.burst.keep_warm(within_s=READY_AHEAD.total_seconds() / 2)
        asked = [partial(_alive, line) for line in armed.lines]
        alive = [line for line in answered(asked, within_s=SHORTEST_S) if line is not None]
        for line in armed.lines:
            if line not in alive:
                line.close()
        armed.lines = alive or self._mail_lines(len(armed.others), within_s=SHORTEST_S)

    def fire(self, armed: Armed) -> bool:
        """Wait for T, and let everything leave. False if the campaign may not go after all."""
        letters = Letters(self._place, armed.others, armed.lines, node=self._node, clock=self._clock)
        try:
            launched = self._launch(armed, letters)
            if launched is None:
                log.warning("campaign %s was not released: it was changed after arming", armed.lift.campaign_id)
                return False
            armed.launched = True
            self._send(armed, letters, launched)
        finally:
            armed.close()
        publish_texts(self._place.engine, armed.lift.campaign_id)
        log.info("released campaign %s: %d deliveries left", armed.lift.campaign_id, len(armed.held))
        return True

    def _wait_until(self, instant: datetime) -> None:
        while (left := (instant - self._clock()).total_seconds()) > 0:
            sleep(min(left, 0.5))

    def _launch(self, armed: Armed, letters: Letters) -> Launched | None:
        """The instant itself: the campaign is live and the intent to send is stored, or neither.

        What takes time is done just before T, inside the transaction, where nobody sees it; it is committed at T.
        """
        lift_at, campaign_id = armed.lift.lift_at, armed.lift.campaign_id
        self._wait_until(lift_at - min(LAUNCH_AHEAD + len(armed.pushed) * LAUNCH_AHEAD_EACH, MOST_LAUNCH_AHEAD))
        with writing(self._place.engine) as session:
            now = max(self._clock(), lift_at)
            if not go_live(session, campaign_id, now=now):
                return None
            pushes = deliveries.launch(
                session, node=self._node, campaign_id=campaign_id, kinds=[ChannelKind.WEBHOOK], now=now, lease=LEASE
            )
            first = letters.intend(session, letters.first, now=now)
            session.flush()
            self._wait_until(lift_at)  # nothing may stand between this line and the commit
        return Launched(at=now, pushes=frozenset(pushes), letters=tuple(first))

    def _send(self, armed: Armed, letters: Letters, launched: Launched) -> None:
        """Everything leaves; returns when every outcome is written."""
        if self._clock() > launched.at + LEASE:
            return  # this process slept: others have taken over, or will
        if launched.pushes == armed.pushed.keys():
            fired = armed.burst.fire()
        else:
            fired = armed.burst.fire({id_: armed.requests[id_] for id_ in launched.pushes if id_ in armed.requests})
        mail = threading.Thread(
            target=letters.send, args=(launched.letters,), kwargs={"intended_at": launched.at}, name="mail", daemon=True
        )
        mail.start()
        for batch in in_batches(fired):
            self._write((armed.pushed[one.key], webhook.outcome_of_fired(one)) for one in batch)
        mail.join()

    def _write(self, outcomes: Iterable[tuple[Held, Outcome]]) -> None:
        results = [judged(self._place, one, outcome, attempts=one.attempts + 1) for one, outcome in outcomes]
        write(self._place, results, node=self._node)

    def give_back(self, armed: Armed) -> None:
        """Plan again what did not leave. Nothing did before the launch was known to be stored."""
        if armed.launched:
            with writing(self._place.engine) as session:
                deliveries.give_back(session, node=self._node, campaign_id=armed.lift.campaign_id)
            return
        self._plan_again(armed.held)

    def _plan_again(self, unsent: Sequence[Held]) -> None:
        planned = [Result(id=one.id, fence=one.fence, state=DeliveryState.PLANNED) for one in unsent]
        with writing(self._place.engine) as session:
            deliveries.settle(session, planned, node=self._node)


def in_batches(things: Iterator[T]) -> Iterator[list[T]]:
    """Things as they come: each batch is what came while the one before was being dealt with. Slow ones delay none."""
    waiting: SimpleQueue[T | None] = SimpleQueue()

    def pull() -> None:
        try:
            for thing in things:
                waiting.put(thing)
        finally:
            waiting.put(None)

    threading.Thread(target=pull, name="results", daemon=True).start()
    ended = False
    while not ended:
        batch = [waiting.get()]
        sleep(GATHER_S)
        with suppress(Empty):
            while True:
                batch.append(waiting.get_nowait())
        ended = batch[-1] is None
        if come := [thing for thing in batch if thing is not None]:
            yield come


def answered(
    asked: Sequence[Callable[[], T]], *, within_s: float, too_late: Callable[[T], None] | None = None
) -> list[T]:
    """Ask all at once and take what answers in time. What comes later is given to `too_late`, failures to nobody."""
    if not asked:
        return []
    pool = ThreadPoolExecutor(len(asked), thread_name_prefix="ask")
    futures = [pool.submit(one) for one in asked]
    done, waiting = wait(futures, timeout=within_s)
    pool.shutdown(wait=False, cancel_futures=True)
    for future in waiting:
        future.add_done_callback(partial(_dispose, too_late))
    return [future.result() for future in futures if future in done and future.exception() is None]


def _dispose(too_late: Callable[[T], None] | None, future: "Future[T]") -> None:
    if too_late is not None and not future.cancelled() and future.exception() is None:
        too_late(future.result())


def _alive(line: OpenMailer) -> OpenMailer | None:
    return line if line.is_alive() else None
