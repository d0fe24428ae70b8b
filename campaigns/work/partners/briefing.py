"""Briefing partners: inviting them, the embargo terms, reading the briefing, questions and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import QuestionId, new_id
from campaigns.domain.lifecycle import REMEDIES, AlreadyPublic, Move, NotInThisStage, Stage, after
from campaigns.domain.subscriptions import concerns
from campaigns.domain.texts import KeyFact, TextContent
from campaigns.i18n import words_for
from campaigns.store import audit
from campaigns.store.edition_sets import take_back_all_of
from campaigns.store.engine import reading, writing
from campaigns.store.tables import (
    Acceptance,
    Campaign,
    Invitation,
    Member,
    Message,
    Organisation,
    Question,
    Subscription,
    TermsVersion,
    Text,
)
from campaigns.work.launch.scheduling import too_late_to_stop
from campaigns.work.loading import asked_campaign, briefed_campaign, is_over, lock, members_of, own_campaign
from campaigns.work.partners.leaving import organisation_leaves
from campaigns.work.partners.questions import waiting_question
from campaigns.work.telling import (
    WHILE_PREPARING,
    briefed_members,
    forget,
    invited_members,
    owners,
    tell,
    tell_of_briefing,
)
from campaigns.work.workplace import Workplace

FIRST_TERMS = 1
TERMS = N_(
    "You may read and prepare. You may not publish, forward or tell anyone outside your organisation before the "
    "embargo is lifted {lift_at}. Inside your organisation, share only with those who need it to prepare. If the "
    "press asks, refer to the police contact. If something has leaked, say so at once: nobody will look for who it was."
)


class OldTerms(Refused):
    """A member accepts the terms as they are now, or not at all."""

    message = N_("The embargo terms have a newer version. Read version {current} and accept that one.")


class NotVerified(Refused):
    """Whoever calls itself an organisation is not therefore one: somebody has checked it before it is told anything."""

    message = N_("{name} is not verified, so it cannot be told of campaigns. Ask a steward to verify the organisation.")


class NothingAsked(Refused):
    """A question or an answer without words."""

    message = N_("Write something first.")


class CampaignIsOver(Refused):
    """Nothing more is prepared for a campaign that is closed, cancelled or withdrawn."""

    message = N_("The campaign is {stage}. Nothing more can be prepared for it.")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """The embargo terms in one version. `{lift_at}` in its wordings is when the embargo is lifted."""

    version: int
    swedish: str
    english: str

    def text(self, language: str, lift_at: datetime) -> str:
        """What a member agrees to, for an embargo until `lift_at`, who reads the interface in this language."""
        wording = self.english if self.tongue(language) == "en" else self.swedish
        return wording.replace("{lift_at}", words_for(self.tongue(language)).when(lift_at))

    @staticmethod
    def tongue(language: str) -> str:
        """Which of its two wordings whoever reads the interface in a language agrees to."""
        return "en" if language == "en" else "sv"


def terms_now(place: Workplace) -> Terms:
    """The embargo terms as they are to be accepted now."""
    with reading(place.engine) as session:
        return current_terms(session)


def current_terms(session: Session) -> Terms:
    """The same, in the caller's transaction."""
    newest = session.exec(select(TermsVersion).order_by(col(TermsVersion.version).desc()).limit(1)).first()
    if newest is None:
        return first_terms()
    return Terms(version=newest.version, swedish=newest.swedish, english=newest.english)


def first_terms() -> Terms:
    """The terms that Samklang comes with: they hold until stewards have published others."""
    return Terms(version=FIRST_TERMS, swedish=words_for("sv")._(TERMS), english=TERMS)


