"""People, nodes, clocks and receivers in any order: never early, never lost, never silently twice, never old words.

Real workers on a real database play against a model; time is simulated. In every release run a few dozen courses are
played; `pytest tests/release/test_state_machine.py --hypothesis-profile thorough` plays some thousand.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from simulated_judge import Plan
from simulated_lives import DATABASE_JUMPS_S, JUMPS_S, MOST_ACTS, MOST_NODES
from simulated_nodes import Node, Simulation
from simulated_outside import Mood
from simulated_people import People
from simulated_world import SimulatedWorld

COURSE = 30
MOST_PLANS = 3
NUMBERS = st.integers(0, 5)
MINUTES = st.integers(0, 12)
NEAR_T_S = (-62.0, -59.0, -30.0, -2.5, -1.6, -1.0, -0.6, 0.0, 0.5, 5.0, 32.0)


class Course(RuleBasedStateMachine):
    """One course of events. Which campaign or node is meant is a number, modulo how many there are."""

    template: Path
    folders: pytest.TempPathFactory

    @initialize(shared=st.booleans())
    def begin(self, *, shared: bool) -> None:
        """A fresh database with a worker."""
        self.world = SimulatedWorld(self.template, self.folders.mktemp("course"), shared=shared)
        self.simulation = Simulation(self.world.truth).__enter__()
        self.people = People(self.world)
        self.plans: list[Plan] = []
        self.world.start_node()

    def teardown(self) -> None:
        """All is well again, and everything comes to its end."""
        if not hasattr(self, "world"):
            return
        try:
            self.world.end_well()
        finally:
            self.simulation.__exit__()
            self.world.close()

    def _plan(self, number: int) -> Plan:
        return self.plans[number % len(self.plans)]

    def _node(self, number: int) -> Node:
        return self.world.nodes[number % len(self.world.nodes)]

    def has_plans(self) -> bool:
        """Whether there is a campaign."""
        return bool(self.plans)

    def has_nodes(self) -> bool:
        """Whether a worker lives."""
        return bool(self.world.nodes)

    @precondition(lambda self: len(self.plans) < MOST_PLANS)
    @rule(minutes=st.integers(1, 12), with_partner=st.booleans())
    def approve(self, minutes: int, *, with_partner: bool) -> None:
        """A new campaign."""
        if not self.world.in_doubt:
            self.plans.append(self.people.approve_new(minutes=minutes, with_partner=with_partner))

    @precondition(has_plans)
    @rule(number=NUMBERS)
    def hold(self, number: int) -> None:
        """Stop it."""
        self.people.hold(self._plan(number))

    @precondition(has_plans)
    @rule(number=NUMBERS)
    def resume(self, number: int) -> None:
        """Let it go on."""
        self.people.resume(self._plan(number))

    @precondition(has_plans)
    @rule(number=NUMBERS, minutes=MINUTES)
    def postpone(self, number: int, minutes: int) -> None:
        """Move T."""
        self.people.postpone(self._plan(number), minutes=minutes)

    @precondition(has_plans)
    @rule(number=NUMBERS, minutes=MINUTES, both=st.booleans(), alone=st.booleans())
    def lift_early(self, number: int, minutes: int, *, both: bool, alone: bool) -> None:
        """One asks; perhaps one confirms, perhaps the same one tries to."""
        plan = self._plan(number)
        self.people.ask_early(plan, minutes=minutes)
        if both:
            self.people.confirm_early(plan, by_the_same=alone)

    @precondition(has_plans)
    @rule(number=NUMBERS)
    def confirm_early(self, number: int) -> None:
        """What was asked for earlier, if anything was."""
        self.people.confirm_early(self._plan(number))

    @precondition(has_plans)
    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        """Never."""
        self.people.cancel(self._plan(number))

    @precondition(has_plans)
    @rule(number=NUMBERS, again=st.booleans())
    def reopen(self, number: int, *, again: bool) -> None:
        """Take the approval back; perhaps approve once more at once."""
        plan = self._plan(number)
        self.people.reopen(plan)
        if again:
            self.people.approve_again(plan)

    @precondition(has_plans)
    @rule(number=NUMBERS)
    def approve_again(self, number: int) -> None:
        """What was reopened earlier, if it was."""
        self.people.approve_again(self._plan(number))

    @rule(seconds=st.sampled_from([0.1, 1.0, 5.0, 31.0, 62.0, 200.0, 700.0]))
    def pass_time(self, seconds: float) -> None:
        """A while."""
        self.world.pass_time(seconds)

    @precondition(has_plans)
    @rule(number=NUMBERS, offset_s=st.sampled_from(NEAR_T_S))
    def come_near_a_lift(self, number: int, offset_s: float) -> None:
        """Until just before or after T, if that is to come."""
        left = (self._plan(number).lift_at - self.world.right_now).total_seconds() + offset_s
        if 0 < left < 3600:
            self.world.pass_time(left)

    @rule()
    def start_node(self) -> None:
        """A worker comes."""
        if len(self.world.nodes) < (MOST_NODES if self.world.shared else 1):
            self.world.start_node()

    @precondition(has_nodes)
    @rule(number=NUMBERS, after=st.none() | st.integers(0, MOST_ACTS))
    def kill(self, number: int, after: int | None) -> None:
        """kill -9, now or soon."""
        self.world.kill(self._node(number), after=after)

    @precondition(has_nodes)
    @rule(number=NUMBERS)
    def stop(self, number: int) -> None:
        """End in order."""
        self.world.stop_node(self._node(number))

    @precondition(has_nodes)
    @rule(number=NUMBERS, seconds=st.sampled_from([3.0, 29.0, 31.0, 90.0]))
    def nap(self, number: int, seconds: float) -> None:
        """SIGSTOP at its next send, and SIGCONT."""
        self.world.nap(self._node(number), seconds=seconds)

    @precondition(has_nodes)
    @rule(number=NUMBERS, off_s=st.sampled_from(JUMPS_S))
    def set_clock(self, number: int, off_s: float) -> None:
        """Of a node, or of the one machine."""
        self.world.set_clock(self._node(number), off_s=off_s)

    @rule(off_s=st.sampled_from(DATABASE_JUMPS_S))
    def set_database_clock(self, off_s: float) -> None:
        """Where it has one."""
        self.world.set_database_clock(off_s=off_s)

    @rule(pushes=st.sampled_from(Mood), mail=st.sampled_from(Mood))
    def change_moods(self, pushes: Mood, mail: Mood) -> None:
        """How the receivers behave."""
        self.world.set_moods(pushes=pushes, mail=mail)


@pytest.mark.slow
def test_whatever_happens_nothing_is_early_lost_or_silently_twice(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After every step what is public and what was sent is what the model allows; in the end all is settled."""
    machine = type("Course", (Course,), {"template": sqlite_template, "folders": tmp_path_factory})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(settings().max_examples // 8, 1),
            stateful_step_count=COURSE,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
