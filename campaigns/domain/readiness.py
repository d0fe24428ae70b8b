"""Readiness: what each organisation has ready, whether it can go, what is missing, and who could mend it.

Only states come in and go out. Nothing here has read a text, so a partner's draft cannot leak through its readiness.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.domain.access import Permission
from campaigns.domain.release import ChannelKind


class Cell(StrEnum):
    """What an organisation has in one language."""

    READY = "ready"  # it leaves at T as it is
    WAITING = "waiting"  # written, and nobody has given consent
    WRITING = "writing"  # begun, and the checks find something
    STALE = "stale"  # the Swedish text it was made from has changed since
    MISSING = "missing"  # expected of this organisation, and not begun
    LEFT_OUT = "left_out"  # the police decided that the language is not part of this release
    NONE = "none"  # neither written nor expected


WORST_FIRST = (Cell.WRITING, Cell.STALE, Cell.WAITING, Cell.READY)
"""Of several texts in one language the one that needs most work decides."""


class Line(StrEnum):
    """How a channel answers."""

    ANSWERS = "answers"
    UNTRIED = "untried"  # nobody has asked it yet
    PAUSED = "paused"
    PROBLEM = "problem"  # it was asked, and something was wrong
    ABSENT = "absent"  # a message wants this kind, and the organisation has none


SILENT = frozenset({Line.PAUSED, Line.PROBLEM, Line.ABSENT})


class Lack(StrEnum):
    """What is missing, in the order in which it is mended."""

    TERMS = "terms"  # nobody has accepted the embargo terms
    BEGIN = "begin"  # no message is begun
    LANGUAGES = "languages"  # a language that is expected has no text
    WRITE = "write"  # the checks find something in a text
    REFRESH = "refresh"  # a translation is older than its Swedish text
    CONSENT = "consent"  # a written text waits for a yes
    NO_CHANNEL = "no_channel"  # a partner's message stands on the campaign's page and nowhere else
    CHANNEL = "channel"  # a channel is silent
    ONE_PERSON = "one_person"  # all hangs on one person


ADVICE = frozenset({Lack.ONE_PERSON})
"""What stops nothing by itself."""

MENDED_BY: Mapping[Lack, Permission] = {
    Lack.TERMS: Permission.READ_BRIEFING,
    Lack.BEGIN: Permission.WRITE_MATCHING,
    Lack.LANGUAGES: Permission.WRITE_MATCHING,
    Lack.WRITE: Permission.WRITE_MATCHING,
    Lack.REFRESH: Permission.WRITE_MATCHING,
    Lack.CONSENT: Permission.CONSENT,
    Lack.NO_CHANNEL: Permission.KEEP_ORGANISATION,
    Lack.CHANNEL: Permission.KEEP_ORGANISATION,
    Lack.ONE_PERSON: Permission.INVITE,
}


def mended_by(lack: Lack, *, is_police: bool) -> Permission:
    """What a person must be allowed to do to mend it. The police's own texts are core messages."""
    needed = MENDED_BY[lack]
    return Permission.EDIT_CORE if is_police and needed is Permission.WRITE_MATCHING else needed


class Verdict(StrEnum):
    """Go or no-go."""

    GO = "go"  # all that is expected leaves at T
    PARTLY = "partly"  # something leaves, something stays behind
    NO_GO = "no_go"  # nothing leaves, or the police's own messages are not whole


@dataclass(frozen=True, kw_only=True)
class Written:
    """The state of one text: `sound` if no check stops it, `agreed` if its organisation said yes."""

    language: str
    sound: bool
    stale: bool
    agreed: bool

    @property
    def cell(self) -> Cell:
        """What it is worth on the board."""
        if not self.sound:
            return Cell.WRITING
        if self.stale:
            return Cell.STALE
        return Cell.READY if self.agreed else Cell.WAITING


@dataclass(frozen=True, kw_only=True)
class Standing:
    """All that is known of one organisation in one campaign.

    `messages` are the texts of each message it answers with (for the police: each core message, also one without any).
    """

    is_police: bool
    messages: Sequence[Sequence[Written]] = ()
    works_in: Collection[str] = ()
    channels: Sequence[tuple[ChannelKind, Line]] = ()
    members: int = 0
    accepted: int = 0


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """An organisation on the board: a cell a language, what is missing with the languages it concerns, the verdict."""

    cells: Mapping[str, Cell]
    lacks: tuple[tuple[Lack, tuple[str, ...]], ...]
    verdict: Verdict
    texts_ready: int = field(default=0)
    texts_wanted: int = field(default=0)

    @property
    def waits(self) -> bool:
        """Whether somebody there should do something before T."""
        return any(lack not in ADVICE for lack, _ in self.lacks)


