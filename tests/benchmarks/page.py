"""A public campaign page against an empty Flask view: requests a second on the same server with two workers.

    python tests/benchmarks/page.py                 # needs wrk (Debian: apt-get install wrk)

One is served by `python app.py serve --workers 2`, the other by Granian started in the same way; the load comes from
`wrk`, a process of its own on the same cores, some seconds each in turn.
"""

import argparse
import json
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from parts import APP, ROOT, Installation, installation, machine  # isort: skip - it sets the path

import requests
from factories import Office
from flask import Flask
from sqlmodel import select

from campaigns.domain.times import ceiling
from campaigns.release.clock import NodeClock, system_now
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign
from campaigns.work.workplace import open_workplace

CONNECTIONS, THREADS = 32, 1


def empty() -> Flask:
    """An application with one view that says next to nothing."""
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/", view_func=lambda: "x")
    return app


def live(found: Installation) -> str:
    """A campaign with several voices that is public; gives its address below the server's."""
    office = Office(open_workplace(found.settings, found.engine, clock=NodeClock(found.engine).now))
    began = system_now()
    office.now = began
    partners = [office.partner(f"Partner {number} (exempel)") for number in range(5)]
    soon = ceiling(began + timedelta(seconds=4), timedelta(seconds=1))
    office.approved(*partners, lift_at=soon, briefing_opens_at=began - timedelta(hours=1))
    time.sleep(max((soon - system_now()).total_seconds(), 0))
    with reading(found.engine) as session:
        return f"/kampanj/{session.exec(select(Campaign.slug)).one()}"


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, path: str, **started: Any) -> Iterator[str]:
    """A server for as long as it is needed; gives the address that is asked for."""
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **started)  # noqa: S603 - ourselves
    address = f"http://127.0.0.1:{port}{path}"
    try:
        for _ in range(200):
            try:
                if requests.get(address, timeout=1).status_code == 200:
                    break
            except requests.ConnectionError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{address} does not answer")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def per_second(address: str, seconds: int) -> float:
    """How many requests a second `wrk` got answered; every answer must be a good one."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("needs wrk (Debian: apt-get install wrk)")
    said = subprocess.run(  # noqa: S603 - found above
        [wrk, f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", address], capture_output=True, text=True, check=True
    ).stdout
    if "Non-2xx" in said:
        raise SystemExit(said)
    return float(re.findall(r"Requests/sec:\s+([0-9.]+)", said)[0])


def measure(seconds: int, rounds: int) -> dict[str, Any]:
    """Each in turn, several rounds; the best of each is compared, because others use the machine too."""
    before = machine("SQLite, WAL, synchronous=FULL")
    ours, theirs = free_port(), free_port()
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--workers", "2"]
    granian += ["--blocking-threads", "8", "--port", str(theirs), "page:empty"]
    with installation("sqlite", LIFT_STEP="1") as found:
        path = live(found)
        serve = [sys.executable, str(APP), "serve", "--port", str(ours), "--workers", "2", "--no-worker"]
        with (
            serving(serve, ours, path, env=found.environment, cwd=ROOT) as page,
            serving(granian, theirs, "/", cwd=ROOT / "tests" / "benchmarks") as nothing,
        ):
            size = len(requests.get(page, timeout=5).content)
            runs = [(per_second(page, seconds), per_second(nothing, seconds)) for _ in range(rounds)]
    best, best_empty = max(run[0] for run in runs), max(run[1] for run in runs)
    return {
        "machine": before,
        "page_bytes": size,
        "page_per_second": round(best),
        "empty_view_per_second": round(best_empty),
        "page_against_empty": round(best / best_empty, 2),
        "rounds": [[round(one), round(other)] for one, other in runs],
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=5, help="how long each is asked (default: 5)")
    parser.add_argument("--rounds", type=int, default=3, help="how often in turn (default: 3)")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.seconds, arguments.rounds), indent=2))  # noqa: T201 - this is what the script is for


if __name__ == "__main__":
    main()