@dataclass(frozen=True, kw_only=True)
class CoreText:
    """A core message in one language, as a briefed partner reads it."""

    message_id: str
    name: str
    language: str
    content: TextContent


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a member reads once the terms are accepted and the briefing is open."""

    name: str
    briefing: str
    lift_at: datetime
    key_facts: tuple[KeyFact, ...]
    core_texts: tuple[CoreText, ...]
    questions: tuple[tuple[str, str], ...]


def open_briefing(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> int:
    """Invite every organisation whose subscription matches and tell its members. Returns how many were invited."""
    actor.must(Permission.BRIEF)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        campaign.stage = after(campaign.stage, Move.BRIEF)
        invited = _subscribers(session, campaign)
        for organisation_id in invited:
            session.add(Invitation(campaign_id=campaign.id, organisation_id=organisation_id, invited_at=now))
        session.flush()
        _tell_invited(session, place, campaign, invited_members(session, campaign), now)
        details = {"organisations": len(invited)}
        audit.record(session, actor, "campaign.briefing", now=now, campaign_id=campaign.id, details=details)
        return len(invited)


def _tell_invited(
    session: Session, place: Workplace, campaign: Campaign, members: Sequence[Member], now: datetime
) -> None:
    """Tell of the campaign now, and of the open briefing when it opens, unless it is open already."""
    tell(session, place, NoticeKind.CAMPAIGN_INVITED, members, campaign=campaign, now=now)
    tell_of_briefing(session, place, campaign, members, now=now)


def _subscribers(session: Session, campaign: Campaign) -> Sequence[str]:
    """The organisations that follow what the campaign is about. One that nobody has verified is told nothing."""
    rows = session.exec(
        select(Subscription)
        .join(Organisation, col(Organisation.id) == col(Subscription.organisation_id))
        .where(col(Organisation.id) != campaign.owner_id, col(Organisation.verified_at).is_not(None))
    )
    return sorted(
        {
            row.organisation_id
            for row in rows
            if concerns(
                data.places(),
                followed_topics=row.topics,
                followed_places=row.places,
                topics=campaign.topics,
                places=campaign.places,
            )
        }
    )


def invite(place: Workplace, actor: Actor, campaign_id: str, *, organisation_id: str, now: datetime) -> None:
    """Invite one more organisation, whatever it follows. Inviting again takes back a revocation.

    What left a release by the revocation comes back only with a new approval. Raises NotVerified, or NotInThisStage
    for a draft.
    """
    actor.must(Permission.BRIEF)
    with writing(place.engine) as session:
        campaign = _still_open(own_campaign(session, actor, campaign_id))
        if campaign.stage is Stage.DRAFT:
            raise NotInThisStage(stage=campaign.stage, move=N_("invite a partner"), remedy=REMEDIES[campaign.stage])
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotThere
        if organisation.verified_at is None:
            raise NotVerified(name=organisation.name)
        known = session.get(Invitation, (campaign.id, organisation_id))
        invitation = known or Invitation(campaign_id=campaign.id, organisation_id=organisation_id, invited_at=now)
        invitation.revoked_at = None
        session.add(invitation)
        session.flush()
        _tell_invited(session, place, campaign, members_of(session, [organisation_id]), now)
        details = {"organisation": organisation_id}
        audit.record(session, actor, "campaign.invited", now=now, campaign_id=campaign.id, details=details)


def revoke(place: Workplace, actor: Actor, campaign_id: str, *, organisation_id: str, now: datetime) -> None:
    """Take back an invitation: from now on its members are like the public. What they have read they have read.

    Its messages leave the release, consented or not, and its channels get nothing at T; the police are told. Its local
    editions are offered to nobody any more, for nobody there could take them back. From one second before T it is
    too late (AlreadyPublic): what is public is the organisation's own to correct or withdraw.
    """
    actor.must(Permission.BRIEF)
    with writing(place.engine) as session:
        campaign = _still_open(own_campaign(session, actor, campaign_id))
        if too_late_to_stop(campaign, now=place.latest(now)):
            raise AlreadyPublic(lift_at=campaign.lift_at, move=N_("take back an invitation"))
        invitation = session.get(Invitation, (campaign.id, organisation_id))
        if invitation is None or invitation.revoked_at is not None:
            raise NotThere
        invitation.revoked_at = now
        session.add(invitation)
        session.flush()
        organisation_leaves(session, place, campaign, organisation_id, now=now)
        take_back_all_of(session, campaign, organisation_id)
        _forget_notices(session, campaign, organisation_id, now)
        details = {"organisation": organisation_id}
        audit.record(session, actor, "campaign.revoked", now=now, campaign_id=campaign.id, details=details)


def _forget_notices(session: Session, campaign: Campaign, organisation_id: str, now: datetime) -> None:
    """Whoever is no longer invited, through any organisation, gets none of the notices still to come."""
    still = {member.email for member in briefed_members(session, campaign)}
    gone = {member.email for member in members_of(session, [organisation_id])} - still
    forget(session, campaign, [*WHILE_PREPARING, NoticeKind.BY_HAND_REMINDER], recipients=gone, now=now)


def _still_open(campaign: Campaign) -> Campaign:
    if is_over(campaign.stage):
        raise CampaignIsOver(stage=campaign.stage)
    return campaign


def accept_terms(place: Workplace, actor: Actor, campaign_id: str, *, version: int, now: datetime) -> None:
    """Accept the embargo terms, in the version that was shown, with the T that holds now. Accepting twice is one.

    Raises NotThere, OldTerms or CampaignIsOver.
    """
    actor.must(Permission.READ_BRIEFING)
    with writing(place.engine) as session:
        campaign = asked_campaign(session, actor, campaign_id, now=now)
        lock(session, campaign)  # a button pressed twice at once is still one acceptance
        _still_open(campaign)
        current = current_terms(session).version
        if version != current:
            raise OldTerms(current=current)
        known = session.get(Acceptance, (campaign.id, actor.member_id, actor.organisation_id))
        if known is not None and known.terms_version == version:
            return
        accepted = known or Acceptance(
            campaign_id=campaign.id, member_id=actor.member_id or "", organisation_id=actor.organisation_id or "",
            terms_version=version, lift_at=campaign.lift_at, accepted_at=now,
        )  # fmt: skip
        accepted.terms_version, accepted.lift_at, accepted.accepted_at = version, campaign.lift_at, now
        session.add(accepted)
        audit.record(session, actor, "terms.accepted", now=now, campaign_id=campaign.id, details={"version": version})


def read_briefing(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Briefing:
    """The briefing and the core messages. Raises NotThere, TermsNotAccepted or BriefingNotOpen."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = briefed_campaign(session, actor, campaign_id, now=now)
        return Briefing(
            name=campaign.name,
            briefing=campaign.briefing,
            lift_at=campaign.lift_at,
            key_facts=campaign.facts,
            core_texts=_core_texts(session, campaign),
            questions=_answered(session, campaign),
        )


