"""A release: the frozen set that leaves at T, and the pure decisions about each delivery.

What a channel reports is an `Outcome`; what follows from it is a `Step`. Nothing here sends, waits or stores.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from campaigns.domain.lifecycle import DeliveryState


class ChannelKind(StrEnum):
    """How an organisation publishes."""

    WEBHOOK = "webhook"
    EMAIL = "email"
    BY_HAND = "by_hand"
    WORDPRESS = "wordpress"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"


class Event(StrEnum):
    """What a delivery tells. The first five are the stable names of webhook events; notices go to members only."""

    CAMPAIGN_LIFTED = "campaign.lifted"
    LANGUAGE_ADDED = "campaign.language_added"
    MESSAGE_PUBLISHED = "message.published"
    MESSAGE_CORRECTED = "message.corrected"
    MESSAGE_WITHDRAWN = "message.withdrawn"
    PING = "channel.ping"
    NOTICE = "notice"


class Answer(StrEnum):
    """What became of one attempt."""

    ACCEPTED = "accepted"  # the other side took it
    HANDED_OVER = "handed_over"  # a person was told; only that person can say that it is out
    REFUSED = "refused"  # the other side said no, and would say so again
    TRY_AGAIN = "try_again"  # the other side is busy or broken
    NOT_SENT = "not_sent"  # nothing that matters left this machine: no connection, no name, no TLS
    UNCLEAR = "unclear"  # it left, and no answer came
    NOT_AS_SENT = "not_as_sent"  # it is there, but visitors do not see it, or see something else: a person looks


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One attempt as a channel reports it. `reason` is a short technical note, never any content."""

    answer: Answer
    sent_at: datetime | None = None
    finished_at: datetime
    reason: str = ""
    retry_after: timedelta | None = None
    address: str | None = None


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What a kind of channel can promise.

    `repeatable`: the other side drops a second copy with the same id, so an unclear attempt may be made again.
    `looks_up`: one can look whether it arrived, and does so before another attempt.
    `greatest_lateness`: how long after its planned instant a first arrival is still right; later a person decides.
    """

    repeatable: bool
    greatest_lateness: timedelta
    looks_up: bool = False

    @property
    def recovers(self) -> bool:
        """Whether an unclear attempt can be followed by another one without a person."""
        return self.repeatable or self.looks_up


@dataclass(frozen=True, kw_only=True)
class Step:
    """What becomes of a delivery after an attempt; `next_attempt_at` is set only when it is planned again.

    `unclear`: this attempt or an earlier one may have arrived.
    """

    state: DeliveryState
    unclear: bool = False
    next_attempt_at: datetime | None = None
    confirmed_at: datetime | None = None


LADDER = tuple(timedelta(seconds=s) for s in (5, 15, 45, 120, 300, 900, 1800, 3600))
"""Pauses between tries. Source: CHANNELS of the design: 5, 15, 45 s, then minutes, with jitter and an end."""


def pause_before(attempt: int, *, jitter: float) -> timedelta | None:
    """How long to wait before a try, counted from 2; None after the last rung. `jitter` in 0 to 1 adds up to 20 %."""
    rung = attempt - 2
    return LADDER[rung] * (1 + 0.2 * jitter) if rung < len(LADDER) else None


def next_step(
    outcome: Outcome, *, attempts: int, planned_at: datetime, traits: Traits, jitter: float, unclear: bool = False
) -> Step:
    """What follows from an attempt. `attempts` counts it too; `planned_at` is when it was first meant to leave.

    `unclear` says that an earlier attempt may have arrived. Source: promise 4, never silently twice.
    """
    match outcome.answer:
        case Answer.ACCEPTED:
            return Step(state=DeliveryState.LIVE, confirmed_at=outcome.finished_at)
        case Answer.HANDED_OVER:
            return Step(state=DeliveryState.SENDING)
        case Answer.REFUSED:
            return Step(state=DeliveryState.REFUSED)
        case Answer.NOT_AS_SENT | Answer.UNCLEAR if outcome.answer is Answer.NOT_AS_SENT or not traits.recovers:
            return Step(state=DeliveryState.UNKNOWN, unclear=True)
        case _:
            unclear = unclear or outcome.answer is Answer.UNCLEAR
            at = _next_attempt_at(outcome, attempts=attempts, planned_at=planned_at, traits=traits, jitter=jitter)
            if at is None:
                return Step(state=DeliveryState.UNKNOWN if unclear else DeliveryState.LATE, unclear=unclear)
            return Step(state=DeliveryState.PLANNED, unclear=unclear, next_attempt_at=at)


def _next_attempt_at(
    outcome: Outcome, *, attempts: int, planned_at: datetime, traits: Traits, jitter: float
) -> datetime | None:
    """When to try again; None after the last rung, or when it would be too late by then."""
    pause = timedelta() if _was_only_cut_off(outcome, attempts) else pause_before(attempts + 1, jitter=jitter)
    if pause is None:
        return None
    pause = max(pause, outcome.retry_after or timedelta())
    if pause > planned_at + traits.greatest_lateness - outcome.finished_at:
        return None
    return outcome.finished_at + pause


def _was_only_cut_off(outcome: Outcome, attempts: int) -> bool:
    """A connection opened ahead may have been closed while it waited: then the ordinary way is tried at once."""
    return outcome.answer is Answer.NOT_SENT and attempts == 1


def too_late(*, planned_at: datetime, now: datetime, traits: Traits) -> bool:
    """Whether a delivery that has not left yet should wait for a person's decision instead."""
    return now > planned_at + traits.greatest_lateness


def after_a_crash(*, traits: Traits, attempts: int) -> DeliveryState:
    """What a delivery is whose intent was stored and whose worker died before it could write the outcome.

    Source: promise 4, never silently twice. With a stable id on all tries, or a look before the next one, a channel may
    try again, but no more often than after other failures: a message that kills each worker that takes it up ends with
    a person. `attempts` counts the one that was cut off.
    """
    return DeliveryState.PLANNED if traits.recovers and attempts <= len(LADDER) else DeliveryState.UNKNOWN


FAILS_AGAIN_AND_AGAIN = 5
"""So many deliveries through one channel that failed for good, and none that arrived since: the channel is paused.

Source: CHANNELS of the design, channels that keep failing; few enough that one campaign in five languages shows it.
"""


def shall_pause(*, failed: int, is_gone: bool) -> bool:
    """Whether a channel takes no more releases until its organisation has looked at it.

    `failed` counts what was refused or given up since the last arrival; `is_gone`: the other side said for ever.
    """
    return is_gone or failed >= FAILS_AGAIN_AND_AGAIN


REHEARSE_AHEAD = (timedelta(hours=24), timedelta(hours=1))
"""When before T every channel is asked by itself. Source: the way of a campaign, rehearsals at T−24 h and T−1 h."""
TOO_LATE_TO_MEND = timedelta(minutes=10)
"""Closer to T nobody could do anything about a channel that does not answer, and it is left in peace."""


def rehearsal_is_due(*, lift_at: datetime, last: datetime | None, now: datetime) -> bool:
    """Whether a rehearsal that nobody asked for is due: none was made since one of these hours struck."""
    struck = [lift_at - ahead for ahead in REHEARSE_AHEAD if lift_at - ahead <= now < lift_at - TOO_LATE_TO_MEND]
    return bool(struck) and (last is None or last < max(struck))
