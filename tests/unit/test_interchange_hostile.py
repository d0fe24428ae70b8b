"""Uploads are hostile territory: whatever comes, it is refused with a sentence or read in full, and costs little."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from translating import ordinary, sentences, sheet, unit

from campaigns.domain.errors import BadInput
from campaigns.interchange import LARGEST_FILE, Delivery, Format, read, write
from campaigns.interchange.packages import packed

HERE = ordinary()
WRITTEN = {form: write(HERE, form) for form in Format}
BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]>'
HEADS = [b"", b"PK\x03\x04", b"<xliff version='2.0'>", b"msgid ", b"samklang:x:v1;"]
SYSTEM = '<!DOCTYPE xliff SYSTEM "http://127.0.0.1/xliff.dtd">'


def parts_of(raw: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_part(form: Format, name: str, content: bytes) -> bytes:
    """A package of ours with a part put in or replaced."""
    return packed({**parts_of(WRITTEN[form]), name: content})


def deflated(parts: dict[str, bytes]) -> bytes:
    """A package packed as small as it goes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return written.getvalue()


def after_declaration(raw: bytes, inserted: str) -> bytes:
    """An XML document with something put before its root."""
    head, _, rest = raw.partition(b"\n")
    return head + inserted.encode() + rest


@pytest.mark.parametrize("prologue", [BOMB, OUTSIDE, PARAMETER, SYSTEM])
def test_document_types_and_entities_are_refused(prologue: str) -> None:
    """In XLIFF, and in every part of an office file that is read."""
    assert "document type" in sentences(after_declaration(WRITTEN[Format.XLIFF], prologue), HERE)
    for form, name in ((Format.DOCX, "word/document.xml"), (Format.XLSX, "xl/worksheets/sheet1.xml")):
        part = after_declaration(parts_of(WRITTEN[form])[name], prologue)
        assert "document type" in sentences(with_part(form, name, part), HERE)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "none of the files"),
        (b" \n", "none of the files"),
        (b"%PDF-1.7\n\0\1", "none of the files"),
        (b"\x89PNG\r\n\x1a\n\0\0", "none of the files"),
        (b"\x7fELF\0", "none of the files"),
        (b"MZ\x90\0", "none of the files"),
        (b"GIF89a", "none of the files"),
        (b"{\\rtf1 hej}", "none of the files"),
        (b"key;sv;ar\r\n1;a;b\r\n", "none of the files"),
        (b"\xff\xfe\0", "none of the files"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "old office format, or has a password"),
        (b"<", "not whole XML"),
        (b"<xliff version='2.0'>", "not whole XML"),
        (b"<xliff/>", "version"),
        (b"<a>&lol;</a>", "not whole XML"),
        (b"<?xml version='1.0' encoding='no-such'?><xliff/>", "not whole XML"),
        (b"<?xml version='1.0' encoding='shift_jis'?><xliff/>", "not whole XML"),
        (b"<a>\0</a>", "not whole XML"),
        (b"<a>\xe5</a>", "not whole XML"),
        (b"<html>", "not whole XML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not XLIFF"),
        (b"PK\x03\x04", "cannot be unpacked"),
        (b"PK\x03\x04" + b"\0" * 100, "cannot be unpacked"),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), "OpenDocument"),
        (packed({"a.txt": b"hej"}), "part of the office document is missing"),
        (packed({"../../etc/passwd": b"hej"}), "part of the office document is missing"),
        (b'msgid "a"\nmsgstr "b"\n\xe5', "saved as UTF-8"),
        (b'msgid "a"\nmsgstr[99999999999] "b"\nmsgid_plural "c"\n', "Plural forms"),
        (b'msgid "a"\n', "not a whole PO"),
        (b'msgid "a"\nmsgstr "b"\nxyz "c"\n', "not a whole PO"),
        (b'msgid "a"\nmsgstr[x] "b"\n', "not a whole PO"),
        (b'"Language: x"\nmsgid "a"\nmsgstr "b"\n', "not a whole PO"),
        (b'samklang:x:v1;a;b\r\n"abc', "quotation marks"),
        (b"samklang:x:v1", "columns of the first row"),
    ],
)
def test_files_of_another_kind_are_refused_with_what_to_do(raw: bytes, says: str) -> None:
    """The ending is not asked; the content tells."""
    assert says in sentences(raw, HERE)


