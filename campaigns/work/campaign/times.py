"""Setting when a campaign's briefing opens and when its embargo is lifted, while nothing is approved yet."""

from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, Refused
from campaigns.domain.lifecycle import REMEDIES, Move, NotInThisStage, Stage
from campaigns.domain.times import check_lift
from campaigns.store import audit
from campaigns.store.tables import Campaign
from campaigns.work.launch.scheduling import APPROVE, before_the_lift, void_proposals
from campaigns.work.telling import briefed_members, forget, invited_members, tell, tell_of_briefing
from campaigns.work.workplace import Workplace


class BriefingIsOpen(Refused):
    """What partners have been told that they may read is not closed to them again."""

    message = N_("The briefing opened {briefing_opens_at} and partners read it. Leave that time as it is.")


def set_times(
    place: Workplace,
    actor: Actor,
    campaign_id: str,
    *,
    lift_at: datetime,
    briefing_opens_at: datetime,
    now: datetime,
) -> None:
    """Set both times of a campaign that is a draft or in briefing. Partners who were told one are told the new one.

    Raises what `domain.times.check_lift` refuses, BriefingIsOpen, NotInThisStage, AlreadyPublic or NotThere.
    """
    actor.must(Permission.RESCHEDULE)
    with before_the_lift(place, actor, campaign_id, Move.HOLD, now=now) as (session, campaign):
        if campaign.stage not in {Stage.DRAFT, Stage.BRIEFING}:
            remedy = N_("Postpone it, or lift it early, on the page Release.")
            remedy = remedy if campaign.stage in {Stage.APPROVED, Stage.HELD} else REMEDIES[campaign.stage]
            raise NotInThisStage(stage=campaign.stage, move=N_("set the times here"), remedy=remedy)
        check_lift(lift_at, now=now, step=place.lift_step, briefing_opens_at=briefing_opens_at)
        if campaign.stage is Stage.BRIEFING and campaign.briefing_opens_at <= now < briefing_opens_at:
            raise BriefingIsOpen(briefing_opens_at=campaign.briefing_opens_at)
        _set(session, place, campaign, lift_at, briefing_opens_at, now)
        details = {"lift_at": lift_at.isoformat(), "briefing_opens_at": briefing_opens_at.isoformat()}
        audit.record(session, actor, "times.set", now=now, campaign_id=campaign.id, details=details)


def _set(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    lift_at: datetime,
    briefing_opens_at: datetime,
    now: datetime,
) -> None:
    before, opened_at = campaign.lift_at, campaign.briefing_opens_at
    campaign.lift_at, campaign.briefing_opens_at = lift_at, briefing_opens_at
    campaign.generation += lift_at != before
    session.add(campaign)
    if lift_at != before:
        void_proposals(session, campaign, [APPROVE], now=now)
    if campaign.stage is not Stage.BRIEFING:
        return
    if lift_at != before:
        kind = NoticeKind.POSTPONED if lift_at > before else NoticeKind.LIFTED_EARLY
        tell(session, place, kind, briefed_members(session, campaign), campaign=campaign, now=now)
    if (lift_at, briefing_opens_at) != (before, opened_at):
        _tell_anew(session, place, campaign, waited=opened_at > now, now=now)


def _tell_anew(session: Session, place: Workplace, campaign: Campaign, *, waited: bool, now: datetime) -> None:
    """The notice of the open briefing, at its new time and with the new T; at once if it opens with this."""
    forget(session, campaign, [NoticeKind.BRIEFING_OPENED], now=now)
    members = invited_members(session, campaign)
    if waited and campaign.briefing_opens_at <= now:
        tell(session, place, NoticeKind.BRIEFING_OPENED, members, campaign=campaign, now=now)
    else:
        tell_of_briefing(session, place, campaign, members, now=now)
