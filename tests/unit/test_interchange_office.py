"""Word and Excel files: what other programs read of ours, and what we take of what they write."""

import io
import re
import zipfile
from collections.abc import Callable

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.worksheet.worksheet import Worksheet
from translating import TEXTS, ordinary, sentences, sheet, translations, unit

from campaigns.data import languages
from campaigns.interchange import Format, read, write
from campaigns.interchange.packages import packed

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HERE = ordinary()
FIRST = HERE.units[0]


def edited(raw: bytes, part: str, edit: Callable[[str], str]) -> bytes:
    """A package with one of its parts edited."""
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before = parts[part].decode()
    parts[part] = edit(before).encode()
    assert parts[part].decode() != before
    return packed(parts)


def in_word(edit: Callable[[str], str]) -> bytes:
    """The ordinary document with its body edited."""
    return edited(write(HERE, Format.DOCX), "word/document.xml", edit)


def in_excel(edit: Callable[[str], str]) -> bytes:
    """The ordinary workbook with its sheet edited."""
    return edited(write(HERE, Format.XLSX), "xl/worksheets/sheet1.xml", edit)


def first_translation(raw: bytes) -> str:
    """What a file brings for the first text."""
    return translations(read(raw, HERE))[FIRST.key]


def cell_texts(raw: bytes) -> list[list[str]]:
    """The table as python-docx reads it, content controls too."""
    table = docx.Document(io.BytesIO(raw)).tables[0]
    rows = [row._tr.iter(f"{WORD}tc") for row in table.rows]
    return [
        ["\n".join("".join(text.text or "" for text in p.iter(f"{WORD}t")) for p in cell) for cell in row]
        for row in rows
    ]


def test_another_program_reads_our_document() -> None:
    """Headings, keys, both languages and the notice on top of each page."""
    raw = write(HERE, Format.DOCX)
    heading, first, *_ = cell_texts(raw)
    assert heading[0].strip() == HERE.label
    assert first[0].strip() == FIRST.reference
    assert first[1].strip() == FIRST.source
    assert first[2].strip() == FIRST.translation
    assert "Behåll 114 14" in first[3]
    document = docx.Document(io.BytesIO(raw))
    assert document.sections[0].header.paragraphs[0].text == HERE.notice
    assert document.core_properties.language == "ar"


@given(TEXTS)
@settings(max_examples=30)
def test_another_program_saves_our_document_and_it_comes_back(translation: str) -> None:
    """What python-docx does not know it must not lose."""
    sent = sheet(unit(1, "Hej", translation))
    saved = io.BytesIO()
    docx.Document(io.BytesIO(write(sent, Format.DOCX))).save(saved)
    assert translations(read(saved.getvalue(), sent)) == {sent.units[0].key: translation}


def test_a_translation_typed_in_a_word_processor_comes_back() -> None:
    """Paragraphs, forced line ends and tabulators, in runs as they happen to be cut."""
    document = docx.Document(io.BytesIO(write(HERE, Format.DOCX)))
    cell = document.tables[0].rows[3].cells[2]
    cell.paragraphs[0].add_run("Yksi\tkaksi")
    cell.paragraphs[0].add_run("\nkolme").bold = True
    cell.add_paragraph("neljä")
    saved = io.BytesIO()
    document.save(saved)
    assert translations(read(saved.getvalue(), HERE))[HERE.units[2].key] == "Yksi\tkaksi\nkolme\nneljä"


def test_a_right_to_left_document_is_mirrored_and_says_its_language() -> None:
    """w:bidiVisual for the table, w:bidi for the paragraph, w:rtl, font and language for the run."""
    with zipfile.ZipFile(io.BytesIO(write(HERE, Format.DOCX))) as package:
        body = package.read("word/document.xml").decode()
    assert "<w:bidiVisual />" in body
    run = next(run for run in re.findall(r"<w:r>.*?</w:r>", body) if "اتصل" in run)
    assert "<w:rtl />" in run
    assert '<w:lang w:bidi="ar" />' in run
    assert 'w:cs="Arial"' in run
    swedish = next(one for one in re.findall(r"<w:p>(?:(?!</w:p>).)*</w:p>", body) if "Hej då!" in one)
    assert '<w:bidi w:val="0" />' in swedish
    assert '<w:lang w:val="sv" />' in swedish


@pytest.mark.parametrize(
    ("target", "marks"), [("so", 'w:lang w:val="so"'), ("th", "<w:cs />"), ("zh-Hans", "w:eastAsia")]
)
def test_other_scripts_say_their_language_where_word_looks_for_it(target: str, marks: str) -> None:
    """And their tables run from the left."""
    with zipfile.ZipFile(io.BytesIO(write(ordinary(target), Format.DOCX))) as package:
        body = package.read("word/document.xml").decode()
    assert marks in body
    assert "bidiVisual" not in body


