"""How a command says what it has to say: sentences for people, JSON for programs, tables, and errors."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from campaigns.cli.words import WORDS, _
from campaigns.domain.errors import Fault, SamklangError
from campaigns.domain.receipt import written
from campaigns.i18n import say, say_fault


def tell(sentence: str) -> None:
    """A line to standard output."""
    click.echo(sentence)


def complain(error: SamklangError) -> None:
    """An error to standard error, in whole sentences."""
    click.echo(say(error, WORDS), err=True)


def warn(faults: Iterable[Fault]) -> None:
    """Things worth a look, to standard error."""
    for fault in faults:
        click.echo(_("Note: {what}").format(what=say_fault(fault, WORDS)), err=True)


def as_json(value: Any) -> None:
    """A value as JSON to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return written(value)
    return value.value if isinstance(value, Enum) else str(value)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """A table to standard output, as wide as the terminal; without colours where there is none."""
    drawn = Table(*columns, title=title, title_justify="left", show_edge=False, pad_edge=False)
    for row in rows:
        drawn.add_row(*row)
    console().print(drawn)


def console() -> Console:
    """The terminal, or a plain stream of 120 columns."""
    return Console() if sys.stdout.isatty() else Console(width=120, no_color=True)


def milliseconds(value: float | None) -> str:
    """Milliseconds from T as people read them."""
    return "–" if value is None else f"{WORDS.number(round(value, 1))} ms"
