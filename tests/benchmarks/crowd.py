"""A crowd: one lift with very many deliveries on PostgreSQL, and one, two or four real workers.

    python tests/benchmarks/crowd.py                                  # 100,000 deliveries; takes some minutes
    python tests/benchmarks/crowd.py --deliveries 10000 --workers 1 2

Every worker is a process of its own (`python app.py worker`), four more are the receivers, and all of them share this
machine's cores. One receiver would not do: four workers hold 40,000 connections open, more than a process may have
of files or an address of ports. Ratios compare the runs of one call.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from parts import APP, Installation, Sink, installation, machine, offsets  # isort: skip - it sets the path

from factories import Office
from sqlalchemy import text
from sqlmodel import col, select, update

from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.times import ceiling
from campaigns.release.clock import NodeClock, system_now
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.workplace import open_workplace

STEP = timedelta(seconds=1)
FAR = timedelta(hours=6)
ARMING = timedelta(seconds=45)
GIVE_UP_S = 600
RECEIVERS = 4
OURS = "event = 'campaign.lifted'"


def approved(found: Installation, receivers: list[str], deliveries: int) -> str:
    """A campaign whose lift is far away; one delivery is planned for real, the others are copies to all receivers."""
    clock = NodeClock(found.engine)
    office = Office(open_workplace(found.settings, found.engine, clock=clock.now))
    office.now = system_now()
    office.organisation("Mottagare (exempel)", channels=[(ChannelKind.WEBHOOK, receivers[0])])
    began = system_now()
    campaign_id = office.approved(lift_at=ceiling(began + FAR, STEP), briefing_opens_at=began - STEP)
    with writing(found.engine) as session:
        names = [column.name for column in Delivery.__table__.columns if column.name != "id"]  # type: ignore[attr-defined] # SQLModel hides it
        session.connection().execute(
            text(
                f"INSERT INTO deliveries (id, {', '.join(names)}) "  # noqa: S608 - our own names
                f"SELECT md5(n::text), {', '.join('d.' + name for name in names)} "
                f"FROM deliveries d, generate_series(2, :most) n WHERE d.{OURS}"
            ),
            {"most": deliveries},
        )
        session.connection().execute(
            text(
                f"UPDATE deliveries SET recipient = (CAST(:all AS text[]))[1 + abs(hashtext(id)) % :count] "  # noqa: S608 - our own words
                f"WHERE {OURS}"
            ),
            {"all": receivers, "count": len(receivers)},
        )
    with writing(found.engine) as session:
        session.connection().execute(text("ANALYZE"))
    return campaign_id


def move_lift(found: Installation, campaign_id: str) -> datetime:
    """T soon, past the tasks: a new T would render every copy anew."""
    lift_at = ceiling(system_now() + ARMING, STEP)
    with writing(found.engine) as session:
        session.connection().execute(update(Campaign).where(col(Campaign.id) == campaign_id).values(lift_at=lift_at))
        session.connection().execute(
            update(Delivery).where(col(Delivery.campaign_id) == campaign_id, col(Delivery.event) != Event.NOTICE)
            .values(planned_at=lift_at, due_at=lift_at)
        )  # fmt: skip
    return lift_at


def peak_mb(pid: int) -> float:
    """The most memory a process has had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return round(int(status.split("VmHWM:")[1].split()[0]) / 1024, 1)


def processor_s(pid: int) -> float:
    """Seconds of processor time that a process has had: a busy machine stretches them less than a clock's."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 1)


def await_end(found: Installation, lift_at: datetime) -> bool:
    """Whether everything was live before it took too long."""
    while system_now() < lift_at + timedelta(seconds=GIVE_UP_S):
        time.sleep(0.5)
        with reading(found.engine) as session:
            waiting = text(f"SELECT count(*) FROM deliveries WHERE {OURS} AND state <> 'live'")  # noqa: S608 - our own words
            if system_now() > lift_at and session.connection().execute(waiting).scalar_one() == 0:
                return True
    return False


def released(deliveries: int, workers: int) -> dict[str, Any]:
    """One lift from arming to the last outcome."""
    sinks = [Sink(keep_alive=False) for _ in range(RECEIVERS)]
    with installation("postgresql") as found:
        campaign_id = approved(found, [sink.url for sink in sinks], deliveries)
        lift_at = move_lift(found, campaign_id)
        processes = [
            subprocess.Popen([sys.executable, str(APP), "worker"], env=found.environment, stderr=subprocess.DEVNULL)  # noqa: S603 - ourselves
            for _ in range(workers)
        ]
        try:
            ended = await_end(found, lift_at)
            memory = [peak_mb(process.pid) for process in processes]
            processor = [processor_s(process.pid) for process in processes]
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)
        with reading(found.engine) as session:
            rows = session.exec(
                select(Delivery.id, Delivery.sent_at, Delivery.confirmed_at, Delivery.attempts).where(
                    col(Delivery.event) == Event.CAMPAIGN_LIFTED
                )
            ).all()
        database = found.database
    arrived = dict(pair for sink in sinks for pair in sink.arrivals().items())
    for sink in sinks:
        sink.stop()
    return _said(rows, arrived, lift_at) | {
        "deliveries": deliveries,
        "workers": workers,
        "all_live": ended,
        "peak_mb": memory,
        "processor_s": processor,
        "processor_ms_a_delivery": round(1000 * sum(processor) / deliveries, 2),
        "database": database,
    }


def _said(rows: Any, arrived: dict[str, tuple[float, int]], lift_at: datetime) -> dict[str, Any]:
    sent = [row.sent_at.timestamp() for row in rows if row.sent_at]
    confirmed = {row.id: row.confirmed_at for row in rows if row.confirmed_at}
    seconds = (max(confirmed.values(), default=lift_at) - lift_at).total_seconds()
    return {
        "sent_ms": offsets(sent, lift_at),
        "all_live_after_s": round(seconds, 2),
        "per_second": round(len(confirmed) / seconds),
        "waiting_when_given_up": len(rows) - len(confirmed),
        "lost": len(confirmed.keys() - arrived.keys()),
        "repeated_under_their_id": sum(often - 1 for _, often in arrived.values()),
        "tried_again": sum(max(row.attempts - 1, 0) for row in rows),
        "early": sum(first < lift_at.timestamp() for first, _ in arrived.values()),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, nargs="+", default=[100_000], help="how many (default: 100000)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4], help="how many (default: 1 2 4)")
    arguments = parser.parse_args()
    before = machine("PostgreSQL")
    runs = [released(deliveries, workers) for deliveries in arguments.deliveries for workers in arguments.workers]
    ratios = [round(run["per_second"] / runs[0]["per_second"], 2) for run in runs]
    found = {"machine": before | {"database": runs[0].pop("database")}, "runs": runs, "rate_against_the_first": ratios}
    print(json.dumps(found, indent=2))  # noqa: T201 - this is what the script is for


if __name__ == "__main__":
    main()