def _core_texts(session: Session, campaign: Campaign) -> tuple[CoreText, ...]:
    rows = session.exec(
        select(Message, Text)
        .join(Text, col(Text.message_id) == col(Message.id))
        .where(col(Message.campaign_id) == campaign.id, col(Message.answers_id).is_(None))
        .order_by(col(Message.position), col(Text.language))
    )
    return tuple(
        CoreText(message_id=message.id, name=message.name, language=text.language, content=text.content)
        for message, text in rows
    )


def _answered(session: Session, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    """Questions with their answers, for all who are briefed: what was said, never who said it."""
    rows = session.exec(
        select(Question)
        .where(col(Question.campaign_id) == campaign.id, col(Question.answered_at).is_not(None))
        .order_by(col(Question.asked_at))
    )
    return tuple((row.question, row.answer) for row in rows)


def ask(
    place: Workplace, actor: Actor, campaign_id: str, *, question: str, now: datetime, unnamed: bool = False
) -> QuestionId:
    """Ask about the briefing. Asked `unnamed`, neither member nor organisation is stored anywhere, audit included."""
    actor.must(Permission.ASK)
    with writing(place.engine) as session:
        campaign = _still_open(briefed_campaign(session, actor, campaign_id, now=now))
        asked = Question(
            id=new_id(),
            campaign_id=campaign.id,
            organisation_id=None if unnamed else actor.organisation_id,
            member_id=None if unnamed else actor.member_id,
            question=_something(question),
            asked_at=now,
        )
        known = waiting_question(session, asked)
        if known is not None:
            return QuestionId(known)
        session.add(asked)
        tell(session, place, NoticeKind.QUESTION_ASKED, owners(session, campaign), campaign=campaign, now=now)
        audit.record(session, None if unnamed else actor, "question.asked", now=now, campaign_id=campaign.id)
        return QuestionId(asked.id)


def answer(place: Workplace, actor: Actor, question_id: str, *, text: str, now: datetime) -> None:
    """Answer a question; everyone who is briefed can read both. Answering again replaces the answer."""
    actor.must(Permission.ANSWER)
    with writing(place.engine) as session:
        question = session.get(Question, question_id)
        if question is None:
            raise NotThere
        campaign = own_campaign(session, actor, question.campaign_id)
        question.answer = _something(text)
        question.answered_by = actor.member_id
        question.answered_at = now
        session.add(question)
        members = invited_members(session, campaign)
        tell(session, place, NoticeKind.QUESTION_ANSWERED, members, campaign=campaign, now=now)
        audit.record(session, actor, "question.answered", now=now, campaign_id=campaign.id)


def _something(text: str) -> str:
    if not text.strip():
        raise NothingAsked
    return text.strip()
