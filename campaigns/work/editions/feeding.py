"""Local editions in the feed of their organisation: those that anyone may have, by the condition that shows them.

A campaign's own feed has none: whoever follows its message would drown in one edition for each place.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns import markup
from campaigns.domain.library import Making, Shelf
from campaigns.domain.reading import EditionEntry
from campaigns.store import edition_visibility
from campaigns.store.tables import Campaign, LocalEdition, MaterialSet, Organisation
from campaigns.work.library.shelves import items_of, shelf_of_set


def editions_in_feed(session: Session, organisation: str, *, now: datetime, most: int) -> Sequence[EditionEntry]:
    """The editions of an organisation, by its name in addresses; the newest change first."""
    rows = session.exec(
        select(LocalEdition, Organisation.name, Campaign, MaterialSet)
        .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .join(MaterialSet, col(MaterialSet.edition_id) == col(LocalEdition.id))
        .where(edition_visibility.set_is_public(now), col(Organisation.slug) == organisation)
    ).all()
    items = items_of(session, [made for *_, made in rows if made.state is Making.MADE])
    found = [
        _entry(edition, name, campaign, shelf_of_set(made, items.get(made.id, ())))
        for edition, name, campaign, made in rows
    ]
    return sorted(found, key=lambda one: (-one.updated_at.timestamp(), one.slug))[:most]


def _entry(edition: LocalEdition, organisation: str, campaign: Campaign, shelf: Shelf) -> EditionEntry:
    """What it was made from before T counts as published at T."""
    published_at = max(edition.offered_at or campaign.lift_at, campaign.lift_at)
    pack = shelf.pack
    return EditionEntry(
        slug=edition.slug,
        campaign_slug=campaign.slug,
        campaign_name=campaign.name,
        organisation=organisation,
        language=edition.language,
        title=", ".join(part for part in (edition.title, edition.place) if part),
        html=markup.render_markdown(edition.introduction),
        short=markup.plain_text(edition.introduction),
        published_at=published_at,
        updated_at=max(published_at, shelf.made_at or shelf.wanted_at),
        pack=pack.latest if pack else "",
        pack_type=pack.media_type if pack else "",
        pack_size=pack.size if pack else 0,
    )
