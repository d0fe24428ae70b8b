"""PO files by Babel's own reader and writer. A unit's reference is the message's context."""

import io
import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser, write_po

from campaigns.domain.errors import N_, BadInput, Fault, Severity
from campaigns.interchange.judging import MOST_ROWS, TOO_MANY_ROWS, Found, Heading, Upload
from campaigns.interchange.sheets import Sheet, writable

NOT_PO = N_("This is not a whole PO file. Save it again in the program that you translate with.")
PLURALS = N_("Plural forms do not belong in this file. Each text has one translation: remove msgid_plural.")
UNSURE = N_("This translation is marked as unsure (fuzzy) and was left out. Remove the mark when it is right.")

_MESSAGE = re.compile(r"^[ \t]*msgid\b", re.MULTILINE)
_PLURAL = re.compile(r"^[ \t]*msgid_plural\b", re.MULTILINE)


class _Listing(Catalog):
    """A catalogue that keeps every message in the order of the file; the ordinary one merges those that are alike."""

    def __init__(self) -> None:
        super().__init__(charset="utf-8")
        self.listed: list[Message] = []

    def __setitem__(self, id: str, message: Message) -> None:  # type: ignore[override]  # noqa: A002 - Babel's name
        if message.id:
            self.listed.append(message)
        else:
            super().__setitem__(id, message)


def write_po_file(sheet: Sheet) -> bytes:
    """The sheet as a PO file."""
    catalogue = Catalog(
        project=sheet.label,
        version=sheet.slug,
        locale=sheet.target.tag.replace("-", "_"),
        header_comment=f"# {sheet.notice}" if sheet.notice else "#",
        msgid_bugs_address="",
        last_translator="",
        language_team=sheet.target.tag,
        creation_date=sheet.made_at,
        revision_date=sheet.made_at,
        charset="utf-8",
        fuzzy=False,
    )
    for unit in sheet.units:
        notes = [line for note in (unit.title, *unit.notes) for line in writable(note).splitlines()]
        text = writable(unit.translation) if unit.translation.strip() else ""
        catalogue.add(writable(unit.source), text, auto_comments=notes, context=unit.reference)
    written = io.BytesIO()
    write_po(written, catalogue, width=0)
    return written.getvalue()


def read_po_file(text: str) -> Upload:
    """What a PO file brings, from its decoded text. Raises BadInput for what Babel cannot read."""
    if sum(1 for _ in _MESSAGE.finditer(text)) > MOST_ROWS + 1:
        raise BadInput([Fault(message=TOO_MANY_ROWS, facts={"most": MOST_ROWS})])
    plural = _PLURAL.search(text)
    if plural:
        # Told before Babel sees it: a header may ask for any number of plural forms, and each takes memory.
        raise BadInput([Fault(message=PLURALS, line=text.count("\n", 0, plural.start()) + 1)])
    catalogue = _Listing()
    try:
        PoFileParser(catalogue, ignore_obsolete=True, abort_invalid=True).parse(text.split("\n"))
    except PoFileError as error:
        raise BadInput([Fault(message=NOT_PO, line=error.lineno + 1)]) from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise BadInput([Fault(message=NOT_PO)]) from None
    return Upload(headings=[_heading(catalogue)], found=list(_found(catalogue)))


def _heading(catalogue: _Listing) -> Heading:
    return Heading(label=str(catalogue.project or ""), target=catalogue.locale_identifier or "")


def _found(catalogue: _Listing) -> Iterator[Found]:
    for message in catalogue.listed:
        unsure = (Fault(message=UNSURE, severity=Severity.WARNING),) if message.fuzzy and message.string else ()
        yield Found(
            reference=message.context or "",
            source=str(message.id),
            translation="" if unsure else str(message.string),
            line=message.lineno,
            faults=unsure,
        )
