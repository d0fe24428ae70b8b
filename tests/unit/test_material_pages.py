"""What material says and how: the words of its source, its language and direction, the same bytes every time."""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from xml.etree import ElementTree as ET

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material_reading import (
    alt_texts,
    docx_text,
    heights,
    html_text,
    made,
    pdf,
    pdf_chunks,
    pdf_text,
    tag_names,
    title_of,
    words,
)
from material_samples import LIFT, SAMPLE_TAGS, SWEDISH, material, occasion, said, small
from pypdf.generic import DictionaryObject

from campaigns.data import languages
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.texts import LENGTHS, Variant
from campaigns.materials import isolating
from campaigns.materials.contents import circle_guide, conversation_card, folder
from campaigns.materials.fonts import GlyphsMissing, SignsWithoutFont
from campaigns.materials.kinds import PIECES, Kind, Piece
from campaigns.materials.making import make, make_piece, not_made
from campaigns.materials.press import DoesNotFitPicture
from campaigns.materials.sheet import Sheet
from campaigns.materials.values import CoreMessage, Help, Material, Term

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = [
    '#panic() #import "@preview/x:1.0.0" #sys.inputs',
    "$x^2$ ] } \\ `raw` *not strong* _em_ @ref <label> = Heading - item",
    "<script>alert(1)</script> <b>fet</b> &amp; &lt;",
    "{secret} {0} %s {{ name }}",
    "ring\u202e41 411\u202c nu \x07\x00 slut",
]  # fmt: skip


def sentences(sheet: Sheet) -> Iterator[str]:
    """Every piece of prose that is set on a page, as one reads it."""
    yield from filter(None, (words(prose.text) for prose in sheet.prose()))


def long_material(times: int, tag: str = "sv") -> Material:
    """A message of many paragraphs, each of its own."""
    text = "\n\n".join(
        f"Stycke {number}: " + "ord som räcker till en rad och lite till " * 6 for number in range(times)
    )
    return small(tag, long=text)


