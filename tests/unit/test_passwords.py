"""What a password must be: long, and not among the first that a stranger would try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.data import common_words
from campaigns.domain.passwords import LONGEST, OBVIOUS, SHORTEST, TOO_LONG, TOO_SHORT, password_faults

NAMES = ["Anna Lindqvist", "kommunikation@fritidsbanken.example", "Fritidsbanken (exempel)"]


def told(password: str) -> list[str]:
    """What is wrong with a password."""
    return [fault.message for fault in password_faults(password, common=common_words(), names=NAMES)]


@pytest.mark.parametrize(
    "password",
    [
        "losenordlosenord",
        "Losenord12345678",
        "L0s3nord!L0s3nord!",
        "P@$$w0rd12345678",
        "qwertyuiopåasdfghjkl",
        "1qaz2wsx3edc4rfv",
        "123456789012345",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "Sommar2026Sommar2026!",
        "samklangsamklang1",
        "polisenpolisen2026",
        "fritidsbanken-anna-lindqvist",
        "hej hej hej hej hej",
        "zyxwvutsrqponmlk",
    ],
)
def test_what_strangers_try_first_is_refused(password: str) -> None:
    """Words, names, years and walks over the keyboard, however they are repeated, written or spaced."""
    assert told(password) == [OBVIOUS]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "sommar kaffe fotboll drake",
        "ninja trumpet kavaj moln",
        "Mossan växer under lyktan",
        "q9fX!k2LmZp0Wv7",
        "مرحبا بالعالم الجميل",
        "ንግግር ከተማ ብርሃን ዝናብ ወንዝ",
        "🦊🌧️🎺🧀🪁🧭🛶🪵🧶🎈🧩🪴🐌🍄🌵",
    ],
)
def test_any_signs_will_do(password: str) -> None:
    """No rule asks for digits or capitals, and common words are fine when they are many."""
    assert told(password) == []


def test_signs_are_counted_as_people_see_them_composed() -> None:
    """é in two parts is one sign."""
    assert told("e\u0301" * 14) == [TOO_SHORT]
    assert SHORTEST == 15


def test_the_longest_password_fits() -> None:
    """And one sign more does not."""
    longest = "".join(chr(0x4E00 + 7 * place) for place in range(LONGEST))
    assert told(longest) == []
    assert told(longest + "x") == [TOO_LONG]


@given(st.text())
def test_every_text_gets_an_answer(password: str) -> None:
    """At most one thing is wrong at a time."""
    assert len(told(password)) <= 1
