"""Simulated releases, the world: one database, the nodes around it, and a time that passes at once.

Two ways to run are played: `shared`, where the database has a clock and several nodes share it; and embedded, where one
worker and the web go by one machine's clock.
"""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from factories import Office
from simulated_judge import Judge
from simulated_nodes import Node, workplace
from simulated_outside import Mood, Receivers, Taken, Truth
from sqlalchemy import Engine, func
from sqlmodel import col, select

from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import make_engine, reading
from campaigns.store.tables import Delivery

LONGEST_STEP = timedelta(minutes=10)
IN_DOUBT = timedelta(seconds=61)
EXPECTING, RENEWING = timedelta(seconds=100), timedelta(seconds=15)
"""A living worker looks often enough to expect a lift and to renew its leases before they run out."""
RETRIES_APART = timedelta(seconds=10)
"""It looks every second; here every ten are enough for what may wait."""
A_MOMENT = timedelta(milliseconds=1)
A_LOOK_S = 1.0
"""A clock that is set back and forth between two looks was never set."""
MOST_STEPS = 200
ADDRESSES = {ChannelKind.WEBHOOK: "http://127.0.0.1:9/in"}


class _Nobody:
    """The web processes: they send nothing."""

    name, beat = "web", 0

    def before_sending(self) -> None:
        raise AssertionError

    def after_sending(self) -> None:
        raise AssertionError

    def was_held_up(self) -> bool:
        return False

    def died_in(self, beat: int) -> bool:  # noqa: ARG002 - as a node
        return False


class SimulatedOffice(Office):
    """An office whose police publish by webhook and by mail, and its partners by webhook and by hand."""

    def __init__(self, world: "SimulatedWorld", folder: Path) -> None:
        self.NOW = world.right_now
        super().__init__(workplace(folder, world.engine, world.receivers, _Nobody(), lambda: world.right_now))

    def organisation(self, name: str, *, kind: OrganisationKind = OrganisationKind.HELPLINE, **_: object) -> str:
        """An organisation with its channels, whatever is asked for."""
        other = ChannelKind.EMAIL if kind is OrganisationKind.POLICE else ChannelKind.BY_HAND
        channels = [(one, ADDRESSES.get(one, "mail@example.org")) for one in (ChannelKind.WEBHOOK, other)]
        return super().organisation(name, kind=kind, channels=channels)


