"""Runs of words that are shown alike, with phones, links, dates and codes kept together and in their order.

Right-to-left text would show "114 14" as "14 114". Such a stretch becomes a run of its own, isolated left to right and
with no-break spaces; what is filled into a sentence (a name, a time) is isolated with its own direction.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from campaigns.domain.blocks import Span
from campaigns.domain.facts import LINK_TAIL
from campaigns.domain.languages import Direction
from campaigns.domain.text_digits import chains, digit_groups, digits_of

_BARE_LINK = re.compile(r"https?://[^\s<>()\[\]{}\"«»“”「」（）《》]+", re.IGNORECASE)
_NO_BREAK = str.maketrans(" \t\n", "\u00a0\u00a0\u00a0")
_FIELD = re.compile(r"\{(\w+)\}")
# Control characters, halves of surrogate pairs, what no XML can hold, and hidden changes of direction.
_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff\ufffe\uffff]")


class Isolate(StrEnum):
    """How a run stands in the text around it."""

    NONE = ""
    LTR = "ltr"  # a number, a link
    AUTO = "auto"  # a name or time of its own direction


_FIRST = {Isolate.LTR: "\u2066", Isolate.AUTO: "\u2068"}


@dataclass(frozen=True, kw_only=True)
class Run:
    """Words that look alike. `link` is a whole address, or empty."""

    text: str
    strong: bool = False
    emphasised: bool = False
    link: str = ""
    isolate: Isolate = Isolate.NONE

    def within(self, direction: Direction) -> str:
        """The text as it stands in text of a direction: between marks that keep its own, where the two differ."""
        if self.isolate is Isolate.NONE or is_rtl(self.text) == (direction == "rtl"):
            return self.text
        return f"{_FIRST[self.isolate]}{self.text}\u2069"


def harmless(text: str) -> str:
    """The text without control characters, hidden changes of direction and what no document can hold."""
    return _NEVER.sub("", text)


def runs_of(spans: Iterable[Span], phones: Mapping[str, str]) -> tuple[Run, ...]:
    """The runs of a paragraph. `phones` are the numbers one can call, by their digits."""
    spans = [replace(span, text=harmless(span.text)) for span in spans]
    rtl = any(is_rtl(span.text) for span in spans)
    return tuple(run for span in spans for run in _runs_in(span, phones, rtl=rtl) if run.text)


def runs_of_text(text: str, phones: Mapping[str, str]) -> tuple[Run, ...]:
    """The runs of a plain text, its bare links found."""
    return runs_of([Span(text=text)], phones)


def filled(template: str, phones: Mapping[str, str], **fields: str) -> tuple[Run, ...]:
    """The runs of a sentence with named fields; what is filled in stands in an isolate of its own direction."""
    runs: list[Run] = []
    for place, part in enumerate(_FIELD.split(template)):
        if place % 2 == 0:
            runs += runs_of_text(part, phones)
        else:
            runs.append(Run(text=harmless(fields[part]), isolate=Isolate.AUTO))
    return tuple(runs)


def plain(runs: Iterable[Run], direction: Direction) -> str:
    """The runs as plain text with the isolates it needs."""
    return "".join(run.within(direction) for run in runs)


def is_rtl(text: str) -> bool:
    """Whether any letter is written right to left."""
    return any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in text)


def _runs_in(span: Span, phones: Mapping[str, str], *, rtl: bool) -> Iterator[Run]:
    look = Run(text="", strong=span.strong, emphasised=span.emphasised, link=span.link)
    if span.link:
        as_address = span.text == span.link
        yield replace(look, text=span.text, isolate=Isolate.LTR if as_address else Isolate.NONE)
        return
    at = 0
    for found in _BARE_LINK.finditer(span.text):
        link = found[0].rstrip(LINK_TAIL)
        yield from _with_phones(span.text[at : found.start()], look, phones, rtl=rtl)
        yield replace(look, text=link, link=link, isolate=Isolate.LTR)
        at = found.start() + len(link)
    yield from _with_phones(span.text[at:], look, phones, rtl=rtl)


def _with_phones(text: str, look: Run, phones: Mapping[str, str], *, rtl: bool) -> Iterator[Run]:
    at = 0
    for chain in chains(text):
        phone = phones.get(chain.digits)
        if phone is None:
            continue
        plus = phone.startswith("+") and text[max(chain.start - 1, at) : chain.start] == "+"
        start = chain.start - plus
        yield from _with_groups(text[at:start], look, rtl=rtl)
        number = text[start : chain.end].translate(_NO_BREAK)
        yield replace(look, text=number, link=tel(phone), isolate=Isolate.LTR)
        at = chain.end
    yield from _with_groups(text[at:], look, rtl=rtl)


def _with_groups(text: str, look: Run, *, rtl: bool) -> Iterator[Run]:
    at = 0
    for groups in digit_groups(text) if rtl else ():
        yield replace(look, text=text[at : groups.start()])
        yield replace(look, text=groups[0].translate(_NO_BREAK), isolate=Isolate.LTR)
        at = groups.end()
    yield replace(look, text=text[at:])


def tel(phone: str) -> str:
    """The address that calls a number."""
    return "tel:" + "+" * phone.startswith("+") + digits_of(phone)
