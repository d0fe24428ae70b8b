"""The sections of a campaign file: what may stand in each, read into loose values with their places in the file.

Nothing here looks from one section into another; that is done in `campaign_file_checks`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from campaigns import data
from campaigns.domain.errors import N_
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact, TextContent, Variant
from campaigns.work.campaign.drafts import (
    LONGEST_SLUG,
    SLUG,
    WEB_CHANNELS,
    ChannelDraft,
    fits_channel,
    is_email,
    is_web_address,
)
from campaigns.work.campaign_file.parts import Choice, Part, shown
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN

CAMPAIGN_FIELDS = (
    "name", "slug", "topics", "places", "audiences", "lift_at", "briefing_opens_at", "languages", "secrecy", "contact",
    "example",
)  # fmt: skip
CAMPAIGN_NEEDS = ("name", "places", "lift_at", "briefing_opens_at", "languages", "secrecy", "contact")
PARTNER_FIELDS = ("name", "kind", "places", "languages", "topics", "channels")
MOST_FACTS = 50
MOST_MESSAGES = 50
MOST_ANSWERS = 5000
NOT_DELIVERED_YET = frozenset({ChannelKind.MASTODON, ChannelKind.BLUESKY})

NOT_A_LANGUAGE = N_("{value} is not a language in the table. Nearest: {nearest}.")
NOT_A_PLACE = N_("{value} is not a place in the table. Nearest: {nearest}.")
NOT_A_CHANNEL = N_("{value} is not a kind of channel. Nearest: {nearest}.")
NOT_AN_ORGANISATION_KIND = N_("{value} is not a kind of organisation. Nearest: {nearest}.")
NOT_A_FACT_KIND = N_("{value} is not a kind of key fact. Nearest: {nearest}.")
NOT_AN_EMAIL = N_("{value} is not an e-mail address. Write one like name@example.se.")
NOT_A_WEB_ADDRESS = N_("{value} is not a complete web address. Write one that begins with https://.")
NOT_A_SLUG = N_("{value} cannot be part of an address. Use a to z, 0 to 9 and single hyphens, at most {most} signs.")
ADDRESS_MISSING = N_("The channel has no address. Add one.")
BY_HAND_FOR_NOW = N_(
    "This version cannot publish through {channel}. "
    "Whoever publishes by hand in the organisation gets the text instead."
)
LOGIN_NEEDED = N_(
    "A file holds no login. Add the channel {channel} to the organisation, with its login; until then whoever "
    "publishes by hand there gets the text instead."
)
SENTENCE_NEEDS_WORDING = N_('The sentence has no wording. Write it with its language, for example sv: "…".')
SENTENCE_HAS_NO_VALUE = N_('A sentence has no value. Write it with its language instead, for example sv: "…".')
FACT_NEEDS_VALUE = N_('The key fact has no value. Add value: "…".')
ONLY_SENTENCES_HAVE_WORDINGS = N_('Only a sentence has a wording for each language. Write value: "…" instead.')


@lru_cache(maxsize=1)
def _language_choice() -> Choice:
    table = data.languages()
    return Choice(values=tuple(table), names={tag: language.swedish for tag, language in table.items()})


@lru_cache(maxsize=1)
def _place_choice() -> Choice:
    table = data.places()
    return Choice(values=tuple(table.names()), names={code: table.name(code) for code in table.names()})


CHANNEL_CHOICE = Choice(values=[kind.value for kind in ChannelKind])
ORGANISATION_CHOICE = Choice(values=[kind.value for kind in OrganisationKind])
FACT_CHOICE = Choice(values=[kind.value for kind in FactKind])


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The section `campaign`, as far as it could be read."""

    parts: dict[str, Part]
    name: str
    slug: str
    topics: tuple[str, ...]
    places: tuple[str, ...]
    audiences: tuple[str, ...]
    lift_at: datetime | None
    briefing_opens_at: datetime | None
    languages: tuple[str, ...]
    secrecy: dict[str, str]
    contact: dict[str, str]
    example: bool


@dataclass(frozen=True, kw_only=True)
class WrittenTexts:
    """The texts of one message, and where each variant of each language stands."""

    part: Part
    by_language: dict[str, TextContent]
    spots: dict[tuple[str, str], Part]

    def spot(self, variant: str, tag: str) -> Part:
        """Where a variant stands, or else the first of its language, or else the message."""
        of_language = (part for (_, other), part in self.spots.items() if other == tag)
        return self.spots.get((variant, tag)) or next(of_language, self.part)


