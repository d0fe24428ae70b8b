"""A text is one message in one language. Here: its parts, its revision hash, and the checks every text must pass.

What the checks look for stands in modules of its own: key facts in `facts`, numbers in `text_digits`, forbidden signs
in `text_signs`, advice in `text_measures`.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from campaigns.domain.errors import N_, Fault, Severity
from campaigns.domain.facts import FactKind, KeyFact, Searched, links_in, without_links
from campaigns.domain.languages import Language
from campaigns.domain.text_digits import digits_of, fold_digits, long_numbers_missing
from campaigns.domain.text_measures import Readability, likeness, lix
from campaigns.domain.text_signs import beyond_gsm, forbidden_signs, personal_numbers, placeholders, sms_length

__all__ = [
    "LENGTHS",
    "FactFound",
    "FactKind",
    "KeyFact",
    "Readability",
    "TextContent",
    "Variant",
    "check_text",
    "facts_in",
    "fold_digits",
    "likeness",
    "lix",
    "revision_of",
]


class Variant(StrEnum):
    """The parts of a text, for different places to say it."""

    HEADLINE = "headline"
    LONG = "long"  # Markdown
    SHORT = "short"  # one paragraph, for social media
    SMS = "sms"
    SPOKEN = "spoken"  # to read aloud


@dataclass(frozen=True, kw_only=True)
class TextContent:
    """What a text says, in all its variants. An empty variant is one that was not written."""

    headline: str = ""
    long: str = ""
    short: str = ""
    sms: str = ""
    spoken: str = ""

    def __getitem__(self, variant: Variant) -> str:
        return str(getattr(self, variant.value))

    @property
    def revision(self) -> str:
        """The hash that consent and approval bind to; any change of any variant changes it."""
        return revision_of(asdict(self))


def revision_of(content: object) -> str:
    """A content hash, `sha256:` and 64 hexadecimal digits, over canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()


# At most this many characters, counted after NFC. An SMS is two linked parts: 2 x 153 septets, or 2 x 67 in UCS-2.
LENGTHS: Mapping[Variant, int] = {
    Variant.HEADLINE: 120,
    Variant.LONG: 8_000,
    Variant.SHORT: 500,
    Variant.SMS: 306,
    Variant.SPOKEN: 4_000,
}
_SMS_UCS2 = 134
_NFC_SHORTENS_BY = 4  # NFC makes at most four characters into one

REQUIRED = (Variant.HEADLINE, Variant.LONG)

# Which key facts a variant must keep, and how much it weighs if it does not.
_KEEPS: Mapping[Variant, Mapping[FactKind, Severity]] = {
    Variant.LONG: dict.fromkeys(FactKind, Severity.ERROR),
    Variant.SHORT: {
        FactKind.PHONE: Severity.ERROR,
        FactKind.NUMBER: Severity.ERROR,
        FactKind.DATE: Severity.ERROR,
        FactKind.SENTENCE: Severity.WARNING,
        FactKind.LINK: Severity.WARNING,
    },
    Variant.SMS: {FactKind.PHONE: Severity.WARNING},
}

EMPTY = N_("This part is empty. Write it.")
TOO_LONG = N_("This is {length} characters long and at most {limit} fit. Shorten it.")
SMS_TOO_LONG = N_(
    "This SMS is {length} characters long. With {character} in it at most {limit} fit, "
    "because it needs the larger character set. Shorten it."
)
FACT_MISSING = N_("The key fact “{fact}” is missing. Every version must keep it. Write it exactly so.")
NUMBER_MISSING = N_(
    "The key fact {fact} is missing. Every version must keep it. "
    "If other digits stand beside it, put a word or a comma between."
)
FACT_FOR_REVIEWER = N_("Only a reviewer can check that the key fact “{fact}” is kept in this language.")
LINK_LOST = N_("The link {link} is in the source and not here. Add it.")
LINK_ADDED = N_("The link {link} is here and not in the source. Remove it, or add it to the source first.")
NUMBER_LOST = N_("The number {number} is in the source and not here. Check that nothing was left out.")
NUMBER_ADDED = N_("The number {number} is here and not in the source. Check that it is right.")
SAME_AS_SOURCE = N_("This is the same as the source. Check that the translation is done.")

OF_KEY_FACTS = frozenset({FACT_MISSING, NUMBER_MISSING, FACT_FOR_REVIEWER})
"""The faults that say what `facts_in` says, for whoever shows both."""


