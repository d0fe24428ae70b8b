"""How a command says what it has to say: sentences for people, JSON for programs, tables, progress, and errors."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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


def complain_of_file(error: OSError) -> None:
    """A file that cannot be read or written, to standard error."""
    reason = error.strerror or str(error)
    sentence = _("{file} cannot be used: {reason}. Nothing was changed there.") if error.filename else "{reason}"
    click.echo(sentence.format(file=error.filename, reason=reason), err=True)


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
    drawn = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for column in columns:
        drawn.add_column(column, overflow="fold")  # an address that is cut short cannot be copied
    for row in rows:
        drawn.add_row(*row)
    console().print(drawn)


@contextmanager
def working(sentence: str) -> Iterator[None]:
    """Show that something goes on, on standard error and only where that is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True).status(sentence):
        yield


def console() -> Console:
    """The terminal, or a plain stream of 120 columns."""
    return Console() if sys.stdout.isatty() else Console(width=120, no_color=True)


def milliseconds(value: float | None) -> str:
    """Milliseconds from T as people read them."""
    return "–" if value is None else f"{WORDS.number(round(value, 1))} ms"
