"""What the pages of administration share: they are there for stewards and for nobody else."""

from flask import Blueprint, request

from campaigns import data
from campaigns.domain.access import Permission
from campaigns.web.workplace.desk import must, workplace_blueprint


def steward_blueprint(name: str, import_name: str, permission: Permission) -> Blueprint:
    """Pages below /arbete for whoever holds a permission. For anyone else they do not exist."""
    blueprint = workplace_blueprint(name, import_name)
    blueprint.before_request(lambda: must(permission))
    return blueprint


def asked_number(name: str) -> int | None:
    """A number in the address, such as a page; None for anything else."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isdecimal() and len(asked) < 10 else None


def place_choices() -> list[tuple[str, str]]:
    """Every place with its name, for a list to choose from."""
    places = data.places()
    return [(code, places.name(code)) for code in places.names()]


def language_choices() -> list[tuple[str, str]]:
    """Every language with its Swedish name and its own, for a list to choose from."""
    return [(tag, f"{row.swedish} · {row.autonym}") for tag, row in data.languages().items()]