def test_the_key_is_kept_from_being_edited() -> None:
    """In a content control that is locked; the translation is free."""
    with zipfile.ZipFile(io.BytesIO(write(HERE, Format.DOCX))) as package:
        body = package.read("word/document.xml").decode()
    controls = re.findall(r"<w:sdt>.*?</w:sdt>", body)
    assert len(controls) == len(HERE.units) + 1
    assert all("sdtContentLocked" in control for control in controls)


@pytest.mark.parametrize(
    ("put", "says"),
    [
        ("<w:ins><w:r><w:t>inte</w:t></w:r></w:ins>", "tracked"),
        ("<w:del><w:r><w:delText>inte</w:delText></w:r></w:del>", "tracked"),
        ("<w:moveTo><w:r><w:t>x</w:t></w:r></w:moveTo>", "tracked"),
        ("<w:r><w:drawing/></w:r>", "not text: drawing"),
        ("<w:r><w:pict/></w:r>", "not text: pict"),
        ('<w:r><w:footnoteReference w:id="1"/></w:r>', "not text: footnoteReference"),
        ("<w:bdo><w:r><w:t>x</w:t></w:r></w:bdo>", "direction forced"),
        ("<w:r><w:sym/></w:r>", "not text: sym"),
    ],
)
def test_what_is_not_plain_words_is_a_fault_of_its_row(put: str, says: str) -> None:
    """The others stand in the list too, so that one upload tells all."""
    raw = in_word(lambda body: re.sub(r"(اتصل.*?</w:r>)", rf"\1{put}", body, count=1))
    said = sentences(raw, HERE)
    assert says in said
    assert said.startswith(f"line 2, {FIRST.title}: ")


def test_a_row_that_is_tracked_as_new_or_gone_is_a_fault() -> None:
    """Nobody knows yet whether it counts."""
    raw = in_word(lambda body: body.replace("<w:tr><w:tc>", "<w:tr><w:trPr><w:del /></w:trPr><w:tc>", 1))
    assert "tracked" in sentences(raw, HERE)


def test_a_table_in_a_cell_is_a_fault() -> None:
    """Its words have no order."""
    raw = in_word(
        lambda body: re.sub(r"(اتصل.*?</w:p>)", r"\1<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>", body, count=1)
    )
    assert "not text: tbl" in sentences(raw, HERE)


def test_links_comments_and_spelling_marks_leave_the_words() -> None:
    """Programs put them there by themselves."""
    comment = '<w:r><w:commentReference w:id="1"/></w:r>'
    around = rf'<w:hyperlink r:id="rId9"><w:proofErr w:type="spellStart"/>\1</w:hyperlink>{comment}'
    raw = in_word(lambda body: re.sub(r"(<w:r>(?:(?!<w:r>).)*?اتصل.*?</w:r>)", around, body, count=1))
    assert first_translation(raw) == FIRST.translation


def test_a_hyphen_that_became_a_list_comes_back() -> None:
    """Word takes it away while one types."""
    listed = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    raw = in_word(
        lambda body: re.sub(r"<w:pPr>(?:(?!<w:pPr>).)*?</w:pPr>(<w:r>(?:(?!<w:r>).)*?اتصل)", listed + r"\1", body)
    )
    assert first_translation(raw) == "- " + FIRST.translation


def test_a_document_without_the_table_or_its_headings_is_refused() -> None:
    """With what to do instead."""
    without = in_word(lambda body: re.sub(r"<w:tbl>.*</w:tbl>", "", body))
    assert "no table" in sentences(without, HERE)
    beheaded = in_word(lambda body: body.replace(HERE.label, "Nyckel"))
    assert "first row" in sentences(beheaded, HERE)
    narrow = in_word(
        lambda body: re.sub(
            r"<w:tr><w:tc>(?:(?!</w:tr>).)*</w:tr>",
            "<w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>",
            body,
            count=1,
        )
    )
    assert "fewer than three columns" in sentences(narrow, HERE)


def test_rows_that_stand_in_a_second_table_are_read() -> None:
    """A table is split by a stray key press; its headings may be repeated."""
    heading = re.compile(r"<w:tr><w:trPr>.*?</w:tr>")

    def split(body: str) -> str:
        again = heading.search(body)
        assert again
        at = body.index("<w:tr><w:tc>", body.index(FIRST.reference))
        return f"{body[:at]}</w:tbl><w:p/><w:tbl>{again[0]}{body[at:]}"

    assert len(read(in_word(split), HERE).rows) == 2


