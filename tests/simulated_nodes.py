"""Simulated releases, the nodes: real workers on a real database; when they wake, err and end the test decides."""

import pkgutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

import pytest
from cryptography.fernet import Fernet
from factories import settings_for
from simulated_outside import Killed, Receivers, Sender, SimulatedDoor, SimulatedMailer, Truth, without_sockets
from sqlalchemy import Connection, Engine, event

import campaigns.release
from campaigns.channels.registry import build
from campaigns.release import worker as workers
from campaigns.release.clock import NodeClock
from campaigns.release.outside import Watch
from campaigns.release.worker import Worker
from campaigns.release.workshop import Workshop
from campaigns.store.engine import make_engine
from campaigns.work.workplace import Workplace, open_workplace

QUIET_WITHIN_S = 60.0
KEY = Fernet.generate_key().decode()
"""All nodes can open the same secrets."""


class SimulatedAlarm:
    """Wakes when it is told to look: nothing happens by itself."""

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._at: dict[str, tuple[datetime, Callable[[], None]]] = {}
        self._every: dict[str, tuple[float, Callable[[], None]]] = {}
        self._beaten: dict[str, float] = {}

    def start(self) -> None:
        """Nothing to start."""

    def stop(self) -> None:
        """Wake nobody any more."""
        self._at.clear()
        self._every.clear()

    def at(self, instant: datetime, key: str, wake: Callable[[], None]) -> None:
        """Wake once, when the machine's clock has come so far."""
        self._at[key] = instant, wake

    def every(self, seconds: float, key: str, wake: Callable[[], None]) -> None:
        """Wake when somebody looks and it is so long ago."""
        self._every[key] = seconds, wake

    def forget(self, key: str) -> None:
        """Do not wake for this key."""
        self._at.pop(key, None)

    def instants(self) -> list[datetime]:
        """When it wakes next, by the machine's clock."""
        return [instant for instant, _ in self._at.values()]

    def due(self, machine: Callable[[], datetime]) -> Iterator[Callable[[], None]]:
        """Whom to wake now: the beats, and after each whose instant has come the beats again, which follow up on it."""
        yield from self._beats()
        while come := sorted((instant, key) for key, (instant, _) in self._at.items() if instant <= machine()):
            yield self._at.pop(come[0][1])[1]
            yield from self._beats()

    def _beats(self) -> Iterator[Callable[[], None]]:
        for key, (seconds, wake) in list(self._every.items()):
            if self._steady() - self._beaten.get(key, -seconds) >= seconds:
                self._beaten[key] = self._steady()
                yield wake


