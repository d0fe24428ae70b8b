"""How near to T everything leaves: Samklang's dispatcher against a plain thread pool, to one sink, in one run.

    python tests/benchmarks/release.py                              # 1,000 receivers, a summary
    python tests/benchmarks/release.py --receivers 1000 --json      # the same as JSON

Both sides send the same signed bodies to the same sink, a process of its own on loopback that answers 204 and notes
when each request had arrived. Samklang does all it does at a real lift: rows are claimed, the intent to send is stored
before the first byte, and every outcome is written. The pool only calls `requests.post`, 32 at a time, from T on.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import requests
from cryptography.fernet import Fernet
from sqlmodel import col, select

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from factories import Office  # noqa: E402 - only now is the path right

from campaigns.channels import webhook  # noqa: E402
from campaigns.channels.http import HttpRequest  # noqa: E402
from campaigns.domain.lifecycle import DeliveryState  # noqa: E402
from campaigns.domain.release import ChannelKind, Event  # noqa: E402
from campaigns.domain.times import ceiling  # noqa: E402
from campaigns.release.clock import NodeClock, system_now  # noqa: E402
from campaigns.release.dispatcher import Dispatcher  # noqa: E402
from campaigns.settings import Settings  # noqa: E402
from campaigns.store import migrations  # noqa: E402
from campaigns.store.engine import make_engine, reading  # noqa: E402
from campaigns.store.tables import Delivery  # noqa: E402
from campaigns.work.lifting import coming_lifts  # noqa: E402
from campaigns.work.workplace import Workplace, open_workplace  # noqa: E402

STEP = timedelta(seconds=1)
SOON = timedelta(seconds=5)
POOL_THREADS = 32
ANSWER = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"


class Sink:
    """The receiver of everything, in its own process. `arrivals()` gives what came since it was last asked."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_sink, args=(theirs,), daemon=True)
        self._process.start()
        self.port: int = self._pipe.recv()

    def arrivals(self) -> dict[str, float]:
        """When each webhook-id had arrived, as seconds since 1970; it forgets them."""
        self._pipe.send("arrivals")
        found: dict[str, float] = self._pipe.recv()
        return found

    def stop(self) -> None:
        """End the process."""
        self._pipe.send("stop")
        self._process.join()


def _sink(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    arrived: dict[str, float] = {}

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                await reader.readexactly(int(fields.get("content-length", "0")))
                arrived.setdefault(fields["webhook-id"], time.time())
                writer.write(ANSWER)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0, backlog=4096)
    pipe.send(server.sockets[0].getsockname()[1])
    while await asyncio.to_thread(pipe.recv) == "arrivals":
        pipe.send(dict(arrived))
        arrived.clear()


def prepared(folder: Path, receivers: int, port: int) -> tuple[Workplace, NodeClock]:
    """A database with an approved campaign whose lift reaches that many webhooks; its lift is seconds away."""
    environment = {
        "DATA_DIR": str(folder),
        "SECRET_KEY": "x" * 40,
        "CREDENTIALS_KEYS": Fernet.generate_key().decode(),
        "LIFT_STEP": "1",
        "ALLOW_PRIVATE_RECEIVERS": "1",
    }
    settings = Settings.from_env({f"SAMKLANG_{name}": value for name, value in environment.items()})
    engine = make_engine(settings.database_url)
    migrations.upgrade(engine)
    clock = NodeClock(engine)
    place = open_workplace(settings, engine, clock=clock.now)
    office = Office(place)
    office.now = system_now()
    channels = [(ChannelKind.WEBHOOK, f"http://127.0.0.1:{port}/{number}") for number in range(receivers)]
    office.organisation("Mottagare (exempel)", channels=channels)
    began = system_now()
    office.approved(lift_at=ceiling(began + SOON + receivers * timedelta(milliseconds=5), STEP),
                    briefing_opens_at=began - timedelta(hours=1))  # fmt: skip
    return place, clock


def samklang(place: Workplace, clock: NodeClock) -> tuple[datetime, dict[str, float]]:
    """Release as a worker does. Returns T and when each delivery was sent, in seconds since 1970."""
    dispatcher = Dispatcher(place, node="benchmark", clock=clock.now)
    clock.must_be_right()
    (lift,) = coming_lifts(place.engine, until=clock.now() + timedelta(hours=1))
    armed = dispatcher.arm(lift)
    time.sleep(max((lift.lift_at - clock.now()).total_seconds() - 1, 0))
    clock.must_be_right()
    dispatcher.ready(armed)
    dispatcher.fire(armed)
    rows = _deliveries(place)
    if any(row.state is not DeliveryState.LIVE for row in rows):
        raise SystemExit("not every delivery is live")
    return lift.lift_at, {row.id: row.sent_at.timestamp() for row in rows if row.sent_at}


