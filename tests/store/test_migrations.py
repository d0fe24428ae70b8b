"""Migrations: up and down with data in every table, and at the head exactly what the models say. On both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from every_table import contents, count, fill, made_rows, state_columns, tables
from sqlalchemy import Engine, inspect
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from campaigns.store import migrations
from campaigns.store.engine import make_engine, reading, writing


def table_names(engine: Engine) -> set[str]:
    """The tables that are there."""
    with reading(engine) as session:
        return set(inspect(session.connection()).get_table_names())


def test_up_and_down_and_up_again_with_data_in_every_table(engine: Engine) -> None:
    """Down to nothing leaves nothing behind, and the way up is free again."""
    fill(engine)
    migrations.downgrade(engine, "base")
    assert table_names(engine) <= {"alembic_version"}
    assert migrations.current(engine) is None
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.head()
    fill(engine)


def test_upgrading_what_is_up_to_date_changes_nothing(engine: Engine) -> None:
    """`db upgrade` may be run at any time."""
    fill(engine)
    before = contents(engine)
    migrations.upgrade(engine)
    assert contents(engine) == before


def test_the_models_say_exactly_what_the_newest_migration_made(engine: Engine) -> None:
    """Tables, columns, types, indexes and unique constraints; the CHECKs are looked at below."""
    with reading(engine) as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_foreign_keys_are_the_same_in_database_and_models(engine: Engine) -> None:
    """Every reference is one that the database itself keeps."""
    with reading(engine) as session:
        seen = inspect(session.connection())
        stored = {
            (each.name, *key["constrained_columns"], key["referred_table"])
            for each in tables()
            for key in seen.get_foreign_keys(each.name)
        }
    assert stored == {
        (each.name, key.parent.name, key.column.table.name) for each in tables() for key in each.foreign_keys
    }


def test_every_value_of_every_state_can_be_stored_and_read_again(engine: Engine) -> None:
    """The CHECK in the database knows all of them."""
    fill(engine)
    stored = contents(engine)
    for each, column, members in state_columns():
        assert {row[column.name] for row in stored[each.name]} == set(members), f"{each.name}.{column.name}"


@pytest.mark.parametrize("wrong", ["", "LIVE", "live ", "unheard of"])
def test_a_state_that_nobody_knows_is_refused_by_the_database_itself(engine: Engine, wrong: str) -> None:
    """Whatever writes there, and whatever it wrote past the models."""
    fill(engine)
    for each, column, _ in state_columns():
        with pytest.raises(IntegrityError), writing(engine) as session:
            session.connection().exec_driver_sql(f"UPDATE {each.name} SET {column.name} = '{wrong}'")  # noqa: S608 - our own names
    assert count() * len(tables()) == sum(map(len, contents(engine).values()))


def test_each_kind_of_state_has_its_check_in_each_table(engine: Engine) -> None:
    """By name, with exactly the enum's values in it."""
    with reading(engine) as session:
        seen = inspect(session.connection())
        for each, _, members in state_columns():
            checks = {check["name"]: check["sqltext"] for check in seen.get_check_constraints(each.name)}
            said = checks[f"{members.__name__.lower()}_known"]
            assert sorted(part for part in said.split("'")[1::2]) == sorted(member.value for member in members)


def test_an_empty_database_is_at_no_revision(tmp_path: Path) -> None:
    """So that a new one is told from one of another version."""
    engine = make_engine(f"sqlite:///{tmp_path}/new.sqlite3")
    assert migrations.current(engine) is None
    engine.dispose()


def test_the_row_factory_leaves_no_column_empty_everywhere() -> None:
    """Otherwise the tests that use it would prove less than they say."""
    for each in tables():
        rows = made_rows(each)
        assert all(any(row[column.name] is not None for row in rows) for column in each.columns), each.name
