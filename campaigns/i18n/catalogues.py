"""The catalogues of the interface: read and compiled in memory, brought up to date, and searched for gaps.

The msgids are English sentences with named fields, the same in Python and in templates: `{lift_at}`.
"""

import io
from collections.abc import Iterable, Iterator
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from string import Formatter

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent.parent
CATALOGUES = ROOT / "translations"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "NN_": (1, 2)}


def catalogue_path(language: str) -> Path:
    """Where the catalogue of a language is kept. English has none: the msgids are English."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is kept, with its gaps."""
    with catalogue_path(language).open("rb") as po:
        return read_po(po, locale=language)


def compiled(language: str) -> NullTranslations:
    """The catalogue of a language, ready to answer; English answers with the msgids."""
    if language == "en":
        return NullTranslations()
    return GNUTranslations(io.BytesIO(machine_catalogue(language)))


@cache
def machine_catalogue(language: str) -> bytes:
    """The catalogue of a language in the form that gettext reads (.mo)."""
    machine = io.BytesIO()
    write_mo(machine, read_catalogue(language))
    return machine.getvalue()


@cache
def extract() -> Catalog:
    """Every sentence that code and templates hold now; read once a process."""
    with (CATALOGUES / "babel.cfg").open(encoding="utf-8") as mapping_file:
        methods, options = parse_mapping_cfg(mapping_file)  # type: ignore[no-untyped-call] # Babel has no types here
    found = Catalog(charset="utf-8")
    for folder in (ROOT / "campaigns", ROOT / "templates"):
        for _, _, message, comments, context in extract_from_dir(
            folder, methods, options, keywords=KEYWORDS, comment_tags=("i18n:",), strip_comment_tags=True
        ):
            found.add(message, auto_comments=comments, context=context)
    app = ROOT / "app.py"
    for _, message, comments, context in extract_from_file("python", app, keywords=KEYWORDS) if app.exists() else ():
        found.add(message, auto_comments=comments, context=context)
    return found


def gaps(language: str) -> list[Message]:
    """The sentences that have no sure translation: none, a part of the plurals, or a fuzzy one."""
    catalogue = read_catalogue(language)
    return [message for message in extract() if message.id and not _sure(catalogue.get(message.id, message.context))]


def broken(language: str) -> list[Message]:
    """The translations that lost or misspelt a field of their sentence, which would break it for the reader."""
    return [message for message in read_catalogue(language) if message.id and _translated(message) - _asked(message)]


def _translated(message: Message) -> set[frozenset[str]]:
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return {_fields(form) for form in forms if form}


def _asked(message: Message) -> set[frozenset[str]]:
    return {_fields(form) for form in (message.id if isinstance(message.id, tuple | list) else (message.id,))}


def _fields(sentence: str) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)
    except ValueError:  # a brace that is never closed
        return frozenset({sentence})


def _sure(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def leftovers(language: str) -> list[Message]:
    """The translations that no sentence asks for any more."""
    wanted = extract()
    kept = read_catalogue(language)
    stale = [message for message in kept if message.id and wanted.get(message.id, message.context) is None]
    return [*stale, *kept.obsolete.values()]


def update(language: str) -> None:
    """Bring a catalogue up to date in place: new sentences come in empty, those not asked for go."""
    kept = read_catalogue(language) if catalogue_path(language).exists() else Catalog(locale=language)
    kept.update(extract(), no_fuzzy_matching=True)
    kept.header_comment = f"# Samklang: the interface in {Locale.parse(language).english_name}."
    kept.project, kept.fuzzy = "Samklang", False
    written = io.BytesIO()
    write_po(written, kept, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    catalogue_path(language).parent.mkdir(parents=True, exist_ok=True)
    catalogue_path(language).write_bytes(b"".join(_without_dates(written.getvalue().splitlines(keepends=True))))


def _without_dates(lines: Iterable[bytes]) -> Iterator[bytes]:
    """A catalogue changes when its sentences do, not when it is written."""
    passing = (b'"POT-Creation', b'"PO-Revision', b'"Generated-By', b'"Last-Tr', b'"Language-Team', b'"Report-')
    return (line for line in lines if not line.startswith(passing))