def documents(content: bytes) -> str:
    """The XML of a DOCX's body."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("word/document.xml").decode()


@pytest.mark.parametrize("tag", ["sv", "sv-simple", "en"])
@pytest.mark.parametrize(("kind", "sheet"), [(Kind.CARD, conversation_card), (Kind.GUIDE, circle_guide)])
def test_the_words_of_the_pdf_are_the_words_of_the_source(
    tag: str, kind: Kind, sheet: Callable[[Material], Sheet]
) -> None:
    """Every sentence of the sheet can be read in the PDF, whole, as can the approved text itself."""
    source = material(tag)
    text = pdf_text(made(source, kind, "pdf"))
    assert [sentence for sentence in sentences(sheet(source)) if sentence not in text] == []
    assert [block.text for block in source.messages[0].said.body if words(block.text) not in text] == []


@pytest.mark.parametrize("tag", ["sv", "en"])
@pytest.mark.parametrize("kind", [Kind.CARD, Kind.GUIDE])
def test_the_words_of_the_pdf_come_in_the_order_of_the_source(tag: str, kind: Kind) -> None:
    """The approved text from its headline to its last paragraph, every word of it, with nothing in between."""
    source = material(tag)
    said_here = source.messages[0].said
    whole = words(" ".join(block.text for block in said_here.body))
    assert words(said_here.headline) in pdf_text(made(source, kind, "pdf"))
    assert whole in pdf_text(made(source, kind, "pdf"))


def test_the_folder_says_each_paragraph_in_both_languages() -> None:
    """English beside Swedish, nothing lost."""
    source = material("en")
    text = pdf_text(made(source, Kind.FOLDER, "pdf"))
    for said_in in (source.messages[0].said, source.messages[0].swedish):
        assert [block.text for block in said_in.body if words(block.text) not in text] == []


@pytest.mark.parametrize(("tag", "first"), [("so", "left"), ("ar", "right")])
def test_the_readers_language_stands_where_reading_begins(tag: str, first: str) -> None:
    """Somali on the left, Arabic on the right: the columns are mirrored."""
    chunks = pdf_chunks(made(material(tag), Kind.FOLDER, "pdf"))
    swedish = next(x for text, x in chunks if text.startswith("Du som är vuxen"))
    assert (swedish > 297) == (first == "left")


def test_swedish_has_no_folder_beside_itself_and_a_language_without_sms_no_sms() -> None:
    """What is not made is said, and asking for it is an error of ours."""
    assert set(not_made(material("sv"))) == {Kind.FOLDER}
    assert set(not_made(material("ti"))) == {Kind.SMS}
    with pytest.raises(KeyError):
        made(material("sv"), Kind.FOLDER, "pdf")


@pytest.mark.parametrize("tag", SAMPLE_TAGS)
def test_the_conversation_card_is_one_page_in_every_language_of_the_sample(tag: str) -> None:
    """A card is one sheet of paper."""
    assert len(pdf(made(material(tag), Kind.CARD, "pdf")).pages) == 1


@pytest.mark.parametrize("tag", SAMPLE_TAGS[1:])
def test_the_folder_is_one_sheet_of_paper(tag: str) -> None:
    """Two pages at most, front and back."""
    assert len(pdf(made(material(tag), Kind.FOLDER, "pdf")).pages) <= 2


@pytest.mark.parametrize(("kind", "which"), [(Kind.CARD, ""), (Kind.FOLDER, ""), (Kind.GUIDE, ""), (Kind.POSTER, "a4")])
def test_however_many_ways_to_get_help_none_is_cut(kind: Kind, which: str) -> None:
    """Forty numbers go on to the next page, and none of them lies beyond the foot of one."""
    ways = tuple(Help(says=f"jour {number}", language=SWEDISH, phone=f"08-{number} 00") for number in range(100, 140))
    content = made(material("en", help=ways), kind, "pdf", which)
    assert [one.phone for one in ways if one.phone.replace(" ", "") not in pdf_text(content).replace(" ", "")] == []
    assert all(height > 0 for page in pdf(content).pages for height in heights(page))


def test_a_text_too_long_for_the_card_goes_on_overleaf() -> None:
    """Nothing is cut: every paragraph is there, one of them around the foot of a page."""
    content = made(long_material(20), Kind.CARD, "pdf")
    assert len(pdf(content).pages) > 1
    text = pdf_text(content)
    assert re.findall(r"Stycke (\d+):", text) == [str(number) for number in range(20)]
    assert len(re.findall("räcker", text)) == 20 * 6


def test_a_text_a_third_longer_still_fits_the_card() -> None:
    """German and Somali need the room."""
    source = material("sv")
    body = source.messages[0].said.body
    longer = [block.text + " " + block.text[: len(block.text) // 3] for block in body]
    message = said(SWEDISH, source.messages[0].said.headline, "\n\n".join(longer))
    grown = material("sv", messages=(CoreMessage(swedish=message, said=message),))
    assert len(pdf(made(grown, Kind.CARD, "pdf")).pages) == 1


@pytest.mark.parametrize("kind", [Kind.CARD, Kind.GUIDE])
def test_a_very_long_word_is_broken_and_not_cut(kind: Kind) -> None:
    """It takes several lines, and every letter is there."""
    word = "å" * 300
    content = made(small(headline=word, long=f"Hej {word} hej"), kind, "pdf")
    text = "\n".join(page.extract_text() for page in pdf(content).pages)
    assert word in re.sub(r"[\s\u200b]", "", text)
    assert max(map(len, re.findall("å+", text))) < 100


def test_a_picture_that_cannot_hold_its_text_is_refused() -> None:
    """A picture has no second page; the poster has."""
    source = small(headline="Ett långt ord " * 200)
    with pytest.raises(DoesNotFitPicture, match="1200×630"):
        made(source, Kind.SOCIAL, "png", "1200x630")
    assert words("Ett långt ord " * 200) in pdf_text(made(source, Kind.POSTER, "pdf", "a4"))


@pytest.mark.parametrize("tag", ["sv", "ar", "ti"])
@pytest.mark.parametrize("which", ["1200x630", "1080x1080"])
def test_the_longest_headline_that_the_checks_allow_fits_every_picture(tag: str, which: str) -> None:
    """With a key sentence of two hundred letters, an embargo in two languages and a long name."""
    own = material(tag).messages[0].said
    words_of_it = " ".join([own.headline, *(block.text for block in own.body)])
    sentence = KeyFact(kind=FactKind.SENTENCE, wordings=((tag, words_of_it[:200]),))
    named = occasion(embargo_for="Studieförbundet för samtal och bildning i Västra Götaland (exempel)")
    headline = words_of_it[: LENGTHS[Variant.HEADLINE]]
    source = small(tag, headline=headline, facts=(sentence,), machine_translated=True, occasion=named)
    assert made(source, Kind.SOCIAL, "png", which)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(hostile: str) -> None:
    """In headline, message and names: nothing is run, nothing vanishes but what is hidden."""
    source = small(headline=hostile, occasion=occasion(name=hostile, embargo_for=hostile))
    shown = words(isolating.harmless(hostile))
    for content in (made(source, Kind.CARD, "pdf"), made(source, Kind.POSTER, "pdf", "a4")):
        assert pdf_text(content).count(shown) >= 2
    page = made(source, Kind.CARD, "html")
    assert html_text(page).count(shown) >= 3
    assert b"<script" not in page
    assert shown in docx_text(made(source, Kind.CARD, "docx"))


@given(st.text(min_size=1, max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_text_is_set_or_refused_with_a_sentence(text: str) -> None:
    """Whatever signs it holds, nothing of the press's own language of errors comes out."""
    source = small(headline=f"A {text}", long=f"B {text}")
    try:
        content = made(source, Kind.POSTER, "pdf", "a4")
    except (SignsWithoutFont, GlyphsMissing, DoesNotFitPicture):
        return
    assert len(pdf(content).pages) == 1
    assert docx_text(made(source, Kind.CARD, "docx"))


