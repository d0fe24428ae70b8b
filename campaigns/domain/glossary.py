"""The glossary at work: which terms a Swedish text holds, whether a translation says them as agreed, and what it must
not say. Advice with positions; a person decides.

Matching is simple on purpose. Words are compared without case, vowel points, tatweel, joiners and marks of direction,
and with the letters that Arabic script writes in several ways taken as one. Then:

- In Swedish a term is found with the endings of its inflection: *gäng* in *gängen* and *gängets*, *skuld* in *skulder*;
  not in a compound (*gängledare*), nor where its vowel changes (*bok*, *böcker*).
- In other languages a term may go on for a few letters (*çete*, *çetelerin*), more where many endings are joined, so
  now and then a longer word is taken for the term.
- In Arabic script the small words that are written together with the next one (*wa-*, *al-*, *bi-* …) may come first.
- Thai and Chinese set no blanks between words, so a term is found anywhere, but never so that it cuts a syllable.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.domain.errors import N_
from campaigns.domain.languages import Language


@dataclass(frozen=True, kw_only=True)
class Term:
    """How a Swedish term is said in a language: as `preferred`, and as nothing of `avoid`."""

    swedish: str
    preferred: str
    avoid: tuple[str, ...] = ()


class TermKind(StrEnum):
    """What the glossary says of a place."""

    KEPT = "kept"  # the source has the term, and the translation says it as agreed
    MISSING = "missing"  # the source has the term, and the translation does not say it as agreed
    FORBIDDEN = "forbidden"  # the translation says what should be avoided


@dataclass(frozen=True, kw_only=True)
class TermFinding:
    """A place where the glossary has a word to say: in the translation if forbidden, else in the source.

    `message` is a template in English, filled by `facts`; a term that was kept needs none.
    """

    kind: TermKind
    term: Term
    start: int
    end: int
    message: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.facts)


MISSING = N_(
    "The Swedish text says “{swedish}”, which the glossary calls “{preferred}” here. Check that it is meant so."
)
FORBIDDEN = N_("“{written}” should be avoided. The glossary says “{preferred}”.")

Span = tuple[int, int]

_SWEDISH = "sv"

_SWEDISH_ENDINGS = (
    "a ad ade ades ande andet ar arna arnas ars as at ats d da de den dens des det dets e en ens er erna ernas ers es "
    "et ets n na nas nde ne nen nes ns or orna ornas ors r s st sta t ta te tes ts"
)
_ENDING = f"(?:{_SWEDISH_ENDINGS.replace(' ', '|')})?"
_JOINING = frozenset({"fi", "fit", "se", "sma", "smj", "tr", "so", "om", "ti", "am"})  # these join many endings
_MANY, _ARABIC, _SOME, _FEW = 8, 6, 3, 2  # letters that may follow a term
_SHORT = 4
_CLITICS = "(?:[وف]?(?:[بکل]?ال|لل|[بکلس])?)"
_UNSPACED = frozenset({"Thai", "Hans", "Hant"})
_ONE_LETTER = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا"})
_IGNORED = re.compile("[\u0591-\u05c7\u064b-\u065f\u0670\u0640\u200b-\u200f\u2060\u2066-\u2069\u00ad]")
_THAI_BEFORE = "(?<![\u0e40-\u0e44])"  # vowels that are written before their consonant
_THAI_AFTER = "(?![\u0e30\u0e32\u0e33\u0e45])"  # and after it


class _Folded:
    """A text made ready for comparing, with the way back to where each of its letters stands."""

    def __init__(self, text: str, tag: str) -> None:
        letters: list[str] = []
        self._places: list[Span] = []
        for start, end in _clusters(text):
            folded = fold_term(text[start:end], tag)
            letters.append(folded)
            self._places += [(start, end)] * len(folded)
        self.text = "".join(letters)

    def spans(self, pattern: re.Pattern[str]) -> Iterator[Span]:
        """Where a pattern is found, as places in the text as it was written."""
        for found in pattern.finditer(self.text):
            if found.end() > found.start():
                yield self._places[found.start()][0], self._places[found.end() - 1][1]


def _clusters(text: str) -> Iterator[Span]:
    """Each letter with the marks that combine with it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not unicodedata.combining(text[at]):
            yield start, at
            start = at


