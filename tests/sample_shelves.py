"""A library in memory beside the campaigns of `public_samples`, that answers like the real one does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from campaigns.domain.errors import NotThere
from campaigns.domain.library import EVERYTHING, ZIP, Case, Change, Download, Item, Making, Part, Shelf
from campaigns.work.editions.gone import GoneEdition
from campaigns.work.editions.listing import ListedEdition
from campaigns.work.editions.reading import OfferedEdition
from campaigns.work.library.contents import CORE_CHANGED

PAGE = b"<!doctype html><html lang='sv'><head><title>Kort</title><style>p{color:red}</style></head><body></body></html>"
TEXT = bytes(range(256)) * 5


def item(name: str, latest: str, kind: str, media_type: str, content: bytes) -> Item:
    """A file of the sample."""
    digest = sha256(content).hexdigest()
    return Item(name=name, latest=latest, kind=kind, media_type=media_type, size=len(content), sha256=digest)


def shelf(slug: str, tag: str, lift_at: datetime, **wanted: object) -> Shelf:
    """One language with a card to print, one to read, a picture to share, and their ZIP."""
    stem = f"{slug}_v2_{tag}" if tag else f"{slug}_v2"
    card = (
        item(f"{stem}_samtalskort.pdf", "samtalskort.pdf", "samtalskort", "application/pdf", TEXT),
        item(f"{stem}_samtalskort.html", "samtalskort.html", "samtalskort", "text/html; charset=utf-8", PAGE),
        item(f"{stem}_bild_1200x630.png", "bild_1200x630.png", "bild", "image/png", TEXT),
    )
    whole = item(f"{stem}.zip", "allt.zip", ZIP, "application/zip", TEXT + PAGE)
    made = Shelf(
        language=tag,
        state=Making.MADE,
        version=2,
        replaces=1,
        wanted_at=lift_at + timedelta(hours=1),
        made_at=lift_at + timedelta(hours=1),
        changes=(Change(sentence=CORE_CHANGED, name="Pengarna kommer aldrig"),),
        problem_facts={},
        not_made={"sms": "there is no SMS in this language"},
        items=(*card, whole) if tag else (whole,),
    )
    return replace(made, **wanted)  # type: ignore[arg-type] # by name


@dataclass
class SampleShelves:
    """One campaign by its slug and T, with some languages made, one on its way and one refused."""

    lifts: dict[str, datetime]
    tags: Sequence[str] = ("sv", "ar")
    counted: list[tuple[str, str | None]] = field(default_factory=list)
    asked: int = 0

    def cases(
        self, *, now: datetime, slug: str | None = None, language: str | None = None, kind: str | None = None
    ) -> Sequence[Case]:
        self.asked += 1
        found = self._found(now, slug, language, kind)
        if slug is not None and not found:
            raise NotThere
        return found

    def _found(self, now: datetime, slug: str | None, language: str | None, kind: str | None) -> list[Case]:
        public = {one: at for one, at in self.lifts.items() if at <= now and slug in {None, one}}
        return [self._case(one, at, language, kind) for one, at in public.items()]

    def _case(self, slug: str, lift_at: datetime, language: str | None, kind: str | None) -> Case:
        shelves = [shelf(slug, tag, lift_at) for tag in self.tags]
        shelves.append(shelf(slug, "so", lift_at, state=Making.WAITING, made_at=None, items=()))
        shelves.append(shelf(slug, "ti", lift_at, state=Making.REFUSED, problem="No.", items=()))
        chosen = [one for one in shelves if language in {None, one.language}]
        return Case(
            campaign_id=slug,
            slug=slug,
            name="Gängsnacket",
            lift_at=lift_at,
            public=True,
            example=True,
            shelves=tuple(
                replace(one, items=tuple(file for file in one.items if kind in {None, file.kind} or file.kind == ZIP))
                for one in chosen
            ),
            everything=shelf(slug, EVERYTHING, lift_at) if language is None else None,
        )

    def download(self, *, now: datetime, slug: str, language: str, name: str) -> Download:
        case = next(iter(self._found(now, slug, None, None)), None)
        if case is None:
            raise NotThere
        shelves = [*case.shelves, *([case.everything] if case.everything else [])]
        for one in shelves:
            for file in one.items:
                if one.language == language and name in {file.name, file.latest}:
                    parts = (Part(sha256="a", size=min(700, file.size)), Part(sha256="b", size=max(file.size - 700, 0)))
                    return Download(campaign_id=slug, language=language, version=2, item=file, parts=parts)
        raise NotThere

    def editions(self, **_: object) -> Sequence[OfferedEdition]:
        return ()

    def offered(self, **_: object) -> Sequence[ListedEdition]:
        return ()

    def edition_download(self, **_: object) -> Download:
        raise NotThere

    def gone_edition(self, **_: object) -> GoneEdition:
        raise NotThere

    def read(self, download: Download, start: int, stop: int) -> Iterator[bytes]:
        content = {"application/pdf": TEXT, "image/png": TEXT, "application/zip": TEXT + PAGE}.get(
            download.item.media_type, PAGE
        )
        yield from (content[start:stop][at : at + 100] for at in range(0, stop - start, 100))

    def count(self, download: Download, *, now: datetime, organisation_id: str | None = None) -> None:  # noqa: ARG002
        self.counted.append((download.item.name, organisation_id))
