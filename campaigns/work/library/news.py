"""What is new in the library for a member, and what changed since the member's organisation downloaded it.

Of downloads only this is remembered: for an organisation the newest version of each language that anybody in it
fetched, and for everybody together how many there were on a day, of the campaign's own material and of each local
edition. Who fetched what, and when, is stored nowhere: whom
the press heard something from is not to be found out.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import load_only
from sqlmodel import Session, SQLModel, col, func, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import Unready
from campaigns.domain.library import Case, Download, Shelf
from campaigns.domain.times import SWEDEN
from campaigns.store import edition_visibility
from campaigns.store.engine import reading, writing
from campaigns.store.tables import (
    Campaign,
    EditionCount,
    LocalEdition,
    MaterialCount,
    MaterialFetch,
    MaterialVisit,
    Organisation,
)
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.workplace import Workplace

Fetched = Mapping[tuple[str, str], int]
OF_COUNT = ("campaign_id", "language", "kind", "day")
OF_EDITION = ("edition_id", "kind", "day")
OF_FETCH = ("organisation_id", "campaign_id", "language")


@dataclass(frozen=True, kw_only=True)
class News:
    """What a member has seen and the organisation has: `fetched` are versions by campaign and language."""

    seen_at: datetime | None
    fetched: Fetched

    def is_new(self, shelf: Shelf) -> bool:
        """Whether it came, or came anew, since the member said that everything was seen."""
        return shelf.made_at is not None and (self.seen_at is None or shelf.made_at > self.seen_at)

    def older(self, case: Case, shelf: Shelf) -> int | None:
        """The version that the organisation has, if a newer one counts now."""
        had = self.fetched.get((case.campaign_id, shelf.language))
        return had if had is not None and had < shelf.version else None


def news_for(place: Workplace, actor: Actor) -> News:
    """What is remembered for a member and its organisation."""
    with reading(place.engine) as session:
        seen = session.get(MaterialVisit, actor.member_id) if actor.member_id else None
        rows = session.exec(select(MaterialFetch).where(col(MaterialFetch.organisation_id) == actor.organisation_id))
        fetched = {(row.campaign_id, row.language): row.version for row in rows}
        return News(seen_at=seen.seen_at if seen else None, fetched=fetched)


def mark_seen(place: Workplace, actor: Actor, *, now: datetime) -> None:
    """The member has seen everything that is in the library now."""
    row = {"member_id": actor.member_id or "", "seen_at": now}
    with writing(place.engine) as session:
        _add_up(session, MaterialVisit, [row], key=("member_id",), column="seen_at", add=False)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Downloads by campaign, language, kind and day, and of local editions by edition, kind and day; and versions by
    organisation, campaign and language.
    """

    counts: Counter[tuple[str, str, str, str]]
    of_editions: Counter[tuple[str, str, str]]
    fetched: dict[tuple[str, str, str], int]


@dataclass
class Tally:
    """Downloads of one process that are not stored yet: a download itself writes nothing and waits for nothing."""

    _counts: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    _of_editions: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _fetched: dict[tuple[str, str, str], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, download: Download, *, organisation_id: str | None, now: datetime) -> None:
        """One more, and the version an organisation now has; of a local edition only one more of that edition."""
        day = f"{now.astimezone(SWEDEN):%Y-%m-%d}"
        with self._lock:
            if download.edition_id:
                self._of_editions[(download.edition_id, download.item.kind, day)] += 1
                return
            self._counts[(download.campaign_id, download.language, download.item.kind, day)] += 1
            if organisation_id:
                had = (organisation_id, download.campaign_id, download.language)
                self._fetched[had] = max(download.version, self._fetched.get(had, 0))

    def take(self) -> "Taken | None":
        """What is not stored yet, and is not here any more then; None if there is nothing."""
        with self._lock:
            taken = Taken(counts=self._counts, of_editions=self._of_editions, fetched=self._fetched)
            self._counts, self._of_editions, self._fetched = Counter(), Counter(), {}
        return taken if taken.counts or taken.of_editions else None

    def put_back(self, taken: Taken) -> None:
        """It could not be stored: keep it with what came meanwhile."""
        with self._lock:
            self._counts += taken.counts
            self._of_editions += taken.of_editions
            for had, version in taken.fetched.items():
                self._fetched[had] = max(version, self._fetched.get(had, 0))


