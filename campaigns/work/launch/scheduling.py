"""Changing when, or whether, a campaign is lifted: hold, resume, postpone, lift early, cancel.

Each raises the campaign's generation. What a worker armed under an earlier generation is refused when it would leave.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, two_people
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import MemberId, new_id
from campaigns.domain.lifecycle import (
    REMEDIES,
    AlreadyPublic,
    DeliveryState,
    Move,
    NotInThisStage,
    Stage,
    after,
)
from campaigns.domain.release import ChannelKind
from campaigns.domain.times import check_lift
from campaigns.store import audit, generations
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Proposal, ReleasedUpload
from campaigns.work.launch.freezing import thaw
from campaigns.work.launch.lifting import has_begun
from campaigns.work.launch.planning import remind_by_hand
from campaigns.work.library.wanting import want_material
from campaigns.work.loading import own_campaign, release_of
from campaigns.work.service.publishing import must_be_armed
from campaigns.work.telling import WHILE_PREPARING, briefed_members, forget, invited_members, tell, tell_of_briefing
from campaigns.work.uploads.freezing import uploads_leave
from campaigns.work.workplace import Workplace

APPROVE = "approve"
LIFT_EARLY = "lift_early"
PROPOSAL_LASTS = timedelta(hours=24)
"""How long an early lift or a withdrawal waits for its second person: after a day the picture has changed."""
LAST_MOMENT = timedelta(seconds=1)
"""Closer to T than this nothing is stopped: pages open by the clock, and a stop stored after T would come too late."""


class NotEarlier(Refused):
    """Lifting early means earlier."""

    message = N_("{new} is not before the lift {lift_at}. Postpone instead.")


class NotLater(Refused):
    """Postponing an approved campaign means later; earlier takes two people."""

    message = N_("{new} is not after the lift {lift_at}. To lift earlier, two people must agree: use lift early.")


class NothingToConfirm(Refused):
    """A second person confirms what a first one asked for."""

    message = N_("Nobody has asked for this. One person asks, another confirms.")


class LiftHasPassed(Refused):
    """Resuming after T would publish at once, which nobody decided."""

    message = N_("The lift {lift_at} passed while the campaign was held. Postpone it to a new time first.")


def must_not_be_public(campaign: Campaign, move: Move, *, now: datetime) -> None:
    """Raise AlreadyPublic from one second before T: whoever comes later has lost the race, and is told so."""
    if too_late_to_stop(campaign, now=now):
        raise AlreadyPublic(lift_at=campaign.lift_at, move=move)


def too_late_to_stop(campaign: Campaign, *, now: datetime) -> bool:
    """Whether the campaign is public, or will be before a stop could be stored."""
    if campaign.stage is Stage.APPROVED:
        return now >= campaign.lift_at - LAST_MOMENT
    return campaign.stage in {Stage.LIVE, Stage.CLOSED}


@contextmanager
def before_the_lift(
    place: Workplace, actor: Actor, campaign_id: str, move: Move, *, now: datetime
) -> Iterator[tuple[Session, Campaign]]:
    """A transaction that changes whether or when a campaign is lifted, while it still can.

    T is judged when the lock is held, and once more before it is stored, since both the wait and the work take time.
    Where something has left already T has come, even if it is not recorded yet and a clock was set back since.
    Raises NotThere or AlreadyPublic.
    """
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        must_not_be_public(campaign, move, now=place.latest(now))
        if campaign.stage is Stage.APPROVED and has_begun(session, campaign):
            raise AlreadyPublic(lift_at=campaign.lift_at, move=move)
        lift_at, opens_by_clock = campaign.lift_at, campaign.stage is Stage.APPROVED
        yield session, campaign
        session.flush()
        if opens_by_clock and place.clock() >= lift_at - LAST_MOMENT / 2:
            raise AlreadyPublic(lift_at=lift_at, move=move)


def hold(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Stop an approved campaign before T. Nothing opens or leaves until it is resumed. One person is enough to stop."""
    actor.must(Permission.HOLD)
    with before_the_lift(place, actor, campaign_id, Move.HOLD, now=now) as (session, campaign):
        campaign.stage = after(campaign.stage, Move.HOLD)
        _new_generation(session, campaign, state=DeliveryState.HELD, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.HELD, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "campaign.held", now=now, campaign_id=campaign.id)


