"""What may be downloaded now: by anyone, and by a member. Every query here is scoped by `store.visibility`.

What is listed, and what is handed out, come from the same condition; bytes are read by the sums of a file that was
found by it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, false
from sqlalchemy.orm import load_only
from sqlmodel import Session, col, or_, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.library import (
    EVERYTHING,
    ZIP,
    Case,
    Change,
    Download,
    Item,
    Making,
    Shelf,
    parts_within,
)
from campaigns.store import shelves, visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, MaterialFile, MaterialSet
from campaigns.work.workplace import Workplace

Condition = ColumnElement[bool]
Row = tuple[MaterialSet, Campaign, bool]
NOTHING = "-"
"""A kind that no file has, for a page that lists ZIPs and no files."""
AT_ONCE = 8
"""Parts that are read from the database at one time."""
_OF_CAMPAIGN = ("id", "slug", "name", "lift_at", "stage", "briefing_opens_at", "example")
OF_SET = (
    "id", "campaign_id", "language", "place", "embargoed", "version", "changes", "state", "problem", "problem_facts",
    "not_made", "wanted_at", "made_at",
)  # fmt: skip


def public_library(
    engine: Engine, *, now: datetime, slug: str | None = None, language: str | None = None, kind: str | None = None
) -> list[Case]:
    """Public campaigns with their material, newest first; one of them, one language, or one kind of file.

    `kind` narrows the files of each shelf; NOTHING lists none. ZIPs are always there. Raises NotThere for a campaign
    that is asked for by name and is not public.
    """
    wanted = [visibility.material_is_public(now)]
    if slug is not None:
        wanted.append(col(Campaign.slug) == slug)
    found = _cases(engine, wanted, now=now, language=language, kind=kind)
    if slug is not None and not found:
        raise NotThere
    return found


def public_download(engine: Engine, *, now: datetime, slug: str, language: str, name: str) -> Download:
    """A public file by its campaign, language and name, the one with its version in it or the one without.

    Raises NotThere, the same for not yet, never, and a version that does not count any more.
    """
    return _download(engine, [visibility.material_is_public(now), col(Campaign.slug) == slug], language, name)


def member_library(
    place: Workplace, actor: Actor, *, now: datetime, campaign_id: str | None = None, kind: str | None = None
) -> list[Case]:
    """The material of every campaign a member may read, newest T first: under embargo after the terms, else public."""
    wanted = [_open_to(actor, now)]
    if campaign_id is not None:
        wanted.append(col(Campaign.id) == campaign_id)
    mine = or_(visibility.is_owned_by(actor), visibility.is_invited(actor))
    return _cases(place.engine, wanted, now=now, kind=kind, mine=mine)


def member_download(
    place: Workplace, actor: Actor, campaign_id: str, *, language: str, name: str, now: datetime
) -> Download:
    """A file that the member may have. Raises NotThere."""
    wanted = [_open_to(actor, now), col(Campaign.id) == campaign_id]
    return _download(place.engine, wanted, language, name)


def _open_to(actor: Actor, now: datetime) -> Condition:
    """A member without a role that reads briefings has what anyone has."""
    if actor.may(Permission.READ_BRIEFING):
        return visibility.material_is_open(actor, now)
    return visibility.material_is_public(now)


def read_bytes(engine: Engine, download: Download, start: int, stop: int) -> Iterator[bytes]:
    """Bytes `start` to `stop`, not included, a few parts at a time; between them the database is let go of."""
    stretch = parts_within(download.parts, start, stop)
    for at in range(0, len(stretch), AT_ONCE):
        some = stretch[at : at + AT_ONCE]
        with reading(engine) as session:
            found = shelves.bodies(session, [part.sha256 for part, _, _ in some])
        for part, begin, end in some:
            yield found[part.sha256][begin:end]


def _cases(
    engine: Engine,
    wanted: Sequence[Condition],
    *,
    now: datetime,
    language: str | None = None,
    kind: str | None = None,
    mine: Condition | None = None,
) -> list[Case]:
    query = (
        select(MaterialSet, Campaign, false() if mine is None else mine)
        .join(Campaign, col(Campaign.id) == col(MaterialSet.campaign_id))
        .where(*wanted)
        .order_by(col(Campaign.lift_at).desc(), col(Campaign.slug), col(MaterialSet.place))
        .options(
            load_only(*[getattr(MaterialSet, name) for name in OF_SET]),
            load_only(*[getattr(Campaign, name) for name in _OF_CAMPAIGN]),
        )
    )
    if language is not None:
        query = query.where(col(MaterialSet.language) == language)
    with reading(engine) as session:
        rows = session.exec(query).all()
        items = items_of(session, [row for row, _, _ in rows if row.state is Making.MADE], kind)
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            grouped[row[1].id].append(row)
        return [_case(of_one, items, now) for of_one in grouped.values()]


def items_of(session: Session, rows: Iterable[MaterialSet], kind: str | None = None) -> Mapping[str, tuple[Item, ...]]:
    """The files of sets by the set's id."""
    query = select(MaterialFile).where(col(MaterialFile.set_id).in_([row.id for row in rows]))
    if kind is not None:
        query = query.where(col(MaterialFile.kind).in_([kind, ZIP]))
    found: dict[str, list[Item]] = defaultdict(list)
    for file in session.exec(query.order_by(col(MaterialFile.set_id), col(MaterialFile.position))):
        found[file.set_id].append(item_of(file))
    return {set_id: tuple(items) for set_id, items in found.items()}


