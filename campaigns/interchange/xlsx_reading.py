"""The table as it comes back from Excel, LibreOffice or a web spreadsheet. Only text counts; nothing is computed."""

import re
from collections.abc import Iterator, Sequence

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange import tables
from campaigns.interchange.judging import MOST_ROWS, TOO_MANY_ROWS, Upload
from campaigns.interchange.packages import PART_MISSING, Package
from campaigns.interchange.xlsx_text import unescaped
from campaigns.interchange.xml_reading import Node

FORMULA = N_("A formula stands in column {column}. Write the text itself.")
NOT_TEXT = N_(
    "Column {column} holds a number, a date or an error instead of a text. Format the cell as text and type it again."
)

_COLUMN = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
_COLUMNS = "ABCD"
_TEXTS = frozenset({"s", "inlineStr", "str"})


def read_xlsx(package: Package) -> Upload:
    """What the first sheet of a workbook brings. Raises BadInput if it is not our table."""
    main = package.main()
    sheet = package.xml(_first_sheet(package, main))
    data = sheet.child("sheetData")
    rows = list(_rows(data, _shared_strings(package, main))) if data else []
    return tables.upload_of(rows)


def _first_sheet(package: Package, main: str) -> str:
    listed = package.xml(main).child("sheets")
    first = next(listed.children("sheet"), None) if listed else None
    if first is None:
        raise BadInput([Fault(message=PART_MISSING)])
    return package.related(main, "worksheet", of_id=first["id"])[0]


def _shared_strings(package: Package, main: str) -> Sequence[str]:
    found = package.related(main, "sharedStrings", must_be=False)
    return [_words(entry) for entry in package.xml(found[0]).children("si")] if found else ()


def _rows(data: Node, shared: Sequence[str]) -> Iterator[tables.Row]:
    """Rows of a table count from 1; programs may leave out their numbers, and blank rows."""
    line = told = 0
    for row in data.children("row"):
        line = int(row["r"]) if re.fullmatch("[0-9]{1,7}", row["r"]) else line + 1
        read = _row(row, line, shared)
        told += not read.is_blank
        if told > MOST_ROWS:
            raise BadInput([Fault(message=TOO_MANY_ROWS, facts={"most": MOST_ROWS})])
        yield read


def _row(row: Node, line: int, shared: Sequence[str]) -> tables.Row:
    cells, faults = ["", "", "", ""], []
    for place, cell in enumerate(row.children("c")):
        named = _COLUMN.fullmatch(cell["r"])
        column = _COLUMNS.find(named[1]) if named and len(named[1]) == 1 else (-1 if named else place)
        if not 0 <= column < len(_COLUMNS):
            continue
        message = _objection(cell)
        if message:
            faults.append(Fault(message=message, facts={"column": _COLUMNS[column]}))
        else:
            cells[column] = _text(cell, shared)
    return tables.Row(line=line, cells=tuple(cells), faults=tuple(faults))


def _objection(cell: Node) -> str | None:
    if cell.child("f"):
        return FORMULA
    value = cell.child("v")
    return NOT_TEXT if value and value.text and cell["t"] not in _TEXTS else None


def _text(cell: Node, shared: Sequence[str]) -> str:
    value = cell.child("v")
    if cell["t"] == "inlineStr":
        written = cell.child("is")
        return _words(written) if written else ""
    if cell["t"] == "s" and value:
        number = int(value.text) if re.fullmatch("[0-9]{1,7}", value.text.strip()) else len(shared)
        if number >= len(shared):
            raise BadInput([Fault(message=PART_MISSING)])
        return shared[number]
    return unescaped(value.text) if value else ""


def _words(entry: Node) -> str:
    """A text and its formatted runs; how it is pronounced (rPh) is not a part of it."""
    runs = [entry, *entry.children("r")]
    return "".join(unescaped(text.text) for run in runs for text in run.children("t"))
