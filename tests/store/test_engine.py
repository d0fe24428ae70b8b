"""The engine: what it sets on each connection, what it refuses to work on, and how it says that it cannot."""

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import cast

import pytest
from delivery_rows import NOW, campaign, delivery, row, rows, store
from sqlalchemy import Engine, QueuePool, create_engine, exc
from sqlmodel import Session, select

from campaigns.domain.errors import Unready
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.settings import FolderUnusable
from campaigns.store import audit
from campaigns.store import engine as engines
from campaigns.store.engine import WrongDatabase, check_database, database_now, make_engine, reading, writing
from campaigns.store.tables import Campaign, Delivery, Member, Membership


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, sqlite_engine: Engine) -> Iterator[Engine]:
    """A second engine on the same SQLite database, which waits for a lock only a moment."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.05)
    engine = make_engine(str(sqlite_engine.url))
    yield engine
    engine.dispose()


def setting(engine: Engine, name: str) -> object:
    """What a connection says of one of SQLite's settings."""
    with reading(engine) as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()


def new_postgresql(server: str, *, encoding: str) -> Engine:
    """A database that keeps its text in this encoding."""
    name = f"e{new_id()}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        wanted = f"ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
        connection.exec_driver_sql(f"CREATE DATABASE {name} {wanted}")
    engine.dispose()
    return make_engine(server.format(name=name))


def test_both_kinds_of_database_are_fit_and_say_what_they_are(engine: Engine) -> None:
    """One line, for the doctor and the log."""
    kind = "SQLite" if engine.dialect.name == "sqlite" else "PostgreSQL"
    assert re.fullmatch(rf"{kind} \d+(\.\d+)+", check_database(engine))


