"""The parts of a DOCX beside its body: styles, lists, relations, properties."""

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from campaigns.domain.languages import Language

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_WML = "application/vnd.openxmlformats-officedocument.wordprocessingml"

for _prefix, _namespace in (("w", WORD), ("r", OFFICE), ("cp", _CORE), ("dc", _DC)):
    ET.register_namespace(_prefix, _namespace)

# Fonts that word processors have or replace well; nobody can be asked to install one to edit a card.
_FONTS = {"Ethi": "Ebrima", "Thai": "Leelawadee UI", "Hans": "Microsoft YaHei", "Hebr": "Arial", "Arab": "Arial"}

# Style: name, based on, size in half points, colour, bold, space before and after in twentieths of a point.
_Row = tuple[str, str, int, str, bool, int, int]
_STYLES: tuple[_Row, ...] = (
    ("Title", "Title", 46, "17232C", True, 80, 160),
    ("Heading1", "heading 1", 28, "17232C", True, 260, 100),
    ("Heading2", "heading 2", 24, "17232C", True, 220, 80),
    ("Lead", "Lead", 24, "17232C", False, 0, 160),
    ("Label", "Label", 20, "0A5A66", True, 0, 60),
    ("Who", "Who", 19, "0A5A66", True, 240, 20),
    ("Small", "Small", 17, "4F5C66", False, 0, 80),
    ("Reach", "Reach", 28, "0A5A66", True, 60, 0),
    ("Boxed", "Boxed", 21, "17232C", False, 80, 160),
    ("Quote", "Quote", 21, "4F5C66", False, 0, 120),
    ("Embargo", "Embargo", 18, "714600", True, 0, 40),
    ("ListBullet", "List Bullet", 21, "17232C", False, 0, 90),
    ("ListNumber", "List Number", 22, "17232C", False, 0, 110),
    ("TableHead", "Table Head", 19, "0A5A66", True, 40, 40),
    ("TableText", "Table Text", 20, "17232C", False, 40, 40),
)
_LEVELS = {"Heading1": "0", "Heading2": "1"}
_NORMAL_SIZE = 21
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def w(name: str) -> str:
    """A name in Word's own namespace."""
    return f"{{{WORD}}}{name}"


def xml_bytes(element: ET.Element) -> bytes:
    """The element as a document of its own."""
    return (_DECLARATION + ET.tostring(element, encoding="unicode")).encode()


def font_of(script: str) -> str:
    """The font a script is written in."""
    return _FONTS.get(script, "Arial")


def office_tag(language: Language) -> str:
    """The tag a word processor knows for its dictionaries; easy Swedish is Swedish there."""
    return language.tag.removesuffix("-simple")


def styles_xml(language: Language, scale: float) -> bytes:
    """The styles, with the document's language as the default."""
    styles = ET.Element(w("styles"))
    defaults = ET.SubElement(styles, w("docDefaults"))
    look = ET.SubElement(ET.SubElement(defaults, w("rPrDefault")), w("rPr"))
    font = font_of(language.script)
    ET.SubElement(look, w("rFonts"), {w("ascii"): font, w("hAnsi"): font, w("eastAsia"): font, w("cs"): font})
    _sized(look, _NORMAL_SIZE, scale)
    ET.SubElement(look, w("lang"), {w("val"): office_tag(language), w("bidi"): office_tag(language)})
    space = ET.SubElement(ET.SubElement(ET.SubElement(defaults, w("pPrDefault")), w("pPr")), w("spacing"))
    space.attrib.update({w("after"): "120", w("line"): "276", w("lineRule"): "auto"})
    normal = ET.SubElement(styles, w("style"), {w("type"): "paragraph", w("default"): "1", w("styleId"): "Normal"})
    ET.SubElement(normal, w("name"), {w("val"): "Normal"})
    for row in _STYLES:
        styles.append(_style(row, scale))
    styles.append(_link_style())
    styles.append(_table_style())
    return xml_bytes(styles)


def _sized(look: ET.Element, half_points: int, scale: float) -> None:
    size = str(round(half_points * scale))
    ET.SubElement(look, w("sz"), {w("val"): size})
    ET.SubElement(look, w("szCs"), {w("val"): size})


def _style(row: _Row, scale: float) -> ET.Element:
    key, name, size, colour, bold, before, after = row
    style = ET.Element(w("style"), {w("type"): "paragraph", w("styleId"): key})
    ET.SubElement(style, w("name"), {w("val"): name})
    ET.SubElement(style, w("basedOn"), {w("val"): "Normal"})
    ET.SubElement(style, w("qFormat"))
    block = ET.SubElement(style, w("pPr"))
    if key in _LEVELS or key in {"Reach", "Who"}:
        ET.SubElement(block, w("keepNext"))
    if key in {"ListBullet", "ListNumber"}:
        ET.SubElement(ET.SubElement(block, w("numPr")), w("numId"), {w("val"): "1" if key == "ListBullet" else "2"})
    if key == "Boxed":
        ET.SubElement(block, w("shd"), {w("val"): "clear", w("color"): "auto", w("fill"): "E6F0F0"})
    ET.SubElement(block, w("spacing"), {w("before"): str(before), w("after"): str(after)})
    if key in _LEVELS:
        ET.SubElement(block, w("outlineLvl"), {w("val"): _LEVELS[key]})
    look = ET.SubElement(style, w("rPr"))
    for tag in ("b", "bCs") if bold else ():
        ET.SubElement(look, w(tag))
    ET.SubElement(look, w("color"), {w("val"): colour})
    _sized(look, size, scale)
    return style


