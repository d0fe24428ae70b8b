"""Local editions in lists: those that everyone may have, and all of one's own, whatever became of the campaign."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine, case, literal
from sqlmodel import col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.library import Making
from campaigns.store import edition_visibility, visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, LocalEdition, MaterialSet, Member, Organisation
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class ListedEdition:
    """An edition that everyone may have. `campaign` is the name in addresses; `came_at` when it came, or came anew."""

    campaign_id: str
    campaign: str
    slug: str
    language: str
    organisation_id: str
    organisation: str
    title: str
    place: str
    offered_at: datetime
    lift_at: datetime
    made_at: datetime | None

    def is_new(self, since: datetime | None) -> bool:
        """Whether it could first be fetched after an instant, and can be now."""
        return self.made_at is not None and (since is None or max(self.offered_at, self.lift_at) > since)

    def is_changed(self, since: datetime | None) -> bool:
        """Whether it could be fetched at an instant, and was made anew since."""
        return self.made_at is not None and since is not None and not self.is_new(since) and self.made_at > since


def offered_editions(
    engine: Engine, *, now: datetime, slug: str | None = None, language: str | None = None
) -> tuple[ListedEdition, ...]:
    """What organisations offer of public campaigns, by campaign, language and title; of one campaign or language."""
    narrowed = [
        *([] if slug is None else [col(Campaign.slug) == slug]),
        *([] if language is None else [col(LocalEdition.language) == language]),
    ]
    with reading(engine) as session:
        rows = session.exec(
            select(LocalEdition, Organisation.name, Campaign, MaterialSet.state, MaterialSet.made_at)  # type: ignore[call-overload] # five are too many
            .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
            .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
            .join(MaterialSet, col(MaterialSet.edition_id) == col(LocalEdition.id))
            .where(edition_visibility.set_is_public(now), *narrowed)
            .order_by(col(Campaign.lift_at).desc(), LocalEdition.language, LocalEdition.title, LocalEdition.slug)
        ).all()
        return tuple(
            ListedEdition(
                campaign_id=edition.campaign_id,
                campaign=campaign.slug,
                slug=edition.slug,
                language=edition.language,
                organisation_id=edition.organisation_id,
                organisation=organisation,
                title=edition.title,
                place=edition.place,
                offered_at=edition.offered_at,
                lift_at=campaign.lift_at,
                made_at=made_at if state is Making.MADE else None,
            )
            for edition, organisation, campaign, state, made_at in rows
        )


class Door(StrEnum):
    """Whether one's own edition can be opened."""

    OPEN = "open"  # it can be read and written
    TERMS = "terms"  # colleagues can; this member has not accepted the embargo terms, or the briefing is not open yet
    SHUT = "shut"  # nobody of the organisation can any more: it can only be deleted


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """An edition of one's own organisation. What is said of it and its campaign is empty where it may not be read."""

    id: str
    campaign_id: str
    campaign: str
    language: str
    title: str
    door: Door
    is_public: bool
    offered_at: datetime | None
    edited_at: datetime
    edited_by: str


def own_editions(place: Workplace, actor: Actor, *, now: datetime) -> tuple[OwnRow, ...]:
    """All that the member's organisation has, newest T first, also of campaigns that are over or closed to it."""
    actor.must(Permission.READ_BRIEFING)
    is_open = edition_visibility.desk_is_open(actor, now)
    door = case(
        (is_open, literal(Door.OPEN.value)),
        (edition_visibility.desk_is_shut(actor, now), literal(Door.SHUT.value)),
        else_=literal(Door.TERMS.value),
    )
    readable = case((is_open | visibility.has_accepted(actor), True), else_=False)
    public = case((visibility.is_public(now), True), else_=False)
    with reading(place.engine) as session:
        rows = session.exec(
            select(LocalEdition, Campaign.name, Member.name, door, readable, public)  # type: ignore[call-overload] # as above
            .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
            .outerjoin(Member, col(Member.id) == col(LocalEdition.edited_by))
            .where(col(LocalEdition.organisation_id) == actor.organisation_id)
            .order_by(col(Campaign.lift_at).desc(), LocalEdition.created_at, LocalEdition.id)
        ).all()
        return tuple(
            OwnRow(
                id=edition.id,
                campaign_id=edition.campaign_id,
                campaign=campaign if may_read else "",
                language=edition.language,
                title=edition.title if may_read else "",
                door=Door(standing),
                is_public=bool(is_out),
                offered_at=edition.offered_at,
                edited_at=edition.edited_at,
                edited_by=name or "",
            )
            for edition, campaign, name, standing, may_read, is_out in rows
        )
