"""Rows for every table there is, made from the tables themselves, so that a new table or column cannot be forgotten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, DateTime, Engine, Enum, Integer, LargeBinary, Table, TypeDecorator, insert
from sqlmodel import SQLModel

from campaigns.store.engine import reading, writing

START = datetime(2026, 12, 14, 5, 0, 0, 1, tzinfo=UTC)
Row = dict[str, Any]


def tables() -> list[Table]:
    """Every table, those that others point to first."""
    return SQLModel.metadata.sorted_tables


def state_columns() -> Iterator[tuple[Table, Column[Any], type[StrEnum]]]:
    """Every column that holds one of an enum's values."""
    for each in tables():
        for column in each.columns:
            if isinstance(column.type, Enum):
                yield each, column, _members(column)


def _members(column: Column[Any]) -> type[StrEnum]:
    assert isinstance(column.type, Enum)
    members = column.type.enum_class
    assert members is not None
    assert issubclass(members, StrEnum)
    return members


def count() -> int:
    """Rows a table: enough for every value of every enum, and even."""
    most = max(len(members) for _, _, members in state_columns())
    return most + most % 2


def made_rows(each: Table) -> list[Row]:
    """As many rows as `count`; every second one has nothing in what may be empty."""
    return [{column.name: _value(each, column, number) for column in each.columns} for number in range(count())]


def _value(each: Table, column: Column[Any], number: int) -> object:
    if column.nullable and number % 2:
        return None
    for key in column.foreign_keys:
        # within its own table, a row points to a later one that points to none: the order must not matter
        target = number + 1 if key.references(each) else number
        return _value(key.column.table, key.column, target)
    return _plain(each, column, number)


def _plain(each: Table, column: Column[Any], number: int) -> object:  # noqa: PLR0911 - one answer a type
    kind = column.type
    if isinstance(kind, Enum):
        members = list(_members(column))
        return members[number % len(members)]
    if isinstance(kind, JSON):
        return {"språk": ["sv", "العربية", number], "tomt": None}
    if isinstance(kind, Boolean):
        return number % 3 == 0
    if isinstance(kind, Integer):
        return number + 1
    if isinstance(kind, LargeBinary):
        return bytes([0, 255, number])
    if isinstance(kind, TypeDecorator) and isinstance(kind.impl_instance, DateTime):
        return START + timedelta(hours=number, microseconds=number)
    return f"{each.name}.{column.name} {number} åäö “\u202e" + ("\n'" if not column.primary_key else "")


def fill(engine: Engine) -> int:
    """Store the rows in every table; gives how many there are in all."""
    stored = 0
    with writing(engine) as session:
        for each in tables():
            found = made_rows(each)
            pointing = [column for column in each.columns if any(key.references(each) for key in column.foreign_keys)]
            found.sort(key=lambda row: any(row[column.name] is not None for column in pointing))
            session.connection().execute(insert(each), found)
            stored += len(found)
    return stored


def contents(engine: Engine) -> dict[str, list[Row]]:
    """Everything that is stored, table by table, in the order of the primary keys."""
    with reading(engine) as session:
        return {
            each.name: sorted(
                (dict(row) for row in session.connection().execute(each.select()).mappings()),
                key=lambda row: tuple(str(row[column.name]) for column in each.primary_key),
            )
            for each in tables()
        }
