"""The table in Word: key, Swedish, translation and notes, each line of a text a paragraph.

The key lies in a content control that Word keeps from being edited. Columns of a right-to-left language are mirrored,
and each run says its language, so that spelling is checked in the right one. Source: ECMA-376, part 1, sections 17.3
and 17.4.
"""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from campaigns.domain.languages import Direction, Language
from campaigns.interchange import office, tables
from campaigns.interchange.packages import packed
from campaigns.interchange.sheets import Sheet, Unit, plain_lines
from campaigns.interchange.xml_writing import PRESERVE, document, element

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = {"xmlns_w": _W, "xmlns_r": office.RELATIONS}
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_WIDTHS = (2000, 5000, 5400, 2400)  # twentieths of a point, on A4 lying down
_EAST_ASIAN = {"Hans": "zh-CN", "Hant": "zh-TW"}
_COMPLEX = frozenset({"Arab", "Hebr", "Thai"})  # scripts for which Word looks at the complex-script properties
_FONT = "Arial"
_SMALL, _ORDINARY = "14", "21"  # half points
_GREY = "595959"


def write_docx(sheet: Sheet) -> bytes:
    """The sheet as a Word document."""
    kinds = {"document": "document.main", "styles": "styles", "header": "header"}
    types = {f"/word/{name}.xml": f"{_PART}{kind}+xml" for name, kind in kinds.items()}
    return packed(
        {
            "[Content_Types].xml": office.content_types(types),
            "_rels/.rels": office.package_relations("word/document.xml"),
            "docProps/core.xml": office.core_properties(sheet),
            "word/document.xml": document(_document(sheet)),
            "word/_rels/document.xml.rels": office.relations(("styles", "styles.xml"), ("header", "header.xml")),
            "word/styles.xml": document(_styles()),
            "word/header.xml": document(_header(sheet)),
        }
    )


def _document(sheet: Sheet) -> ET.Element:
    margins = dict.fromkeys(("w_top", "w_right", "w_bottom", "w_left"), "1000")
    page = [
        element("w:headerReference", w_type="default", r_id="rId2"),
        element("w:pgSz", w_w="16838", w_h="11906", w_orient="landscape"),
        element("w:pgMar", **margins, w_header="500", w_footer="500", w_gutter="0"),
    ]
    body = element("w:body", _table(sheet), element("w:p"), element("w:sectPr", *page))
    return element("w:document", body, **_SPACES)


def _header(sheet: Sheet) -> ET.Element:
    says = sheet.notice or sheet.slug
    return element("w:hdr", *_paragraphs(says, sheet.source), **_SPACES)


def _styles() -> ET.Element:
    run = element("w:rPr", _fonts(), element("w:sz", w_val=_ORDINARY), element("w:szCs", w_val=_ORDINARY))
    defaults = element("w:docDefaults", element("w:rPrDefault", run))
    normal = element(
        "w:style", element("w:name", w_val="Normal"), w_type="paragraph", w_default="1", w_styleId="Normal"
    )
    return element("w:styles", defaults, normal, xmlns_w=_W)


def _table(sheet: Sheet) -> ET.Element:
    lines = [
        element(f"w:{side}", w_val="single", w_sz="4", w_space="0", w_color="999999")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    mirrored = [element("w:bidiVisual")] if sheet.target.direction == "rtl" else []
    width = element("w:tblW", w_w=str(sum(_WIDTHS)), w_type="dxa")
    borders = element("w:tblBorders", *lines)
    properties = element("w:tblPr", *mirrored, width, borders, element("w:tblLayout", w_type="fixed"))
    grid = element("w:tblGrid", *(element("w:gridCol", w_w=str(width)) for width in _WIDTHS))
    rows = [_unit_row(unit, sheet) for unit in sheet.units]
    return element("w:tbl", properties, grid, _heading_row(sheet), *rows)


def _heading_row(sheet: Sheet) -> ET.Element:
    label, *names = tables.headings(sheet)
    languages = (sheet.source, sheet.target, sheet.source)
    named = [list(_paragraphs(name, language)) for name, language in zip(names, languages, strict=True)]
    repeated = element("w:trPr", element("w:tblHeader"))
    return _row([[_locked(label)], *named], repeated)


def _unit_row(unit: Unit, sheet: Sheet) -> ET.Element:
    return _row(
        [
            [_locked(unit.reference)],
            list(_paragraphs(unit.source, sheet.source)),
            list(_paragraphs(unit.translation, sheet.target)),
            list(_paragraphs(tables.notes_of(unit), sheet.source)),
        ]
    )


def _row(cells: list[list[ET.Element]], *properties: ET.Element) -> ET.Element:
    made = [
        element("w:tc", element("w:tcPr", element("w:tcW", w_w=str(width), w_type="dxa")), *content)
        for width, content in zip(_WIDTHS, cells, strict=True)
    ]
    return element("w:tr", *properties, *made)


def _locked(key: str) -> ET.Element:
    size = (element("w:sz", w_val=_SMALL), element("w:szCs", w_val=_SMALL))
    look = element("w:rPr", element("w:noProof"), element("w:color", w_val=_GREY), *size)
    content = element("w:sdtContent", element("w:r", look, _text(key)))
    control = element("w:sdt", element("w:sdtPr", element("w:lock", w_val="sdtContentLocked")), content)
    return element("w:p", element("w:pPr", _direction("ltr")), control)


def _paragraphs(text: str, language: Language) -> Iterator[ET.Element]:
    """A paragraph a line; at least one, because a cell without any is not a cell."""
    for line in plain_lines(text).split("\n"):
        runs = [element("w:r", _spoken(language), *_pieces(line))] if line else []
        yield element("w:p", _set(language), *runs)


def _set(language: Language) -> ET.Element:
    """The direction of a paragraph, and the language of what is typed at its end."""
    return element("w:pPr", _direction(language.direction), _spoken(language))


def _direction(direction: Direction) -> ET.Element:
    """Said of left-to-right paragraphs too: in a mirrored table LibreOffice would turn them with it."""
    return element("w:bidi", w_val="1" if direction == "rtl" else "0")


def _spoken(language: Language) -> ET.Element:
    if language.script in _EAST_ASIAN:
        return element("w:rPr", _fonts(), element("w:lang", w_eastAsia=_EAST_ASIAN[language.script]))
    if language.script not in _COMPLEX:
        return element("w:rPr", element("w:lang", w_val=language.tag))
    mark = element("w:rtl") if language.direction == "rtl" else element("w:cs")
    return element("w:rPr", _fonts(), mark, element("w:lang", w_bidi=language.tag))


def _fonts() -> ET.Element:
    return element("w:rFonts", w_ascii=_FONT, w_hAnsi=_FONT, w_cs=_FONT)


def _pieces(line: str) -> Iterator[ET.Element]:
    """Words and tabulators: a tabulator inside a text element would be a blank."""
    for place, piece in enumerate(line.split("\t")):
        if place:
            yield element("w:tab")
        if piece:
            yield _text(piece)


def _text(words: str) -> ET.Element:
    made = element("w:t", text=words)
    made.attrib.update(PRESERVE)
    return made