def test_a_text_file_in_another_encoding_says_the_line() -> None:
    """Excel saves so when it is not asked for UTF-8."""
    text = WRITTEN[Format.CSV].decode("utf-8-sig").replace(" · ", " ")
    raw = text.encode("latin-1", "replace")
    assert sentences(raw, HERE).startswith("line 4: The letters here are not saved as UTF-8")


@pytest.mark.parametrize("form", [Format.CSV, Format.PO, Format.XLIFF])
def test_utf_16_with_its_mark_is_read(form: Format) -> None:
    """Spreadsheets call it Unicode text."""
    text = WRITTEN[form].decode("utf-8-sig").replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert len(read(text.encode("utf-16"), HERE).rows) == 2


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_table_of_values_with_another_delimiter_is_read(delimiter: str) -> None:
    """Programs of other countries write it so."""
    raw = WRITTEN[Format.CSV].replace(b'";"', f'"{delimiter}"'.encode())
    assert len(read(raw, HERE).rows) == 2


def test_a_file_over_five_megabytes_is_refused_unread() -> None:
    """The size is told before the first byte is looked at."""
    assert "larger than 5 MB" in sentences(b"PK\x03\x04" + b"\0" * LARGEST_FILE, HERE)


def test_depth_and_number_of_elements_are_bounded() -> None:
    """Whatever five megabytes hold."""
    assert "100 levels" in sentences(b"<a>" * 1_000_000, HERE)
    assert "200000 elements" in sentences(b"<a>" + b"<b/>" * 1_000_000, HERE)


def test_a_part_that_unpacks_to_far_more_is_not_unpacked() -> None:
    """A hundred megabytes of nothing are a hundred kilobytes packed."""
    parts = parts_of(WRITTEN[Format.DOCX])
    assert "far more than a text needs" in sentences(deflated({**parts, "word/x.xml": b" " * 100_000_000}), HERE)


def test_a_part_that_lies_about_its_size_is_stopped_while_it_unpacks() -> None:
    """What the package says of itself is only the first check."""
    parts = parts_of(WRITTEN[Format.DOCX])
    raw = deflated({**parts, "word/document.xml": parts["word/document.xml"] + b" " * 60_000_000})
    size = struct.pack("<L", len(parts["word/document.xml"]) + 60_000_000)
    lied = raw.replace(size, struct.pack("<L", 500_000))
    assert lied != raw
    assert "cannot be unpacked" in sentences(lied, HERE)


def test_a_package_of_very_many_parts_is_refused() -> None:
    """Each costs memory before anything is read."""
    parts = {f"x/{number}": b"" for number in range(1_001)}
    assert "more than 1000 parts" in sentences(packed({**parts_of(WRITTEN[Format.DOCX]), **parts}), HERE)


def test_a_part_that_stands_twice_is_refused() -> None:
    """Each reader would see another text."""
    written = io.BytesIO(WRITTEN[Format.DOCX])
    with zipfile.ZipFile(written, "a") as package, pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr("word/document.xml", b"<x/>")
    assert "part twice" in sentences(written.getvalue(), HERE)


def test_packages_with_passwords_or_rare_packing_are_refused() -> None:
    """Office programs of today lock in another way; others' archives come so."""
    locked = bytearray(WRITTEN[Format.DOCX])
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    assert "password" in sentences(bytes(locked), HERE)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_BZIP2) as package:
        package.writestr("word/document.xml", b"<x/>")
    assert "cannot be unpacked" in sentences(written.getvalue(), HERE)


def test_a_damaged_part_is_refused() -> None:
    """Its checksum tells."""
    raw = WRITTEN[Format.XLSX]
    at = raw.index("هي السويد".encode())
    assert "cannot be unpacked" in sentences(raw[:at] + b"x" + raw[at + 1 :], HERE)


