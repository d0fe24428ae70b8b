"""The library: what study associations download, as frozen values between the tasks and the pages.

A *shelf* is everything of one campaign in one language, in one version; a *case* is a campaign with all its shelves.
Every shelf is made twice: with the embargo line on each page and without any partner's message, for those who accepted
the terms, and as anyone may have it from T.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

EVERYTHING = ""
"""The language of the shelf that holds one ZIP with every language."""
ZIP = "zip"
"""The kind of a file that holds all the others of its shelf."""
FEW = 5
"""Downloads below this are not told as a number."""


class Making(StrEnum):
    """How far a shelf has come."""

    WAITING = "waiting"  # nobody has begun
    MAKING = "making"  # a worker is at it
    MADE = "made"  # it can be downloaded
    REFUSED = "refused"  # it cannot be made; `problem` says why, and the other languages go on


@dataclass(frozen=True, kw_only=True)
class Item:
    """A file: `name` holds campaign, version and language, `latest` is the same in every version. `size` in bytes."""

    name: str
    latest: str
    kind: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that differs from the version before: a sentence with `{name}` in it, and what stands there."""

    sentence: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One language of a campaign. `wanted_at` is when its content was settled; `replaces` is the version before.

    `problem` is a sentence with its facts. `not_made` tells for a kind why there is none. `items` may be narrowed
    to one kind, but `pack` is always there once everything is made.
    """

    language: str
    state: Making
    version: int
    replaces: int | None
    wanted_at: datetime
    made_at: datetime | None
    changes: tuple[Change, ...] = ()
    problem: str = ""
    problem_facts: Mapping[str, str]
    not_made: Mapping[str, str]
    items: tuple[Item, ...] = ()

    @property
    def is_made(self) -> bool:
        """Whether it can be downloaded."""
        return self.state is Making.MADE

    @property
    def pack(self) -> Item | None:
        """Everything of this shelf in one ZIP."""
        return next((item for item in self.items if item.kind == ZIP), None)

    @property
    def files(self) -> tuple[Item, ...]:
        """Every file but the ZIP."""
        return tuple(item for item in self.items if item.kind != ZIP)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A campaign with its languages in the campaign's own order. `everything` is one ZIP of all that could be made.

    `mine`: the member's organisation is invited to it, or it is its own, so that it has a page of it in the workplace.
    """

    campaign_id: str
    slug: str
    name: str
    lift_at: datetime
    public: bool
    example: bool
    mine: bool = False
    shelves: tuple[Shelf, ...] = ()
    everything: Shelf | None = None

    @property
    def made(self) -> tuple[Shelf, ...]:
        """The languages that can be downloaded."""
        return tuple(shelf for shelf in self.shelves if shelf.is_made)

    @property
    def coming(self) -> tuple[Shelf, ...]:
        """The languages that are still being made."""
        return tuple(shelf for shelf in self.shelves if shelf.state in {Making.WAITING, Making.MAKING})

    @property
    def refused(self) -> tuple[Shelf, ...]:
        """The languages that cannot be made."""
        return tuple(shelf for shelf in self.shelves if shelf.state is Making.REFUSED)

    @property
    def pack(self) -> Item | None:
        """Every language in one ZIP, once all of them are made or refused."""
        return self.everything.pack if self.everything and self.everything.is_made else None


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A file of an earlier version was asked for: which version, and the file that counts now, once it is made."""

    version: int
    item: Item | None


GLOSSARY_RESTS = timedelta(minutes=15)
"""How long before T the glossary alone makes no new version: what everyone asks for at T must be made by then."""


def glossary_rests(lift_at: datetime, *, now: datetime) -> bool:
    """Whether terms that were approved or changed wait for the next version that something else makes.

    Close to T, because material would be missing when it opens. After T, because whoever printed it would be told to
    throw away a copy in which every word of the message still holds.
    """
    return now >= lift_at - GLOSSARY_RESTS


_VERSIONED = re.compile(r"(?P<head>[a-z0-9-]+)_v(?P<version>[1-9][0-9]{0,5})(?P<tail>[_.][A-Za-z0-9_.-]+)")


def earlier_than(shelf: Shelf, name: str, *, slug: str) -> Earlier | None:
    """What is asked for by the name of a file in an earlier version than the shelf's; None for every other name.

    It is found from what counts now alone, so that nothing is told of a version that was never public.
    """
    asked = _VERSIONED.fullmatch(name)
    if asked is None or asked["head"] != slug or int(asked["version"]) >= shelf.version:
        return None
    version, now_called = int(asked["version"]), f"{slug}_v{shelf.version}{asked['tail']}"
    item = next((one for one in shelf.items if one.name == now_called), None)
    if item is not None:
        return Earlier(version=version, item=item)
    is_of_it = not shelf.language or asked["tail"].startswith((f"_{shelf.language}_", f"_{shelf.language}."))
    return Earlier(version=version, item=None) if shelf.state is Making.WAITING and is_of_it else None


@dataclass(frozen=True, kw_only=True)
class Part:
    """A stretch of a file, kept by its own sum; a file is its parts one after the other."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Download:
    """One file that may be handed out, with where its bytes are; `edition_id` names the local edition it is of."""

    campaign_id: str
    language: str
    version: int
    item: Item
    parts: tuple[Part, ...]
    edition_id: str | None = None


def parts_within(parts: tuple[Part, ...], start: int, stop: int) -> list[tuple[Part, int, int]]:
    """The parts that bytes `start` to `stop` (not included) lie in, each with where to begin and end within it."""
    found, at = [], 0
    for part in parts:
        begin, end = max(start - at, 0), min(stop - at, part.size)
        if begin < end:
            found.append((part, begin, end))
        at += part.size
    return found


def told(count: int) -> int | None:
    """A count as it may be told: None for some, but fewer than FEW."""
    return None if 0 < count < FEW else count
