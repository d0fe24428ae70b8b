"""Local editions as anyone may read them: those that are offered, of campaigns that are public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Engine
from sqlmodel import Session, col, or_, select

from campaigns.domain.editions import LocalPart
from campaigns.domain.errors import NotThere
from campaigns.domain.library import Download, Making, Shelf
from campaigns.store import edition_visibility, shelves
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, LocalEdition, MaterialFile, MaterialSet, Organisation
from campaigns.work.editions.wanting import source_of
from campaigns.work.library.shelves import item_of, items_of, shelf_of_set

Condition = ColumnElement[bool]


@dataclass(frozen=True, kw_only=True)
class OfferedEdition:
    """An edition that anyone may have. `is_behind`: its own part was written beside an earlier message."""

    slug: str
    language: str
    organisation: str
    organisation_slug: str
    part: LocalPart
    is_behind: bool
    shelf: Shelf


def public_editions(
    engine: Engine, *, now: datetime, slug: str, language: str, edition: str | None = None
) -> tuple[OfferedEdition, ...]:
    """What organisations offer of a public campaign in one language, or one of them by its name in addresses."""
    named = [] if edition is None else [col(LocalEdition.slug) == edition]
    with reading(engine) as session:
        rows = session.exec(
            select(LocalEdition, Organisation, MaterialSet)
            .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
            .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
            .join(MaterialSet, col(MaterialSet.edition_id) == col(LocalEdition.id))
            .where(
                edition_visibility.set_is_public(now),
                col(Campaign.slug) == slug,
                col(LocalEdition.language) == language,
                *named,
            )
            .order_by(col(LocalEdition.title), col(LocalEdition.slug))
        ).all()
        items = items_of(session, [made for _, _, made in rows if made.state is Making.MADE])
        return tuple(
            OfferedEdition(
                slug=found.slug,
                language=found.language,
                organisation=by.name,
                organisation_slug=by.slug,
                part=found.part,
                is_behind=source_of(made.content) != found.source,
                shelf=shelf_of_set(made, items.get(made.id, ())),
            )
            for found, by, made in rows
        )


def public_edition_download(
    engine: Engine, *, now: datetime, slug: str, language: str, edition: str, name: str
) -> Download:
    """A file of an offered edition. Raises NotThere, the same for not yet, never, and not offered any more."""
    wanted = [
        edition_visibility.set_is_public(now),
        col(Campaign.slug) == slug,
        col(LocalEdition.language) == language,
        col(LocalEdition.slug) == edition,
    ]
    with reading(engine) as session:
        return edition_file(session, wanted, name)


def edition_file(session: Session, wanted: Sequence[Condition], name: str) -> Download:
    """A file of an edition by the name with its version in it, or the one without. Raises NotThere."""
    row = session.exec(
        select(MaterialFile, MaterialSet)
        .join(MaterialSet, col(MaterialSet.id) == col(MaterialFile.set_id))
        .join(LocalEdition, col(LocalEdition.id) == col(MaterialSet.edition_id))
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .where(*wanted, or_(col(MaterialFile.name) == name, col(MaterialFile.latest) == name))
    ).first()
    if row is None:
        raise NotThere
    file, made = row
    return Download(
        campaign_id=made.campaign_id,
        language=made.language,
        version=made.version,
        item=item_of(file),
        parts=shelves.parts_of(session, made.id, file.name),
        edition_id=made.edition_id,
    )
