"""Texts go to translators and come back as they were, in every format."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from translating import HASH, TEXTS, ordinary, sentences, sheet, translations, unit

from campaigns.data import languages
from campaigns.domain.errors import Severity
from campaigns.domain.lifecycle import TextState
from campaigns.interchange import Format, NothingToTranslate, TooLongForCell, Unit, file_name, read, write
from campaigns.interchange.csv_table import as_it_was, harmless

ALL = pytest.mark.parametrize("form", Format)


@ALL
@given(source=TEXTS, translation=TEXTS)
@settings(max_examples=60)
def test_a_text_comes_back_to_the_last_sign(form: Format, source: str, translation: str) -> None:
    """Line ends, Markdown, quotation marks, direction, marks that combine, and what a spreadsheet would compute."""
    sent = sheet(unit(1, source, translation, notes=(source,)), unit(2, translation))
    delivery = read(write(sent, form), sent)
    assert translations(delivery) == {sent.units[0].key: translation}
    assert delivery.rows[0].source_hash == HASH
    assert delivery.empty == (sent.units[1].key,)
    assert delivery.warnings == ()


@ALL
@pytest.mark.parametrize("target", list(languages()))
def test_every_language_travels_in_every_format(form: Format, target: str) -> None:
    """Babel cannot parse some of their tags; people choose them all the same."""
    sent = ordinary(target)
    assert len(read(write(sent, form), sent).rows) == 2


@ALL
def test_the_same_sheet_gives_the_same_bytes(form: Format) -> None:
    """Nothing of the machine or the hour gets in; what changes the sheet changes the file."""
    assert write(ordinary(), form) == write(ordinary(), form)
    assert write(ordinary(), form) != write(replace(ordinary(), units=ordinary().units[:2]), form)


@ALL
def test_line_ends_of_every_system_come_back_as_newlines(form: Format) -> None:
    """A text that was pasted from elsewhere is the same text."""
    sent = sheet(unit(1, "Ett\r\ntvå", "Yksi\r\nkaksi\rkolme"), target="fi")
    delivery = read(write(sent, form), sent)
    assert translations(delivery) == {sent.units[0].key: "Yksi\nkaksi\nkolme"}
    assert delivery.warnings == ()


@ALL
def test_a_sign_that_no_file_can_hold_breaks_none(form: Format) -> None:
    """It is shown as what it is: something lost."""
    sent = sheet(unit(1, "a\x00b\ud800c\x1f", "x\x0by\ufffe"))
    assert translations(read(write(sent, form), sent)) == {sent.units[0].key: "x\ufffdy\ufffd"}


@ALL
def test_a_translation_that_holds_a_hidden_override_is_refused(form: Format) -> None:
    """Right-to-left override makes a text show other words than it holds."""
    sent = sheet(unit(1, "Hej", "abc\u202edef"))
    assert "U+202E" in sentences(write(sent, form), sent)


@ALL
def test_an_upload_for_another_campaign_says_only_that(form: Format) -> None:
    """Every row would be wrong; one sentence says why."""
    sent = ordinary()
    here = replace(sent, campaign_id="d" * 32)
    assert sentences(write(sent, form), here).count("another campaign") == 1


@ALL
def test_an_upload_in_another_language_is_refused(form: Format) -> None:
    """Dari is not Persian, and easy-to-read Swedish is not Swedish."""
    assert "for the language prs and here fa" in sentences(write(ordinary("prs"), form), ordinary("fa"))
    assert "sv-simple" in sentences(write(ordinary("sv"), form), ordinary("sv-simple"))


@ALL
def test_a_translation_of_words_that_were_changed_since_is_stale(form: Format) -> None:
    """The source's hash is another, so nobody knows what the translator read. What is still right is not listed."""
    sent = ordinary()
    changed = replace(sent.units[0], source="Ring inte.", source_hash="sha256:" + "b" * 64)
    here = replace(sent, units=(changed, *sent.units[1:]))
    said = sentences(write(sent, form), here)
    assert said.count("changed after this file was made") == 1
    assert changed.title in said


@ALL
def test_every_fault_is_listed_and_each_says_where(form: Format) -> None:
    """A row that is unknown, one that stands twice, one that is stale and one with a hidden sign."""
    sent = sheet(
        unit(1, translation="a"), unit(2, translation="b"), unit(3, translation="c\u202e"), unit(4, translation="d")
    )
    here = replace(sent, units=(unit(2, source_hash="sha256:b"), unit(3), unit(4)))
    said = sentences(write(sent, form), here).splitlines()
    assert len(said) == 3
    assert ["belongs to no text" in said[0], "changed after" in said[1], "U+202E" in said[2]] == [True] * 3
    assert all(line.startswith("line ") for line in said)