@dataclass(frozen=True, kw_only=True)
class WrittenMessage:
    """One core message."""

    part: Part
    name: str
    texts: WrittenTexts


@dataclass(frozen=True, kw_only=True)
class WrittenPartner:
    """One partner; `kind` is empty when it could not be read."""

    part: Part
    name: str
    kind: str
    places: tuple[str, ...]
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    channels: tuple[ChannelDraft, ...]


@dataclass(frozen=True, kw_only=True)
class WrittenAnswer:
    """One matching message."""

    part: Part
    by: Part | None
    answers: Part | None
    texts: WrittenTexts
    channels: tuple[tuple[Part, ChannelKind], ...]


def read_heading(part: Part) -> Heading:
    """The section `campaign`."""
    parts = part.fields(CAMPAIGN_FIELDS, needed=CAMPAIGN_NEEDS)

    def words(name: str) -> tuple[str, ...]:
        return parts[name].list_of_words() if name in parts else ()

    return Heading(
        parts=parts,
        name=parts["name"].words() if "name" in parts else "",
        slug=_slug(parts.get("slug")),
        topics=words("topics"),
        places=_places(parts.get("places")),
        audiences=words("audiences"),
        lift_at=_instant(parts.get("lift_at")),
        briefing_opens_at=_instant(parts.get("briefing_opens_at")),
        languages=_languages(parts.get("languages")),
        secrecy=_secrecy(parts.get("secrecy")),
        contact=_contact(parts.get("contact")),
        example=parts["example"].yes_or_no() if "example" in parts else False,
    )


def _secrecy(part: Part | None) -> dict[str, str]:
    if part is None or part.is_blank:
        return {}
    parts = part.fields(("ground", "decided_by", "condition"), needed=("ground", "decided_by"))
    return {name: part.words() for name, part in parts.items()}


def _contact(part: Part | None) -> dict[str, str]:
    if part is None or part.is_blank:
        return {}
    parts = part.fields(("name", "email"), needed=("name", "email"))
    contact = {name: part.words() for name, part in parts.items()}
    email = contact.get("email", "")
    if email and not is_email(email):
        parts["email"].error(NOT_AN_EMAIL, value=shown(email))
    return contact


def _slug(part: Part | None) -> str:
    slug = part.words() if part else ""
    if part and slug and (len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug)):
        part.error(NOT_A_SLUG, value=shown(slug), most=LONGEST_SLUG)
    return slug


def _instant(part: Part | None) -> datetime | None:
    return part.instant() if part else None


def _languages(part: Part | None) -> tuple[str, ...]:
    return part.list_of(_language_choice(), NOT_A_LANGUAGE) if part else ()


def _places(part: Part | None) -> tuple[str, ...]:
    table = data.places()
    if part is None:
        return ()
    words = part.different_words()
    return tuple(word for item, word in words if word in table or item.is_one_of(_place_choice(), word, NOT_A_PLACE))


def read_facts(part: Part | None) -> tuple[KeyFact, ...]:
    """The section `key_facts`. A fact that could not be read is left out, after its fault."""
    facts = (_fact(item) for item in (part.items(most=MOST_FACTS) if part else []))
    return tuple(fact for fact in facts if fact is not None)


def _fact(part: Part) -> KeyFact | None:
    parts = part.fields(("kind", "value", "says", *data.languages()), needed=("kind",))
    named = parts["kind"].one_of(FACT_CHOICE, NOT_A_FACT_KIND) if "kind" in parts else ""
    value = parts["value"].words() if "value" in parts else ""
    says = parts["says"].words() if "says" in parts else ""
    wordings = tuple(
        (tag, wording) for tag in parts if tag in data.languages() and (wording := parts[tag].words(most=1000))
    )
    if not named:
        return None
    fact = KeyFact(kind=FactKind(named), value=value, says=says, wordings=wordings)
    return fact if _is_whole(fact, part, parts) else None


def _is_whole(fact: KeyFact, part: Part, parts: dict[str, Part]) -> bool:
    if fact.kind is FactKind.SENTENCE:
        if fact.value:
            parts["value"].error(SENTENCE_HAS_NO_VALUE)
        elif not fact.wordings:
            part.error(SENTENCE_NEEDS_WORDING)
        return bool(fact.wordings) and not fact.value
    if fact.wordings:
        parts[fact.wordings[0][0]].error(ONLY_SENTENCES_HAVE_WORDINGS)
    elif not fact.value:
        part.error(FACT_NEEDS_VALUE)
    elif fact.kind is FactKind.LINK and not is_web_address(fact.value):
        parts["value"].error(NOT_A_WEB_ADDRESS, value=shown(fact.value))
        return False
    return bool(fact.value) and not fact.wordings


