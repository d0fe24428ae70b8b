"""The table as it comes back from Word, LibreOffice or a web editor.

Only the words of a text are taken: whatever could mean two things (changes that nobody accepted yet, a table in a
cell, a footnote, a picture) is a fault of its row.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange import tables
from campaigns.interchange.judging import MOST_ROWS, TOO_MANY_ROWS, Upload, shown
from campaigns.interchange.packages import Package
from campaigns.interchange.xml_reading import Node

TRACKED = N_("This row holds changes that are tracked. Accept or reject them in your word processor, then save.")
NOT_WORDS = N_("This row holds something that is not text: {what}. Remove it, or write it as words.")
OVERRIDE = N_("A part of this row has its direction forced. Remove that formatting.")
TABLE_LOST = N_("There is no table in this document. Choose the file that you downloaded and filled in.")

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "r", "dir"})
_TRACKED = frozenset({"ins", "del", "moveFrom", "moveTo", "delText"})
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_WITHOUT_WORDS = frozenset(
    {
        *("pPr", "rPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr", "smartTagPr", "proofErr", "permStart", "permEnd"),
        *("bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "commentReference", "annotationRef"),
        *("lastRenderedPageBreak", "fldChar", "instrText", "fldData"),
    }
)
_LISTED = "- "


@dataclass(kw_only=True)
class _Cell:
    """What a cell holds: its paragraphs, and what there is to object to."""

    paragraphs: list[str] = field(default_factory=list)
    faults: dict[str, Fault] = field(default_factory=dict)

    def add(self, words: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1] += words

    def object_to(self, message: str, **facts: object) -> None:
        self.faults.setdefault(message, Fault(message=message, facts=facts))


def read_docx(package: Package) -> Upload:
    """What a Word document brings. Raises BadInput for one without our table, or tied to other documents."""
    main = package.main()
    body = package.xml(main).child("body")
    rows = [] if body is None else list(_rows(body))
    if not rows:
        raise BadInput([Fault(message=TABLE_LOST)])
    return tables.upload_of(rows)


def _rows(body: Node) -> Iterator[tables.Row]:
    line = 0
    for table in body.within("tbl", through=_WRAPPERS):
        for row in table.within("tr", through=_WRAPPERS):
            line += 1
            if line > MOST_ROWS:
                raise BadInput([Fault(message=TOO_MANY_ROWS, facts={"most": MOST_ROWS})])
            yield _row(row, line)


def _row(row: Node, line: int) -> tables.Row:
    cells = [_cell(cell) for cell in row.within("tc", through=_WRAPPERS)]
    texts = ["\n".join(cell.paragraphs) for cell in cells] or [""]
    faults = {message: fault for cell in cells[: tables.NOTES] for message, fault in cell.faults.items()}
    if _is_tracked(row):
        faults.setdefault(TRACKED, Fault(message=TRACKED))
    return tables.Row(line=line, cells=tuple(texts), faults=tuple(faults.values()))


def _is_tracked(row: Node) -> bool:
    properties = row.child("trPr")
    return properties is not None and any(properties.children("ins", "del"))


def _cell(node: Node) -> _Cell:
    cell = _Cell()
    _take(node, cell)
    return cell


def _take(node: Node, cell: _Cell) -> None:
    for child in node.children():
        match child.name:
            case "p":
                cell.paragraphs.append(_LISTED if _is_listed(child) else "")
                _take(child, cell)
            case "t":
                cell.add(child.text)
            case name if name in _SIGNS:
                cell.add(_SIGNS[name])
            case name if name in _WRAPPERS:
                _take(child, cell)
            case name if name in _TRACKED:
                cell.object_to(TRACKED)
            case "bdo":
                cell.object_to(OVERRIDE)
            case name if name not in _WITHOUT_WORDS:
                cell.object_to(NOT_WORDS, what=shown(name))


def _is_listed(paragraph: Node) -> bool:
    """Word turns a hyphen at the start of a line into a list of its own, and takes the hyphen away."""
    properties = paragraph.child("pPr")
    numbering = properties.child("numPr") if properties else None
    number = numbering.child("numId") if numbering else None
    return number is not None and number["val"] != "0"
