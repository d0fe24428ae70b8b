"""Where the key facts stand in a text, so that whoever writes from it sees what every version must keep."""

import re
from collections.abc import Iterator, Sequence

from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.text_digits import chains, digits_of


def marked(text: str, facts: Sequence[KeyFact], *, language: str) -> list[tuple[bool, str]]:
    """The text in parts, in order: whether the part is a key fact, and its words. Joined they are the text."""
    parts, at = [], 0
    for start, end in sorted(_places(text, facts, language)):
        if start >= at:
            parts += [(False, text[at:start]), (True, text[start:end])]
            at = end
    return [part for part in (*parts, (False, text[at:])) if part[1]]


def _places(text: str, facts: Sequence[KeyFact], language: str) -> Iterator[tuple[int, int]]:
    phones = {digits_of(fact.value) for fact in facts if fact.kind is FactKind.PHONE}
    for chain in chains(text):
        if chain.digits in phones:
            yield chain.start, chain.end
    for fact in facts:
        words = fact.wording_in(language) if fact.kind is FactKind.SENTENCE else fact.value
        if words and fact.kind is not FactKind.PHONE:
            flexible = r"\s+".join(re.escape(word) for word in words.rstrip(".!?").split())
            yield from (found.span() for found in re.finditer(flexible, text, re.IGNORECASE))
