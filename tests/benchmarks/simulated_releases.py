"""Thousands of simulated releases with random holds, crashes and clocks: none early, none lost, none silently twice.

    python tests/benchmarks/simulated_releases.py                        # 10,000 releases
    python tests/benchmarks/simulated_releases.py --releases 2000 --seed 7 --processes 2

Real workers, real approvals and real databases (SQLite in memory-backed files, 40 releases in each); receivers and
time are simulated. What is drawn depends on the seed alone. Prints JSON and ends with 1 if anything was wrong.
"""

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from simulated_lives import simulate  # noqa: E402 - only now is the path right

from campaigns.store import migrations  # noqa: E402
from campaigns.store.engine import make_engine  # noqa: E402

IN_ONE_DATABASE = 40
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
WRONG = ("early", "twice", "lost", "other words", "of an old release", "sent in doubt", "sent while", "failed")


def course(template: Path, releases: int, seed: int) -> Counter[str]:
    """One database's worth. What goes wrong is counted, and told with the seed that brings it back."""
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(dir=template.parent) as folder:
        try:
            return simulate(template, Path(folder), releases=releases, seed=seed)
        except AssertionError as error:
            print(f"seed {seed}, {releases} releases: {error}", file=sys.stderr)  # noqa: T201 - this is a report
            return Counter({"failed": 1, "releases": releases}) + _said(str(error))


def _said(wrong: str) -> Counter[str]:
    """How many lines begin with each of the wrongs."""
    return Counter({word: sum(line.startswith(word) for line in wrong.splitlines()) for word in WRONG})


def courses(releases: int, seed: int) -> Iterator[tuple[int, int]]:
    """How many releases and which seed for each database."""
    for number, begun in enumerate(range(0, releases, IN_ONE_DATABASE)):
        yield min(IN_ONE_DATABASE, releases - begun), seed * 1_000_000 + number


def report(counts: Mapping[str, int], *, seed: int, seconds: float) -> dict[str, object]:
    """What is printed."""
    return {
        "releases": counts["releases"],
        "seed": seed,
        "early": counts["early"],
        "lost": counts["lost"],
        "unexplained doubles": counts["twice"],
        "other wrongs": sum(number for what, number in counts.items() if what.startswith(WRONG[3:])),
        "explained doubles": counts["explained doubles"],
        "deliveries": {
            what.removeprefix("ended "): counts[what] for what in sorted(counts) if what.startswith("ended")
        },
        "crashes": counts["crashes"],
        "naps": counts["naps"],
        "holds": counts["hold"],
        "moved": counts["postpone"] + counts["lift early"],
        "reopened or cancelled": counts["reopen"] + counts["cancel"],
        "clock steps": counts["clock steps"],
        "seconds": round(seconds, 1),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}",
    }


def played(releases: int, seed: int, processes: int) -> Counter[str]:
    """All of it, side by side."""
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        template = Path(folder) / "empty.sqlite3"
        _make(template)
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            for some in [pool.submit(course, template, *one) for one in courses(releases, seed)]:
                counts += some.result()
    return counts


def _make(template: Path) -> None:
    engine = make_engine(f"sqlite:///{template}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def main() -> None:
    """Play, print, and end with 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    began = time.monotonic()
    counts = played(given.releases, given.seed, given.processes)
    found = report(counts, seed=given.seed, seconds=time.monotonic() - began)
    print(json.dumps(found, indent=2))  # noqa: T201 - the report
    sys.exit(1 if any(counts[what] for what in WRONG) else 0)


if __name__ == "__main__":
    main()
