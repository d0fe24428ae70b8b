"""What files of the library are called, and how large they are."""

from collections.abc import Iterable, Mapping

from babel.numbers import format_decimal
from flask import Flask

from campaigns.domain.errors import N_
from campaigns.domain.library import ZIP, Case, Item
from campaigns.materials.kinds import Kind
from campaigns.web.downloads import SHOWN
from campaigns.web.site import words

KINDS: Mapping[str, str] = {
    Kind.CARD: N_("Conversation card"),
    Kind.FOLDER: N_("Folder in two languages"),
    Kind.GUIDE: N_("Circle leader's guide"),
    Kind.POSTER: N_("Poster"),
    Kind.SOCIAL: N_("Pictures to share"),
    Kind.SMS: N_("Text message"),
    Kind.SCRIPT: N_("Text to read aloud"),
    Kind.GLOSSARY: N_("Glossary"),
    Kind.KIT: N_("Translator's kit"),
    ZIP: N_("Everything in one ZIP"),
}
FORMATS: Mapping[str, str] = {
    "pdf": "PDF",
    "html": N_("web page"),
    "docx": N_("Word, to edit"),
    "png": N_("picture"),
    "txt": N_("plain text"),
    "csv": N_("table"),
    "zip": "ZIP",
}
WHICH: Mapping[str, str] = {"alternativtext": N_("alt texts"), "a3": "A3", "a4": "A4"}
WIDE = "1200x630.png"
MB = 1_000_000
ALL = "alla"
"""Stands for a language in addresses of what holds all of them."""


def kind_name(kind: str) -> str:
    """What a kind is called."""
    return words()._(KINDS[kind])


def item_name(item: Item) -> str:
    """What tells a file from the others of its kind: PDF, A3 (PDF), 1200×630 (picture)."""
    stem, _, ending = item.latest.rpartition(".")
    file_format = words()._(FORMATS.get(ending, ending.upper()))
    _, _, which = stem.partition("_")
    if not which:
        return file_format[:1].upper() + file_format[1:]
    said = words()._(WHICH.get(which, which.replace("x", "×")))
    return f"{said[:1].upper()}{said[1:]} ({file_format})"


def size_of(size: int) -> str:
    """A size as people say it: 482 kB, 7,9 MB."""
    if size < 1000:
        return f"{size} B"
    number = size / MB if size >= MB else size / 1000
    digits = "#,##0.0" if size >= MB else "#,##0"
    return f"{format_decimal(number, digits, locale=words().language)} {'MB' if size >= MB else 'kB'}"


def by_kind(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Files gathered by their kind, in the order of kinds."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item)
    return [(kind, found[kind]) for kind in KINDS if kind in found]


def picture_of(items: Iterable[Item]) -> Item | None:
    """The one among files that a page shows, so that people see what they would download: the wide picture to share."""
    return next((item for item in items if item.latest.endswith(WIDE)), None)


def sums(case: Case, tag: str) -> str:
    """SHA256SUMS of a language's files; `sha256sum -c` reads it."""
    items = [item for shelf in case.shelves if shelf.language == tag for item in shelf.items]
    return "".join(f"{item.sha256}  {item.name}\n" for item in items)


def install(app: Flask) -> None:
    """Give the templates their words for the library."""
    app.jinja_env.globals.update(
        kind_name=kind_name,
        item_name=item_name,
        size_of=size_of,
        by_kind=by_kind,
        picture_of=picture_of,
        ALL=ALL,
        SHOWN=SHOWN,
    )
