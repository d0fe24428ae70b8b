"""Lengths of time on the command line: 20s, 2m, 1h."""

import re
from datetime import timedelta

import click

from campaigns.cli.words import _

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


class Duration(click.ParamType[timedelta]):
    """A whole number and a unit."""

    name = "duration"

    def convert(self, value: str | timedelta, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read one; anything else is wrong use."""
        if isinstance(value, timedelta):
            return value
        written = re.fullmatch(r"([1-9][0-9]{0,4})([smh])", value)
        if written is None:
            self.fail(_("{value} is not a length of time such as 20s, 2m or 1h.").format(value=value), param, ctx)
        return timedelta(**{_UNITS[written[2]]: int(written[1])})


DURATION = Duration()
