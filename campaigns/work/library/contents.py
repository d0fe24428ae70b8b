"""What a shelf is made from: the frozen release as plain values, language by language, and material made of them again.

A content holds all that is printed and nothing that changes by itself, so that its digest says whether anything is new.
"""

import json
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.data import languages
from campaigns.domain.errors import N_
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.library import Change
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.translating import SOURCE
from campaigns.markup import blocks
from campaigns.materials.logos import Logo
from campaigns.materials.values import (
    INVITED,
    CoreMessage,
    Edition,
    LocalContact,
    Material,
    Occasion,
    Said,
    Term,
    Voice,
)
from campaigns.materials.words import MaterialWords, known_help
from campaigns.store.tables import (
    Campaign,
    CampaignVersion,
    GlossaryTerm,
    MaterialSet,
    Organisation,
    Release,
    ReleasedText,
    Text,
)
from campaigns.store.visibility import text_is_recorded
from campaigns.work.loading import release_of
from campaigns.work.workplace import Workplace

Content = dict[str, Any]
LICENCE = "CC BY 4.0"
MOST_VOICES = 12
"""Voices in a guide. Those in its own language come first; the campaign's page has all of them."""
HAS_MATERIAL = frozenset({Stage.APPROVED, Stage.HELD, Stage.LIVE, Stage.CLOSED})
WRITTEN_BY_PEOPLE = frozenset({"sv", "en"})
"""The languages in which the texts of an example campaign were not made by a machine."""
PARTS = ("headline", "long", "short", "sms", "spoken")

Row = tuple[ReleasedText, Organisation]


def contents_of(session: Session, place: Workplace, campaign: Campaign) -> dict[str, Content]:
    """The content of each language that the release has, in the campaign's order. Empty without a release."""
    release = release_of(session, campaign) if campaign.stage in HAS_MATERIAL else None
    if release is None:
        return {}
    rows = _released(session, campaign.id)
    core = [text for text, _ in rows if text.is_core]
    known = _printed_of(session, campaign, _confirmed_at(session, release))
    written = {text.language for text in core}
    terms = _terms(session)
    return {
        tag: content_in(place, campaign, tag, core=core, terms=terms) | {"voices": _voices(rows, tag)} | known
        for tag in campaign.languages
        if tag in written
    }


def content_in(
    place: Workplace,
    campaign: Campaign,
    tag: str,
    *,
    core: Sequence[ReleasedText] | Sequence[Text],
    terms: Iterable[GlossaryTerm] = (),
) -> Content:
    """The content of a language made from these core texts, without any partner's message."""
    return {
        "name": campaign.name,
        "slug": campaign.slug,
        "language": tag,
        "lift_at": campaign.lift_at.astimezone(UTC).isoformat(),
        "address": place.public_address(campaign.slug, tag),
        "licence": LICENCE,
        "contact": [campaign.contact_name, campaign.contact_email],
        "example": campaign.example,
        "machine": campaign.example and tag not in WRITTEN_BY_PEOPLE,
        "messages": _messages(core, tag),
        "voices": [],
        "facts": [_fact(fact) for fact in campaign.facts],
        "terms": _terms_in(terms, tag),
    }


def _released(session: Session, campaign_id: str) -> Sequence[Row]:
    return session.exec(
        select(ReleasedText, Organisation)
        .join(Organisation, col(Organisation.id) == col(ReleasedText.organisation_id))
        .where(
            col(ReleasedText.campaign_id) == campaign_id,
            text_is_recorded(),
            col(ReleasedText.withdrawn_at).is_(None),
        )
        .order_by(col(ReleasedText.position), col(Organisation.name), col(ReleasedText.message_id))
    ).all()


def _confirmed_at(session: Session, release: Release) -> datetime:
    """When a second person last said yes: to the release, or to a correction of a core text."""
    corrected = session.exec(
        select(func.max(ReleasedText.corrected_at)).where(
            col(ReleasedText.campaign_id) == release.campaign_id, col(ReleasedText.is_core)
        )
    ).one()
    return max(corrected, release.approved_at) if corrected else release.approved_at


def printed_facts(session: Session, campaign: Campaign) -> tuple[KeyFact, ...]:
    """The key facts that material prints now; those of the campaign where there is no release."""
    release = release_of(session, campaign)
    if release is None:
        return campaign.facts
    return tuple(map(_as_fact, _printed_of(session, campaign, _confirmed_at(session, release))["facts"]))


