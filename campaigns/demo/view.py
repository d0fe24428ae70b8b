"""What the terminal shows: the time left, what is ready, and then each delivery as it lands. Calm: nothing blinks."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from campaigns.domain.errors import N_
from campaigns.i18n import Words

STYLES = {"live": "green", "sending": "yellow", "planned": "dim", "armed": "yellow"}
SIGNS = {"live": "✓", "sending": "…", "planned": "·", "armed": "○"}
MOST_ROWS = 18
READY = N_("{count} deliveries planned, {armed} armed and connected. Not a word is public yet.")
OUT = N_("{live} of {count} out")
COUNTDOWN = N_("The embargo is lifted {when}")


class View:
    """A live view in a terminal; in a file or a pipe, one plain line a change."""

    def __init__(self, words: Words, console: Console, *, lift_at: datetime, clock: Callable[[], datetime]) -> None:
        self._words, self._console, self._lift_at, self._now = words, console, lift_at, clock
        self._live = Live(console=console, auto_refresh=False) if console.is_terminal else None
        self._said = ""

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        if self._live:
            self._live.stop()

    def show(self, deliveries: Sequence[dict[str, Any]]) -> None:
        """Show where things stand."""
        line = self._line(deliveries)
        if self._live:
            self._live.update(Group(*self._drawn(line, deliveries)), refresh=True)
        elif line != self._said:
            self._console.print(line)
        self._said = line

    def _line(self, deliveries: Sequence[dict[str, Any]]) -> str:
        states = [delivery["state"] for delivery in deliveries]
        if self._now() < self._lift_at:
            return self._words._(READY).format(count=len(states), armed=states.count("armed"))
        return self._words._(OUT).format(live=states.count("live"), count=len(states))

    def _drawn(self, line: str, deliveries: Sequence[dict[str, Any]]) -> list[RenderableType]:
        before = self._now() < self._lift_at
        shown = self._readiness(deliveries) if before else self._landed(deliveries)
        return [self._clock(), Text(line, style="bold"), shown]

    def _clock(self) -> Text:
        left = (self._lift_at - self._now()).total_seconds()
        sign, seconds = ("T−", left) if left > 0 else ("T+", -left)
        counted = f"{sign}{int(seconds) // 60:02d}:{seconds % 60:04.1f}"
        said = self._words._(COUNTDOWN).format(when=self._words.when(self._lift_at))
        return Text.assemble((counted, "bold cyan" if left > 0 else "bold green"), "   ", said)

    def _readiness(self, deliveries: Sequence[dict[str, Any]]) -> Table:
        """One row an organisation: its languages, and how many deliveries of each channel are armed."""
        drawn = Table(show_header=False, show_edge=False, box=None, pad_edge=False)
        for organisation in sorted({one["organisation"] for one in deliveries}):
            own = [one for one in deliveries if one["organisation"] == organisation]
            ready = all(one["state"] == "armed" for one in own)
            sign = Text(SIGNS["armed" if ready else "planned"], style=STYLES["armed" if ready else "planned"])
            languages = sorted({one["language"] for one in own if one["language"]})
            drawn.add_row(sign, organisation, _counted(own), Text(" ".join(languages), style="dim"))
        return drawn

    def _landed(self, deliveries: Sequence[dict[str, Any]]) -> Table:
        drawn = Table(show_header=False, show_edge=False, box=None, pad_edge=False)
        landed = sorted(deliveries, key=lambda one: (one["sent_ms"] is None, one["sent_ms"] or 0.0))
        for one in landed[:MOST_ROWS]:
            sent = "" if one["sent_ms"] is None else f"+{self._words.number(one['sent_ms'])} ms"
            drawn.add_row(
                Text(SIGNS.get(one["state"], "!"), style=STYLES.get(one["state"], "red")),
                one["organisation"],
                one["channel"],
                one["event"],
                one["language"] or "",
                Text(sent, justify="right"),
            )
        more = len(landed) - MOST_ROWS
        if more > 0:
            drawn.add_row("", Text(f"+ {more}", style="dim"))
        return drawn


def _counted(deliveries: Sequence[dict[str, Any]]) -> str:
    """How many of each channel are armed: webhook 5/5, email 4/4."""
    counted = []
    for channel in sorted({one["channel"] for one in deliveries}):
        states = [one["state"] for one in deliveries if one["channel"] == channel]
        counted.append(f"{channel} {states.count('armed')}/{len(states)}")
    return ", ".join(counted)