class Node:
    """One worker process. It dies at its fuse's end: in the midst of a transaction, before or after a send."""

    def __init__(
        self, number: int, file: Path, *, truth: Truth, machine: Callable[[], datetime],
        of_database: Callable[[Engine], datetime | None], receivers: Receivers, alone: bool,
    ) -> None:  # fmt: skip
        self.name, self.beat, self.dead, self.asleep = f"n{number}", 0, False, False
        self._died_in: int | None = None
        self._held_up_in: int | None = None
        self._lock = threading.Lock()
        self.fuse: int | None = None
        self.nap: Callable[[], None] | None = None
        self.machine, self.started_at = machine, truth.passed
        self.engine = make_engine(f"sqlite:///{file}")
        event.listen(self.engine, "begin", self._on_transaction, insert=True)
        event.listen(self.engine, "commit", self._on_transaction)
        self.clock = NodeClock(self.engine, system=machine, steady=truth.steady, of_database=of_database)
        self.alarm = SimulatedAlarm(truth.steady)
        self._worker = self._made(file, receivers, alone=alone)

    def _made(self, file: Path, receivers: Receivers, *, alone: bool) -> Worker:
        place = workplace(file.parent, self.engine, receivers, self, self.clock.now)
        lock = file.with_name(f"lock-{self.name}") if alone else None
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workers, "Alarm", lambda: self.alarm)
            worker = Worker(place=place, clock=self.clock, alone=lock, name=self.name)
        worker.start()
        return worker

    def _on_transaction(self, connection: Connection) -> None:
        if connection.get_execution_options().get("samklang_write", False):
            self._burn()

    def _burn(self) -> None:
        """One act more. The last one of the fuse does not happen, and nothing after it."""
        with self._lock:
            if self.fuse is not None and not self.dead:
                self.fuse -= 1
                if self.fuse < 0:
                    self.die()
        if self.dead:
            raise Killed

    def die(self) -> None:
        """kill -9."""
        self.dead, self._died_in = True, self.beat

    def died_in(self, beat: int) -> bool:
        """Whether it never wrote what became of what it sent in that beat."""
        return self._died_in == beat

    def was_held_up(self) -> bool:
        """Whether it slept in this beat."""
        return self._held_up_in == self.beat

    def before_sending(self) -> None:
        """Perhaps it dies here, perhaps it is stopped for a while and goes on as if nothing had been."""
        self._burn()
        with self._lock:
            nap, self.nap = self.nap, None
        if nap is not None:
            self._held_up_in, self.asleep = self.beat, True
            nap()
            self.asleep = False

    def after_sending(self) -> None:
        """Perhaps it dies here, and only the other side knows."""
        self._burn()

    def wake(self) -> None:
        """Everything that is due now, with every attempt at its end."""
        if self.dead or self.asleep:
            return
        for act in self.alarm.due(self.machine):
            self.beat += 1
            act()
            self._await_quiet()

    def _await_quiet(self) -> None:
        sweeper: Any = self._worker._sweeper
        until = monotonic() + QUIET_WITHIN_S
        while sweeper.under_way or getattr(getattr(sweeper, "_waves", None), "out", 0):
            assert monotonic() < until, "attempts hang"
            sleep(0.001)

    def stop(self) -> None:
        """End in order, and give back what is armed, unless it dies of its fuse in the midst of that."""
        with suppress(Killed):
            if not self.dead:
                self._worker.stop()
        if self.dead:
            self._clear_away()
        self.engine.dispose()

    def _clear_away(self) -> None:
        """What a dead one left in this process."""
        self._worker._sweeper.stop()
        if self._worker._lock_file is not None:
            self._worker._lock_file.close()


def workplace(
    folder: Path, engine: Engine, receivers: Receivers, sender: Sender, clock: Callable[[], datetime]
) -> Workplace:
    """A workplace whose channels lead to the simulated receivers."""
    settings = settings_for(folder, CREDENTIALS_KEYS=KEY)
    channels = build(
        SimulatedDoor(receivers, sender, clock),
        mailer=SimulatedMailer(receivers, sender, clock),
        sender=settings.mail_from,
        base_url=settings.base_url,
        _=str,
        report_path=lambda delivery_id: f"/{delivery_id}",
    )
    real = open_workplace(settings, engine, clock=clock)
    return replace(real, channels=channels, lift_step=timedelta(seconds=60))


class Simulation:
    """While it lasts, everything of the engine that sleeps moves the simulated time, and no burst opens a socket.

    No material is made: that takes real time, and touches no delivery.
    """

    def __init__(self, truth: Truth) -> None:
        self._truth, self._stack = truth, ExitStack()

    def __enter__(self) -> Self:
        patch = self._stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(Watch, "begin", lambda *_: None)
        patch.setattr(Workshop, "work", lambda *_: None)
        for (owner, name), instead in without_sockets().items():
            patch.setattr(owner, name, instead)
        for found in pkgutil.iter_modules(campaigns.release.__path__, "campaigns.release."):
            module = import_module(found.name)
            if hasattr(module, "sleep"):
                patch.setattr(module, "sleep", self._truth.sleep)
        patch.setattr(threading, "excepthook", _unless_killed(threading.excepthook))
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()


def _unless_killed(
    tell: Callable[[threading.ExceptHookArgs], object],
) -> Callable[[threading.ExceptHookArgs], object]:
    """The threads of a dead node end without a word."""
    return lambda given: None if isinstance(given.exc_value, Killed) else tell(given)
