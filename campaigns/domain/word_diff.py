"""What changed between two texts, word by word, so that a person sees it at a glance.

First whole lines that stayed are found, then words within the lines that did not. The search is Myers' (1986): its cost
grows with how much differs, so it is given up where that is too much to be worth reading; then all of it changed.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

SAME, ADDED, GONE = "same", "added", "gone"

_MOST_CHANGES = 400  # words added and taken away within one stretch
_MOST_WORDS = 20_000  # in both texts; four times the longest text that is published
# Scripts that set no spaces between words: Thai and Lao, Burmese, Khmer, kana, Chinese. There every sign is a word.
_UNSPACED_SCRIPTS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
_WORD, _UNSPACED, _MARK, _SPACE, _LINE, _SIGN = "word", "unspaced", "mark", "space", "line", "sign"
_RUNS = frozenset({_WORD, _SPACE})
_LETTERS = frozenset({_WORD, _UNSPACED})


@dataclass(frozen=True)
class Change:
    """A stretch of words that was replaced: old[start:end] became new[new_start:new_end]. Either may be empty."""

    start: int
    end: int
    new_start: int
    new_end: int


def word_diff(old: str, new: str) -> list[tuple[str, str]]:
    """The texts woven together as (kind, words), where kind is "same", "added" or "gone"; what is gone comes first.

    Joining what is the same and added gives `new`, joining what is the same and gone gives `old`, to the last blank.
    """
    before, after = words_of(old), words_of(new)
    return [(kind, joined) for kind, joined in _woven(before, after) if joined]


def _woven(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    at = 0
    for change in changes(before, after):
        yield SAME, "".join(before[at : change.start])
        yield GONE, "".join(before[change.start : change.end])
        yield ADDED, "".join(after[change.new_start : change.new_end])
        at = change.end
    yield SAME, "".join(before[at:])


def words_of(text: str) -> list[str]:
    """The words, the signs between them and the white space, in order; joined they are the text again."""
    found: list[str] = []
    last = ""
    for sign in text:
        kind = _kind(sign)
        if kind == last in _RUNS or (kind == _MARK and last in _LETTERS):
            found[-1] += sign
        else:
            found.append(sign)
            last = kind
    return found


def _kind(sign: str) -> str:
    if sign == "\n":
        return _LINE
    if sign.isspace():
        return _SPACE
    category = unicodedata.category(sign)
    if category[0] == "M" or category == "Cf":
        return _MARK  # belongs to the letter before it
    if category[0] not in "LN":
        return _SIGN
    return _UNSPACED if any(first <= ord(sign) <= last for first, last in _UNSPACED_SCRIPTS) else _WORD


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """What was replaced, in order. Two replacements have at least one whole word between them."""
    if len(old) + len(new) > _MOST_WORDS:
        return [Change(0, len(old), 0, len(new))] * (list(old) != list(new))
    return _apart(old, list(_by_line(old, new)))


def _by_line(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    old_lines, new_lines = _lines(old), _lines(new)
    stayed = _pairs([_line(old, span) for span in old_lines], [_line(new, span) for span in new_lines])
    at, new_at = 0, 0
    for line, new_line in [*stayed, (len(old_lines), len(new_lines))]:
        start = old_lines[line][0] if line < len(old_lines) else len(old)
        new_start = new_lines[new_line][0] if new_line < len(new_lines) else len(new)
        stretch = Change(at, start, new_at, new_start)
        yield from _within(stretch, _pairs(old[at:start], new[new_at:new_start]))
        if line < len(old_lines):
            at, new_at = old_lines[line][1], new_lines[new_line][1]


def _lines(words: Sequence[str]) -> list[tuple[int, int]]:
    """Where each line that says something starts and ends; empty lines tell nothing of what belongs together."""
    ends = [at + 1 for at, word in enumerate(words) if word == "\n"]
    spans = zip([0, *ends], [*ends, len(words)], strict=True)
    return [span for span in spans if any(map(_says_something, words[span[0] : span[1]]))]


def _line(words: Sequence[str], span: tuple[int, int]) -> str:
    return "".join(words[span[0] : span[1]])


def _within(stretch: Change, pairs: Iterable[tuple[int, int]]) -> Iterator[Change]:
    """The replacements between words that stayed; `pairs` count from where the stretch starts."""
    at, new_at = stretch.start, stretch.new_start
    stayed = [(stretch.start + before, stretch.new_start + after) for before, after in pairs]
    for before, after in [*stayed, (stretch.end, stretch.new_end)]:
        if at < before or new_at < after:
            yield Change(at, before, new_at, after)
        at, new_at = before + 1, after + 1


def _apart(old: Sequence[str], found: Sequence[Change]) -> list[Change]:
    """Replacements with no word between them are one: "a b" for "c d" is read as a whole."""
    joined: list[Change] = []
    for change in found:
        if joined and not any(map(_says_something, old[joined[-1].end : change.start])):
            before = joined.pop()
            joined.append(Change(before.start, change.end, before.new_start, change.new_end))
        else:
            joined.append(change)
    return joined


def _says_something(word: str) -> bool:
    return any(sign.isalnum() for sign in word)


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which places in the two hold the same, both in order: as many as there can be, or few where too much differs."""
    least = min(len(old), len(new))
    head = next((at for at in range(least) if old[at] != new[at]), least)
    tail = next((at for at in range(least - head) if old[-1 - at] != new[-1 - at]), least - head)
    middle = _longest(old[head : len(old) - tail], new[head : len(new) - tail])
    ends = [(len(old) - at, len(new) - at) for at in range(tail, 0, -1)]
    return [(at, at) for at in range(head)] + [(head + one, head + other) for one, other in middle] + ends


def _longest(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest common subsequence, or nothing if that takes more than _MOST_CHANGES changes."""
    reached = {1: 0}
    trail: list[dict[int, int]] = []
    for changed in range(min(len(old) + len(new), _MOST_CHANGES) + 1):
        trail.append(dict(reached))
        for diagonal in range(-changed, changed + 1, 2):
            at = _next(reached, diagonal, changed)
            while at < len(old) and at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            reached[diagonal] = at
            if at >= len(old) and at - diagonal >= len(new):
                return _walked_back(trail, len(old), len(new))
    return []


def _next(reached: dict[int, int], diagonal: int, changed: int) -> int:
    """How far along the old words one comes on a diagonal by one more change: one added, or one taken away."""
    return reached[diagonal + 1] if _is_added(reached, diagonal, changed) else reached[diagonal - 1] + 1


def _walked_back(trail: Sequence[dict[int, int]], at: int, new_at: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for changed in range(len(trail) - 1, -1, -1):
        reached = trail[changed]
        start = _next(reached, at - new_at, changed)
        new_start = start - (at - new_at)
        while at > start and new_at > new_start:
            at, new_at = at - 1, new_at - 1
            pairs.append((at, new_at))
        if changed:
            added = _is_added(reached, at - new_at, changed)
            at, new_at = (start, new_start - 1) if added else (start - 1, new_start)
    return pairs[::-1]


def _is_added(reached: dict[int, int], diagonal: int, changed: int) -> bool:
    return diagonal == -changed or (diagonal != changed and reached[diagonal - 1] < reached[diagonal + 1])
