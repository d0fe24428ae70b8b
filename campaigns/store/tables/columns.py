"""Kinds of columns that several tables share."""

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum
from sqlmodel import Field


def one_of(states: type[StrEnum]) -> Enum:
    """Text that must be one of the states; the database refuses any other with a CHECK."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=f"{states.__name__.lower()}_known",
        values_callable=lambda members: [member.value for member in members],
    )


def words() -> Any:
    """A list of short strings, kept as JSON, empty by default."""
    return Field(default_factory=list, sa_type=JSON)