def opened(raw: bytes) -> Worksheet:
    """The sheet as openpyxl reads it."""
    active = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert isinstance(active, Worksheet)
    return active


@given(TEXTS.filter(lambda text: "_x" not in text), TEXTS.filter(lambda text: "_x" not in text))
@settings(max_examples=30)
def test_another_program_reads_our_workbook(source: str, translation: str) -> None:
    """Every cell is text; openpyxl does not know the escapes `_x0041_`, so those are left out here."""
    table = opened(write(sheet(unit(1, source, translation)), Format.XLSX))
    assert [table["B2"].value, table["C2"].value] == [source, translation]
    assert {cell.data_type for cell in table[2]} <= {"s", "inlineStr"}


@given(TEXTS.filter(lambda text: "_x" not in text and not text.startswith("=")))
@settings(max_examples=30)
def test_another_program_saves_our_workbook_and_it_comes_back(translation: str) -> None:
    """With shared strings, and styles of its own."""
    workbook = openpyxl.load_workbook(io.BytesIO(write(HERE, Format.XLSX)))
    assert isinstance(workbook.active, Worksheet)
    workbook.active["C4"] = translation
    saved = io.BytesIO()
    workbook.save(saved)
    delivery = read(saved.getvalue(), HERE)
    assert translations(delivery)[HERE.units[2].key] == translation
    assert first_translation(saved.getvalue()) == FIRST.translation


@pytest.mark.parametrize("target", list(languages()))
def test_the_sheet_runs_as_its_language_does(target: str) -> None:
    """From the right for a right-to-left language, and its cells too."""
    table = opened(write(ordinary(target), Format.XLSX))
    mirrored = languages()[target].direction == "rtl"
    assert bool(table.sheet_view.rightToLeft) == mirrored
    assert table["C2"].alignment.readingOrder == (2 if mirrored else 1)
    assert table["B2"].alignment.readingOrder == 1


def test_only_translations_can_be_edited_and_all_is_text() -> None:
    """A number format of text keeps "+46" as it was typed."""
    table = opened(write(HERE, Format.XLSX))
    assert table.protection.sheet
    assert [cell.protection.locked for cell in table[2]] == [True, True, False, True]
    assert {cell.number_format for cell in table[2]} == {"@"}


CELL = re.compile(r'<c r="C2".*?</c>')


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ('<c r="C2"><v>46</v></c>', "Column C holds a number"),
        ('<c r="C2" t="n"><v>46</v></c>', "Column C holds a number"),
        ('<c r="C2" t="b"><v>1</v></c>', "Column C holds a number"),
        ('<c r="C2" t="e"><v>#NAME?</v></c>', "Column C holds a number"),
        ('<c r="C2" t="d"><v>2026-12-14</v></c>', "Column C holds a number"),
        ('<c r="C2" t="str"><f>1+1</f><v>2</v></c>', "formula stands in column C"),
        ('<c r="C2"><f>HYPERLINK("http://x","y")</f></c>', "formula stands in column C"),
        ('<c r="C2" t="s"><v>99</v></c>', "a part of it is missing|A part of the office document"),
    ],
)
def test_a_cell_that_is_no_text_is_a_fault_of_its_row(cell: str, says: str) -> None:
    """Nothing is computed here, and a number has lost what was typed."""
    said = sentences(in_excel(lambda body: CELL.sub(cell, body, count=1)), HERE)
    assert re.search(says, said)


def test_rich_text_is_taken_and_how_it_is_pronounced_is_not() -> None:
    """Runs are joined."""
    runs = '<r><t>ab</t></r><r><rPr><b/></rPr><t xml:space="preserve"> c</t></r><rPh><t>x</t></rPh>'
    rich = f'<c r="C2" t="inlineStr"><is>{runs}</is></c>'
    assert first_translation(in_excel(lambda body: CELL.sub(rich, body, count=1))) == "ab c"


def test_cells_without_names_and_far_away_are_no_trouble() -> None:
    """Programs may leave names out, and people write notes beside the table."""
    unnamed = in_excel(lambda body: re.sub(r' r="[A-D]?[0-9]+"', "", body))
    assert first_translation(unnamed) == FIRST.translation
    beside = in_excel(lambda body: body.replace("</row>", '<c r="XFD2" t="n"><f>1</f></c></row>', 2))
    assert first_translation(beside) == FIRST.translation


def test_an_escaped_sign_is_read_as_the_sign() -> None:
    """Excel writes a carriage return so."""
    raw = in_excel(lambda body: body.replace(FIRST.translation, "a_x000D_\nb"))
    assert first_translation(raw) == "a\nb"
