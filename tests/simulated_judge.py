"""Simulated releases, the judge: a model that says what may be public and sent, held against what is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulated_outside import Taken
from sqlalchemy import Engine
from sqlmodel import col, select

from campaigns.domain.lifecycle import NEEDS_A_PERSON, DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import audit
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.reading import public_campaigns

REPEATABLE = frozenset({ChannelKind.WEBHOOK})


@dataclass(kw_only=True)
class Plan:
    """What the model knows of one campaign. `bodies` are those that may leave, by id; `old` are ids that never may."""

    id: str
    slug: str
    briefing_opens_at: datetime
    lift_at: datetime
    stage: Stage = Stage.APPROVED
    recorded: bool = False
    asked: tuple[datetime, datetime] | None = None
    bodies: dict[str, bytes] = field(default_factory=dict, repr=False)
    old: set[str] = field(default_factory=set, repr=False)


@dataclass
class Judge:
    """`now` is the instant by which a release is early or not; `in_doubt` tells whether a sender may send at all."""

    engine: Engine
    now: Callable[[], datetime]
    in_doubt: Callable[[Taken], bool]
    plans: dict[str, Plan] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    hardship: bool = False
    _plan_of: dict[str, Plan] = field(default_factory=dict)
    _taken: dict[str, Taken] = field(default_factory=dict)

    def take(self, taken: Taken) -> None:
        """One message reached a receiver. Notices to members are no part of a release, but come once all the same."""
        before = self._taken.get(taken.id)
        self._taken[taken.id] = taken
        if before is not None:
            self._again(before, taken)
        if self.in_doubt(taken):
            self._say("sent in doubt", taken)
        plan = self._plan_of.get(taken.id)
        if plan is not None:
            self._may_leave(plan, taken)

    def _again(self, before: Taken, taken: Taken) -> None:
        """A push may come twice where its sender could not know that it had come; a letter never."""
        explained = (
            not before.answered or before.sender.died_in(before.beat) or before.held_up or taken.held_up
        ) and not taken.is_letter
        if explained:
            self.counts["explained doubles"] += 1
        else:
            self._say("twice", taken)

    def _may_leave(self, plan: Plan, taken: Taken) -> None:
        if plan.stage is not Stage.APPROVED:
            self._say(f"sent while {plan.stage}", taken)
        if self.now() < plan.lift_at:
            self._say("early", taken)
        if taken.id in plan.old:
            self._say("of an old release", taken)
        elif not taken.body.endswith(plan.bodies[taken.id]):
            self._say("other words", taken)

    def _say(self, what: str, taken: Taken) -> None:
        self.counts[what] += 1
        plan = self._plan_of.get(taken.id)
        self.wrong.append(f"{what}: {taken.id} by {taken.sender.name} at {taken.at}, judged at {self.now()}, {plan}")

    def stored(self, plan: Plan) -> None:
        """Something about this campaign was stored: its deliveries and their bytes are those that count from now on."""
        rows = [row for row in self._rows(plan) if row.state is not DeliveryState.CANCELLED]
        bodies = {row.id: row.body for row in rows}
        plan.old |= plan.bodies.keys() - bodies.keys()
        plan.bodies = bodies
        self.plans[plan.id] = plan
        self._plan_of |= dict.fromkeys(bodies, plan)

    def _rows(self, plan: Plan) -> list[Delivery]:
        with reading(self.engine) as session:
            found = session.exec(
                select(Delivery).where(col(Delivery.campaign_id) == plan.id, col(Delivery.event) != Event.NOTICE)
            ).all()
            session.expunge_all()
            return list(found)

    def check(self, *, closed: bool) -> None:
        """What is public is what the model says, and nothing wrong was sent. `closed`: readers are turned away."""
        assert not self.wrong, "\n".join(self.wrong)
        with reading(self.engine) as session:
            live = select(Campaign.id).where(col(Campaign.stage) == Stage.LIVE)
            recorded = {id_ for id_ in session.exec(live) if id_ in self.plans}
        for plan in (self.plans[id_] for id_ in recorded):
            assert plan.stage is Stage.APPROVED, f"live though {plan}"
            came = plan.recorded or closed or self.now() >= plan.lift_at or self.has_begun(plan)
            assert came, f"recorded early: {plan}"
            plan.recorded = True
        if not closed:
            seen = {card.slug for card in public_campaigns(self.engine, language="sv", now=self.now())}
            may_be_seen = {plan.slug for plan in self.plans.values() if self._is_public(plan)}
            assert seen == may_be_seen, f"public and may not: {seen - may_be_seen}, not public: {may_be_seen - seen}"

    def has_begun(self, plan: Plan) -> bool:
        """Whether anything of it was ever on its way: T has come then, also if a clock was set back since."""
        return any(row.attempts for row in self._rows(plan))

    def _is_public(self, plan: Plan) -> bool:
        return plan.recorded or (plan.stage is Stage.APPROVED and self.now() >= plan.lift_at)

    def is_settled(self) -> bool:
        """Whether everything that may leave has come to its end."""
        return not any(self._waits(row) for plan in self.plans.values() for row in self._rows(plan))

    def _waits(self, row: Delivery) -> bool:
        handed_over = row.state is DeliveryState.SENDING and row.claimed_by is None
        return not handed_over and row.state in {DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.SENDING}

    def judge_the_end(self) -> None:
        """All is well again and everything has come to its end: nothing is lost, and the audit trail is whole."""
        for plan in self.plans.values():
            for row in self._rows(plan):
                self._judge_row(plan, row)
        assert not self.wrong, "\n".join(self.wrong)
        with reading(self.engine) as session:
            assert not list(audit.breaks(session)), "the audit trail is broken"

    def _judge_row(self, plan: Plan, row: Delivery) -> None:
        self.counts[f"ended {row.state}"] += 1
        good = {
            Stage.HELD: {DeliveryState.HELD},
            Stage.CANCELLED: {DeliveryState.CANCELLED},
            Stage.BRIEFING: {DeliveryState.CANCELLED},
            Stage.APPROVED: {DeliveryState.LIVE, DeliveryState.SENDING, *NEEDS_A_PERSON},
        }[Stage.CANCELLED if row.id in plan.old else plan.stage]
        came = row.id in self._taken
        if row.state not in good:
            self._lost(f"{row.kind} {row.id} ended {row.state}, {plan}")
        if row.state in {DeliveryState.LIVE, DeliveryState.SENDING} and not came:
            self._lost(f"{row.kind} {row.id} is called {row.state} and never came")
        if row.state in NEEDS_A_PERSON and not self.hardship:
            self._lost(f"{row.kind} {row.id} ended {row.state} though nothing ever happened")
        if row.state is DeliveryState.UNKNOWN and row.kind in REPEATABLE and row.attempts < 2:
            self._lost(f"{row.kind} {row.id} ended unknown and could have been repeated")

    def _lost(self, what: str) -> None:
        self.counts["lost"] += 1
        self.wrong.append(f"lost: {what}")
