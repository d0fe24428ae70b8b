"""What the signed-in pages are built of, and which addresses are theirs."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from campaigns.settings import Settings
from campaigns.work.workplace import Workplace

KEY = "samklang.workplace"
BEHIND_LOGIN = ("/arbete", "/logga-in", "/logga-ut", "/inbjudan", "/forsta-start", "/kalender")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The workplace that the tasks are given, and the settings it was opened with."""

    place: Workplace
    settings: Settings


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast("Parts", current_app.extensions[KEY])


def place() -> Workplace:
    """The workplace, as every task wants it."""
    return parts().place


def is_behind_login(path: str) -> bool:
    """Whether an address belongs to people with an account: it has a session, and no cache may keep it."""
    return any(path == start or path.startswith(f"{start}/") for start in BEHIND_LOGIN)
