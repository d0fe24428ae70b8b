"""Several nodes and one lift: they share it, take up what a dead one left, and none waits for another at T."""

import threading
from datetime import timedelta

import pytest
from delivery_rows import campaign as campaign_row
from delivery_rows import store
from factories import Office
from release.worlds import Inbox, World, all_in, coming, node
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from campaigns.domain.errors import Unready
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.lifecycle import Stage
from campaigns.release import dispatcher as module
from campaigns.release.dispatcher import ARM_AHEAD
from campaigns.release.sweeper import Sweeper
from campaigns.store.engine import writing
from campaigns.store.leases import ARMED_LEASE
from campaigns.store.tables import Campaign
from campaigns.work.launch.lifting import go_live, stands


def test_two_nodes_share_a_lift_and_send_each_delivery_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each claims what the other has not; both fire at the same instant."""
    monkeypatch.setattr(module, "MOST_ARMED", 5)
    with Inbox() as inbox:
        campaign = world.approved(*(world.partner(f"{inbox.url}{n}", name=f"{n} (exempel)") for n in range(4)))
        world.time.now = world.lift_at
        nodes = [node(world, "a"), node(world, "b")]
        armed = [one.arm(coming(world)) for one in nodes]
        assert sorted(len(held.held) for held in armed) == [3, 5]
        threads = [threading.Thread(target=one.fire, args=(held,)) for one, held in zip(nodes, armed, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == len(inbox.ids) == 8


def test_what_a_dead_node_had_armed_is_taken_up_before_the_lift(world: World) -> None:
    """Its lease runs out, another node arms it, and it leaves at T as if nothing had been."""
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, "a@example.org", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - ARM_AHEAD
        left = node(world, "dead").arm(coming(world))
        other = node(world, "other")
        armed = other.arm(coming(world))
        assert armed.held == []
        left.close()  # as its end does
        world.time.now += ARMED_LEASE + timedelta(seconds=1)
        sweeper = Sweeper(world.place, node="other", clock=world.time)
        assert sweeper.recover() == 3
        assert other.take_up(armed) == 3
        world.time.now = world.lift_at
        assert other.fire(armed)
        sweeper.stop()
        assert all_in(world.states(campaign), State.LIVE)
        assert {row.sent_at for row in world.deliveries(campaign)} == {world.lift_at}


def test_nothing_more_is_armed_once_a_node_is_ready(sqlite_world: World) -> None:
    """What comes later than that leaves in the ordinary way."""
    world = sqlite_world
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at - ARM_AHEAD
        one = node(world)
        armed = one.arm(coming(world))
        one.ready(armed)
        one.give_back(armed)
        assert one.take_up(armed) == 0
        assert all_in(world.states(campaign), State.PLANNED)
        armed.close()


def test_nodes_that_launch_together_do_not_wait_for_each_other_and_a_stop_waits_for_all(
    postgresql_engine: Engine,
) -> None:
    """They share the lock on the campaign; whoever changes the lift wants it alone."""
    now = Office.NOW
    store(postgresql_engine, [campaign_row("c", stage=Stage.APPROVED, lift_at=now)], [])
    with writing(postgresql_engine) as one, writing(postgresql_engine) as other:
        assert stands(one, "c", now=now)
        assert stands(other, "c", now=now)
        with pytest.raises(OperationalError), Session(postgresql_engine) as stopping:
            stopping.exec(select(Campaign).where(col(Campaign.id) == "c").with_for_update(nowait=True)).one()


def test_that_a_campaign_is_live_is_recorded_beside_what_leaves(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record may wait for a database that is busy; the pages are open by the clock, and nothing waits for it."""
    world, tried = sqlite_world, 0

    def busy_at_first(*arguments: object, **named: object) -> bool:
        nonlocal tried
        tried += 1
        if tried < 3:
            raise Unready(reason="busy")
        return go_live(*arguments, **named)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(module, "go_live", busy_at_first)
    with Inbox() as inbox:
        campaign = world.approved(world.partner(inbox.url, name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        assert node(world).fire(node(world).arm(coming(world)))
        assert all_in(world.states(campaign), State.LIVE)
        assert world.stage(campaign) is Stage.LIVE
