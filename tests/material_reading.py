"""Reading made material back, with readers that the writing knows nothing of."""

import io
import re
from html.parser import HTMLParser

import docx
import pypdf
from pypdf.generic import DictionaryObject

from campaigns.materials.kinds import Format, Kind, Piece
from campaigns.materials.making import make_piece
from campaigns.materials.values import Material


def made(material: Material, kind: Kind, form: Format, which: str = "") -> bytes:
    """The bytes of one piece."""
    return make_piece(material, Piece(kind=kind, format=form, which=which)).content


def pdf(content: bytes) -> pypdf.PdfReader:
    """The PDF, opened."""
    return pypdf.PdfReader(io.BytesIO(content))


def title_of(content: bytes) -> str:
    """The title that a PDF says it has; a reader shows it in its window."""
    metadata = pdf(content).metadata
    return str(metadata.title or "") if metadata is not None else ""


def pdf_text(content: bytes) -> str:
    """All words of a PDF, with single spaces: lines are broken where they fit."""
    return words("\n".join(page.extract_text() for page in pdf(content).pages))


def pdf_chunks(content: bytes) -> list[tuple[str, float]]:
    """The stretches of text of the first page and how far from the left edge each begins."""
    found: list[tuple[str, float]] = []

    def visit(text: str, matrix: list[float], place: list[float], *_font: object) -> None:
        if text.strip():
            found.append((text.strip(), place[4] * matrix[0] + matrix[4]))

    pdf(content).pages[0].extract_text(visitor_text=visit)
    return found


def heights(page: pypdf.PageObject) -> list[float]:
    """How far above the foot of the page each stretch of text stands, in points; below zero it is cut off."""
    found: list[float] = []

    def visit(text: str, matrix: list[float], place: list[float], *_font: object) -> None:
        if text.strip():
            found.append(place[5] * matrix[3] + matrix[5])

    page.extract_text(visitor_text=visit)
    return found


def alt_texts(content: bytes) -> list[str]:
    """The alternative texts in a PDF's tree of tags."""
    return [str(node["/Alt"]) for node in _tags(pdf(content)) if "/Alt" in node]


def tag_names(content: bytes) -> list[str]:
    """The names of a PDF's tags, from the top down."""
    return [str(node["/S"]) for node in _tags(pdf(content)) if "/S" in node]


def _tags(reader: pypdf.PdfReader) -> list[DictionaryObject]:
    waiting, found = [reader.root_object["/StructTreeRoot"]], []
    while waiting:
        node = waiting.pop(0).get_object()
        if isinstance(node, DictionaryObject):
            found.append(node)
            children = node.get("/K", [])
            waiting[:0] = children if isinstance(children, list) else [children]
    return found


def docx_text(content: bytes) -> str:
    """All words of a DOCX's body, tables too, as an independent library reads them."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return words("\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells]))


def html_text(content: bytes) -> str:
    """All words of a page, without its style."""
    reader = _Words()
    reader.feed(content.decode())
    return words("".join(reader.found))


def words(text: str) -> str:
    """The text with single spaces, and without the marks of direction and places to break that print needs."""
    return " ".join(re.sub("[\u2066-\u2069\u200b]", "", text.replace("\u00a0", " ")).split())


class _Words(HTMLParser):
    _BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "dt", "dd", "td", "th", "br", "title"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own
        self._silent = tag in {"style", "script"} or self._silent
        if tag in self._BLOCKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = self._silent and tag not in {"style", "script"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
