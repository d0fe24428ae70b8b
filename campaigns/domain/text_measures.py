"""What can be measured in a text as advice to its writer: how hard it reads, and how alike two texts are."""

import re
from collections.abc import Iterator
from enum import StrEnum

from campaigns.domain.facts import without_links

WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:\u2026](?=[\s\"'»”)*_]|\Z)|\n[ \t]*\n|\n(?=[ \t]*[-*#])|(?m:^)[ \t]*#[^\n]*\n")
# A full stop that ends an abbreviation and no sentence, when a small letter or a number follows: t.ex., dvs.
_ABBREVIATED = re.compile(
    r"\b(?:[a-zåäö]\.(?:[a-zåäö]\.)?[a-zåäö]{1,3}|dvs|osv|etc|ca|kl|nr|ev|resp|tel|jfr|inkl|exkl|obs|max|min)\.\Z"
)
_GOES_ON = re.compile(r"\s+[a-zåäö0-9]")
_LONGEST_ABBREVIATION = 10
_LONG_WORD = 6
# Thai and Chinese set no spaces between words; there every sign counts as one.
_UNIT = re.compile(r"[\u0e00-\u0e7f\u3400-\u9fff]|[^\W_\u0e00-\u0e7f\u3400-\u9fff]+")
_SHINGLE = 3


class Readability(StrEnum):
    """Bands of LIX, the Swedish measure of readability (C. H. Björnsson 1968). Advice, never a gate."""

    VERY_EASY = "very easy"  # under 30: books for children
    EASY = "easy"  # 30 to 40: stories, popular magazines
    MEDIUM = "medium"  # 40 to 50: an ordinary newspaper
    HARD = "hard"  # 50 to 60: information from authorities
    VERY_HARD = "very hard"  # from 60: bureaucratic language

    @classmethod
    def of(cls, value: float) -> "Readability":
        """The band that a LIX value lies in."""
        bands = ((30, cls.VERY_EASY), (40, cls.EASY), (50, cls.MEDIUM), (60, cls.HARD))
        return next((band for limit, band in bands if value < limit), cls.VERY_HARD)


def lix(text: str) -> float:
    """Words per sentence, plus the percentage of words with more than six letters. 0.0 for a text without words.

    Source of the formula and its bands: C. H. Björnsson, *Läsbarhet*, 1968.
    """
    prose = without_links(text)
    words = WORD.findall(prose)
    if not words:
        return 0.0
    long_words = sum(1 for word in words if len(word) > _LONG_WORD)
    return len(words) / max(len(list(sentences(prose))), 1) + 100 * long_words / len(words)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence that holds a word begins and ends.

    A sentence ends with . ! ? or : before a space, and with its paragraph, heading or list item.
    """
    start = 0
    for end in [*(found.end() for found in _SENTENCE_END.finditer(text) if not _goes_on(text, found)), len(text)]:
        first = WORD.search(text, start, end)
        if first:
            yield first.start(), start + len(text[start:end].rstrip())
        start = end


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    before = text[max(stop.end() - _LONGEST_ABBREVIATION, 0) : stop.end()]
    return stop[0] == "." and bool(_GOES_ON.match(text, stop.end()) and _ABBREVIATED.search(before))


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: the share of their three-word sequences that both have (Jaccard).

    Partners speak in their own voices; when their messages are nearly alike, they are told.
    """
    left, right = _shingles(one), _shingles(other)
    return len(left & right) / len(left | right) if left and right else 0.0


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _UNIT.findall(text.casefold())
    if not words:
        return frozenset()
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(max(len(words) - _SHINGLE + 1, 1)))
