"""Sets of material that belong to local editions."""

from collections.abc import Collection

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.store.tables import Campaign, EditionCount, LocalEdition, MaterialFile, MaterialPart, MaterialSet


def standing_of_editions(ids: Collection[str]) -> SelectOfScalar[MaterialSet]:
    """The sets of local editions that count now."""
    return select(MaterialSet).where(col(MaterialSet.edition_id).in_(ids), col(MaterialSet.superseded_at).is_(None))


def newest_of_edition(session: Session, edition_id: str) -> int:
    """The highest version an edition ever had; 0 if there was none."""
    found = select(func.max(MaterialSet.version)).where(col(MaterialSet.edition_id) == edition_id)
    return session.exec(found).one() or 0


def take_back_all_of(session: Session, campaign: Campaign, organisation_id: str) -> None:
    """Nothing of an organisation is offered to everyone any more in a campaign. What it wrote stays its own."""
    session.connection().execute(
        update(LocalEdition)
        .where(col(LocalEdition.campaign_id) == campaign.id, col(LocalEdition.organisation_id) == organisation_id)
        .values(offered_at=None, offered_by=None)
    )


def forget_edition(session: Session, edition_id: str) -> None:
    """Remove all that was ever made of an edition, what it was made from, and how often it was fetched."""
    sets = select(col(MaterialSet.id)).where(col(MaterialSet.edition_id) == edition_id)
    for table in (MaterialPart, MaterialFile):
        session.connection().execute(delete(table).where(col(table.set_id).in_(sets)))
    session.connection().execute(delete(MaterialSet).where(col(MaterialSet.edition_id) == edition_id))
    session.connection().execute(delete(EditionCount).where(col(EditionCount.edition_id) == edition_id))
