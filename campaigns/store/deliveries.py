"""Claims on deliveries: who may send what, until when, and whose result counts.

A claim sets `claimed_by`, a lease and a new fencing number. Every later write names node and number, so a worker that
slept through its lease changes nothing. On PostgreSQL `SKIP LOCKED` lets many nodes claim side by side; on SQLite the
immediate transaction does. While publishing is disarmed only what is free of embargo can be claimed, and nothing armed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, and_, bindparam, exists, func, or_, true, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, UTCDateTime, col, select

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import visibility
from campaigns.store.disarming import FREE_OF_EMBARGO, is_armed
from campaigns.store.tables import Campaign, Delivery, ReleasedText

SAYS_THE_TEXT = (Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED)
FOLLOWS_UP = (Event.MESSAGE_CORRECTED, Event.MESSAGE_WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What an attempt did to a claimed delivery. `fence` is the claim it was made under."""

    id: str
    fence: int
    state: State
    due_at: datetime | None = None
    sent_at: datetime | None = None
    confirmed_at: datetime | None = None
    address: str | None = None
    error: str | None = None
    unclear: bool = False


def arm(
    session: Session,
    *,
    campaign_id: str,
    generation: int,
    late_at: datetime | None = None,
    node: str,
    now: datetime,
    lease: timedelta,
    most: int,
) -> list[Delivery]:
    """Claim the planned deliveries of a campaign whose lift is near; they are armed, for this generation alone.

    `late_at` asks for those of late languages that open at that instant, of a campaign that is public already.
    """
    wanted = _armable(campaign_id, generation, late_at)
    return _claim(session, wanted, node=node, until=now + lease, most=most, state=State.ARMED)


def has_armable(session: Session, *, campaign_id: str, generation: int, late_at: datetime | None = None) -> bool:
    """Whether there is anything to arm, found without taking the write lock."""
    return (
        session.exec(select(Delivery.id).where(*_armable(campaign_id, generation, late_at)).limit(1)).first()
        is not None
    )


def _armable(campaign_id: str, generation: int, late_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Delivery.campaign_id) == campaign_id,
        col(Delivery.generation) == generation,
        col(Delivery.release_id).is_not(None),
        col(Delivery.state) == State.PLANNED,
        col(Delivery.attempts) == 0,
        true() if late_at is None else col(Delivery.planned_at) == late_at,
        is_armed(),
    )


def claim_due(
    session: Session, *, node: str, now: datetime, lease: timedelta, most: int, besides: ChannelKind | None = None
) -> list[Delivery]:
    """Claim what is due and may leave; the intent to send is stored with the claim, and counts as an attempt.

    `besides` is a kind whose first tries are left to waves.
    """
    wanted = _due(now) if besides is None else (*_due(now), ~_waits_for_a_wave(besides))
    return _claim(session, wanted, node=node, until=now + lease, most=most, state=State.SENDING)


def claim_wave(
    session: Session, *, kind: ChannelKind, node: str, now: datetime, lease: timedelta, most: int
) -> list[Delivery]:
    """The same for what has never been tried, of one kind: what can leave side by side, a wave at a time."""
    return _claim(session, _first_due(kind, now), node=node, until=now + lease, most=most, state=State.SENDING)


def count_wave(session: Session, *, kind: ChannelKind, now: datetime, most: int) -> int:
    """How many a wave could take, at most so many; found without taking the write lock."""
    return len(session.exec(select(Delivery.id).where(*_first_due(kind, now)).limit(most)).all())


