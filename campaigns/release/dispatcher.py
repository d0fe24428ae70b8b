"""Arm, and at T fire: everything of one campaign leaves at once.

    arm     T−60 s  claim rows, load bodies, sign, resolve names, open connections; until shortly before T also what
                    another node gave back or left when it died
    ready   T−2 s   connect again where someone hung up
    launch  T       one transaction, prepared just before and committed at T, never earlier: what is about to leave is
                    stored
    fire            all of it leaves, and beside it is recorded that the campaign is live

Nodes share a lift: each claims a portion at a time. A hold or a new T that was stored before the launch wins, since
the launch looks at stage and generation. Launching nodes share a lock on the campaign, so none waits for another at T,
and whoever wants to stop the lift waits for all of them.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import sleep
from typing import TypeVar

from campaigns.channels.burst import Burst
from campaigns.channels.email import Email
from campaigns.channels.http import HttpRequest
from campaigns.channels.smtp import OpenMailer
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.release.attempts import Held, held, patiently
from campaigns.release.letters import Letters
from campaigns.release.pushes import burst_of, signed, written_as_they_land
from campaigns.store import deliveries, leases
from campaigns.store.deliveries import Result
from campaigns.store.engine import reading, writing
from campaigns.store.leases import ARMED_LEASE, LEASE
from campaigns.work.late.opening import record_lift
from campaigns.work.launch.lifting import ComingLift, go_live, stands
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

ARM_AHEAD = timedelta(seconds=60)
READY_AHEAD = timedelta(seconds=2)
TAKE_UP_UNTIL = timedelta(seconds=5)
"""Closer to T than this nothing more is armed."""
LAUNCH_AHEAD, LAUNCH_AHEAD_EACH = timedelta(milliseconds=150), timedelta(microseconds=100)
MOST_LAUNCH_AHEAD = READY_AHEAD / 2
MOST_ARMED = 10_000
"""What one node holds open for one lift. What is beyond it, and no other node has, leaves in waves after T."""
PORTION = 500
LAUNCH_AHEAD_SINGLY = timedelta(milliseconds=1)
MAIL_LINES = 8
POSTS_AT_ONCE = 100
"""Posts each go to a site of their own, and a slow one keeps its hand for as long as it takes."""
SHORTEST_S = 0.2

T = TypeVar("T")


@dataclass(kw_only=True)
class Armed:
    """What this node holds ready for one lift. `launched`: the intent to send is stored, so some of it may be out.

    `taking` is held while more is made ready; nothing is once it is `sealed`.
    """

    lift: ComingLift
    burst: Burst
    pushed: dict[str, Held] = field(default_factory=dict)
    requests: dict[str, HttpRequest] = field(default_factory=dict)
    others: list[Held] = field(default_factory=list)
    posts: list[Held] = field(default_factory=list)
    lines: list[OpenMailer] = field(default_factory=list)
    taking: threading.Lock = field(default_factory=threading.Lock)
    sealed: bool = False
    launched: bool = False

    @property
    def held(self) -> list[Held]:
        """All deliveries that are held."""
        return [*self.pushed.values(), *self.others, *self.posts]

    def close(self) -> None:
        """Hang up everywhere."""
        self.burst.close()
        for line in self.lines:
            line.close()


@dataclass(frozen=True, kw_only=True)
class Launched:
    """What may leave: the ids of pushes, and the first letters and posts, whose intent was stored at this instant."""

    at: datetime
    pushes: frozenset[str]
    letters: tuple[Held, ...]
    posts: tuple[Held, ...]


class Dispatcher:
    """Sends what leaves at T, for one node."""

    def __init__(self, place: Workplace, *, node: str, clock: Callable[[], datetime]) -> None:
        self._place, self._node, self._clock = place, node, clock

    def arm(self, lift: ComingLift) -> Armed:
        """Claim this node's share of a lift and prepare everything that can be prepared without sending."""
        armed = Armed(lift=lift, burst=burst_of(self._place))
        self.take_up(armed)
        log.info("armed %d deliveries of campaign %s", len(armed.held), lift.campaign_id)
        return armed

    def take_up(self, armed: Armed) -> int:
        """Arm what is planned for the lift and nobody holds, as much as there is room for. Returns how much it was."""
        with armed.taking:
            if armed.sealed:
                return 0
            taken = self._claimed(armed.lift, most=MOST_ARMED - len(armed.held))
            if taken:
                self._prepare(armed, taken)
            return len(taken)

    def _claimed(self, lift: ComingLift, *, most: int) -> list[Held]:
        """Portion by portion, so that other nodes get theirs."""
        taken: list[Held] = []
        while len(taken) < most:
            with reading(self._place.engine) as session:
                if not deliveries.has_armable(
                    session, campaign_id=lift.campaign_id, generation=lift.generation, late_at=late_at(lift)
                ):
                    break
            portion = self._portion(lift, most=min(PORTION, most - len(taken)))
            if not portion:
                break  # others were quicker
            taken += portion
        return taken

    def _portion(self, lift: ComingLift, *, most: int) -> list[Held]:
        with writing(self._place.engine) as session:
            claimed = deliveries.arm(
                session,
                campaign_id=lift.campaign_id,
                generation=lift.generation,
                late_at=late_at(lift),
                node=self._node,
                now=self._clock(),
                lease=ARMED_LEASE,
                most=most,
            )
            return held(session, self._place, claimed)

    def _prepare(self, armed: Armed, taken: Sequence[Held]) -> None:
        """Sign and connect. A push without a key that works is planned again: it is refused alone, after T."""
        pushes = {delivery.id: delivery for delivery in taken if delivery.kind is ChannelKind.WEBHOOK}
        requests = signed(pushes.values(), at=armed.lift.lift_at)
        self._plan_again([push for id_, push in pushes.items() if id_ not in requests])
        within_s = max((armed.lift.lift_at - self._clock() - READY_AHEAD).total_seconds(), SHORTEST_S)
        armed.burst.open(requests, within_s=within_s)
        armed.requests |= requests
        armed.pushed |= {id_: pushes[id_] for id_ in requests}
        armed.posts += [delivery for delivery in taken if delivery.kind is ChannelKind.WORDPRESS]
        apart = {ChannelKind.WEBHOOK, ChannelKind.WORDPRESS}
        armed.others += [delivery for delivery in taken if delivery.kind not in apart]
        armed.lines += self._mail_lines(len(armed.others) - len(armed.lines), armed, within_s=within_s)

    def _email(self) -> Email | None:
        if ChannelKind.EMAIL not in self._place.channels:
            return None
        channel = self._place.channels[ChannelKind.EMAIL]
        assert isinstance(channel, Email)  # noqa: S101 - the registry builds no other
        return channel

    def _mail_lines(self, letters: int, armed: Armed, *, within_s: float) -> list[OpenMailer]:
        """Connections to the mail server, opened ahead; if it does not answer now, each letter tries by itself at T."""
        email, wanted = self._email(), min(letters, MAIL_LINES - len(armed.lines))
        if email is None or wanted < 1:
            return []
        return answered([email.mailer.open] * wanted, within_s=within_s, too_late=OpenMailer.close)

    def ready(self, armed: Armed) -> None:
        """Just before T: connect again where someone hung up while waiting; a silent mail server holds up nobody."""
        with armed.taking:
            armed.sealed = True
        armed.burst.keep_warm(within_s=READY_AHEAD.total_seconds() / 4)
        asked = [partial(_alive, line) for line in armed.lines]
        alive = [line for line in answered(asked, within_s=SHORTEST_S) if line is not None]
        for line in armed.lines:
            if line not in alive:
                line.close()
        armed.lines = alive
        armed.lines += [] if alive else self._mail_lines(len(armed.others), armed, within_s=SHORTEST_S)

    def fire(self, armed: Armed) -> bool:
        """Wait for T, and let everything leave. False if the campaign may not go after all."""
        letters = Letters(self._place, armed.others, armed.lines, node=self._node, clock=self._clock)
        posts = Letters(self._place, armed.posts, [], node=self._node, clock=self._clock, hands=POSTS_AT_ONCE)
        try:
            launched = self._launch(armed, letters, posts)
            if launched is None:
                log.warning("campaign %s was not released: it was changed after arming", armed.lift.campaign_id)
                return False
            armed.launched = True
            self._side_by_side(
                partial(self._send, armed, launched),
                partial(self._record, armed.lift.campaign_id, at=launched.at),
                partial(letters.send, launched.letters, intended_at=launched.at),
                partial(posts.send, launched.posts, intended_at=launched.at),
            )
        finally:
            armed.close()
        record_lift(self._place, armed.lift, now=launched.at)
        log.info("released campaign %s: %d deliveries left", armed.lift.campaign_id, len(armed.held))
        return True

    def _wait_until(self, instant: datetime) -> None:
        while (left := (instant - self._clock()).total_seconds()) > 0:
            sleep(min(left, 0.5))

    def _launch(self, armed: Armed, letters: Letters, posts: Letters) -> Launched | None:
        """The instant itself: the intent to send is stored, or the campaign was held, moved or cancelled before.

        What takes time is done just before T, inside the transaction, where nobody sees it; it is committed at T.
        """
        lift_at, campaign_id = armed.lift.lift_at, armed.lift.campaign_id
        singly = len(letters.first) + len(posts.first)
        ahead = LAUNCH_AHEAD + len(armed.pushed) * LAUNCH_AHEAD_EACH + singly * LAUNCH_AHEAD_SINGLY
        self._wait_until(lift_at - min(ahead, MOST_LAUNCH_AHEAD))
        with writing(self._place.engine) as session:
            session.connection()  # it may wait here for somebody else's lock, and then it is later
            now = max(self._clock(), lift_at)
            if not stands(session, campaign_id, now=now):
                return None
            pushes = deliveries.launch(
                session, node=self._node, campaign_id=campaign_id, kinds=[ChannelKind.WEBHOOK], now=now, lease=LEASE
            )
            first = letters.intend(session, letters.first, now=now)
            first_posts = posts.intend(session, posts.first, now=now)
            session.flush()
            self._wait_until(lift_at)  # nothing may stand between this line and the commit
        return Launched(at=now, pushes=frozenset(pushes), letters=tuple(first), posts=tuple(first_posts))

    def _side_by_side(self, first: Callable[[], None], *others: Callable[[], None]) -> None:
        """Do the first at once and the others beside it; ends when all have ended, with the first fault of any."""
        with ThreadPoolExecutor(len(others), thread_name_prefix="lift") as pool:
            beside = deque(pool.submit(other) for other in others)
            first()
            while beside:
                beside.popleft().result()

    def _send(self, armed: Armed, launched: Launched) -> None:
        """Everything leaves; returns when every outcome is written."""
        if self._clock() > launched.at + LEASE:
            return  # this process slept: others have taken over, or will
        if launched.pushes == armed.pushed.keys():
            fired = armed.burst.fire()
        else:
            fired = armed.burst.fire({id_: armed.requests[id_] for id_ in launched.pushes if id_ in armed.requests})
        for _ in written_as_they_land(self._place, armed.pushed, fired, node=self._node):
            pass

    def _record(self, campaign_id: str, *, at: datetime) -> None:
        """That the campaign is live: the first node that comes writes it. It is public by the clock already."""

        def once() -> None:
            with writing(self._place.engine) as session:
                go_live(session, campaign_id, now=at)

        patiently(once)

    def give_back(self, armed: Armed) -> None:
        """Plan again what did not leave. Nothing did before the launch was known to be stored."""
        if armed.launched:
            with writing(self._place.engine) as session:
                leases.give_back(session, node=self._node, campaign_id=armed.lift.campaign_id)
            return
        self._plan_again(armed.held)

    def _plan_again(self, unsent: Sequence[Held]) -> None:
        planned = [Result(id=one.id, fence=one.fence, state=DeliveryState.PLANNED) for one in unsent]
        with writing(self._place.engine) as session:
            deliveries.settle(session, planned, node=self._node)


def late_at(lift: ComingLift) -> datetime | None:
    """The instant of late languages, which alone tells their deliveries from others of the campaign."""
    return lift.lift_at if lift.is_late else None


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
