"""The engine for SQLite and PostgreSQL, and the two ways to use it: to read, and to write.

SQLite runs in WAL with `synchronous=FULL`, so that a power cut tears nothing. A writing transaction takes the
lock with its first statement (`BEGIN IMMEDIATE`): what it reads stays true until it commits, and two writers wait for
each other instead of failing.

A PostgreSQL that falls silent is given up after seconds: when a connection is opened, when a statement or a lock takes
too long, when what was sent is not acknowledged, and when no connection of the pool comes free.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from campaigns.domain.errors import N_, BadSetting, Unready
from campaigns.settings import FolderUnusable

OLDEST_SQLITE = (3, 37, 0)
OLDEST_POSTGRESQL = (14, 0)
BUSY_SECONDS = 10
CONNECT_SECONDS = 5
ANSWER_SECONDS = 10
FREE_SECONDS = 5


class WrongDatabase(BadSetting):
    """The database is too old or keeps text in an encoding that loses letters."""

    message = N_("The database cannot be used: {reason}. Choose another one with SAMKLANG_DATABASE_URL.")


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for the address; nothing is opened yet."""
    # hide_parameters: an error must never carry a bound text into a log
    if url.startswith("sqlite"):
        waits = {"timeout": BUSY_SECONDS}
        engine = create_engine(url, connect_args=waits, pool_size=pool_size, max_overflow=20, hide_parameters=True)
        event.listen(engine, "do_connect", _make_private_file)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        connect_args=_postgresql_args(make_url(url)),
        isolation_level="READ COMMITTED",  # claims and the audit trail wait for a lock, and then must see what is new
        pool_size=pool_size,
        max_overflow=20,
        pool_timeout=FREE_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def _postgresql_args(url: URL) -> dict[str, object]:
    """How long a connection waits for what. Whatever the address itself says of it comes first."""
    milliseconds = ANSWER_SECONDS * 1000
    waits = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": milliseconds,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    ours = {name: value for name, value in waits.items() if name not in url.query}
    theirs = url.query.get("options", "")
    # of two values for one setting the server takes the last
    options = f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} {_joined(theirs)}".rstrip()
    return {"client_encoding": "utf8", "options": options, **ours}


def _joined(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value)


def _make_private_file(_dialect: Dialect, _entry: ConnectionPoolEntry, args: list[Any], named: dict[str, Any]) -> None:
    """A new database can be read by this user alone, whatever the umask; SQLite copies the mode to -wal and -shm.

    A file that exists is not opened here: closing it would give up the locks of this process's other connections.
    """
    if args[0] == ":memory:" or named.get("uri"):
        return
    file = Path(args[0])
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FolderUnusable(folder=str(file.parent), reason=error.strerror) from error
    with suppress(OSError):  # it exists; or it cannot be made, which the driver says with its own reason
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


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
        return clock_of(session)


def clock_of(session: Session) -> datetime:
    """The clock of the database of a session, aware UTC: SQLite's is that of the machine, which all its users share."""
    if session.get_bind().dialect.name == "sqlite":
        written = session.connection().execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(written).replace(tzinfo=UTC)
    instant: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    return instant.astimezone(UTC)
