"""`serve` and `worker`: the web server, and the process that releases.

The terminal's Ctrl-C goes to every process of its group. Only the main process shall act on it, and then end the others
in order: so each of them has a session of its own. Each also ends by itself when the main process is gone.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Any

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from campaigns.cli.ports import answers, free_address, web_address
from campaigns.cli.room import Room
from campaigns.cli.saying import tell
from campaigns.cli.words import _
from campaigns.release.parent import end_with_forking_parent, when_parent_ends
from campaigns.release.worker import AnotherWorker, Worker
from campaigns.settings import PREFIX
from campaigns.work.accounts.first_start import first_start_token, is_first_start

APP = Path(__file__).parents[2] / "app.py"
BASE_URL = f"{PREFIX}BASE_URL"
HOST, PORT = "127.0.0.1", 8000
TARGET = "app:create_app"
THREADS = 8
"""Requests under way in one process. Pages are work for Python: more threads would only hold each other up at T."""
WEB_ENDS_WITHIN_S = 5
WORKER_ENDS_WITHIN_S = 20.0
LEAVING_S = 3.0
"""How long the worker of a server that was just killed may take to let go of its lock."""
LOOK_EVERY_S = 0.1
ENDED = (
    "the release worker ended with %d and is started again in %.0f s; until then nothing is released. "
    "Its last words are above. If it ends again, mend what they name or run: python app.py doctor"
)
HANG_UP_ENDS = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
"""Asked before the web server takes the signal for itself."""
LOGS: dict[str, Any] = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"propagate": True}},  # to our own handler, with its time and its discretion
}

log = logging.getLogger(__name__)


@click.command(
    help=_("Serve the web. With the embedded database the release worker runs beside it."),
    epilog=_("Example: python app.py serve --host 127.0.0.1 --port 8000"),
)
@click.option("--host", default=HOST, show_default=True, help=_("The address to listen on."))
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535), help=_("The port."))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=_("Web processes."))
@click.option("--no-worker", is_flag=True, help=_("Do not run a release worker beside it."))
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_obj
def serve(room: Room, host: str, port: int, workers: int, *, no_worker: bool, with_parent: bool) -> None:
    """Serve the web until stopped. `with_parent`: also when standard input, a pipe of the parent's, ends."""
    run_server(room, host, port, workers=workers, no_worker=no_worker, with_parent=with_parent)


def run_server(
    room: Room, host: str, port: int, *, workers: int, no_worker: bool, with_parent: bool, target: str = TARGET
) -> None:
    """Serve the application that `target` makes until stopped; the demo has one of its own."""
    address = free_address(host, port)
    _point_links_here(web_address(host, port))
    room.open()
    _tell_of_first_start(room)
    beside = None if no_worker or not room.settings.embedded else Beside()
    if beside:
        _await_the_lock(room)
    room.settle_in()
    if with_parent:
        when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    server, stopping = _web(address, port, workers, target), threading.Event()
    server.on_startup(lambda: _stop_at_signals(server, stopping, beside))
    try:
        if beside:
            beside.start()
        _tell_when_it_answers(address, port, web_address(host, port), stopping)
        server.serve(target_loader=_web_process)
    finally:
        stopping.set()
        if beside:
            beside.stop()


def _point_links_here(address: str) -> None:
    """Let links, and the receipt's look from outside, use the address we listen on unless a public one is set."""
    if not os.environ.get(BASE_URL, "").strip() and address != web_address(HOST, PORT):
        os.environ[BASE_URL] = address  # the web processes and the worker read it too
        tell(_("{name} is not set: links use {address}.").format(name=BASE_URL, address=address))


def _tell_of_first_start(room: Room) -> None:
    """While nobody has an account, show the link to the first one. It is secret, and of no use after that."""
    if is_first_start(room.place):
        link = f"{room.settings.base_url.rstrip('/')}/forsta-start/{first_start_token(room.settings.secret_key)}"
        tell(_("Nobody has an account here yet. Open this link to make the first: {link}").format(link=link), err=True)


