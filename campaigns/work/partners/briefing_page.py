"""What a partner reads: who keeps the campaign, the background to it, and the questions that were asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns import markup
from campaigns.domain.access import PERMISSIONS, Actor, Permission, Role
from campaigns.domain.errors import NotThere
from campaigns.domain.texts import KeyFact, TextContent
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Acceptance, Campaign, Member, Membership, Organisation, Question
from campaigns.work.campaign.at_hand import AtHand, at_hand
from campaigns.work.launch.typesetting import phones_of
from campaigns.work.loading import briefed_campaign, invited_campaign
from campaigns.work.partners.briefing import CoreText, read_briefing
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Invited:
    """What every member of an invited organisation may know: whom to ask, and whether T moved since they accepted."""

    police: str
    contact_name: str
    contact_email: str
    contact_phone: str
    accepted_lift_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CoreShown:
    """A core message in one language: its long part rendered, and as plain words to copy."""

    message_id: str
    name: str
    language: str
    content: TextContent
    html: str
    plain: str


@dataclass(frozen=True, kw_only=True)
class Background:
    """The briefing as it is shown, with what belongs to it. `materials` are (title, address)."""

    html: str
    key_facts: tuple[KeyFact, ...]
    core: tuple[CoreShown, ...]
    materials: tuple[tuple[str, str], ...]
    secrecy_ground: str
    secrecy_decided_by: str
    secrecy_condition: str
    contact_name: str
    contact_email: str
    languages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as a partner sees it. Who asked is shown to nobody; `ours` is one of the own organisation's."""

    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    ours: bool


def known_to_partner(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> AtHand:
    """The campaign, or what is left of a cancelled one for a member whose own drafts are kept: no name, only times.

    Raises NotThere for anyone else.
    """
    try:
        return at_hand(place, actor, campaign_id, now=now)
    except NotThere:
        with reading(place.engine) as session:
            return _what_is_left(_drafts_kept(session, actor, campaign_id))


def _drafts_kept(session: Session, actor: Actor, campaign_id: str) -> Campaign:
    kept = select(Campaign).where(col(Campaign.id) == campaign_id, visibility.own_drafts_are_open(actor))
    found = session.exec(kept).first()
    if found is None:
        raise NotThere
    return found


def _what_is_left(campaign: Campaign) -> AtHand:
    return AtHand(
        id=campaign.id,
        name="",
        slug="",
        stage=campaign.stage,
        lift_at=campaign.lift_at,
        briefing_opens_at=campaign.briefing_opens_at,
        public=False,
        is_own=False,
        is_open=False,
        has_accepted=True,
        example=campaign.example,
    )


def invitation(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Invited:
    """Whom to ask about a campaign, without a word of it. Raises NotThere."""
    with reading(place.engine) as session:
        campaign = invited_campaign(session, actor, campaign_id, now=now)
        police = session.get_one(Organisation, campaign.owner_id)
        accepted = session.get(Acceptance, (campaign.id, actor.member_id, actor.organisation_id))
        return Invited(
            police=police.name,
            contact_name=police.contact_name,
            contact_email=police.contact_email,
            contact_phone=police.contact_phone,
            accepted_lift_at=accepted.lift_at if accepted else None,
        )


def background(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Background:
    """The briefing as a page shows it. Raises NotThere, TermsNotAccepted or BriefingNotOpen."""
    read = read_briefing(place, actor, campaign_id, now=now)
    with reading(place.engine) as session:
        campaign = briefed_campaign(session, actor, campaign_id, now=now)
        return Background(
            html=markup.render_markdown(read.briefing, phones=phones_of(campaign)),
            key_facts=read.key_facts,
            core=tuple(_core(text, phones_of(campaign)) for text in read.core_texts),
            materials=tuple((link["title"], link["address"]) for link in campaign.materials),
            secrecy_ground=campaign.secrecy_ground,
            secrecy_decided_by=campaign.secrecy_decided_by,
            secrecy_condition=campaign.secrecy_condition,
            contact_name=campaign.contact_name,
            contact_email=campaign.contact_email,
            languages=tuple(campaign.languages),
        )


def _core(text: CoreText, phones: Sequence[str]) -> CoreShown:
    return CoreShown(
        message_id=text.message_id,
        name=text.name,
        language=text.language,
        content=text.content,
        html=markup.render_markdown(text.content.long, phones=phones, top_heading=4),
        plain=markup.plain_text(text.content.long),
    )


def questions_seen(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> tuple[Asked, ...]:
    """Every answered question, and those of the own organisation that still wait. Newest first."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = briefed_campaign(session, actor, campaign_id, now=now)
        return tuple(_asked(row, actor) for row in _questions(session, actor, campaign))


def _questions(session: Session, actor: Actor, campaign: Campaign) -> Sequence[Question]:
    return session.exec(
        select(Question)
        .where(
            col(Question.campaign_id) == campaign.id,
            col(Question.answered_at).is_not(None) | (col(Question.organisation_id) == actor.organisation_id),
        )
        .order_by(col(Question.asked_at).desc(), col(Question.id))
    ).all()


def _asked(row: Question, actor: Actor) -> Asked:
    return Asked(
        question=row.question,
        asked_at=row.asked_at,
        answer=row.answer,
        answered_at=row.answered_at,
        ours=row.organisation_id is not None and row.organisation_id == actor.organisation_id,
    )


def who_may(place: Workplace, actor: Actor, permission: Permission) -> tuple[str, ...]:
    """The names of the colleagues in the member's organisation who hold a permission, for whoever does not."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(Member.id, Member.name, Membership.roles)
            .join(Membership, col(Membership.member_id) == col(Member.id))
            .where(col(Membership.organisation_id) == actor.organisation_id, col(Member.active))
            .order_by(col(Member.name))
        ).all()
    return tuple(name for _, name, roles in rows if any(permission in PERMISSIONS[Role(role)] for role in roles))
