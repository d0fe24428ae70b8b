"""One attempt after another: making it through the channel, judging it, and writing what follows."""

import logging
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic, sleep
from typing import TypeVar

from sqlmodel import Session, col, select

from campaigns.channels.base import Destination, LooksUp, Rendered
from campaigns.domain.errors import Unready
from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState
from campaigns.domain.release import Answer, ChannelKind, Outcome, Traits, next_step, too_late
from campaigns.logs import said
from campaigns.store import deliveries
from campaigns.store.credentials import LostKey
from campaigns.store.deliveries import Result
from campaigns.store.engine import writing
from campaigns.store.leases import LEASE
from campaigns.store.tables import Channel, Delivery
from campaigns.work.launch.rehearsing import destination
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

TRY_DATABASE_EVERY_S = 0.2
PATIENCE_S = 2 * LEASE.total_seconds()
"""How long an outcome waits for the database. What others took over meanwhile is theirs: the fence refuses it."""
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Held:
    """A claimed delivery, taken out of the database: everything one attempt needs.

    `lease_until` is how long the claim lasts if nobody renews it.
    """

    id: str
    kind: ChannelKind
    fence: int
    lease_until: datetime
    attempts: int
    planned_at: datetime
    settled_by_person: bool
    unclear: bool
    rendered: Rendered
    destination: Destination


def held(session: Session, place: Workplace, claimed: Iterable[Delivery]) -> list[Held]:
    """Claimed rows as values, with each channel's secrets in the clear."""
    rows = list(claimed)
    ids = {row.channel_id for row in rows if row.channel_id}
    channels = {row.id: row for row in session.exec(select(Channel).where(col(Channel.id).in_(ids)))}
    return [_held(place, row, channels.get(row.channel_id or "")) for row in rows]


def _held(place: Workplace, row: Delivery, channel: Channel | None) -> Held:
    assert row.lease_until is not None  # noqa: S101 - a claim sets it
    try:
        secrets = destination(channel, place.vault).secrets if channel else ()
    except LostKey as error:  # that one is refused when it would leave; the others go
        log.error("delivery %s: %s", row.id, error)  # noqa: TRY400 - the sentence says it all
        secrets = ()
    return Held(
        id=row.id,
        kind=row.kind,
        fence=row.fence,
        lease_until=row.lease_until,
        attempts=row.attempts,
        planned_at=row.planned_at,
        settled_by_person=row.settled_by is not None,
        unclear=row.unclear,
        rendered=Rendered(content_type=row.content_type, body=row.body, headers=row.headers),
        destination=Destination(address=row.recipient, secrets=secrets),
    )


def attempt(place: Workplace, delivery: Held, *, now: datetime) -> Outcome:
    """Deliver once, the ordinary way; but if an earlier try may have arrived, look first where one can."""
    channel = place.channels[delivery.kind]
    if delivery.unclear and isinstance(channel, LooksUp):
        found = _looked_up(channel, delivery, now=now)
        if found.answer is not Answer.NOT_SENT:
            return found
    return safely(
        delivery,
        lambda: channel.deliver(delivery.rendered, delivery.destination, delivery_id=delivery.id, now=now),
        now=now,
    )


def _looked_up(channel: LooksUp, delivery: Held, *, now: datetime) -> Outcome:
    """It is there, as it was sent or otherwise; it is not there; or it is as unclear as before."""
    found = safely(
        delivery,
        lambda: channel.look_up(delivery.rendered, delivery.destination, delivery_id=delivery.id, now=now),
        now=now,
    )
    is_known = found.answer in {Answer.ACCEPTED, Answer.NOT_AS_SENT, Answer.NOT_SENT}
    return found if is_known else replace(found, answer=Answer.UNCLEAR)


def safely(delivery: Held, deliver: Callable[[], Outcome], *, now: datetime) -> Outcome:
    """Anything unforeseen in a channel is that delivery's failure and no other's."""
    try:
        return deliver()
    except Exception as error:  # noqa: BLE001 - one broken channel or text must not stop the others
        log.error("delivery %s failed inside its channel: %s", delivery.id, type(error).__name__)  # noqa: TRY400 - a traceback could hold content
        return Outcome(answer=Answer.UNCLEAR, finished_at=now, reason=type(error).__name__)


def is_too_late(place: Workplace, delivery: Held, *, now: datetime) -> bool:
    """Whether it waited so long that a person should decide, and none has."""
    if delivery.settled_by_person or delivery.attempts > 1:
        return False
    return too_late(planned_at=delivery.planned_at, now=now, traits=traits_of(place, delivery.kind))


def traits_of(place: Workplace, kind: ChannelKind) -> Traits:
    """What this kind of channel can promise."""
    return place.channels[kind].traits


def judged(place: Workplace, delivery: Held, outcome: Outcome, *, attempts: int) -> Result:
    """What is to be written after an attempt; `attempts` counts it too."""
    step = next_step(
        outcome,
        attempts=attempts,
        planned_at=delivery.planned_at,
        traits=traits_of(place, delivery.kind),
        jitter=random.random(),  # noqa: S311 - spreads retries, guards nothing
        unclear=delivery.unclear,
    )
    if step.state in NEEDS_A_PERSON:
        log.warning("delivery %s is %s: %s", delivery.id, step.state, outcome.reason)
    return Result(
        id=delivery.id,
        fence=delivery.fence,
        state=step.state,
        unclear=step.unclear,
        due_at=step.next_attempt_at,
        sent_at=outcome.sent_at,
        confirmed_at=step.confirmed_at,
        address=outcome.address,
        error=outcome.reason or None,
    )


def late(delivery: Held) -> Result:
    """What is to be written for one that waited too long."""
    return Result(id=delivery.id, fence=delivery.fence, state=DeliveryState.LATE, unclear=delivery.unclear)


def settled(session: Session, results: Sequence[Result], *, node: str) -> None:
    """Write outcomes in the caller's transaction; those of claims that were lost are told of and change nothing."""
    counted = deliveries.settle(session, results, node=node)
    if counted != len(results):
        log.warning("%d of %d results came from claims that were lost", len(results) - counted, len(results))


def write(place: Workplace, results: Sequence[Result], *, node: str) -> None:
    """Write outcomes in a transaction of their own."""

    def once() -> None:
        with writing(place.engine) as session:
            settled(session, results, node=node)

    if results:
        patiently(once)


def patiently(act: Callable[[], T]) -> T:
    """Do it; while the database is away, again and again for longer than a claim stands by itself.

    For outcomes: the other side has the message, and only this process knows.
    """
    until, told = monotonic() + PATIENCE_S, False
    while True:
        try:
            return act()
        except Unready as error:
            if monotonic() > until:
                raise
            if not told:
                log.warning("what has left cannot be written yet: %s", said(error))
            told = True
        sleep(TRY_DATABASE_EVERY_S)
