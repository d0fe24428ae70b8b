"""What a campaign's facts are, which of them may be changed when, and how two people's changes meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, cast

from pydantic import AfterValidator, Field, ValidationError

from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, BadInput, Fault, Refused
from campaigns.domain.lifecycle import Stage
from campaigns.domain.texts import FactKind, KeyFact
from campaigns.domain.three_way import three_way
from campaigns.store.tables import Campaign
from campaigns.work.campaign.drafts import (
    Draft,
    Email,
    Fact,
    Line,
    Name,
    Names,
    PlaceCodes,
    Prose,
    Tags,
    is_email,
    is_web_address,
)
from campaigns.work.campaign_file.sections import NOT_A_WEB_ADDRESS, NOT_AN_EMAIL
from campaigns.work.loading import is_over
from campaigns.work.partners.briefing import CampaignIsOver

NO_TITLE = N_("Give the link {value} a title, so that it can be told from the others.")
FACT_WITHOUT_WORDS = N_("The key fact “{value}” does not say what must be kept. Write it, or take the row away.")
UNFIT = N_("This cannot be saved as it is: something is missing, too long, written twice or holds a hidden sign.")


class FactsAreFrozen(Refused):
    """What was approved is what is published, and the approval was given with these facts."""

    message = N_(
        "The release is approved with these facts, so they are frozen: {fields}. To change them, reopen the release: "
        "then it is approved anew."
    )


class FactsArePublic(Refused):
    """The public reads these, and nobody has approved others."""

    message = N_("The campaign is public with these facts, so they cannot be changed any more: {fields}.")


@dataclass(frozen=True, kw_only=True)
class Material:
    """A link for partners, with the title it is shown by."""

    title: str
    address: str


def _whole_material(material: Material) -> Material:
    if not is_web_address(material.address) or not material.title.strip():
        raise ValueError("a material has a title and a complete web address")
    return material


class CampaignFacts(Draft):
    """Everything about a campaign that is neither its times nor its messages."""

    name: Name
    topics: Names = ()
    places: PlaceCodes
    audiences: Names = ()
    languages: Tags
    key_facts: tuple[Fact, ...] = ()
    briefing: Prose = ""
    materials: tuple[Annotated[Material, AfterValidator(_whole_material)], ...] = ()
    secrecy_ground: Name
    secrecy_decided_by: Name
    secrecy_condition: Line = ""
    contact_name: Name
    contact_email: Annotated[Email, Field(max_length=254)]


FIELDS = tuple(CampaignFacts.model_fields)
FIELD_NAMES: Mapping[str, str] = {
    "name": N_("the name"),
    "topics": N_("the topics"),
    "places": N_("the places"),
    "audiences": N_("the audiences"),
    "languages": N_("the languages"),
    "key_facts": N_("the key facts"),
    "briefing": N_("the briefing"),
    "materials": N_("the materials"),
    "secrecy_ground": N_("the ground for secrecy"),
    "secrecy_decided_by": N_("who decided on secrecy"),
    "secrecy_condition": N_("the condition for secrecy"),
    "contact_name": N_("the contact"),
    "contact_email": N_("the contact's e-mail address"),
}
LISTS = frozenset({"topics", "places", "audiences", "languages", "materials"})
NEEDED = frozenset({"places", "languages"})
APPROVED_WITH = frozenset({"name", "topics", "languages", "key_facts"})
PRINTED = frozenset({"contact_name", "contact_email"})
"""The library prints these too, as they were when somebody approved; they may be changed even so."""
PUBLIC = frozenset({"name", "topics", "languages"})
"""Key facts are not among them: when one was wrong, it is mended first, and the texts that kept it are corrected."""


def facts_from(content: Mapping[str, object]) -> CampaignFacts:
    """The facts that were handed in. Raises BadInput with a fault at each field that is not whole."""
    faults = [*_plain_faults(content)]
    if faults:
        raise BadInput(faults)
    try:
        return CampaignFacts.model_validate(dict(content))
    except ValidationError as error:
        raise BadInput(
            [Fault(message=UNFIT, field=name) for name in dict.fromkeys(str(one["loc"][0]) for one in error.errors())]
        ) from None


def _plain_faults(content: Mapping[str, object]) -> list[Fault]:
    email = str(content.get("contact_email", ""))
    faults = [Fault(message=NOT_AN_EMAIL, field="contact_email", facts={"value": email})] * (not is_email(email))
    faults += [
        _unfit_fact(fact) for fact in cast("Sequence[KeyFact]", content.get("key_facts", ())) if not _is_whole(fact)
    ]
    for material in cast("Sequence[Material]", content.get("materials", ())):
        if not is_web_address(material.address):
            faults.append(Fault(message=NOT_A_WEB_ADDRESS, field="materials", facts={"value": material.address}))
        if not material.title.strip():
            faults.append(Fault(message=NO_TITLE, field="materials", facts={"value": material.address}))
    return faults


def _is_whole(fact: KeyFact) -> bool:
    if fact.kind is FactKind.SENTENCE:
        return bool(fact.wordings)
    return is_web_address(fact.value) if fact.kind is FactKind.LINK else bool(fact.value)


def _unfit_fact(fact: KeyFact) -> Fault:
    message = NOT_A_WEB_ADDRESS if fact.kind is FactKind.LINK and fact.value else FACT_WITHOUT_WORDS
    return Fault(message=message, field="key_facts", facts={"value": fact.value or fact.says})


def facts_of(campaign: Campaign) -> CampaignFacts:
    """The facts of a campaign as they stand."""
    content = {name: getattr(campaign, name) for name in FIELDS if name not in {"key_facts", "materials"}}
    return CampaignFacts.model_construct(
        None,
        **{name: tuple(value) if isinstance(value, list) else value for name, value in content.items()},
        key_facts=campaign.facts,
        materials=_materials(campaign.materials),
    )


def stored(facts: CampaignFacts) -> dict[str, Any]:
    """The same as it is kept in a version and in the campaign's row."""
    return {name: stored_field(facts, name) for name in FIELDS}


