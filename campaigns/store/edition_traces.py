"""Versions of local editions that everyone once had, noted in the transaction that ends it by the rule that shows them.

Nothing is noted while a version can be fetched, so nothing need be written at T.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from campaigns.domain.library import Making
from campaigns.store import edition_visibility
from campaigns.store.tables import Campaign, EditionTrace, LocalEdition, MaterialFile, MaterialSet


def leave_traces(
    session: Session, campaign_id: str, *, now: datetime, edition_id: str | None = None, sets: Iterable[str] = ()
) -> None:
    """Note what everyone can fetch of a campaign's editions right now; of one edition, or of some sets alone.

    Call it before whatever ends that: afterwards nothing shows any more that it was public.
    """
    only = [*([col(LocalEdition.id) == edition_id] if edition_id else []), *_among(sets)]
    rows = session.exec(
        select(MaterialSet.id, MaterialSet.version, LocalEdition.slug, LocalEdition.language)
        .join(LocalEdition, col(LocalEdition.id) == col(MaterialSet.edition_id))
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .where(
            col(Campaign.id) == campaign_id,
            edition_visibility.set_is_public(now),
            col(MaterialSet.state) == Making.MADE,
            *only,
        )
    ).all()
    names = _names(session, [found[0] for found in rows]) if rows else {}
    for set_id, version, slug, language in rows:
        row = {"slug": slug, "version": version, "language": language, "names": names.get(set_id, [])}
        _insert(session, {"campaign_id": campaign_id} | row)


def _among(sets: Iterable[str]) -> list[edition_visibility.Condition]:
    chosen = list(sets)
    return [col(MaterialSet.id).in_(chosen)] if chosen else []


def _names(session: Session, sets: Iterable[str]) -> Mapping[str, list[str]]:
    files = session.exec(
        select(MaterialFile.set_id, MaterialFile.name, MaterialFile.latest)
        .where(col(MaterialFile.set_id).in_(list(sets)))
        .order_by(col(MaterialFile.set_id), col(MaterialFile.position))
    )
    found: dict[str, list[str]] = {}
    for set_id, name, latest in files:
        found.setdefault(set_id, []).extend([name, latest])
    return found


def _insert(session: Session, row: Mapping[str, object]) -> None:
    """What is noted already stays."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.connection().execute(insert(EditionTrace).on_conflict_do_nothing(), [row])