def check_text(
    content: TextContent, *, language: Language, facts: Sequence[KeyFact], source: TextContent | None
) -> list[Fault]:
    """Every fault of a text, in the order of its variants. The `field` of a fault is the variant's name.

    `source` is the text it was translated from; None for the source itself. A variant that is several times too long is
    judged by its length alone, so that no input can keep the checks busy.
    """
    return [fault for variant in Variant for fault in _check_variant(variant, content, language, facts, source)]


def _check_variant(
    variant: Variant, content: TextContent, language: Language, facts: Sequence[KeyFact], source: TextContent | None
) -> Iterator[Fault]:
    written = content[variant]
    if not written.strip():
        if variant in REQUIRED:
            yield Fault(message=EMPTY, field=variant)
        return
    if len(written) > LENGTHS[variant] * _NFC_SHORTENS_BY:
        yield _too_long(variant, len(written))
        return
    text = unicodedata.normalize("NFC", written)
    yield from _length(variant, text)
    yield from forbidden_signs(written, variant)
    yield from placeholders(without_links(text), variant)
    yield from personal_numbers(text, variant)
    yield from _key_facts(variant, text, language, facts)
    if variant is Variant.LONG and source is not None and len(source.long) <= LENGTHS[variant] * _NFC_SHORTENS_BY:
        yield from _against_source(text, unicodedata.normalize("NFC", source.long), facts)


def _too_long(variant: Variant, length: int) -> Fault:
    return Fault(message=TOO_LONG, field=variant, facts={"length": length, "limit": LENGTHS[variant]})


def _length(variant: Variant, text: str) -> Iterator[Fault]:
    length = sms_length(text) if variant is Variant.SMS else len(text)
    character = beyond_gsm(text) if variant is Variant.SMS else None
    if character is not None and length > _SMS_UCS2:
        facts = {"length": length, "limit": _SMS_UCS2, "character": character}
        yield Fault(message=SMS_TOO_LONG, field=variant, facts=facts)
    elif length > LENGTHS[variant]:
        yield _too_long(variant, length)


@dataclass(frozen=True, kw_only=True)
class FactFound:
    """A key fact that one part of a text has to keep. `kept` is None where only a person can tell.

    `severity` is what it weighs if the part does not keep it.
    """

    fact: KeyFact
    kept: bool | None
    severity: Severity


def facts_in(variant: Variant, text: str, *, language: Language, facts: Sequence[KeyFact]) -> Iterator[FactFound]:
    """The key facts that a part of a text has to keep, in their order, and whether it does."""
    keeps = _KEEPS.get(variant, {})
    searched = Searched(unicodedata.normalize("NFC", text), language)
    for fact in facts:
        if fact.kind in keeps:
            yield FactFound(fact=fact, kept=searched.holds(fact), severity=keeps[fact.kind])


def _key_facts(variant: Variant, text: str, language: Language, facts: Sequence[KeyFact]) -> Iterator[Fault]:
    for found in facts_in(variant, text, language=language, facts=facts):
        shown = {"fact": found.fact.shown_in(language.tag)}
        if found.kept is None and variant is Variant.LONG:
            yield Fault(message=FACT_FOR_REVIEWER, field=variant, facts=shown, severity=Severity.WARNING)
        elif found.kept is False:
            digits = found.fact.kind in {FactKind.PHONE, FactKind.NUMBER, FactKind.DATE}
            message = NUMBER_MISSING if digits else FACT_MISSING
            yield Fault(message=message, field=variant, facts=shown, severity=found.severity)


def _against_source(text: str, source: str, facts: Sequence[KeyFact]) -> Iterator[Fault]:
    """Key facts are left out here: they have their own check, and nobody wants to read a fault twice."""
    if text.split() == source.split():
        yield Fault(message=SAME_AS_SOURCE, field=Variant.LONG, severity=Severity.WARNING)
        return
    known = {fact.value for fact in facts if fact.kind is FactKind.LINK}
    for link in sorted(links_in(source) - links_in(text) - known):
        yield Fault(message=LINK_LOST, field=Variant.LONG, facts={"link": link})
    for link in sorted(links_in(text) - links_in(source) - known):
        yield Fault(message=LINK_ADDED, field=Variant.LONG, facts={"link": link})
    yield from _other_numbers(without_links(text), without_links(source), facts)


def _other_numbers(text: str, source: str, facts: Sequence[KeyFact]) -> Iterator[Fault]:
    known = {digits_of(fact.value) for fact in facts}
    for message, there, here in ((NUMBER_LOST, source, text), (NUMBER_ADDED, text, source)):
        for digits, written in long_numbers_missing(there=there, here=here).items():
            if digits not in known:
                shown = {"number": written}
                yield Fault(message=message, field=Variant.LONG, facts=shown, severity=Severity.WARNING)
