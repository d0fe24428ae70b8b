"""A sheet as a DOCX that people can edit: headings, lists and tables as Word knows them, every run with its language.

Written with ElementTree rather than a library: a dozen elements are needed, right-to-left wants marks on paragraphs and
runs that no library sets, and the same sheet must give the same bytes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from xml.etree import ElementTree as ET

from campaigns.domain.languages import Language
from campaigns.materials.archive import archived
from campaigns.materials.docx_parts import (
    PARTS,
    core_properties,
    font_of,
    numbering_xml,
    office_tag,
    relationships,
    styles_xml,
    w,
    xml_bytes,
)
from campaigns.materials.docx_picture import PART, RELATION, logo_paragraph
from campaigns.materials.isolating import Isolate, Run
from campaigns.materials.sheet import Contact, Element, Pair, Prose, Role, Row, Section, Sheet, Style
from campaigns.materials.typography import typography

_STYLES = {
    Style.TEXT: "Normal",
    Style.LEAD: "Lead",
    Style.HEADING: "Heading1",
    Style.SUBHEADING: "Heading2",
    Style.QUESTION: "Heading2",
    Style.ITEM: "ListBullet",
    Style.STEP: "ListNumber",
    Style.QUOTE: "Quote",
    Style.BOXED: "Boxed",
    Style.WHO: "Who",
    Style.SMALL: "Small",
}
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def docx(sheet: Sheet) -> bytes:
    """The sheet as a DOCX; the same sheet gives the same bytes."""
    return _Writer(sheet).written()


class _Writer:
    """Collects the links and numbered lists of one document while its body is written."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.links: list[str] = []
        self.lists = 0

    def written(self) -> bytes:
        body = self._body()
        look = typography(self.sheet.language)
        parts = {
            **PARTS,
            "docProps/core.xml": core_properties(self.sheet.title.text, office_tag(self.sheet.language)),
            "word/document.xml": xml_bytes(body),
            "word/styles.xml": styles_xml(self.sheet.language, look.scale),
            "word/numbering.xml": numbering_xml(self.lists),
            "word/header1.xml": xml_bytes(self._edge("hdr", self.sheet.embargo, "Embargo")),
            "word/footer1.xml": xml_bytes(self._edge("ftr", (self.sheet.running,), "Small")),
            "word/_rels/document.xml.rels": relationships(self.links, self._pictures()),
            **({PART: self.sheet.logo.png} if self.sheet.logo else {}),
        }
        return archived(sorted(parts.items(), key=lambda part: (part[0] != "[Content_Types].xml", part[0])))

    def _pictures(self) -> dict[str, str]:
        return {RELATION: PART.removeprefix("word/")} if self.sheet.logo else {}

    def _body(self) -> ET.Element:
        document = ET.Element(w("document"))
        body = ET.SubElement(document, w("body"))
        body.extend(self._opening())
        for section in self.sheet.sections:
            body.extend(self._section(section))
        body.extend(self._paragraph(prose, "Small") for prose in self.sheet.colophon)
        body.append(self._page())
        return document

    def _opening(self) -> Iterator[ET.Element]:
        if self.sheet.logo:
            yield logo_paragraph(self.sheet.logo, rtl=self.sheet.language.direction == "rtl")
        yield self._paragraph(self.sheet.label, "Label")
        yield self._paragraph(self.sheet.title, "Title")
        if self.sheet.lead:
            yield self._paragraph(self.sheet.lead, "Lead")
        yield from (self._paragraph(prose, "Small") for prose in self.sheet.marks)

    def _section(self, section: Section) -> Iterator[ET.Element]:
        if section.heading:
            heading = self._paragraph(section.heading, "Heading1")
            if section.role is Role.MEETING:
                heading[0].insert(1, ET.Element(w("pageBreakBefore")))  # after the style, as the schema asks
            yield heading
        rows: list[Row] = []
        numbering = False
        for element in section.elements:
            if isinstance(element, Row):
                rows.append(element)
                continue
            is_step = isinstance(element, Prose) and element.style is Style.STEP
            self.lists += is_step and not numbering
            numbering = is_step
            yield from self._element(element)
        if rows:
            yield self._table(rows)
            yield ET.Element(w("p"))

    def _element(self, element: Element) -> Iterator[ET.Element]:
        match element:
            case Prose():
                yield self._paragraph(element, _STYLES[element.style])
            case Contact():
                reach = Prose(runs=(element.reach,), language=element.says.language)
                yield self._paragraph(reach, "Reach")
                yield self._paragraph(element.says, "Small")
            case Pair():
                yield from (self._paragraph(prose, _STYLES[prose.style]) for prose in (*element.first, *element.second))
            case Row():
                yield self._table([element])

    def _paragraph(self, prose: Prose, style: str) -> ET.Element:
        paragraph = ET.Element(w("p"))
        how = ET.SubElement(paragraph, w("pPr"))
        ET.SubElement(how, w("pStyle"), {w("val"): style})
        if prose.style is Style.STEP and style == "ListNumber":
            numbered = ET.SubElement(how, w("numPr"))
            ET.SubElement(numbered, w("ilvl"), {w("val"): "0"})
            ET.SubElement(numbered, w("numId"), {w("val"): str(self.lists + 1)})
        if prose.language.direction != self.sheet.language.direction or prose.language.direction == "rtl":
            ET.SubElement(how, w("bidi"), {w("val"): "1" if prose.language.direction == "rtl" else "0"})
        for run in prose.runs:
            paragraph.extend(self._run(run, prose.language))
        return paragraph

    def _run(self, run: Run, language: Language) -> Iterator[ET.Element]:
        before, text, after = run.within(language.direction).partition(run.text)
        if not run.link:
            yield _words(run, before + text + after, language)
            return
        # The marks of direction stand outside the link: a word processor would underline them.
        bare = replace(run, link="")
        yield from (_words(bare, before, language) for _ in before)
        yield self._link(run, language)
        yield from (_words(bare, after, language) for _ in after)

    def _link(self, run: Run, language: Language) -> ET.Element:
        if run.link not in self.links:
            self.links.append(run.link)
        link = ET.Element(w("hyperlink"), {f"{_R}id": f"link{self.links.index(run.link) + 1}"})
        link.append(_words(run, run.text, language))
        return link

    def _table(self, rows: list[Row]) -> ET.Element:
        table = ET.Element(w("tbl"))
        how = ET.SubElement(table, w("tblPr"))
        ET.SubElement(how, w("tblStyle"), {w("val"): "Table"})
        if self.sheet.language.direction == "rtl":
            ET.SubElement(how, w("bidiVisual"))
        ET.SubElement(how, w("tblW"), {w("w"): "5000", w("type"): "pct"})
        ET.SubElement(how, w("tblLook"), {w("firstRow"): "1"})
        grid = ET.SubElement(table, w("tblGrid"))
        for _ in rows[0].cells:
            ET.SubElement(grid, w("gridCol"), {w("w"): str(9000 // len(rows[0].cells))})
        table.extend(map(self._table_row, rows))
        return table

    def _table_row(self, row: Row) -> ET.Element:
        element = ET.Element(w("tr"))
        if row.head:
            ET.SubElement(ET.SubElement(element, w("trPr")), w("tblHeader"))
        for prose in row.cells:
            cell = ET.SubElement(element, w("tc"))
            cell.append(self._paragraph(prose, "TableHead" if row.head else "TableText"))
        return element

    def _edge(self, kind: str, proses: Iterable[Prose], style: str) -> ET.Element:
        edge = ET.Element(w(kind))
        for prose in proses:
            paragraph = self._paragraph(prose, style)
            edge.append(paragraph)
        if len(edge) == 0:
            ET.SubElement(edge, w("p"))
        return edge

    def _page(self) -> ET.Element:
        section = ET.Element(w("sectPr"))
        for kind, target in (("header", "header1"), ("footer", "footer1")):
            ET.SubElement(section, w(f"{kind}Reference"), {w("type"): "default", f"{_R}id": target})
        ET.SubElement(section, w("pgSz"), {w("w"): "11906", w("h"): "16838"})
        margins = {
            "top": "1300",
            "right": "1250",
            "bottom": "1200",
            "left": "1250",
            "header": "560",
            "footer": "560",
            "gutter": "0",
        }
        ET.SubElement(section, w("pgMar"), {w(side): width for side, width in margins.items()})
        if self.sheet.language.direction == "rtl":
            ET.SubElement(section, w("bidi"))
        return section


def _words(run: Run, text: str, language: Language) -> ET.Element:
    element = ET.Element(w("r"))
    element.append(_run_look(run, language))
    for place, line in enumerate(text.split("\n")):
        if place:
            ET.SubElement(element, w("br"))
        ET.SubElement(element, w("t"), {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}).text = line
    return element


def _run_look(run: Run, language: Language) -> ET.Element:
    """What Word needs to know of a run, in the order its schema asks for."""
    look = ET.Element(w("rPr"))
    if run.link:
        ET.SubElement(look, w("rStyle"), {w("val"): "Hyperlink"})
    font = font_of(language.script)
    ET.SubElement(look, w("rFonts"), {w("ascii"): font, w("hAnsi"): font, w("eastAsia"): font, w("cs"): font})
    for wanted, names in ((run.strong, ("b", "bCs")), (run.emphasised, ("i", "iCs"))):
        for name in names if wanted else ():
            ET.SubElement(look, w(name))
    rtl = language.direction == "rtl"
    if rtl and run.isolate is Isolate.NONE:
        ET.SubElement(look, w("rtl"))
    tag = office_tag(language)
    tongue = {w("val"): tag, **({w("bidi"): tag} if rtl else {})}
    ET.SubElement(look, w("lang"), tongue)
    return look