def assess(standing: Standing, *, languages: Sequence[str], left_out: Collection[str]) -> Assessed:
    """Judge one organisation. `languages` are the campaign's; those left out are nobody's lack."""
    cells = {tag: Cell.LEFT_OUT if tag in left_out else _cell(standing, tag, languages) for tag in languages}
    lacks = tuple(_lacks(standing, cells))
    counted = [cell for cell in cells.values() if cell not in {Cell.LEFT_OUT, Cell.NONE}]
    return Assessed(
        cells=cells,
        lacks=lacks,
        verdict=_verdict(standing, cells, lacks),
        texts_ready=counted.count(Cell.READY),
        texts_wanted=len(counted),
    )


def _cell(standing: Standing, tag: str, languages: Sequence[str]) -> Cell:
    found = [[text.cell for text in message if text.language == tag] for message in standing.messages]
    cells = {cell for message in found for cell in message}
    if standing.is_police and (not found or not all(found)):
        return Cell.MISSING
    if cells:
        return next(cell for cell in WORST_FIRST if cell in cells)
    return Cell.MISSING if tag in _expected(standing, languages) else Cell.NONE


def _expected(standing: Standing, languages: Sequence[str]) -> set[str]:
    """What a partner is expected to write: the languages it says it works in, and otherwise the campaign's first."""
    return set(standing.works_in) & set(languages) or set(languages[:1])


def _lacks(standing: Standing, cells: Mapping[str, Cell]) -> Iterable[tuple[Lack, tuple[str, ...]]]:
    if not standing.is_police and not standing.accepted:
        yield Lack.TERMS, ()
    begun = any(standing.messages)
    if not begun:
        yield Lack.BEGIN, ()
    of_texts = ((Lack.LANGUAGES, Cell.MISSING), (Lack.WRITE, Cell.WRITING), (Lack.REFRESH, Cell.STALE))
    for lack, state in (*of_texts, (Lack.CONSENT, Cell.WAITING)):
        tags = tuple(tag for tag, cell in cells.items() if cell is state)
        if tags and begun:
            yield lack, tags
    yield from _lacks_around(standing)


def _lacks_around(standing: Standing) -> Iterable[tuple[Lack, tuple[str, ...]]]:
    if not standing.channels and not standing.is_police:
        yield Lack.NO_CHANNEL, ()
    elif any(line in SILENT for _, line in standing.channels):
        yield Lack.CHANNEL, ()
    if standing.members < 2:
        yield Lack.ONE_PERSON, ()


def _verdict(standing: Standing, cells: Mapping[str, Cell], lacks: Sequence[tuple[Lack, tuple[str, ...]]]) -> Verdict:
    """The police go with every core message or not at all: the gate at approval is theirs.

    Without a channel of its own a partner's message still stands on the campaign's page, and so do the police's.
    """
    found = {lack for lack, _ in lacks} - ADVICE
    if not found:
        return Verdict.GO
    if standing.is_police and found & {Lack.BEGIN, Lack.LANGUAGES, Lack.WRITE}:
        return Verdict.NO_GO
    leaves = Cell.READY in cells.values() or standing.is_police
    return Verdict.PARTLY if leaves and Lack.TERMS not in found else Verdict.NO_GO


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The board in a few numbers, each as (so many, of so many)."""

    organisations: tuple[int, int]
    texts: tuple[int, int]
    channels: tuple[int, int]


def figures(rows: Sequence[tuple[Standing, Assessed]]) -> Figures:
    """How far everyone has come."""
    lines = [line for standing, _ in rows for _, line in standing.channels]
    return Figures(
        organisations=(sum(row.verdict is Verdict.GO for _, row in rows), len(rows)),
        texts=(sum(row.texts_ready for _, row in rows), sum(row.texts_wanted for _, row in rows)),
        channels=(lines.count(Line.ANSWERS), len(lines)),
    )
