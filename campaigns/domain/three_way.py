"""Two people's edits of one text, brought together from the version that both began with.

Edits are joined where at least one untouched word stands between them. Where they meet, a person decides: a machine
that guesses what a sentence under embargo shall say is worse than none.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from campaigns.domain.word_diff import Change, changes, words_of


@dataclass(frozen=True)
class Conflict:
    """A place both edited in different ways: what stood there, and what each made of it."""

    base: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """Both edits together: words that are agreed on, and between them the places where somebody must choose."""

    parts: tuple[str | Conflict, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(part for part in self.parts if isinstance(part, Conflict))

    @property
    def text(self) -> str | None:
        """The merged text, or None while somebody must choose."""
        return None if self.conflicts else self.taking_mine

    @property
    def taking_mine(self) -> str:
        """Both edits, and mine where they meet."""
        return "".join(part.mine if isinstance(part, Conflict) else part for part in self.parts)

    @property
    def taking_theirs(self) -> str:
        """Both edits, and theirs where they meet."""
        return "".join(part.theirs if isinstance(part, Conflict) else part for part in self.parts)


@dataclass(frozen=True)
class _Side:
    words: Sequence[str]
    edits: Sequence[Change]

    def within(self, start: int, end: int) -> str:
        """What this side made of base[start:end], which cuts none of its edits."""
        return "".join(self.words[self._place(start, after=False) : self._place(end, after=True)])

    def _place(self, at: int, *, after: bool) -> int:
        """Where a place of the base is found here; an edit that only adds there lies before it if `after`."""
        passed = [edit for edit in self.edits if edit.end < at or (edit.end == at and (after or edit.start < at))]
        return passed[-1].new_end + at - passed[-1].end if passed else at


def three_way(base: str, mine: str, theirs: str) -> Merged:
    """The two edits of `base` in one text. Whose edit is which makes no difference but in the names of a conflict."""
    words = words_of(base)
    sides = [_Side(after, changes(words, after)) for after in (words_of(mine), words_of(theirs))]
    return Merged(tuple(part for part in _parts(words, *sides) if part != ""))


def _parts(words: Sequence[str], mine: _Side, theirs: _Side) -> Iterator[str | Conflict]:
    at = 0
    for start, end in _hunks(words, mine, theirs):
        yield "".join(words[at:start])
        base, here, there = "".join(words[start:end]), mine.within(start, end), theirs.within(start, end)
        if there in (here, base):
            yield here
        elif here == base:
            yield there
        else:
            yield Conflict(base=base, mine=here, theirs=there)
        at = end
    yield "".join(words[at:])


def _hunks(words: Sequence[str], *sides: _Side) -> list[tuple[int, int]]:
    """Where the base was edited by either; edits with no whole word between them are one."""
    found: list[tuple[int, int]] = []
    for edit in sorted((edit for side in sides for edit in side.edits), key=lambda edit: (edit.start, edit.end)):
        if found and not any(word[0].isalnum() for word in words[found[-1][1] : edit.start]):
            found[-1] = (found[-1][0], max(found[-1][1], edit.end))
        else:
            found.append((edit.start, edit.end))
    return found
