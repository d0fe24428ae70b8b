"""The campaigns an organisation has: its own for the police, those it may know of for a partner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.lifecycle import Stage
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Invitation, Question
from campaigns.work.campaign.at_hand import AtHand
from campaigns.work.loading import is_over
from campaigns.work.workplace import Workplace


class Part(StrEnum):
    """The parts of a list of campaigns, by how much they ask of people now."""

    WORKING = "working"
    COMING = "coming"
    PUBLIC = "public"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class CampaignLine:
    """One campaign in the list. For a partner neither figure is told."""

    at: AtHand
    invited: int = 0
    unanswered: int = 0

    @property
    def part(self) -> Part:
        """Where in the list it belongs."""
        if is_over(self.at.stage):
            return Part.OVER
        if self.at.public:
            return Part.PUBLIC
        return Part.WORKING if self.at.stage in {Stage.DRAFT, Stage.BRIEFING} else Part.COMING


def campaigns_at_hand(place: Workplace, actor: Actor, *, now: datetime) -> tuple[CampaignLine, ...]:
    """Every campaign the member may know of, the next lift first and those that are past last, in three queries."""
    may_read = actor.may(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        rows = session.exec(
            select(
                Campaign,
                visibility.is_owned_by(actor),
                visibility.briefing_is_open(actor, now),
                visibility.has_accepted(actor),
            ).where(visibility.is_owned_by(actor) | (visibility.is_invited(actor) & visibility.exists_for(actor, now)))
        ).all()
        invited, unanswered = _invited(session, actor), _unanswered(session, actor)
        lines = [
            CampaignLine(
                at=_at_hand(
                    campaign, owned=bool(owned), opened=bool(opened) and may_read, accepted=bool(accepted), now=now
                ),
                invited=invited.get(campaign.id, 0),
                unanswered=unanswered.get(campaign.id, 0),
            )
            for campaign, owned, opened, accepted in rows
        ]
    return tuple(sorted(lines, key=lambda line: _order(line, now)))


def _invited(session: Session, actor: Actor) -> Mapping[str, int]:
    """How many organisations are invited to each of one's own campaigns."""
    counted = func.count(col(Invitation.organisation_id))
    rows = session.exec(
        select(Invitation.campaign_id, counted)
        .join(Campaign, col(Campaign.id) == col(Invitation.campaign_id))
        .where(visibility.is_owned_by(actor), col(Invitation.revoked_at).is_(None))
        .group_by(col(Invitation.campaign_id))
    )
    return dict(rows.all())


def _unanswered(session: Session, actor: Actor) -> Mapping[str, int]:
    """How many questions wait for an answer in each of one's own campaigns."""
    rows = session.exec(
        select(Question.campaign_id, func.count(col(Question.id)))
        .join(Campaign, col(Campaign.id) == col(Question.campaign_id))
        .where(visibility.is_owned_by(actor), col(Question.answered_at).is_(None))
        .group_by(col(Question.campaign_id))
    )
    return dict(rows.all())


def _at_hand(campaign: Campaign, *, owned: bool, opened: bool, accepted: bool, now: datetime) -> AtHand:
    public = is_public(campaign.embargo, now=now)
    named = opened or public
    return AtHand(
        id=campaign.id,
        name=campaign.name if named else "",
        slug=campaign.slug if named else "",
        stage=campaign.stage,
        lift_at=campaign.lift_at,
        briefing_opens_at=campaign.briefing_opens_at,
        public=public,
        is_own=owned,
        is_open=opened,
        has_accepted=accepted,
        example=campaign.example,
    )


def _order(line: CampaignLine, now: datetime) -> tuple[bool, float]:
    """What is ahead by its lift, then what is past, the latest first."""
    past = line.part in {Part.PUBLIC, Part.OVER}
    away = (line.at.lift_at - now).total_seconds()
    return past, -away if past else away
