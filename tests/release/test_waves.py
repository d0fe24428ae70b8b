"""Waves: what many receivers wait for leaves side by side, bounded, and one that hangs costs its own place alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release.worlds import Inbox, World, all_in, wait_for
from servers import silent, status
from sqlmodel import col, update

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.release import pushes, waves
from campaigns.release.sweeper import Sweeper
from campaigns.release.waves import Waves, Width
from campaigns.store.engine import writing
from campaigns.store.tables import Channel

PARTNERS = 6
EVENTS = 2 * PARTNERS
"""Two a webhook: the lift and the message."""


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waves of a size that a test can fill."""
    monkeypatch.setattr(waves, "WORTH_A_WAVE", 3)
    monkeypatch.setattr(waves, "WAVE", 5)


def approved(world: World, inbox: Inbox) -> str:
    """A campaign that reaches several partners' webhooks."""
    return world.approved(*(world.partner(f"{inbox.url}{n}", name=f"{n} (exempel)") for n in range(PARTNERS)))


@contextmanager
def rolling(world: World, name: str = "node") -> Iterator[Waves]:
    """Waves of one node, ended in the end."""
    found = Waves(world.place, node=name, clock=world.time)
    try:
        yield found
    finally:
        found.stop()


def test_a_crowd_that_waits_leaves_in_waves_each_event_once(world: World) -> None:
    """As when T came while no worker lived: all of it, on the first try, with nothing twice."""
    with Inbox() as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at + timedelta(minutes=5)
        with rolling(world) as found:
            assert not found.roll(for_s=5), "a crowd still waits"
        rows = world.deliveries(campaign)
        assert [row.state for row in rows].count(State.LIVE) == len(inbox.came) == len(inbox.ids) >= EVENTS - 2
        assert {row.attempts for row in rows if row.state is State.LIVE} == {1}


def test_nothing_leaves_in_a_wave_before_the_lift(world: World) -> None:
    """Not a millisecond before."""
    with Inbox() as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at - timedelta(milliseconds=1)
        with rolling(world) as found:
            assert not found.roll(for_s=1)
        assert inbox.came == []
        assert all_in(world.states(campaign), State.PLANNED)


def test_a_handful_is_left_to_ordinary_attempts(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep sends both kinds: what is worth a wave, and the rest by itself."""
    world = sqlite_world
    monkeypatch.setattr(waves, "WORTH_A_WAVE", EVENTS + 1)
    with Inbox() as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at
        with rolling(world) as found:
            assert not found.roll(for_s=1)
        sweeper = Sweeper(world.place, node="node", clock=world.time)
        sweeper.sweep()
        sweeper.stop()
        assert all_in(world.states(campaign), State.LIVE)


def test_receivers_that_hang_cost_their_own_places_and_no_others(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While they are silent, the next waves roll on; then they are asked again with their id."""
    world = sqlite_world
    monkeypatch.setattr(pushes, "ANSWER_WITHIN_S", 60.0)
    with Inbox(silent, silent) as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at
        with rolling(world) as found:
            found.roll(for_s=5)
            wait_for(lambda: world.states(campaign).count(State.LIVE) >= EVENTS - 4, within_s=50)
            wait_for(lambda: found.out <= 4, within_s=50)
            inbox.hang_up()
        assert world.states(campaign).count(State.PLANNED) >= 2
        assert found.out == 0


def test_how_many_are_out_at_one_time_is_bounded(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many wait: what is out takes memory and connections."""
    world = sqlite_world
    monkeypatch.setattr(waves, "MOST_OUT", 6)
    monkeypatch.setattr(pushes, "ANSWER_WITHIN_S", 1.0)
    with Inbox(*[silent] * EVENTS) as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at
        with rolling(world) as found:
            assert found.roll(for_s=0.5)
            assert 3 <= found.out <= 6
            assert world.states(campaign).count(State.SENDING) == found.out


def test_an_answer_is_judged_as_anywhere_else(sqlite_world: World) -> None:
    """A no is a person's, a busy receiver is asked again."""
    world = sqlite_world
    with Inbox(status(410), status(503, "Retry-After: 120")) as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at
        with rolling(world) as found:
            found.roll(for_s=5)
        rows = {row.state: row for row in world.deliveries(campaign)}
        assert rows[State.REFUSED].error == "HTTP 410"
        later = [row for row in world.deliveries(campaign) if row.error == "HTTP 503"]
        assert [row.due_at >= world.time.now + timedelta(seconds=120) for row in later] == [True]


def test_a_channel_without_its_key_is_refused_alone(sqlite_world: World) -> None:
    """Its neighbours in the wave leave."""
    world = sqlite_world
    with Inbox() as inbox:
        campaign = approved(world, inbox)
        with writing(world.engine) as session:
            session.connection().execute(
                update(Channel).where(col(Channel.address) == f"{inbox.url}0").values(secrets=[])
            )
        world.time.now = world.lift_at
        with rolling(world) as found:
            found.roll(for_s=5)
        lost = [row for row in world.deliveries(campaign) if row.recipient == f"{inbox.url}0"]
        assert {row.state for row in lost} <= {State.REFUSED, State.PLANNED}
        assert State.REFUSED in {row.state for row in lost}
        assert all(came.id not in {row.id for row in lost} for came in inbox.came)


def test_what_waited_too_long_leaves_in_no_wave(sqlite_world: World) -> None:
    """A day later a person decides."""
    world = sqlite_world
    with Inbox() as inbox:
        campaign = approved(world, inbox)
        world.time.now = world.lift_at + timedelta(hours=25)
        with rolling(world) as found:
            found.roll(for_s=5)
        assert inbox.came == []
        assert set(world.states(campaign)) <= {State.LATE, State.PLANNED}
        assert State.LATE in world.states(campaign)


def test_waves_of_two_nodes_send_each_event_once(world: World) -> None:
    """Each claims what the other has not."""
    with Inbox() as inbox:
        approved(world, inbox)
        world.time.now = world.lift_at
        with rolling(world, "a") as one, rolling(world, "b") as other:
            while one.roll(for_s=0.1) or other.roll(for_s=0.1):
                pass
        assert len(inbox.came) == len(inbox.ids)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500))))
def test_the_width_stays_between_its_bounds_and_widens_again(found: list[tuple[int, int]]) -> None:
    """Whatever waves meet: never nothing, never more than the most, and all of it again once receivers answer."""
    width = Width()
    for reached, failed in found:
        before = width.most
        width.learn(reached=reached, failed=failed)
        assert waves.FEWEST_OUT <= width.most <= waves.MOST_OUT
        assert (width.most > before) <= (reached >= failed)
    for _ in range(waves.MOST_OUT // waves.WAVE):
        width.learn(reached=1, failed=0)
    assert width.most == waves.MOST_OUT


def test_a_node_that_reaches_nobody_sets_out_for_fewer(sqlite_world: World) -> None:
    """And each of them is tried again, under its id, as after any failure."""
    world = sqlite_world
    with Inbox() as inbox:
        campaign = approved(world, inbox)
    world.time.now = world.lift_at + timedelta(minutes=5)
    with rolling(world) as found:
        found.roll(for_s=1)
    assert found.width < waves.MOST_OUT
    assert {row.attempts for row in world.deliveries(campaign)} <= {0, 1}
