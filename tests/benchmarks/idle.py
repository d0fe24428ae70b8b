"""What a release worker costs that has nothing to do: its share of one core, against a process that only sleeps.

python tests/benchmarks/idle.py               # a minute each, SQLite and PostgreSQL
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from parts import APP, Kind, installation, machine  # isort: skip - it sets the path

SETTLE_S = 10
"""How long starting may take: it is not counted."""


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, in it and in the system for it."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def share_of_a_core(command: Sequence[str], environment: Mapping[str, str], seconds: int) -> float:
    """Per cent of one core that a process takes once it has started."""
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves
    try:
        time.sleep(SETTLE_S)
        before = cpu_seconds(process.pid)
        time.sleep(seconds)
        return round((cpu_seconds(process.pid) - before) / seconds * 100, 2)
    finally:
        process.terminate()
        process.wait(30)


def measure(kind: Kind, seconds: int) -> dict[str, Any]:
    """A worker on one kind of database."""
    with installation(kind) as found:
        worker = share_of_a_core([sys.executable, str(APP), "worker"], found.environment, seconds)
        return {"database": found.database, "worker_percent_of_a_core": worker}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long each is watched (default: 60)")
    seconds = parser.parse_args().seconds
    before = machine("both")
    asleep = share_of_a_core([sys.executable, "-c", "import time; time.sleep(9999)"], os.environ, min(seconds, 10))
    found = {
        "machine": before,
        "seconds": seconds,
        "asleep_percent_of_a_core": asleep,
        "workers": [measure("sqlite", seconds), measure("postgresql", seconds)],
    }
    print(json.dumps(found, indent=2))  # noqa: T201 - this is what the script is for


if __name__ == "__main__":
    main()
