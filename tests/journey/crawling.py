"""Every address the web has, made from its URL map, so that a new route cannot be forgotten."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from werkzeug.routing import Map

ARGUMENT = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
NONSENSE = "finns-inte"


class UnknownArgument(AssertionError):
    """A route asks for something this crawl cannot make up: teach it, so that the route is crawled too."""


def addresses(routes: Map, values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Every address with every combination of plausible values, each with its twin: the same with nonsense in it."""
    for rule in routes.iter_rules():
        names = ARGUMENT.findall(rule.rule)
        for name in names:
            if name not in values:
                raise UnknownArgument(f"{rule.rule} asks for {name}: give it plausible values here")
        for chosen in product(*(values[name] for name in names)):
            facts = dict(zip(names, chosen, strict=True))
            yield _filled(rule.rule, facts), _filled(rule.rule, dict.fromkeys(names, NONSENSE))


def _filled(rule: str, facts: Mapping[str, str]) -> str:
    return ARGUMENT.sub(lambda found: facts[found[1]], rule)