def test_an_old_sqlite_is_refused(sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fault 12: it says why and where to choose another."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(WrongDatabase, match=r"< 3\.37\.0.*SAMKLANG_DATABASE_URL"):
        check_database(sqlite_engine)


def test_an_old_postgresql_is_refused(postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same, by a bound that no server here meets."""
    monkeypatch.setattr(engines, "OLDEST_POSTGRESQL", (99, 0))
    with pytest.raises(WrongDatabase, match=r"PostgreSQL .* < 99\.0"):
        check_database(postgresql_engine)


def test_a_sqlite_that_keeps_other_than_utf8_is_refused(tmp_path: Path) -> None:
    """It would sort and compare differently."""
    with sqlite3.connect(tmp_path / "x") as connection:
        connection.execute("PRAGMA encoding = 'UTF-16'")
        connection.execute("CREATE TABLE x (x)")
    connection.close()
    engine = make_engine(f"sqlite:///{tmp_path}/x")
    with pytest.raises(WrongDatabase, match="UTF-8 needed"):
        check_database(engine)
    engine.dispose()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_postgresql_that_keeps_other_than_utf8_is_refused(postgresql_server: str, encoding: str) -> None:
    """Arabic would be lost in the one, and anything at all kept in the other."""
    engine = new_postgresql(postgresql_server, encoding=encoding)
    with pytest.raises(WrongDatabase, match=f"encoding {encoding}, UTF8 needed"):
        check_database(engine)
    engine.dispose()


def test_sqlite_writes_so_that_a_power_cut_tears_nothing(sqlite_engine: Engine) -> None:
    """WAL with `synchronous=FULL`, on each connection of the pool."""
    with Session(sqlite_engine), reading(sqlite_engine):
        assert setting(sqlite_engine, "journal_mode") == "wal"
        assert setting(sqlite_engine, "synchronous") == 2
        assert setting(sqlite_engine, "foreign_keys") == 1


def test_a_row_that_points_to_nothing_is_refused(engine: Engine) -> None:
    """Foreign keys are enforced, on SQLite too."""
    with pytest.raises(exc.IntegrityError), writing(engine) as session:
        session.add(Membership(member_id="nobody", organisation_id="nothing", created_at=NOW))


def test_a_row_that_others_point_to_cannot_be_removed(engine: Engine) -> None:
    """A campaign with deliveries stays."""
    store(engine, [campaign()], [delivery()])
    with pytest.raises(exc.IntegrityError), writing(engine) as session:
        session.connection().exec_driver_sql("DELETE FROM campaigns")


def test_a_time_without_a_zone_is_refused_when_it_is_stored_and_when_it_is_asked_for(engine: Engine) -> None:
    """It would be an hour or two off, and nobody would know which way."""
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(exc.StatementError), writing(engine) as session:
        session.add(Member(id="m", email="m@example.org", name="exempel", created_at=naive))
    with pytest.raises(exc.StatementError), reading(engine) as session:
        session.exec(select(Campaign).where(Campaign.lift_at <= naive)).all()


@pytest.mark.parametrize("microsecond", [0, 1, 999_999])
@pytest.mark.parametrize("hours", [0, 1, -9])
def test_a_time_comes_back_as_the_same_instant_in_utc(engine: Engine, microsecond: int, hours: int) -> None:
    """To the microsecond, whatever zone it was given in."""
    at = NOW.replace(microsecond=microsecond).astimezone(timezone(timedelta(hours=hours)))
    [one] = store(engine, [campaign()], [delivery(due_at=at)])
    found = row(engine, one).due_at
    assert found == at
    assert found.utcoffset() == timedelta()


def test_a_locked_sqlite_is_one_sentence(sqlite_engine: Engine, impatient: Engine) -> None:
    """Fault 13: someone else writes for too long. Nothing is lost, and it works again afterwards."""
    with writing(sqlite_engine) as writer:
        writer.connection()
        with pytest.raises(Unready) as refused, writing(impatient) as second:
            second.connection()
    sentence = str(refused.value)
    assert "database is locked" in sentence
    assert "\n" not in sentence
    store(impatient, [campaign()], [delivery()])


def test_readers_are_not_kept_waiting_by_a_writer(sqlite_engine: Engine, impatient: Engine) -> None:
    """And they see what was true before, not half of what is being written."""
    store(sqlite_engine, [campaign()], [])
    with writing(sqlite_engine) as session:
        session.add(delivery())
        session.flush()
        assert rows(impatient) == {}
    assert len(rows(impatient)) == 1


def test_a_full_sqlite_is_one_sentence_and_nothing_is_half_stored(sqlite_engine: Engine) -> None:
    """Fault 13 again; the pages run out instead of the disk."""
    store(sqlite_engine, [campaign()], [])

    def fill(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")
        large = delivery()
        large.body = b"x" * 2_000_000
        session.add_all([delivery(), large])

    with pytest.raises(Unready, match="full"), writing(sqlite_engine) as session:
        fill(session)
    assert rows(sqlite_engine) == {}


def test_a_database_that_is_away_is_one_sentence() -> None:
    """Nobody listens there."""
    engine = make_engine("postgresql+psycopg://postgres@127.0.0.1:9/x?connect_timeout=2")
    with pytest.raises(Unready) as refused, reading(engine) as session:
        session.connection()
    assert "\n" not in str(refused.value)
    engine.dispose()


def test_a_damaged_database_is_one_sentence(sqlite_engine: Engine) -> None:
    """Closed, and not a page full of driver errors."""
    store(sqlite_engine, [campaign()], [delivery() for _ in range(200)])
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    sqlite_engine.dispose()
    file = Path(str(sqlite_engine.url.database))
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with pytest.raises(Unready, match="malformed"):
        rows(sqlite_engine)


def test_a_pool_in_which_no_connection_comes_free_is_one_sentence(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too much at once is a reason to say so, and not an unknown error."""

    def no_connection(*_: object, **__: object) -> None:
        raise exc.TimeoutError("QueuePool limit reached")

    monkeypatch.setattr(sqlite_engine.pool, "connect", no_connection)
    with pytest.raises(Unready, match="QueuePool limit reached"), reading(sqlite_engine) as session:
        session.connection()


def test_an_error_without_a_word_is_still_an_answer(sqlite_engine: Engine) -> None:
    """Some drivers say nothing at all."""
    with pytest.raises(Unready, match="OperationalError"), reading(sqlite_engine):
        raise exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError())


def test_a_reader_changes_nothing(engine: Engine) -> None:
    """Whatever it tried."""
    [one] = store(engine, [campaign()], [delivery()])
    with reading(engine) as session:
        session.get_one(Delivery, one).attempts = 7
        session.flush()
    assert row(engine, one).attempts == 0


def test_a_writer_that_fails_changes_nothing(engine: Engine) -> None:
    """All of it or nothing."""
    [one] = store(engine, [campaign()], [delivery()])

    def half_of_it(session: Session) -> None:
        session.get_one(Delivery, one).attempts = 7
        session.flush()
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError), writing(engine) as session:
        half_of_it(session)
    assert row(engine, one).attempts == 0


def test_what_a_writer_reads_stays_true_until_it_has_written(sqlite_engine: Engine, impatient: Engine) -> None:
    """On SQLite a writing transaction holds the write lock from its first moment, before it has written a thing."""
    with writing(sqlite_engine) as session:
        session.exec(select(Delivery)).all()
        with pytest.raises(Unready), writing(impatient) as other:
            audit.record(other, None, "too early", now=NOW)


def test_postgresql_works_in_the_isolation_that_claims_and_audit_need_whatever_its_default_is(
    postgresql_engine: Engine,
) -> None:
    """A stricter default would make the audit chain's lock useless: its reader would see the chain as it was before."""
    name = postgresql_engine.url.database
    with postgresql_engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
        connection.commit()
    engine = make_engine(postgresql_engine.url.render_as_string(hide_password=False))
    with reading(engine) as session:
        found = session.connection().exec_driver_sql("SHOW transaction_isolation").scalar_one()
    engine.dispose()
    assert found == "read committed"