def test_a_message_can_hold_hostile_markdown() -> None:
    """What Markdown leaves of it is text, and an address that is no address is not linked."""
    source = small(long="#panic() $x$ [klick](javascript:alert(1)) <img src=x onerror=y> ]")
    page = made(source, Kind.CARD, "html").decode()
    assert "javascript:" not in re.sub(r">[^<]*<", "><", page)
    assert "<img" not in page
    assert "#panic() $x$" in pdf_text(made(source, Kind.CARD, "pdf"))


@pytest.mark.parametrize("tag", ["ar", "ckb", "fa"])
def test_a_phone_number_reads_in_its_order_in_right_to_left_print(tag: str) -> None:
    """Both groups stand in one stretch, and nowhere does 14 come before 114."""
    chunks = pdf_chunks(made(material(tag), Kind.CARD, "pdf"))
    numbers = [text.replace("\u00a0", " ") for text, _ in chunks if re.search("[1۱][1۱][4۴]", text)]
    assert numbers
    assert set(numbers) <= {"114 14", "۱۱۴ ۱۴"}


def test_without_isolates_a_number_would_be_read_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above can fail: here the second group stands to the left of the first."""
    monkeypatch.setattr(isolating, "digit_groups", lambda _text: iter(()))
    chunks = dict(pdf_chunks(made(small("ar", long="اتصل بالرقم 08 765 الآن"), Kind.CARD, "pdf")))
    assert chunks["765"] < chunks["08"]
    monkeypatch.undo()
    kept = pdf_chunks(made(small("ar", long="اتصل بالرقم 08 765 الآن"), Kind.CARD, "pdf"))
    assert "08 765" in [text.replace("\u00a0", " ") for text, _ in kept]


def test_the_pdf_says_its_title_and_language_and_describes_its_code() -> None:
    """Tagged, with headings and lists that a screen reader can walk through."""
    content = made(material("ar"), Kind.CARD, "pdf")
    reader = pdf(content)
    assert reader.metadata is not None
    assert reader.metadata.title == "وعد العصابات بالمال كذبة"
    assert str(reader.root_object["/Lang"]) == "ar"
    marks = reader.root_object["/MarkInfo"].get_object()
    assert isinstance(marks, DictionaryObject)
    assert bool(marks["/Marked"])
    assert any("https://example.se/kampanj/gangsnacket" in alt for alt in alt_texts(content))
    assert {"/H1", "/H2", "/L", "/LI", "/Link", "/Figure"} <= set(tag_names(content))


@pytest.mark.parametrize("tag", ["sv-simple", "en", "ckb", "ti"])
@pytest.mark.parametrize("piece", [one for one in PIECES if one.format == "pdf"], ids=lambda one: one.kind + one.which)
def test_every_pdf_is_tagged_and_says_its_title_and_language(tag: str, piece: Piece) -> None:
    """Whatever its kind; each figure in it has words in its place."""
    content = make_piece(material(tag), piece).content
    root = pdf(content).root_object
    assert str(root["/Lang"]) == tag.partition("-")[0]
    assert "'/DisplayDocTitle': True" in str(root["/ViewerPreferences"])
    assert title_of(content)
    assert tag_names(content).count("/H1") >= 1
    assert len(alt_texts(content)) == tag_names(content).count("/Figure") == int(piece.kind is not Kind.GLOSSARY)
    assert all(alt.strip() for alt in alt_texts(content))


def test_the_page_in_html_says_its_language_and_direction_and_marks_what_differs() -> None:
    """Arabic with Swedish names in it."""
    page = made(material("ar"), Kind.CARD, "html").decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert 'lang="sv" dir="ltr">Gängsnacket inför jul och nyår' in page
    assert '<a href="tel:11414"><bdi dir="ltr">114\u00a014</bdi></a>' in page
    assert 'role="img" aria-label=' in page
    assert not re.search(r'(?:src|href)="(?!https://example\.se|tel:)', page)


def test_a_docx_in_arabic_tells_word_its_direction_on_paragraph_and_run() -> None:
    """w:bidi, w:rtl, w:cs and w:lang w:bidi; a phone number is a run left to right between isolates."""
    body = ET.fromstring(documents(made(material("ar"), Kind.CARD, "docx")))  # noqa: S314 - we wrote it
    arabic = [p for p in body.iter(f"{W}p") if re.search("[\u0600-\u06ff]", "".join(p.itertext()))]
    assert arabic
    assert all(p.find(f"{W}pPr/{W}bidi") is not None for p in arabic)
    runs = [r for p in arabic for r in p.iter(f"{W}r") if re.search("[\u0600-\u06ff]", "".join(r.itertext()))]
    assert all(r.find(f"{W}rPr/{W}rtl") is not None for r in runs)
    assert {r.find(f"{W}rPr/{W}lang").get(f"{W}bidi") for r in runs} == {"ar"}  # type: ignore[union-attr] # each has one
    assert all(r.find(f"{W}rPr/{W}rFonts").get(f"{W}cs") for r in runs)  # type: ignore[union-attr] # each has one
    text = "".join(body.itertext())
    assert "\u2066114\u00a014\u2069" in text
    phone = next(r for r in body.iter(f"{W}r") if "".join(r.itertext()) == "114\u00a014")
    assert phone.find(f"{W}rPr/{W}rtl") is None


def test_an_independent_library_opens_the_docx_with_headings_lists_and_properties() -> None:
    """python-docx finds what Word would."""
    document = docx.Document(io.BytesIO(made(material("sv"), Kind.GUIDE, "docx")))
    assert document.core_properties.title == "Löftet om pengar är en lögn"
    assert document.core_properties.language == "sv"
    assert document.core_properties.author == ""
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style is not None]
    assert {"Title", "Heading 1", "Heading 2", "List Number", "List Bullet"} <= set(styles)
    assert document.tables


def test_every_sentence_of_the_guide_is_in_its_docx() -> None:
    """The same sheet, whichever format; header and footer stand apart."""
    source = material("en")
    text = docx_text(made(source, Kind.GUIDE, "docx"))
    sheet = circle_guide(source)
    apart = {
        words(prose.text) for prose in (sheet.running, sheet.autonym, *([sheet.qr_label] if sheet.qr_label else []))
    }
    assert [one for one in sentences(sheet) if one not in text and one not in apart] == []


@pytest.mark.parametrize(("form", "which"), [("pdf", ""), ("html", ""), ("docx", "")])
def test_an_embargo_is_said_on_every_page_in_both_languages(form: str, which: str) -> None:
    """EMBARGO till …, delivered to whom, in Swedish time."""
    source = small("en", long="\n\n".join(["ord " * 90] * 14), occasion=occasion(embargo_for="Ungdomsjouren (exempel)"))
    assert form in {"pdf", "html", "docx"}
    content = make_piece(source, Piece(kind=Kind.CARD, format=form, which=which)).content  # type: ignore[arg-type] # checked
    swedish = "EMBARGO till måndag 14 december 2026 kl. 06.00, svensk tid (UTC+1). Delgiven Ungdomsjouren (exempel)."
    english = (
        "EMBARGO until Monday 14 December 2026 at 06:00, Swedish time (UTC+1). Delivered to Ungdomsjouren (exempel)."
    )
    if form == "pdf":
        shown = [words(page.extract_text()) for page in pdf(content).pages]
        assert len(shown) > 1
    elif form == "html":
        shown = [html_text(content)]
    else:
        section = docx.Document(io.BytesIO(content)).sections[0]
        shown = [words("\n".join(paragraph.text for paragraph in section.header.paragraphs))]
    assert all(swedish in page and english in page for page in shown)


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: f"{piece.kind}-{piece.which}-{piece.format}")
def test_embargoed_and_example_material_says_so_in_every_file(piece: Piece) -> None:
    """Whatever leaves alone says that it must wait, and what it is not. Tables for translators say it in their kit."""
    under = material("en", occasion=occasion(embargo_for="BRIS"))
    content = make_piece(under, piece).content
    match piece.format:
        case "pdf":
            text = pdf_text(content)
        case "html":
            text = html_text(content)
        case "docx":
            header = docx.Document(io.BytesIO(content)).sections[0].header
            text = docx_text(content) + words("\n".join(paragraph.text for paragraph in header.paragraphs))
        case "txt":
            text = words(content.decode())
        case _:
            after = make_piece(material("en"), piece).content
            assert (content != after) == (piece.format == "png")
            return
    assert "EMBARGO until" in text
    assert "Example. Not an official text of the police." in text


def test_after_the_lift_nothing_speaks_of_an_embargo() -> None:
    """The words go with the rule."""
    assert "EMBARGO" not in pdf_text(made(material("sv"), Kind.CARD, "pdf"))


def test_machine_translated_material_says_so_in_its_language_and_in_swedish() -> None:
    """And material that was not, does not."""
    text = html_text(made(material("so"), Kind.CARD, "html"))
    assert "Tusaale mashiin turjumay" in text
    assert "Maskinöversatt exempel. Ingen har granskat översättningen." in text
    assert "machine" not in html_text(made(material("en"), Kind.CARD, "html"))


def test_easy_swedish_has_larger_type_and_shorter_lines() -> None:
    """Larger in HTML by its scale; narrower in print."""
    easy, plain = (made(material(tag), Kind.CARD, "html").decode() for tag in ("sv-simple", "sv"))
    scale = [float(re.findall(r"--scale: ([0-9.]+)", page)[-1]) for page in (easy, plain)]
    assert scale[0] > scale[1]
    left = [min(x for _, x in pdf_chunks(made(material(tag), Kind.GUIDE, "pdf"))) for tag in ("sv-simple", "sv")]
    assert left[0] > left[1]


@pytest.mark.parametrize(("which", "size"), [("1200x630", (1200, 630)), ("1080x1080", (1080, 1080))])
def test_pictures_have_exactly_the_pixels_their_name_says(which: str, size: tuple[int, int]) -> None:
    """Read from the PNG's own header."""
    content = made(material("ar"), Kind.SOCIAL, "png", which)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", content[16:24]) == size


