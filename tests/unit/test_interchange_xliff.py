"""XLIFF and PO as translators' tools have them: what others read of ours, and what we take of theirs."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from translate.storage import pypo, xliff2
from translating import TEXTS, ordinary, sentences, sheet, translations, unit

from campaigns.interchange import Format, read, write
from campaigns.interchange.xliff_writing import NAMESPACE

NAME_TOKEN = re.compile(r"[\w.:-]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# What each element may hold, in this order, and the attributes it must have. Source: XLIFF 2.0, section 4.2.
HOLDS = {
    "xliff": (["file"], {"version", "srcLang"}),
    "file": (["notes", "unit"], {"id"}),
    "unit": (["notes", "segment"], {"id"}),
    "notes": (["note"], set()),
    "note": ([], set()),
    "segment": (["source", "target"], set()),
    "source": ([], set()),
    "target": ([], set()),
}
SECOND = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="sv" trgLang="ar">'
    '<file id="f">{}</file></xliff>'
)
FIRST = (
    '<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">'
    '<file original="x" source-language="sv" target-language="ar" datatype="plaintext"><body>{}</body></file></xliff>'
)
UNIT = unit(1, "Ett. Två.")
HERE = sheet(UNIT)


def second(content: str, *, unit_id: str = UNIT.reference) -> bytes:
    """An XLIFF 2.0 file of one unit."""
    return SECOND.format(f'<unit id="{unit_id}">{content}</unit>').encode()


def first(content: str, *, attributes: str = f'id="{UNIT.reference}"') -> bytes:
    """An XLIFF 1.2 file of one unit."""
    return FIRST.format(f"<trans-unit {attributes}><source>Ett. Två.</source>{content}</trans-unit>").encode()


def brought(raw: bytes) -> str | None:
    """The one translation of a file, None if it is empty."""
    return translations(read(raw, HERE)).get(UNIT.key)


def opened(raw: bytes) -> xliff2.Xliff2File:
    """A file as the translate toolkit reads it."""
    return xliff2.Xliff2File.parsestring(raw)  # type: ignore[no-untyped-call, no-any-return] # it has types in part


def check_element(element: ET.Element) -> None:
    """One element against the rules of the core."""
    name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
    order, needed = HOLDS[name]
    places = [order.index(child.tag.removeprefix(f"{{{NAMESPACE}}}")) for child in element]
    assert places == sorted(places), name
    assert needed <= element.attrib.keys(), name
    assert bool(len(element)) == bool(order), name
    if "id" in element.attrib:
        assert NAME_TOKEN.fullmatch(element.attrib["id"])


def check_core(raw: bytes) -> None:
    """A whole document against the rules of the core that concern what we write."""
    root = ET.fromstring(raw)  # noqa: S314 - our own bytes
    assert root.tag == f"{{{NAMESPACE}}}xliff"
    assert root.attrib["version"] == "2.0"
    assert all(LANGUAGE.fullmatch(root.attrib[name]) for name in ("srcLang", "trgLang"))
    for element in root.iter():
        check_element(element)
    units = root.findall(".//{*}unit")
    assert len({one.attrib["id"] for one in units}) == len(units)
    assert all(one.attrib[XML_SPACE] == "preserve" for one in units)
    for segment in root.findall(".//{*}segment"):
        assert segment.attrib["state"] in {"initial", "translated", "reviewed", "final"}
        assert segment.attrib["state"] == "initial" or segment.find("{*}target") is not None


def test_what_we_write_keeps_the_rules_of_the_core() -> None:
    """Elements in their order, ids that are name tokens and unique, states that have a target."""
    check_core(write(ordinary(), Format.XLIFF))
    check_core(write(ordinary("sv-simple"), Format.XLIFF))


@given(TEXTS, TEXTS)
@settings(max_examples=40)
def test_any_text_keeps_the_rules_of_the_core(source: str, note: str) -> None:
    """Notes and titles are somebody's words too."""
    check_core(write(sheet(unit(1, source, source, notes=(note,), title=note), notice=note), Format.XLIFF))


def test_another_reader_finds_our_texts_states_and_notes() -> None:
    """The translate toolkit, which Weblate and Pootle are built on."""
    store = opened(write(ordinary(), Format.XLIFF))
    assert [one.source for one in store.units] == [one.source for one in ordinary().units]
    assert [one.target or "" for one in store.units] == [one.translation for one in ordinary().units]
    assert [one.xmlelement.get("state") for one in store.units] == ["initial", "reviewed", "initial"]
    assert (store.sourcelanguage, store.targetlanguage) == ("sv", "ar")


@given(TEXTS, TEXTS)
@settings(max_examples=40)
def test_another_tool_gives_back_the_same_bytes_where_nothing_changed(source: str, translation: str) -> None:
    """So that a translator's version control shows only what was translated."""
    raw = write(sheet(unit(1, source, translation), unit(2, source)), Format.XLIFF)
    assert bytes(opened(raw)) == raw


@given(TEXTS)
@settings(max_examples=40)
def test_what_is_translated_in_another_tool_comes_back(translation: str) -> None:
    """Written there, read here."""
    store = opened(write(HERE, Format.XLIFF))
    store.units[0].target = translation
    assert brought(bytes(store)) == translation


@given(TEXTS.filter(lambda text: "\u2028" not in text))
@settings(max_examples=40)
def test_a_po_file_goes_through_another_tool(translation: str) -> None:
    """Read and written by the translate toolkit between."""
    store = pypo.pofile.parsestring(write(HERE, Format.PO))  # type: ignore[no-untyped-call] # the toolkit's own style
    (ours,) = (one for one in store.units if one.getcontext() == UNIT.reference)
    assert ours.source == UNIT.source
    ours.target = translation
    assert brought(bytes(store)) == translation


