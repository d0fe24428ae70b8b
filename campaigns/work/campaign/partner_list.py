"""Whom a campaign is told: the partners it is meant for and why, those invited, and the questions they ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor, Permission
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.subscriptions import concerns
from campaigns.store.engine import reading
from campaigns.store.tables import (
    Acceptance,
    Campaign,
    Invitation,
    Member,
    Membership,
    Organisation,
    Question,
    Subscription,
)
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.partners.briefing import current_terms
from campaigns.work.workplace import Workplace

MOST_FOUND = 30


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why a campaign concerns an organisation: topics it follows and places that meet. No topics means all of them."""

    topics: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Partner:
    """An organisation that could be told, how many people would read it, and why it is proposed if it is."""

    id: str
    name: str
    kind: OrganisationKind
    members: int
    is_verified: bool
    why: Why | None = None


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """That a member accepted the embargo terms. `is_old`: there is a newer version that they have not seen."""

    name: str
    at: datetime
    is_old: bool


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An organisation that was invited, and who in it accepted the terms. Revoked, its members are like the public."""

    partner: Partner
    invited_at: datetime
    revoked_at: datetime | None
    accepted: tuple[Accepted, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its answer, if it has one. `by` is empty when it was asked without a name."""

    id: str
    by: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PartnerList:
    """Everyone a campaign is told or proposed to be told, and what they ask: the unanswered first."""

    invited: tuple[Invited, ...]
    proposed: tuple[Partner, ...]
    questions: tuple[Asked, ...]

    @property
    def standing(self) -> tuple[Invited, ...]:
        """Those whose invitation stands."""
        return tuple(one for one in self.invited if one.revoked_at is None)

    @property
    def told(self) -> int:
        """How many people get a mail when the proposed are invited."""
        return sum(partner.members for partner in self.proposed)


def partner_list(place: Workplace, actor: Actor, campaign_id: str) -> PartnerList:
    """The partners of one's own campaign, in a number of queries that they do not add to. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        invitations = _invitations(session, campaign)
        reasons = _reasons(session, campaign)
        ids = {*reasons, *(invitation.organisation_id for invitation in invitations)}
        partners = {partner.id: partner for partner in _partners(session, sorted(ids), reasons)}
        accepted = _accepted(session, campaign)
        known = {invitation.organisation_id for invitation in invitations}
        return PartnerList(
            invited=_in_order(
                Invited(
                    partner=partners[invitation.organisation_id],
                    invited_at=invitation.invited_at,
                    revoked_at=invitation.revoked_at,
                    accepted=tuple(accepted.get(invitation.organisation_id, ())),
                )
                for invitation in invitations
            ),
            proposed=tuple(
                sorted(
                    (one for one in partners.values() if one.id not in known and one.is_verified),
                    key=lambda one: one.name.casefold(),
                )
            ),
            questions=_questions(session, campaign),
        )


def find_partners(place: Workplace, actor: Actor, campaign_id: str, *, words: str) -> tuple[Partner, ...]:
    """Organisations by a part of their name that are not invited now, at most MOST_FOUND. Raises NotThere."""
    actor.must(Permission.BRIEF)
    if not words.strip():
        return ()
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        standing = select(Invitation.organisation_id).where(
            col(Invitation.campaign_id) == campaign.id, col(Invitation.revoked_at).is_(None)
        )
        ids = session.exec(
            select(Organisation.id)
            .where(
                col(Organisation.name).icontains(words.strip(), autoescape=True),
                col(Organisation.id) != campaign.owner_id,
                col(Organisation.id).not_in(standing),
            )
            .order_by(col(Organisation.name))
            .limit(MOST_FOUND)
        ).all()
        return tuple(_partners(session, ids, _reasons(session, campaign)))


def _in_order(found: Iterable[Invited]) -> tuple[Invited, ...]:
    """Those whose invitation stands first, each part by name."""
    return tuple(sorted(found, key=lambda one: (one.revoked_at is not None, one.partner.name.casefold())))


def _invitations(session: Session, campaign: Campaign) -> Sequence[Invitation]:
    return session.exec(select(Invitation).where(col(Invitation.campaign_id) == campaign.id)).all()


def _partners(session: Session, ids: Sequence[str], reasons: Mapping[str, Why]) -> list[Partner]:
    rows = session.exec(
        select(Organisation, func.count(col(Member.id)))
        .outerjoin(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .outerjoin(Member, (col(Member.id) == col(Membership.member_id)) & col(Member.active))
        .where(col(Organisation.id).in_(ids))
        .group_by(col(Organisation.id))
        .order_by(col(Organisation.name))
    )
    return [
        Partner(
            id=organisation.id,
            name=organisation.name,
            kind=organisation.kind,
            members=members,
            is_verified=organisation.verified_at is not None,
            why=reasons.get(organisation.id),
        )
        for organisation, members in rows
    ]


def _reasons(session: Session, campaign: Campaign) -> Mapping[str, Why]:
    """Why the campaign concerns each organisation whose subscription it meets, by its id."""
    rows = session.exec(select(Subscription).where(col(Subscription.organisation_id) != campaign.owner_id))
    found: dict[str, Why] = {}
    for row in rows:
        if row.organisation_id not in found and _meets(row, campaign):
            found[row.organisation_id] = _why(row, campaign)
    return found


def _meets(row: Subscription, campaign: Campaign) -> bool:
    return concerns(
        data.places(),
        followed_topics=row.topics,
        followed_places=row.places,
        topics=campaign.topics,
        places=campaign.places,
    )


def _why(row: Subscription, campaign: Campaign) -> Why:
    table = data.places()
    followed = {topic.casefold() for topic in row.topics}
    return Why(
        topics=tuple(topic for topic in campaign.topics if topic.casefold() in followed),
        places=tuple(
            table.name(code) for code in row.places if any(table.overlap(code, place) for place in campaign.places)
        ),
    )


def _accepted(session: Session, campaign: Campaign) -> Mapping[str, list[Accepted]]:
    current = current_terms(session).version
    rows = session.exec(
        select(Acceptance, Member.name)
        .join(Member, col(Member.id) == col(Acceptance.member_id))
        .where(col(Acceptance.campaign_id) == campaign.id)
        .order_by(col(Acceptance.accepted_at))
    )
    found: dict[str, list[Accepted]] = {}
    for acceptance, name in rows:
        accepted = Accepted(name=name, at=acceptance.accepted_at, is_old=acceptance.terms_version < current)
        found.setdefault(acceptance.organisation_id, []).append(accepted)
    return found


def _questions(session: Session, campaign: Campaign) -> tuple[Asked, ...]:
    rows = session.exec(
        select(Question, Organisation.name)
        .outerjoin(Organisation, col(Organisation.id) == col(Question.organisation_id))
        .where(col(Question.campaign_id) == campaign.id)
        .order_by(col(Question.answered_at).is_not(None), col(Question.asked_at))
    )
    return tuple(
        Asked(
            id=row.id,
            by=name or "",
            question=row.question,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_at=row.answered_at,
        )
        for row, name in rows
    )