def read_core_messages(part: Part | None) -> list[WrittenMessage]:
    """The section `core_messages`."""
    return [_core_message(item) for item in (part.items(most=MOST_MESSAGES) if part else [])]


def _core_message(part: Part) -> WrittenMessage:
    parts = part.fields(("name", *Variant), needed=("name",))
    name = parts["name"].words() if "name" in parts else ""
    return WrittenMessage(part=part, name=name, texts=_texts(part, parts))


def _texts(part: Part, parts: dict[str, Part]) -> WrittenTexts:
    written: dict[str, dict[str, str]] = {}
    spots = {}
    for variant in (variant for variant in Variant if variant in parts):
        for tag, spot in parts[variant].entries(data.languages()):
            text = spot.words(most=500) if variant is Variant.HEADLINE else spot.prose()
            if spot.is_one_of(_language_choice(), tag, NOT_A_LANGUAGE) and text:
                written.setdefault(tag, {})[variant] = text
                spots[variant.value, tag] = spot
    by_language = {tag: TextContent(**variants) for tag, variants in written.items()}
    return WrittenTexts(part=part, by_language=by_language, spots=spots)


def read_partners(part: Part | None) -> list[WrittenPartner]:
    """The section `partners`."""
    return [_partner(item) for item in (part.items() if part else [])]


def _partner(part: Part) -> WrittenPartner:
    parts = part.fields(PARTNER_FIELDS, needed=("name", "kind", "places", "languages"))
    return WrittenPartner(
        part=part,
        name=parts["name"].words() if "name" in parts else "",
        kind=parts["kind"].one_of(ORGANISATION_CHOICE, NOT_AN_ORGANISATION_KIND) if "kind" in parts else "",
        places=_places(parts.get("places")),
        languages=_languages(parts.get("languages")),
        topics=parts["topics"].list_of_words() if "topics" in parts else (),
        channels=_channels(parts.get("channels")),
    )


def _channels(part: Part | None) -> tuple[ChannelDraft, ...]:
    found: list[ChannelDraft] = []
    for item in part.items(most=50) if part else []:
        channel = _channel(item)
        if channel in found:
            item.error(N_("This channel is listed twice. Keep one of them."))
        elif channel is not None:
            found.append(channel)
    return tuple(found)


def _channel(part: Part) -> ChannelDraft | None:
    parts = part.fields(("kind", "address"), needed=("kind",))
    named = parts["kind"].one_of(CHANNEL_CHOICE, NOT_A_CHANNEL) if "kind" in parts else ""
    address = parts["address"].words() if "address" in parts else ""
    if not address:
        part.error(ADDRESS_MISSING)
    elif named and not fits_channel(ChannelKind(named), address):
        message = NOT_A_WEB_ADDRESS if ChannelKind(named) in WEB_CHANNELS else NOT_AN_EMAIL
        parts["address"].error(message, value=shown(address))
    elif named:
        _say_what_is_by_hand(part, ChannelKind(named))
        return ChannelDraft(kind=ChannelKind(named), address=address)
    return None


def _say_what_is_by_hand(part: Part, kind: ChannelKind) -> None:
    if kind in NOT_DELIVERED_YET:
        part.warn(BY_HAND_FOR_NOW, channel=kind)
    if kind in NEED_A_LOGIN:
        part.warn(LOGIN_NEEDED, channel=kind)


def read_answers(part: Part | None) -> list[WrittenAnswer]:
    """The section `matching_messages`."""
    return [_answer(item) for item in (part.items(most=MOST_ANSWERS) if part else [])]


def _answer(part: Part) -> WrittenAnswer:
    parts = part.fields(("by", "answers", *Variant, "channels"), needed=("by", "answers"))
    kinds = parts["channels"].different_words() if "channels" in parts else ()
    return WrittenAnswer(
        part=part,
        by=parts.get("by"),
        answers=parts.get("answers"),
        texts=_texts(part, parts),
        channels=tuple(
            (item, ChannelKind(word)) for item, word in kinds if item.is_one_of(CHANNEL_CHOICE, word, NOT_A_CHANNEL)
        ),
    )