def test_segments_and_what_stands_between_them_make_one_text() -> None:
    """A tool may split a unit, and say nothing of the blank between its sentences."""
    content = (
        "<segment><source>Ett.</source><target>Yksi.</target></segment><ignorable><source> </source></ignorable>"
        "<segment><source>Två.</source><target>Kaksi.</target></segment>"
    )
    assert brought(second(content)) == "Yksi. Kaksi."


def test_segments_may_come_in_another_order() -> None:
    """`order` says where a target stands in the translation."""
    content = (
        '<segment><source>Ett.</source><target order="3">Yksi.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment><source>Två.</source><target order="1">Kaksi.</target></segment>'
    )
    assert brought(second(content)) == "Kaksi. Yksi."


def test_half_a_text_is_refused() -> None:
    """A missing sentence may be the one that matters."""
    content = "<segment><source>Ett.</source><target>Yksi.</target></segment><segment><source>Två.</source></segment>"
    assert "Only a part" in sentences(second(content), HERE)


def test_marks_of_terms_and_comments_add_nothing() -> None:
    """Their words stay."""
    target = '<target>Yk<mrk id="1">si</mrk>. <sm id="2"/>Kaksi<em startRef="2"/>.</target>'
    assert brought(second(f"<segment><source>Ett. Två.</source>{target}</segment>")) == "Yksi. Kaksi."
    marked = '<target><mrk mtype="seg" mid="1">Yksi.</mrk> <mrk mtype="seg" mid="2">Kaksi.</mrk></target>'
    assert brought(first(marked)) == "Yksi. Kaksi."


@pytest.mark.parametrize("code", ["ph", "pc", "sc", "ec", "cp"])
def test_a_code_in_a_translation_is_refused(code: str) -> None:
    """With its name, and the line it stands on."""
    content = f'<segment>\n<source>Ett.</source><target>Yksi<{code} id="1"/></target></segment>'
    said = sentences(second(content), HERE)
    assert f"<{code}>" in said
    assert said.startswith("line 1, huvudbudskap, del 1: ")


@pytest.mark.parametrize("code", ["g", "x", "bx", "ex", "bpt", "ept", "ph", "it", "sub"])
def test_a_code_in_a_translation_of_the_older_kind_is_refused(code: str) -> None:
    """Even inside a mark."""
    assert f"<{code}>" in sentences(first(f'<target><mrk mtype="seg">Yksi<{code} id="1"/></mrk></target>'), HERE)


def test_xliff_1_2_is_read() -> None:
    """The translation, and not what a memory proposed."""
    proposed = "<alt-trans><target>Ehkä</target></alt-trans>"
    assert brought(first(f"<target>Yksi. Kaksi.</target>{proposed}")) == "Yksi. Kaksi."


def test_a_tool_may_keep_our_id_as_the_name_of_its_own() -> None:
    """As converters between the versions do."""
    assert brought(first("<target>Yksi.</target>", attributes=f'id="1" resname="{UNIT.reference}"')) == "Yksi."


def test_units_in_groups_are_found_and_those_in_a_skeleton_are_not() -> None:
    """A skeleton may hold anything."""
    inner = f'<unit id="{UNIT.reference}"><segment><source>Ett. Två.</source><target>Yksi.</target></segment></unit>'
    raw = SECOND.format(f'<skeleton>{inner}</skeleton><group id="g"><group id="h">{inner}</group></group>').encode()
    assert brought(raw) == "Yksi."


def test_the_state_of_a_returned_file_is_not_taken() -> None:
    """A file cannot review itself: the delivery holds words and nothing else."""
    content = '<segment state="final"><source>Ett. Två.</source><target>Yksi.</target></segment>'
    (row,) = read(second(content), HERE).rows
    assert set(row.__dataclass_fields__) == {"key", "source_hash", "translation", "line"}


def test_other_versions_and_other_xml_are_refused() -> None:
    """With what to export instead."""
    assert "version that is not read" in sentences(b'<xliff version="3.0"/>', HERE)
    assert "not XLIFF" in sentences(b"<html><body/></html>", HERE)


def test_an_unsure_po_translation_is_left_out_and_told() -> None:
    """Fuzzy means that its translator was not done."""
    sent = sheet(unit(1, translation="a"), unit(2, translation="b"))
    raw = write(sent, Format.PO).replace(b"msgctxt", b"#, fuzzy\nmsgctxt", 1)
    delivery = read(raw, sent)
    assert delivery.empty == (sent.units[0].key,)
    assert "fuzzy" in str(delivery.warnings[0])
    assert translations(delivery) == {sent.units[1].key: "b"}


def test_what_a_po_file_holds_of_old_is_no_translation() -> None:
    """Obsolete entries are kept by tools for their own use."""
    raw = write(sheet(unit(1, translation="a")), Format.PO) + b'\n#~ msgctxt "x"\n#~ msgid "old"\n#~ msgstr "vanha"\n'
    assert brought_of(raw) == ["a"]


def brought_of(raw: bytes) -> list[str]:
    """The translations of a file for the first unit's sheet."""
    return [row.translation for row in read(raw, sheet(unit(1))).rows]


def test_a_po_entry_without_its_context_is_a_fault() -> None:
    """Nobody can tell which text it is."""
    raw = re.sub(rb"msgctxt .*\n", b"", write(ordinary(), Format.PO))
    assert sentences(raw, ordinary()).count("key is missing") == 3