def _as_fact(fact: Content) -> KeyFact:
    wordings = tuple((tag, wording) for tag, wording in fact["wordings"])
    return KeyFact(kind=FactKind(fact["kind"]), value=fact["value"], says=fact["says"], wordings=wordings)


def _printed_of(session: Session, campaign: Campaign, when: datetime) -> Content:
    """Key facts and contact as they were then: what one person edits after that waits until another confirms words."""
    kept = session.exec(
        select(CampaignVersion.content)
        .where(col(CampaignVersion.campaign_id) == campaign.id, col(CampaignVersion.edited_at) <= when)
        .order_by(col(CampaignVersion.version).desc())
    ).first()
    if kept is None:  # they were never edited
        kept = {
            "key_facts": [_fact(fact) for fact in campaign.facts],
            "contact_name": campaign.contact_name,
            "contact_email": campaign.contact_email,
        }
    return {"facts": kept["key_facts"], "contact": [kept["contact_name"], kept["contact_email"]]}


def _messages(core: Sequence[ReleasedText] | Sequence[Text], tag: str) -> list[list[Content]]:
    """Each core message in Swedish and in the language, where it has both."""
    by_message: dict[str, dict[str, ReleasedText | Text]] = {}
    for text in core:
        by_message.setdefault(text.message_id, {})[text.language] = text
    return [
        [_said(texts[SOURCE]), _said(texts[tag])] for texts in by_message.values() if SOURCE in texts and tag in texts
    ]


def _said(text: ReleasedText | Text) -> Content:
    return {"language": text.language} | {part: getattr(text, part) for part in PARTS}


def _voices(rows: Sequence[Row], tag: str) -> list[list[Any]]:
    """Partners' messages in the language, else in Swedish; one that is in neither is not read aloud here."""
    chosen: dict[str, Row] = {}
    for text, organisation in rows:
        if not text.is_core and (text.language == tag or (text.language == SOURCE and text.message_id not in chosen)):
            chosen[text.message_id] = (text, organisation)
    in_order = sorted(chosen.values(), key=lambda row: (row[0].language != tag, row[1].name, row[0].message_id))
    return [[organisation.name, _said(text)] for text, organisation in in_order[:MOST_VOICES]]


def _fact(fact: KeyFact) -> Content:
    return {"kind": fact.kind.value, "value": fact.value, "says": fact.says, "wordings": [*map(list, fact.wordings)]}


def _terms(session: Session) -> Sequence[GlossaryTerm]:
    """Those that a second person approved as they stand; drafts are not printed."""
    approved = col(GlossaryTerm.approved_edit) == col(GlossaryTerm.edited_at)
    in_order = col(GlossaryTerm.swedish), col(GlossaryTerm.language)
    return session.exec(select(GlossaryTerm).where(approved).order_by(*in_order)).all()


def _terms_in(terms: Iterable[GlossaryTerm], tag: str) -> list[Content]:
    """The glossary in a language. Swedish lists every term once, with what to avoid in Swedish."""
    return [
        {"swedish": term.swedish, "word": term.preferred, "note": term.note, "avoid": list(term.avoid)}
        for term in terms
        if term.language == tag
    ]


