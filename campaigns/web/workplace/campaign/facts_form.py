"""The form of a campaign's facts: rows that are added and taken away without a script, read into what is saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from campaigns.data import languages, places
from campaigns.domain.languages import Language
from campaigns.domain.texts import FactKind, KeyFact
from campaigns.web.workplace.forms import Form
from campaigns.work.campaign.facts_rules import CampaignFacts, Material

SHORT = ("name", "secrecy_ground", "secrecy_decided_by", "secrecy_condition", "contact_name", "contact_email")
FACT_KINDS = (FactKind.SENTENCE, FactKind.PHONE, FactKind.LINK, FactKind.NUMBER, FactKind.DATE)


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """A row of the form for one key fact: its number in the names of its fields, and its kind."""

    number: str
    kind: FactKind
    languages: tuple[Language, ...]


def initial(facts: CampaignFacts) -> dict[str, object]:
    """What the form shows before anybody types."""
    named = set(places().names())
    found: dict[str, object] = {name: getattr(facts, name) for name in (*SHORT, "briefing")}
    found |= {
        "topics": "\n".join(facts.topics),
        "audiences": "\n".join(facts.audiences),
        "languages": facts.languages,
        "places": [code for code in facts.places if code in named],
        "municipalities": "\n".join(code for code in facts.places if code not in named),
        "fact": [str(number) for number in range(len(facts.key_facts))],
        "material": [str(number) for number in range(len(facts.materials))],
    }
    for number, fact in enumerate(facts.key_facts):
        found |= _initial_fact(str(number), fact)
    for number, material in enumerate(facts.materials):
        found |= {f"material-{number}-title": material.title, f"material-{number}-address": material.address}
    return found


def _initial_fact(number: str, fact: KeyFact) -> dict[str, object]:
    start = f"fact-{number}"
    wordings = {f"{start}-in-{tag}": wording for tag, wording in fact.wordings}
    return {f"{start}-kind": fact.kind.value, f"{start}-value": fact.value, f"{start}-says": fact.says, **wordings}


def content(form: Form) -> dict[str, object]:
    """What was typed, as `save_facts` takes it. Empty rows are left out."""
    return {
        **{name: form.text(name) for name in SHORT},
        "briefing": form.raw("briefing"),
        "topics": _unlike(form.lines("topics")),
        "audiences": _unlike(form.lines("audiences")),
        "languages": tuple(language.tag for language in languages().in_order(form.many("languages"))),
        "places": _unlike([*form.many("places"), *(code.upper() for code in form.lines("municipalities"))]),
        "key_facts": tuple(fact for row in fact_rows(form) if (fact := _fact(form, row)) is not None),
        "materials": tuple(found for number in material_rows(form) if (found := _material(form, number)) is not None),
    }


def _unlike(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _fact(form: Form, row: FactRow) -> KeyFact | None:
    start = f"fact-{row.number}"
    said = {tag: form.text(f"{start}-in-{tag}") for tag in languages()}
    wordings = tuple((tag, wording) for tag, wording in said.items() if wording)
    value, says = form.text(f"{start}-value"), form.text(f"{start}-says")
    if not (wordings or value or says):
        return None
    return KeyFact(kind=row.kind, value=value, says=says, wordings=wordings)


def _material(form: Form, number: str) -> Material | None:
    title, address = form.text(f"material-{number}-title"), form.text(f"material-{number}-address")
    return Material(title=title, address=address) if title or address else None


def fact_rows(form: Form) -> tuple[FactRow, ...]:
    """The rows of key facts, after what was just added or taken away."""
    gone, added = request.form.get("remove", ""), request.form.get("add", "")
    numbers = [number for number in form.many("fact") if f"fact-{number}" != gone]
    rows = [_row(form, number, _kind(form.text(f"fact-{number}-kind"))) for number in numbers]
    if added in set(FACT_KINDS):
        rows.append(_row(form, _next(form.many("fact")), FactKind(added)))
    return tuple(rows)


def _row(form: Form, number: str, kind: FactKind) -> FactRow:
    """A sentence is asked for in the campaign's languages; one that was written already is never hidden."""
    asked = set(form.many("languages"))
    tags = (tag for tag in languages() if tag in asked or form.text(f"fact-{number}-in-{tag}"))
    return FactRow(number=number, kind=kind, languages=tuple(languages().in_order(tags)))


def _kind(written: str) -> FactKind:
    return FactKind(written) if written in set(FACT_KINDS) else FactKind.SENTENCE


def material_rows(form: Form) -> tuple[str, ...]:
    """The rows of materials, after what was just added or taken away."""
    gone, added = request.form.get("remove", ""), request.form.get("add", "")
    numbers = [number for number in form.many("material") if f"material-{number}" != gone]
    return (*numbers, _next(form.many("material"))) if added == "material" else tuple(numbers)


def _next(numbers: Sequence[str]) -> str:
    """A number that no row has, so that a browser's own memory of fields mixes nothing up."""
    return str(max((int(number) for number in numbers if number.isdecimal()), default=-1) + 1)


def only_rows_changed() -> bool:
    """Whether a button was pressed that adds or takes away a row; nothing is saved then."""
    return bool(request.form.get("add") or request.form.get("remove"))


def carried(facts: CampaignFacts) -> list[tuple[str, str]]:
    """Facts as the fields of a form that only carries them on."""
    found: list[tuple[str, str]] = []
    for name, value in initial(facts).items():
        found += [(name, str(one)) for one in value] if isinstance(value, list | tuple) else [(name, str(value))]
    return found
