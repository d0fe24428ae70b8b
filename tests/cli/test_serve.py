"""`serve` as people start and stop it: in a terminal, on ports and data folders that may be in use."""

import json
import logging
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from shell import Shell
from sqlalchemy import Engine

from campaigns.cli import ports
from campaigns.cli.ports import PortTaken, free_address, web_address
from campaigns.cli.serve import Beside
from campaigns.store import nodes
from campaigns.store.engine import reading
from campaigns.store.nodes import Seen

APP = Path(__file__).parents[2] / "app.py"
ENDS_WITHIN_S = 15.0
CTRL_C = b"\x03"


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Terminal:
    """`serve` in the foreground of a terminal of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        others = {name: value for name, value in os.environ.items() if not name.startswith("SAMKLANG_")}
        environment = others | {"SAMKLANG_DATA_DIR": str(folder), "SAMKLANG_LANGUAGE": "en"}
        self.port, self.output = port, b""
        ours, theirs = pty.openpty()
        self.process = subprocess.Popen(  # noqa: S603 - the application itself
            [sys.executable, "-c", TAKES_THE_TERMINAL, str(APP), "serve", "--port", str(port)],
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.keyboard = ours
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # how a terminal says that its last program has ended
            while some := os.read(self.keyboard, 4096):
                self.output += some

    def await_answer(self) -> None:
        """Until the web answers."""
        until = monotonic() + 30
        while monotonic() < until:
            with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                return
            assert self.process.poll() is None, self.output.decode()
            sleep(0.1)
        pytest.fail("serve did not answer")

    def await_words(self, words: bytes) -> None:
        """Until the words stand on the screen."""
        until = monotonic() + 30
        while words not in self.output:
            assert monotonic() < until, self.output.decode()
            sleep(0.05)

    def close(self) -> None:
        """Leave nothing behind, whatever the test found."""
        for pid in {self.process.pid, *family(self.process.pid)}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(10)
        os.close(self.keyboard)


TAKES_THE_TERMINAL = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@contextmanager
def terminal(folder: Path, port: int) -> Iterator[Terminal]:
    """A terminal with `serve` in it, cleared away afterwards."""
    found = Terminal(folder, port)
    try:
        yield found
    finally:
        found.close()


def family(pid: int) -> set[int]:
    """The process, its children, and theirs."""
    found: set[int] = set()
    coming = {pid}
    while coming:
        found |= coming
        coming = {child for parent in coming for child in children(parent)} - found
    return found


def children(pid: int) -> set[int]:
    """The processes that it, or one of its threads, started and that live."""
    found: set[int] = set()
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            found |= {int(child) for child in (task / "children").read_text().split()}
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that still run. One that ended and waits to be noted has ended."""
    found = set()
    for pid in pids:
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.add(pid)
    return found


def await_end(pids: set[int]) -> set[int]:
    """Who is left after the time that ending may take."""
    until = monotonic() + ENDS_WITHIN_S
    while alive(pids) and monotonic() < until:
        sleep(0.05)
    return alive(pids)


@pytest.mark.slow
@pytest.mark.parametrize("turn", [1, 2])
def test_ctrl_c_in_a_terminal_ends_every_process(tmp_path: Path, turn: int) -> None:
    """The terminal's Ctrl-C reaches the whole group at once; still all of it ends, and quietly."""
    with terminal(tmp_path, free_port()) as found:
        found.await_answer()
        found.await_words(b"Samklang listens on")
        everyone = family(found.process.pid)
        assert len(everyone) == 4, "the server, two web processes and the release worker"
        for _ in range(turn):
            os.write(found.keyboard, CTRL_C)
        assert not await_end(everyone)
        assert found.process.wait() == 0
        assert b"Traceback" not in found.output


@pytest.mark.slow
def test_nobody_stays_when_the_server_is_killed(tmp_path: Path) -> None:
    """After kill -9 of the main process the web processes and the worker end by themselves."""
    with terminal(tmp_path, free_port()) as found:
        found.await_answer()
        everyone = family(found.process.pid)
        found.process.kill()
        found.process.wait()
        assert not await_end(everyone)


