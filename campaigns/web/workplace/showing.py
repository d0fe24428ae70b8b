"""What the templates of the workplace can say beside those of the public pages."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from flask import Flask

from campaigns.data import languages
from campaigns.domain.access import Permission
from campaigns.domain.languages import ui_languages
from campaigns.domain.lifecycle import DeliveryState, Stage, TextState
from campaigns.domain.times import SWEDEN
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import is_fresh

TONES = {
    Stage.DRAFT: "plain",
    Stage.BRIEFING: "wait",
    Stage.APPROVED: "wait",
    Stage.LIVE: "live",
    Stage.CLOSED: "plain",
    Stage.HELD: "stop",
    Stage.CANCELLED: "plain",
    Stage.WITHDRAWN: "stop",
}
DELIVERY_TONES = {
    DeliveryState.PLANNED: "wait",
    DeliveryState.ARMED: "wait",
    DeliveryState.SENDING: "wait",
    DeliveryState.LIVE: "live",
    DeliveryState.REFUSED: "stop",
    DeliveryState.UNKNOWN: "stop",
    DeliveryState.LATE: "stop",
    DeliveryState.HELD: "stop",
    DeliveryState.CANCELLED: "plain",
}
SIGNS = {"live": "✓", "wait": "…", "stop": "!", "plain": "–"}


def label(state: StrEnum) -> str:
    """What a state, role or kind is called."""
    return words().value(state)


def tone(state: StrEnum) -> str:
    """The colour and sign of a state: live, wait, stop or plain. Its word always stands beside."""
    if isinstance(state, DeliveryState):
        return DELIVERY_TONES[state]
    if isinstance(state, TextState):
        return "live" if state in {TextState.APPROVED, TextState.PUBLISHED} else "wait"
    return TONES[state] if isinstance(state, Stage) else "plain"


def until(instant: datetime) -> str:
    """How long until an instant, or since it: om 3 dagar, för 2 timmar sedan."""
    return words().until(instant, now())


def swedish_day(instant: datetime) -> str:
    """The day of an instant in Sweden, as a date field wants it."""
    return f"{instant.astimezone(SWEDEN):%Y-%m-%d}"


def swedish_hour(instant: datetime) -> str:
    """The hour and minute of an instant in Sweden, as a time field wants it."""
    return f"{instant.astimezone(SWEDEN):%H:%M}"


def choices(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Values with their labels, for a list to choose from."""
    return [(member.value, label(member)) for member in members]


def ui_choices() -> list[tuple[str, str]]:
    """The languages of the interface, each under its own name, for a list to choose from."""
    return [(tag, languages()[tag].autonym) for tag in ui_languages()]


def install(app: Flask) -> None:
    """Give the templates of the workplace their words."""
    app.jinja_env.globals.update(
        label=label,
        tone=tone,
        signs=SIGNS,
        until=until,
        now=now,
        is_fresh=is_fresh,
        swedish_day=swedish_day,
        swedish_hour=swedish_hour,
        choices=choices,
        ui_choices=ui_choices,
        may=Permission,
    )
