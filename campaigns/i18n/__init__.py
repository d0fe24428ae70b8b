"""Sentences, times and names in the reader's language: gettext with plain Babel.

Sentences are English with named fields. Swedish is in `translations/sv/LC_MESSAGES/messages.po`;
`python -m campaigns.i18n update` brings it up to date with code and templates, and
`python -m campaigns.i18n missing` prints what has no Swedish yet. Both take the tag of another language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from gettext import NullTranslations

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from campaigns.data import languages
from campaigns.domain.errors import N_, BadInput, Fault, SamklangError
from campaigns.domain.languages import Language, ui_languages
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.times import SWEDEN
from campaigns.i18n.catalogues import compiled
from campaigns.i18n.labels import LABELS

# English here is the English of Europe: 24 hours, the day before the month. Other languages say it as Babel does.
_WHEN = {"sv": "EEEE d MMMM y 'kl.' HH.mm", "en": "EEEE d MMMM y 'at' HH:mm"}
_DAY = {"en": "d MMMM y"}
_OF_LANGUAGES = {"language", "languages", "possible"}


@dataclass(frozen=True, kw_only=True)
class Words:
    """Everything the interface says, in one of its languages."""

    language: str
    _catalogue: NullTranslations = field(repr=False)

    def _(self, message: str, **facts: object) -> str:
        """A sentence in this language, with its fields filled where facts are given."""
        # gettext answers an empty msgid with the catalogue's header.
        sentence = self._catalogue.gettext(message) if message else ""
        return sentence.format(**self.in_words(facts)) if facts else sentence

    def ngettext(self, one: str, many: str, count: int, **facts: object) -> str:
        """A sentence about a number of things. `{count}` is filled without being given as a fact."""
        return self.pick(one, many, count).format(**self.in_words({"count": count, **facts}))

    def pick(self, one: str, many: str, count: int) -> str:
        """The form of a sentence that fits a number, its fields not yet filled."""
        return self._catalogue.ngettext(one, many, count)

    def in_words(self, facts: Mapping[str, object]) -> dict[str, str]:
        """The facts of a sentence, each as it is said in this language; tags of languages by their names."""
        return {name: self.value(_named(fact) if name in _OF_LANGUAGES else fact) for name, fact in facts.items()}

    def when(self, instant: datetime) -> str:
        """An instant as people say it, with the zone: måndag 14 december 2026 kl. 06.00 (svensk tid)."""
        wall = format_datetime(instant, _pattern(Locale.parse(self.language)), tzinfo=SWEDEN, locale=self.language)
        return f"{wall} ({self.zone(instant)})"

    def day(self, instant: datetime) -> str:
        """The day of an instant in Sweden: 14 december 2026."""
        locale = Locale.parse(self.language)
        pattern = _DAY.get(self.language, str(locale.date_formats["long"].pattern))
        return format_datetime(instant, pattern, tzinfo=SWEDEN, locale=locale)

    def called(self, language: Language) -> str:
        """What a language of the content is called in this one; its own name where nobody here knows another."""
        if self.language in {"sv", "en"}:
            return language.swedish if self.language == "sv" else language.english
        try:
            return Locale.parse(language.tag, sep="-").get_display_name(self.language) or language.autonym
        except (UnknownLocaleError, ValueError):
            return language.autonym

    def zone(self, instant: datetime) -> str:
        """The zone's name, exact in the autumn hour that comes twice."""
        local = instant.astimezone(SWEDEN)
        if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
            return self._(N_("Swedish time"))
        return self._(N_("Swedish summer time")) if local.dst() else self._(N_("Swedish winter time"))

    def until(self, instant: datetime, now: datetime) -> str:
        """How far away an instant is, in its two largest units: om 21 dagar och 18 timmar, för 3 minuter sedan."""
        away = round((instant - now).total_seconds())
        if away == 0:
            return self._(N_("now"))
        span = self.span(timedelta(seconds=abs(away)))
        return self._(N_("in {span}"), span=span) if away > 0 else self._(N_("{span} ago"), span=span)

    def span(self, length: timedelta) -> str:
        """A length of time in its two largest units: 21 dagar och 18 timmar."""
        minutes, seconds = divmod(round(length.total_seconds()), 60)
        hours, minutes = divmod(minutes, 60)
        days, hours = divmod(hours, 24)
        units = [
            (days, self.ngettext("{count} day", "{count} days", days)),
            (hours, self.ngettext("{count} hour", "{count} hours", hours)),
            (minutes, self.ngettext("{count} minute", "{count} minutes", minutes)),
            (seconds, self.ngettext("{count} second", "{count} seconds", seconds)),
        ]
        largest = next((place for place, (amount, _) in enumerate(units) if amount), len(units) - 1)
        said = [words for amount, words in units[largest : largest + 2] if amount] or [units[-1][1]]
        return format_list(said, locale=self.language)

    def number(self, number: float) -> str:
        """A number; four digits stand together, as in years and ports."""
        return format_decimal(number, locale=self.language, group_separator=abs(number) >= 10_000)

    def kind(self, kind: str) -> str:
        """What sort of organisation it is, from the word it is stored as."""
        return self.value(OrganisationKind(kind))

    def value(self, fact: object) -> str:  # noqa: PLR0911 - one line for each sort of fact reads best as a table
        """A fact as it stands in a sentence. A string that is itself a marked sentence is translated."""
        match fact:
            case datetime():
                return self.when(fact)
            case timedelta():
                return self.span(fact)
            case Enum():
                return self._(LABELS.get(type(fact), {}).get(fact, str(fact.value)))
            case str():
                return self._(fact)
            case bool() | None:
                return str(fact)
            case int() | float():
                return self.number(fact)
            case SamklangError():
                return say(fact, self)
            case Language():
                return self.called(fact)
            case list() | tuple() | set() | frozenset():
                said = [self.value(part) for part in fact]
                return format_list(sorted(said) if isinstance(fact, set | frozenset) else said, locale=self.language)
            case _:
                return str(fact)


