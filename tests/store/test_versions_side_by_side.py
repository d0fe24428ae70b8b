"""An upgrade under way: nodes of the version before go on writing while the tables are those of this one already.

It holds from revision 0002 on, the first that ran on several nodes.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from every_table import Row, made_rows, tables
from sqlalchemy import Engine, MetaData, Table, insert
from sqlmodel import SQLModel

from campaigns.store import migrations
from campaigns.store.engine import reading, writing

FIRST = "0002"


def revisions() -> list[str]:
    """Every revision from the first that counts to the one before the newest."""
    config = Config()
    config.set_main_option("script_location", str(next(iter(migrations.__path__))))
    known = ScriptDirectory.from_config(config).walk_revisions(FIRST, "head")
    return [script.revision for script in known][:0:-1]


def reflected(engine: Engine) -> MetaData:
    """The tables as they are in the database now."""
    found = MetaData()
    with reading(engine) as session:
        found.reflect(session.connection())
    return found


def tables_of(engine: Engine, revision: str) -> MetaData:
    """The tables of a revision, and the database at the newest one again."""
    migrations.downgrade(engine, revision)
    found = reflected(engine)
    migrations.upgrade(engine)
    return found


def added(old: MetaData, new: MetaData) -> Iterator[Any]:
    """The columns that came since, in tables that were there before."""
    for name, table in old.tables.items():
        for column in new.tables[name].columns:
            if column.name not in table.columns:
                yield column


def rows_of(old: Table) -> list[Row]:
    """Rows as a node of that version makes them: every column that it knows, and none that it does not."""
    model = SQLModel.metadata.tables[old.name]
    return [
        {name: value.value if isinstance(value, Enum) else value for name, value in row.items() if name in old.columns}
        for row in sorted(made_rows(model), key=lambda row: _points_within(model, row))
    ]


def _points_within(model: Table, row: Row) -> bool:
    """Rows that point to others of their own table come after these."""
    pointing = [column for column in model.columns if any(key.references(model) for key in column.foreign_keys)]
    return any(row[column.name] is not None for column in pointing)


def test_there_is_a_version_before() -> None:
    """Otherwise nothing below would be looked at."""
    assert revisions()[0] == FIRST
    assert migrations.head() not in revisions()


def test_whatever_was_added_may_be_left_out(engine: Engine) -> None:
    """Each column that came since is nullable or has a default in the database itself."""
    old = tables_of(engine, FIRST)
    found = list(added(old, reflected(engine)))
    assert found, "the migrations since added columns"
    assert [str(column) for column in found if not column.nullable and column.server_default is None] == []


@pytest.mark.parametrize("revision", revisions())
def test_what_a_node_of_that_version_writes_is_taken(engine: Engine, revision: str) -> None:
    """Its rows, with its own columns, in every table it knows; nothing that it knew was taken away or renamed."""
    old = tables_of(engine, revision)
    known = [old.tables[model.name] for model in tables() if model.name in old.tables]
    with writing(engine) as session:
        for table in known:
            session.connection().execute(insert(table), rows_of(table))
    with reading(engine) as session:
        for table in known:
            stored = session.connection().execute(table.select()).mappings().all()
            assert len(stored) == len(rows_of(table)), table.name
            assert set(stored[0]) == set(table.columns.keys())


def test_what_was_written_before_is_as_this_version_would_have_left_it(engine: Engine) -> None:
    """The defaults of new columns are those of the models, so an old row means what it meant."""
    old = tables_of(engine, FIRST)
    with writing(engine) as session:
        for model in tables():
            if model.name in old.tables:
                session.connection().execute(insert(old.tables[model.name]), rows_of(old.tables[model.name]))
    classes = {str(mapper.local_table): mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    with reading(engine) as session:
        for column in added(old, reflected(engine)):
            field = classes[column.table.name].model_fields[column.name]
            wanted = field.get_default(call_default_factory=True)
            model = SQLModel.metadata.tables[column.table.name]
            stored = session.connection().execute(model.select().with_only_columns(model.c[column.name])).scalars()
            assert all(value == wanted for value in stored), str(column)
