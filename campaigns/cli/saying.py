"""How a command says what it has to say: sentences for people, JSON for programs, tables, progress, and errors."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from campaigns.cli.words import WORDS, _
from campaigns.domain.errors import N_, BadInput, Fault, SamklangError, Severity
from campaigns.domain.lifecycle import Stage
from campaigns.domain.receipt import written
from campaigns.i18n import say, say_fault


def tell(sentence: str, *, err: bool = False) -> None:
    """A line to standard output; with `err` to standard error, for what no pipe shall carry on."""
    click.echo(sentence, err=err)


def complain(error: SamklangError) -> None:
    """An error to standard error, in whole sentences."""
    if isinstance(error, BadInput):
        _complain_of_input(error)
    else:
        click.echo(say(error, WORDS), err=True)


def _complain_of_input(error: BadInput) -> None:
    """The errors first, then what is only worth a look. What has no place in an input is said without counting it."""
    errors = [fault for fault in error.faults if fault.severity is Severity.ERROR]
    notes = [fault for fault in error.faults if fault.severity is not Severity.ERROR]
    if not notes and [(fault.line, fault.field) for fault in errors] == [(None, "")]:
        click.echo(say_fault(errors[0], WORDS), err=True)
        return
    both = _("Faults in the input: {count}, notes: {notes}. Nothing was stored.")
    head = both.format(count=len(errors), notes=len(notes)) if notes else _head_of(error)
    click.echo("\n".join([head, *(say_fault(fault, WORDS) for fault in _by_line(errors))]), err=True)
    warn(_by_line(notes))


def _head_of(error: BadInput) -> str:
    return WORDS._(error.message, **error.facts)


def _by_line(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or sys.maxsize)


def complain_of_file(error: OSError) -> None:
    """A file that cannot be read or written, to standard error."""
    reason = error.strerror or str(error)
    sentence = _("{file} cannot be used: {reason}. Nothing was changed there.") if error.filename else "{reason}"
    click.echo(sentence.format(file=error.filename, reason=reason), err=True)


def tell_secrets(secrets: Mapping[str, str]) -> None:
    """The signing secrets of new webhooks by address. They are kept encrypted, and never shown again."""
    for address, secret in secrets.items():
        tell(_("Signing secret of {address}, shown this once: {secret}").format(address=address, secret=secret))


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
    """The terminal, or a plain stream of 120 columns. What is written between brackets or colons stands as it is."""
    if sys.stdout.isatty():
        return Console(markup=False, emoji=False)
    return Console(width=120, no_color=True, markup=False, emoji=False)


def when_and_until(instant: datetime, now: datetime) -> str:
    """An instant and how far away it is, both in the brackets of the zone."""
    return f"{WORDS.when(instant).removesuffix(')')}, {WORDS.until(instant, now)})"


# A table names a state by one word, where a sentence needs an article.
STAGE_WORDS = {Stage.DRAFT: N_("draft")}


def stage_word(stage: Stage) -> str:
    """A stage as it stands in a table or a list."""
    return WORDS._(STAGE_WORDS[stage]) if stage in STAGE_WORDS else WORDS.value(stage)


def milliseconds(value: float | None) -> str:
    """Milliseconds from T as people read them."""
    return "–" if value is None else f"{WORDS.number(round(value, 1))} ms"
