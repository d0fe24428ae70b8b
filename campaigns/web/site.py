"""What every page needs to know of the site it belongs to, and the one instant a request is answered at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, g, request

from campaigns.domain.languages import ui_language, ui_languages
from campaigns.i18n import Words, words_for
from campaigns.web.reading import PublicReading
from campaigns.web.shelving import PublicShelves

KEY = "samklang"


@dataclass(frozen=True, kw_only=True)
class Site:
    """The parts a web process is built of. `ready` raises Unready when clock or database are in doubt."""

    reading: PublicReading
    clock: Callable[[], datetime]
    ready: Callable[[], None]
    lift_step: timedelta
    base_url: str
    contact: str
    shelves: PublicShelves

    @property
    def is_https(self) -> bool:
        return urlsplit(self.base_url).scheme == "https"

    def absolute(self, path: str) -> str:
        """A path as the whole address that feeds and sitemaps need; the request's Host is never believed."""
        return self.base_url.rstrip("/") + path


def site() -> Site:
    """The site that answers this request."""
    return cast("Site", current_app.extensions[KEY])


def now() -> datetime:
    """The instant this request is answered at: the clock is read once, so no page is half open."""
    if "now" not in g:
        g.now = site().clock()
    return cast("datetime", g.now)


def words() -> Words:
    """The words of this request's interface language: Swedish until a view or the reader has chosen another."""
    if "words" not in g:
        speak(ui_language(asked_language()))
    return cast("Words", g.words)


def speak(language: str) -> None:
    """Set the interface language of this request."""
    g.words = words_for(language)


def asked_language() -> str | None:
    """The interface language the reader asked for with ?ui=, if it is one we have."""
    asked = request.args.get("ui")
    return asked if asked in ui_languages() else None