def _link_style() -> ET.Element:
    style = ET.Element(w("style"), {w("type"): "character", w("styleId"): "Hyperlink"})
    ET.SubElement(style, w("name"), {w("val"): "Hyperlink"})
    look = ET.SubElement(style, w("rPr"))
    ET.SubElement(look, w("color"), {w("val"): "0A5A66"})
    ET.SubElement(look, w("u"), {w("val"): "single"})
    return style


def _table_style() -> ET.Element:
    style = ET.Element(w("style"), {w("type"): "table", w("styleId"): "Table"})
    ET.SubElement(style, w("name"), {w("val"): "Table"})
    borders = ET.SubElement(ET.SubElement(style, w("tblPr")), w("tblBorders"))
    for side in ("top", "bottom", "insideH"):
        ET.SubElement(borders, w(side), {w("val"): "single", w("sz"): "4", w("space"): "0", w("color"): "DDD5C6"})
    return style


def numbering_xml(lists: int) -> bytes:
    """One list with dashes and `lists` numbered ones, each beginning at one."""
    numbering = ET.Element(w("numbering"))
    for key, form, shown in (("0", "bullet", "–"), ("1", "decimal", "%1.")):
        abstract = ET.SubElement(numbering, w("abstractNum"), {w("abstractNumId"): key})
        level = ET.SubElement(abstract, w("lvl"), {w("ilvl"): "0"})
        ET.SubElement(level, w("start"), {w("val"): "1"})
        ET.SubElement(level, w("numFmt"), {w("val"): form})
        ET.SubElement(level, w("lvlText"), {w("val"): shown})
        ET.SubElement(level, w("lvlJc"), {w("val"): "left"})
        indent = ET.SubElement(ET.SubElement(level, w("pPr")), w("ind"))
        indent.attrib.update({w("left"): "440", w("hanging"): "440"})  # right to left, Word's left is the right
        look = ET.SubElement(level, w("rPr"))
        ET.SubElement(look, w("color"), {w("val"): "C2500F"})
    for number in range(lists + 1):
        one = ET.SubElement(numbering, w("num"), {w("numId"): str(number + 1)})
        ET.SubElement(one, w("abstractNumId"), {w("val"): "0" if number == 0 else "1"})
        if number:
            override = ET.SubElement(one, w("lvlOverride"), {w("ilvl"): "0"})
            ET.SubElement(override, w("startOverride"), {w("val"): "1"})
    return xml_bytes(numbering)


def relationships(links: Sequence[str], pictures: Mapping[str, str]) -> bytes:
    """What the body refers to: its styles, lists, edges, pictures by their ids, and the addresses it links to."""
    inside = {"styles": "styles", "numbering": "numbering", "header1": "header", "footer1": "footer"}
    root = ET.Element("Relationships", {"xmlns": _REL})
    for name, kind in inside.items():
        ET.SubElement(root, "Relationship", {"Id": name, "Type": f"{OFFICE}/{kind}", "Target": f"{name}.xml"})
    for name, part in pictures.items():
        ET.SubElement(root, "Relationship", {"Id": name, "Type": f"{OFFICE}/image", "Target": part})
    for number, link in enumerate(links, 1):
        outside = {"Id": f"link{number}", "Type": f"{OFFICE}/hyperlink", "Target": link, "TargetMode": "External"}
        ET.SubElement(root, "Relationship", outside)
    return xml_bytes(root)


def core_properties(title: str, language: str) -> bytes:
    """Title and language; no author, no dates: a document's hidden properties tell nothing that it does not show."""
    root = ET.Element(f"{{{_CORE}}}coreProperties")
    ET.SubElement(root, f"{{{_DC}}}title").text = title
    ET.SubElement(root, f"{{{_DC}}}language").text = language
    return xml_bytes(root)


def _content_types() -> bytes:
    root = ET.Element("Types", {"xmlns": _TYPES})
    ET.SubElement(
        root,
        "Default",
        {"Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"},
    )
    ET.SubElement(root, "Default", {"Extension": "xml", "ContentType": "application/xml"})
    ET.SubElement(root, "Default", {"Extension": "png", "ContentType": "image/png"})
    names = {
        "document": "document.main",
        "styles": "styles",
        "numbering": "numbering",
        "header1": "header",
        "footer1": "footer",
    }
    for name, kind in names.items():
        ET.SubElement(root, "Override", {"PartName": f"/word/{name}.xml", "ContentType": f"{_WML}.{kind}+xml"})
    core = {
        "PartName": "/docProps/core.xml",
        "ContentType": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    ET.SubElement(root, "Override", core)
    return xml_bytes(root)


def _package_relations() -> bytes:
    root = ET.Element("Relationships", {"xmlns": _REL})
    document = {"Id": "document", "Type": f"{OFFICE}/officeDocument", "Target": "word/document.xml"}
    ET.SubElement(root, "Relationship", document)
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    ET.SubElement(root, "Relationship", {"Id": "core", "Type": core, "Target": "docProps/core.xml"})
    return xml_bytes(root)


PARTS = {"[Content_Types].xml": _content_types(), "_rels/.rels": _package_relations()}