def store_tally(place: Workplace, tally: Tally) -> None:
    """Add what was counted to what is stored, in one transaction. Raises Unready, and keeps it then."""
    if not (taken := tally.take()):
        return
    rows: list[dict[str, object]] = [
        {"campaign_id": campaign, "language": language, "kind": kind, "day": day, "count": count}
        for (campaign, language, kind, day), count in sorted(taken.counts.items())
    ]
    had: list[dict[str, object]] = [
        {"organisation_id": organisation, "campaign_id": campaign, "language": language, "version": version}
        for (organisation, campaign, language), version in sorted(taken.fetched.items())
    ]
    try:
        with writing(place.engine) as session:
            _add_up(session, MaterialCount, rows, key=OF_COUNT, column="count", add=True)
            _add_up(session, MaterialFetch, had, key=OF_FETCH, column="version", add=False)
            _add_up(session, EditionCount, _of_editions(session, taken), key=OF_EDITION, column="count", add=True)
    except Unready:
        tally.put_back(taken)
        raise


def _of_editions(session: Session, taken: Taken) -> list[dict[str, object]]:
    """Counts of editions that are there still: deleting one forgets its counts, too."""
    counted = sorted({edition_id for edition_id, _, _ in taken.of_editions})
    if not counted:
        return []
    there = select(LocalEdition.id).where(col(LocalEdition.id).in_(counted)).order_by(col(LocalEdition.id))
    still = set(session.exec(there.with_for_update(key_share=True)))
    return [
        {"edition_id": edition_id, "kind": kind, "day": day, "count": count}
        for (edition_id, kind, day), count in sorted(taken.of_editions.items())
        if edition_id in still
    ]


def _add_up(
    session: Session,
    table: type[SQLModel],
    rows: Iterable[Mapping[str, object]],
    *,
    key: tuple[str, ...],
    column: str,
    add: bool,
) -> None:
    """Insert rows; where one is there, add to its column, or keep the greater."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    stored = SQLModel.metadata.tables[str(table.__tablename__)].c[column]
    for row in rows:
        stated = insert(table).values(**row)
        new = stated.excluded[column]
        stated = stated.on_conflict_do_update(
            index_elements=key,
            set_={column: stored + new if add else new},
            where=None if add else new > stored,
        )
        session.connection().execute(stated)


@dataclass(frozen=True, kw_only=True)
class Downloads:
    """How often the material of a campaign was downloaded: by language, and by kind."""

    by_language: Mapping[str, int]
    by_kind: Mapping[str, int]


def downloads_of(place: Workplace, actor: Actor, campaign_id: str) -> Downloads:
    """The counts of one's own campaign, for the police. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign_of_one(session, actor, campaign_id)
        rows = session.exec(
            select(MaterialCount.language, MaterialCount.kind, func.sum(MaterialCount.count))
            .where(col(MaterialCount.campaign_id) == campaign_id)
            .group_by(col(MaterialCount.language), col(MaterialCount.kind))
        ).all()
    by_language: Counter[str] = Counter()
    by_kind: Counter[str] = Counter()
    for language, kind, count in rows:
        by_language[language] += int(count)
        by_kind[kind] += int(count)
    return Downloads(by_language=by_language, by_kind=by_kind)


@dataclass(frozen=True, kw_only=True)
class EditionDownloads:
    """How often one local edition was downloaded, all its files together."""

    edition_id: str
    slug: str
    language: str
    title: str
    place: str
    organisation: str
    count: int


def edition_downloads_of(
    place: Workplace, actor: Actor, campaign_id: str, *, now: datetime
) -> tuple[EditionDownloads, ...]:
    """The counts of the editions that everyone may have of one's own campaign, for the police. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign_of_one(session, actor, campaign_id)
        wanted = col(Campaign.id) == campaign_id, edition_visibility.is_public(now)
        return _edition_downloads(session, *wanted)


def own_edition_downloads(place: Workplace, actor: Actor, *, now: datetime) -> Mapping[str, int]:
    """How often each edition of one's own organisation was downloaded, by its id; those that one may read."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        return {one.edition_id: one.count for one in _edition_downloads(session, edition_visibility.is_own(actor, now))}


def _edition_downloads(session: Session, *wanted: ColumnElement[bool]) -> tuple[EditionDownloads, ...]:
    total = func.sum(EditionCount.count)
    rows = session.exec(
        select(LocalEdition, Organisation.name, total)
        .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
        .join(Organisation, col(Organisation.id) == col(LocalEdition.organisation_id))
        .join(EditionCount, col(EditionCount.edition_id) == col(LocalEdition.id))
        .where(*wanted)
        .group_by(col(LocalEdition.id), col(Organisation.name))
        .order_by(col(Organisation.name), col(LocalEdition.language), col(LocalEdition.slug))
        .options(load_only(*[getattr(LocalEdition, name) for name in ("id", "slug", "language", "title", "place")]))
    ).all()
    return tuple(
        EditionDownloads(
            edition_id=edition.id,
            slug=edition.slug,
            language=edition.language,
            title=edition.title,
            place=edition.place,
            organisation=organisation,
            count=int(count),
        )
        for edition, organisation, count in rows
    )
