"""Lengths of time on the command line: 20s, 2m, 1h."""

import re
from datetime import timedelta

import click

from campaigns.cli.words import WORDS, _

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


class Duration(click.ParamType[timedelta]):
    """A whole number and a unit."""

    name = "duration"

    def __init__(self, least: timedelta = timedelta(seconds=1)) -> None:
        self._least = least

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read one; anything else is wrong use."""
        if isinstance(value, timedelta):
            return value
        written = re.fullmatch(r"([1-9][0-9]{0,4})([smh])", value)
        if written is None:
            self.fail(_("{value} is not a length of time such as 20s, 2m or 1h.").format(value=value), param, ctx)
        length = timedelta(**{_UNITS[written[2]]: int(written[1])})
        if length < self._least:
            self.fail(
                _("{value} is too short. At least {least} are needed.").format(
                    value=value, least=WORDS.span(self._least)
                ),
                param,
                ctx,
            )
        return length
