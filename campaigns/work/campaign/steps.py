"""A campaign's way from draft to lift: which steps are done, which is next, and who works on it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.lifecycle import Stage
from campaigns.store.engine import reading
from campaigns.store.tables import (
    Acceptance,
    AuditEvent,
    Campaign,
    Invitation,
    Member,
    Proposal,
    Question,
)
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.launch.scheduling import APPROVE
from campaigns.work.loading import is_over, texts_of_campaign
from campaigns.work.partners.matching import consented_texts
from campaigns.work.workplace import Workplace


class StepName(StrEnum):
    """The steps in the order people take them, each with the end of its page's address."""

    FACTS = "uppgifter"
    MESSAGES = "budskap"
    PARTNERS = "partner"
    CONSENTS = "beredskap"
    APPROVAL = "godkannande"
    RELEASE = "utskick"


class StepState(StrEnum):
    """How far a step has come."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"
    OVER = "over"


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody of the police organisation who has done something on the campaign, and when they last did."""

    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Overview:
    """What a communicator wants to see first of a campaign. The figures are of those invited now."""

    steps: tuple[tuple[StepName, StepState], ...]
    key_facts: int
    has_briefing: bool
    core_messages: int
    wanted_texts: int
    written_texts: int
    invited: int
    accepted: int
    answers: int
    consented: int
    unanswered: int
    approval_asked: bool
    contact_name: str
    contact_email: str
    colleagues: tuple[Colleague, ...]

    @property
    def next_step(self) -> StepName | None:
        """The one thing to do now."""
        return next((name for name, state in self.steps if state is StepState.NEXT), None)


def overview(place: Workplace, actor: Actor, campaign_id: str, *, public: bool) -> Overview:
    """One's own campaign at a glance, in a number of queries that no partner adds to. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        figures = _texts(session, campaign)
        invited, accepted = _partners(session, campaign)
        done = _done(campaign, figures, invited)
        return Overview(
            steps=_steps(campaign.stage, done, public=public),
            key_facts=len(campaign.key_facts),
            has_briefing=bool(campaign.briefing),
            core_messages=figures["messages"],
            wanted_texts=figures["wanted"],
            written_texts=figures["written"],
            invited=invited,
            accepted=accepted,
            answers=figures["answers"],
            consented=figures["consented"],
            unanswered=_unanswered(session, campaign),
            approval_asked=_is_asked(session, campaign),
            contact_name=campaign.contact_name,
            contact_email=campaign.contact_email,
            colleagues=_colleagues(session, campaign),
        )


def _texts(session: Session, campaign: Campaign) -> Counter[str]:
    rows = texts_of_campaign(session, campaign.id)
    agreed = consented_texts(session, campaign.id)
    core = [(message.id, text) for message, text, _ in rows if message.answers_id is None]
    answers = [text for message, text, _ in rows if message.answers_id is not None]
    messages = {message_id for message_id, _ in core}
    asked = set(campaign.languages) - set(campaign.left_out)
    return Counter(
        messages=len(messages),
        wanted=len(messages) * len(asked),
        written=sum(text.language in asked and bool(text.headline and text.long) for _, text in core),
        answers=len(answers),
        consented=sum(text.id in agreed for text in answers),
    )


def _partners(session: Session, campaign: Campaign) -> tuple[int, int]:
    """How many organisations are invited, and in how many of them somebody has accepted the terms."""
    row = session.exec(
        select(
            func.count(col(Invitation.organisation_id).distinct()),
            func.count(col(Acceptance.organisation_id).distinct()),
        )
        .select_from(Invitation)
        .outerjoin(
            Acceptance,
            (col(Acceptance.campaign_id) == col(Invitation.campaign_id))
            & (col(Acceptance.organisation_id) == col(Invitation.organisation_id)),
        )
        .where(col(Invitation.campaign_id) == campaign.id, col(Invitation.revoked_at).is_(None))
    ).one()
    return int(row[0]), int(row[1])


def _unanswered(session: Session, campaign: Campaign) -> int:
    waiting = select(func.count(col(Question.id))).where(
        col(Question.campaign_id) == campaign.id, col(Question.answered_at).is_(None)
    )
    return session.exec(waiting).one()


def _is_asked(session: Session, campaign: Campaign) -> bool:
    asked = select(Proposal.id).where(
        col(Proposal.campaign_id) == campaign.id, col(Proposal.action) == APPROVE, col(Proposal.settled_at).is_(None)
    )
    return session.exec(asked).first() is not None


def _colleagues(session: Session, campaign: Campaign) -> tuple[Colleague, ...]:
    """From the audit trail, which holds ids only: a member who was erased is not named any more."""
    latest = func.max(col(AuditEvent.at))
    rows = session.exec(
        select(Member.name, latest)
        .join(AuditEvent, col(AuditEvent.member_id) == col(Member.id))
        .where(col(AuditEvent.campaign_id) == campaign.id, col(AuditEvent.organisation_id) == campaign.owner_id)
        .group_by(col(Member.id), col(Member.name))
        .order_by(latest.desc())
    )
    return tuple(Colleague(name=name, at=at) for name, at in rows)


def _done(campaign: Campaign, figures: Counter[str], invited: int) -> dict[StepName, bool]:
    approved = campaign.stage in {Stage.APPROVED, Stage.HELD, Stage.LIVE, Stage.CLOSED}
    return {
        StepName.FACTS: bool(campaign.key_facts and campaign.briefing),
        StepName.MESSAGES: figures["messages"] > 0 and figures["written"] >= figures["wanted"],
        StepName.PARTNERS: campaign.stage is not Stage.DRAFT and invited > 0,
        StepName.CONSENTS: figures["answers"] > 0 and figures["consented"] == figures["answers"],
        StepName.APPROVAL: approved,
        StepName.RELEASE: False,
    }


def _steps(stage: Stage, done: dict[StepName, bool], *, public: bool) -> tuple[tuple[StepName, StepState], ...]:
    """What is not done after approval was not needed; what is over asks nothing."""
    if is_over(stage):
        return tuple((name, StepState.OVER) for name in StepName)
    if public:
        return tuple((name, StepState.DONE) for name in StepName)
    first = next((name for name in StepName if not done[name]), StepName.RELEASE)
    if done[StepName.APPROVAL]:
        first = StepName.RELEASE
        done = dict.fromkeys(StepName, True) | {StepName.RELEASE: False}
    return tuple((name, _state(name, first, done=done[name])) for name in StepName)


def _state(name: StepName, first: StepName, *, done: bool) -> StepState:
    if done:
        return StepState.DONE
    return StepState.NEXT if name is first else StepState.LATER