@pytest.mark.parametrize(
    ("form", "name", "says"),
    [
        (Format.DOCX, "word/vbaProject.bin", "macros"),
        (Format.XLSX, "xl/vbaProject.bin", "macros"),
        (Format.DOCX, "[Content_Types].xml", "neither a text document"),
        (Format.XLSX, "xl/externalLinks/externalLink1.xml", "other files outside"),
        (Format.DOCX, "word/embeddings/oleObject1.bin", "other files outside"),
    ],
)
def test_macros_and_ties_to_other_files_are_refused(form: Format, name: str, says: str) -> None:
    """We would not follow them; whoever opened the file after us might."""
    assert says in sentences(with_part(form, name, b"<x/>"), HERE)


def test_a_document_made_for_macros_is_refused_before_they_are_looked_for() -> None:
    """Its content type says so."""
    types = parts_of(WRITTEN[Format.DOCX])["[Content_Types].xml"]
    ordinary_type = b"vnd.openxmlformats-officedocument.wordprocessingml.document.main"
    raw = with_part(
        Format.DOCX,
        "[Content_Types].xml",
        types.replace(ordinary_type, b"vnd.ms-word.document.macroEnabled.main"),
    )
    assert "macros" in sentences(raw, HERE)


def test_relations_that_lead_outside_are_followed_nowhere() -> None:
    """Neither to the network nor out of the package."""
    part_missing, not_a_table = "part of the office document is missing", "neither a text document nor a spreadsheet"
    for target, mode, says in (
        ("http://127.0.0.1/x.xml", "External", part_missing),
        ("../../../etc/passwd", "Internal", not_a_table),
    ):
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
        relation = f'<Relationship Id="rId1" Type="{kind}" Target="{target}" TargetMode="{mode}"/>'
        raw = with_part(Format.DOCX, "_rels/.rels", f"<Relationships>{relation}</Relationships>".encode())
        assert says in sentences(raw, HERE)


def test_more_rows_than_any_sheet_has_are_refused() -> None:
    """In each format, before they fill a page with faults."""
    many = sheet(*(unit(number, translation="x") for number in range(2_001)))
    for form in Format:
        assert "more than 2000 rows" in sentences(write(many, form), HERE)


def test_what_a_file_holds_is_shown_short_and_without_hidden_signs() -> None:
    """A fault is read in a browser and in a terminal."""
    raw = b"samklang:" + b"c0ffee" * 5 + b"00:v3;sv;ar\r\n" + ("\u202e\x1b[31m" + "x" * 500).encode() + b":1;a;b\r\n"
    (line,) = sentences(raw, HERE).splitlines()
    assert "\u202e" not in line
    assert "\x1b" not in line
    assert "x" * 60 not in line


@pytest.mark.parametrize("form", Format)
@given(data=st.data())
@settings(max_examples=60)
def test_a_file_that_was_hit_anywhere_is_read_or_refused(form: Format, data: st.DataObject) -> None:
    """Bytes are changed, cut out and put in; nothing but a list of faults may come of it."""
    raw = bytearray(WRITTEN[form])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        end = data.draw(st.sampled_from([at, at + 1, at + 4, at + 40]))
        raw[at:end] = data.draw(st.binary(max_size=6))
    read_or_refused(bytes(raw))


@given(data=st.data())
@settings(max_examples=60)
def test_a_part_that_was_hit_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """With a checksum that is right, as an attacker would see to."""
    form = data.draw(st.sampled_from([Format.DOCX, Format.XLSX]))
    parts = parts_of(WRITTEN[form])
    name = data.draw(st.sampled_from(sorted(parts)))
    part = parts[name]
    at = data.draw(st.integers(0, len(part)))
    put = data.draw(st.sampled_from([b"", b"<", b">", b"/", b'"', b"\0", b"<w:p/>", b"<x>", b"&#x202e;", b"w:", b"9"]))
    end = at + data.draw(st.integers(0, 30))
    read_or_refused(packed({**parts, name: part[:at] + put + part[end:]}))


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"PK\x03\x04", b"<xliff version='2.0'>", b"msgid ", b"samklang:x:v1;"]),
)
@settings(max_examples=200)
def test_any_bytes_are_refused_with_a_sentence(raw: bytes, head: bytes) -> None:
    """Never with a traceback."""
    read_or_refused(head + raw)


def read_or_refused(raw: bytes) -> None:
    """What an upload may lead to."""
    said = ""
    try:
        delivery = read(raw, HERE)
    except BadInput as error:
        said = "".join(map(str, error.faults))
    assert said or isinstance(delivery, Delivery)
