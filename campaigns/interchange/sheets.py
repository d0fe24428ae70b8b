"""A sheet of texts on its way to a translator, and what comes back.

A sheet is made from the database and read against the database: the Swedish text of a returned file is never used, only
its translations, each matched on the unit's reference. A reference is the unit's key and a *seal*, 16 hexadecimal
digits that change with the hash of the source, so a translation of words that have since changed is noticed in every
format, whatever the translator's tool does to comments and notes.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from campaigns.domain.errors import N_, Fault, Refused
from campaigns.domain.languages import Language
from campaigns.domain.lifecycle import TextState

_LABEL = re.compile(r"samklang:(?P<campaign>[A-Za-z0-9_-]{1,100}):v(?P<version>[0-9]{1,9})")
_CAMPAIGN = re.compile(r"[A-Za-z0-9_-]{1,100}")
# What may be an id in XLIFF and cannot be taken for a number, a time or a formula in a spreadsheet.
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_SEAL_DIGITS = 16
# What XML 1.0 cannot hold. Every format goes by it, so that a text is the same whichever way it travels.
_UNHOLDABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NothingToTranslate(Refused):
    """A sheet without units would be a file that its reader cannot make sense of."""

    message = N_("There is no text to translate here yet. Write the Swedish texts first.")


class TooLongForCell(Refused):
    """A spreadsheet cell holds 32,767 characters; what is longer would be cut without a word."""

    message = N_("A text is too long for a cell of a spreadsheet: {title}. Choose XLIFF or DOCX instead.")


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One part of one text: what a translator translates as a whole.

    `key` names it for ever (a message's id, a dot, the variant); `title` is what people call it. `source_hash` is what
    a translation is bound to. `notes` are sentences for the translator, in Swedish: facts to keep, how much fits.
    """

    key: str
    source: str
    source_hash: str
    title: str = ""
    translation: str = ""
    state: TextState = TextState.MISSING
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key) or not self.source.strip():
            raise ValueError(self.key)

    @property
    def seal(self) -> str:
        """A short form of the source's hash."""
        return hashlib.sha256(self.source_hash.encode()).hexdigest()[:_SEAL_DIGITS]

    @property
    def reference(self) -> str:
        """What stands for this unit and its source in every format."""
        return f"{self.key}:{self.seal}"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The texts of a campaign in one pair of languages, as they stood at `made_at`.

    `notice` is a line that every page should carry, such as the embargo and for whom the copy was made.
    """

    campaign_id: str
    slug: str
    version: int
    source: Language
    target: Language
    made_at: datetime
    units: tuple[Unit, ...]
    notice: str = ""

    def __post_init__(self) -> None:
        if not _CAMPAIGN.fullmatch(self.campaign_id) or len(self.by_key) < len(self.units):
            raise ValueError(self.campaign_id)

    @cached_property
    def by_key(self) -> Mapping[str, Unit]:
        """The units, each under its key."""
        return {unit.key: unit for unit in self.units}

    @property
    def label(self) -> str:
        """What tells in every format which campaign a file belongs to."""
        return f"samklang:{self.campaign_id}:v{self.version}"


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One translation that came back, bound to the hash of the source as it still is. `line` is where it stood."""

    key: str
    source_hash: str
    translation: str
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What an upload without faults brings.

    `empty` are the keys of the sheet that it leaves without a translation; they stay as they are. `warnings` are worth
    a look and stop nothing.
    """

    rows: tuple[Delivered, ...]
    empty: tuple[str, ...]
    warnings: tuple[Fault, ...]


def campaign_in(label: str) -> str | None:
    """The campaign that a label names; None for what is no label."""
    found = _LABEL.fullmatch(label.strip())
    return found["campaign"] if found else None


def plain_lines(text: str) -> str:
    """The text with the line ends of every system as newlines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def writable(text: str) -> str:
    """The text as it can stand in every format; what none can hold is shown as U+FFFD."""
    return _UNHOLDABLE.sub("\N{REPLACEMENT CHARACTER}", plain_lines(text))
