"""Word documents: no macros, nothing fetched from elsewhere, nobody's comments; packed anew without names of people."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import NoReturn

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange import packages, xml_reading
from campaigns.interchange.packages import Package
from campaigns.interchange.received.formats import DAMAGED, Clean, Format, refuse
from campaigns.interchange.received.marks import without_marks
from campaigns.interchange.xml_reading import Node
from campaigns.interchange.xml_writing import document, element

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST_UNPACKED = 60_000_000

NOT_WORD = N_("This is no Word document. Of office files only .docx is taken; export others as PDF.")
TEMPLATE = N_("This is a template or holds macros. Save it as an ordinary document (.docx) and choose that file.")
TIED = N_("The document fetches something from elsewhere: {what}. Break the link, or put it into the document.")
UNFINISHED = N_(
    "The document still holds comments or tracked changes, with the names of those who made them. "
    "Accept or reject the changes, delete the comments, and save."
)
FETCHES = N_("The document has a field that fetches or starts something ({what}). Replace the field with its text.")
STRANGE_PART = N_("The document holds something that is not taken: {what}. Export it as PDF and choose that file.")
TOO_LARGE = N_("Unpacked, the document is too large. Make its pictures smaller, or export it as PDF.")
PACKED_TO_HARM = N_("No word processor packs a document in this way. Save it once more, or export it as PDF.")
OTHER_FILES = N_("The document holds other files. Take them out, or export it as PDF.")

_SAID_OF_TABLES: Mapping[str, str] = {
    packages.TOO_MANY_PARTS: TOO_LARGE,
    packages.UNPACKS_TOO_LARGE: TOO_LARGE,
    packages.SUSPICIOUS: PACKED_TO_HARM,
    packages.TWICE: PACKED_TO_HARM,
    packages.MACROS: TEMPLATE,
    packages.OUTSIDE: OTHER_FILES,
    packages.PART_MISSING: DAMAGED,
    packages.DAMAGED: DAMAGED,
    xml_reading.DOCUMENT_TYPE: PACKED_TO_HARM,
    xml_reading.NOT_XML: DAMAGED,
    xml_reading.TOO_DEEP: PACKED_TO_HARM,
    xml_reading.TOO_MANY: TOO_LARGE,
}
"""What is said of a translator's table there, in words that fit a document."""

