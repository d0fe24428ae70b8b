"""Each part of a text beside its source, weighed: key facts, faults, the glossary, and what could be easier to read."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaigns.domain.errors import Fault, Severity
from campaigns.domain.facts import KeyFact
from campaigns.domain.glossary import FORBIDDEN, MISSING, Term, TermFinding, TermKind, check_terms
from campaigns.domain.languages import Language
from campaigns.domain.readability import HintedSentence, by_sentence
from campaigns.domain.text_measures import lix
from campaigns.domain.texts import LENGTHS, OF_KEY_FACTS, FactFound, TextContent, Variant, facts_in

READ_BY_LIX = frozenset({"sv", "sv-simple"})
_IN_PROSE = frozenset({Variant.LONG, Variant.SHORT, Variant.SPOKEN})
_FEWEST_WORDS = 10  # LIX of a line or two says nothing
_TIMES_TOO_LONG = 4
_SAID_ELSEWHERE = OF_KEY_FACTS | {MISSING, FORBIDDEN}


@dataclass(frozen=True, kw_only=True)
class PartWeighed:
    """What there is to say of one part. `faults` leave out what stands in `facts` and `terms`.

    `lix` is None where it is not measured. `sentences` are those with a hint, in Swedish and easy-to-read Swedish.
    """

    variant: Variant
    empty: bool = False
    facts: tuple[FactFound, ...] = ()
    faults: tuple[Fault, ...] = ()
    terms: tuple[TermFinding, ...] = ()
    lix: float | None = None
    sentences: tuple[HintedSentence, ...] = ()

    @property
    def kept(self) -> int:
        """How many of the key facts stand here."""
        return sum(1 for found in self.facts if found.kept)


def weigh_parts(
    content: TextContent,
    faults: Sequence[Fault],
    *,
    language: Language,
    facts: Sequence[KeyFact],
    source: TextContent | None,
    terms: Sequence[Term],
) -> Mapping[Variant, PartWeighed]:
    """Every part of a text, by its variant. `faults` are what `check_text` said; `source` is the Swedish text.

    Of a part that is several times too long nothing is said but its faults.
    """
    said = {variant: tuple(_other_faults(faults, variant)) for variant in Variant}
    return {
        variant: PartWeighed(variant=variant, faults=said[variant])
        if len(content[variant]) > LENGTHS[variant] * _TIMES_TOO_LONG
        else _weighed(variant, content[variant], said[variant], language, facts, source, terms)
        for variant in Variant
    }


def _other_faults(faults: Sequence[Fault], variant: Variant) -> Iterator[Fault]:
    for fault in faults:
        if fault.field.rsplit(".", 1)[-1] == variant.value and fault.message not in _SAID_ELSEWHERE:
            yield fault


def _weighed(
    variant: Variant,
    text: str,
    faults: tuple[Fault, ...],
    language: Language,
    facts: Sequence[KeyFact],
    source: TextContent | None,
    terms: Sequence[Term],
) -> PartWeighed:
    is_measured = language.tag in READ_BY_LIX and variant in _IN_PROSE
    return PartWeighed(
        variant=variant,
        empty=not text.strip(),
        facts=tuple(facts_in(variant, text, language=language, facts=facts)),
        faults=faults,
        terms=_terms(source[variant] if source else "", text, terms, language),
        lix=lix(text) if is_measured and len(text.split()) >= _FEWEST_WORDS else None,
        sentences=by_sentence(text, language=language.tag) if is_measured else (),
    )


def _terms(source: str, text: str, terms: Sequence[Term], language: Language) -> tuple[TermFinding, ...]:
    """What the glossary says, each thing once. Of an empty part it says which terms are to come."""
    found = check_terms(unicodedata.normalize("NFC", source), unicodedata.normalize("NFC", text), terms, language)
    once: dict[tuple[object, ...], TermFinding] = {}
    for finding in found:
        written = str(finding.facts["written"]).casefold() if finding.kind is TermKind.FORBIDDEN else ""
        once.setdefault((finding.kind, finding.term, written), finding)
    return tuple(once.values())


def glossary_faults(
    content: TextContent, *, language: Language, source: TextContent | None, terms: Sequence[Term]
) -> Iterator[Fault]:
    """What the glossary objects to in the parts that are written, as warnings: a person decides."""
    for variant in Variant:
        if content[variant].strip() and len(content[variant]) <= LENGTHS[variant] * _TIMES_TOO_LONG:
            for finding in _terms(source[variant] if source else "", content[variant], terms, language):
                if finding.kind is not TermKind.KEPT:
                    yield Fault(message=finding.message, field=variant, facts=finding.facts, severity=Severity.WARNING)
