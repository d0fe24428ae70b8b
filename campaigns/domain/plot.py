"""Where the dots of a release stand: one for each delivery, by how long after T it left. Pure geometry.

Along the line of time in percent of the width, to fit any screen; across it in pixels, to keep dots round.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, copysign, floor, log10

_LEFT, _RIGHT = 4.0, 95.0
_COLUMN = 2.6  # percent of the width that a dot takes on a narrow screen
_HEIGHT, _TOP, _ROW = 132, 10, 11.0
_MOST_TICKS = 5


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One delivery: `x` in percent, `y` in pixels from the top, `ms` milliseconds after T."""

    x: float
    y: float
    ms: float


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A mark on the line of time."""

    x: float
    ms: float


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Everything to draw. `lift_x` is where T stands; `is_stretched`: time goes by powers of ten."""

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    lift_x: float
    height: int
    is_stretched: bool


def plot(offsets: Iterable[float]) -> Plot:
    """The plot of deliveries that left so many milliseconds after T; a negative one would have left before it.

    Where the last took far longer than most, time is drawn by powers of ten: otherwise all others would be one blot.
    """
    ordered = sorted(offsets)
    stretched = bool(ordered) and ordered[-1] > 20 * max(ordered[len(ordered) // 2], 1.0)
    marks = _powers(ordered) if stretched else _even(ordered)
    least, most = _along(min([0.0, *ordered]), stretched), _along(marks[-1], stretched)

    def x(ms: float) -> float:
        return round(_LEFT + (_along(ms, stretched) - least) / (most - least) * (_RIGHT - _LEFT), 2)

    return Plot(
        dots=tuple(_stacked([(x(ms), ms) for ms in ordered])),
        ticks=tuple(Tick(x=x(ms), ms=ms) for ms in marks),
        lift_x=x(0),
        height=_HEIGHT,
        is_stretched=stretched,
    )


def _along(ms: float, stretched: bool) -> float:  # noqa: FBT001 - which of two scales, and nothing else
    return copysign(log10(1 + abs(ms)), ms) if stretched else ms


def _even(ordered: Sequence[float]) -> list[float]:
    """Round figures with equal steps, from T to beyond the last."""
    most = max([1.0, *ordered])
    power = 10.0 ** floor(log10(most / (_MOST_TICKS - 1)))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power * (_MOST_TICKS - 1) >= most)
    return [step * number for number in range(ceil(most / step) + 1)]


def _powers(ordered: Sequence[float]) -> list[float]:
    """T and powers of ten, no more of them than can be read, the last beyond everything."""
    last = ceil(log10(max(ordered[-1], 10.0)))
    every = ceil((last + 1) / (_MOST_TICKS - 1))
    return [0.0, *sorted(10.0**power for power in range(last, -1, -every))]


def _stacked(places: Sequence[tuple[float, float]]) -> Iterable[Dot]:
    """Dots that would cover each other stand above each other, closer where there are many."""
    columns = [int(x / _COLUMN) for x, _ in places]
    row = min(_ROW, (_HEIGHT - 2 * _TOP) / max([1, *Counter(columns).values()]))
    seen: Counter[int] = Counter()
    for (x, ms), column in zip(places, columns, strict=True):
        yield Dot(x=x, y=round(_HEIGHT - _TOP - row * seen[column], 1), ms=ms)
        seen[column] += 1
