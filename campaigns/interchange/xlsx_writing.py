"""The table as a spreadsheet: all is text, and only translations can be edited without lifting the protection.

The sheet of a right-to-left language runs from the right. Source: ECMA-376, part 1, section 18.
"""

from xml.etree import ElementTree as ET

from campaigns.interchange import office, tables
from campaigns.interchange.packages import packed
from campaigns.interchange.sheets import Sheet, TooLongForCell, writable
from campaigns.interchange.xlsx_text import LONGEST_CELL, escaped, units_of
from campaigns.interchange.xml_writing import document, element, preserved

_X = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_WIDTHS = ("18", "60", "60", "30")  # characters
_HEADING, _LOCKED, _SWEDISH, _TRANSLATION, _MIRRORED = "1", "2", "3", "4", "5"
_TEXT = "49"  # the number format "@": what is typed stays as it was typed
_LEFT, _RIGHT = "1", "2"  # reading order


def write_xlsx(sheet: Sheet) -> bytes:
    """The sheet as an Excel workbook. Raises TooLongForCell."""
    kinds = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "styles": "styles"}
    types = {f"/xl/{name}.xml": f"{_PART}{kind}+xml" for name, kind in kinds.items()}
    return packed(
        {
            "[Content_Types].xml": office.content_types(types),
            "_rels/.rels": office.package_relations("xl/workbook.xml"),
            "docProps/core.xml": office.core_properties(sheet),
            "xl/workbook.xml": document(_workbook(sheet)),
            "xl/_rels/workbook.xml.rels": office.relations(
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
            ),
            "xl/styles.xml": document(_styles()),
            "xl/worksheets/sheet1.xml": document(_worksheet(sheet)),
        }
    )


def _workbook(sheet: Sheet) -> ET.Element:
    named = element("sheet", name=f"{sheet.source.tag}-{sheet.target.tag}", sheetId="1", r_id="rId1")
    return element("workbook", element("sheets", named), xmlns=_X, xmlns_r=office.RELATIONS)


def _worksheet(sheet: Sheet) -> ET.Element:
    view = {"rightToLeft": "1"} if sheet.target.direction == "rtl" else {}
    pane = element("pane", ySplit="1", topLeftCell="A2", activePane="bottomLeft", state="frozen")
    columns = [
        element("col", min=str(place), max=str(place), width=width, customWidth="1")
        for place, width in enumerate(_WIDTHS, start=1)
    ]
    says = sheet.notice.replace("&", "&&") or sheet.slug  # & begins a code there
    return element(
        "worksheet",
        element("sheetViews", element("sheetView", pane, workbookViewId="0", **view)),
        element("cols", *columns),
        element("sheetData", *_rows(sheet)),
        element("sheetProtection", sheet="1", formatColumns="0", formatRows="0", sort="0", autoFilter="0"),
        element("pageSetup", paperSize="9", orientation="landscape"),
        element("headerFooter", element("oddHeader", text=f"&L{says}")),
        xmlns=_X,
    )


def _rows(sheet: Sheet) -> list[ET.Element]:
    translation = _MIRRORED if sheet.target.direction == "rtl" else _TRANSLATION
    styles = (_LOCKED, _SWEDISH, translation, _LOCKED)
    rows = [_row(1, tables.headings(sheet), (_HEADING,) * 4)]
    for line, unit in enumerate(sheet.units, start=2):
        cells = (unit.reference, unit.source, unit.translation, tables.notes_of(unit))
        if any(units_of(cell) > LONGEST_CELL for cell in cells):
            raise TooLongForCell(title=unit.title or unit.key)
        rows.append(_row(line, cells, styles))
    return rows


def _row(line: int, cells: tuple[str, ...], styles: tuple[str, ...]) -> ET.Element:
    made = [_cell(f"{column}{line}", text, style) for column, text, style in zip("ABCD", cells, styles, strict=True)]
    return element("row", *made, r=str(line))


def _cell(place: str, text: str, style: str) -> ET.Element:
    if not text:
        return element("c", r=place, s=style)
    return element("c", element("is", preserved("t", escaped(writable(text)))), r=place, s=style, t="inlineStr")


def _styles() -> ET.Element:
    fonts = [
        element("font", element("sz", val="11"), element("name", val="Calibri")),
        element("font", element("b"), element("sz", val="11"), element("name", val="Calibri")),
        element("font", element("sz", val="8"), element("color", rgb="FF767676"), element("name", val="Calibri")),
    ]
    fills = [element("fill", element("patternFill", patternType=kind)) for kind in ("none", "gray125")]
    border = element("border", *map(element, ("left", "right", "top", "bottom", "diagonal")))
    formats = [_format(), _format(font="1"), _format(font="2"), _format(), _format(locked="0")]
    formats.append(_format(locked="0", reading_order=_RIGHT))
    return element(
        "styleSheet",
        element("fonts", *fonts, count=str(len(fonts))),
        element("fills", *fills, count=str(len(fills))),
        element("borders", border, count="1"),
        element("cellStyleXfs", element("xf", numFmtId="0", fontId="0", fillId="0", borderId="0"), count="1"),
        element("cellXfs", *formats, count=str(len(formats))),
        element("cellStyles", element("cellStyle", name="Normal", xfId="0", builtinId="0"), count="1"),
        xmlns=_X,
    )


def _format(*, font: str = "0", locked: str = "1", reading_order: str = _LEFT) -> ET.Element:
    return element(
        "xf",
        element("alignment", vertical="top", wrapText="1", readingOrder=reading_order),
        element("protection", locked=locked),
        numFmtId=_TEXT,
        fontId=font,
        fillId="0",
        borderId="0",
        xfId="0",
        applyNumberFormat="1",
        applyFont="1",
        applyAlignment="1",
        applyProtection="1",
    )