def stored_field(facts: CampaignFacts, name: str) -> object:
    """One of the facts as JSON holds it."""
    if name == "key_facts":
        return [_stored_fact(fact) for fact in facts.key_facts]
    if name == "materials":
        return [{"title": material.title, "address": material.address} for material in facts.materials]
    value = getattr(facts, name)
    return list(value) if isinstance(value, tuple) else value


def _stored_fact(fact: KeyFact) -> dict[str, object]:
    wordings = [list(wording) for wording in fact.wordings]
    return {"kind": fact.kind.value, "value": fact.value, "says": fact.says, "wordings": wordings}


def facts_in(content: Mapping[str, Any]) -> CampaignFacts:
    """The facts of a kept version."""
    plain = {name: content[name] for name in FIELDS if name not in {"key_facts", "materials"}}
    return CampaignFacts.model_construct(
        None,
        **{name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()},
        key_facts=tuple(_fact(fact) for fact in content["key_facts"]),
        materials=_materials(content["materials"]),
    )


def _fact(fact: Mapping[str, Any]) -> KeyFact:
    wordings = tuple((tag, wording) for tag, wording in fact["wordings"])
    return KeyFact(kind=FactKind(fact["kind"]), value=fact["value"], says=fact["says"], wordings=wordings)


def _materials(links: Sequence[Mapping[str, str]]) -> tuple[Material, ...]:
    return tuple(Material(title=link["title"], address=link["address"]) for link in links)


def changed(old: CampaignFacts, new: CampaignFacts) -> tuple[str, ...]:
    """The fields in which two differ, in the order of the form."""
    return tuple(name for name in FIELDS if getattr(old, name) != getattr(new, name))


def closed_fields(campaign: Campaign, *, now: datetime) -> frozenset[str]:
    """The fields that cannot be changed as the campaign stands now."""
    if is_over(campaign.stage):
        return frozenset(FIELDS)
    if is_public(campaign.embargo, now=now):
        return PUBLIC
    return APPROVED_WITH if campaign.stage in {Stage.APPROVED, Stage.HELD} else frozenset()


def must_be_open(campaign: Campaign, fields: Sequence[str], *, now: datetime) -> None:
    """Raise CampaignIsOver, FactsAreFrozen or FactsArePublic if one of the fields is closed."""
    if is_over(campaign.stage):
        raise CampaignIsOver(stage=campaign.stage)
    closed = [FIELD_NAMES[name] for name in fields if name in closed_fields(campaign, now=now)]
    if closed and is_public(campaign.embargo, now=now):
        raise FactsArePublic(fields=closed)
    if closed:
        raise FactsAreFrozen(fields=closed)


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """One field both changed in different ways: what stood there, and what each made of it."""

    field: str
    base: object
    mine: object
    theirs: object


def joined(
    base: CampaignFacts, mine: CampaignFacts, theirs: CampaignFacts
) -> tuple[CampaignFacts, tuple[Meeting, ...]]:
    """Both people's changes in one, and the fields where they meet; there `mine` stands until somebody has chosen."""
    values: dict[str, object] = {}
    meetings: list[Meeting] = []
    for name in FIELDS:
        one = getattr(base, name), getattr(mine, name), getattr(theirs, name)
        values[name], met = _join_field(name, *one)
        meetings += [Meeting(field=name, base=one[0], mine=one[1], theirs=one[2])] * met
    return CampaignFacts.model_construct(None, **values), tuple(meetings)


def _join_field(name: str, base: Any, mine: Any, theirs: Any) -> tuple[object, bool]:
    if mine in (base, theirs):
        return theirs, False
    if theirs == base:
        return mine, False
    if name in LISTS:
        both = _join_lists(base, mine, theirs)
        return (both, False) if both or name not in NEEDED else (mine, True)
    text = three_way(base, mine, theirs).text if name == "briefing" else None
    return (mine, True) if text is None else (text, False)


def _join_lists(base: Sequence[object], mine: Sequence[object], theirs: Sequence[object]) -> tuple[object, ...]:
    """What both kept or one added, without what one took away."""
    gone = {one for one in base if one not in mine or one not in theirs}
    return tuple(one for one in dict.fromkeys([*theirs, *mine]) if one not in gone)
