"""Where key facts and the glossary's terms stand in a text, so that whoever writes from it sees what must be kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.glossary import Term, hits
from campaigns.domain.text_digits import chains, digits_of


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a text: a key fact, a term of the glossary, or neither."""

    words: str
    is_fact: bool = False
    term: Term | None = None


def pieces(text: str, facts: Sequence[KeyFact], *, language: str, terms: Sequence[Term] = ()) -> tuple[Piece, ...]:
    """The text in pieces, in order; joined they are the text. Where both stand, the fact counts and not the term.

    `terms` are looked for only if the text is Swedish: a glossary goes from there.
    """
    found = [*_facts(text, facts, language), *_terms(text, terms, language)]
    parts, at = [], 0
    for start, end, term in sorted(found, key=lambda place: (place[0], place[2] is not None)):
        if start >= at:
            parts += [Piece(words=text[at:start]), Piece(words=text[start:end], is_fact=term is None, term=term)]
            at = end
    return tuple(part for part in (*parts, Piece(words=text[at:])) if part.words)


def marked(text: str, facts: Sequence[KeyFact], *, language: str) -> list[tuple[bool, str]]:
    """The text in parts, in order: whether the part is a key fact, and its words. Joined they are the text."""
    return [(piece.is_fact, piece.words) for piece in pieces(text, facts, language=language)]


Place = tuple[int, int, Term | None]


def _facts(text: str, facts: Sequence[KeyFact], language: str) -> Iterator[Place]:
    phones = {digits_of(fact.value) for fact in facts if fact.kind is FactKind.PHONE}
    for chain in chains(text):
        if chain.digits in phones:
            yield chain.start, chain.end, None
    for fact in facts:
        words = fact.wording_in(language) if fact.kind is FactKind.SENTENCE else fact.value
        if words and fact.kind is not FactKind.PHONE:
            flexible = r"\s+".join(re.escape(word) for word in words.rstrip(".!?").split())
            yield from ((*found.span(), None) for found in re.finditer(flexible, text, re.IGNORECASE))


def _terms(text: str, terms: Sequence[Term], language: str) -> Iterator[Place]:
    if language.partition("-")[0] == "sv":
        yield from ((start, end, term) for term, start, end in hits(text, terms))