class SimulatedWorld:
    """What must not happen raises at the end of the step in which it happened."""

    def __init__(self, template: Path, folder: Path, *, shared: bool) -> None:
        self.shared, self.truth = shared, Truth()
        self.off = self.database_off = 0.0
        self._offs: dict[str, float] = {}
        self._stepped_at: float | None = None
        self.file = folder / "simulated.sqlite3"
        shutil.copy(template, self.file)
        self.engine = make_engine(f"sqlite:///{self.file}")
        self.judge = Judge(self.engine, now=lambda: self.right_now, in_doubt=self._must_not_send)
        self.receivers = Receivers(self.truth, self.judge.take)
        self.nodes: list[Node] = []
        self.office = SimulatedOffice(self, folder)
        self.partner = self.office.partner("Ungdomsjouren (exempel)")

    def close(self) -> None:
        """Clear everything away."""
        for node in self.nodes:
            node.stop()
        self.engine.dispose()

    @property
    def right_now(self) -> datetime:
        """The instant by which a release is early or not: the database's clock, or the one machine's."""
        return self.truth.now + timedelta(seconds=0 if self.shared else self.off)

    @property
    def in_doubt(self) -> bool:
        """Whether readers and people are turned away, because a clock jumped or the database's disagrees."""
        return self.database_off != 0 if self.shared else self._jumped_since(0)

    def _jumped_since(self, passed: float) -> bool:
        if self._stepped_at is None or self._stepped_at < passed:
            return False
        return self.truth.passed - self._stepped_at < IN_DOUBT.total_seconds() - 1

    def _must_not_send(self, taken: Taken) -> bool:
        return not self.shared and isinstance(taken.sender, Node) and self._jumped_since(taken.sender.started_at)

    def set_clock(self, node: Node, *, off_s: float) -> None:
        """Set a node's clock off by so much; on an embedded database it is the one machine's."""
        self.judge.counts["clock steps"] += 1
        self.judge.hardship = True
        if self.shared:
            self._offs[node.name] = off_s
        elif off_s != self.off:
            self.off, self._stepped_at = off_s, self.truth.passed
            self.pass_time(A_LOOK_S)

    def set_database_clock(self, *, off_s: float) -> None:
        """Set the database's clock off by so much, where it has one."""
        if self.shared:
            self.judge.counts["clock steps"] += 1
            self.judge.hardship = True
            self.database_off = off_s

    def _machine_of(self, name: str) -> Callable[[], datetime]:
        def machine() -> datetime:
            return self.truth.now + timedelta(seconds=self._offs.get(name, 0.0) if self.shared else self.off)

        return machine

    def _of_database(self, _engine: Engine) -> datetime | None:
        return self.truth.now + timedelta(seconds=self.database_off) if self.shared else None

    def pass_time(self, seconds: float) -> None:
        """Let time pass; at every instant at which something is due the nodes wake."""
        until = self.truth.now + timedelta(seconds=seconds)
        while self.truth.now < until:
            self._step(until)
            self._bury_the_dead()
        self.judge.check(closed=self.in_doubt)

    def _step(self, until: datetime, *, without: Node | None = None) -> None:
        self.truth.move_to(min(until, self._next_instant()))
        for node in list(self.nodes):
            if node is not without:
                node.wake()

    def _next_instant(self) -> datetime:
        """The next at which something is due, by whichever clock; the longest step if nothing is."""
        now, off = self.truth.now, self.right_now - self.truth.now
        doubted = self.in_doubt or any(self._offs.values())
        come = [at - off for plan in self.judge.plans.values() for at in (plan.lift_at, plan.lift_at - EXPECTING)]
        come += [at - (node.machine() - now) for node in self.nodes for at in node.alarm.instants()]
        come += [max(at - off + A_MOMENT, now + RETRIES_APART) for at in self._due()]
        return min([now + (IN_DOUBT if doubted else LONGEST_STEP), *(at for at in come if at > now)])

    def _due(self) -> list[datetime]:
        """The next try, and when the next lease must be renewed or runs out."""
        planned = (col(Delivery.state) == DeliveryState.PLANNED, col(Delivery.due_at) > self.right_now)
        held = (col(Delivery.claimed_by).is_not(None), col(Delivery.lease_until) > self.right_now)
        with reading(self.engine) as session:
            due: datetime | None = session.exec(select(func.min(Delivery.due_at)).where(*planned)).one()
            lease: datetime | None = session.exec(select(func.min(Delivery.lease_until)).where(*held)).one()
        leases = [lease - RENEWING, lease] if lease is not None else []
        return leases if due is None else [*leases, due]

    def start_node(self) -> Node:
        """Another worker process; an embedded database has one at a time."""
        self.judge.counts["nodes"] += 1
        self.truth.sleep(0)  # a clock that was set just now was set before this node began
        number = self.judge.counts["nodes"]
        node = Node(
            number,
            self.file,
            truth=self.truth,
            machine=self._machine_of(f"n{number}"),
            of_database=self._of_database,
            receivers=self.receivers,
            alone=not self.shared,
        )
        self.nodes.append(node)
        return node

    def kill(self, node: Node, *, after: int | None = None) -> None:
        """kill -9: now, or after so many acts, each a transaction begun or stored or a message on its way."""
        node.fuse = after
        if after is None:
            node.die()
            self._bury_the_dead()

    def _bury_the_dead(self) -> None:
        for node in [node for node in self.nodes if node.dead]:
            self.judge.counts["crashes"] += 1
            self._gone(node)

    def stop_node(self, node: Node) -> None:
        """End in order."""
        self.judge.counts["stops"] += 1
        self._gone(node)

    def _gone(self, node: Node) -> None:
        self.judge.hardship = True
        self.nodes.remove(node)
        node.stop()

    def nap(self, node: Node, *, seconds: float) -> None:
        """Stop it at its next send for so long, while time and the other nodes go on."""
        node.nap = lambda: self._without(node, seconds)

    def _without(self, sleeper: Node, seconds: float) -> None:
        self.judge.counts["naps"] += 1
        self.judge.hardship = True
        until = self.truth.now + timedelta(seconds=seconds)
        while self.truth.now < until:
            self._step(until, without=sleeper)

    def set_moods(self, *, pushes: Mood, mail: Mood) -> None:
        """How the receivers behave from now on."""
        self.receivers.pushes, self.receivers.mail = pushes, mail
        self.judge.hardship = self.judge.hardship or {pushes, mail} != {Mood.UP}

    def end_well(self) -> None:
        """All is well again: clocks are right, receivers answer, a worker lives. Everything must come to its end."""
        self.set_moods(pushes=Mood.UP, mail=Mood.UP)
        self._offs.clear()
        self.database_off = 0
        if self.off:
            self.off, self._stepped_at = 0, self.truth.passed
        for node in self.nodes:
            node.fuse = node.nap = None
        if not self.nodes:
            self.start_node()
        steps = 0
        while not (self._all_lifts_came() and self.judge.is_settled()):
            self.pass_time(LONGEST_STEP.total_seconds())
            steps += 1
            assert steps < MOST_STEPS, "some deliveries never come to an end"
        self.judge.judge_the_end()

    def _all_lifts_came(self) -> bool:
        coming = (plan for plan in self.judge.plans.values() if plan.stage is Stage.APPROVED)
        return not self.in_doubt and all(plan.recorded for plan in coming)