@pytest.mark.slow
def test_links_follow_the_port_and_a_second_server_is_refused(tmp_path: Path) -> None:
    """Neither the same port nor the same data folder can be served twice."""
    with terminal(tmp_path / "first", free_port()) as found:
        found.await_answer()
        assert f"SAMKLANG_BASE_URL is not set: links use http://127.0.0.1:{found.port}.".encode() in found.output
        with terminal(tmp_path / "second", found.port) as second:
            assert second.process.wait(30) == 1
            second.await_words(f"Port {found.port} is taken.".encode())
        with terminal(tmp_path / "first", free_port()) as third:
            assert third.process.wait(30) == 1
            third.await_words(b"Another release worker already runs")


@pytest.mark.slow
def test_the_parts_of_a_node_end_in_order_when_they_are_told_to(tmp_path: Path, postgresql_engine: Engine) -> None:
    """SIGTERM to the web alone and to a worker, as systemd sends it: nobody stays, and no worker is missed."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("SAMKLANG_")}
    address = postgresql_engine.url.render_as_string(hide_password=False)
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": address.replace("+psycopg", ""), "LOG_FORMAT": "json"}
    environment = others | {f"SAMKLANG_{name}": value for name, value in given.items()}
    port = free_port()
    with (tmp_path / "said").open("wb") as said:
        web, worker = (
            subprocess.Popen([sys.executable, str(APP), *command], env=environment, stdout=said, stderr=said)  # noqa: S603 - the application itself
            for command in (("serve", "--no-worker", "--port", str(port)), ("worker",))
        )
        try:
            await_that(lambda: answers_at(port) and len(nodes_known(postgresql_engine)) == 1)
            assert [node.ready for node in nodes_known(postgresql_engine)] == [True]
            everyone = family(web.pid) | family(worker.pid)
            assert len(everyone) == 4, "the server, two web processes and the release worker"
            for process in (web, worker):
                process.terminate()
            assert not await_end(everyone)
            assert (web.wait(), worker.wait()) == (0, 0)
        finally:
            for process in (web, worker):
                process.kill()
                process.wait()
    assert nodes_known(postgresql_engine) == []
    written = (tmp_path / "said").read_text()
    assert "Traceback" not in written
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert [line["message"].rsplit(" ", 1)[1] for line in lines] == ["started", "stopped"]
    assert {line["node"].split(":")[1] for line in lines} == {str(worker.pid)}


def nodes_known(engine: Engine) -> list[Seen]:
    """The workers that told of themselves."""
    with reading(engine) as session:
        return list(nodes.seen(session))


def answers_at(port: int) -> bool:
    """Whether the web is ready there."""
    with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def await_that(what: Callable[[], bool]) -> None:
    """Until it is so."""
    until = monotonic() + 60
    while not what():
        assert monotonic() < until
        sleep(0.1)


def test_a_port_where_somebody_listens_is_taken() -> None:
    """Also where the listener would share its port, as our own server does."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert ports.answers("0.0.0.0", port)  # noqa: S104 - every address, as an operator may choose
        with pytest.raises(PortTaken):
            free_address("127.0.0.1", port)


def test_a_port_that_was_just_left_is_free() -> None:
    """A server can be started again at once where one was stopped."""
    port = free_port()
    assert free_address("localhost", port) in {"127.0.0.1", "::1"}
    assert not ports.answers("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused_in_one_sentence(shell: Shell) -> None:
    """The operator learns which address, and which options choose another."""
    assert "192.0.2.1" in shell.fails("serve", "--host", "192.0.2.1")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),  # noqa: S104 - as an operator may choose
        ("::", "http://[::1]:81"),
        ("samklang.example.se", "http://samklang.example.se:81"),
    ],
)
def test_the_address_told_is_one_that_a_browser_can_open(host: str, address: str) -> None:
    """Every address of this machine is not an address to click on."""
    assert web_address(host, 81) == address


def test_a_worker_that_ends_again_and_again_is_started_ever_more_slowly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """From one second to thirty, and each time the log says what to do."""
    beside = Beside()
    pauses: list[float | None] = []

    def wait(pause: float | None = None) -> bool:
        pauses.append(pause)
        if len(pauses) == 7:
            beside._stopping.set()
        return True

    monkeypatch.setattr(beside._stopping, "wait", wait)
    monkeypatch.setattr(beside, "_spawn", lambda: subprocess.Popen(["false"]))  # noqa: S607 - a program that ends with 1
    with caplog.at_level(logging.ERROR):
        beside._keep_alive()
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert all("app.py doctor" in line for line in caplog.messages)
