"""What can be measured in a text as advice to its writer: how hard it reads, and how alike two texts are."""

import re
from enum import StrEnum

from campaigns.domain.facts import without_links

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:\u2026](?=[\s\"'»”)*_]|\Z)|\n[ \t]*\n|\n(?=[ \t]*[-*#])")
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

    A sentence ends with . ! ? or : before a space, and with its paragraph, heading or list item.
    """
    prose = without_links(text)
    words = _WORD.findall(prose)
    if not words:
        return 0.0
    sentences = sum(1 for sentence in _SENTENCE_END.split(prose) if _WORD.search(sentence))
    long_words = sum(1 for word in words if len(word) > _LONG_WORD)
    return len(words) / max(sentences, 1) + 100 * long_words / len(words)


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