def test_only_postgresql_has_a_clock_of_its_own(engine: Engine) -> None:
    """Aware UTC, and none for SQLite, whose clock is this machine's."""
    told = database_now(engine)
    if engine.dialect.name == "sqlite":
        assert told is None
        return
    assert isinstance(told, datetime)
    assert told.utcoffset() == timedelta()


def test_an_error_never_carries_what_was_to_be_stored(engine: Engine) -> None:
    """Embargoed words must not reach a log by way of a driver's error."""
    hidden = "Pengarna kommer aldrig"
    with pytest.raises(exc.IntegrityError) as refused, writing(engine) as session:
        session.add(
            Delivery(
                id=hidden,
                event=Event.NOTICE,
                kind=ChannelKind.EMAIL,
                campaign_id="nothing",
                body=hidden.encode(),
                state=DeliveryState.PLANNED,
                planned_at=NOW,
                due_at=NOW,
                created_at=NOW,
            )
        )
    assert hidden not in str(refused.value)


@pytest.fixture
def open_umask() -> Iterator[None]:
    """The umask of a server that is not ours: others may read what it makes."""
    mask = os.umask(0o022)
    yield
    os.umask(mask)


@pytest.mark.usefixtures("open_umask")
def test_a_new_sqlite_can_be_read_by_this_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    """The folder, the file, and what SQLite lays beside it: all of them hold embargoed texts."""
    folder = tmp_path / "data"
    engine = make_engine(f"sqlite:///{folder}/samklang.sqlite3")
    assert not folder.exists()
    with writing(engine) as session:
        session.connection().exec_driver_sql("CREATE TABLE x (x)")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    engine.dispose()
    assert modes == {
        "data": 0o700, "samklang.sqlite3": 0o600, "samklang.sqlite3-wal": 0o600, "samklang.sqlite3-shm": 0o600,
    }  # fmt: skip


def test_a_sqlite_whose_folder_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "fil").touch()
    engine = make_engine(f"sqlite:///{tmp_path}/fil/samklang.sqlite3")
    with pytest.raises(FolderUnusable, match="fil"), reading(engine) as session:
        session.connection()


def shown(engine: Engine, name: str) -> object:
    """What a connection says of one of PostgreSQL's settings."""
    with reading(engine) as session:
        return session.connection().exec_driver_sql(f"SHOW {name}").scalar_one()


def test_postgresql_gives_up_what_takes_too_long(postgresql_engine: Engine) -> None:
    """A statement and a lock; the server ends them, and the connection stays whole."""
    assert shown(postgresql_engine, "statement_timeout") == "10s"
    assert shown(postgresql_engine, "lock_timeout") == "10s"


def test_a_connection_to_postgresql_that_falls_silent_is_given_up(postgresql_engine: Engine) -> None:
    """In seconds, and not after the two hours of the system's own keepalives."""
    with postgresql_engine.connect() as connection:
        found = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr] # it is open
    wanted = {"connect_timeout": "5", "tcp_user_timeout": "10000", "keepalives": "1", "keepalives_idle": "10"}
    assert wanted.items() <= ({"keepalives": "1"} | found).items()  # what equals the driver's default is not listed


def test_what_the_address_says_of_waiting_comes_first(postgresql_engine: Engine) -> None:
    """Whoever set it knows the network; what it does not name stays ours."""
    given = {"options": "-c statement_timeout=3000", "connect_timeout": "7"}
    url = postgresql_engine.url.update_query_dict(given)
    engine = make_engine(url.render_as_string(hide_password=False))
    assert (shown(engine, "statement_timeout"), shown(engine, "lock_timeout")) == ("3s", "10s")
    with engine.connect() as connection:
        found = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr] # it is open
    engine.dispose()
    assert found["connect_timeout"] == "7"


def test_a_lock_that_is_held_too_long_on_postgresql_is_one_sentence(
    postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on SQLite: nothing is lost, and whoever waited is told."""
    monkeypatch.setattr(engines, "ANSWER_SECONDS", 1)
    impatient = make_engine(postgresql_engine.url.render_as_string(hide_password=False))
    with writing(postgresql_engine) as first:
        first.connection().exec_driver_sql("LOCK TABLE campaigns")
        with pytest.raises(Unready, match="timeout"), writing(impatient) as second:
            second.exec(select(Campaign)).all()
    impatient.dispose()


def test_a_pool_of_postgresql_connections_keeps_nobody_waiting_long(
    postgresql_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a minute in a queue would hold a reader, and a lift, for as long."""
    assert engines.FREE_SECONDS == 5
    monkeypatch.setattr(engines, "FREE_SECONDS", 0.05)
    engine = make_engine(postgresql_engine.url.render_as_string(hide_password=False), pool_size=1)
    cast("QueuePool", engine.pool)._max_overflow = 0
    with engine.connect(), pytest.raises(Unready), reading(engine) as session:
        session.connection()
    engine.dispose()
