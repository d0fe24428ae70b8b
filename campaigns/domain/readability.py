"""Hints for whoever writes plain Swedish, and easy-to-read Swedish (lättläst): advice only, never a gate.

They look at the surface: a machine cannot tell what is hard to understand. Passives are told from their endings, so a
few are missed and now and then a genitive is taken for one. The measure of a whole text is LIX, in `text_measures`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.domain import swedish_words as swedish
from campaigns.domain.errors import N_
from campaigns.domain.facts import links_blanked
from campaigns.domain.text_measures import WORD, sentences


class HintKind(StrEnum):
    """What a hint is about."""

    LONG_SENTENCE = "long sentence"
    SEVERAL_THOUGHTS = "several thoughts"
    PASSIVE = "passive"
    ABBREVIATION = "abbreviation"
    NEGATION = "negation"
    LONG_WORD = "long word"
    NUMERAL = "numeral"


@dataclass(frozen=True, kw_only=True)
class Hint:
    """A place in a text that could be easier to read. `message` is a template in English; `facts` fill it."""

    kind: HintKind
    start: int
    end: int
    message: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message.format(**self.facts)


MOST_WORDS = 15
MOST_LETTERS = 12

LONG_SENTENCE = N_("This sentence has {count} words. Up to {most} are easy to read: make two of it.")
SEVERAL_THOUGHTS = N_("This sentence seems to hold more than one thought. Give each thought a sentence of its own.")
PASSIVE = N_("“{word}” hides who does it. Say who does what.")
ABBREVIATION = N_("“{short}” is an abbreviation. Write it out: {long}.")
NEGATION = N_("“{word}” is easily overlooked. Say what is so, or add a sentence that says the same in a positive way.")
LONG_WORD = N_("“{word}” is long. Choose a shorter word, or explain it.")
NUMERAL = N_("“{number}” is hard to picture. Round it, or say it as “half” or “one in ten”.")

# What easy-to-read Swedish asks for beyond plain Swedish: one thought a sentence, no negations, few numbers.
_ONLY_EASY = frozenset({HintKind.SEVERAL_THOUGHTS, HintKind.NEGATION, HintKind.NUMERAL})
_PLAIN, _EASY = "sv", "sv-simple"

_COMMA = re.compile(r"[,;]|[ \t][\u2013\u2014-][ \t]")
_ABBREVIATION = re.compile(
    r"(?<![\w.])(?:"
    + "|".join(
        re.escape(short).replace(r"\.", r"\.\s?") for short in sorted(swedish.ABBREVIATIONS, key=len, reverse=True)
    )
    + r")(?!\w)",
    re.IGNORECASE,
)
_NUMERAL = re.compile(
    r"(?<![\w.,])(?:[0-9]{1,9}(?:[.,][0-9]{1,9})?\s?(?:%|procent\b)"  # a share
    r"|[0-9]{1,9},[0-9]{1,9}(?![\w,])"  # a decimal
    r"|[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![\w ]?[0-9])"  # thousands, unlike the groups of 114 14
    r"|[1-9][0-9]{4,8}(?!\w))"
)
_PAST_PASSIVE = re.compile(r"\w{2,}(?:ade|dde|[bgjlmnrv]de|[kpst]te)s\Z|\w{2,}(?:a|[iu][vt]i|[at]gi|g)ts\Z")
_PRESENT_PASSIVE = re.compile(r"\w{2,}as\Z")
_LONGEST_VERB = 30
_GENITIVE = re.compile(r"(?:r|n)nas\Z|(?:plats|sats|stats|krats)\Z")


def hints(text: str, *, language: str) -> tuple[Hint, ...]:
    """The hints for a text in Swedish or easy-to-read Swedish, in the order of the text; none for other languages."""
    if language not in {_PLAIN, _EASY}:
        return ()
    prose = links_blanked(text)
    found = [*_on_sentences(prose), *_on_words(prose), *_on_signs(prose)]
    wanted = [hint for hint in found if language == _EASY or hint.kind not in _ONLY_EASY]
    return tuple(sorted(wanted, key=lambda hint: (hint.start, hint.end, hint.kind)))


@dataclass(frozen=True, kw_only=True)
class HintedSentence:
    """A sentence with something to say of it. It ends at `end`, where another may be added.

    `parts` are its words, each with whether a hint means them; a hint on all of the sentence marks none.
    """

    start: int
    end: int
    parts: tuple[tuple[bool, str], ...]
    hints: tuple[Hint, ...]

    @property
    def wants_twin(self) -> bool:
        """Whether it says what is not so, and a sentence that says what is so would help."""
        return any(hint.kind is HintKind.NEGATION for hint in self.hints)


def by_sentence(text: str, *, language: str) -> tuple[HintedSentence, ...]:
    """The hints of a text, gathered by the sentence that each stands in; what stands in none is left out."""
    found = hints(text, language=language)
    spans = sentences(links_blanked(text)) if found else ()
    gathered = (
        (start, end, [hint for hint in found if start <= hint.start and hint.end <= end]) for start, end in spans
    )
    return tuple(
        HintedSentence(start=start, end=end, parts=_parted(text, start, end, within), hints=tuple(within))
        for start, end, within in gathered
        if within
    )


def _parted(text: str, start: int, end: int, within: Sequence[Hint]) -> tuple[tuple[bool, str], ...]:
    parts, at = [], start
    for hint in within:
        whole = (hint.start, hint.end) == (start, end)
        if hint.start >= at and not whole:
            parts += [(False, text[at : hint.start]), (True, text[hint.start : hint.end])]
            at = hint.end
    return tuple(part for part in (*parts, (False, text[at:end])) if part[1])


def _on_sentences(prose: str) -> Iterator[Hint]:
    for start, end in sentences(prose):
        count = sum(1 for _ in WORD.finditer(prose, start, end))
        if count > MOST_WORDS:
            facts = {"count": count, "most": MOST_WORDS}
            yield Hint(kind=HintKind.LONG_SENTENCE, start=start, end=end, message=LONG_SENTENCE, facts=facts)
        if _joints(prose, start, end) > 1:
            yield Hint(kind=HintKind.SEVERAL_THOUGHTS, start=start, end=end, message=SEVERAL_THOUGHTS)


def _joints(prose: str, start: int, end: int) -> int:
    """How often a sentence seems to go on to another thought: at a comma, or at a joining word that has none before."""
    commas = [comma.end() for comma in _COMMA.finditer(prose, start, end)]
    words = [word for word in WORD.finditer(prose, start, end) if word.start() > start]
    joining = [word for word in words if word[0].casefold() in swedish.JOINING]
    bare = [word for word in joining if not any(at <= word.start() <= at + 1 for at in commas)]
    return len(commas) + len(bare)


def _on_words(prose: str) -> Iterator[Hint]:
    words = list(WORD.finditer(prose))
    for place, word in enumerate(words):
        said = {"start": word.start(), "end": word.end()}
        if word[0].casefold() in swedish.NEGATIONS:
            yield Hint(kind=HintKind.NEGATION, message=NEGATION, facts={"word": word[0]}, **said)
        if len(word[0]) > MOST_LETTERS and not word[0].isdecimal():
            yield Hint(kind=HintKind.LONG_WORD, message=LONG_WORD, facts={"word": word[0]}, **said)
        if _is_passive(words, place, prose):
            yield Hint(kind=HintKind.PASSIVE, message=PASSIVE, facts={"word": word[0]}, **said)


def _is_passive(words: list[re.Match[str]], place: int, prose: str) -> bool:
    word = words[place][0].casefold()
    if (
        not word.endswith("s")
        or len(word) > _LONGEST_VERB
        or word in swedish.DEPONENTS
        or word in swedish.NO_VERBS
        or _GENITIVE.search(word)
    ):
        return False
    if _PAST_PASSIVE.search(word) or _is_listed(word):
        return True
    return bool(_PRESENT_PASSIVE.search(word)) and _stands_as_verb(words, place, prose)


def _is_listed(word: str) -> bool:
    known = (word[:at] for at in range(len(word)) if word[at:] in swedish.PASSIVES)
    return any(not prefix or prefix in swedish.PREFIXES for prefix in known)


def _stands_as_verb(words: list[re.Match[str]], place: int, prose: str) -> bool:
    """A genitive ends as a verb does, but its noun follows at once, and no auxiliary stands before it."""
    before = words[place - 1][0].casefold() if place else ""
    following = words[place + 1] if place + 1 < len(words) else None
    if before in swedish.BEFORE_A_VERB or following is None:
        return True
    apart = prose[words[place].end() : following.start()].strip(" \t\n")
    return bool(apart) or following[0].casefold() in swedish.AFTER_A_VERB


def _on_signs(prose: str) -> Iterator[Hint]:
    for short in _ABBREVIATION.finditer(prose):
        written = re.sub(r"\s", "", short[0]).casefold()
        facts = {"short": short[0], "long": swedish.ABBREVIATIONS[written]}
        yield Hint(kind=HintKind.ABBREVIATION, start=short.start(), end=short.end(), message=ABBREVIATION, facts=facts)
    for number in _NUMERAL.finditer(prose):
        facts = {"number": number[0]}
        yield Hint(kind=HintKind.NUMERAL, start=number.start(), end=number.end(), message=NUMERAL, facts=facts)