def _first_due(kind: ChannelKind, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (*_due(now), _waits_for_a_wave(kind))


def _waits_for_a_wave(kind: ChannelKind) -> ColumnElement[bool]:
    return and_(col(Delivery.kind) == kind, col(Delivery.attempts) == 0)


_NOW = bindparam("now", type_=UTCDateTime())
_QUIET = select(
    ~exists().where(
        col(Delivery.state) == State.PLANNED, col(Delivery.due_at) <= bindparam("now", type_=UTCDateTime())
    ),
    ~exists().where(col(Delivery.state).in_([State.ARMED, State.SENDING]), col(Delivery.claimed_by).is_not(None)),
)


def is_quiet(session: Session, *, now: datetime) -> bool:
    """Whether nothing is due and nobody holds anything: the one small question of a worker that has nothing to do."""
    nothing_due, nothing_held = session.connection().execute(_QUIET, {"now": now}).one()
    return bool(nothing_due and nothing_held)


def has_held(session: Session) -> bool:
    """Whether any worker has something armed, or on its way."""
    held = select(Delivery.id).where(
        col(Delivery.state).in_([State.ARMED, State.SENDING]), col(Delivery.claimed_by).is_not(None)
    )
    return session.exec(held.limit(1)).first() is not None


def has_due(session: Session, *, now: datetime, besides: ChannelKind | None = None) -> bool:
    """Whether `claim_due` would claim anything, found without taking the write lock."""
    wanted = _due(now) if besides is None else (*_due(now), ~_waits_for_a_wave(besides))
    return session.exec(select(Delivery.id).where(*wanted).limit(1)).first() is not None


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    open_campaign = select(col(Campaign.id)).where(visibility.is_public(now))
    withdrawn = select(col(Campaign.id)).where(col(Campaign.stage) == Stage.WITHDRAWN)
    return (
        col(Delivery.state) == State.PLANNED,
        col(Delivery.due_at) <= now,
        or_(
            col(Delivery.event).in_(FREE_OF_EMBARGO),
            and_(is_armed(), col(Delivery.campaign_id).in_(open_campaign)),
            and_(is_armed(), col(Delivery.event) == Event.MESSAGE_WITHDRAWN, col(Delivery.campaign_id).in_(withdrawn)),
        ),
        ~_is_overtaken(),
        ~_must_wait(),
    )


def _is_overtaken() -> ColumnElement[bool]:
    """It would say what was corrected or withdrawn since: old words never leave after the new ones were stored."""
    gone = select(col(ReleasedText.id)).where(
        col(ReleasedText.superseded_at).is_not(None) | col(ReleasedText.withdrawn_at).is_not(None)
    )
    return and_(col(Delivery.event).in_(SAYS_THE_TEXT), func.coalesce(col(Delivery.released_text_id), "").in_(gone))


def _must_wait() -> ColumnElement[bool]:
    """It follows up on something that is under way through the same channel: first that one's outcome, then this."""
    earlier, of_earlier, of_this = aliased(Delivery), aliased(ReleasedText), aliased(ReleasedText)
    under_way = (
        select(col(earlier.id))
        .join(of_earlier, col(of_earlier.id) == col(earlier.released_text_id))
        .join(of_this, col(of_this.text_id) == col(of_earlier.text_id))
        .where(
            col(of_this.id) == col(Delivery.released_text_id),
            col(earlier.id) != col(Delivery.id),
            col(earlier.channel_id) == col(Delivery.channel_id),
            col(earlier.state) == State.SENDING,
            col(earlier.claimed_by).is_not(None),
        )
    )
    return and_(col(Delivery.event).in_(FOLLOWS_UP), exists(under_way))


def close_overtaken(session: Session) -> int:
    """Cancel what waits for another try and would say old words: its follow-up tells what holds now."""
    closed = session.connection().execute(
        update(Delivery)
        .where(col(Delivery.state) == State.PLANNED, _is_overtaken())
        .values(state=State.CANCELLED, error="overtaken by a correction or a withdrawal")
    )
    return closed.rowcount


def has_overtaken(session: Session) -> bool:
    """Whether there is anything to close, found without taking the write lock."""
    waiting = select(Delivery.id).where(col(Delivery.state) == State.PLANNED, _is_overtaken()).limit(1)
    return session.exec(waiting).first() is not None


def _claim(
    session: Session,
    wanted: Iterable[ColumnElement[bool]],
    *,
    node: str,
    until: datetime,
    most: int,
    state: State,
) -> list[Delivery]:
    """One statement: whoever is claiming the same rows is passed by, and each row is given out once."""
    chosen = (
        select(Delivery.id)
        .where(*wanted)
        .order_by(col(Delivery.due_at), col(Delivery.id))
        .limit(most)
        .with_for_update(skip_locked=True, of=Delivery)
        .cte("chosen")  # PostgreSQL runs one that locks rows exactly once; a subquery might be run again for each row
    )
    claimed = session.scalars(
        update(Delivery)
        .where(col(Delivery.id) == chosen.c.id)
        .values(
            state=state,
            claimed_by=node,
            lease_until=until,
            fence=col(Delivery.fence) + 1,
            attempts=col(Delivery.attempts) + (1 if state is State.SENDING else 0),
        )
        .returning(Delivery),
        execution_options={"synchronize_session": False, "populate_existing": True},
    )
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


def launch(
    session: Session, *, node: str, campaign_id: str, kinds: Collection[ChannelKind], now: datetime, lease: timedelta
) -> dict[str, int]:
    """At T: store the intent to send everything this node holds armed. Returns id → fence of what may leave.

    Only rows of the campaign's present generation are moved, so a hold or a new T that was stored first wins.
    """
    fresh = select(col(Campaign.generation)).where(col(Campaign.id) == campaign_id).scalar_subquery()
    moved = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.campaign_id) == campaign_id,
            col(Delivery.state) == State.ARMED,
            col(Delivery.claimed_by) == node,
            col(Delivery.kind).in_(kinds),
            col(Delivery.generation) == fresh,
            is_armed(),
        )
        .values(state=State.SENDING, attempts=col(Delivery.attempts) + 1, lease_until=now + lease)
        .returning(col(Delivery.id), col(Delivery.fence))
    )
    return {row.id: row.fence for row in moved}


