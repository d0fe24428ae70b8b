"""A consistent copy of the whole database in one SQLite file, from either kind of database, and back into either.

A restored copy does not publish until two people have armed it again: see `store/disarming.py`.
"""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    Engine,
    NullPool,
    Select,
    Table,
    create_engine,
    insert,
    inspect,
    literal,
    select,
    table,
)
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from campaigns.domain.errors import N_, SamklangError
from campaigns.store import migrations
from campaigns.store.disarming import disarm
from campaigns.store.engine import make_engine, reading, writing
from campaigns.store.new_files import new_file

ROWS_AT_ONCE = 500
LARGE_ROWS_AT_ONCE = 1  # of tables that say their rows are large, such as files of 25 MB
MIGRATED = "alembic_version"  # Alembic's own table
SQLITE_BEGINS = b"SQLite format 3\0"
DAMAGED = N_("it is damaged or was cut off, or is not a backup made by Samklang")


class BackupProblem(SamklangError):
    """A backup cannot be restored; nothing was changed."""

    message = N_("The backup cannot be used: {reason}")


class NotWritten(BackupProblem):
    """A backup cannot be made, and nothing is left of the attempt."""

    message = N_("The backup was not written: {reason}")


def backup(engine: Engine, file: Path) -> int:
    """Write a copy into a new file, read in one transaction. Returns the number of rows. Raises NotWritten."""
    with new_file(file, refused=NotWritten) as partial:
        return _written(engine, partial)


def _written(engine: Engine, partial: Path) -> int:
    copy = make_engine(f"sqlite:///{partial}")
    try:
        migrations.upgrade(copy)
        rows = _copy(engine, copy)
    finally:
        copy.dispose()
    with closing(sqlite3.connect(partial)) as connection:
        connection.execute(
            "PRAGMA journal_mode=DELETE"
        )  # one file alone, that can be read where nothing may be written
    return rows


def restore(file: Path, engine: Engine, *, now: datetime) -> int:
    """Fill an empty database from a copy; publishing is disarmed. Returns the number of rows. Raises BackupProblem.

    The file is only read, and the database is not touched before both are known to be right.
    """
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    copy = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool)
    _must_be_ours(file, copy)
    _must_be_empty(engine)
    migrations.upgrade(engine)
    return _copy(copy, engine, disarmed_at=now)


def _must_be_ours(file: Path, copy: Engine) -> None:
    if not file.exists():
        raise BackupProblem(reason=N_("the file does not exist"))
    if not file.is_file() or not _is_sound(copy):
        raise BackupProblem(reason=DAMAGED if _begins_like_one(file) else N_("it is not a backup made by Samklang"))
    if migrations.current(copy) != migrations.head():
        raise BackupProblem(
            reason=N_("it was made by another version of Samklang; restore it with that version, then upgrade")
        )


def _begins_like_one(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(SQLITE_BEGINS)) == SQLITE_BEGINS


def _is_sound(copy: Engine) -> bool:
    """Whether it is a whole SQLite file with our migrations in it, and not only begins like one."""
    try:
        with copy.connect() as connection:
            return connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok" and (
                MIGRATED in inspect(connection).get_table_names()
            )
    except DatabaseError:
        return False


def _must_be_empty(engine: Engine) -> None:
    with reading(engine) as session:
        names = set(inspect(session.connection()).get_table_names()) - {MIGRATED}
        if any(
            session.connection().execute(select(literal(1)).select_from(table(name)).limit(1)).first() for name in names
        ):
            raise BackupProblem(reason=N_("the database is not empty; restore into a new one"))


def _copy(source: Engine, target: Engine, *, disarmed_at: datetime | None = None) -> int:
    """Every row, table by table, in one reading and one writing transaction."""
    copied = 0
    with reading(source) as read, writing(target) as write:
        if source.dialect.name == "postgresql":
            read.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for each in SQLModel.metadata.sorted_tables:
            at_once = LARGE_ROWS_AT_ONCE if each.info.get("large") else ROWS_AT_ONCE
            result = read.connection().execute(_in_order(each).execution_options(yield_per=at_once))
            for chunk in result.mappings().partitions(at_once):
                write.connection().execute(insert(each), [dict(row) for row in chunk])
                copied += len(chunk)
        if disarmed_at is not None:
            disarm(write, now=disarmed_at)
    return copied


def _in_order(each: Table) -> Select[Any]:
    """A table's rows, those that others point to first: a matching message comes after the core message it answers."""
    pointing = [column for column in each.columns if any(key.references(each) for key in column.foreign_keys)]
    return each.select().order_by(*(column.is_not(None) for column in pointing))
