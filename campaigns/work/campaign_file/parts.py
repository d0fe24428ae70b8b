"""A part of a campaign file with its place in it, and the questions asked of it. Every fault is noted, none raised.

A part that is of the wrong kind answers with an empty value after its fault is noted, so that reading goes on and the
writer hears of everything at once.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from campaigns.domain.errors import N_, Fault, Refused, Severity
from campaigns.domain.times import from_swedish
from campaigns.work.campaign.drafts import one_line, prose, unprintable
from campaigns.work.campaign_file.tree import Fields, Items, Node, Value

MOST_FAULTS = 200
MOST_NAMED = 15
LONGEST_SHOWN = 60
LONGEST_MENDED = 500
LIKE = 0.6  # how alike two names must be for one to be a slip of the other; 1 is the same

MISSING = N_("The field {name} is missing. Add it.")
UNKNOWN_FIELD = N_("There is no field {name} here. These exist: {known}.")
MISSPELT_FIELD = N_("There is no field {name} here. Did you mean {nearest}?")
TWICE = N_("The field {name} is already on line {first}. Keep one of them.")
NOT_A_VALUE = N_("There should be a single value here. If it is one text, put it in quotation marks.")
NOT_A_LIST = N_("There should be a list here. Write it with square brackets, even for one entry: [{value}].")
NOT_FIELDS = N_("There should be fields with names and values here: {known}.")
TORN_APART = N_("The comma splits this text. It was read as “{value}”: put it in quotation marks.")
LISTED_TWICE = N_("{value} is listed twice. Keep one of them.")
EMPTY_ENTRY = N_("This entry is empty. Fill it in or remove it.")
TOO_LONG = N_("This has {length} signs, and at most {most} fit. Shorten it.")
TOO_MANY = N_("There are {count} entries here, and at most {most} are read. Remove some or split the campaign.")
HOLDS_CONTROL = N_("The text holds a control character, {sign}. Remove it.")
NOT_YES_OR_NO = N_("{value} is neither true nor false. Write one of them.")
NOT_THAT = N_("{value} is not one of those that exist. Nearest: {nearest}.")
NOT_A_TIME = N_("{value} is not a time. Write it like this: 2026-12-14 06:00.")
MORE_FAULTS = N_("There may be more faults. Correct these {count} first and try again.")

_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:T|t| +)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)? *(Z|z|[+-]\d{2}(?::?\d{2})?)?"
)


class Report:
    """The faults found so far: at most 200 errors and 200 warnings, so that neither crowds out the other."""

    def __init__(self) -> None:
        self._errors: list[Fault] = []
        self._warnings: list[Fault] = []

    @property
    def has_errors(self) -> bool:
        return bool(self._errors)

    @property
    def is_full(self) -> bool:
        """Whether looking for more errors would tell nobody anything."""
        return len(self._errors) >= MOST_FAULTS

    def note(self, fault: Fault) -> None:
        faults = self._errors if fault.severity is Severity.ERROR else self._warnings
        if len(faults) < MOST_FAULTS:
            faults.append(fault)

    def faults(self) -> list[Fault]:
        """All faults in the order of the file, errors before warnings."""
        found = [*sorted(self._errors, key=_line_of), *sorted(self._warnings, key=_line_of)]
        more = Fault(message=MORE_FAULTS, facts={"count": MOST_FAULTS}, severity=Severity.WARNING)
        return [*found, more] if self.is_full else found


def _line_of(fault: Fault) -> int:
    return fault.line or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one may choose from: the values that count, and the names people know them by."""

    names: Mapping[str, str] = field(default_factory=dict)
    values: Collection[str]

    def nearest(self, word: str) -> str:
        """The values most like a word, each with its name in brackets; all of them if nothing is like it."""
        spelt = {value.casefold(): value for value in self.values}
        named = {name.casefold(): value for value, name in self.names.items()}
        close = get_close_matches(shown(word).casefold(), [*spelt, *named], n=4, cutoff=0.5)
        found = dict.fromkeys(spelt.get(key) or named[key] for key in close)
        return ", ".join(self._said(value) for value in found or list(self.values)[:MOST_NAMED])

    def _said(self, value: str) -> str:
        return f"{value} ({self.names[value]})" if value in self.names else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One place in the file: its value, its line, and its path such as `core_messages[1].long.ar` (counted from 1)."""

    node: Node
    line: int
    path: str
    report: Report

    def error(self, message: str, **facts: object) -> None:
        self.report.note(Fault(message=message, field=self.path, line=self.line, facts=facts))

    def warn(self, message: str, **facts: object) -> None:
        self.report.note(
            Fault(message=message, field=self.path, line=self.line, facts=facts, severity=Severity.WARNING)
        )

    @property
    def is_blank(self) -> bool:
        """Nothing is written here, or only an empty list or group."""
        match self.node:
            case Value():
                return self.node.is_blank or not self.node.text.strip()
            case Items(items=items):
                return not items
            case Fields(entries=entries):
                return not entries

    def entries(self, known: Collection[str]) -> Iterator[tuple[str, "Part"]]:
        """Each field by name, whether known or not. A name that comes again is a fault and left out."""
        if not isinstance(self.node, Fields):
            if not self.is_blank:
                self.error(NOT_FIELDS, known=", ".join(list(known)[:MOST_NAMED]))
            return
        lines: dict[str, int] = {}
        for name, node in self._mended(self.node, known):
            part = self._field(name, node)
            if name.text in lines:
                part.error(TWICE, name=shown(name.text), first=lines[name.text])
            else:
                lines[name.text] = name.line
                yield name.text, part

    def _mended(self, group: Fields, known: Collection[str]) -> list[tuple[Value, Node]]:
        """The fields, where a text without quotation marks that a comma tore apart is whole again.

        In `{says: not urgent, please}` YAML sees a second field, `please`, without a value.
        """
        whole: list[tuple[Value, Node]] = []
        mended: dict[int, str] = {}
        for name, node in group.entries:
            before = whole[-1][1] if whole and group.in_brackets else None
            if isinstance(before, Value) and _is_torn_off(before, name, node, known):
                mended[len(whole) - 1] = text = f"{before.text}, {name.text}"
                whole[-1] = (whole[-1][0], Value(line=before.line, text=text, is_plain=True))
            else:
                whole.append((name, node))
        for place, text in mended.items():
            self._field(*whole[place]).warn(TORN_APART, value=shown(text))
        return whole

    def _field(self, name: Value, node: Node) -> "Part":
        path = f"{self.path}.{shown(name.text)}" if self.path else shown(name.text)
        return Part(node=node, line=name.line, path=path, report=self.report)

    def fields(self, known: Collection[str], *, needed: Collection[str] = ()) -> dict[str, "Part"]:
        """The known fields by name. Unknown ones, and needed ones that are missing or blank, are faults."""
        found: dict[str, Part] = {}
        for name, part in self.entries(known):
            if name in known:
                found[name] = part
            else:
                _unknown_field(part, name, known)
        self._miss(needed, found)
        return found

    def _miss(self, needed: Collection[str], found: Mapping[str, "Part"]) -> None:
        for name in needed:
            if name not in found or found[name].is_blank:
                found.get(name, self).error(MISSING, name=name)

    def items(self, *, most: int = 1000) -> list["Part"]:
        """The entries of a list, counted from 1 in their paths."""
        if not isinstance(self.node, Items):
            if not self.is_blank:
                self.error(NOT_A_LIST, value=shown(self.node.text) if isinstance(self.node, Value) else "…")
            return []
        if len(self.node.items) > most:
            self.error(TOO_MANY, count=len(self.node.items), most=most)
        return [
            Part(node=node, line=node.line, path=f"{self.path}[{number}]", report=self.report)
            for number, node in enumerate(self.node.items[:most], start=1)
        ]

    def words(self, *, most: int = 200) -> str:
        """A single value as one line; empty if there is none."""
        return self._limited(one_line(self._text()), most)

    def prose(self, *, most: int = 100_000) -> str:
        """A single value of several lines; empty if there is none."""
        return self._limited(prose(self._text()), most)

    def _text(self) -> str:
        if not isinstance(self.node, Value):
            self.error(NOT_A_VALUE)
            return ""
        if self.node.is_blank:
            return ""
        if sign := unprintable(prose(self.node.text)):
            self.error(HOLDS_CONTROL, sign=sign)
        return self.node.text

    def _limited(self, text: str, most: int) -> str:
        if len(text) > most:
            self.error(TOO_LONG, length=len(text), most=most)
        return text[:most]

    def list_of_words(self) -> tuple[str, ...]:
        """A list of different words; one that comes again is a fault."""
        return tuple(word for _, word in self.different_words())

    def different_words(self) -> Iterator[tuple["Part", str]]:
        seen = set()
        for item in self.items():
            word = item.words()
            if item.is_blank:
                item.error(EMPTY_ENTRY)
            elif word in seen:
                item.error(LISTED_TWICE, value=shown(word))
            else:
                seen.add(word)
                yield item, word

    def list_of(self, choice: Choice, message: str = NOT_THAT) -> tuple[str, ...]:
        """A list of different values among those that exist."""
        return tuple(word for item, word in self.different_words() if item.is_one_of(choice, word, message))

    def one_of(self, choice: Choice, message: str = NOT_THAT) -> str:
        """One of the values that exist; empty, with a fault unless it is blank, if it is not."""
        word = self.words()
        return word if word and self.is_one_of(choice, word, message) else ""

    def is_one_of(self, choice: Choice, word: str, message: str = NOT_THAT) -> bool:
        """Whether a word exists; if not, the fault names the nearest that do."""
        known = word in choice.values
        if not known:
            self.error(message, value=shown(word), nearest="" if self.report.is_full else choice.nearest(word))
        return known

    def instant(self) -> datetime | None:
        """The instant of a time that someone wrote, in UTC. Swedish time unless it has an offset."""
        written = self.words()
        try:
            return from_swedish(_as_written(written)) if written else None
        except Refused as refused:
            self.error(refused.message, **refused.facts)
        except (ValueError, OverflowError):
            self.error(NOT_A_TIME, value=shown(written))
        return None

    def yes_or_no(self) -> bool:
        word = self.words().lower()
        if word not in {"", "true", "false"}:
            self.error(NOT_YES_OR_NO, value=shown(word))
        return word == "true"


def shown(word: str) -> str:
    """A word as a fault shows it: one line, and not more than is needed to recognise it."""
    line = one_line(word)
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"


def _as_written(written: str) -> datetime:
    """Raises ValueError for what is not a time."""
    match = _TIME.fullmatch(written)
    if match is None:
        raise ValueError(written)
    day, hour, minute, second, offset = match.groups()
    return datetime.fromisoformat(f"{day}T{hour:0>2}:{minute}:{second or '00'}{(offset or '').upper()}")


def _is_torn_off(before: Value, name: Value, node: Node, known: Collection[str]) -> bool:
    written = isinstance(node, Value) and node.is_blank and before.is_plain and not before.is_blank
    unknown = written and name.is_plain and name.text not in known and len(before.text) < LONGEST_MENDED
    return unknown and not get_close_matches(name.text.casefold(), known, n=1, cutoff=LIKE)


def _unknown_field(part: Part, name: str, known: Collection[str]) -> None:
    nearest = [] if part.report.is_full else get_close_matches(shown(name).casefold(), known, n=1, cutoff=LIKE)
    if nearest:
        part.error(MISSPELT_FIELD, name=shown(name), nearest=nearest[0])
    else:
        part.error(UNKNOWN_FIELD, name=shown(name), known=", ".join(list(known)[:MOST_NAMED]))
