"""Every address the web has, made from its URL map, so that a new route cannot be forgotten."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from werkzeug.routing import Map

ARGUMENT = re.compile(r"<(?:[^<>:]+:)?([^<>]+)>")
SPOKEN = re.compile(r"<interface:([^<>]+)>")
"""A language that the interface speaks: everybody may know which there are."""
NONSENSE = "finns-inte"
STEPS = {"sign": ["pausa"], "choice": ["klar"], "file_format": ["xlf"], "sort": ["bild"]}
"""Words that an address of the workplace has a fixed choice of; nonsense in their place is another address."""
BY_ID = (
    "campaign_id",
    "message_id",
    "text_id",
    "upload_id",
    "edition_id",
    "edition",
    "delivery_id",
    "organisation_id",
    "member_id",
    "channel_id",
    "question_id",
    "invitation_id",
    "session_id",
    "passkey_id",
    "term_id",
    "assignment_id",
    "remark_id",
    "version",
    "number",
    "token",
)
"""What else the addresses of the workplace ask for. They are random; here they are whatever one suspects."""


class UnknownArgument(AssertionError):
    """A route asks for something this crawl cannot make up: teach it, so that the route is crawled too."""


def addresses(routes: Map, values: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Every address with every combination of plausible values, each with its twin: the same with nonsense in it."""
    for rule in routes.iter_rules():
        names, spoken = ARGUMENT.findall(rule.rule), SPOKEN.findall(rule.rule)
        for name in names:
            if name not in values:
                raise UnknownArgument(f"{rule.rule} asks for {name}: give it plausible values here")
        for chosen in product(*(values[name] for name in names)):
            facts = dict(zip(names, chosen, strict=True))
            twin = {name: facts[name] if name in {*STEPS, *spoken} else NONSENSE for name in names}
            yield _filled(rule.rule, facts), _filled(rule.rule, twin)


def _filled(rule: str, facts: Mapping[str, str]) -> str:
    return ARGUMENT.sub(lambda found: facts[found[1]], rule)


def behind_login(ids: Sequence[str]) -> dict[str, Sequence[str]]:
    """Values for the addresses of the workplace: these ids wherever one is asked for."""
    return dict(STEPS) | dict.fromkeys(BY_ID, ids)