def _await_the_lock(room: Room) -> None:
    """Go on once no worker holds the embedded database. Raises AnotherWorker if one stays."""
    until = monotonic() + LEAVING_S
    while room.worker_runs():
        if monotonic() > until:
            raise AnotherWorker
        sleep(0.1)


def _web(address: str, port: int, workers: int, target: str) -> AbstractServer[Any]:
    return Server(
        target,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=WEB_ENDS_WITHIN_S,
        log_level=LogLevels.error,  # its warnings are advice about threads and processes, which are chosen here
        log_dictconfig=LOGS,
        log_access=False,
    )


def _web_process(target: str) -> Callable[..., Any]:
    """The application, in a web process: Ctrl-C is not for it, and until it serves it may end at once."""
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_forking_parent()
    module, factory = target.split(":")
    application: Callable[..., Any] = getattr(import_module(module), factory)()
    return application


def _stop_at_signals(server: AbstractServer[Any], stopping: threading.Event, beside: "Beside | None") -> None:
    """Stop the web and the worker at the same time, also when the terminal is closed, unless `nohup` forbids that."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()
        if beside:
            beside.let_go()
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call] # granian does not annotate it

    for number in (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if HANG_UP_ENDS else [])):
        signal.signal(number, stop)
    if not HANG_UP_ENDS:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _tell_when_it_answers(address: str, port: int, link: str, stopping: threading.Event) -> None:
    def wait() -> None:
        while not answers(address, port):
            if stopping.wait(LOOK_EVERY_S):
                return
        tell(_("Samklang listens on {address}. Stop with Ctrl-C.").format(address=link))

    threading.Thread(target=wait, daemon=True, name="listening").start()


class Beside:
    """The release worker as a child process, started again whenever it ends by itself, ever more slowly."""

    LONGEST_PAUSE_S = 30.0
    STEADY_AFTER_S = 60.0

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_alive, daemon=True, name="beside")

    def start(self) -> None:
        """Start the worker and keep one alive."""
        self._thread.start()

    def let_go(self) -> None:
        """Start no other worker, and ask this one to finish, without waiting."""
        self._stopping.set()
        if self._child is not None:
            self._child.terminate()

    def stop(self) -> None:
        """Ask the worker to finish, and wait for it. One that does not is killed; the next takes over what it had."""
        self.let_go()
        self._thread.join(WORKER_ENDS_WITHIN_S)
        if self._child is not None and self._thread.is_alive():
            self._child.kill()
            self._thread.join()

    def _keep_alive(self) -> None:
        pause = 1.0
        while not self._stopping.is_set():
            began = monotonic()
            self._child = self._spawn()
            if self._stopping.is_set():  # asked to stop while it was being started
                self._child.terminate()
            code = self._child.wait()
            if self._stopping.is_set():
                return
            pause = 1.0 if monotonic() - began > self.STEADY_AFTER_S else pause
            log.error(ENDED, code, pause)
            self._stopping.wait(pause)
            pause = min(2 * pause, self.LONGEST_PAUSE_S)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, str(APP), "worker", "--with-parent"],
            env=os.environ,
            stdin=subprocess.PIPE,  # it closes when we end, even after kill -9, and with it the worker ends
            start_new_session=True,
        )


@click.command(
    help=_("Run a release worker alone, for several nodes on one PostgreSQL."),
    epilog=_("Example: SAMKLANG_DATABASE_URL=postgresql://… python app.py worker"),
)
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_obj
def worker(room: Room, *, with_parent: bool) -> None:
    """Run a release worker until stopped. `with_parent`: also when standard input, a pipe of the parent's, ends."""
    logging.getLogger("campaigns").setLevel(logging.INFO)
    room.settle_in()
    node = Worker(place=room.place, clock=room.clock, alone=room.worker_lock)
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if with_parent:
        when_parent_ends(stopping.set)
    node.start()
    stopping.wait()
    node.stop()
