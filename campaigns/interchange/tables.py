"""What the tables have in common: a row of headings, then a row a unit with reference, source, translation, notes.

The first heading is the sheet's label. The headings of the two languages begin with their tags.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.domain.errors import N_, BadInput, Fault
from campaigns.interchange.judging import Found, Heading, Upload
from campaigns.interchange.sheets import Sheet, Unit, campaign_in

HEADINGS_LOST = N_(
    "The first row is not the one with which the file was made, so nobody can tell what its columns hold. "
    "Copy your translations into a fresh file."
)
COLUMNS_LOST = N_("This row has fewer than three columns. It needs its key, the Swedish text and the translation.")

KEY, SOURCE, TRANSLATION, NOTES = range(4)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as it was read; `faults` are those of its cells."""

    line: int
    cells: tuple[str, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it that anybody could miss."""
        return not self.faults and not any(cell.strip() for cell in self.cells)


def headings(sheet: Sheet) -> tuple[str, str, str, str]:
    """The first row of every table."""
    source, target = sheet.source, sheet.target
    return (sheet.label, f"{source.tag} · {source.autonym}", f"{target.tag} · {target.autonym}", "info")


def notes_of(unit: Unit) -> str:
    """What the last column tells of a unit."""
    return "\n".join(line for line in (unit.title, *unit.notes) if line)


def upload_of(rows: Sequence[Row]) -> Upload:
    """The upload that a table is. Raises BadInput if its headings are gone."""
    told = [row for row in rows if not row.is_blank]
    if not told or campaign_in(told[0].cells[KEY]) is None:
        raise BadInput([Fault(message=HEADINGS_LOST, line=told[0].line if told else None)])
    first = told[0]
    source, target = (" ".join(first.cells[place : place + 1]).partition(" ")[0] for place in (SOURCE, TRANSLATION))
    heading = Heading(label=first.cells[KEY], source=source, target=target, line=first.line)
    repeated = first.cells[KEY].strip()
    return Upload(headings=[heading], found=[_found(row) for row in told[1:] if row.cells[KEY].strip() != repeated])


def _found(row: Row) -> Found:
    short = (Fault(message=COLUMNS_LOST),) if len(row.cells) <= TRANSLATION else ()
    cells = (*row.cells, "", "", "")
    return Found(
        reference=cells[KEY].strip(),
        source=cells[SOURCE],
        translation=cells[TRANSLATION],
        line=row.line,
        faults=(*row.faults, *short),
    )
