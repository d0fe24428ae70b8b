"""Workers that tell they live: by the database's clock, on both kinds of database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from delivery_rows import delivery
from sqlalchemy import Engine, update
from sqlmodel import col

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.store import nodes
from campaigns.store.engine import clock_of, reading, writing
from campaigns.store.nodes import Seen, Told
from campaigns.store.tables import Node


def told(name: str = "a", **wanted: Any) -> Told:
    """What a worker in good health tells."""
    given: dict[str, Any] = {
        "version": "1.0",
        "ready": True,
        "problem": "",
        "offset": timedelta(milliseconds=-3),
        "armed": 2,
        "sending": 1,
    }
    return Told(name=name, **(given | wanted))


def tell(engine: Engine, one: Told) -> None:
    """Store it."""
    with writing(engine) as session:
        nodes.tell(session, one)


def silent(engine: Engine, name: str, age: timedelta) -> None:
    """Let a worker have told of itself that long ago, for the last time."""
    with writing(engine) as session:
        seen_at = clock_of(session) - age
        session.connection().execute(update(Node).where(col(Node.name) == name).values(seen_at=seen_at))


def seen(engine: Engine) -> list[Seen]:
    """Those that are known."""
    with reading(engine) as session:
        return list(nodes.seen(session))


def there(engine: Engine) -> datetime:
    """The database's clock."""
    with reading(engine) as session:
        return clock_of(session)


def test_a_worker_is_seen_as_it_told(engine: Engine) -> None:
    """Everything it said, stamped by the database."""
    before = there(engine)
    tell(engine, told())
    (found,) = seen(engine)
    assert before <= found.started_at == found.seen_at <= there(engine)
    assert timedelta() <= found.silent_for <= there(engine) - before
    assert found.lives
    assert Told(**{name: getattr(found, name) for name in Told.__dataclass_fields__}) == told()


def test_telling_again_keeps_when_it_started(engine: Engine) -> None:
    """One row a worker, and the newest word counts."""
    tell(engine, told())
    (first,) = seen(engine)
    tell(engine, told(ready=False, problem="ClockDisagrees", armed=0))
    (again,) = seen(engine)
    assert (again.started_at, again.ready, again.problem, again.armed) == (
        first.started_at,
        False,
        "ClockDisagrees",
        0,
    )
    assert again.seen_at >= first.seen_at


def test_a_silent_worker_is_dead_and_is_removed_after_a_day(engine: Engine) -> None:
    """Until then one can see that it did not end in order."""
    for name in ("a", "b", "c"):
        tell(engine, told(name))
    silent(engine, "a", nodes.LIVES)
    silent(engine, "b", nodes.KEPT + timedelta(seconds=1))
    assert {one.name: one.lives for one in seen(engine)} == {"a": False, "c": True}
    tell(engine, told("c"))
    with reading(engine) as session:
        assert session.get(Node, "b") is None
        assert session.get(Node, "a") is not None


def test_who_ends_in_order_is_forgotten(engine: Engine) -> None:
    """And nobody else is."""
    tell(engine, told("a"))
    tell(engine, told("b"))
    with writing(engine) as session:
        nodes.forget(session, "a")
    assert [one.name for one in seen(engine)] == ["b"]
    with writing(engine) as session:
        nodes.forget_all(session)
    assert seen(engine) == []


@pytest.mark.parametrize("years", [-60, 60])
def test_a_clock_that_stands_in_another_decade_can_be_told(engine: Engine, years: int) -> None:
    """A machine that starts in 1970 must still be able to say that it is not ready."""
    tell(engine, told(ready=False, problem="ClockDisagrees", offset=timedelta(days=365 * years)))
    (found,) = seen(engine)
    assert abs(found.offset) == timedelta(milliseconds=nodes.MOST_MS)
    assert (found.offset < timedelta()) is (years < 0)


def test_what_a_worker_holds_is_counted_from_the_deliveries(engine: Engine) -> None:
    """Its own alone, and only what is armed or under way."""
    held = [(State.ARMED, "a"), (State.ARMED, "a"), (State.ARMED, "b"), (State.SENDING, "a"), (State.SENDING, None)]
    with writing(engine) as session:
        for state, holder in [*held, (State.PLANNED, None)]:
            row = delivery(campaign_id=None, in_release=False, state=state)
            row.claimed_by = holder
            session.add(row)
    with reading(engine) as session:
        assert nodes.held_by(session, "a") == (2, 1)
        assert nodes.held_by(session, "c") == (0, 0)