@pytest.mark.parametrize("tag", ["sv", "en"])
@pytest.mark.parametrize(("kind", "sheet"), [(Kind.CARD, conversation_card), (Kind.GUIDE, circle_guide)])
def test_the_pdf_says_nothing_that_the_sheet_does_not(tag: str, kind: Kind, sheet: Callable[[Material], Sheet]) -> None:
    """No stray sign of a template, no word of ours: what remains are list numbers, pages and ways to get help."""
    source = material(tag, occasion=occasion(embargo_for="BRIS"))
    known = {word for sentence in sentences(sheet(source)) for word in sentence.split()}
    reach = " ".join(f"{one.phone} {one.link}" for one in source.help)  # a long address may go on in the next line
    rest = [word for word in pdf_text(made(source, kind, "pdf")).split() if word not in known and word not in reach]
    assert [word for word in rest if not re.fullmatch(r"[0-9]{1,2}|[/–]", word)] == []


@pytest.mark.parametrize("tag", SAMPLE_TAGS)
def test_a_poster_is_one_page_under_embargo_too(tag: str) -> None:
    """The band above takes room; everything below makes way."""
    under = material(tag, occasion=occasion(embargo_for="Studieförbundet Samtal (exempel)"))
    assert len(pdf(made(under, Kind.POSTER, "pdf", "a4")).pages) == 1


