"""Simulated releases, the people: what they do to a campaign, and what the model says they are told."""

from collections.abc import Callable
from datetime import datetime, timedelta

from factories import rows, text
from simulated_judge import Plan
from simulated_world import SimulatedWorld
from sqlmodel import col

from campaigns.domain.errors import Refused
from campaigns.domain.lifecycle import Stage
from campaigns.domain.times import ceiling
from campaigns.store.tables import Campaign
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.launch import scheduling

MINUTE = timedelta(minutes=1)
EITHER = frozenset({Stage.APPROVED, Stage.HELD})


class People:
    """A communicator and an approver. Each act raises if its outcome is not what the model says."""

    def __init__(self, world: SimulatedWorld) -> None:
        self._world, self._office, self._place = world, world.office, world.office.place

    @property
    def now(self) -> datetime:
        return self._world.right_now

    def approve_new(self, *, minutes: int, with_partner: bool = False) -> Plan:
        """A new campaign, approved, to be lifted in so many minutes."""
        self._office.now = self.now
        opens_at, lift_at = self.now - MINUTE, ceiling(self.now + minutes * MINUTE, MINUTE)
        campaign_id = self._office.approved(
            *([self._world.partner] if with_partner else []),
            lift_at=lift_at,
            briefing_opens_at=opens_at,
            languages=("sv",),
            core_messages=(MessageDraft(name="huvudbudskap", texts={"sv": text()}),),
        )
        (row,) = rows(self._place, Campaign, col(Campaign.id) == campaign_id)
        plan = Plan(id=campaign_id, slug=row.slug, briefing_opens_at=opens_at, lift_at=lift_at)
        self._world.judge.counts["releases"] += 1
        self._world.judge.stored(plan)
        return plan

    def approve_again(self, plan: Plan) -> None:
        """After it was reopened: a new release, with deliveries of its own."""

        def act(now: datetime) -> None:
            self._office.now = now
            self._office.approve(plan.id)

        may = plan.stage is Stage.BRIEFING and self.now < plan.lift_at
        self._do(plan, "approve again", act, may=may, then=lambda: _set(plan, Stage.APPROVED))

    def hold(self, plan: Plan) -> None:
        """Stop it."""
        may = plan.stage is Stage.APPROVED and not self._too_late(plan)
        who = self._office.approver
        self._do(
            plan,
            "hold",
            lambda now: scheduling.hold(self._place, who, plan.id, now=now),
            may=may,
            then=lambda: _set(plan, Stage.HELD),
        )

    def resume(self, plan: Plan) -> None:
        """Let it go on towards the same T."""
        may = plan.stage is Stage.HELD and self.now < plan.lift_at - scheduling.LAST_MOMENT
        who = self._office.approver
        self._do(
            plan,
            "resume",
            lambda now: scheduling.resume(self._place, who, plan.id, now=now),
            may=may,
            then=lambda: _set(plan, Stage.APPROVED),
        )

    def cancel(self, plan: Plan) -> None:
        """Never."""
        may = plan.stage is not Stage.CANCELLED and not self._too_late(plan)
        who = self._office.approver
        self._do(
            plan,
            "cancel",
            lambda now: scheduling.cancel(self._place, who, plan.id, now=now),
            may=may,
            then=lambda: _set(plan, Stage.CANCELLED),
        )

    def reopen(self, plan: Plan) -> None:
        """Take the approval back."""
        may = plan.stage in EITHER and not self._too_late(plan)
        who = self._office.approver
        self._do(
            plan,
            "reopen",
            lambda now: scheduling.reopen(self._place, who, plan.id, now=now),
            may=may,
            then=lambda: _set(plan, Stage.BRIEFING),
        )

    def postpone(self, plan: Plan, *, minutes: int) -> None:
        """Move T to so many minutes from now."""
        new = ceiling(self.now + minutes * MINUTE, MINUTE)
        can = plan.stage is not Stage.CANCELLED and not self._too_late(plan)
        good = new > max(self.now, plan.briefing_opens_at)
        may = can and good and (new > plan.lift_at or plan.stage not in EITHER)
        who = self._office.communicator
        self._do(
            plan,
            "postpone",
            lambda now: scheduling.postpone(self._place, who, plan.id, lift_at=new, now=now),
            may=may,
            then=lambda: _move(plan, new),
        )

    def ask_early(self, plan: Plan, *, minutes: int) -> None:
        """Ask a colleague to lift so many minutes from now. Nothing changes by that."""
        new, who = ceiling(self.now + minutes * MINUTE, MINUTE), self._office.communicator
        self._do(
            plan,
            "ask for an early lift",
            lambda now: scheduling.propose_lift_early(self._place, who, plan.id, lift_at=new, now=now),
            may=self._may_lift_early(plan, new),
            then=lambda: _ask(plan, new, self.now),
            voids=False,
        )

    def confirm_early(self, plan: Plan, *, by_the_same: bool = False) -> None:
        """Confirm what was asked for. Whoever asked cannot."""
        new, asked_at = plan.asked or (plan.lift_at - MINUTE, datetime.min.replace(tzinfo=self.now.tzinfo))
        fresh = plan.asked is not None and self.now - asked_at < scheduling.PROPOSAL_LASTS
        who = self._office.communicator if by_the_same else self._office.approver
        self._do(
            plan,
            "lift early",
            lambda now: scheduling.confirm_lift_early(self._place, who, plan.id, lift_at=new, now=now),
            may=fresh and not by_the_same and self._may_lift_early(plan, new),
            then=lambda: _move(plan, new),
        )

    def _may_lift_early(self, plan: Plan, new: datetime) -> bool:
        good = max(self.now, plan.briefing_opens_at) < new < plan.lift_at
        return plan.stage is Stage.APPROVED and good and not self._too_late(plan)

    def _too_late(self, plan: Plan) -> bool:
        """From a second before T nothing is stopped."""
        if plan.recorded:
            return True
        if plan.stage is not Stage.APPROVED:
            return False
        return self.now >= plan.lift_at - scheduling.LAST_MOMENT or self._world.judge.has_begun(plan)

    def _do(
        self,
        plan: Plan,
        what: str,
        act: Callable[[datetime], object],
        *,
        may: bool,
        then: Callable[[], None],
        voids: bool = True,
    ) -> None:
        if self._world.in_doubt:
            return  # the pages are closed
        counts = self._world.judge.counts
        refused = _refused(act, self.now)
        assert may is (refused is None), f"{what}: {refused!r}, {plan} at {self.now}"
        if refused is not None:
            counts[f"{what}: refused"] += 1
            return
        counts[what] += 1
        plan.asked = None if voids else plan.asked
        then()
        self._world.judge.stored(plan)


def _refused(act: Callable[[datetime], object], now: datetime) -> Refused | None:
    try:
        act(now)
    except Refused as refused:
        return refused
    return None


def _set(plan: Plan, stage: Stage) -> None:
    plan.stage = stage


def _move(plan: Plan, lift_at: datetime) -> None:
    plan.lift_at = lift_at


def _ask(plan: Plan, lift_at: datetime, now: datetime) -> None:
    plan.asked = lift_at, now
