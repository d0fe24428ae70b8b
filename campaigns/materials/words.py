"""The fixed words of material: headings, questions, instructions. What a language lacks is said in Swedish."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.data import material_words
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.languages import Language
from campaigns.domain.text_digits import digits_of
from campaigns.domain.times import SWEDEN
from campaigns.i18n import when_in
from campaigns.materials.values import Help

SOURCE = "source"
# Which fixed word says what one reaches at a number that all of Sweden knows.
_KNOWN_NUMBERS = {"112": "danger", "11414": "not_urgent"}


@dataclass(frozen=True, kw_only=True)
class Word:
    """A fixed word and the language it turned out to be in."""

    text: str
    language: Language


@dataclass(frozen=True, kw_only=True)
class MaterialWords:
    """The words of one language, with Swedish behind them."""

    language: Language
    swedish: Language

    @property
    def by_machine(self) -> bool:
        """Whether these words are examples that no native speaker has reviewed."""
        return bool(self._own) and self._own["status"] != SOURCE

    def word(self, key: str) -> Word:
        """One word. Raises KeyError for a key that Swedish does not have either."""
        if key in self._own:
            return Word(text=str(self._own[key]), language=self.language)
        return Word(text=str(self._table[self.swedish.tag][key]), language=self.swedish)

    def list(self, key: str) -> list[Word]:
        """A list of words, whole in one language."""
        items, language = self._whole(key)
        return [Word(text=str(item), language=language) for item in items]

    def tables(self, key: str) -> tuple[Sequence[Mapping[str, Any]], Language]:
        """A list of entries with named parts, whole in one language."""
        return self._whole(key)

    def when(self, instant: datetime) -> Word:
        """An instant in Swedish time, with its zone, as people who read the language write it."""
        word = self.word("when")
        zone = f"UTC{_hours(instant.astimezone(SWEDEN))}"
        return Word(text=word.text.format(when=when_in(word.language, instant), zone=zone), language=word.language)

    @property
    def _table(self) -> Mapping[str, Mapping[str, Any]]:
        return material_words()

    @property
    def _own(self) -> Mapping[str, Any]:
        return self._table.get(self.language.tag, {})

    def _whole(self, key: str) -> tuple[Sequence[Any], Language]:
        if key in self._own:
            return self._own[key], self.language
        return self._table[self.swedish.tag][key], self.swedish


def _hours(local: datetime) -> str:
    offset = local.strftime("%z")
    return offset[0] + str(int(offset[1:3])) + (f":{offset[3:]}" if offset[3:] != "00" else "")


def known_help(facts: Iterable[KeyFact], words: MaterialWords) -> tuple[Help, ...]:
    """Where to get help, from a campaign's key facts: its numbers, the urgent first, and its links.

    What 112 and 114 14 are is said in the language; what else a fact says was written in Swedish and stays so.
    """
    facts = list(facts)
    phones = [_phone(fact, words) for fact in facts if fact.kind is FactKind.PHONE]
    links = [_link(fact, words) for fact in facts if fact.kind is FactKind.LINK]
    return (*sorted(phones, key=lambda one: digits_of(one.phone) != "112"), *links)


def _phone(fact: KeyFact, words: MaterialWords) -> Help:
    key = _KNOWN_NUMBERS.get(digits_of(fact.value))
    word = words.word(key) if key else Word(text=fact.says, language=words.swedish)
    return Help(says=word.text, language=word.language, phone=fact.value)


def _link(fact: KeyFact, words: MaterialWords) -> Help:
    word = words.word("read_more")
    return Help(says=word.text, language=word.language, link=fact.value)
