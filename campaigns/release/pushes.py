"""Pushes that leave side by side: signing them, and writing what became of each as it lands."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from queue import Empty, SimpleQueue
from time import sleep
from typing import TypeVar

from campaigns.channels import webhook
from campaigns.channels.burst import Burst, Fired
from campaigns.channels.http import HttpRequest
from campaigns.channels.webhook import BadSecret
from campaigns.domain.release import ChannelKind
from campaigns.release.attempts import Held, judged, write
from campaigns.work.workplace import Workplace

ANSWER_WITHIN_S = 10.0
GATHER_S = 0.02

T = TypeVar("T")


def burst_of(place: Workplace) -> Burst:
    """A burst through this installation's door."""
    channel = place.channels[ChannelKind.WEBHOOK]
    assert isinstance(channel, webhook.Webhook)  # noqa: S101 - the registry builds no other
    return Burst(channel.door, deadline_s=ANSWER_WITHIN_S)


def signed(pushes: Iterable[Held], *, at: datetime) -> dict[str, HttpRequest]:
    """The requests by id, signed for an instant. One without a key that works is left out: it is refused by itself."""
    found: dict[str, HttpRequest] = {}
    for push in pushes:
        with suppress(BadSecret):
            found[push.id] = webhook.request(push.rendered, push.destination, delivery_id=push.id, at=at)
    return found


def written_as_they_land(
    place: Workplace, pushes: Mapping[str, Held], fired: Iterator[Fired], *, node: str
) -> Iterator[int]:
    """Write every outcome, in batches of what came meanwhile, and tell how many each batch was.

    What is held was claimed to send, or armed; only for the first is this attempt counted already.
    """
    for batch in in_batches(fired):
        outcomes = [(pushes[one.key], webhook.outcome_of_fired(one)) for one in batch]
        results = [judged(place, push, outcome, attempts=max(push.attempts, 1)) for push, outcome in outcomes]
        write(place, results, node=node)
        yield len(batch)


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