@ALL
def test_a_text_that_was_removed_from_the_file_is_left_empty(form: Format) -> None:
    """Half a file is welcome: what it does not bring stays as it is."""
    sent = ordinary()
    delivery = read(write(replace(sent, units=sent.units[:1]), form), sent)
    assert delivery.empty == (sent.units[1].key, sent.units[2].key)


@ALL
def test_a_file_without_any_translation_is_refused(form: Format) -> None:
    """Whoever uploads the file that they downloaded is told so."""
    sent = sheet(unit(1), unit(2, translation=" \n"))
    assert "No translation" in sentences(write(sent, form), sent)


@ALL
def test_the_swedish_of_a_file_is_never_read_but_a_change_is_noticed(form: Format) -> None:
    """Some translate in the wrong column; the warning tells them."""
    sent = ordinary()
    edited = replace(sent, units=(replace(sent.units[0], source="Något annat"), *sent.units[1:]))
    delivery = read(write(edited, form), sent)
    assert len(delivery.rows) == 2
    (warning,) = delivery.warnings
    assert warning.severity is Severity.WARNING
    assert "Swedish text was changed" in str(warning)


@ALL
def test_a_sheet_without_texts_is_no_file(form: Format) -> None:
    """The sentence says what to do first."""
    with pytest.raises(NothingToTranslate):
        write(replace(ordinary(), units=()), form)


@ALL
def test_every_page_carries_the_notice_but_a_table_of_values(form: Format) -> None:
    """CSV has no place for one that would not be a row."""
    assert (b"EMBARGO till 14 december" in write(ordinary(), form)) == (form is not Format.CSV)


@ALL
def test_a_file_is_named_for_what_it_holds(form: Format) -> None:
    """In ASCII, with campaign, version and language."""
    assert file_name(ordinary(), form) == f"gangsnacket_v3_ar.{form}"
    assert "/" in form.media_type


def test_a_text_beyond_a_cell_is_refused_and_another_format_named() -> None:
    """Excel would cut it without a word."""
    long = sheet(unit(1, "a" * 32_768))
    with pytest.raises(TooLongForCell, match="XLIFF or DOCX"):
        write(long, Format.XLSX)
    assert write(long, Format.DOCX)


def test_a_unit_has_a_key_that_every_format_can_hold_and_words_to_translate() -> None:
    """A mistake of ours, found where it is made."""
    for key, source in (("a:b", "x"), ("", "x"), ("å", "x"), ("a b", "x"), ("a", " \n")):
        with pytest.raises(ValueError, match=f"^{key}"):
            Unit(key=key, source=source, source_hash="")


def test_a_sheet_holds_each_key_once() -> None:
    """Two units of one name could not be told apart when they come back."""
    with pytest.raises(ValueError, match="c0ffee"):
        sheet(unit(1), unit(1))


def test_the_seal_changes_with_the_hash_and_not_with_the_translation() -> None:
    """It is what binds a translation to its source."""
    one, other = unit(1), unit(1, source_hash="sha256:b")
    assert one.reference != other.reference
    assert replace(one, translation="x", state=TextState.REVIEWED).reference == one.reference


@given(TEXTS)
def test_a_cell_that_was_made_harmless_comes_back(text: str) -> None:
    """Whatever it begins with."""
    assert as_it_was(harmless(text)) == text


@pytest.mark.parametrize("cell", ["+46", "=1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "'", "'=1"])
def test_no_cell_of_a_table_of_values_begins_as_a_formula(cell: str) -> None:
    """An apostrophe stands before it, and is gone when it comes back."""
    assert harmless(cell) == "'" + cell
    sent = sheet(unit(1, f"{cell} a", f"{cell} b", title=f"{cell} c"))
    written = io.StringIO(write(sent, Format.CSV).decode("utf-8-sig"))
    cells = [one for row in csv.reader(written, delimiter=";") for one in row]
    assert len(cells) == 8
    assert not any(one.lstrip()[:1] in {*"=+-@＝"} for one in cells)


def test_an_apostrophe_that_somebody_typed_stays() -> None:
    """Only one that keeps a cell from being computed is taken away."""
    assert as_it_was("'s ochtends") == "'s ochtends"
    assert as_it_was("+46") == "+46"
