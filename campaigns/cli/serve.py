"""`serve` and `worker`: the web server, and the process that releases."""

import logging
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import FrameType

import click
from granian.constants import Interfaces
from granian.server import Server

from campaigns.cli.room import Room
from campaigns.cli.saying import tell
from campaigns.cli.words import _
from campaigns.release.parent import when_parent_ends
from campaigns.release.worker import Worker

APP = Path(__file__).parents[2] / "app.py"
THREADS = 8
"""Requests under way in one process. Pages are work for Python: more threads would only hold each other up at T."""

log = logging.getLogger(__name__)


@click.command(
    help=_("Serve the web. With the embedded database the release worker runs beside it."),
    epilog=_("Example: python app.py serve --host 127.0.0.1 --port 8000"),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=_("The address to listen on."))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=_("The port."))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help=_("Web processes."))
@click.option("--no-worker", is_flag=True, help=_("Do not run a release worker beside it."))
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_obj
def serve(room: Room, host: str, port: int, workers: int, *, no_worker: bool, with_parent: bool) -> None:
    """Serve the web until stopped. `with_parent`: also when standard input, a pipe of the parent's, ends."""
    room.open()
    if with_parent:
        when_parent_ends(lambda: os.kill(os.getpid(), signal.SIGTERM))
    beside = None if no_worker or not room.settings.embedded else Beside()
    if beside:
        beside.start()
    tell(_("Samklang listens on {address}. Stop with Ctrl-C.").format(address=f"http://{host}:{port}"))
    server = Server(
        "app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=THREADS,
        working_dir=APP.parent,
        respawn_failed_workers=True,
        log_access=False,
    )
    try:
        server.serve()
    finally:
        if beside:
            beside.stop()


class Beside:
    """The release worker as a child process, started again whenever it ends by itself."""

    PAUSE_S = 1.0

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_alive, daemon=True, name="beside")

    def start(self) -> None:
        """Start the worker and keep one alive."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the worker to finish, and wait for it."""
        self._stopping.set()
        if self._child is not None:
            self._child.terminate()
            self._child.wait(timeout=30)

    def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            self._child = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, str(APP), "worker", "--with-parent"],
                env=os.environ,
                stdin=subprocess.PIPE,  # it closes when we end, even after kill -9, and with it the worker ends
            )
            code = self._child.wait()
            if not self._stopping.wait(self.PAUSE_S):
                log.error("the release worker ended with %d and is started again", code)


@click.command(
    help=_("Run a release worker alone, for several nodes on one PostgreSQL."),
    epilog=_("Example: SAMKLANG_DATABASE_URL=postgresql://… python app.py worker"),
)
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_obj
def worker(room: Room, *, with_parent: bool) -> None:
    """Run a release worker until stopped. `with_parent`: also when standard input, a pipe of the parent's, ends."""
    logging.getLogger("campaigns").setLevel(logging.INFO)
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
