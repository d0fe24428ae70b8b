"""Real workers as real processes: a database with an approved campaign, its receivers, and a worker to start."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from release.worlds import Inbox, LiveOffice, Time, World, copied, deliveries_of, environment_for, real_now
from sqlalchemy import Engine
from wordpress_sites import add_site

from campaigns.demo.receivers import MailServer
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

APP = Path(__file__).parents[2] / "app.py"
PUSHES, LETTERS = 15, 12
"""Events are two a webhook (the lift and the message), one a mailbox."""


@dataclass(kw_only=True)
class Scene:
    """A database with an approved campaign, its people and receivers, and the worker process that is killed."""

    name: str
    environment: dict[str, str]
    engine: Engine
    inbox: Inbox
    mail: MailServer
    log: Path
    lift_at: datetime = field(default_factory=real_now)
    campaign: str = ""
    sites: list[str] = field(default_factory=list)
    worker: "subprocess.Popen[bytes] | None" = None
    office: LiveOffice | None = None

    def prepare(self, lift_at: datetime) -> None:
        """Found everything and approve."""
        place = open_workplace(Settings.from_env(self.environment), self.engine, clock=real_now)
        office = LiveOffice(place)
        world = World(engine=self.engine, place=place, office=office, time=Time(lift_at), mail=self.mail)
        addresses = [f"{self.inbox.url}/{n}" for n in range(PUSHES)] + [f"mail{n}@example.org" for n in range(LETTERS)]
        partner = world.partner(*addresses, name="Ungdomsjouren (exempel)")
        for site in self.sites:
            add_site(office, partner, site)
        self.office, self.lift_at = office, lift_at
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
