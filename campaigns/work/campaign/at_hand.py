"""The campaign a page is about: what every page of the workplace says of it, for whoever may know that much."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import Stage
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class AtHand:
    """One campaign, as the head of a page shows it.

    `is_own`: it belongs to the police organisation the member acts for. `is_open`: the member may read the briefing,
    so the page may name the campaign; otherwise `name` and `slug` are empty, for a title is under embargo too. Whoever
    was asked for a text and has accepted the terms reads the name as well.
    """

    id: str
    name: str
    slug: str
    stage: Stage
    lift_at: datetime
    briefing_opens_at: datetime
    public: bool
    is_own: bool
    is_open: bool
    has_accepted: bool
    example: bool


def at_hand(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> AtHand:
    """The campaign for one's own police, or for a partner whose invitation stands. Raises NotThere for anyone else."""
    takes_part = visibility.is_invited(actor) & visibility.exists_for(actor, now)
    return _at_hand(place, actor, campaign_id, takes_part, now=now)


def at_hand_for_text(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> AtHand:
    """The same for the pages of a text: also for whoever was asked for some text of the campaign by name.

    Of the campaign they may know the name once they have accepted the terms, and not its briefing.
    """
    takes_part = visibility.is_invited(actor) | visibility.is_asked_in(actor)
    return _at_hand(place, actor, campaign_id, takes_part & visibility.exists_for(actor, now), now=now)


def editions_at_hand(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> AtHand:
    """The same for the pages of local editions: also for whoever reads the campaign because everyone may by now."""
    takes_part = visibility.is_invited(actor) & visibility.exists_for(actor, now)
    return _at_hand(place, actor, campaign_id, takes_part | visibility.is_public(now), now=now)


def _at_hand(
    place: Workplace, actor: Actor, campaign_id: str, takes_part: ColumnElement[bool], *, now: datetime
) -> AtHand:
    asked = visibility.is_asked_in(actor) & visibility.asked_texts_are_open(actor, now)
    with reading(place.engine) as session:
        row = session.exec(
            select(
                Campaign,
                visibility.is_owned_by(actor),
                visibility.briefing_is_open(actor, now),
                visibility.has_accepted(actor),
            ).where(col(Campaign.id) == campaign_id, visibility.is_owned_by(actor) | takes_part)
        ).first()
        if row is None:
            raise NotThere
        campaign, owned, opened, accepted = row
        asked_and_open = session.exec(select(Campaign.id).where(col(Campaign.id) == campaign_id, asked)).first()
        public = is_public(campaign.embargo, now=now)
        named = opened or public or asked_and_open
        return AtHand(
            id=campaign.id,
            name=campaign.name if named else "",
            slug=campaign.slug if named else "",
            stage=campaign.stage,
            lift_at=campaign.lift_at,
            briefing_opens_at=campaign.briefing_opens_at,
            public=public,
            is_own=bool(owned),
            is_open=bool(opened),
            has_accepted=bool(accepted),
            example=campaign.example,
        )


def own_at_hand(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> AtHand:
    """The same, for pages that only the police organisation itself has. Raises NotThere for everyone else."""
    found = at_hand(place, actor, campaign_id, now=now)
    if not found.is_own:
        raise NotThere
    return found


def campaign_of_one(session: Session, actor: Actor, campaign_id: str) -> Campaign:
    """One's own campaign, read and not locked. Raises NotThere."""
    found = session.exec(select(Campaign).where(col(Campaign.id) == campaign_id, visibility.is_owned_by(actor))).first()
    if found is None:
        raise NotThere
    return found