def fold_term(text: str, tag: str) -> str:
    """A text as terms are compared."""
    if tag == "tr":
        text = text.replace("I", "ı").replace("İ", "i")  # Turkish pairs its two i's otherwise than Unicode's default
    plain = _IGNORED.sub("", unicodedata.normalize("NFC", text)).casefold()
    return unicodedata.normalize("NFC", plain).translate(_ONE_LETTER)


def hits(source: str, terms: Sequence[Term]) -> tuple[tuple[Term, int, int], ...]:
    """Which terms stand in a Swedish text and where; of two that overlap the longer one counts."""
    folded = _Folded(source, _SWEDISH)
    found = [(term, start, end) for term in terms for start, end in _find(folded, term.swedish, None)]
    kept: list[tuple[Term, int, int]] = []
    for hit in sorted(found, key=lambda hit: (hit[1] - hit[2], hit[1])):
        if not any(hit[1] < end and start < hit[2] for _, start, end in kept):
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit[1]))


def check_terms(source: str, target: str, terms: Sequence[Term], language: Language) -> tuple[TermFinding, ...]:
    """What the glossary says of a translation: each term of the source, then what the translation should avoid."""
    folded = _Folded(target, language.tag)
    return (*_agreed(source, folded, terms, language), *_forbidden(target, folded, terms, language))


def _agreed(source: str, folded: _Folded, terms: Sequence[Term], language: Language) -> Iterator[TermFinding]:
    for term, start, end in hits(source, terms):
        if any(_find(folded, term.preferred, language)):
            yield TermFinding(kind=TermKind.KEPT, term=term, start=start, end=end)
        else:
            facts = {"swedish": source[start:end], "preferred": term.preferred}
            yield TermFinding(kind=TermKind.MISSING, term=term, start=start, end=end, message=MISSING, facts=facts)


def _forbidden(target: str, folded: _Folded, terms: Sequence[Term], language: Language) -> Iterator[TermFinding]:
    """A word to avoid is no fault where it is a part of what should be said."""
    agreed = [span for term in terms for span in _find(folded, term.preferred, language)]
    for term in terms:
        for start, end in (span for word in term.avoid for span in _find(folded, word, language)):
            if not any(first <= start and end <= last for first, last in agreed):
                facts = {"written": target[start:end], "preferred": term.preferred}
                yield TermFinding(
                    kind=TermKind.FORBIDDEN, term=term, start=start, end=end, message=FORBIDDEN, facts=facts
                )


def _find(folded: _Folded, term: str, language: Language | None) -> Iterator[Span]:
    """Where a term stands in a text in a language, None for Swedish. Most do not, which is told before a search."""
    words = fold_term(term, language.tag if language else _SWEDISH).split()
    if words and all(word[:-1] in folded.text for word in words):
        if language is None or language.tag.partition("-")[0] == _SWEDISH:
            yield from folded.spans(_swedish(words))
        else:
            yield from folded.spans(_pattern(words, language))


def _swedish(words: Sequence[str]) -> re.Pattern[str]:
    """Each word of the term with an ending; a vowel at its end gives way to one (*flicka*, *flickor*)."""
    bent = [
        re.escape(word[:-1]) + f"(?:{re.escape(word[-1])}{_ENDING}|{_ENDING})"
        if len(word) > _SHORT and word[-1] in "ae"
        else re.escape(word) + _ENDING
        for word in words
    ]
    return re.compile(r"(?<!\w)" + r"\s+".join(bent) + r"(?!\w)")


def _pattern(words: Sequence[str], language: Language) -> re.Pattern[str]:
    written = [re.escape(word) for word in words]
    if language.script in _UNSPACED:
        return re.compile(_THAI_BEFORE + r"\s*".join(written) + _THAI_AFTER)
    before = _CLITICS if language.script == "Arab" else ""
    goes_on = rf"\w{{0,{_letters_after(words[-1], language)}}}"
    return re.compile(rf"(?<!\w){before}" + r"\s+".join(written) + rf"{goes_on}(?!\w)")


def _letters_after(word: str, language: Language) -> int:
    if language.tag in _JOINING:
        return _MANY
    if language.script == "Arab":
        return _ARABIC
    return _FEW if len(word) <= _SHORT else _SOME
