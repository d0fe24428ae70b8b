"""A campaign draft as a file that people can read and change, in the order of the sample campaign."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import yaml

from campaigns.domain.texts import FactKind, KeyFact, TextContent, Variant
from campaigns.domain.times import SWEDEN
from campaigns.work.campaign.drafts import CampaignDraft, MatchingDraft, PartnerDraft

EXAMPLE_HEADER = "# An example: the texts are made up and are not official texts of the police.\n"


class _Row(list[Any]):
    """A list on one line, in square brackets."""


class _Group(dict[str, Any]):
    """Fields on one line, in curly brackets."""


class _Passage(str):
    """A text of several lines, written as a block."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """Lists are indented under their field, and lines are not folded."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML calls it so
        super().increase_indent(flow, indentless=False)


_Writer.add_representer(_Row, lambda w, row: w.represent_sequence("tag:yaml.org,2002:seq", row, flow_style=True))
_Writer.add_representer(_Group, lambda w, group: w.represent_mapping("tag:yaml.org,2002:map", group, flow_style=True))
_Writer.add_representer(_Passage, lambda w, text: w.represent_scalar("tag:yaml.org,2002:str", f"{text}\n", style="|"))


def write_campaign_file(draft: CampaignDraft) -> str:
    """The draft as YAML; reading it gives the same draft. Sections without content are left out."""
    sections = {
        "campaign": _heading(draft),
        "key_facts": [_fact(fact) for fact in draft.key_facts],
        "briefing": _passage(draft.briefing),
        "core_messages": [{"name": message.name, **_texts(message.texts)} for message in draft.core_messages],
        "partners": [_partner(partner) for partner in draft.partners],
        "matching_messages": [_matching(matching) for matching in draft.matching_messages],
    }
    written = [_yaml({name: section}) for name, section in sections.items() if section]
    return (EXAMPLE_HEADER if draft.example else "") + "\n".join(written)


def _yaml(section: Mapping[str, object]) -> str:
    return yaml.dump(
        section, Dumper=_Writer, allow_unicode=True, sort_keys=False, default_flow_style=False, width=2**31
    )


def _heading(draft: CampaignDraft) -> dict[str, object]:
    heading: dict[str, object] = {
        "name": draft.name,
        "slug": draft.slug,
        "topics": _Row(draft.topics),
        "places": _Row(draft.places),
        "audiences": _Row(draft.audiences),
        "lift_at": written_time(draft.lift_at),
        "briefing_opens_at": written_time(draft.briefing_opens_at),
        "languages": _Row(draft.languages),
        "secrecy": _Group(
            ground=draft.secrecy_ground, decided_by=draft.secrecy_decided_by, condition=draft.secrecy_condition
        ),
        "contact": _Group(name=draft.contact_name, email=draft.contact_email),
        "example": draft.example or None,
    }
    return {name: value for name, value in heading.items() if value not in ([], None)}


def written_time(instant: datetime) -> str:
    """Swedish wall time, with its offset only in the hour that comes twice and seconds only where there are any."""
    local = instant.astimezone(SWEDEN)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    precision = "seconds" if local.second else "minutes"
    return (local if twice else local.replace(tzinfo=None)).isoformat(sep=" ", timespec=precision)


def _fact(fact: KeyFact) -> dict[str, str]:
    parts = {"kind": fact.kind.value, "value": fact.value, "says": fact.says}
    filled = {name: value for name, value in parts.items() if value} | dict(fact.wordings)
    return filled if fact.kind is FactKind.SENTENCE else _Group(filled)


def _texts(texts: Mapping[str, TextContent]) -> dict[str, object]:
    """Texts as the file has them: by variant first, then by language."""
    by_variant = {
        variant.value: {tag: _passage(content[variant]) for tag, content in texts.items() if content[variant]}
        for variant in Variant
    }
    return {variant: by_language for variant, by_language in by_variant.items() if by_language}


def _passage(text: str) -> str:
    return _Passage(text) if "\n" in text else text


def _partner(partner: PartnerDraft) -> dict[str, object]:
    channels = [_Group(kind=channel.kind.value, address=channel.address) for channel in partner.channels]
    written: dict[str, object] = {
        "name": partner.name,
        "kind": partner.kind.value,
        "places": _Row(partner.places),
        "languages": _Row(partner.languages),
        "topics": _Row(partner.topics),
        "channels": channels,
    }
    return _without_empty(written)


def _matching(matching: MatchingDraft) -> dict[str, object]:
    channels = _Row(_values(matching.channels))
    return _without_empty(
        {"by": matching.by, "answers": matching.answers, **_texts(matching.texts), "channels": channels}
    )


def _values(kinds: Iterable[object]) -> list[str]:
    return [str(kind) for kind in kinds]


def _without_empty(written: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in written.items() if value != []}
