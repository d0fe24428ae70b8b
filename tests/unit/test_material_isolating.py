"""Phones, links, dates and codes keep their order in any text, and nothing hidden comes through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.blocks import Span
from campaigns.materials.isolating import Isolate, Run, filled, harmless, plain, runs_of, runs_of_text

PHONES = {"11414": "114 14", "112": "112", "4681234": "+46 8 12 34"}
ARABIC = "اتصل بالرقم 114 14 الآن"


def isolated(text: str) -> list[str]:
    """The stretches that are kept left to right."""
    return [run.text for run in runs_of_text(text, PHONES) if run.isolate is Isolate.LTR]


def test_a_phone_number_is_kept_together_isolated_and_can_be_called() -> None:
    """Its spaces no longer break, and its digits stay as they were written."""
    runs = runs_of_text(ARABIC, PHONES)
    assert [run.text for run in runs] == ["اتصل بالرقم ", "114\u00a014", " الآن"]
    assert (runs[1].link, runs[1].isolate) == ("tel:11414", Isolate.LTR)
    assert plain(runs, "rtl") == "اتصل بالرقم \u2066114\u00a014\u2069 الآن"


def test_persian_digits_are_the_same_number() -> None:
    """۱۱۴ ۱۴ calls 114 14."""
    assert [run.link for run in runs_of_text("با ۱۱۴ ۱۴ تماس", PHONES) if run.link] == ["tel:11414"]


@pytest.mark.parametrize("code", ["2026-12-14", "06:00", "08-123 45 67", "1.2.3"])
def test_dates_times_and_codes_are_isolated_in_right_to_left_text(code: str) -> None:
    """Arabic would show 14-12-2026."""
    assert isolated(f"في {code} الآن") == [code.replace(" ", "\u00a0")]
    assert isolated(f"den {code} nu") == []


def test_a_link_is_isolated_without_the_sign_that_follows_it() -> None:
    """The Arabic comma belongs to the sentence."""
    runs = runs_of_text("انظر https://example.se/x، ثم", PHONES)
    assert [(run.text, run.link) for run in runs if run.link] == [("https://example.se/x", "https://example.se/x")]
    assert plain(runs, "rtl").endswith("\u2066https://example.se/x\u2069، ثم")


def test_a_number_with_a_plus_keeps_it() -> None:
    """In the words and in the address."""
    run = next(run for run in runs_of_text("Ring +46 8 12 34.", PHONES) if run.link)
    assert (run.text, run.link) == ("+46\u00a08\u00a012\u00a034", "tel:+4681234")


def test_left_to_right_text_needs_no_marks() -> None:
    """Swedish stays as it was written but for its no-break spaces."""
    assert plain(runs_of_text("Ring 114 14, se https://example.se", PHONES), "ltr") == (
        "Ring 114\u00a014, se https://example.se"
    )


def test_what_is_filled_in_keeps_its_own_direction() -> None:
    """A Swedish name inside Arabic, an Arabic one inside Swedish."""
    assert plain(filled("حتى {who}.", PHONES, who="Ungdomsjouren (exempel)"), "rtl") == (
        "حتى \u2068Ungdomsjouren (exempel)\u2069."
    )
    assert plain(filled("Delgiven {who}.", PHONES, who="الشرطة"), "ltr") == "Delgiven \u2068الشرطة\u2069."
    assert plain(filled("Delgiven {who}.", PHONES, who="BRIS"), "ltr") == "Delgiven BRIS."


def test_what_is_filled_in_is_never_a_template_itself() -> None:
    """Braces in a name are braces."""
    assert plain(filled("Delgiven {who}.", PHONES, who="{secret} {0}"), "ltr") == "Delgiven {secret} {0}."


def test_strong_words_stay_strong_around_a_phone_number() -> None:
    """Isolating splits a span and keeps its look."""
    runs = runs_of([Span(text="Ring 112 nu", strong=True), Span(text=" tack")], PHONES)
    assert [(run.text, run.strong) for run in runs] == [("Ring ", True), ("112", True), (" nu", True), (" tack", False)]


def test_hidden_signs_never_come_through() -> None:
    """Overrides of direction, control characters and halves of pairs; line breaks, joiners and isolates stay."""
    assert harmless("a\x00b\x07c\u202ed\u202ce\ud800f\ufffeg") == "abcdefg"
    assert harmless("a\nb\u200cc\u2066d\u2069") == "a\nb\u200cc\u2066d\u2069"


@given(st.text(max_size=60))
def test_isolating_loses_no_word_whatever_the_text(text: str) -> None:
    """The runs joined are the text, but for the width of its spaces."""
    joined = "".join(run.text for run in runs_of_text(text, PHONES))
    assert joined.translate({0x20: 0xA0, 0x09: 0xA0, 0x0A: 0xA0}) == harmless(text).translate(
        {0x20: 0xA0, 0x09: 0xA0, 0x0A: 0xA0}
    )


def test_a_run_alone_is_its_text() -> None:
    """Nothing is isolated that did not ask for it."""
    assert Run(text="الآن").within("ltr") == "الآن"