def _deliveries(place: Workplace) -> list[Delivery]:
    with reading(place.engine) as session:
        rows = list(session.exec(select(Delivery).where(col(Delivery.event) == Event.CAMPAIGN_LIFTED)).all())
        session.expunge_all()
        return rows


def thread_pool(jobs: Sequence[HttpRequest], lift_at: datetime) -> dict[str, float]:
    """Plain `requests.post` in a pool, from T on. Returns when each call began, in seconds since 1970."""

    def post(job: HttpRequest) -> tuple[str, float]:
        began = time.time()
        requests.post(job.url, data=job.body, headers=dict(job.headers), timeout=10).raise_for_status()
        return job.headers["webhook-id"], began

    with ThreadPoolExecutor(POOL_THREADS) as pool:
        time.sleep(max((lift_at - datetime.now(UTC)).total_seconds(), 0))
        return dict(pool.map(post, jobs))


def jobs_like(place: Workplace, lift_at: datetime) -> list[HttpRequest]:
    """The same bodies to the same addresses, signed ahead as for Samklang."""
    secret = webhook.new_secret()
    jobs = []
    for row in _deliveries(place):
        headers = {"Content-Type": row.content_type}
        headers |= webhook.sign(row.body, delivery_id=f"plain-{row.id}", secrets=[secret], at=lift_at)
        jobs.append(HttpRequest(method="POST", url=row.recipient, headers=headers, body=row.body))
    return jobs


def offsets(instants: Mapping[str, float], lift_at: datetime) -> dict[str, float]:
    """Milliseconds after T: the first, the middle, the 95th of a hundred, the last."""
    ordered = sorted((instant - lift_at.timestamp()) * 1000 for instant in instants.values())
    cuts = statistics.quantiles(ordered, n=100, method="inclusive")
    return {name: round(value, 1) for name, value in
            (("first", ordered[0]), ("p50", cuts[49]), ("p95", cuts[94]), ("last", ordered[-1]))}  # fmt: skip


def measure(receivers: int) -> dict[str, Any]:
    """Both sides, one after the other, in one run."""
    sink = Sink()
    with tempfile.TemporaryDirectory(prefix="samklang-benchmark-") as folder:
        place, clock = prepared(Path(folder), receivers, sink.port)
        lift_at, sent = samklang(place, clock)
        arrived = sink.arrivals()
        again_at = ceiling(system_now() + 2 * STEP, STEP)
        plain_began = thread_pool(jobs_like(place, again_at), again_at)
        plain_arrived = sink.arrivals()
        place.engine.dispose()
    sink.stop()
    ours, theirs = offsets(arrived, lift_at), offsets(plain_arrived, again_at)
    return {
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.system(),
            "network": "loopback",
            "database": "SQLite, WAL, synchronous=FULL",
        },
        "receivers": receivers,
        "samklang": {"arrived": len(arrived), "sent_ms": offsets(sent, lift_at), "arrived_ms": ours},
        "thread_pool": {
            "threads": POOL_THREADS,
            "arrived": len(plain_arrived),
            "began_ms": offsets(plain_began, again_at),
            "arrived_ms": theirs,
        },
        "ratio_of_the_last_arrival": round(theirs["last"] / ours["last"], 1),
        "early": sum(instant < lift_at.timestamp() for instant in [*sent.values(), *arrived.values()]),
    }


def main() -> None:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receivers", type=int, default=1000, help="how many webhooks (default: 1000)")
    parser.add_argument("--json", action="store_true", help="everything, as JSON")
    arguments = parser.parse_args()
    found = measure(arguments.receivers)
    if arguments.json:
        print(json.dumps(found, indent=2))  # noqa: T201 - this is what the script is for
        return
    for name in ("samklang", "thread_pool"):
        print(f"{name:12} arrived {found[name]['arrived']}, ms after T: {found[name]['arrived_ms']}")  # noqa: T201 - see above
    print(f"the last arrives {found['ratio_of_the_last_arrival']} times sooner; early: {found['early']}")  # noqa: T201


if __name__ == "__main__":
    main()
