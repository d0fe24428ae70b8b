"""How long a worker makes the sample campaign's library, and how fast it is read: `python tests/benchmarks/library.py`.

Prints JSON. Every language is made with and without the embargo line by the real process, on SQLite. `cpu_seconds` is
what the work itself took; the process runs at the lowest priority, so on a busy machine the seconds say little.
"""

import json
import resource
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from factories import Office, settings_for  # noqa: E402 - found through the path above
from material_samples import SAMPLE, SAMPLE_TAGS, sample_facts  # noqa: E402
from sqlmodel import func, select  # noqa: E402

from campaigns.domain.texts import TextContent  # noqa: E402
from campaigns.release.workshop import Workshop  # noqa: E402
from campaigns.store import migrations  # noqa: E402
from campaigns.store.engine import make_engine, reading  # noqa: E402
from campaigns.store.tables import MaterialBody, MaterialFile  # noqa: E402
from campaigns.work.campaign.drafts import MessageDraft  # noqa: E402
from campaigns.work.library.shelves import NOTHING, public_download, public_library, read_bytes  # noqa: E402
from campaigns.work.workplace import Workplace, open_workplace  # noqa: E402

LISTS = 50


def main() -> None:
    """Make everything, read it, and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = make_engine(f"sqlite:///{folder}/library.sqlite3")
        migrations.upgrade(engine)
        place = open_workplace(settings_for(folder), engine, clock=lambda: Office.NOW)
        measured = _made(place) | _read(place)
        engine.dispose()
    print(json.dumps(measured, indent=1))  # noqa: T201 - a script's answer


def _made(place: Workplace) -> dict[str, Any]:
    office = Office(place)
    campaign_id = office.briefed(
        languages=SAMPLE_TAGS, core_messages=_messages(), key_facts=sample_facts(), example=True, slug="gangsnacket"
    )
    office.approve(campaign_id)
    workshop = Workshop(place, node="benchmark", clock=lambda: office.now, may_work=lambda: True)
    began, worked = perf_counter(), _cpu()
    shelves = workshop.work()
    return {
        "shelves": shelves,
        "seconds": round(perf_counter() - began, 1),
        "cpu_seconds": round(_cpu() - worked, 1),
        "maker_peak_mib": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }


def _messages() -> tuple[MessageDraft, ...]:
    parts = ("headline", "long", "short", "sms", "spoken")
    return tuple(
        MessageDraft(
            name=f"budskap {number}",
            texts={
                tag: TextContent(**{part: message.get(part, {}).get(tag, "") for part in parts}) for tag in SAMPLE_TAGS
            },
        )
        for number, message in enumerate(SAMPLE["core_messages"], 1)
    )


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _read(place: Workplace) -> dict[str, Any]:
    now = Office.LIFT
    with reading(place.engine) as session:
        stored = session.exec(select(func.sum(func.length(MaterialBody.content)))).one()
        offered = session.exec(select(func.sum(MaterialFile.size))).one()
    began = perf_counter()
    for _ in range(LISTS):
        public_library(place.engine, now=now, kind=NOTHING)
    listed = perf_counter() - began
    whole = public_download(place.engine, now=now, slug="gangsnacket", language="", name="allt.zip")
    began = perf_counter()
    read = sum(map(len, read_bytes(place.engine, whole, 0, whole.item.size)))
    took = perf_counter() - began
    return {
        "stored_mb": round(stored / 1e6, 1),
        "offered_mb": round(offered / 1e6, 1),
        "list_ms": round(listed / LISTS * 1000, 1),
        "zip_mb": round(read / 1e6, 1),
        "zip_mb_per_second": round(read / took / 1e6),
    }


if __name__ == "__main__":
    main()
