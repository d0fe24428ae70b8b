"""What waits for the police in their own campaigns: one query a kind of card, however many campaigns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import OPEN_BY_RECORD
from campaigns.domain.lifecycle import NEEDS_A_PERSON, Stage
from campaigns.domain.release import Event
from campaigns.store import visibility
from campaigns.store.tables import (
    Acceptance,
    Campaign,
    Consent,
    Delivery,
    Invitation,
    Message,
    Proposal,
    Question,
    ReleasedText,
    Text,
    UnreadCorrection,
)
from campaigns.work.late.adding import ADD_LANGUAGE
from campaigns.work.launch.correcting import WITHDRAW
from campaigns.work.launch.scheduling import APPROVE, LIFT_EARLY, PROPOSAL_LASTS
from campaigns.work.overview.cards import Card, Waits
from campaigns.work.translating.unread import waits_for_a_reader

OVER = (Stage.CLOSED, Stage.CANCELLED, Stage.WITHDRAWN)
MAY_CONFIRM = {
    APPROVE: (Waits.APPROVAL, Permission.APPROVE),
    LIFT_EARLY: (Waits.LIFT_EARLY, Permission.RESCHEDULE),
    WITHDRAW: (Waits.WITHDRAWAL, Permission.WITHDRAW),
}


def police_cards(session: Session, actor: Actor, *, now: datetime) -> Iterator[Card]:
    """Everything that waits for this member in the campaigns of their organisation."""
    if actor.may(Permission.ANSWER):
        yield from _questions(session, actor)
    yield from _proposals(session, actor, now)
    if actor.may(Permission.REPORT):
        yield from _deliveries(session, actor)
    if actor.may(Permission.EDIT_CORE):
        yield from _unread(session, actor)
        yield from _languages(session, actor)
    if actor.may(Permission.BRIEF):
        yield from _terms(session, actor)
        yield from _consents(session, actor)


def _questions(session: Session, actor: Actor) -> Iterator[Card]:
    rows = session.exec(
        select(Campaign.id, Campaign.name, func.count(), func.min(Question.asked_at))
        .join(Question, col(Question.campaign_id) == col(Campaign.id))
        .where(visibility.is_owned_by(actor), col(Question.answered_at).is_(None), col(Campaign.stage).not_in(OVER))
        .group_by(col(Campaign.id), col(Campaign.name))
    )
    for campaign_id, name, count, at in rows:
        yield Card(waits=Waits.QUESTIONS, campaign_id=campaign_id, name=name, count=count, at=at)


def _proposals(session: Session, actor: Actor, now: datetime) -> Iterator[Card]:
    """What another asked for and this member may confirm, the newest of each kind a campaign."""
    rows = session.exec(
        select(Campaign, Proposal)
        .join(Proposal, col(Proposal.campaign_id) == col(Campaign.id))
        .where(
            visibility.is_owned_by(actor),
            col(Proposal.settled_at).is_(None),
            col(Proposal.proposed_by) != actor.member_id,
            (col(Proposal.action) == APPROVE) | (col(Proposal.proposed_at) > now - PROPOSAL_LASTS),
        )
        .order_by(col(Proposal.proposed_at))
    )
    newest = {(campaign.id, proposal.action): (campaign, proposal) for campaign, proposal in rows}
    yield from _late_languages(actor, newest.values(), now)
    for campaign, proposal in newest.values():
        if proposal.action not in MAY_CONFIRM:
            continue
        waits, permission = MAY_CONFIRM[proposal.action]
        if actor.may(permission) and _still_open(campaign, waits):
            yield Card(
                waits=waits,
                campaign_id=campaign.id,
                name=campaign.name,
                at=proposal.proposed_at,
                lift_at=proposal.lift_at or campaign.lift_at,
            )


def _late_languages(actor: Actor, asked: Iterable[tuple[Campaign, Proposal]], now: datetime) -> Iterator[Card]:
    """One card a campaign for all languages that others want to add to it."""
    found: dict[str, tuple[Campaign, list[str]]] = {}
    for campaign, proposal in asked:
        tag = proposal.action.removeprefix(ADD_LANGUAGE)
        too_late = proposal.lift_at is not None and proposal.lift_at <= now
        if tag != proposal.action and not too_late and campaign.stage in OPEN_BY_RECORD - {Stage.CLOSED}:
            found.setdefault(campaign.id, (campaign, []))[1].append(tag)
    for campaign, tags in found.values():
        if actor.may(Permission.APPROVE):
            yield _card(Waits.LANGUAGE, campaign, count=len(tags), languages=tuple(sorted(tags)))


def _still_open(campaign: Campaign, waits: Waits) -> bool:
    wanted = {
        Waits.APPROVAL: {Stage.BRIEFING},
        Waits.LIFT_EARLY: {Stage.APPROVED},
        Waits.WITHDRAWAL: {Stage.LIVE, Stage.CLOSED},
    }
    return campaign.stage in wanted[waits]


def _deliveries(session: Session, actor: Actor) -> Iterator[Card]:
    rows = session.exec(
        select(Campaign.id, Campaign.name, func.count(), func.min(Delivery.planned_at))
        .join(Delivery, col(Delivery.campaign_id) == col(Campaign.id))
        .where(
            visibility.is_owned_by(actor),
            col(Delivery.state).in_(NEEDS_A_PERSON),
            col(Delivery.event) != Event.NOTICE,
        )
        .group_by(col(Campaign.id), col(Campaign.name))
    )
    for campaign_id, name, count, at in rows:
        yield Card(waits=Waits.DELIVERIES, campaign_id=campaign_id, name=name, count=count, at=at)


def _unread(session: Session, actor: Actor) -> Iterator[Card]:
    """Corrected translations that became public before another had read them, for whoever wrote none of them."""
    rows = session.exec(
        select(Campaign, Text.language, UnreadCorrection)
        .join(ReleasedText, col(ReleasedText.campaign_id) == col(Campaign.id))
        .join(UnreadCorrection, col(UnreadCorrection.released_text_id) == col(ReleasedText.id))
        .join(Text, col(Text.id) == col(UnreadCorrection.text_id))
        .where(visibility.is_owned_by(actor), col(Campaign.stage).not_in(OVER), *waits_for_a_reader())
        .order_by(col(UnreadCorrection.decided_at))
    )
    found: dict[str, list[tuple[Campaign, str, UnreadCorrection]]] = {}
    for campaign, language, waiting in rows:
        if actor.member_id not in waiting.written_by:
            found.setdefault(campaign.id, []).append((campaign, language, waiting))
    for texts in found.values():
        campaign, _, oldest = texts[0]
        yield Card(
            waits=Waits.UNREAD,
            campaign_id=campaign.id,
            name=campaign.name,
            count=len(texts),
            at=oldest.decided_at,
            languages=tuple(dict.fromkeys(language for _, language, _ in texts)),
        )


def _languages(session: Session, actor: Actor) -> Iterator[Card]:
    """Campaigns before approval in which a core message lacks a language that nobody left out."""
    before_approval = visibility.is_owned_by(actor), col(Campaign.stage).in_([Stage.DRAFT, Stage.BRIEFING])
    campaigns = session.exec(select(Campaign).where(*before_approval).order_by(col(Campaign.lift_at))).all()
    rows = session.exec(
        select(Message.campaign_id, Message.id, Text.language)
        .join(Campaign, (col(Message.campaign_id) == col(Campaign.id)) & col(Message.answers_id).is_(None))
        .outerjoin(Text, col(Text.message_id) == col(Message.id))
        .where(*before_approval)
    )
    written: dict[str, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    for campaign_id, message_id, language in rows:
        written[campaign_id][message_id].add(language)
    for campaign in campaigns:
        missing = tuple(
            tag
            for tag in campaign.languages
            if tag not in campaign.left_out and any(tag not in tags for tags in written[campaign.id].values())
        )
        if missing:
            yield _card(Waits.LANGUAGES, campaign, count=len(missing), languages=missing)


def _terms(session: Session, actor: Actor) -> Iterator[Card]:
    """How many invited organisations there are in which nobody has accepted the terms."""
    accepted = exists().where(
        col(Acceptance.campaign_id) == col(Invitation.campaign_id),
        col(Acceptance.organisation_id) == col(Invitation.organisation_id),
    )
    rows = session.exec(
        select(Campaign, func.count())
        .join(Invitation, col(Invitation.campaign_id) == col(Campaign.id))
        .where(*_in_briefing(actor), col(Invitation.revoked_at).is_(None), ~accepted)
        .group_by(col(Campaign.id))
    )
    for campaign, count in rows:
        yield _card(Waits.PARTNERS_TERMS, campaign, count=count)


def _consents(session: Session, actor: Actor) -> Iterator[Card]:
    """How many of the partners' texts wait for consent."""
    agreed = exists().where(
        col(Consent.text_id) == col(Text.id),
        col(Consent.revision) == col(Text.revision),
        col(Consent.taken_back_at).is_(None),
    )
    rows = session.exec(
        select(Campaign, func.count())
        .join(Message, col(Message.campaign_id) == col(Campaign.id))
        .join(Text, col(Text.message_id) == col(Message.id))
        .join(
            Invitation,
            (col(Invitation.campaign_id) == col(Campaign.id))
            & (col(Invitation.organisation_id) == col(Message.organisation_id)),
        )
        .where(
            *_in_briefing(actor), col(Message.answers_id).is_not(None), col(Invitation.revoked_at).is_(None), ~agreed
        )
        .group_by(col(Campaign.id))
    )
    for campaign, count in rows:
        yield _card(Waits.PARTNERS_CONSENT, campaign, count=count)


def _in_briefing(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return visibility.is_owned_by(actor), col(Campaign.stage) == Stage.BRIEFING


def _card(waits: Waits, campaign: Campaign, *, count: int, languages: tuple[str, ...] = ()) -> Card:
    return Card(
        waits=waits,
        campaign_id=campaign.id,
        name=campaign.name,
        count=count,
        lift_at=campaign.lift_at,
        languages=languages,
    )