_KEPT = frozenset(
    {
        *("officeDocument", "core-properties", "extended-properties", "styles", "settings", "fontTable", "font"),
        *("numbering", "theme", "footnotes", "endnotes", "header", "footer", "image", "hyperlink", "chart"),
        *("diagramData", "diagramLayout", "diagramQuickStyle", "diagramColors", "diagramDrawing"),
        *("chartStyle", "chartColorStyle", "themeOverride"),
    }
)
_LEFT_BEHIND = frozenset(
    {
        *("thumbnail", "custom-properties", "customXml", "customXmlProps", "comments", "commentsExtended"),
        *("commentsIds", "commentsExtensible", "people", "webSettings", "stylesWithEffects", "glossaryDocument"),
        *("documenttasks", "recipientData", "classificationlabels"),
    }
)
_ADDRESSES = ("http://", "https://", "mailto:", "tel:")
_MINE = {
    "docProps/core.xml": document(
        element(
            "cp:coreProperties",
            xmlns_cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
        )
    ),
    "docProps/app.xml": document(
        element("Properties", xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties")
    ),
}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_WORDS = re.compile(r"/wordprocessingml(/|$)")
_CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo", "commentReference", "pPrChange", "rPrChange"})
_FETCHING = re.compile(r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE|MACROBUTTON)\b", re.IGNORECASE)
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def clean_docx(raw: bytes) -> Clean:
    """The document packed anew. Raises BadInput for what acts, is tied to other files or still under work."""
    try:
        package = Package(raw)
        _must_be_a_document(package)
        parts = _parts(package)
    except BadInput as error:
        _say_of_documents(error)
    return Clean(format=Format.DOCX, media_type=MEDIA_TYPE, content=_packed(parts))


def _say_of_documents(error: BadInput) -> NoReturn:
    fault = error.faults[0]
    message = _SAID_OF_TABLES.get(fault.message, fault.message)
    raise BadInput([Fault(message=message, field="file", facts=fault.facts)]) from None


def _must_be_a_document(package: Package) -> None:
    if "[Content_Types].xml" not in package.names or "_rels/.rels" not in package.names:
        refuse(NOT_WORD)
    kind = package.kind()
    if "macroEnabled" in kind or "template" in kind:
        refuse(TEMPLATE)
    if not kind.endswith("wordprocessingml.document.main+xml"):
        refuse(NOT_WORD)
    package.refuse_active_parts()


def _parts(package: Package) -> dict[str, bytes]:
    """Every part that the document needs, found by going from one to the next; whatever hangs on none stays behind."""
    kept: dict[str, bytes] = {"[Content_Types].xml": b""}
    waiting, unpacked = [""], 0
    while waiting:
        part = waiting.pop()
        if part in kept:
            continue
        if part:
            kept[part] = _MINE.get(part) or _harmless(part, package.read(part))
            unpacked += len(kept[part])
        if unpacked > LARGEST_UNPACKED:
            refuse(TOO_LARGE)
        relations = _relations_of(part)
        if relations in package.names:
            kept[relations], targets = _followed(part, package.xml(relations))
            waiting += targets
    kept["[Content_Types].xml"] = _content_types(package.xml("[Content_Types].xml"), kept)
    return kept


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".removeprefix("/")


def _followed(part: str, relations: Node) -> tuple[bytes, list[str]]:
    """The relations of a part that stay, and the parts they lead to."""
    stay, targets = [], []
    for relation in relations.children("Relationship"):
        kind, target = relation["Type"].rpartition("/")[2], relation["Target"]
        if kind in _LEFT_BEHIND:
            continue
        if relation["TargetMode"] == "External":
            if kind != "hyperlink" or not target.strip().lower().startswith(_ADDRESSES):
                refuse(TIED, what=kind)
        elif kind not in _KEPT:
            refuse(STRANGE_PART, what=kind[:40])
        elif kind != "hyperlink":
            targets.append(_path(part, target))
        stay.append(element("Relationship", **dict(relation.attributes)))
    return document(element("Relationships", *stay, xmlns=_RELATIONS)), targets


def _path(part: str, target: str) -> str:
    """Where a target lies, with `..` followed. One that leads out of the package is found in none."""
    if target.startswith("/"):
        return target.removeprefix("/")
    folder = part.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            folder = folder[:-1]
        else:
            folder.append(step)
    return "/".join(folder)


def _harmless(part: str, content: bytes) -> bytes:
    if not part.endswith((".xml", ".rels")):
        return without_marks(content)
    root = xml_reading.read_xml(content)
    words = [node for node in _all(root) if _WORDS.search(node.namespace)]
    if any(node.name in _CHANGES for node in words):
        refuse(UNFINISHED)
    fields = "".join(_field(node) for node in words)
    if fetching := _FETCHING.search(fields):
        refuse(FETCHES, what=fetching[0].upper())
    return content


def _field(node: Node) -> str:
    """What a field does; a word processor may write it in several pieces."""
    return node.text if node.name == "instrText" else f" {node['instr']} " if node.name == "fldSimple" else ""


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children():
        yield from _all(child)


def _content_types(listed: Node, kept: Mapping[str, bytes]) -> bytes:
    """What each part is that stays."""
    stay = [
        element(entry.name, **dict(entry.attributes))
        for entry in listed.children("Default", "Override")
        if entry.name == "Default" or entry["PartName"].removeprefix("/") in kept
    ]
    return document(element("Types", *stay, xmlns=_TYPES))


def _packed(parts: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
            package.writestr(entry, content)
    return written.getvalue()
