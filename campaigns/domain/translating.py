"""The way of one text in one language: who does what to it, what it still lacks, and when the Swedish it was made from
has changed.

Source of the rules: the back-translation is there because a printed brochure in North Sámi once said "go out" for "go
in", and our key message hinges on a negation too; two people read every translation, as for every release.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain import swedish_words
from campaigns.domain.errors import N_, Refused
from campaigns.domain.facts import KeyFact, Searched, fold_sentence, links_in, without_links
from campaigns.domain.languages import Language
from campaigns.domain.lifecycle import TextState
from campaigns.domain.text_digits import chains
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.word_diff import words_of

SOURCE = "sv"


class Job(StrEnum):
    """What one person can be asked to do with one text."""

    TRANSLATE = "translate"
    REVIEW = "review"
    BACK_TRANSLATE = "back_translate"


class Outcome(StrEnum):
    """What became of a remark on a text."""

    OPEN = "open"  # nobody has settled it
    TAKEN = "taken"  # the suggested words stand in the text now
    DECLINED = "declined"
    ANSWERED = "answered"  # a comment that needs nothing more


class SourceEdit(StrEnum):
    """What a change of the Swedish text means for its translations; the author says which."""

    MEANING = "meaning"  # every translation is looked at again
    TYPO = "typo"  # they stand as they are


class TextMove(StrEnum):
    """What people do to a translation. The values are shown to people."""

    HAND_OVER = "hand the text over for review"
    PASS = "let the text pass"  # noqa: S105 - the name of a move
    SEND_BACK = "ask for changes"


class NotInThisState(Refused):
    """The text is not where this move starts."""

    message = N_("The text is {state}, so this cannot be done: {move}.")


TEXT_MOVES: Mapping[tuple[TextState, TextMove], TextState] = {
    (TextState.DRAFT, TextMove.HAND_OVER): TextState.TRANSLATED,
    (TextState.TRANSLATED, TextMove.PASS): TextState.REVIEWED,
    (TextState.TRANSLATED, TextMove.SEND_BACK): TextState.DRAFT,
    (TextState.REVIEWED, TextMove.SEND_BACK): TextState.DRAFT,
}
"""Saving new words leads to DRAFT from everywhere; freezing and publishing a release lead on from REVIEWED."""


def moved(state: TextState, move: TextMove) -> TextState:
    """The state a move leads to. Raises NotInThisState."""
    try:
        return TEXT_MOVES[state, move]
    except KeyError:
        raise NotInThisState(state=state, move=move) from None


class Lack(StrEnum):
    """What a text still lacks before it may go out in its language."""

    TEXT = "text"  # nothing is written
    TRANSLATION = "translation"  # written, and its translator is not done
    REVIEW = "review"  # nobody else has read it
    FRESHNESS = "freshness"  # the Swedish text has changed since
    BACK_TRANSLATION = "back_translation"  # it holds a key fact, and nobody has told in Swedish what it says
    CONFIRMATION = "confirmation"  # told, and the author has not confirmed it


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a text has come in its language, and what the rules need to know of it."""

    state: TextState
    stale: bool = False
    holds_facts: bool = False
    back_translated: bool = False
    confirmed: bool = False
    unread: bool = False  # it is public, and nobody but who wrote it has read it


def lacks(progress: Progress | None, *, language: str) -> tuple[Lack, ...]:
    """What stands between a text and going out, the first step first; nothing for one that is ready.

    The Swedish text is the source: it is read by whoever approves the release. `sv-simple` is Swedish, so nobody needs
    it told in Swedish.
    """
    if progress is None or progress.state is TextState.MISSING:
        return (Lack.TEXT,)
    return () if language == SOURCE else tuple(_translation_lacks(progress, language))


def _translation_lacks(progress: Progress, language: str) -> Iterator[Lack]:
    if progress.stale:
        yield Lack.FRESHNESS
    if progress.state is TextState.DRAFT:
        yield Lack.TRANSLATION
    if progress.unread or progress.state in {TextState.DRAFT, TextState.TRANSLATED}:
        yield Lack.REVIEW
    if progress.holds_facts and not is_swedish(language) and not progress.confirmed:
        yield Lack.CONFIRMATION if progress.back_translated else Lack.BACK_TRANSLATION


def correction_lacks(progress: Progress, *, language: str, touched: bool) -> tuple[Lack, ...]:
    """What a correction of a published translation lacks, where the Swedish text holds key facts.

    Another person reads it, as before T. It is told in Swedish again only if it touches a key fact, a number or a link
    (`touched`). Source of the rule: the wrong phone number that must be right within minutes, and the brochure above.
    """
    if language == SOURCE or not progress.holds_facts:
        return ()
    told = {Lack.BACK_TRANSLATION, Lack.CONFIRMATION}
    return tuple(lack for lack in lacks(progress, language=language) if touched or lack not in told)


def is_swedish(language: str) -> bool:
    """Whether a Swedish reader reads it anyway, as lättläst (`sv-simple`)."""
    return language.partition("-")[0] == SOURCE


def holds_key_facts(source: TextContent, facts: Sequence[KeyFact], *, swedish: Language) -> bool:
    """Whether the Swedish text holds a key fact that every version must keep. What only a person can tell counts."""
    searched = [Searched(source[variant], swedish) for variant in Variant if source[variant].strip()]
    return any(one.holds(fact) is not False for fact in facts for one in searched)


def may_be_a_typo(old: TextContent, new: TextContent, *, facts: Sequence[KeyFact], swedish: Language) -> bool:
    """Whether a change of the Swedish text may be called a typo: it touches no key fact, number, link or negation.

    A part that was empty and is not, or the other way round, is no typo either.
    """
    return all(
        bool(old[part].strip()) == bool(new[part].strip())
        and _weighty(old[part], facts, swedish) == _weighty(new[part], facts, swedish)
        for part in Variant
    )


def touches_key_facts(old: TextContent, new: TextContent, *, facts: Sequence[KeyFact], language: Language) -> bool:
    """Whether a change of a translation touches a key fact, a number or a link, as far as a machine can tell."""
    return any(_weighty(old[part], facts, language) != _weighty(new[part], facts, language) for part in Variant)


def numbers_and_links(content: TextContent) -> frozenset[str]:
    """The links of a text as they stand, and its numbers with their digits as 0-9."""
    said = [content[part] for part in Variant]
    links = {link for text in said for link in links_in(text)}
    return frozenset(links | {" ".join(chain.groups) for text in said for chain in chains(without_links(text))})


def _weighty(text: str, facts: Sequence[KeyFact], swedish: Language) -> tuple[object, ...]:
    """What a change must leave alone. Negations are counted, since one word turns the message round."""
    searched = Searched(text, swedish)
    bare = without_links(text)
    words = (word.casefold() for word in words_of(fold_sentence(bare, swedish)))
    return (
        tuple(searched.holds(fact) for fact in facts),
        Counter(_wordings(text, facts, swedish)),
        links_in(text),
        Counter(group for chain in chains(bare) for group in chain.groups),
        Counter(word for word in words if word in swedish_words.NEGATIONS),
    )


def _wordings(text: str, facts: Sequence[KeyFact], swedish: Language) -> Iterable[tuple[str, int]]:
    """How often each key sentence stands there word for word."""
    folded = fold_sentence(text, swedish)
    for fact in facts:
        wording = fact.wording_in(swedish.tag)
        if wording:
            yield wording, folded.count(fold_sentence(wording, swedish))
