"""The languages people choose between. Babel only formats; which languages exist is decided here.

Source: TSV table `campaigns/data/languages.tsv`. Babel's own names and parsing are not enough: it cannot parse `fit`,
`prs` or any Romani, and silently drops the variant of `sv-simple`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]

UI_LANGUAGES: tuple[str, ...] = ("sv", "en")
"""What the interface speaks, its own language first. Another is a tag of the table here, and a catalogue (README)."""


def ui_languages() -> tuple[str, ...]:
    """The languages of the interface, the one that it speaks unless asked otherwise first."""
    return UI_LANGUAGES


def ui_language(wanted: str | None) -> str:
    """What the interface speaks with somebody who wants this language: it, or Swedish where it is not among them."""
    return wanted if wanted in UI_LANGUAGES else UI_LANGUAGES[0]


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language as people choose it. `tag` is BCP 47; `format_locale` is what Babel formats its dates with."""

    tag: str
    swedish: str
    english: str
    autonym: str
    direction: Direction
    script: str
    format_locale: str
    group: str


class Languages(Mapping[str, Language]):
    """The table of languages, in the order in which they are offered."""

    def __init__(self, rows: Iterable[Language]) -> None:
        self._by_tag = {row.tag: row for row in rows}

    def __getitem__(self, tag: str) -> Language:
        return self._by_tag[tag]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_tag)

    def __len__(self) -> int:
        return len(self._by_tag)

    def in_order(self, tags: Iterable[str]) -> list[Language]:
        """The given languages in the table's order; tags the table does not know are left out."""
        wanted = set(tags)
        return [language for tag, language in self._by_tag.items() if tag in wanted]
