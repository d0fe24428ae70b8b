"""A place where releases happen: an office, receivers that remember what came, and a time that can be moved."""

import asyncio
import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Any, Self

from aiosmtpd import smtp
from cryptography.fernet import Fernet
from factories import Office
from servers import OK, Behaviour, Server, is_whole, read_request
from sqlalchemy import Engine
from sqlmodel import col, select

from campaigns.demo.receivers import MailServer
from campaigns.domain.access import Actor
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.times import ceiling
from campaigns.release.dispatcher import Dispatcher
from campaigns.settings import Settings
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.launch.lifting import ComingLift, coming_lifts
from campaigns.work.workplace import Workplace, open_workplace

STEP = timedelta(seconds=1)


def real_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def wait_for(what: Callable[[], object], *, within_s: float = 60.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    until = monotonic() + within_s
    while not what():
        assert monotonic() < until, "it did not happen in time"
        sleep(0.01)


@dataclass(frozen=True, kw_only=True)
class Came:
    """One event that arrived: when, under which webhook-id, and what it told."""

    at: datetime
    id: str
    event: dict[str, Any]

    @property
    def what(self) -> tuple[str, str, str]:
        """What makes two events the same to a reader: type, message and language."""
        message = self.event["data"].get("message", {})
        return self.event["type"], message.get("id", ""), message.get("language", "")


class Inbox:
    """A webhook receiver. The script says how it behaves, connection by connection; after that it answers 204."""

    def __init__(self, *script: bytes | Behaviour) -> None:
        self.came: list[Came] = []
        self._script = list(script)
        self._lock = threading.Lock()
        self._server = Server(self._behave)

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.__exit__(kind, error, tb)

    @property
    def url(self) -> str:
        return self._server.url

    def hang_up(self) -> None:
        """Close every connection."""
        self._server.hang_up()

    @property
    def ids(self) -> set[str]:
        return {came.id for came in self.came}

    def _behave(self, connection: socket.socket, stopped: threading.Event) -> None:
        request = read_request(connection)
        if not is_whole(request):
            return
        head, _, body = request.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:])
        with self._lock:
            self.came.append(Came(at=real_now(), id=headers["webhook-id"], event=json.loads(body)))
            behave = self._script.pop(0) if self._script else OK
        if callable(behave):
            behave(connection, stopped)
        else:
            connection.sendall(behave)


class DroppingMail(MailServer):
    """A mail server that takes a message and hangs up without a word: nobody knows whether it has it."""

    async def handle_DATA(self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message and drop the connection."""
        await super().handle_DATA(server, session, envelope)
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()
        return "250 never heard"


class Time:
    """A clock that stands where it is put."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class LiveOffice(Office):
    """An office whose day begins at the real time."""

    def __init__(self, place: Workplace) -> None:
        self.NOW = real_now()
        super().__init__(place)


def settings_for(folder: Path, *, smtp_url: str, **given: str) -> Settings:
    """Settings for a trial on this machine."""
    return Settings.from_env(environment_for(folder, smtp_url=smtp_url, **given))


def environment_for(folder: Path, *, smtp_url: str, **given: str) -> dict[str, str]:
    """The same as an environment; `given` are names without the prefix."""
    trial = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": "x" * 40,
        "CREDENTIALS_KEYS": Fernet.generate_key().decode(),
        "BASE_URL": "http://127.0.0.1:9",
        "SMTP_URL": smtp_url,
        "LIFT_STEP": "1",
        "ALLOW_PRIVATE_RECEIVERS": "1",
    }
    return {f"SAMKLANG_{name}": value for name, value in (trial | given).items()}


@dataclass(kw_only=True)
class World:
    """An office with a mail server and a time."""

    engine: Engine
    place: Workplace
    office: Office
    time: Time
    mail: MailServer
    lift_at: datetime = field(default=Office.LIFT)

    @classmethod
    def at(cls, engine: Engine, folder: Path, mail: MailServer) -> "World":
        """A world that stands at the office's own time."""
        time = Time(Office.NOW)
        place = open_workplace(settings_for(folder, smtp_url=mail.url), engine, clock=time)
        return cls(engine=engine, place=place, office=Office(place), time=time, mail=mail)

    def partner(self, *addresses: str, name: str) -> Actor:
        """A partner; an address with @ is a mailbox, `hand:` one for publishing by hand, any other a webhook."""
        return self.office.partner(name, channels=[_channel(address) for address in addresses])

    def approved(self, *partners: Actor) -> str:
        """A campaign that is approved and waits for T."""
        return self.office.approved(*partners, lift_at=self.lift_at)

    def deliveries(self, campaign_id: str) -> list[Delivery]:
        """The deliveries of its release."""
        return deliveries_of(self.engine, campaign_id)

    def states(self, campaign_id: str) -> list[DeliveryState]:
        """Their states."""
        return [delivery.state for delivery in self.deliveries(campaign_id)]

    def stage(self, campaign_id: str) -> Stage:
        """The campaign's stage, as another reader sees it now."""
        with reading(self.engine) as session:
            return session.get_one(Campaign, campaign_id).stage


def _channel(address: str) -> tuple[ChannelKind, str]:
    if address.startswith("hand:"):
        return ChannelKind.BY_HAND, address.removeprefix("hand:")
    return (ChannelKind.EMAIL if "@" in address else ChannelKind.WEBHOOK), address


def deliveries_of(engine: Engine, campaign_id: str) -> list[Delivery]:
    """The deliveries of a campaign's release."""
    with reading(engine) as session:
        rows = session.exec(
            select(Delivery)
            .where(col(Delivery.campaign_id) == campaign_id, col(Delivery.event) != Event.NOTICE)
            .order_by(col(Delivery.id))
        ).all()
        for row in rows:
            session.expunge(row)
        return list(rows)


@contextmanager
def listening(mail: MailServer) -> Iterator[MailServer]:
    """A mail server for as long as it is needed."""
    mail.start()
    try:
        yield mail
    finally:
        mail.stop()


def soon(*, seconds: float) -> datetime:
    """A lift that many seconds from now, at least."""
    return ceiling(real_now() + timedelta(seconds=seconds), STEP)


def copied(template: Path, folder: Path) -> Path:
    """An own copy of an empty database."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "samklang.sqlite3"
    shutil.copy(template, file)
    return file


def all_in(states: Sequence[DeliveryState], *wanted: DeliveryState) -> bool:
    """Whether there are deliveries, and all of them are in one of these states."""
    return bool(states) and set(states) <= set(wanted)


def node(world: World, name: str = "node") -> Dispatcher:
    """One node's dispatcher."""
    return Dispatcher(world.place, node=name, clock=world.time)


def coming(world: World) -> ComingLift:
    """The only lift that is coming."""
    (lift,) = coming_lifts(world.engine, until=world.time.now + timedelta(days=9))
    return lift
