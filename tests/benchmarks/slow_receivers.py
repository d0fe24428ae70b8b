"""Receivers that take their time: all answer after 100 ms, and some never.

    python tests/benchmarks/slow_receivers.py                 # 1,000 receivers, 5 % hang, and once more with none

Healthy ones must not notice the others: when is the last of them confirmed, and when are the hanging ones cut?
"""

import argparse
import asyncio
import json
import multiprocessing
import time
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from parts import ANSWER, installation, machine, offsets  # isort: skip - it sets the path

from factories import Office
from sqlmodel import col, select

from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.times import ceiling
from campaigns.release.clock import NodeClock, system_now
from campaigns.release.dispatcher import Dispatcher
from campaigns.store.engine import reading
from campaigns.store.tables import Delivery
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.workplace import open_workplace

STEP = timedelta(seconds=1)
SLOW_S = 0.1


def _receivers(pipe: Connection) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Connection) -> None:
    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(3600 if b" /hangs" in head else SLOW_S)
            writer.write(ANSWER)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(receive, "127.0.0.1", 0, backlog=4096)
    pipe.send(server.sockets[0].getsockname()[1])
    await asyncio.to_thread(pipe.recv)


def released(receivers: int, hanging: int, port: int) -> dict[str, Any]:
    """One lift; every other receiver's outcome is looked at as it is in the end."""
    with installation("sqlite") as found:
        clock = NodeClock(found.engine)
        place = open_workplace(found.settings, found.engine, clock=clock.now)
        office = Office(place)
        office.now = system_now()
        addresses = [f"http://127.0.0.1:{port}/{'hangs' if n < hanging else 'slow'}/{n}" for n in range(receivers)]
        office.organisation("Mottagare (exempel)", channels=[(ChannelKind.WEBHOOK, address) for address in addresses])
        began = system_now()
        lift_at = ceiling(began + timedelta(seconds=5 + receivers * 0.01), STEP)
        office.approved(lift_at=lift_at, briefing_opens_at=began - STEP)
        dispatcher = Dispatcher(place, node="benchmark", clock=clock.now)
        clock.must_be_right()
        (lift,) = coming_lifts(place.engine, until=clock.now() + timedelta(hours=1))
        armed = dispatcher.arm(lift)
        time.sleep(max((lift.lift_at - clock.now()).total_seconds() - 2, 0))
        dispatcher.ready(armed)
        dispatcher.fire(armed)
        with reading(found.engine) as session:
            rows = session.exec(
                select(Delivery.recipient, Delivery.sent_at, Delivery.confirmed_at, Delivery.due_at).where(
                    col(Delivery.event) == Event.CAMPAIGN_LIFTED
                )
            ).all()
    return _said(rows, lift_at)


def _said(rows: Any, lift_at: datetime) -> dict[str, Any]:
    """The hanging ones are planned again from the instant they were cut, 5 s later and a little more."""
    healthy = [confirmed.timestamp() for address, _, confirmed, _ in rows if "/slow/" in address and confirmed]
    cut = [due.timestamp() - 5 for address, _, _, due in rows if "/hangs/" in address]
    return {
        "healthy": sum("/slow/" in row[0] for row in rows),
        "healthy_confirmed": len(healthy),
        "healthy_confirmed_ms": offsets(healthy, lift_at),
        "hanging": len(cut),
        "hanging_cut_after_ms": offsets(cut, lift_at) if len(cut) > 1 else None,
        "sent_ms": offsets([row[1].timestamp() for row in rows if row[1]], lift_at),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receivers", type=int, default=1000, help="how many webhooks (default: 1000)")
    parser.add_argument("--hanging", type=int, default=5, help="per cent of them that never answer (default: 5)")
    arguments = parser.parse_args()
    before = machine("SQLite, WAL, synchronous=FULL")
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_receivers, args=(theirs,), daemon=True)
    process.start()
    port = pipe.recv()
    some = released(arguments.receivers, arguments.receivers * arguments.hanging // 100, port)
    none = released(arguments.receivers, 0, port)
    pipe.send("stop")
    process.join(10)
    ratio = some["healthy_confirmed_ms"]["last"] / none["healthy_confirmed_ms"]["last"]
    found = {"machine": before, "some_hang": some, "none_hangs": none, "last_healthy_against_none": round(ratio, 2)}
    print(json.dumps(found, indent=2))  # noqa: T201 - this is what the script is for


if __name__ == "__main__":
    main()
