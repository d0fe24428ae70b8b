"""A text as whoever writes from it sees it: lines as they are read, key facts and the glossary's terms marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.glossary import Term, hits
from campaigns.domain.text_digits import chains, digits_of
from campaigns.domain.texts import TextContent, Variant

_ALONE = re.compile(r"\s*#{1,6}(?:\s|$)|\s*(?:-+|=+|(?:[*_-]\s*){3,})\s*$")  # headings, their underlines, and rules
_BEGINS = re.compile(r"\s*(?:[-*+>]|[0-9]{1,9}[.)])(?:\s|$)")  # lists and quotations


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a text: a key fact, a term of the glossary, or neither."""

    words: str
    is_fact: bool = False
    term: Term | None = None


def as_read(content: TextContent, variant: Variant) -> str:
    """A part of a text with its lines as its readers get them: of the long one, Markdown, each paragraph is a line.

    Who writes in a file breaks lines where the file is full, and that break is a space (CommonMark 0.31, 6.8). A line
    that begins a list, a heading, a quotation or a rule stays one, and so does a break that was meant (6.7).
    """
    return flowing(content[variant]) if variant is Variant.LONG else content[variant]


def flowing(text: str) -> str:
    """A text in Markdown without the breaks that are only spaces."""
    lines: list[str] = []
    for line in text.split("\n"):
        if lines and _goes_on(lines[-1], line):
            lines[-1] = f"{lines[-1].rstrip()} {line.lstrip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _goes_on(before: str, line: str) -> bool:
    is_meant = before.endswith(("  ", "\\")) or _ALONE.match(before) or _ALONE.match(line) or _BEGINS.match(line)
    return bool(before.strip() and line.strip()) and not is_meant


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
