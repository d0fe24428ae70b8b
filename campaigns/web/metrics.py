"""`/metrics` for Prometheus: counts, ages and states. Without the token the address answers as nonsense does.

Counts tell that a campaign is coming, so they are as secret as one: without a token in the settings nobody may read
them. No label holds a name, a title or an address of people; a worker's label is its machine and process.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Blueprint, Flask, Response, current_app, make_response, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from campaigns.domain.errors import NotThere, Unready
from campaigns.version import this_version
from campaigns.web.site import now, site
from campaigns.work.service.health import Worker
from campaigns.work.service.measuring import LastRelease, Measures, Measuring

KEY = "samklang.metrics"
metrics = Blueprint("metrics", __name__)


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What is measured, and who may read it: nobody if `token` is None. `offset` is what our clock is behind."""

    token: str | None
    database: str
    measuring: Measuring
    offset: Callable[[], timedelta]


def install(app: Flask, watched: Watched) -> None:
    """Add the address."""
    app.extensions[KEY] = watched
    app.register_blueprint(metrics)


@metrics.get("/metrics")
def exposed() -> Response:
    """Everything that is measured, made anew at each scrape."""
    watched = cast("Watched", current_app.extensions[KEY])
    if not _may_read(watched.token):
        raise NotThere
    registry = CollectorRegistry()
    registry.register(_Look(watched, now()))
    response = make_response(generate_latest(registry))
    response.content_type = CONTENT_TYPE_LATEST
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_read(token: str | None) -> bool:
    given = request.authorization
    if token is None or given is None or given.type != "bearer" or given.token is None:
        return False
    return hmac.compare_digest(given.token.encode(), token.encode())


class _Look(Collector):
    """One scrape. With the database away it tells that, and what this process knows of itself."""

    def __init__(self, watched: Watched, instant: datetime) -> None:
        self._watched, self._now = watched, instant

    def collect(self) -> Iterator[Metric]:
        """Every metric there is, each with its help."""
        yield from _process(self._watched)
        try:
            measures = self._watched.measuring.look(now=self._now)
        except Unready:
            yield _one("samklang_database_up", "Whether the database answers.", 0)
            return
        yield _one("samklang_database_up", "Whether the database answers.", 1)
        yield from _deliveries(measures, self._now)
        yield from _workers(measures.workers)
        yield from _campaigns(measures)
        yield from _last_release(measures.last_release, self._now)


def _one(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _many(name: str, says: str, labels: Iterable[str], rows: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    found = GaugeMetricFamily(name, says, labels=list(labels))
    for values, value in rows:
        found.add_metric(list(values), value)
    return found


def _process(watched: Watched) -> Iterator[Metric]:
    build = [((this_version(), watched.database), 1.0)]
    yield _many("samklang_build_info", "The version, and the kind of database.", ("version", "database"), build)
    yield _one("samklang_ready", "Whether this web process trusts its clock and the database, as /readyz.", _is_ready())
    behind = watched.offset().total_seconds()
    yield _one("samklang_clock_offset_seconds", "What this machine's clock is behind the database's.", behind)


def _is_ready() -> int:
    try:
        site().ready()
    except Unready:
        return 0
    return 1


def _deliveries(measures: Measures, instant: datetime) -> Iterator[Metric]:
    counted = [((count.kind.value, count.state.value), count.deliveries) for count in measures.counts]
    yield _many("samklang_deliveries", "Deliveries by kind of channel and state.", ("kind", "state"), counted)
    attempts = [((outcome,), number) for outcome, number in measures.attempts.items()]
    yield _many("samklang_delivery_attempts", "Attempts by what became of them.", ("outcome",), attempts)
    yield _one("samklang_deliveries_due", "Planned, and due for less than two minutes.", measures.due)
    yield _one("samklang_deliveries_overdue", "Planned, and due for longer than that.", measures.overdue)
    age = _seconds(instant, measures.oldest_overdue_at)
    yield _one("samklang_oldest_overdue_seconds", "For how long the oldest of these has been due.", age)
    waiting = measures.need_a_person
    yield _one("samklang_deliveries_need_a_person", "Refused, unclear or late: a person must decide.", waiting)


def _seconds(instant: datetime, since: datetime | None) -> float:
    return (instant - since).total_seconds() if since else 0.0


def _workers(workers: Iterable[Worker]) -> Iterator[Metric]:
    seen = list(workers)
    living = [worker for worker in seen if worker.lives]
    ready = sum(worker.problem is None for worker in living)
    counted = [(("yes",), ready), (("no",), len(living) - ready)]
    yield _many("samklang_workers", "Release workers that live, by whether they are ready.", ("ready",), counted)
    named = [((worker.name, worker.version), 1.0) for worker in living]
    yield _many("samklang_worker_info", "The version of each release worker that lives.", ("node", "version"), named)
    for name, says, rows in (
        ("seen_age_seconds", "How long ago a worker last told.", [(w, w.silent_for.total_seconds()) for w in seen]),
        ("clock_offset_seconds", "What its clock is behind the database's.", [(w, w.offset_ms / 1000) for w in living]),
        ("armed_deliveries", "Deliveries it holds armed for a lift.", [(w, w.armed) for w in living]),
        ("sending_deliveries", "Deliveries it has under way.", [(w, w.sending) for w in living]),
    ):
        yield _many(f"samklang_worker_{name}", says, ("node",), [((worker.name,), value) for worker, value in rows])


def _campaigns(measures: Measures) -> Iterator[Metric]:
    yield _one("samklang_campaigns_waiting", "Approved campaigns that wait for their lift.", measures.waiting)
    late = measures.past_lift
    yield _one("samklang_campaigns_past_lift", "Approved campaigns whose lift no worker has recorded.", late)
    yield _one(
        "samklang_publishing_disarmed", "Whether nothing may open or leave, as after a restore.", measures.disarmed
    )
    yield _one("samklang_audit_events", "The number of the newest event of the audit trail.", measures.audit_events)


def _last_release(last: LastRelease | None, instant: datetime) -> Iterator[Metric]:
    """Nothing before the first release: a zero would look like a good one."""
    if last is None:
        return
    age = _seconds(instant, last.lift_at)
    yield _one("samklang_last_release_age_seconds", "Since the lift of the newest release.", age)
    for name, says, sent_at in (
        ("first", "When its first delivery left, after the lift; below zero would be early.", last.first_sent_at),
        ("last", "When its last delivery left, after the lift.", last.last_sent_at),
    ):
        if sent_at is not None:
            after = _seconds(sent_at, last.lift_at)
            yield _one(f"samklang_last_release_{name}_sent_seconds", says, after)
