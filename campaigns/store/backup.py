"""A consistent copy of the whole database in one SQLite file, from either kind of database, and back into either.

A restored copy does not publish: time has passed since it was made, and what it knows may no longer be true. Approved
campaigns come back held, and what was on its way is for a person to decide.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, Table, Update, insert, update
from sqlmodel import SQLModel, col, func, select

from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.store import migrations
from campaigns.store.engine import make_engine, reading, writing
from campaigns.store.tables import Campaign, Delivery, Organisation

ROWS_AT_ONCE = 500


class BackupProblem(SamklangError):
    """A backup cannot be made or restored; nothing was changed."""

    message = N_("The backup cannot be used: {reason}")


def backup(engine: Engine, file: Path) -> int:
    """Write a copy into a new file, read in one transaction. Returns the number of rows. Raises BackupProblem."""
    if file.exists():
        raise BackupProblem(reason=N_("the file exists already; choose another name"))
    if not file.parent.is_dir():
        raise BackupProblem(reason=N_("the folder does not exist"))
    partial = file.with_name(file.name + ".partial")
    partial.unlink(missing_ok=True)
    copy = make_engine(f"sqlite:///{partial}")
    try:
        migrations.upgrade(copy)
        rows = _copy(engine, copy)
    finally:
        copy.dispose()
    partial.chmod(0o600)
    for leftover in (partial.with_name(partial.name + suffix) for suffix in ("-wal", "-shm")):
        leftover.unlink(missing_ok=True)
    partial.rename(file)
    return rows


def restore(file: Path, engine: Engine) -> int:
    """Fill an empty database from a copy; publishing is disarmed. Returns the number of rows. Raises BackupProblem."""
    if not file.is_file() or not file.read_bytes()[:16].startswith(b"SQLite format 3"):
        raise BackupProblem(reason=N_("it is not a backup made by Samklang"))
    copy = make_engine(f"sqlite:///{file}")
    try:
        if migrations.current(copy) is None:
            raise BackupProblem(reason=N_("it is not a backup made by Samklang"))
        migrations.upgrade(engine)
        _must_be_empty(engine)
        rows = _copy(copy, engine, disarm_it=True)
    finally:
        copy.dispose()
    return rows


def _must_be_empty(engine: Engine) -> None:
    with reading(engine) as session:
        if session.exec(select(func.count()).select_from(Organisation)).one():
            raise BackupProblem(reason=N_("the database is not empty; restore into a new one"))


def _tables() -> list[Table]:
    return SQLModel.metadata.sorted_tables


def _copy(source: Engine, target: Engine, *, disarm_it: bool = False) -> int:
    """Every row, table by table, in one reading and one writing transaction."""
    copied = 0
    with reading(source) as read, writing(target) as write:
        if source.dialect.name == "postgresql":
            read.connection().exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in _tables():
            result = read.connection(execution_options={"yield_per": ROWS_AT_ONCE}).execute(table.select())
            for chunk in result.mappings().partitions(ROWS_AT_ONCE):
                write.connection().execute(insert(table), [dict(row) for row in chunk])
                copied += len(chunk)
        if disarm_it:
            for statement in _disarmed():
                write.connection().execute(statement)
    return copied


def _disarmed() -> Iterator[Update]:
    """What makes a restored copy harmless."""
    yield (
        update(Campaign)
        .where(col(Campaign.stage) == Stage.APPROVED)
        .values(stage=Stage.HELD, generation=col(Campaign.generation) + 1)
    )
    loose = {"claimed_by": None, "lease_until": None, "fence": col(Delivery.fence) + 1}
    unsent = [DeliveryState.PLANNED, DeliveryState.ARMED]
    yield update(Delivery).where(col(Delivery.state).in_(unsent)).values(state=DeliveryState.HELD, **loose)
    under_way = update(Delivery).where(col(Delivery.state) == DeliveryState.SENDING)
    yield under_way.values(state=DeliveryState.UNKNOWN, error="restored from a backup", **loose)