@pytest.mark.parametrize(("which", "points"), [("a4", 595), ("a3", 842)])
def test_posters_have_the_paper_their_name_says(which: str, points: int) -> None:
    """One page each, A3 by A4."""
    reader = pdf(made(material("ckb"), Kind.POSTER, "pdf", which))
    assert len(reader.pages) == 1
    assert round(float(reader.pages[0].mediabox.width)) == points


def test_spreadsheets_run_nothing_of_what_they_are_given() -> None:
    """A cell that begins like a formula is text."""
    source = small("en", terms=(Term(swedish="=1+1", word="@SUM(A1)", explanation="-2; +46"),))
    table = made(source, Kind.GLOSSARY, "csv").decode("utf-8-sig")
    assert "'=1+1;'@SUM(A1);\"'-2; +46\";" in table


def test_the_same_material_gives_the_same_bytes_and_another_lift_other_ones() -> None:
    """Every file, made twice."""
    first, second = (make(material("ar", occasion=occasion(embargo_for="BRIS"))) for _ in range(2))
    assert [file.name for file in first.files if file not in second.files] == []
    later = occasion(embargo_for="BRIS", lift_at=LIFT + timedelta(days=1))
    assert made(material("ar", occasion=later), Kind.CARD, "pdf") != first.files[0].content


def test_a_language_without_fixed_words_is_printed_with_swedish_headings_marked_as_swedish() -> None:
    """Polish message, Swedish headings."""
    page = made(small("pl", headline="Obietnica", long="Zadzwoń."), Kind.CARD, "html").decode()
    assert '<html lang="pl" dir="ltr">' in page
    assert '<h2 lang="sv" dir="ltr">Här finns hjälp</h2>' in page


def test_a_message_whose_paragraphs_differ_in_number_is_set_whole_beside_the_other() -> None:
    """Paragraphs are paired only where they answer each other."""
    message = CoreMessage(swedish=said(SWEDISH, "A", "Ett.\n\nTvå."), said=said(languages()["en"], "B", "One and two."))
    sheet = folder(material("en", messages=(message,)))
    assert len(sheet.sections[0].elements) == 2
    text = pdf_text(made(material("en", messages=(message,)), Kind.FOLDER, "pdf"))
    assert all(part in text for part in ("Ett.", "Två.", "One and two."))