@cache  # only the languages of the interface come in
def words_for(language: str) -> Words:
    """The words of an interface language. Raises KeyError for one the interface does not have."""
    if language not in ui_languages():
        raise KeyError(language)
    return Words(language=language, _catalogue=compiled(language))


def say(error: SamklangError, words: Words) -> str:
    """What an error says, in the reader's language. The faults of a bad input follow one on each line."""
    sentence = _filled(error.message, error.facts, words)
    if isinstance(error, BadInput):
        return "\n".join([sentence, *(say_fault(fault, words) for fault in error.faults)])
    return sentence


def say_fault(fault: Fault, words: Words) -> str:
    """A fault with where it is: rad 12, campaign.lift_at: …"""
    line = words._(N_("line {line}"), line=fault.line) if fault.line else ""
    where = ", ".join(part for part in (line, fault.field) if part)
    sentence = _filled(fault.message, fault.facts, words)
    return f"{where}: {sentence}" if where else sentence


def _named(fact: object) -> object:
    """A tag of the table as its language, and each of several; anything else as it is."""
    match fact:
        case str():
            return languages().get(fact, fact)
        case list() | tuple():
            return [_named(one) for one in fact]
        case _:
            return fact


def _filled(template: str, facts: Mapping[str, object], words: Words) -> str:
    return words._(template).format(**words.in_words(facts))


def when_in(language: Language, instant: datetime) -> str:
    """An instant in a language of the content, in Swedish time; in figures where Babel lacks names."""
    locale = Locale.parse(language.format_locale)
    return format_datetime(instant, _pattern(locale), tzinfo=SWEDEN, locale=locale)


def _pattern(locale: Locale) -> str:
    if locale.language in _WHEN:
        return _WHEN[locale.language]
    if locale.months["format"]["wide"][12] == "M12":
        return "y-MM-dd HH:mm"
    date, time = locale.date_formats["full"].pattern, locale.time_formats["short"].pattern
    if "a" in time:  # morning and evening are counted differently in East Africa: 24 hours are not mistaken
        time = "HH:mm"
    return str(locale.datetime_formats["full"]).replace("{1}", date).replace("{0}", time)
