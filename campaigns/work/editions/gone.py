"""Addresses of local editions that everyone once had and that do not count any more, and what counts instead."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import col, select

from campaigns.domain.errors import NotThere
from campaigns.domain.library import Earlier
from campaigns.domain.lifecycle import Stage
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, EditionTrace
from campaigns.work.editions.reading import OfferedEdition, public_editions


@dataclass(frozen=True, kw_only=True)
class GoneEdition:
    """An edition, or a version of it, that is not there any more. `campaign` is the name in addresses.

    `offered` is the edition as everyone may have it now, if they may; then `asked` says which version the address was
    of and which file has taken its place.
    """

    campaign: str
    campaign_name: str
    is_withdrawn: bool
    offered: OfferedEdition | None = None
    asked: Earlier | None = None


def gone_edition(
    engine: Engine, *, now: datetime, slug: str, language: str, edition: str, name: str | None = None
) -> GoneEdition:
    """What became of an edition, or of a file of it by its name. Raises NotThere for what everyone never had.

    A name without a version is not gone while the edition is offered: it will be a file again.
    """
    with reading(engine) as session:
        rows = session.exec(
            select(EditionTrace.version, EditionTrace.names, Campaign.name, Campaign.stage)
            .join(Campaign, col(Campaign.id) == col(EditionTrace.campaign_id))
            .where(
                visibility.exists_for_the_public(now),
                col(Campaign.slug) == slug,
                col(EditionTrace.language) == language,
                col(EditionTrace.slug) == edition,
            )
            .order_by(col(EditionTrace.version).desc())
        ).all()
    found = next((row for row in rows if name is None or name in row[1]), None)
    if found is None:
        raise NotThere
    version, _, campaign_name, stage = found
    offered = public_editions(engine, now=now, slug=slug, language=language, edition=edition)
    if offered and (name is None or not _is_versioned(name, version)):
        raise NotThere
    return GoneEdition(
        campaign=slug,
        campaign_name=campaign_name,
        is_withdrawn=stage is Stage.WITHDRAWN,
        offered=offered[0] if offered else None,
        asked=_instead(offered[0], name, version) if offered and name else None,
    )


def _is_versioned(name: str, version: int) -> bool:
    return f"_v{version}" in name


def _instead(offered: OfferedEdition, name: str, version: int) -> Earlier:
    called = name.replace(f"_v{version}", f"_v{offered.shelf.version}", 1)
    return Earlier(version=version, item=next((one for one in offered.shelf.items if one.name == called), None))
