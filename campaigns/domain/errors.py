"""The tree of errors. Each class carries the sentence a person reads: what happened, what was kept, what to do.

SamklangError
├── Refused                   a rule of the trade says no; nothing was changed
│   ├── NotAllowed            this person lacks the permission
│   ├── NotInThisStage        the campaign is not where this move starts
│   └── …                     one class a rule, beside the rule it belongs to
├── NotThere                  not yet, never, or not for this reader: always the same answer
├── BadInput                  input with faults, all of them listed
├── BadSetting                a setting that stops the start
├── Unready                   clock or database in doubt: we stay closed
└── TransportError            a channel could not take a message (channels/)

A sentence is a template in English with named facts. `campaigns.i18n.say` puts it into the reader's language and
formats times, numbers and names there; `str(error)` is the plain English form for logs and developers.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import ClassVar


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a sentence for the catalogues without translating it here."""
    return message


class SamklangError(Exception):
    """The root: anything that Samklang itself reports."""

    message: ClassVar[str] = N_("Something went wrong. Nothing was changed.")

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.message.format(**facts))


class Refused(SamklangError):
    """A rule says no. The sentence says why and what to do instead."""

    message = N_("This is not possible now. Nothing was changed.")


class NotAllowed(Refused):
    """The acting member's roles do not hold the permission (see domain/access.py)."""

    message = N_("Your role does not allow this: {permission}. Ask an administrator of your organisation.")


class NotThere(SamklangError):
    """Not yet public, never existed, or belongs to someone else. Never say which."""

    message = N_("There is nothing here.")


class BadSetting(SamklangError):
    """A setting is missing or wrong; the start stops with this sentence."""

    message = N_("The setting {name} is wrong: {reason}")


class Unready(SamklangError):
    """Clock or database are in doubt, so nothing is opened and nothing is sent."""

    message = N_("Samklang is not ready: {reason}. Nothing is opened or sent until it is.")


class Severity(StrEnum):
    """How much a fault weighs."""

    ERROR = "error"  # stops the move it was found in
    WARNING = "warning"  # is shown, and stops nothing


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that is wrong in an input or a text: where, what, and what to do.

    `line` is 1-based and None where the input has no lines. `field` is the path a person would recognise
    (`campaign.lift_at`, `core_messages[1].long.ar`). `message` is a template in English; `facts` fill it.
    """

    message: str
    field: str = ""
    line: int | None = None
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        where = ", ".join(part for part in (f"line {self.line}" if self.line else "", self.field) if part)
        sentence = self.message.format(**self.facts)
        return f"{where}: {sentence}" if where else sentence


class BadInput(SamklangError):
    """Input with faults. All faults are listed at once and nothing was stored."""

    message = N_("Faults in the input: {count}. Nothing was stored.")

    def __init__(self, faults: Sequence[Fault], **facts: object) -> None:
        self.faults = tuple(faults)
        super().__init__(count=sum(fault.severity is Severity.ERROR for fault in faults), **facts)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])
