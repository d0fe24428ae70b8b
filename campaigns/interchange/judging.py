"""An upload against the sheet it answers: what may be taken from it, or everything that is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from campaigns.domain.errors import N_, BadInput, Fault, Severity
from campaigns.domain.text_signs import forbidden_signs
from campaigns.interchange.sheets import Delivered, Delivery, Sheet, Unit, campaign_in, plain_lines, writable

MOST_ROWS = 2_000
_SHOWN = 60

WRONG_CAMPAIGN = N_(
    "This file belongs to another campaign. Upload it there, or choose the file that you downloaded for this one."
)
WRONG_TARGET = N_(
    "This file is for the language {found} and here {wanted} is expected. Upload it on the page of its language."
)
WRONG_SOURCE = N_("This file is translated from {found} and here {wanted} is the source. Choose another file.")
NO_KEY = N_("The key is missing here, so nobody can tell which text this is. Copy it from the file you downloaded.")
UNKNOWN_KEY = N_(
    "The key {key} belongs to no text of this campaign. Keys must stay as they were in the file you downloaded; "
    "if the text was removed, delete this row."
)
DOUBLED_KEY = N_("This text stands in the file twice, first on line {first}. Keep one of the two.")
STALE = N_(
    "The Swedish text was changed after this file was made. Download a new file, check what changed, and move the "
    "translation over."
)
TOO_MANY_ROWS = N_("The file holds more than {most} rows. Keep only the rows that you downloaded.")
NOTHING = N_("No translation stands in this file. Write at least one and upload it again.")
SOURCE_EDITED = N_(
    "The Swedish text was changed in this file. Only the translation was read; the Swedish stays as it is."
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """One row of an upload, as it stands there, and what its reader had to object to."""

    reference: str
    source: str
    translation: str
    line: int | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What a file says of itself; empty where it says nothing."""

    label: str = ""
    source: str = ""
    target: str = ""
    line: int | None = None


@dataclass(kw_only=True)
class Upload:
    """A whole file as a reader of its format found it."""

    headings: list[Heading] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)


def judge(upload: Upload, sheet: Sheet) -> Delivery:
    """What the upload brings. Raises BadInput with every fault; a file of another campaign has only that one."""
    elsewhere = list(_elsewhere(upload.headings, sheet))
    if elsewhere:
        raise BadInput(elsewhere)
    if len(upload.found) > MOST_ROWS:
        raise BadInput([Fault(message=TOO_MANY_ROWS, facts={"most": MOST_ROWS})])
    faults = [*_other_languages(upload.headings, sheet), *_faults(upload.found, sheet)]
    rows = tuple(_delivered(upload.found, sheet))
    if not faults and not rows:
        faults = [Fault(message=NOTHING)]
    if any(fault.severity is Severity.ERROR for fault in faults):
        raise BadInput(sorted(faults, key=lambda fault: fault.line or 0))
    brought = {row.key for row in rows}
    empty = tuple(unit.key for unit in sheet.units if unit.key not in brought)
    return Delivery(rows=rows, empty=empty, warnings=tuple(faults))


def _elsewhere(headings: Sequence[Heading], sheet: Sheet) -> Iterator[Fault]:
    for heading in headings:
        if campaign_in(heading.label) not in {None, sheet.campaign_id}:
            yield Fault(message=WRONG_CAMPAIGN, line=heading.line)


def _other_languages(headings: Sequence[Heading], sheet: Sheet) -> Iterator[Fault]:
    for heading in headings:
        for message, found, wanted in (
            (WRONG_SOURCE, heading.source, sheet.source.tag),
            (WRONG_TARGET, heading.target, sheet.target.tag),
        ):
            if found and found.replace("_", "-").casefold() != wanted.casefold():
                yield Fault(message=message, line=heading.line, facts={"found": shown(found), "wanted": wanted})


def _faults(found: Sequence[Found], sheet: Sheet) -> Iterator[Fault]:
    first: dict[str, Found] = {}
    for row in found:
        key, _, seal = row.reference.strip().partition(":")
        unit = sheet.by_key.get(key)
        place = called(unit) if unit else ""
        for fault in (*row.faults, *_objections(row, unit, seal, first.get(key))):
            yield replace(fault, line=row.line, field=place)
        first.setdefault(key, row)


def _objections(row: Found, unit: Unit | None, seal: str, earlier: Found | None) -> Iterator[Fault]:
    if unit is None:
        known_by = row.reference.strip()
        yield Fault(message=UNKNOWN_KEY, facts={"key": shown(known_by)}) if known_by else Fault(message=NO_KEY)
    elif earlier is not None:
        yield Fault(message=DOUBLED_KEY, facts={"first": earlier.line})
    elif seal != unit.seal:
        yield Fault(message=STALE)
    elif row.source.split() != writable(unit.source).split():
        yield Fault(message=SOURCE_EDITED, severity=Severity.WARNING)
    yield from forbidden_signs(plain_lines(row.translation), "")


def _delivered(found: Sequence[Found], sheet: Sheet) -> Iterator[Delivered]:
    for row in found:
        unit = sheet.by_key.get(row.reference.strip().partition(":")[0])
        if unit is not None and row.translation.strip():
            translation = plain_lines(row.translation)
            yield Delivered(key=unit.key, source_hash=unit.source_hash, translation=translation, line=row.line)


def called(unit: Unit) -> str:
    """What a person knows the unit as."""
    return unit.title or unit.key


def shown(text: str) -> str:
    """A piece of a file as it may stand in a sentence: short, and with nothing invisible in it."""
    visible = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text.strip())
    return visible if len(visible) <= _SHOWN else visible[: _SHOWN - 1] + "…"
