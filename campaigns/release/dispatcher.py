"""Arm, and at T fire: everything of one campaign leaves at once.

    arm     T−60 s  claim rows, load bodies, sign, resolve names, open connections
    ready   T−1 s   connect again where someone hung up
    fire    T       one transaction records that the campaign is live and what is about to leave; then all of it leaves

A hold or a new T that was stored before that transaction wins: it finds the stage or the generation changed.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import sleep

from campaigns.channels import webhook
from campaigns.channels.burst import Burst, Fired
from campaigns.channels.by_hand import ByHand
from campaigns.channels.email import Email
from campaigns.channels.errors import TransportError
from campaigns.channels.http import HttpRequest
from campaigns.channels.smtp import OpenMailer
from campaigns.domain.release import ChannelKind, Outcome
from campaigns.release.attempts import Held, attempt, held, judged, write
from campaigns.store import deliveries
from campaigns.store.deliveries import LEASE, Result
from campaigns.store.engine import writing
from campaigns.work.lifting import ComingLift, go_live, publish_texts
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

ARM_AHEAD = timedelta(seconds=60)
READY_AHEAD = timedelta(seconds=1)
MOST_ARMED = 20_000
MAIL_LINES = 8
ANSWER_WITHIN_S = 10.0
WRITE_AT_ONCE = 200


@dataclass(kw_only=True)
class Armed:
    """What this node holds ready for one lift."""

    lift: ComingLift
    burst: Burst
    pushed: dict[str, Held]
    requests: dict[str, HttpRequest]
    mailed: list[Held]
    mailers: list[OpenMailer] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many deliveries are held."""
        return len(self.pushed) + len(self.mailed)

    def close(self) -> None:
        """Hang up everywhere."""
        self.burst.close()
        for mailer in self.mailers:
            mailer.close()


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
                node=self._node,
                now=self._clock(),
                lease=lease,
                most=MOST_ARMED,
            )
            taken = held(session, self._place, claimed)
        armed = self._prepared(lift, taken)
        log.info("armed %d deliveries of campaign %s", armed.count, lift.campaign_id)
        return armed

    def _prepared(self, lift: ComingLift, taken: Sequence[Held]) -> Armed:
        pushed = {delivery.id: delivery for delivery in taken if delivery.kind is ChannelKind.WEBHOOK}
        requests = {id_: self._signed(delivery, lift.lift_at) for id_, delivery in pushed.items()}
        burst = Burst(self._webhook().door, deadline_s=ANSWER_WITHIN_S)
        burst.open(requests)
        mailed = [delivery for delivery in taken if delivery.kind is not ChannelKind.WEBHOOK]
        armed = Armed(lift=lift, burst=burst, pushed=pushed, requests=requests, mailed=mailed)
        armed.mailers = self._mail_lines(len(mailed))
        return armed

    def _signed(self, delivery: Held, at: datetime) -> HttpRequest:
        return webhook.request(delivery.rendered, delivery.destination, delivery_id=delivery.id, at=at)

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

    def _mail_lines(self, letters: int) -> list[OpenMailer]:
        """Connections to the mail server, opened ahead; if it does not answer now, each letter tries by itself at T."""
        email = self._email()
        opened: list[OpenMailer] = []
        if email is None:
            return opened
        with suppress(TransportError):
            opened.extend(email.mailer.open() for _ in range(min(letters, MAIL_LINES)))
        return opened

    def ready(self, armed: Armed) -> None:
        """Just before T: connect again where someone hung up while waiting."""
        armed.burst.keep_warm(within_s=READY_AHEAD.total_seconds() / 2)
        alive = [mailer for mailer in armed.mailers if mailer.is_alive()]
        armed.mailers = alive or self._mail_lines(len(armed.mailed))

    def fire(self, armed: Armed) -> bool:
        """Wait for T, and let everything leave. False if the campaign may not go after all."""
        self._wait_until(armed.lift.lift_at)
        intended = self._launch(armed)
        if intended is None:
            armed.close()
            log.warning("campaign %s was not released: it was changed after arming", armed.lift.campaign_id)
            return False
        fired = armed.burst.fire() if len(intended) == len(armed.pushed) else self._fire_some(armed, intended)
        mail = threading.Thread(target=self._send_mail, args=(armed,), name="mail", daemon=True)
        mail.start()
        self._collect(armed, fired)
        mail.join()
        armed.close()
        publish_texts(self._place.engine, armed.lift.campaign_id)
        log.info("released campaign %s: %d deliveries left", armed.lift.campaign_id, armed.count)
        return True

    def _wait_until(self, instant: datetime) -> None:
        while (left := (instant - self._clock()).total_seconds()) > 0:
            sleep(min(left, 0.5) if left > 0.01 else left)

    def _launch(self, armed: Armed) -> dict[str, int] | None:
        """The instant itself: the campaign is live and the intent to send is stored, or neither."""
        now = self._clock()
        with writing(self._place.engine) as session:
            if not go_live(session, armed.lift.campaign_id, now=now):
                return None
            return deliveries.launch(
                session,
                node=self._node,
                campaign_id=armed.lift.campaign_id,
                kinds=[ChannelKind.WEBHOOK],
                now=now,
                lease=LEASE,
            )

    def _fire_some(self, armed: Armed, intended: dict[str, int]) -> Iterator[Fired]:
        return armed.burst.fire({id_: armed.requests[id_] for id_ in intended if id_ in armed.requests})

    def _collect(self, armed: Armed, fired: Iterator[Fired]) -> None:
        """Write results as they land, in batches: as many as came while the last batch was written."""
        batch: list[Result] = []
        last = self._clock()
        for one in fired:
            delivery = armed.pushed[one.key]
            outcome = webhook.outcome_of_fired(one)
            batch.append(judged(self._place, delivery, outcome, attempts=delivery.attempts + 1))
            if len(batch) >= WRITE_AT_ONCE or self._clock() - last > timedelta(milliseconds=200):
                write(self._place, batch, node=self._node)
                batch, last = [], self._clock()
        write(self._place, batch, node=self._node)

    def _send_mail(self, armed: Armed) -> None:
        """Every letter over the connections that are open; each intent is stored just before that letter's DATA."""
        shares = max(len(armed.mailers), 1)
        with ThreadPoolExecutor(max_workers=shares, thread_name_prefix="letters") as pool:
            for share in range(shares):
                mailer = armed.mailers[share] if armed.mailers else None
                pool.submit(self._send_share, armed.mailed[share::shares], mailer)

    def _send_share(self, letters: Sequence[Held], mailer: OpenMailer | None) -> None:
        for letter in letters:
            with writing(self._place.engine) as session:
                mine = deliveries.launch_one(
                    session, delivery_id=letter.id, fence=letter.fence, node=self._node, now=self._clock(), lease=LEASE
                )
            if mine:
                outcome = self._letter_sent(letter, mailer)
                result = judged(self._place, letter, outcome, attempts=letter.attempts + 1)
                write(self._place, [result], node=self._node)

    def _letter_sent(self, letter: Held, mailer: OpenMailer | None) -> Outcome:
        channel = self._place.channels[letter.kind]
        if mailer is None or not isinstance(channel, Email | ByHand) or not mailer.is_alive():
            return attempt(self._place, letter, now=self._clock())
        return channel.hand_over(mailer, letter.rendered, letter.destination)
