"""Simulated releases, many of them: what happens is drawn by chance, and a seed brings the same again."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from simulated_judge import Plan
from simulated_nodes import Node, Simulation
from simulated_outside import Mood
from simulated_people import People
from simulated_world import SimulatedWorld

JUMPS_S = (3600.0, -3600.0, 70.0, -70.0, 0.0, 0.0)
"""How far a machine's clock is set off. None meets one of the database's: two that lie alike nobody could tell."""
DATABASE_JUMPS_S = (900.0, -900.0, 0.0, 0.0)
MOODS = (Mood.UP, Mood.UP, Mood.UP, Mood.DOWN, Mood.BUSY, Mood.LOSES_ANSWERS)
AT_ONE_TIME = 20
MOST_NODES = 3
NEAR_S = 400
MOST_ACTS = 30


class Life:
    """Releases in one database until there are so many. Everything is drawn from one source of chance."""

    def __init__(self, world: SimulatedWorld, chance: random.Random) -> None:
        self._world, self._chance = world, chance
        self._people = People(world)

    def go(self, releases: int) -> Counter[str]:
        """Play, end well, and count. Raises AssertionError for whatever must not happen."""
        while left := releases - self._world.judge.counts["releases"]:
            begun = [self._begin() for _ in range(min(left, self._chance.randint(1, AT_ONE_TIME)))]
            for _ in range(3 * len(begun)):
                self._something(self._chance.choice(begun))
            self._world.set_moods(pushes=Mood.UP, mail=Mood.UP)
        self._world.end_well()
        return self._world.judge.counts

    def _begin(self) -> Plan:
        while self._world.in_doubt:
            self._world.set_database_clock(off_s=0.0)
            self._world.pass_time(61)
        minutes, with_partner = self._chance.randint(1, 12), self._chance.random() < 0.1
        return self._people.approve_new(minutes=minutes, with_partner=with_partner)

    def _something(self, plan: Plan) -> None:
        draw = self._chance.random()
        if draw < 0.2:
            self._pass_time(plan)
        elif draw < 0.65:
            self._a_person(plan)
        elif draw < 0.95:
            self._a_node()
        else:
            self._the_outside()

    def _pass_time(self, plan: Plan) -> None:
        """Seconds; or until just before or after this T, where most can go wrong."""
        near = (plan.lift_at - self._world.right_now).total_seconds() + self._chance.uniform(-70, 40)
        wanted = near if 0 < near < NEAR_S and self._chance.random() < 0.5 else self._chance.expovariate(1 / 20)
        self._world.pass_time(wanted)

    def _a_person(self, plan: Plan) -> None:
        people, minutes = self._people, self._chance.randint(0, 15)
        acts: list[Callable[[], None]] = [
            *[lambda: people.hold(plan)] * 4,
            lambda: people.resume(plan),
            lambda: people.resume(plan),
            lambda: people.postpone(plan, minutes=minutes),
            lambda: people.postpone(plan, minutes=minutes),
            lambda: people.ask_early(plan, minutes=minutes),
            lambda: people.confirm_early(plan, by_the_same=self._chance.random() < 0.2),
            lambda: people.reopen(plan),
            lambda: people.approve_again(plan),
        ]
        self._chance.choice(acts)()
        if self._chance.random() < 0.03:
            people.cancel(plan)

    def _a_node(self) -> None:
        nodes, world = self._world.nodes, self._world
        most = MOST_NODES if world.shared else 1
        if not nodes or (len(nodes) < most and self._chance.random() < 0.4):
            world.start_node()
            return
        node = self._chance.choice(nodes)
        draw = self._chance.random()
        if draw < 0.15:
            world.kill(node)
        elif draw < 0.5:
            world.kill(node, after=self._chance.randint(0, MOST_ACTS))
        elif draw < 0.6:
            world.stop_node(node)
        elif draw < 0.8:
            world.nap(node, seconds=self._chance.uniform(5, 90))
        else:
            self._a_clock(node)

    def _a_clock(self, node: Node) -> None:
        if self._world.shared and self._chance.random() < 0.3:
            self._world.set_database_clock(off_s=self._chance.choice(DATABASE_JUMPS_S))
        else:
            self._world.set_clock(node, off_s=self._chance.choice(JUMPS_S))

    def _the_outside(self) -> None:
        self._world.set_moods(pushes=self._chance.choice(MOODS), mail=self._chance.choice(MOODS))


def simulate(template: Path, folder: Path, *, releases: int, seed: int) -> Counter[str]:
    """So many releases in one database. The seed also says whether it is shared by several nodes."""
    chance = random.Random(seed)  # noqa: S311 - chance for a test, and the same again for the same seed
    world = SimulatedWorld(template, folder, shared=chance.random() < 0.7)
    with Simulation(world.truth):
        try:
            return Life(world, chance).go(releases)
        finally:
            world.close()
