"""The engine for SQLite and PostgreSQL, and the two ways to use it: to read, and to write.

SQLite runs in WAL with `synchronous=FULL`, so that a power cut tears nothing. A writing transaction takes the
lock with its first statement (`BEGIN IMMEDIATE`): what it reads stays true until it commits, and two writers wait for
each other instead of failing.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from campaigns.domain.errors import N_, BadSetting, Unready

OLDEST_SQLITE = (3, 37, 0)
OLDEST_POSTGRESQL = (14, 0)
BUSY_SECONDS = 10


class WrongDatabase(BadSetting):
    """The database is too old or keeps text in an encoding that loses letters."""

    message = N_("The database cannot be used: {reason}. Choose another one with SAMKLANG_DATABASE_URL.")


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for the address; nothing is opened yet."""
    # hide_parameters: an error must never carry a bound text into a log
    if url.startswith("sqlite"):
        waits = {"timeout": BUSY_SECONDS}
        engine = create_engine(url, connect_args=waits, pool_size=pool_size, max_overflow=20, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        connect_args={"client_encoding": "utf8"},
        isolation_level="READ COMMITTED",  # claims and the audit trail wait for a lock, and then must see what is new
        pool_size=pool_size,
        max_overflow=20,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would begin too late
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("samklang_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that only reads; whatever it changed is thrown away."""
    with _say_unready(), Session(engine) as session:
        yield session
        session.rollback()


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: all of it is stored when the block ends, or nothing when it raises."""
    with (
        _say_unready(),
        Session(engine.execution_options(samklang_write=True), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


@contextmanager
def _say_unready() -> Iterator[None]:
    """A database that is away, locked, full, damaged or too busy is one sentence and not a stack of driver errors."""
    try:
        yield
    except PoolTimeout as error:
        raise Unready(reason=_first_line(error)) from error
    except DBAPIError as error:
        if not _is_about_the_database(error):
            raise
        raise Unready(reason=_first_line(error.orig or error)) from error


def _is_about_the_database(error: DBAPIError) -> bool:
    """And not about a statement, which would be a fault of ours. A damaged SQLite raises the plain base class."""
    return isinstance(error, OperationalError) or error.connection_invalidated or type(error) is DatabaseError


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def check_database(engine: Engine) -> str:
    """The database's kind and version, in one line. Raises WrongDatabase if it is too old or not UTF-8."""
    with reading(engine) as session:
        if engine.dialect.name == "sqlite":
            return _check_sqlite(session)
        return _check_postgresql(session)


def _check_sqlite(session: Session) -> str:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise WrongDatabase(reason=f"SQLite {sqlite3.sqlite_version} < {_dotted(OLDEST_SQLITE)}")
    encoding = session.connection().exec_driver_sql("PRAGMA encoding").scalar_one()
    if encoding != "UTF-8":
        raise WrongDatabase(reason=f"encoding {encoding}, UTF-8 needed")
    return f"SQLite {sqlite3.sqlite_version}"


def _check_postgresql(session: Session) -> str:
    number = int(session.connection().exec_driver_sql("SHOW server_version_num").scalar_one())
    version = (number // 10000, number % 10000)
    if version < OLDEST_POSTGRESQL:
        raise WrongDatabase(reason=f"PostgreSQL {_dotted(version)} < {_dotted(OLDEST_POSTGRESQL)}")
    encoding = session.connection().exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise WrongDatabase(reason=f"encoding {encoding}, UTF8 needed")
    return f"PostgreSQL {_dotted(version)}"


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def database_now(engine: Engine) -> datetime | None:
    """The database's clock, aware UTC; None on SQLite, whose clock is this machine's own."""
    if engine.dialect.name == "sqlite":
        return None
    with reading(engine) as session:
        instant: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
        return instant.astimezone(UTC)
