"""The sample campaign as material, in any language of the table, and small material to vary."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import yaml

from campaigns.data import SAMPLE_CAMPAIGN, languages
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.languages import Language
from campaigns.domain.lifecycle import TextState
from campaigns.markup import blocks
from campaigns.materials.values import CoreMessage, Material, Occasion, Said, Term, Voice
from campaigns.materials.words import MaterialWords, known_help

LIFT = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
SWEDISH = languages()["sv"]
SAMPLE: Mapping[str, Any] = yaml.safe_load(SAMPLE_CAMPAIGN.read_text(encoding="utf-8"))
SAMPLE_TAGS: tuple[str, ...] = tuple(SAMPLE["campaign"]["languages"])
TERMS = (
    Term(swedish="gäng", explanation="kriminellt nätverk", avoid=("maffia",)),
    Term(swedish="uppdrag", explanation="det någon lockas att göra för gängen"),
    Term(swedish="orosanmälan", explanation="att berätta för socialtjänsten att man är orolig för ett barn"),
)
_WORDS = {("ar", "gäng"): "عصابة", ("ar", "uppdrag"): "مهمة", ("en", "gäng"): "gang", ("en", "uppdrag"): "job"}


def occasion(**wanted: Any) -> Occasion:
    """The sample campaign, version 3, lifted."""
    given: dict[str, Any] = {
        "name": SAMPLE["campaign"]["name"],
        "slug": SAMPLE["campaign"]["slug"],
        "version": 3,
        "lift_at": LIFT,
        "address": "https://example.se/kampanj/gangsnacket",
        "licence": "CC BY 4.0",
        "contact_name": SAMPLE["campaign"]["contact"]["name"],
        "contact_email": SAMPLE["campaign"]["contact"]["email"],
        "example": True,
    }
    return Occasion(**given | wanted)


def said(language: Language, headline: str, long: str, **wanted: str) -> Said:
    """One message in one language."""
    return Said(language=language, headline=headline, body=blocks(long), **wanted)


def material(tag: str = "sv", **wanted: Any) -> Material:
    """The sample campaign in a language it has."""
    language = languages()[tag]
    facts = sample_facts()
    given: dict[str, Any] = {
        "occasion": occasion(),
        "swedish": SWEDISH,
        "language": language,
        "state": TextState.APPROVED,
        "machine_translated": tag not in {"sv", "en"},
        "messages": tuple(
            CoreMessage(swedish=_said(message, "sv"), said=_said(message, tag)) for message in SAMPLE["core_messages"]
        ),
        "voices": tuple(_voice(message, tag) for message in SAMPLE["matching_messages"]),
        "facts": facts,
        "terms": tuple(replace(term, word=_WORDS.get((tag, term.swedish), "")) for term in TERMS),
        "help": known_help(facts, MaterialWords(language=language, swedish=SWEDISH)),
    }
    return Material(**given | wanted)


def small(
    tag: str = "sv", *, headline: str = "Löftet är en lögn", long: str = "Ring 114 14.", **wanted: Any
) -> Material:
    """Material with one message that says what is given, in a language that need not be in the sample."""
    language = languages()[tag]
    message = CoreMessage(swedish=said(SWEDISH, headline, long), said=said(language, headline, long))
    facts = (KeyFact(kind=FactKind.PHONE, value="114 14"), KeyFact(kind=FactKind.PHONE, value="112"))
    given: dict[str, Any] = {
        "language": language,
        "messages": (message,),
        "voices": (),
        "facts": facts,
        "terms": (),
        "machine_translated": False,
        "help": known_help(facts, MaterialWords(language=language, swedish=SWEDISH)),
    }
    return material("sv", **given | wanted)


def sample_facts() -> tuple[KeyFact, ...]:
    """The key facts of the sample campaign."""
    return tuple(_fact(fact) for fact in SAMPLE["key_facts"])


def _fact(fact: Mapping[str, str]) -> KeyFact:
    kind = FactKind(fact["kind"])
    wordings = tuple((tag, wording) for tag, wording in fact.items() if kind is FactKind.SENTENCE and tag != "kind")
    return KeyFact(kind=kind, value=fact.get("value", ""), says=fact.get("says", ""), wordings=wordings)


def _said(message: Mapping[str, Any], tag: str) -> Said:
    parts = {part: message.get(part, {}).get(tag, "") for part in ("short", "sms", "spoken")}
    return said(languages()[tag], message["headline"][tag], message["long"][tag], **parts)


def _voice(message: Mapping[str, Any], tag: str) -> Voice:
    return Voice(organisation=message["by"], said=_said(message, tag if tag in message["long"] else "sv"))