def launch_one(session: Session, *, delivery_id: str, fence: int, node: str, now: datetime, lease: timedelta) -> bool:
    """Store the intent to send one armed delivery; False if the claim or the generation is stale."""
    fresh = select(col(Campaign.generation)).where(col(Campaign.id) == col(Delivery.campaign_id)).scalar_subquery()
    moved = session.connection().execute(
        update(Delivery)
        .where(
            col(Delivery.id) == delivery_id,
            col(Delivery.state) == State.ARMED,
            col(Delivery.claimed_by) == node,
            col(Delivery.fence) == fence,
            col(Delivery.generation) == fresh,
            is_armed(),
        )
        .values(state=State.SENDING, attempts=col(Delivery.attempts) + 1, lease_until=now + lease)
    )
    return moved.rowcount == 1


def settle(session: Session, results: Sequence[Result], *, node: str) -> int:
    """Write outcomes, each only if this node still holds that very claim. Returns how many counted."""
    if not results:
        return 0
    return session.connection().execute(_SETTLE, [_settled(result, node) for result in results]).rowcount


_SETTLE = (
    update(Delivery)
    .where(
        col(Delivery.id) == bindparam("the_id"),
        col(Delivery.fence) == bindparam("the_fence", type_=Integer),
        col(Delivery.claimed_by) == bindparam("the_node"),
        or_(col(Delivery.state) == State.SENDING, col(Delivery.state) == State.ARMED),  # IN cannot be run in batches
    )
    .values(
        state=bindparam("new_state"),
        # inside a function a parameter has no type of its own, and SQLite would keep these times in another form
        due_at=func.coalesce(bindparam("new_due_at", type_=UTCDateTime()), col(Delivery.due_at)),
        sent_at=func.coalesce(col(Delivery.sent_at), bindparam("new_sent_at", type_=UTCDateTime())),
        confirmed_at=bindparam("new_confirmed_at"),
        address=bindparam("new_address"),
        error=bindparam("new_error"),
        unclear=bindparam("new_unclear"),
        claimed_by=None,
        lease_until=None,
    )
)


def _settled(result: Result, node: str) -> Mapping[str, object]:
    return {
        "the_id": result.id,
        "the_fence": result.fence,
        "the_node": node,
        "new_state": result.state,
        "new_due_at": result.due_at,
        "new_sent_at": result.sent_at,
        "new_confirmed_at": result.confirmed_at,
        "new_address": result.address,
        "new_error": result.error,
        "new_unclear": result.unclear,
    }
