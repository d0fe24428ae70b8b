"""XLIFF 2.0 as translators' tools want it: one file a campaign, one unit a part, one segment a unit.

Source: OASIS XLIFF Version 2.0, 5 August 2014. Notes stand before the segments, as its section 4.2.2.5 has it.
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from campaigns.domain.lifecycle import TextState
from campaigns.interchange.sheets import Sheet, Unit
from campaigns.interchange.xml_writing import PRESERVE, document, element

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
STATES: Mapping[TextState, str] = {
    TextState.MISSING: "initial",
    TextState.DRAFT: "initial",
    TextState.TRANSLATED: "translated",
    TextState.REVIEWED: "reviewed",
    TextState.APPROVED: "final",
    TextState.PUBLISHED: "final",
}


def write_xliff(sheet: Sheet) -> bytes:
    """The sheet as an XLIFF 2.0 document."""
    inside = [_notes([sheet.notice])] if sheet.notice else []
    file = element("file", *inside, *map(_unit, sheet.units), id=sheet.campaign_id, original=sheet.label)
    languages = {"srcLang": sheet.source.tag, "trgLang": sheet.target.tag}
    root = element("xliff", file, xmlns=NAMESPACE, version="2.0", **languages)
    ET.indent(root, "  ")
    root.tail = "\n"
    return document(root)


def _unit(unit: Unit) -> ET.Element:
    notes = [_notes(unit.notes)] if unit.notes else []
    named = {"name": unit.title} if unit.title else {}
    made = element("unit", *notes, _segment(unit), id=unit.reference, **named)
    made.attrib.update(PRESERVE)
    return made


def _notes(notes: "tuple[str, ...] | list[str]") -> ET.Element:
    return element("notes", *(element("note", text=note) for note in notes))


def _segment(unit: Unit) -> ET.Element:
    """A segment without a translation is in its initial state, whatever the text as a whole is in."""
    source = element("source", text=unit.source)
    if not unit.translation.strip():
        return element("segment", source, state="initial")
    return element("segment", source, element("target", text=unit.translation), state=STATES[unit.state])
