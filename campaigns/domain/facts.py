"""Key facts: what every version of a message must keep, and how a text is searched for them."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from campaigns.domain.languages import Language
from campaigns.domain.text_digits import chains, digits_of, fold_digits, phone_numbers, quantities


class FactKind(StrEnum):
    """What kind of key fact it is; phones and numbers are compared as digits, links as they stand."""

    SENTENCE = "sentence"
    PHONE = "phone"
    LINK = "link"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, kw_only=True)
class KeyFact:
    """A number, link, date or sentence that every version must keep.

    `value` is what must stand in every language (phone, link, number, date). A sentence has one wording a language, in
    `wordings`; in a language without a wording it cannot be checked by a machine, only by a reviewer.
    """

    kind: FactKind
    value: str = ""
    says: str = ""
    wordings: tuple[tuple[str, str], ...] = ()

    def wording_in(self, tag: str) -> str | None:
        """The sentence in a language; a variant (`sv-simple`) without its own takes its language's (`sv`)."""
        wordings = dict(self.wordings)
        return wordings.get(tag) or wordings.get(tag.partition("-")[0]) or None

    def shown_in(self, tag: str) -> str:
        """How to name this fact to someone who writes in a language."""
        return self.wording_in(tag) or self.value or next((wording for _, wording in self.wordings), self.says)


def changed_facts(
    before: Sequence[KeyFact], after: Sequence[KeyFact]
) -> tuple[tuple[KeyFact | None, KeyFact | None], ...]:
    """Each key fact that is not the same any more, as it was and as it is; None where it came or went.

    What went is paired with what came of the same kind, in their order.
    """
    come = [fact for fact in after if fact not in before]
    pairs: list[tuple[KeyFact | None, KeyFact | None]] = []
    for gone in (fact for fact in before if fact not in after):
        follows = next((fact for fact in come if fact.kind is gone.kind), None)
        if follows is not None:
            come.remove(follows)
        pairs.append((gone, follows))
    return (*pairs, *((None, fact) for fact in come))


# Signs that end a sentence around a link and do not belong to it, in the scripts of `languages.tsv`.
LINK_TAIL = ".,;:!?*_\u2026\u060c\u061b\u061f\u06d4\u1361\u1362\u1363\u1364\u3001\u3002\uff01\uff0c\uff1f"
_LINK = re.compile(r"(?:https?://|mailto:)[^\s<>()\[\]{}\"«»“”「」（）《》]+", re.IGNORECASE)
_AFTER_LINK = rf"(?=[{re.escape(LINK_TAIL)}]{{0,9}}(?:[\s)\]>}}\"'»”’<」）》]|\Z))"
_QUOTE_MARKS = re.compile(r"^[ \t]{0,9}>[> \t]*", re.MULTILINE)
_EMPHASIS_AND_MARKS = dict.fromkeys([*map(ord, "*_`\\"), 0x200E, 0x200F, *range(0x2066, 0x206A)])
_FINAL_PUNCTUATION = " .!?:;\"'»”\u2026\u061f\u06d4\u1362\u1367\u3002\uff01\uff1f"
# Languages that are often written with a calendar of their own, where the day has another number.
_OTHER_CALENDAR = frozenset({"fa", "prs", "ps", "am", "ti", "ckb", "ar", "ur"})
# Scripts that set no space between words, so a sentence may begin and end inside a run of letters.
_NO_WORD_SPACE = frozenset({"Hans", "Hant", "Thai"})


def links_in(text: str) -> frozenset[str]:
    """The web and e-mail links of a text, without the punctuation that follows them."""
    return frozenset(link.rstrip(LINK_TAIL) for link in _LINK.findall(text))


def without_links(text: str) -> str:
    """The text with its links taken out, so that digits inside an address are nobody's phone number."""
    return _LINK.sub(" \N{MIDDLE DOT} ", text)


def links_blanked(text: str) -> str:
    """The text with blanks where its links stand, so that every position stays the same."""
    return _LINK.sub(lambda link: " " * len(link[0]), text)


def fold_sentence(text: str, language: Language) -> str:
    """A text for comparing sentences: NFC, one case, single spaces, without Markdown's emphasis and quotation marks."""
    plain = _QUOTE_MARKS.sub("", text).translate(_EMPHASIS_AND_MARKS).replace("\u2019", "'")
    if language.tag == "tr":
        plain = plain.replace("I", "ı").replace("İ", "i")  # Turkish pairs its two i's otherwise than Unicode's default
    cased = unicodedata.normalize("NFC", unicodedata.normalize("NFC", plain).casefold())
    return fold_digits(" ".join(cased.split()))


class Searched:
    """A text in one language, made ready once for looking for any number of key facts."""

    def __init__(self, text: str, language: Language) -> None:
        self.text = html.unescape(text)  # Markdown reads &nbsp; as a no-break space, so we do
        self.language = language

    def holds(self, fact: KeyFact) -> bool | None:
        """Whether the fact stands in the text; None where only a person can tell."""
        match fact.kind:
            case FactKind.PHONE:
                return digits_of(fact.value) in self._phones or not digits_of(fact.value)
            case FactKind.NUMBER:
                return quantities(fact.value) <= self._quantities
            case FactKind.LINK:
                return self._holds_link(fact.value)
            case FactKind.DATE:
                return self._holds_date(fact.value)
            case FactKind.SENTENCE:
                return self._holds_sentence(fact.wording_in(self.language.tag))

    @cached_property
    def _unlinked(self) -> str:
        return without_links(self.text)

    @cached_property
    def _phones(self) -> frozenset[str]:
        return phone_numbers(self._unlinked)

    @cached_property
    def _quantities(self) -> frozenset[str]:
        return quantities(self._unlinked)

    @cached_property
    def _sentences(self) -> str:
        return fold_sentence(self.text, self.language)

    def _holds_link(self, link: str) -> bool:
        return bool(re.search(r"(?<![A-Za-z0-9_/.@-])" + re.escape(link) + _AFTER_LINK, self.text))

    def _holds_date(self, value: str) -> bool | None:
        """A month is written in words, so a date is kept when its day stands as a number that may be a date's."""
        try:
            days = {str(date.fromisoformat(value[:10]).day)}
        except ValueError:
            days = {group.lstrip("0") for chain in chains(value) for group in chain.groups}
        if days <= self._date_numbers:
            return True
        return None if self.language.tag in _OTHER_CALENDAR else False

    @cached_property
    def _date_numbers(self) -> frozenset[str]:
        """Numbers of a day, month or year; the groups of a phone number such as 114 14 are none."""
        found = (chain.groups for chain in chains(self._unlinked))
        dates = (groups for groups in found if len(groups) <= 3 and all(len(group) in (1, 2, 4) for group in groups))
        return frozenset(group.lstrip("0") for groups in dates for group in groups)

    def _holds_sentence(self, wording: str | None) -> bool | None:
        if wording is None:
            return None
        wanted = fold_sentence(wording, self.language).rstrip(_FINAL_PUNCTUATION)
        if self.language.script in _NO_WORD_SPACE:
            return wanted in self._sentences
        return bool(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", self._sentences))
