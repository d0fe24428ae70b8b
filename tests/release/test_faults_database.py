"""A database that is locked, full, or cut off at T: nothing is guessed or lost, and the log says what is wrong."""

import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from cutting import CutLine, Mode
from databases import create_database
from release.processes import APP, Scene, begin, embedded, free_port, scene
from release.worlds import deliveries_of, environment_for, wait_for

from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState
from campaigns.store.engine import BUSY_SECONDS, make_engine

pytestmark = pytest.mark.slow
NOT_READY = "the worker is not ready"
TINY = 16_384
"""Bytes that a file may have on a machine that has no room left."""


def test_an_embedded_database_that_is_locked_or_full_at_the_lift_loses_nothing(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Fault 13. Another program holds it longer than anyone waits; another has no room: told of, and made good.

    It is held from before arming, from after arming, and from the first arrival on, when outcomes cannot be written.
    """
    names = ("held", "full", "arrived", "unarmed")
    with ExitStack() as stack:
        scenes = [stack.enter_context(embedded(name, sqlite_template, tmp_path)) for name in names]
        held, full, arrived, unarmed = scenes
        for one in scenes:
            one.found()
            one.start()
        begin(*scenes)
        with locked(unarmed):
            held.sleep_until(-1.5)
            with locked(held), no_room(full):
                wait_for(lambda: arrived.inbox.came)
                with locked(arrived):
                    held.sleep_until(BUSY_SECONDS + 3)
                    for one in (held, full, unarmed):
                        assert one.inbox.came == []
                        wait_for(partial(one.said, NOT_READY), within_s=60)
                        assert states(one) <= {DeliveryState.PLANNED, DeliveryState.ARMED}
                    assert arrived.inbox.ids <= {row.id for row in deliveries_of(arrived.engine, arrived.campaign)}
        for one in (held, arrived, unarmed):
            assert one.said("SQLITE_BUSY")
        assert full.said("SQLITE_IOERR_WRITE") or full.said("SQLITE_FULL")
        for one in scenes:
            wait_for(one.settled, within_s=120)
            one.judge()
            assert one.repeated == 0, one.name
        assert states(arrived) == {DeliveryState.LIVE}


def states(one: Scene) -> set[DeliveryState]:
    """Where its deliveries stand."""
    return {row.state for row in deliveries_of(one.engine, one.campaign)}


@contextmanager
def locked(one: Scene) -> Iterator[None]:
    """Another program writes, and does not come to an end."""
    with closing(sqlite3.connect(str(one.engine.url.database), isolation_level=None, timeout=60)) as other:
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


def test_nodes_that_share_a_database_or_are_cut_off_from_it_at_the_lift_do_not_guess(
    postgresql_server: str, postgresql_template: str, tmp_path: Path
) -> None:
    """Faults 5 and 16. A line that stalls before T, one that breaks at T, and two nodes side by side; one T for all.

    Nothing leaves that is not recorded as leaving; with the line back it goes on and repeats nothing.
    """
    with ExitStack() as stack:
        stalled, broken, shared = (
            stack.enter_context(on_postgresql(name, postgresql_server, postgresql_template, tmp_path))
            for name in ("stalled", "broken", "shared")
        )
        lines = [stack.enter_context(CutLine(socket_of(one))) for one in (stalled, broken)]
        for one in (stalled, broken, shared):
            one.found()
        for one, line in zip((stalled, broken), lines, strict=True):
            one.start(SAMKLANG_DATABASE_URL=through(line, one))
        for _ in range(2):
            shared.start()
        shared.await_starts(2)
        begin(stalled, broken, shared)
        stalled.sleep_until(-0.6)
        lines[0].behave(Mode(stalled=True))
        broken.sleep_until(0.02)
        lines[1].behave(Mode(refused=True))
        lines[1].cut()
        broken.sleep_until(3)
        assert stalled.inbox.came == []
        assert broken.inbox.ids <= {row.id for row in deliveries_of(broken.engine, broken.campaign) if row.attempts}
        for line in lines:
            line.behave()
        for one in (stalled, broken, shared):
            wait_for(one.settled, within_s=120)
            one.judge()
            assert one.repeated == 0, one.name
        assert {row.attempts for row in deliveries_of(shared.engine, shared.campaign)} == {1}


@contextmanager
def on_postgresql(name: str, server: str, template: str, folder: Path) -> Iterator[Scene]:
    """A scene on a database of its own on the server of the tests."""
    address = create_database(server, f"{name}_{new_id()}", template=template)
    (folder / name).mkdir()
    with scene(name, folder / name, make_engine(address), DATABASE_URL=address) as found:
        yield found


def socket_of(one: Scene) -> Path:
    """Where the server of its database listens."""
    return next(Path(str(one.engine.url.query["host"])).glob(".s.PGSQL.*[0-9]"))


def through(line: CutLine, one: Scene) -> str:
    """The address of its database through a line."""
    return f"postgresql+psycopg://postgres@127.0.0.1:{line.port}/{one.engine.url.database}"


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
