"""A database that is locked, full, or cut off at T: nothing is guessed or lost, and the log says what is wrong."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from cutting import CutLine, Mode
from databases import create_database
from release.processes import APP, Scene, Server, begin, embedded, free_port, scene
from release.worlds import deliveries_of, environment_for, wait_for
from sqlalchemy import Engine

from campaigns.domain.lifecycle import DeliveryState
from campaigns.store.engine import BUSY_SECONDS, make_engine

pytestmark = pytest.mark.slow
NOT_READY = "the worker is not ready"
TINY = 16_384
"""Bytes that a file may have on a machine that has no room left."""


def test_an_embedded_database_that_is_locked_or_full_at_the_lift_loses_nothing(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Fault 13. Another program holds it longer than anyone waits; another has no room: told of, and made good."""
    with ExitStack() as stack:
        held, full = (stack.enter_context(embedded(name, sqlite_template, tmp_path)) for name in ("held", "full"))
        for one in (held, full):
            one.found()
            one.start()
        begin(held, full)
        held.sleep_until(-1.5)
        with locked(held), no_room(full):
            held.sleep_until(BUSY_SECONDS + 3)
            assert held.inbox.came == []
            assert full.inbox.came == []
            wait_for(lambda: held.said(NOT_READY) and full.said(NOT_READY), within_s=60)
            for one in (held, full):
                assert states(one) <= {DeliveryState.PLANNED, DeliveryState.ARMED}
        assert held.said("SQLITE_BUSY")
        assert full.said("SQLITE_IOERR_WRITE") or full.said("SQLITE_FULL")
        for one in (held, full):
            wait_for(one.settled, within_s=120)
            one.judge()
            assert one.repeated == 0


def states(one: Scene) -> set[DeliveryState]:
    """Where its deliveries stand."""
    return {row.state for row in deliveries_of(one.engine, one.campaign)}


@contextmanager
def locked(one: Scene) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    with closing(sqlite3.connect(str(one.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def no_room(one: Scene) -> Iterator[None]:
    """No file of the worker can grow. A reader keeps SQLite from using the room in its log again."""
    assert one.worker is not None
    with closing(sqlite3.connect(str(one.engine.url.database), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM deliveries").fetchone()
        soft, hard = resource.prlimit(one.worker.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(one.worker.pid, resource.RLIMIT_FSIZE, (TINY, hard))
        yield
        resource.prlimit(one.worker.pid, resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("cut_at", "how"), [(-0.6, "stalled"), (0.02, "cut")], ids=["before T", "at T"])
def test_a_node_that_is_cut_off_from_its_database_at_the_lift_does_not_guess(
    own_postgresql: Server, tmp_path: Path, cut_at: float, how: str
) -> None:
    """Fault 16. Nothing leaves that is not recorded as leaving; with the line back it goes on and repeats nothing."""
    engine = make_engine(own_postgresql.address)
    with CutLine(own_postgresql.socket) as line:
        address = f"postgresql+psycopg://postgres@127.0.0.1:{line.port}/postgres"
        with scene(how, tmp_path, engine, DATABASE_URL=own_postgresql.address) as found:
            found.found()
            found.start(SAMKLANG_DATABASE_URL=address)
            begin(found)
            found.sleep_until(cut_at)
            line.behave(Mode(stalled=how == "stalled", refused=how == "cut"))
            if how == "cut":
                line.cut()
            found.sleep_until(3)
            recorded = {row.id for row in deliveries_of(engine, found.campaign) if row.attempts}
            assert found.inbox.ids <= recorded
            if cut_at < 0:
                assert found.inbox.came == []
            line.behave()
            wait_for(found.settled, within_s=120)
            found.judge()
            assert found.repeated == 0


def test_two_nodes_on_one_database_send_everything_once(postgresql_engine: Engine, tmp_path: Path) -> None:
    """Fault 5. Two real workers, one lift: each event once, none by both."""
    address = postgresql_engine.url.render_as_string(hide_password=False)
    with scene("two nodes", tmp_path, postgresql_engine, DATABASE_URL=address) as found:
        found.found()
        for _ in range(2):
            found.start()
        found.await_starts(2)
        begin(found)
        wait_for(found.settled, within_s=120)
        found.judge()
        assert found.repeated == 0
        assert {row.attempts for row in deliveries_of(found.engine, found.campaign)} == {1}


def test_no_process_starts_on_a_database_that_loses_letters(postgresql_server: str, tmp_path: Path) -> None:
    """Fault 12. In latin-1, or in UTF-16 where it is embedded: one sentence, and no table is made."""
    latin = create_database(postgresql_server, "samklang_latin1", encoding="LATIN1")
    file = tmp_path / "utf16.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("PRAGMA encoding='UTF-16'; CREATE TABLE other (name TEXT);")
    for address, encoding in ((latin, "LATIN1"), (f"sqlite:///{file}", "UTF-16le")):
        environment = environment_for(tmp_path, smtp_url="smtp://127.0.0.1:9", DATABASE_URL=address, LANGUAGE="en")
        for command in (["worker"], ["serve", "--no-worker", "--port", str(free_port())]):
            ended = subprocess.run(  # noqa: S603 - ourselves
                [sys.executable, str(APP), *command],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert ended.returncode == 1
            assert f"encoding {encoding}" in ended.stderr
            assert "Traceback" not in ended.stderr
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("other",)]
