"""Forms: what was typed is kept when something is wrong, and each fault is said where it is."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from flask import request

from campaigns.domain.errors import N_, BadInput, Fault, Refused, Severity
from campaigns.domain.times import TimeExistsTwice, from_swedish
from campaigns.i18n import say, say_fault
from campaigns.web.site import words

NEEDED = N_("This must be filled in.")
NOT_A_TIME = N_("Give both a date and a time, such as 2026-12-14 and 06:00.")


class Form:
    """One form on a page: its first values, then what was typed, and what is wrong with it.

    `initial` are the values shown before anything is typed. On a POST what was typed counts and nothing else, so a box
    that was unticked stays unticked. `faults` lead to a field by its name, `sentences` concern the whole.
    """

    def __init__(self, initial: Mapping[str, object] | None = None, *, typed: bool | None = None) -> None:
        self.is_typed = request.method == "POST" if typed is None else typed
        self._initial = initial or {}
        self.sentences: list[str] = []
        self.faults: dict[str, list[str]] = {}
        self.warnings: dict[str, list[str]] = {}

    def text(self, name: str) -> str:
        """What stands in a field, without blanks around it."""
        return self.raw(name).strip()

    def raw(self, name: str) -> str:
        """What stands in a field, as it was typed, with line ends as they are in texts."""
        found = request.form.get(name, "") if self.is_typed else self._initial.get(name, "")
        return "" if found is None else str(found).replace("\r\n", "\n")

    def many(self, name: str) -> list[str]:
        """The values that were chosen or written one to a field."""
        if self.is_typed:
            return [value for value in request.form.getlist(name) if value.strip()]
        found = self._initial.get(name, ())
        return [str(found)] if isinstance(found, str) else [str(value) for value in found]  # type: ignore[attr-defined] # given as a list

    def lines(self, name: str) -> list[str]:
        """The lines of a field in which one writes one thing a line."""
        return [line.strip() for line in self.raw(name).splitlines() if line.strip()]

    def instant(self, name: str) -> datetime | None:
        """The instant of a date and a time in Swedish time, or None, with the fault noted.

        Where the clock shows a time twice, the field `NAME-offset` (such as +02:00) says which is meant. On every other
        day it is not looked at: one that was left from an earlier choice must not move the lift by an hour.
        """
        try:
            local = datetime.fromisoformat(f"{self.text(f'{name}-date')}T{self.text(f'{name}-time')}")
        except ValueError:
            self.fault(name, words()._(NOT_A_TIME))
            return None
        found: list[datetime] = []
        with self.attempt(name):
            found.append(self._meant(name, local))
        return found[0] if found else None

    def _meant(self, name: str, local: datetime) -> datetime:
        try:
            return from_swedish(local)
        except TimeExistsTwice:
            try:
                return from_swedish(datetime.fromisoformat(f"{local.isoformat()}{self.text(f'{name}-offset')}"))
            except ValueError:
                return from_swedish(local)

    def fault(self, name: str, sentence: str) -> None:
        """Note what is wrong with a field."""
        self.faults.setdefault(name, []).append(sentence)

    def need(self, *names: str) -> bool:
        """Note every field that is empty; whether none was."""
        empty = [name for name in names if not self.many(name) and not self.text(name)]
        for name in empty:
            self.fault(name, words()._(NEEDED))
        return not empty

    @contextmanager
    def attempt(self, field: str | None = None) -> Iterator[None]:
        """Try something; what is refused is said in the form, at `field` if one is named, and nothing is lost."""
        try:
            yield
        except BadInput as error:
            self.take(error.faults, field)
        except Refused as error:
            if field is None:
                self.sentences.append(say(error, words()))
            else:
                self.fault(field, say(error, words()))

    def take(self, faults: Iterable[Fault], field: str | None = None) -> None:
        """Note faults at their fields. A path such as `campaign.name` means the field `name` if there is no other."""
        for fault in faults:
            shelf = self.faults if fault.severity is Severity.ERROR else self.warnings
            shelf.setdefault(field or fault.field.rsplit(".", 1)[-1], []).append(say_fault_alone(fault))

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.sentences and not self.faults

    @property
    def status(self) -> int:
        """The status of the page that shows the form again."""
        return 200 if self.ok else 422


def say_fault_alone(fault: Fault) -> str:
    """A fault without its place: it stands beside its field."""
    return say_fault(Fault(message=fault.message, facts=fault.facts, severity=fault.severity), words())