def digest_of(content: Content) -> str:
    """SHA-256 over a content. What was made of the same digest, version and kind need not be made again."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_held_by(shelf: MaterialSet, content: Content, *, glossary_rests: bool) -> bool:
    """Whether a shelf says this content already; where the glossary rests, also if nothing but its terms differs."""
    if glossary_rests:
        content = content | {"terms": shelf.content.get("terms", [])}
    return shelf.digest == digest_of(content)


def under_embargo(content: Content) -> Content:
    """The same without partners' messages: before T no partner reads another's."""
    return content | {"voices": []}


def material_of(content: Content, *, version: int, embargoed: bool) -> Material:
    """The values that the material is printed from."""
    swedish, language = languages()[SOURCE], languages()[content["language"]]
    facts = tuple(_key_fact(fact) for fact in content["facts"])
    name, email = content["contact"]
    local = content.get("edition")
    return Material(
        occasion=Occasion(
            name=content["name"],
            slug=content["slug"],
            version=version,
            lift_at=datetime.fromisoformat(content["lift_at"]),
            address=content["address"],
            licence=content["licence"],
            contact_name=name,
            contact_email=email,
            embargo_for=(local["organisation"] if local else INVITED) if embargoed else None,
            example=content["example"],
        ),
        swedish=swedish,
        language=language,
        state=TextState.APPROVED if embargoed else TextState.PUBLISHED,
        machine_translated=content["machine"],
        messages=tuple(
            CoreMessage(swedish=_said_again(source), said=_said_again(said)) for source, said in content["messages"]
        ),
        voices=tuple(Voice(organisation=by, said=_said_again(said)) for by, said in content["voices"]),
        facts=facts,
        terms=tuple(_term(term) for term in content["terms"]),
        help=known_help(facts, MaterialWords(language=language, swedish=swedish)),
        edition=_edition(local) if local else None,
    )


def _edition(local: Content) -> Edition:
    return Edition(
        organisation=local["organisation"],
        title=local["title"],
        place=local["place"],
        introduction=blocks(local["introduction"]),
        contacts=tuple(one for contact in local["contacts"] for one in _ways_to(contact)),
        questions=tuple(local["questions"]),
        logo=_logo(local["logo"]) if local.get("logo") else None,
    )


def _logo(said: Content) -> Logo:
    return Logo(png=b64decode(said["png"]), alternative=said["alternative"], width=said["width"], height=said["height"])


def _ways_to(contact: Content) -> list[LocalContact]:
    """One line of print for each way to reach somebody."""
    about = {"name": contact["name"], "offers": contact["offers"]}
    return [LocalContact(**about, **{way: contact[way]}) for way in ("phone", "email", "link") if contact[way]]


def _key_fact(fact: Content) -> KeyFact:
    wordings = tuple((tag, wording) for tag, wording in fact["wordings"])
    return KeyFact(kind=FactKind(fact["kind"]), value=fact["value"], says=fact["says"], wordings=wordings)


def _said_again(said: Content) -> Said:
    return Said(
        language=languages()[said["language"]],
        headline=said["headline"],
        body=blocks(said["long"]),
        short=said["short"],
        sms=said["sms"],
        spoken=said["spoken"],
    )


def _term(term: Content) -> Term:
    return Term(swedish=term["swedish"], word=term["word"], explanation=term["note"], avoid=tuple(term["avoid"]))


NEW_TIME = N_("The lift was moved.")
CORE_CHANGED = N_("The core message “{name}” was changed.")
CORE_CAME = N_("The core message “{name}” was added.")
CORE_WENT = N_("The core message “{name}” was taken out.")
VOICE_CHANGED = N_("What {name} says was changed.")
VOICE_CAME = N_("What {name} says was added.")
VOICE_WENT = N_("What {name} says was taken out.")
FACTS_CHANGED = N_("Key facts or where to get help were changed.")
TERMS_CHANGED = N_("The glossary was changed.")
ABOUT_CHANGED = N_("Name, contact or address were changed.")
LANGUAGES_CHANGED = N_("One or more of the languages were changed.")


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two contents of a language, in the order in which it is told."""
    found = [Change(sentence=NEW_TIME)] if old["lift_at"] != new["lift_at"] else []
    found += _differing(_by_headline(old), _by_headline(new), CORE_CHANGED, CORE_CAME, CORE_WENT)
    found += _differing(_by_voice(old), _by_voice(new), VOICE_CHANGED, VOICE_CAME, VOICE_WENT)
    rest = ((FACTS_CHANGED, ("facts",)), (TERMS_CHANGED, ("terms",)), (ABOUT_CHANGED, ("name", "address", "contact")))
    found += [Change(sentence=said) for said, keys in rest if any(old[key] != new[key] for key in keys)]
    return found


def of_voices(change: Change) -> bool:
    """Whether a change is about a partner's message, which nobody else may know of before T."""
    return change.sentence in {VOICE_CHANGED, VOICE_CAME, VOICE_WENT}


def _by_headline(content: Mapping[str, Any]) -> dict[str, Any]:
    """Core messages by their Swedish headline; one whose headline was changed is one that went and one that came."""
    return {source["headline"]: [source, said] for source, said in content["messages"]}


def _by_voice(content: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for by, said in content["voices"]:
        found.setdefault(by, []).append(said)
    return found


def _differing(old: Mapping[str, Any], new: Mapping[str, Any], changed: str, came: str, went: str) -> list[Change]:
    return [
        *(Change(sentence=changed, name=name) for name in new if name in old and old[name] != new[name]),
        *(Change(sentence=came, name=name) for name in new if name not in old),
        *(Change(sentence=went, name=name) for name in old if name not in new),
    ]
