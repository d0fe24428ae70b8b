"""How long the workplace's pages take in a crowd, beside a page that reads nothing: `python tests/benchmarks/pages.py`.

Prints JSON. Each page is asked for in turn with the empty one, so that a busy machine slows both; the ratio is what
counts. By default 300 organisations, 2,000 members, 200 campaigns and 20 languages, as the issue of the workplace asks.
"""

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from crowded import Crowd, crowded  # noqa: E402 - found through the path above
from desks import Desk, make_workplace_app  # noqa: E402
from factories import Office, settings_for  # noqa: E402
from flask import Flask  # noqa: E402
from journey.test_page_queries import pages  # noqa: E402

from campaigns.domain.access import Role  # noqa: E402
from campaigns.domain.lifecycle import Stage  # noqa: E402
from campaigns.store import migrations  # noqa: E402
from campaigns.store.engine import make_engine  # noqa: E402
from campaigns.work.workplace import open_workplace  # noqa: E402

EMPTY = "/arbete/delar"


def main() -> None:
    """Build the crowd, ask for every page, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("organisations", 300), ("members", 2000), ("campaigns", 200), ("languages", 20)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--runs", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samklang-pages-") as folder:
        print(json.dumps(_measured(Path(folder), given), ensure_ascii=False, indent=1))  # noqa: T201 - a script's answer


def _measured(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    logging.disable(logging.CRITICAL)
    engine = make_engine(f"sqlite:///{folder}/pages.sqlite3")
    migrations.upgrade(engine)
    place = open_workplace(settings_for(folder), engine, clock=lambda: Office.NOW)
    office = Office(place)
    steward = office.member(office.police, {Role.STEWARD, Role.ADMINISTRATOR})
    size = {name: getattr(given, name) for name in ("organisations", "members", "campaigns", "languages")}
    crowd = crowded(office, **size)
    app = make_workplace_app(office, folder)
    people = {"communicator": office.communicator, "steward": steward, "partner": crowd.partner}
    found: list[dict[str, Any]] = [
        {"who": name, "page": address, **times}
        for name, actor in people.items()
        for address, times in _pages_of(Desk(app, place, actor, now=office.now), app, crowd, given.runs)
    ]
    engine.dispose()
    found.sort(key=lambda one: one["ms"], reverse=True)
    over = [one["page"] for one in found if one["ms"] >= 100]
    return {"size": size, "pages": len(found), "slowest_ms": found[0]["ms"], "over_100_ms": over, "found": found[:25]}


def _pages_of(desk: Desk, app: Flask, crowd: Crowd, runs: int) -> Iterator[tuple[str, dict[str, float]]]:
    for address in sorted({page for stage in (Stage.BRIEFING, Stage.LIVE) for page in pages(app, crowd, stage)}):
        if desk.get(address).status_code == 200:
            yield address, _times(desk, address, runs)


def _times(desk: Desk, address: str, runs: int) -> dict[str, float]:
    pages_took, empty_took = [], []
    for _ in range(runs):
        pages_took.append(_took(desk, address))
        empty_took.append(_took(desk, EMPTY))
    page, empty = median(pages_took), median(empty_took)
    return {"ms": round(page * 1000, 1), "empty_ms": round(empty * 1000, 1), "ratio": round(page / empty, 2)}


def _took(desk: Desk, address: str) -> float:
    began = perf_counter()
    desk.get(address)
    return perf_counter() - began


if __name__ == "__main__":
    main()
