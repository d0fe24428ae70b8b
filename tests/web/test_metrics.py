"""`/metrics`: there for whoever has the token, nonsense for everybody else, and never a word of anything."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from counting import counted
from factories import Office, settings_for, text
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from sqlmodel import col, select

from app import app_over
from campaigns.domain.errors import Unready
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.store import nodes
from campaigns.store.disarming import disarm
from campaigns.store.engine import clock_of, writing
from campaigns.store.nodes import Told
from campaigns.store.tables import Delivery, Node
from campaigns.version import this_version
from campaigns.web.metrics import KEY, Watched
from campaigns.web.site import KEY as SITE
from campaigns.work.workplace import Workplace

TOKEN = "t0ken.t0ken-t0ken_t0ken~t0ken+t0ken/="
CANARY = "kanariefagel"
HOOK = (ChannelKind.WEBHOOK, f"http://127.0.0.1:9/{CANARY}")
README = Path(__file__).parents[2] / "README.md"
METRIC = re.compile(r"samklang_[a-z_]+")
Samples = Mapping[tuple[str, tuple[tuple[str, str], ...]], float]


def made(office: Office, folder: Path, *, token: str = TOKEN) -> Flask:
    """The whole application, by the office's clock."""
    settings = settings_for(folder, METRICS_TOKEN=token)
    return app_over(settings, office.place, clock=lambda: office.now, ready=lambda: None)


def scraped(client: FlaskClient) -> str:
    """What Prometheus is given."""
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True)


