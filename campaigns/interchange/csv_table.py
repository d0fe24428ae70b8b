"""CSV as spreadsheets in Sweden read it: UTF-8 with its mark, semicolons, CRLF.

A cell that a program could take for a formula gets an apostrophe in front, and loses it when it comes back. Source:
OWASP, *CSV Injection*; the full-width signs are for programs that fold them. A cell that begins with an apostrophe gets
one too, so that every text comes back as it was.
"""

import csv
import io
from collections.abc import Iterator

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange import tables
from campaigns.interchange.judging import MOST_ROWS, TOO_MANY_ROWS, Upload
from campaigns.interchange.sheets import Sheet, writable

NOT_CSV = N_("The quotation marks of this row do not match. Save the table as CSV again in your spreadsheet program.")
NO_DELIMITER = N_("The columns of the first row cannot be told apart. Save the table as CSV with semicolons.")

_HARMLESS = "'"
_FORMULA = frozenset("=+-@＝＋－＠")
_DELIMITERS = ";,\t"


def write_csv(sheet: Sheet) -> bytes:
    """The sheet as CSV."""
    written = io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    table.writerow(tables.headings(sheet))
    for unit in sheet.units:
        cells = (unit.reference, unit.source, unit.translation, tables.notes_of(unit))
        table.writerow([harmless(writable(cell)) for cell in cells])
    return written.getvalue().encode("utf-8-sig")


def read_csv(text: str) -> Upload:
    """What a CSV file brings, from its decoded text."""
    return tables.upload_of(list(_rows(text)))


def harmless(cell: str) -> str:
    """The cell as no spreadsheet program computes it."""
    return _HARMLESS + cell if _needs_it(cell) else cell


def as_it_was(cell: str) -> str:
    """The cell without the apostrophe that made it harmless."""
    return cell[1:] if cell.startswith(_HARMLESS) and _needs_it(cell[1:]) else cell


def _needs_it(cell: str) -> bool:
    return cell[:1] in {*"\t\r\n'"} or cell.lstrip()[:1] in _FORMULA


def _rows(text: str) -> Iterator[tables.Row]:
    """A line here is a row as spreadsheets count, however many lines of text it holds."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 0
    try:
        for line, cells in enumerate(lines, start=1):
            if line > MOST_ROWS:
                raise BadInput([Fault(message=TOO_MANY_ROWS, facts={"most": MOST_ROWS})])
            yield tables.Row(line=line, cells=tuple(map(as_it_was, cells)))
    except csv.Error:
        raise BadInput([Fault(message=NOT_CSV, line=line + 1)]) from None


def _delimiter(text: str) -> str:
    """Programs of other countries write other delimiters; the label of the first cell holds none of them."""
    first = next((sign for sign in text.partition("\n")[0] if sign in _DELIMITERS), None)
    if first is None:
        raise BadInput([Fault(message=NO_DELIMITER, line=1)])
    return first
