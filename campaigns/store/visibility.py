"""The embargo in SQL: the same rule as `domain/embargo.py`, so that what may not be read is never loaded.

Every read of a campaign, a text or a delivery on behalf of a reader goes through one of these conditions.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, true
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.embargo import OPEN_BY_RECORD, UNDER_EMBARGO, WORKED_ON, Standing
from campaigns.domain.lifecycle import Stage
from campaigns.domain.translating import Job
from campaigns.store.tables import Acceptance, Assignment, Campaign, Invitation, MaterialSet, Message, ReleasedText

Condition = ColumnElement[bool]


def is_public(now: datetime) -> Condition:
    """The campaign's embargo is lifted."""
    return or_(
        col(Campaign.stage).in_(OPEN_BY_RECORD),
        and_(col(Campaign.stage) == Stage.APPROVED, col(Campaign.lift_at) <= now),
    )


def text_is_open(now: datetime) -> Condition:
    """A released text counts and is open, as far as it depends on the text: a late language has an instant of its own.

    Whether its campaign is public is asked beside it.
    """
    opens = and_(col(ReleasedText.held_at).is_(None), col(ReleasedText.opens_at) <= now)
    return and_(_counts_now(), or_(_opens_with_the_campaign(), opens))


def text_is_recorded() -> Condition:
    """The same without a clock: what opens with its campaign, and late languages of which it is recorded."""
    return and_(_counts_now(), _opens_with_the_campaign())


def _counts_now() -> Condition:
    return col(ReleasedText.superseded_at).is_(None)


def _opens_with_the_campaign() -> Condition:
    return or_(col(ReleasedText.opens_at).is_(None), col(ReleasedText.opened_at).is_not(None))


def exists_for_the_public(now: datetime) -> Condition:
    """The public may know that the campaign exists: it is public, or its tombstone is."""
    return or_(is_public(now), col(Campaign.stage) == Stage.WITHDRAWN)


def is_owned_by(actor: Actor) -> Condition:
    """The campaign was registered by the organisation the member acts for."""
    return col(Campaign.owner_id) == actor.organisation_id


def is_invited(actor: Actor) -> Condition:
    """The organisation the member acts for is invited, and the invitation stands."""
    return exists(_invitations(actor))


def _invitations(actor: Actor) -> Select[str]:
    return select(col(Invitation.campaign_id)).where(
        col(Invitation.campaign_id) == col(Campaign.id),
        col(Invitation.organisation_id) == actor.organisation_id,
        col(Invitation.revoked_at).is_(None),
    )


def has_accepted(actor: Actor) -> Condition:
    """The member accepted the embargo terms for this campaign, acting for this organisation."""
    return exists(
        select(col(Acceptance.campaign_id)).where(
            col(Acceptance.campaign_id) == col(Campaign.id),
            col(Acceptance.member_id) == actor.member_id,
            col(Acceptance.organisation_id) == actor.organisation_id,
        )
    )


def is_briefed(actor: Actor) -> Condition:
    """Invited, and the terms accepted."""
    return and_(is_invited(actor), has_accepted(actor))


def briefing_is_open(actor: Actor, now: datetime) -> Condition:
    """The member may read the briefing and the core messages of the campaign."""
    opened = and_(
        is_briefed(actor),
        col(Campaign.briefing_opens_at) <= now,
        or_(col(Campaign.stage).in_(UNDER_EMBARGO), is_public(now)),
    )
    return or_(is_owned_by(actor), opened)


def material_is_public(now: datetime) -> Condition:
    """Anyone may download this set: its campaign is public, and it bears no embargo line."""
    return and_(is_public(now), not_(col(MaterialSet.embargoed)), _counts())


def material_is_open(actor: Actor, now: datetime) -> Condition:
    """The member may download this set: before T with the embargo line, as core texts may be read; then as anyone."""
    under_embargo = and_(briefing_is_open(actor, now), not_(is_public(now)), col(MaterialSet.embargoed), _counts())
    return or_(material_is_public(now), under_embargo)


def _counts() -> Condition:
    return and_(col(MaterialSet.superseded_at).is_(None), col(MaterialSet.edition_id).is_(None))


def exists_for(actor: Actor, now: datetime) -> Condition:
    """The member may know that the campaign exists."""
    return or_(
        exists_for_the_public(now),
        is_owned_by(actor),
        and_(is_invited(actor), col(Campaign.stage).in_(UNDER_EMBARGO)),
        and_(is_asked_in(actor), _asked_may_know(now)),
    )


def own_drafts_are_open(actor: Actor) -> Condition:
    """The member may read its own organisation's messages on the campaign."""
    return or_(is_owned_by(actor), and_(is_briefed(actor), col(Campaign.stage) != Stage.DRAFT))


def is_asked_in(actor: Actor) -> Condition:
    """The member was asked by name for some text of the campaign, acting for this organisation."""
    return exists(
        select(col(Assignment.id))
        .join(Message, col(Message.id) == col(Assignment.message_id))
        .outerjoin(Invitation, _invites_its_author())
        .where(
            col(Message.campaign_id) == col(Campaign.id),
            or_(col(Message.organisation_id) == col(Campaign.owner_id), col(Invitation.campaign_id).is_not(None)),
            *_asked(actor),
        )
        .correlate(Campaign)
    )


def is_asked_for(actor: Actor, language: str, job: Job | None = None) -> Condition:
    """They were asked by name for the message in this language, acting for this organisation; for a job, if given."""
    asked = exists(
        select(col(Assignment.id)).where(
            col(Assignment.message_id) == col(Message.id),
            col(Assignment.language) == language,
            true() if job is None else col(Assignment.job) == job,
            *_asked(actor),
        )
    )
    return and_(asked, its_author_takes_part())


def its_author_takes_part() -> Condition:
    """The organisation whose message it is registered the campaign, or is still invited: else its texts are closed."""
    invited = exists(select(col(Invitation.campaign_id)).where(_invites_its_author()))
    return or_(col(Message.organisation_id) == col(Campaign.owner_id), invited)


def _invites_its_author() -> Condition:
    return and_(
        col(Invitation.campaign_id) == col(Message.campaign_id),
        col(Invitation.organisation_id) == col(Message.organisation_id),
        col(Invitation.revoked_at).is_(None),
    )


def _asked(actor: Actor) -> tuple[Condition, ...]:
    return (
        col(Assignment.member_id) == actor.member_id,
        col(Assignment.organisation_id) == actor.organisation_id,
        col(Assignment.ended_at).is_(None),
    )


def asked_texts_are_open(actor: Actor, now: datetime) -> Condition:
    """The member may read the texts of the campaign they were asked for: the terms are accepted, and it is worked on.

    The police's own need not accept terms for their own campaign.
    """
    return and_(or_(has_accepted(actor), is_owned_by(actor)), _asked_may_know(now))


def _asked_may_know(now: datetime) -> Condition:
    return or_(col(Campaign.stage).in_(WORKED_ON), is_public(now))


def standing_of(actor: Actor, *, owner: bool, invited: bool, accepted: bool) -> Standing:
    """The member's standing to one campaign, from facts that were loaded with it."""
    if owner:
        return Standing.APPROVER if Role.APPROVER in actor.roles else Standing.OWNER
    if not invited:
        return Standing.PUBLIC
    return Standing.BRIEFED if accepted else Standing.INVITED
