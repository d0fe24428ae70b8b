"""How near to T everything leaves: Samklang's dispatcher against three others, to one sink, in one run.

    python tests/benchmarks/release.py                     # 1,000 receivers; prints JSON
    python tests/benchmarks/release.py --receivers 4000

All send the same signed bodies to the same sink, a process of its own on loopback that answers 204 and notes when each
request had arrived. Samklang does all it does at a real lift: rows are claimed, the intent to send is stored before the
first byte, and every outcome is written. The others only send:

- *connections opened ahead*: bare `http.client`, everything connected and signed before T. The most there is.
- *thread pool*: plain `requests.post`, 32 at a time, from T on.
- *Celery*: tasks with an ETA on Redis, one worker with 32 threads. Needs `pip install -c constraints.txt -e
  '.[benchmarks]'` and a `redis-server` (Debian: apt-get install redis-server); without them it is left out.
"""

import argparse
import http.client
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from parts import Installation, Sink, installation, machine, offsets  # isort: skip - it sets the path

import requests
from celery_eta import celery_eta
from factories import Office
from sqlmodel import col, select

from campaigns.channels import webhook
from campaigns.channels.burst import make_room_for
from campaigns.channels.http import HttpRequest
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.times import ceiling
from campaigns.release.clock import NodeClock, system_now
from campaigns.release.dispatcher import Dispatcher
from campaigns.store.engine import reading
from campaigns.store.tables import Delivery
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.workplace import Workplace, open_workplace

STEP = timedelta(seconds=1)
SOON = timedelta(seconds=5)
POOL_THREADS = 32


def approved(found: Installation, sink: Sink, receivers: int) -> tuple[Workplace, NodeClock]:
    """An approved campaign whose lift reaches that many webhooks; it is seconds away."""
    clock = NodeClock(found.engine)
    place = open_workplace(found.settings, found.engine, clock=clock.now)
    office = Office(place)
    office.now = system_now()
    channels = [(ChannelKind.WEBHOOK, f"{sink.url}{number}") for number in range(receivers)]
    office.organisation("Mottagare (exempel)", channels=channels)
    began = system_now()
    soon = SOON + receivers * timedelta(milliseconds=5)
    office.approved(lift_at=ceiling(began + soon, STEP), briefing_opens_at=began - timedelta(hours=1))
    return place, clock


def samklang(place: Workplace, clock: NodeClock) -> tuple[datetime, list[float]]:
    """Release as a worker does. Returns T and when each delivery was sent, in seconds since 1970."""
    dispatcher = Dispatcher(place, node="benchmark", clock=clock.now)
    clock.must_be_right()
    (lift,) = coming_lifts(place.engine, until=clock.now() + timedelta(hours=1))
    armed = dispatcher.arm(lift)
    time.sleep(max((lift.lift_at - clock.now()).total_seconds() - 2, 0))
    clock.must_be_right()
    dispatcher.ready(armed)
    dispatcher.fire(armed)
    rows = _deliveries(place)
    if any(row.state is not DeliveryState.LIVE for row in rows):
        raise SystemExit("not every delivery is live")
    return lift.lift_at, [row.sent_at.timestamp() for row in rows if row.sent_at]


def _deliveries(place: Workplace) -> list[Delivery]:
    with reading(place.engine) as session:
        rows = list(session.exec(select(Delivery).where(col(Delivery.event) == Event.CAMPAIGN_LIFTED)).all())
        session.expunge_all()
        return rows


def jobs_like(place: Workplace, name: str, lift_at: datetime) -> list[HttpRequest]:
    """The same bodies to the same addresses, signed ahead as for Samklang."""
    secret = webhook.new_secret()
    jobs = []
    for row in _deliveries(place):
        headers = {"Content-Type": row.content_type}
        headers |= webhook.sign(row.body, delivery_id=f"{name}-{row.id}", secrets=[secret], at=lift_at)
        jobs.append(HttpRequest(method="POST", url=row.recipient, headers=headers, body=row.body))
    return jobs


def opened_ahead(jobs: Sequence[HttpRequest], lift_at: datetime) -> list[float]:
    """Every connection open before T; then all requests, then all answers. Returns when each request was sent."""
    make_room_for(len(jobs))
    ready = []
    for job in jobs:
        parts = urlsplit(job.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        connection.connect()
        ready.append((connection, parts.path, job))
    sent = []
    _sleep_until(lift_at)
    for connection, path, job in ready:
        sent.append(time.time())
        connection.request("POST", path, body=job.body, headers=dict(job.headers))
    for connection, _, _ in ready:
        connection.getresponse().read()
        connection.close()
    return sent


def thread_pool(jobs: Sequence[HttpRequest], lift_at: datetime) -> list[float]:
    """Plain `requests.post` in a pool, from T on. Returns when each call began."""

    def post(job: HttpRequest) -> float:
        began = time.time()
        requests.post(job.url, data=job.body, headers=dict(job.headers), timeout=10).raise_for_status()
        return began

    with ThreadPoolExecutor(POOL_THREADS) as pool:
        _sleep_until(lift_at)
        return list(pool.map(post, jobs))


def _sleep_until(instant: datetime) -> None:
    time.sleep(max((instant - datetime.now(UTC)).total_seconds(), 0))


def measure(receivers: int) -> dict[str, Any]:
    """Every side, one after the other, in one run."""
    before, sink = machine("SQLite, WAL, synchronous=FULL"), Sink()
    found: dict[str, Any] = {}
    with installation("sqlite") as ours:
        place, clock = approved(ours, sink, receivers)
        lift_at, sent = samklang(place, clock)
        came = [first for first, _ in sink.arrivals().values()]
        early = sum(instant < lift_at.timestamp() for instant in [*sent, *came])
        found["samklang"] = {"sent_ms": offsets(sent, lift_at), "arrived_ms": offsets(came, lift_at)}
        for name, ahead, send in (
            ("opened_ahead", SOON + receivers * timedelta(milliseconds=2), opened_ahead),
            ("thread_pool", 2 * STEP, thread_pool),
            ("celery", SOON + receivers * timedelta(milliseconds=5), celery_eta),
        ):
            again_at = ceiling(system_now() + ahead, STEP)
            said = send(jobs_like(place, name, again_at), again_at)
            came = [first for first, _ in sink.arrivals().values()]
            found[name] = _said(said, came, again_at)
    sink.stop()
    last = {name: side["arrived_ms"]["last"] for name, side in found.items() if "arrived_ms" in side}
    gone = {name: side["sent_ms"]["last"] for name, side in found.items() if "sent_ms" in side}
    return {
        "machine": before,
        "receivers": receivers,
        **found,
        "early": early,
        "last_arrival_sooner_than": {name: round(ms / last["samklang"], 1) for name, ms in last.items()},
        "share_of_the_rate_of_connections_opened_ahead": {
            "sending": round(gone["opened_ahead"] / gone["samklang"], 2),
            "arriving": round(last["opened_ahead"] / last["samklang"], 2),
        },
    }


def _said(sent: list[float] | None, came: list[float], lift_at: datetime) -> dict[str, Any]:
    """A rival that was left out sent nothing; Celery does not tell when it sends."""
    if not came:
        return {"left_out": "needs redis-server and the extra 'benchmarks'"}
    return {"arrived_ms": offsets(came, lift_at)} | ({"sent_ms": offsets(sent, lift_at)} if sent else {})


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--receivers", type=int, default=1000, help="how many webhooks (default: 1000)")
    print(json.dumps(measure(parser.parse_args().receivers), indent=2))  # noqa: T201 - this is what the script is for


if __name__ == "__main__":
    main()
