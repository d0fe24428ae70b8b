"""What changed between two texts, word by word."""

import time
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.word_diff import word_diff, words_of

WORDS = st.sampled_from(
    ["pengarna", "kommer", "aldrig", "ring", "114", "14", ".", ",", "لا", "المال", "เงิน", "钱", "\n"]
)
SPACES = st.sampled_from([" ", "  ", "\n\n", "", "\t"])
TEXTS = st.lists(st.tuples(WORDS, SPACES), max_size=30).map(lambda pairs: "".join(a + b for a, b in pairs)) | st.text()


def joined(old: str, new: str, *kinds: str) -> str:
    """What stands in some kinds of a diff."""
    return "".join(words for kind, words in word_diff(old, new) if kind in kinds)


@given(TEXTS, TEXTS)
def test_a_diff_holds_both_texts_to_the_last_blank(old: str, new: str) -> None:
    """Nothing is lost: the same and the added are the new text, the same and the gone are the old."""
    assert joined(old, new, "same", "added") == new
    assert joined(old, new, "same", "gone") == old


@given(TEXTS)
def test_the_words_of_a_text_are_the_text(text: str) -> None:
    """Splitting keeps every sign."""
    assert "".join(words_of(text)) == text


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    """One part, and none for an empty text."""
    assert word_diff(text, text) == ([("same", text)] if text else [])


@given(TEXTS, TEXTS)
def test_no_kind_follows_itself(old: str, new: str) -> None:
    """Parts are as long as they can be."""
    kinds = [kind for kind, _ in word_diff(old, new)]
    assert all(one != other for one, other in pairwise(kinds))


def test_one_word_is_changed_and_the_rest_stays() -> None:
    """The blank beside it too."""
    assert word_diff("Pengarna kommer aldrig.", "Pengarna kommer inte.") == [
        ("same", "Pengarna kommer "), ("gone", "aldrig"), ("added", "inte"), ("same", "."),
    ]  # fmt: skip


def test_words_that_were_changed_beside_each_other_are_read_as_a_whole() -> None:
    """Not one word gone, one added, a blank, one gone, one added."""
    assert word_diff("De lovar snabba pengar till barn", "De ger stora skulder till barn") == [
        ("same", "De "), ("gone", "lovar snabba pengar"), ("added", "ger stora skulder"), ("same", " till barn"),
    ]  # fmt: skip


def test_arabic_letters_keep_their_marks() -> None:
    """A vowel mark is a part of its word."""
    assert words_of("المَالُ لا") == ["المَالُ", " ", "لا"]


def test_thai_is_compared_sign_by_sign() -> None:
    """Thai sets no spaces, and a vowel above belongs to the letter it stands on."""
    assert word_diff("เงินไม่มา", "เงินไม่มี")[0] == ("same", "เงินไม่")
    assert words_of("ไม่") == ["ไ", "ม่"]


def test_an_untouched_paragraph_stays_whole_between_rewritten_ones() -> None:
    """Whole lines are found first."""
    stays = "Ring 114 14 om du är orolig.\n"
    diff = word_diff(f"Ett två tre.\n{stays}Fyra fem sex.\n", f"Helt andra ord.\n{stays}Och andra igen här.\n")
    assert any(kind == "same" and stays in words for kind, words in diff)


def test_long_texts_that_differ_in_all_take_bounded_work() -> None:
    """Processor time, not the clock on the wall."""
    old, new = " ".join(f"a{n % 97}" for n in range(60_000)), " ".join(f"b{n % 89} a{n % 7}" for n in range(60_000))
    began = time.process_time()
    word_diff(old, new)
    word_diff(old[:16_000], new[:16_000])
    word_diff("a " * 4_000, "b a " * 4_000)
    assert time.process_time() - began < 10
