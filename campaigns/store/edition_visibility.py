"""Local editions under the embargo, in SQL.

Every query here has `campaigns` joined, and `local_editions` or `material_sets` where their columns are asked for.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select
from sqlmodel import col

from campaigns.domain.access import Actor
from campaigns.domain.embargo import UNDER_EMBARGO
from campaigns.store import visibility
from campaigns.store.tables import Campaign, LocalEdition, MaterialSet, Organisation

Condition = ColumnElement[bool]


def desk_is_open(actor: Actor, now: datetime) -> Condition:
    """The member's organisation may have editions of the campaign: it is briefed, or anyone may read it by now.

    The police who own the campaign have its own material, and no edition beside it.
    """
    readable = or_(visibility.briefing_is_open(actor, now), and_(visibility.is_public(now), _is_verified(actor)))
    return and_(not_(visibility.is_owned_by(actor)), readable)


def _is_verified(actor: Actor) -> Condition:
    return exists(
        select(col(Organisation.id)).where(
            col(Organisation.id) == actor.organisation_id, col(Organisation.verified_at).is_not(None)
        )
    )


def desk_is_shut(actor: Actor, now: datetime) -> Condition:
    """Nobody of the member's organisation may write an edition of the campaign, nor will with more terms accepted.

    The campaign was cancelled or withdrawn, or the organisation takes no part in it any more.
    """
    public = visibility.is_public(now)
    invited = and_(visibility.is_invited(actor), or_(col(Campaign.stage).in_(UNDER_EMBARGO), public))
    return not_(or_(invited, and_(public, _is_verified(actor))))


def may_be_deleted(actor: Actor, now: datetime) -> Condition:
    """The edition is of the member's organisation, and the member may write it, or nobody there may any more."""
    own = col(LocalEdition.organisation_id) == actor.organisation_id
    return and_(own, or_(desk_is_open(actor, now), desk_is_shut(actor, now)))


def is_own(actor: Actor, now: datetime) -> Condition:
    """The edition is of the organisation the member acts for, who may read what it stands beside."""
    return and_(col(LocalEdition.organisation_id) == actor.organisation_id, desk_is_open(actor, now))


def is_public(now: datetime) -> Condition:
    """Anyone may read the edition: its campaign is public, and its organisation offers it."""
    return and_(visibility.is_public(now), col(LocalEdition.offered_at).is_not(None))


def has_its_page(now: datetime) -> Condition:
    """Anyone may read the edition, and there is something to fetch or it is being made."""
    made = select(col(MaterialSet.id)).where(_counts(), not_(col(MaterialSet.embargoed))).correlate(LocalEdition)
    return and_(is_public(now), exists(made))


def set_is_own(actor: Actor, now: datetime) -> Condition:
    """The member may download this set: before T with the embargo line, from T without it."""
    public = visibility.is_public(now)
    right = or_(and_(public, not_(col(MaterialSet.embargoed))), and_(not_(public), col(MaterialSet.embargoed)))
    return and_(is_own(actor, now), right, _counts())


def set_is_public(now: datetime) -> Condition:
    """Anyone may download this set."""
    return and_(is_public(now), not_(col(MaterialSet.embargoed)), _counts())


def _counts() -> Condition:
    return and_(col(MaterialSet.edition_id) == col(LocalEdition.id), col(MaterialSet.superseded_at).is_(None))
