"""Checkpoints of the audit trail: what one says, when the next is due, and what it shows of the events that are here.

The trail is a chain, so the number and the hash of one event stand for every event before it. Kept elsewhere, they show
what the chain alone cannot: that events at its end are gone.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

SCHEMA = "samklang-audit-checkpoint/1"
EVERY = timedelta(hours=24)
_TYPES = {
    "schema": str,
    "service": str,
    "number": int,
    "hash": str,
    "count": int,
    "made_at": str,
    "key": str,
    "public_key": str,
    "signature": str,
}


class NotACheckpoint(ValueError):
    """It is not what a checkpoint is, down to the way its numbers and times are written."""


@dataclass(frozen=True, kw_only=True)
class End:
    """Where the trail ends: the number and hash of its last event, and how many there are. An empty one ends at 0."""

    number: int
    hash: str
    count: int


NOTHING = End(number=0, hash="0" * 64, count=0)
"""The end of a trail without events; the first event follows this hash."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """That the trail of a service ended so at an instant, and who signed that."""

    service: str
    end: End
    made_at: datetime
    public_key: str
    signature: str = ""

    @property
    def key(self) -> str:
        """The short name of the key that signed."""
        return key_id(self.public_key)

    @property
    def signed(self) -> bytes:
        """The canonical form that the signature is over: everything else as JSON, in order, without spaces."""
        return _canonical({name: value for name, value in self.written().items() if name != "signature"})

    def written(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            "schema": SCHEMA,
            "service": self.service,
            "number": self.end.number,
            "hash": self.end.hash,
            "count": self.end.count,
            "made_at": self.made_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "key": self.key,
            "public_key": self.public_key,
            "signature": self.signature,
        }

    def as_text(self) -> str:
        """The file, for people and programs."""
        return json.dumps(self.written(), ensure_ascii=False, indent=2) + "\n"

    @property
    def file_name(self) -> str:
        """A name that sorts by when it was made, another for each key: audit-20261214T050000.123456Z-42-KEY.json."""
        instant = self.written()["made_at"].replace("-", "").replace(":", "")
        return f"audit-{instant}-{self.end.number}-{self.key}.json"


def key_id(public_key: str) -> str:
    """A short name of a public key, for people to compare."""
    return sha256(public_key.encode()).hexdigest()[:16]


def _canonical(written: dict[str, Any]) -> bytes:
    return json.dumps(written, sort_keys=True, separators=(",", ":")).encode()


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint in a file. Raises NotACheckpoint for anything that was not written as we write it."""
    try:
        given = json.loads(text, object_pairs_hook=_each_once)
        found = Checkpoint(
            service=given["service"],
            end=End(number=given["number"], hash=given["hash"], count=given["count"]),
            made_at=datetime.fromisoformat(given["made_at"]),
            public_key=given["public_key"],
            signature=given["signature"],
        )
        if {name: type(value) for name, value in given.items()} == _TYPES and found.written() == given:
            return found
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise NotACheckpoint from None
    raise NotACheckpoint


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that comes twice a person may read the one and a program the other."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotACheckpoint
    return found


def is_due(*, newest: Checkpoint | None, last_lift: tuple[int, datetime] | None, now: datetime) -> bool:
    """Whether another is to be written: there is none, it is a day old, or it has not seen the last lift.

    `last_lift` is the number and instant of that event; after a restored backup only the instant says something.
    """
    if newest is None or now >= newest.made_at + EVERY:
        return True
    return last_lift is not None and (last_lift[0] > newest.end.number or last_lift[1] > newest.made_at)


@dataclass(frozen=True, kw_only=True)
class Link:
    """One event, as far as the chain is concerned. It holds if it is unaltered and follows the event before it."""

    number: int
    at: datetime
    hash: str
    holds: bool


class Verdict(StrEnum):
    """What became of a checkpoint."""

    HOLDS = "holds"
    MISSING = "missing"  # events that it saw are not here
    CHANGED = "changed"  # its event, or what came before, is another now
    BAD_SIGNATURE = "bad signature"  # it was altered, or somebody else made it
    UNKNOWN_KEY = "unknown key"  # the signature is right, and we do not know whose it is
    UNREADABLE = "unreadable"  # no checkpoint, or it cannot be read


Range = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What the trail says of a checkpoint. `missing` are the events that are not here, first and last of each row."""

    verdict: Verdict
    missing: tuple[Range, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Trail:
    """A trail gone through once: where it ends, where it breaks, and each checkpoint in the order it was given."""

    end: End
    broken: tuple[int, ...]
    compared: tuple[Compared, ...]


def go_through(links: Iterable[Link], checkpoints: Sequence[Checkpoint] = (), *, after: End = NOTHING) -> Trail:
    """Compare every checkpoint with the trail, in one pass that holds no event.

    `after` is where the events before these end; then checkpoints of those before cannot be judged.
    """
    walk = _Walk(checkpoints, after)
    for link in links:
        walk.see(link)
    return Trail(end=walk.end, broken=tuple(walk.broken), compared=tuple(map(walk.judge, checkpoints)))


@dataclass
class _Walk:
    """What is remembered on the way: the ends that checkpoints saw, gaps, and what was recorded after a checkpoint."""

    checkpoints: Sequence[Checkpoint]
    end: End = NOTHING
    broken: list[int] = field(default_factory=list)
    gaps: list[Range] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ends: dict[int, End | None] = dict.fromkeys((one.end.number for one in self.checkpoints), None)
        self._to_come = sorted({one.made_at for one in self.checkpoints}, reverse=True)
        self._first_after: dict[datetime, int] = {}

    def see(self, link: Link) -> None:
        """Go on by one event."""
        if not link.holds:
            self.broken.append(link.number)
        if link.number > self.end.number + 1:
            self.gaps.append((self.end.number + 1, link.number - 1))
        self.end = End(number=link.number, hash=link.hash, count=self.end.count + 1)
        if link.number in self._ends:
            self._ends[link.number] = self.end
        while self._to_come and link.at > self._to_come[-1]:
            self._first_after[self._to_come.pop()] = link.number

    def judge(self, checkpoint: Checkpoint) -> Compared:
        """What the events that were seen say of it."""
        number = checkpoint.end.number
        if checkpoint.end == NOTHING or self._ends[number] == checkpoint.end:
            return Compared(verdict=Verdict.HOLDS)
        missing = tuple(self._missing(checkpoint))
        return Compared(verdict=Verdict.MISSING if missing else Verdict.CHANGED, missing=missing)

    def _missing(self, checkpoint: Checkpoint) -> Iterable[Range]:
        """Gaps, and the end: an event that was recorded after the checkpoint is none of those that it saw.

        So it is after a restored backup, where new events have taken the numbers of those that are lost.
        """
        number, end = checkpoint.end.number, self.end.number + 1
        end = min(end, self._first_after.get(checkpoint.made_at, end))
        yield from ((first, min(last, number)) for first, last in self.gaps if first <= number and last < end)
        if end <= number:
            yield (end, number)
