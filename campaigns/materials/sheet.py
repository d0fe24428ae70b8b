"""What stands on a page, before anyone decides how it looks on paper, on a screen or in a word processor.

Every piece of prose carries its own language: a sheet in Arabic may hold a Swedish name, a sheet in Meänkieli Swedish
headings.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.languages import Language
from campaigns.materials.isolating import Run, plain
from campaigns.materials.kinds import Kind
from campaigns.materials.logos import Logo


class Style(StrEnum):
    """What a piece of prose is, so that each format can show it as such."""

    TEXT = "text"
    LEAD = "lead"  # the sentence that matters most
    HEADING = "heading"  # of a section
    SUBHEADING = "subheading"
    ITEM = "item"
    STEP = "step"
    QUOTE = "quote"
    BOXED = "boxed"  # an exercise
    WHO = "who"  # whose voice this is
    QUESTION = "question"
    SMALL = "small"


class Role(StrEnum):
    """What a section is for."""

    BODY = "body"
    BEGIN = "begin"  # how to begin
    TALK = "talk"  # questions to talk about
    HELP = "help"
    OWN = "own"  # what an organisation adds for its own place
    PAIRS = "pairs"
    MEETING = "meeting"
    HARD = "hard"
    VOICES = "voices"
    TABLE = "table"


@dataclass(frozen=True, kw_only=True)
class Prose:
    """A paragraph, heading or item in one language. `number` stands before a step."""

    style: Style = Style.TEXT
    runs: tuple[Run, ...]
    language: Language
    number: int | None = None

    @property
    def text(self) -> str:
        return plain(self.runs, self.language.direction)


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A way to get help: the number or address, large, and what one reaches there."""

    reach: Run
    says: Prose


@dataclass(frozen=True, kw_only=True)
class Pair:
    """What says the same in two languages, beside each other. The first stands where reading begins."""

    first: tuple[Prose, ...]
    second: tuple[Prose, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table."""

    cells: tuple[Prose, ...]
    head: bool = False


Element = Prose | Contact | Pair | Row


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a sheet under one heading."""

    role: Role
    heading: Prose | None = None
    elements: tuple[Element, ...]
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A whole document. `marks` say what it is not (an official text), `colophon` where it comes from.

    `logo` is that of the organisation whose edition it is.
    """

    kind: Kind
    language: Language
    easy: bool = False
    label: Prose
    title: Prose
    lead: Prose | None = None
    sections: tuple[Section, ...]
    embargo: tuple[Prose, ...] = ()
    marks: tuple[Prose, ...] = ()
    colophon: tuple[Prose, ...] = ()
    running: Prose  # at the foot of every page
    autonym: Prose
    qr_label: Prose | None = None
    address: str = ""
    logo: Logo | None = None

    def prose(self) -> Iterator[Prose]:
        """Every piece of prose on the sheet, in reading order."""
        yield from (
            *self.embargo,
            self.label,
            self.autonym,
            self.title,
            *([self.lead] if self.lead else []),
            *self.marks,
        )
        for section in self.sections:
            yield from [section.heading] if section.heading else []
            for element in section.elements:
                yield from _prose_in(element)
        yield from (*([self.qr_label] if self.qr_label else []), *self.colophon, self.running)


def _prose_in(element: Element) -> Iterator[Prose]:
    match element:
        case Prose():
            yield element
        case Contact():
            yield element.says
        case Pair():
            yield from (*element.first, *element.second)
        case Row():
            yield from element.cells