def item_of(file: MaterialFile) -> Item:
    """A file as a value."""
    return Item(
        name=file.name,
        latest=file.latest,
        kind=file.kind,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
    )


def _case(rows: Sequence[Row], items: Mapping[str, tuple[Item, ...]], now: datetime) -> Case:
    _, campaign, mine = rows[0]
    found = [shelf_of_set(row, items.get(row.id, ())) for row, _, _ in rows]
    return Case(
        campaign_id=campaign.id,
        slug=campaign.slug,
        name=campaign.name,
        lift_at=campaign.lift_at,
        public=is_public(campaign.embargo, now=now),
        example=campaign.example,
        mine=bool(mine),
        shelves=tuple(shelf for shelf in found if shelf.language != EVERYTHING),
        everything=next((shelf for shelf in found if shelf.language == EVERYTHING), None),
    )


def shelf_of_set(row: MaterialSet, items: tuple[Item, ...]) -> Shelf:
    """A set with its files as a value."""
    return Shelf(
        language=row.language,
        state=row.state,
        version=row.version,
        replaces=row.version - 1 if row.version > 1 else None,
        wanted_at=row.wanted_at,
        made_at=row.made_at,
        changes=tuple(Change(sentence=one["sentence"], name=one["name"]) for one in row.changes),
        problem=row.problem,
        problem_facts=row.problem_facts,
        not_made=row.not_made,
        items=items,
    )


def _download(engine: Engine, wanted: Sequence[Condition], language: str, name: str) -> Download:
    with reading(engine) as session:
        found = session.exec(
            select(MaterialFile, MaterialSet)
            .join(MaterialSet, col(MaterialSet.id) == col(MaterialFile.set_id))
            .join(Campaign, col(Campaign.id) == col(MaterialSet.campaign_id))
            .where(
                *wanted,
                col(MaterialSet.language) == language,
                or_(col(MaterialFile.name) == name, col(MaterialFile.latest) == name),
            )
            .options(load_only(*[getattr(MaterialSet, one) for one in OF_SET]))
        ).first()
        if found is None:
            raise NotThere
        file, row = found
        return Download(
            campaign_id=row.campaign_id,
            language=row.language,
            version=row.version,
            item=item_of(file),
            parts=shelves.parts_of(session, row.id, file.name),
        )
