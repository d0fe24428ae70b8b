"""What the pages of the library ask, how the tasks answer it, and where downloads are counted."""

import atexit
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from campaigns.domain.errors import Unready
from campaigns.domain.library import Case, Download
from campaigns.work.editions.gone import GoneEdition, gone_edition
from campaigns.work.editions.listing import ListedEdition, offered_editions
from campaigns.work.editions.reading import OfferedEdition, public_edition_download, public_editions
from campaigns.work.library.news import Tally, store_tally
from campaigns.work.library.shelves import public_download, public_library, read_bytes
from campaigns.work.workplace import Workplace


class PublicShelves(Protocol):
    """What of the library is public at an instant. Everything else raises NotThere, as PublicReading does."""

    def cases(
        self, *, now: datetime, slug: str | None = None, language: str | None = None, kind: str | None = None
    ) -> Sequence[Case]:
        """Public campaigns with their material, newest first. Raises NotThere for a campaign asked for by name."""

    def download(self, *, now: datetime, slug: str, language: str, name: str) -> Download:
        """One file. Raises NotThere."""

    def editions(
        self, *, now: datetime, slug: str, language: str, edition: str | None = None
    ) -> Sequence[OfferedEdition]:
        """What organisations offer of a public campaign in a language, or one of it by its name in addresses."""

    def offered(
        self, *, now: datetime, slug: str | None = None, language: str | None = None
    ) -> Sequence[ListedEdition]:
        """The editions that organisations offer, for lists."""

    def edition_download(self, *, now: datetime, slug: str, language: str, edition: str, name: str) -> Download:
        """One file of an offered edition. Raises NotThere."""

    def gone_edition(
        self, *, now: datetime, slug: str, language: str, edition: str, name: str | None = None
    ) -> GoneEdition:
        """What became of an edition that everyone had, or of a file of it. Raises NotThere."""

    def read(self, download: Download, start: int, stop: int) -> Iterator[bytes]:
        """Bytes of a file that was found, `stop` not included."""

    def count(self, download: Download, *, now: datetime, organisation_id: str | None = None) -> None:
        """One more download, without waiting for anything."""


class WorkShelves:
    """The library over the database. Counts are stored together, at most `store_after` after the first of them."""

    def __init__(self, place: Workplace, *, store_after: timedelta | None = None) -> None:
        self._place, self._store_after = place, store_after
        self._tally, self._lock, self._is_waiting = Tally(), threading.Lock(), False
        if store_after is not None:
            atexit.register(self.store)

    def cases(
        self, *, now: datetime, slug: str | None = None, language: str | None = None, kind: str | None = None
    ) -> Sequence[Case]:
        return public_library(self._place.engine, now=now, slug=slug, language=language, kind=kind)

    def download(self, *, now: datetime, slug: str, language: str, name: str) -> Download:
        return public_download(self._place.engine, now=now, slug=slug, language=language, name=name)

    def editions(
        self, *, now: datetime, slug: str, language: str, edition: str | None = None
    ) -> Sequence[OfferedEdition]:
        return public_editions(self._place.engine, now=now, slug=slug, language=language, edition=edition)

    def offered(
        self, *, now: datetime, slug: str | None = None, language: str | None = None
    ) -> Sequence[ListedEdition]:
        return offered_editions(self._place.engine, now=now, slug=slug, language=language)

    def edition_download(self, *, now: datetime, slug: str, language: str, edition: str, name: str) -> Download:
        return public_edition_download(
            self._place.engine, now=now, slug=slug, language=language, edition=edition, name=name
        )

    def gone_edition(
        self, *, now: datetime, slug: str, language: str, edition: str, name: str | None = None
    ) -> GoneEdition:
        return gone_edition(self._place.engine, now=now, slug=slug, language=language, edition=edition, name=name)

    def read(self, download: Download, start: int, stop: int) -> Iterator[bytes]:
        return read_bytes(self._place.engine, download, start, stop)

    def count(self, download: Download, *, now: datetime, organisation_id: str | None = None) -> None:
        self._tally.count(download, organisation_id=organisation_id, now=now)
        if self._store_after is None:
            return
        with self._lock:
            if self._is_waiting:
                return
            self._is_waiting = True
        soon = threading.Timer(self._store_after.total_seconds(), self.store)
        soon.daemon = True
        soon.start()

    def store(self) -> None:
        """Store what was counted. While the database is away it is kept, and stored with what comes next."""
        with self._lock:
            self._is_waiting = False
        try:
            store_tally(self._place, self._tally)
        except Unready:
            return
