"""Where the pages of the site are in each language of the interface. Swedish stands at the short addresses."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from werkzeug.routing import BaseConverter, Map

from campaigns.domain.languages import ui_language, ui_languages
from campaigns.web.site import words

SWEDISH = ui_language(None)


class InterfaceLanguage(BaseConverter):
    """`<interface:language>` in an address: a language of the interface other than Swedish. Any other is no address."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map)
        self.regex = "|".join(tag for tag in ui_languages() if tag != SWEDISH)


def named_ui() -> str | None:
    """The interface language of this page as an address names it: not at all if it is Swedish."""
    return words().language if words().language != SWEDISH else None


def ui_urls(endpoint: str) -> dict[str, str]:
    """A page that has an address of its own in each language of the interface."""
    return {tag: url_for(endpoint, language=tag) for tag in ui_languages()}


def ui_asked_urls(endpoint: str, default: str = SWEDISH, **places: Any) -> dict[str, str]:
    """A page that is asked for a language of the interface with `ui`, which `default` need not be."""
    asked = {tag: None if tag == default else tag for tag in ui_languages()}
    return {tag: url_for(endpoint, **{**places, "ui": ui}) for tag, ui in asked.items()}


def lasting_pages() -> tuple[Mapping[str, str], ...]:
    """The pages that are there before any campaign, each in every language of the interface."""
    own = (ui_urls(endpoint) for endpoint in ("public.start", "about.samklang", "about.accessibility"))
    return (*own, ui_asked_urls("material.library"))