def resume(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Let a held campaign go on towards the same T. Raises LiftHasPassed if that is over, or PublishingIsDisarmed."""
    actor.must(Permission.HOLD)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        stage = after(campaign.stage, Move.RESUME)
        must_be_armed(session)
        if place.latest(now) >= campaign.lift_at - LAST_MOMENT:
            raise LiftHasPassed(lift_at=campaign.lift_at)
        campaign.stage = stage
        _new_generation(session, campaign, state=DeliveryState.PLANNED, now=now)
        remind_by_hand(session, place, campaign, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.RESUMED, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "campaign.resumed", now=now, campaign_id=campaign.id)


def postpone(place: Workplace, actor: Actor, campaign_id: str, *, lift_at: datetime, now: datetime) -> None:
    """Move T, to a later time or, before approval, to any. Everyone who was briefed is told. A held one stays held.

    Earlier is never one person's decision once the release is approved, held or not: that is lifting early.
    Raises NotLater, NotInThisStage, AlreadyPublic, or what `domain.times.check_lift` refuses.
    """
    actor.must(Permission.RESCHEDULE)
    with before_the_lift(place, actor, campaign_id, Move.HOLD, now=now) as (session, campaign):
        if campaign.stage not in {Stage.DRAFT, Stage.BRIEFING, Stage.APPROVED, Stage.HELD}:
            raise NotInThisStage(stage=campaign.stage, move=N_("postpone"), remedy=REMEDIES[campaign.stage])
        if campaign.stage in {Stage.APPROVED, Stage.HELD} and lift_at <= campaign.lift_at:
            raise NotLater(new=lift_at, lift_at=campaign.lift_at)
        _move_lift(session, place, campaign, lift_at, now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.POSTPONED, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "campaign.postponed", now=now, campaign_id=campaign.id,
                     details={"lift_at": lift_at.isoformat()})  # fmt: skip


def propose_lift_early(place: Workplace, actor: Actor, campaign_id: str, *, lift_at: datetime, now: datetime) -> None:
    """Ask a colleague to confirm an earlier T. Nothing changes until another person does."""
    actor.must(Permission.RESCHEDULE)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _may_lift_early(session, place, campaign, lift_at, now)
        session.add(
            Proposal(
                id=new_id(),
                campaign_id=campaign.id,
                action=LIFT_EARLY,
                lift_at=lift_at,
                proposed_by=actor.member_id or "",
                proposed_at=now,
            )
        )
        audit.record(session, actor, "lift_early.asked", now=now, campaign_id=campaign.id,
                     details={"lift_at": lift_at.isoformat()})  # fmt: skip


def confirm_lift_early(place: Workplace, actor: Actor, campaign_id: str, *, lift_at: datetime, now: datetime) -> None:
    """Confirm an earlier T that another person asked for. Everyone who was briefed is told at once.

    What was asked for lapses after a day, and when the lift was held or moved since: then it is asked for anew.
    Raises NothingToConfirm, NeedsAnotherPerson, or what `propose_lift_early` raises if the time has run out.
    """
    actor.must(Permission.RESCHEDULE)
    with before_the_lift(place, actor, campaign_id, Move.GO_LIVE, now=now) as (session, campaign):
        _may_lift_early(session, place, campaign, lift_at, now)
        proposal = open_proposal(session, campaign, LIFT_EARLY, actor, lift_at=lift_at, now=now)
        settle_proposal(session, proposal, actor, now)
        _move_lift(session, place, campaign, lift_at, now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.LIFTED_EARLY, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "campaign.lifted_early", now=now, campaign_id=campaign.id,
                     details={"lift_at": lift_at.isoformat()})  # fmt: skip


def _may_lift_early(session: Session, place: Workplace, campaign: Campaign, lift_at: datetime, now: datetime) -> None:
    must_not_be_public(campaign, Move.GO_LIVE, now=now)
    must_be_armed(session)
    if campaign.stage is not Stage.APPROVED:
        raise NotInThisStage(stage=campaign.stage, move=N_("lift early"), remedy=REMEDIES[campaign.stage])
    if lift_at >= campaign.lift_at:
        raise NotEarlier(new=lift_at, lift_at=campaign.lift_at)
    check_lift(lift_at, now=now, step=place.lift_step, briefing_opens_at=campaign.briefing_opens_at)


def open_proposal(
    session: Session,
    campaign: Campaign,
    action: str,
    actor: Actor,
    *,
    lift_at: datetime | None = None,
    revision: str = "",
    now: datetime,
) -> Proposal:
    """What someone asked for in the last 24 hours and nobody has confirmed yet. Raises NothingToConfirm."""
    asked = session.exec(
        select(Proposal)
        .where(
            col(Proposal.campaign_id) == campaign.id,
            col(Proposal.action) == action,
            col(Proposal.settled_at).is_(None),
            col(Proposal.proposed_at) > now - PROPOSAL_LASTS,
            col(Proposal.revision) == revision,
            col(Proposal.lift_at) == lift_at if lift_at else col(Proposal.lift_at).is_(None),
        )
        .order_by(col(Proposal.proposed_at).desc())
        .with_for_update()
    ).all()
    if not asked:
        raise NothingToConfirm
    return of_another(asked, actor)


def of_another(asked: Sequence[Proposal], actor: Actor) -> Proposal:
    """The newest that someone else asked for, so that two who both asked can each confirm; else the newest."""
    return next((proposal for proposal in asked if proposal.proposed_by != actor.member_id), asked[0])


def void_proposals(session: Session, campaign: Campaign, actions: Collection[str], *, now: datetime) -> None:
    """Close what was asked for and was overtaken: settled by nobody, so that nobody can confirm it any more."""
    overtaken = session.exec(
        select(Proposal).where(
            col(Proposal.campaign_id) == campaign.id,
            col(Proposal.action).in_(actions),
            col(Proposal.settled_at).is_(None),
        )
    )
    for proposal in overtaken:
        proposal.settled_at = now
        session.add(proposal)


def settle_proposal(session: Session, proposal: Proposal, actor: Actor, now: datetime) -> None:
    """Confirm as the second person. Raises NeedsAnotherPerson."""
    two_people(MemberId(proposal.proposed_by), actor.member_id)
    proposal.settled_by, proposal.settled_at = actor.member_id, now
    session.add(proposal)


def cancel(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Decide that a campaign will never be public. Everyone who was briefed is told."""
    actor.must(Permission.HOLD)
    with before_the_lift(place, actor, campaign_id, Move.CANCEL, now=now) as (session, campaign):
        supersede(session, place, campaign, Move.CANCEL, now=now)
        forget(session, campaign, WHILE_PREPARING, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.CANCELLED, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "campaign.cancelled", now=now, campaign_id=campaign.id)


def reopen(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Take the approval back before the lift, so that texts can be edited. The frozen release is never used again."""
    actor.must(Permission.HOLD)
    with before_the_lift(place, actor, campaign_id, Move.REOPEN, now=now) as (session, campaign):
        supersede(session, place, campaign, Move.REOPEN, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.TEXT_CHANGED, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "release.reopened", now=now, campaign_id=campaign.id)


def supersede(session: Session, place: Workplace, campaign: Campaign, move: Move, *, now: datetime) -> None:
    """Leave the approved stage before T: the release is never used again and its deliveries are cancelled."""
    campaign.stage = after(campaign.stage, move)
    release = release_of(session, campaign)
    if release is not None:
        thaw(session, release, now=now)
        uploads_leave(session, col(ReleasedUpload.release_id) == release.id, now=now)
    void_proposals(session, campaign, [APPROVE], now=now)
    _new_generation(session, campaign, state=DeliveryState.CANCELLED, now=now)
    want_material(session, place, campaign, now=now)


def _move_lift(session: Session, place: Workplace, campaign: Campaign, lift_at: datetime, now: datetime) -> None:
    """Set a new T; every delivery of the release keeps its id and its words, and its bytes say the new time."""
    check_lift(lift_at, now=now, step=place.lift_step, briefing_opens_at=campaign.briefing_opens_at)
    campaign.lift_at = lift_at
    void_proposals(session, campaign, [APPROVE], now=now)
    forget(session, campaign, [NoticeKind.BRIEFING_OPENED], now=now)
    tell_of_briefing(session, place, campaign, invited_members(session, campaign), now=now)
    held = campaign.stage is Stage.HELD
    _new_generation(session, campaign, state=DeliveryState.HELD if held else DeliveryState.PLANNED, now=now)
    _move_deliveries(session, place, campaign)
    want_material(session, place, campaign, now=now)
    if not held:
        remind_by_hand(session, place, campaign, now=now)


def _move_deliveries(session: Session, place: Workplace, campaign: Campaign) -> None:
    """Every delivery says the new time and leaves then. What it says else is what was approved."""

    def moved(kind: ChannelKind, body: bytes) -> bytes:
        return place.channels[kind].moved(body, to=campaign.lift_at)

    generations.move(session, campaign_id=campaign.id, generation=campaign.generation, to=campaign.lift_at, moved=moved)


def _new_generation(session: Session, campaign: Campaign, *, state: DeliveryState, now: datetime) -> None:
    """Raise the generation and take every unsent delivery of the release back from whoever holds it."""
    campaign.generation += 1
    session.add(campaign)
    forget(session, campaign, [NoticeKind.BY_HAND_REMINDER], now=now)
    void_proposals(session, campaign, [LIFT_EARLY], now=now)
    session.flush()
    generations.take_back(session, campaign_id=campaign.id, generation=campaign.generation, state=state)
