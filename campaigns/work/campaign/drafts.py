"""What people hand in, validated at the edge: a campaign with its texts, partners and matching messages.

Rows with `table=True` do not validate, so input becomes one of these first, and a task turns it into rows. Drafts are
frozen, and equal when they say the same. Rules that need the clock are not here: see `domain.times.check_lift`.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, model_validator
from sqlmodel import Field, SQLModel

from campaigns import data
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import FactKind, KeyFact, TextContent, Variant

LONGEST_NAME = 200
LONGEST_SLUG = 60
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]+\.[^\s@<>()\[\],;:\"\\.]{2,63}")
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NO_DECOMPOSITION = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l"})
WEB_CHANNELS = frozenset({ChannelKind.WEBHOOK, ChannelKind.WORDPRESS, ChannelKind.MASTODON})
MAIL_CHANNELS = frozenset({ChannelKind.EMAIL, ChannelKind.BY_HAND})


def slug_of(name: str) -> str:
    """The friendly part of an address, made from a name: ASCII, lower case, hyphens, at most 60 signs."""
    bare = unicodedata.normalize("NFKD", name.lower().translate(_NO_DECOMPOSITION))
    ascii_only = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:LONGEST_SLUG].strip("-") or "kampanj"


def one_line(text: str) -> str:
    """A name or a word: without outer blanks, and every run of blanks and line breaks is one space."""
    return " ".join(text.split())


def prose(text: str) -> str:
    """A text of several lines: line breaks are all `\\n`, and there is nothing blank around it."""
    return _LINE_BREAKS.sub("\n", text).strip()


def unprintable(text: str) -> str | None:
    """The first sign no text should hold (a control character or half a pair), as `U+0007`; None when all is well."""
    for sign in text:
        if sign not in "\n\t" and unicodedata.category(sign) in {"Cc", "Cs"}:
            return f"U+{ord(sign):04X}"
    return None


def is_email(address: str) -> bool:
    """Whether it looks like one e-mail address. Whether it leads anywhere only a mail can tell."""
    return len(address) <= 254 and _EMAIL.fullmatch(address) is not None


def is_web_address(address: str) -> bool:
    """Whether it is a complete http or https address. Whether we may go there is decided in channels/http.py."""
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and len(address.split()) == 1
        )
    except ValueError:
        return False


def fits_channel(kind: ChannelKind, address: str) -> bool:
    """Whether an address is of the form that a kind of channel needs. By hand needs someone to remind by mail."""
    if kind in WEB_CHANNELS:
        return is_web_address(address)
    return is_email(address) if kind in MAIL_CHANNELS else bool(address)


def _printable(text: str) -> str:
    if found := unprintable(text):
        raise ValueError(f"holds a control character, {found}")
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("is empty")
    return text


def _ruled(rule: Callable[[str], object], problem: str) -> AfterValidator:
    def checked(value: str) -> str:
        if not rule(value):
            raise ValueError(problem)
        return value

    return AfterValidator(checked)


def _aware_utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("has no time zone")
    return instant.astimezone(UTC)


Item = TypeVar("Item")


def _no_doubles(values: tuple[Item, ...]) -> tuple[Item, ...]:
    if any(value in values[:place] for place, value in enumerate(values)):
        raise ValueError("names something twice")
    return values


def clean_fact(fact: KeyFact) -> KeyFact:
    """The same fact without stray blanks, so that it can be found in texts."""
    wordings = tuple((tag, one_line(wording)) for tag, wording in fact.wordings)
    return replace(fact, value=one_line(fact.value), says=one_line(fact.says), wordings=wordings)


def _whole_fact(fact: KeyFact) -> KeyFact:
    fact = clean_fact(fact)
    for text in (fact.value, fact.says, *(wording for _, wording in fact.wordings)):
        _printable(text)
    if fact.kind is FactKind.SENTENCE:
        if fact.value or not fact.wordings or not all(wording for _, wording in fact.wordings):
            raise ValueError("a sentence has a wording in each of its languages, and no value")
        _no_doubles(tuple(tag for tag, _ in fact.wordings))
    elif fact.wordings or not fact.value:
        raise ValueError("this kind of fact has one value for all languages")
    if fact.kind is FactKind.LINK and not is_web_address(fact.value):
        raise ValueError("is not a complete web address")
    return fact


def clean_text(content: TextContent) -> TextContent:
    """The same text without stray blanks and with one kind of line break; a headline is one line."""
    return TextContent(
        headline=one_line(content.headline),
        long=prose(content.long),
        short=prose(content.short),
        sms=prose(content.sms),
        spoken=prose(content.spoken),
    )


def _whole_text(content: TextContent) -> TextContent:
    content = clean_text(content)
    for variant in Variant:
        _printable(content[variant])
    if content == TextContent():
        raise ValueError("says nothing")
    return content


def _filled_texts(texts: dict[str, TextContent]) -> dict[str, TextContent]:
    if not texts:
        raise ValueError("has no text in any language")
    return texts


Line = Annotated[str, AfterValidator(one_line), AfterValidator(_printable)]
Name = Annotated[Line, AfterValidator(_filled), Field(max_length=LONGEST_NAME)]
Prose = Annotated[str, AfterValidator(prose), AfterValidator(_printable)]
Email = Annotated[Line, _ruled(is_email, "is not an e-mail address")]
Instant = Annotated[datetime, AfterValidator(_aware_utc)]
Tag = Annotated[str, _ruled(lambda tag: tag in data.languages(), "is not a language in the table")]
Place = Annotated[str, _ruled(lambda code: code in data.places(), "is not a place in the table")]
Slug = Annotated[str, _ruled(SLUG.fullmatch, "holds other signs than a-z, 0-9 and single hyphens")]
Names = Annotated[tuple[Name, ...], AfterValidator(_no_doubles)]
Tags = Annotated[tuple[Tag, ...], AfterValidator(_no_doubles), Field(min_length=1)]
PlaceCodes = Annotated[tuple[Place, ...], AfterValidator(_no_doubles), Field(min_length=1)]
Texts = Annotated[dict[Tag, Annotated[TextContent, AfterValidator(_whole_text)]], AfterValidator(_filled_texts)]
Fact = Annotated[KeyFact, AfterValidator(_whole_fact)]


class Draft(SQLModel):
    """What all drafts share: they cannot be changed, and what they do not know is refused."""

    model_config = {"frozen": True, "extra": "forbid"}


class MessageDraft(Draft):
    """A core message: what the police say, by language tag."""

    name: Name
    texts: Texts


class ChannelDraft(Draft):
    """Where a partner publishes. Keys and passwords are never part of a draft."""

    kind: ChannelKind
    address: Name

    @model_validator(mode="after")
    def _address_fits(self) -> Self:
        if not fits_channel(self.kind, self.address):
            raise ValueError(f"this address does not fit the channel {self.kind}")
        return self


class PartnerDraft(Draft):
    """An organisation that is invited, and what it follows. No topics means all topics."""

    name: Name
    kind: OrganisationKind
    places: PlaceCodes
    languages: Tags
    topics: Names = ()
    channels: Annotated[tuple[ChannelDraft, ...], AfterValidator(_no_doubles)] = ()


class MatchingDraft(Draft):
    """A partner's own message. `by` and `answers` are the names of a partner and a core message of the same campaign.

    No channels means that the partner has not chosen any yet.
    """

    by: Name
    answers: Name
    texts: Texts
    channels: Annotated[tuple[ChannelKind, ...], AfterValidator(_no_doubles)] = ()


class CampaignDraft(Draft):
    """A whole campaign as it is handed in. Times are aware UTC; an example is marked so wherever it is shown."""

    name: Name
    slug: Annotated[Slug, Field(max_length=LONGEST_SLUG)]
    topics: Names = ()
    places: PlaceCodes
    audiences: Names = ()
    lift_at: Instant
    briefing_opens_at: Instant
    languages: Tags
    secrecy_ground: Name
    secrecy_decided_by: Name
    secrecy_condition: Line = ""
    contact_name: Name
    contact_email: Email
    key_facts: tuple[Fact, ...] = ()
    briefing: Prose = ""
    core_messages: Annotated[tuple[MessageDraft, ...], Field(min_length=1)]
    partners: tuple[PartnerDraft, ...] = ()
    matching_messages: tuple[MatchingDraft, ...] = ()
    example: bool = False

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.briefing_opens_at >= self.lift_at:
            raise ValueError("the briefing must open before the lift")
        _all_differ("core messages", (message.name for message in self.core_messages))
        _all_differ("partners", (partner.name for partner in self.partners))
        _all_differ("answers", (f"{matching.by}\n{matching.answers}" for matching in self.matching_messages))
        return self._names_only_what_it_holds()

    def _names_only_what_it_holds(self) -> Self:
        messages = {message.name for message in self.core_messages}
        partners = {partner.name for partner in self.partners}
        for matching in self.matching_messages:
            if matching.by not in partners or matching.answers not in messages:
                raise ValueError("a matching message names a partner or a core message that is not there")
        texts = [message.texts for message in self.core_messages] + [own.texts for own in self.matching_messages]
        for tags in texts:
            if not set(tags) <= set(self.languages):
                raise ValueError("a text is in a language that the campaign does not list")
        return self


def _all_differ(what: str, names: Iterable[str]) -> None:
    seen = [name.casefold() for name in names]
    if len(set(seen)) != len(seen):
        raise ValueError(f"two {what} have the same name")
