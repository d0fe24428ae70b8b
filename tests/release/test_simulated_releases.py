"""Many simulated releases with random holds, crashes and clocks; ten thousand are played by tests/benchmarks."""

from datetime import timedelta
from pathlib import Path

import pytest
from release.worlds import deliveries_of
from simulated_judge import Plan
from simulated_lives import simulate
from simulated_nodes import Simulation
from simulated_people import People
from simulated_world import SimulatedWorld

from campaigns.domain.lifecycle import DeliveryState

ONE_SECOND = timedelta(seconds=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 5])
def test_of_many_releases_none_is_early_lost_or_silently_twice(
    seed: int, sqlite_template: Path, tmp_path: Path
) -> None:
    """Twenty-five with each seed, one on a shared and one on an embedded database; what happens is always the same."""
    counts = simulate(sqlite_template, tmp_path, releases=25, seed=seed)
    assert counts["releases"] == 25
    assert counts["early"] == counts["lost"] == counts["twice"] == 0
    assert counts["crashes"] >= 1
    assert counts["hold"] >= 1
    assert counts["clock steps"] >= 1


def test_a_clock_that_is_set_back_while_a_lift_is_armed_delays_nothing_at_that_lift(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """The lift is an hour off again. What was armed is given back, and armed anew when the hour is over."""
    world = SimulatedWorld(sqlite_template, tmp_path, shared=False)
    with Simulation(world.truth):
        node, plan = world.start_node(), People(world).approve_new(minutes=3, with_partner=True)
        world.pass_time((plan.lift_at - world.right_now).total_seconds() - 30)
        assert states(world, plan) == {DeliveryState.ARMED}
        world.set_clock(node, off_s=-3600)
        for _ in range(4):
            world.pass_time(70)
        assert states(world, plan) == {DeliveryState.PLANNED}
        world.pass_time((plan.lift_at - world.right_now).total_seconds() + 1)
        rows = deliveries_of(world.engine, plan.id)
        assert {row.attempts for row in rows} == {1}
        assert {row.sent_at - plan.lift_at < ONE_SECOND for row in rows if row.sent_at} == {True}
        assert all(row.sent_at for row in rows)
        world.close()


def states(world: SimulatedWorld, plan: Plan) -> set[DeliveryState]:
    """Where its deliveries stand."""
    return {row.state for row in deliveries_of(world.engine, plan.id)}