def samples(client: FlaskClient) -> Samples:
    """The same as the library's own parser understands it."""
    families = list(text_string_to_metric_families(scraped(client)))
    assert all(family.documentation and family.type == "gauge" for family in families)
    return {
        (sample.name.removeprefix("samklang_"), tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def of(found: Samples, name: str, **labels: str) -> float:
    """One value."""
    return found[name, tuple(sorted(labels.items()))]


def tell(place: Workplace, name: str, *, problem: str = "", offset: timedelta = timedelta()) -> None:
    """Let a worker tell that it lives."""
    told = Told(
        name=name, version="0.0.1", ready=not problem, problem=problem, offset=offset, armed=3, sending=1
    )  # fmt: skip
    with writing(place.engine) as session:
        nodes.tell(session, told)


def settle(place: Workplace, state: State, *, attempts: int, sent_at: datetime | None = None) -> None:
    """Let one of the planned deliveries of webhooks have come out like that."""
    with writing(place.engine) as session:
        wanted = (col(Delivery.state) == State.PLANNED, col(Delivery.kind) == ChannelKind.WEBHOOK)
        row = session.exec(select(Delivery).where(*wanted).limit(1)).one()
        row.state, row.attempts, row.sent_at = state, attempts, sent_at
        session.add(row)


@pytest.mark.parametrize("token", ["", TOKEN], ids=["no token is set", "a token is set"])
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer åäö", f"Basic {TOKEN}", TOKEN],
)
def test_without_the_right_token_the_address_is_nonsense(
    sqlite_office: Office, tmp_path: Path, token: str, header: str | None
) -> None:
    """Status, headers and bytes, for every method."""
    client = made(sqlite_office, tmp_path, token=token).test_client()
    given = {} if header is None else {"Authorization": header}
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
        real, made_up = (client.open(path, method=method, headers=given) for path in ("/metrics", "/finns-inte"))
        assert (real.status, list(real.headers), real.data) == (made_up.status, list(made_up.headers), made_up.data)
        assert real.status_code in {404, 405}


def test_the_right_token_is_of_no_use_where_none_is_set(sqlite_office: Office, tmp_path: Path) -> None:
    """An empty setting is no setting."""
    client = made(sqlite_office, tmp_path, token="").test_client()
    assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_an_empty_service_measures_itself(office: Office, tmp_path: Path) -> None:
    """Both kinds of database; no release yet, so none is measured."""
    found = samples(made(office, tmp_path).test_client())
    kind = office.place.engine.dialect.name
    assert of(found, "build_info", version=this_version(), database=kind) == 1
    assert (of(found, "ready"), of(found, "database_up"), of(found, "clock_offset_seconds")) == (1, 1, 0)
    assert (of(found, "workers", ready="yes"), of(found, "workers", ready="no")) == (0, 0)
    assert of(found, "campaigns_waiting") == 0
    assert of(found, "delivery_attempts", outcome="failed") == 0
    assert not [name for name, _ in found if name.startswith("last_release")]


def test_deliveries_are_counted_by_kind_and_state(office: Office, tmp_path: Path) -> None:
    """What waits, what is due, what is overdue and for how long; and what became of every attempt."""
    office.approved(office.partner(channels=[HOOK, (ChannelKind.EMAIL, "lista@example.org")]))
    client = made(office, tmp_path).test_client()
    found = samples(client)
    planned = of(found, "deliveries", kind="webhook", state="planned")
    assert planned >= 2
    assert of(found, "deliveries", kind="email", state="planned") >= 1
    assert (of(found, "campaigns_waiting"), of(found, "campaigns_past_lift")) == (1, 0)
    assert of(found, "audit_events") > 0

    settle(office.place, State.REFUSED, attempts=3)
    office.now = Office.LIFT + timedelta(minutes=1)
    found = samples(client)
    assert of(found, "deliveries_due") >= planned - 1
    assert (of(found, "campaigns_waiting"), of(found, "campaigns_past_lift")) == (0, 1)
    assert of(found, "deliveries_need_a_person") == of(found, "deliveries", kind="webhook", state="refused") == 1
    assert (of(found, "delivery_attempts", outcome="refused"), of(found, "delivery_attempts", outcome="failed")) == (
        1,
        2,
    )

    office.now = Office.LIFT + timedelta(minutes=5)
    found = samples(client)
    assert of(found, "deliveries_overdue") >= planned - 1
    assert of(found, "oldest_overdue_seconds") >= 300


def test_the_newest_release_is_measured_from_its_lift(office: Office, tmp_path: Path) -> None:
    """When the first and the last of what was planned for T left, and how long ago T was."""
    campaign = office.live(office.partner(channels=[HOOK]))
    with writing(office.place.engine) as session:
        of_release = (col(Delivery.campaign_id) == campaign, col(Delivery.release_id).is_not(None))
        sent = session.exec(select(Delivery).where(*of_release)).all()
        for number, row in enumerate(sent):
            row.state, row.attempts = State.LIVE, 1
            row.sent_at = Office.LIFT + timedelta(milliseconds=4 + 1000 * number)
            session.add(row)
    office.now = Office.LIFT + timedelta(hours=1)
    found = samples(made(office, tmp_path).test_client())
    assert of(found, "last_release_age_seconds") == 3600
    assert of(found, "last_release_first_sent_seconds") == pytest.approx(0.004)
    assert of(found, "last_release_last_sent_seconds") == pytest.approx(0.004 + len(sent) - 1)
    assert of(found, "delivery_attempts", outcome="accepted") == len(sent) > 1


def test_publishing_that_is_disarmed_is_measured(office: Office, tmp_path: Path) -> None:
    """As after a restore, until two people have armed it."""
    client = made(office, tmp_path).test_client()
    assert of(samples(client), "publishing_disarmed") == 0
    with writing(office.place.engine) as session:
        disarm(session, now=office.now)
    assert of(samples(client), "publishing_disarmed") == 1


def test_each_worker_is_measured_by_its_machine_and_process(office: Office, tmp_path: Path) -> None:
    """Ready, not ready, and silent for long: that one lives no more, and its age shows it."""
    tell(office.place, "a:1:x", offset=timedelta(milliseconds=-250))
    tell(office.place, "b:2:y", problem="ClockDisagrees", offset=timedelta(seconds=3))
    tell(office.place, "c:3:z")
    with writing(office.place.engine) as session:
        seen_at = clock_of(session) - timedelta(minutes=2)
        session.connection().execute(update(Node).where(col(Node.name) == "c:3:z").values(seen_at=seen_at))
    found = samples(made(office, tmp_path).test_client())
    assert (of(found, "workers", ready="yes"), of(found, "workers", ready="no")) == (1, 1)
    assert of(found, "worker_clock_offset_seconds", node="a:1:x") == -0.25
    assert of(found, "worker_clock_offset_seconds", node="b:2:y") == 3
    assert of(found, "worker_seen_age_seconds", node="c:3:z") >= 120
    assert of(found, "worker_armed_deliveries", node="a:1:x") == 3
    assert of(found, "worker_info", node="a:1:x", version="0.0.1") == 1
    assert ("worker_info", (("node", "c:3:z"), ("version", "0.0.1"))) not in found


def test_no_word_of_a_campaign_or_an_organisation_is_measured(office: Office, tmp_path: Path) -> None:
    """Not a name, a slug, an address, nor a text."""
    partner = office.partner(f"Förening {CANARY}", channels=[HOOK, (ChannelKind.EMAIL, f"{CANARY}@example.org")])
    wanted = {"name": CANARY, "slug": CANARY, "topics": (CANARY,), "briefing": CANARY}
    campaign = office.briefed(partner, **wanted)
    office.consented(partner, campaign, content=text(CANARY, f"{CANARY} 114 14"), channels=[ChannelKind.WEBHOOK])
    office.approve(campaign)
    client = made(office, tmp_path).test_client()
    for office.now in (Office.NOW, Office.LIFT + timedelta(hours=1)):
        told = scraped(client)
        assert CANARY not in told.lower()
        assert "example.org" not in told
        assert campaign not in told
        assert "samklang_deliveries{" in told


def test_a_scrape_takes_as_many_questions_for_many_campaigns_as_for_one(office: Office, tmp_path: Path) -> None:
    """And what is settled is not counted again for a minute, nor while anything is armed."""
    partner = office.partner(channels=[HOOK])
    office.approved(partner)
    client = made(office, tmp_path).test_client()

    def asked() -> int:
        with counted(office.place) as questions:
            scraped(client)
        return len(questions)

    first, again = asked(), asked()
    for _ in range(3):
        office.approved(partner)
    assert asked() == again < first <= 10
    office.now += timedelta(minutes=1)
    assert asked() == first
    settle(office.place, State.ARMED, attempts=0)
    office.now += timedelta(minutes=1)
    assert asked() == again
    settle(office.place, State.LIVE, attempts=1)
    assert ("deliveries", (("kind", "webhook"), ("state", "live"))) not in samples(client)


def test_with_the_database_away_a_process_still_tells_of_itself(
    sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is when somebody should be woken."""
    app = made(sqlite_office, tmp_path)

    def away() -> None:
        raise Unready(reason=CANARY)

    def cannot(**_: object) -> None:
        away()

    watched: Watched = app.extensions[KEY]
    monkeypatch.setattr(watched.measuring, "look", cannot)
    app.extensions[SITE] = dataclasses.replace(app.extensions[SITE], ready=away)
    found = samples(app.test_client())
    assert (of(found, "ready"), of(found, "database_up")) == (0, 0)
    assert {name for name, _ in found} == {"build_info", "ready", "clock_offset_seconds", "database_up"}
    assert CANARY not in scraped(app.test_client())


def alarms() -> list[str]:
    """The PromQL of every alarm that the README describes."""
    table = README.read_text(encoding="utf-8").split("<!-- alarms -->")[1].split("<!-- end -->")[0]
    return [row.split(" | ")[1] for row in table.strip().splitlines()[2:]]


def test_every_metric_that_an_alarm_names_is_measured(office: Office, tmp_path: Path) -> None:
    """An alarm on a name that does not exist would never sound."""
    office.live(office.partner(channels=[HOOK]))
    tell(office.place, "a:1:x")
    settle(office.place, State.LIVE, attempts=1, sent_at=office.now)
    measured = {f"samklang_{name}" for name, _ in samples(made(office, tmp_path).test_client())}
    found = alarms()
    named = [METRIC.findall(alarm) for alarm in found]
    assert len(found) >= 10
    assert all(named)
    assert {name for names in named for name in names} - measured == set()
