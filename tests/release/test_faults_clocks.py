"""Clocks that are wrong and workers that are dead at T, through real web servers and real workers."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from factories import Office, rows
from flask.testing import FlaskClient
from release.processes import Scene, embedded, scene, status
from release.worlds import World, deliveries_of, real_now, settings_for, soon, wait_for
from sqlalchemy import Engine

from app import app_over
from campaigns.demo.receivers import MailServer
from campaigns.domain.access import Actor
from campaigns.domain.lifecycle import AlreadyPublic, Stage
from campaigns.domain.release import ChannelKind
from campaigns.domain.workers import Problem
from campaigns.release.clock import NodeClock
from campaigns.release.sweeper import Sweeper
from campaigns.store import deliveries, leases, nodes
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign
from campaigns.work.launch.reporting import release_receipt
from campaigns.work.launch.scheduling import hold

HOUR_S = 3600
UNANSWERED = 0


@pytest.mark.slow
def test_with_every_worker_dead_pages_open_at_the_lift_and_pushes_leave_late_and_say_so(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Fault 4, and 9: once it is recorded, a web server whose clock is an hour behind keeps it open."""
    with embedded("no worker", sqlite_template, tmp_path) as found:
        found.found()
        web = found.serve()
        found.approve(soon(seconds=6))
        page, feed = f"{web}{found.path}", f"{web}{found.path}/feed.atom"
        opened = {address: opening(found, address) for address in (page, feed)}
        assert all(found.lift_at <= at for at in opened.values())
        assert found.inbox.came == []
        found.sleep_until(2)
        assert found.inbox.came == []
        found.start()
        wait_for(found.settled, within_s=120)
        found.judge()
        assert found.repeated == 0
        receipt = release_receipt(found.office.place, Actor.operator(), found.path.rsplit("/", 1)[1])
        assert receipt["summary"]["sent_ms"]["first"] >= 2000
        behind = found.serve(point="clock", TRIAL_FILE=str(off(tmp_path, -HOUR_S)))
        assert status(f"{behind}{found.path}") == 200
        assert status(f"{behind}{found.path}/feed.atom") == 200


def opening(found: Scene, address: str) -> datetime:
    """When an address was open: asked without a pause, shut at each look before."""
    while (code := status(address)) != 200:
        assert code == 404
        assert real_now() < found.lift_at + timedelta(seconds=60)
        time.sleep(0.02)
    return real_now()


def off(folder: Path, seconds: float) -> Path:
    """A file that says by how much a clock is off."""
    file = folder / f"off{seconds:+.0f}"
    file.write_text(str(seconds), encoding="utf-8")
    return file


@pytest.mark.slow
def test_no_process_with_a_wrong_clock_opens_or_sends_anything(postgresql_engine: Engine, tmp_path: Path) -> None:
    """Faults 7 and 8: workers an hour ahead and behind, one whose database jumped ahead, and a web server ahead."""
    address = postgresql_engine.url.render_as_string(hide_password=False)
    with scene("wrong clocks", tmp_path, postgresql_engine, DATABASE_URL=address, LANGUAGE="en") as found:
        ahead, behind = off(tmp_path, HOUR_S), off(tmp_path, -HOUR_S)
        found.found()
        for point, file in (("clock", ahead), ("clock", behind), ("database-clock", ahead)):
            found.start(point=point, TRIAL_FILE=str(file))
        wrong = found.serve(point="clock", TRIAL_FILE=str(ahead))
        found.await_starts(3)
        found.approve(soon(seconds=5))
        while real_now() < found.lift_at + timedelta(seconds=3):
            assert status(f"{wrong}{found.path}") in {503, UNANSWERED}
        wait_for(lambda: {status(f"{wrong}{at}") for at in (found.path, "/readyz")} == {503}, within_s=60)
        wait_for(lambda: problems(found.engine) == [Problem.CLOCK_DISAGREES] * 3, within_s=60)
        assert found.said(f"the worker is not ready: {Problem.CLOCK_DISAGREES}")
        assert found.inbox.came == []
        assert not any(row.attempts for row in deliveries_of(found.engine, found.campaign))
        found.start()
        wait_for(found.settled, within_s=120)
        found.judge()
        assert found.repeated == 0


def problems(engine: Engine) -> list[str]:
    """What each worker tells of itself."""
    with reading(engine) as session:
        return [node.problem for node in nodes.seen(session)]


class Clock:
    """A machine's clock and the time that really passed."""

    def __init__(self) -> None:
        self.passed, self.off = 0.0, timedelta()

    def node(self, engine: Engine) -> NodeClock:
        """A process that goes by it; the database has no clock of its own, or the same."""
        return NodeClock(
            engine,
            system=lambda: Office.NOW + timedelta(seconds=self.passed) + self.off,
            steady=lambda: self.passed,
            of_database=lambda _: None,
        )


def test_what_was_public_stays_public_when_the_clock_steps_back(
    engine: Engine, tmp_path: Path, mail: MailServer
) -> None:
    """Fault 9. While the jump is fresh the pages are closed, and say so; after a steady minute they are open again."""
    world, clock = World.at(engine, tmp_path, mail), Clock()
    campaign_id = world.approved(world.partner("http://127.0.0.1:9/in", name="Ungdomsjouren (exempel)"))
    node = clock.node(engine)
    settings = settings_for(tmp_path, smtp_url=mail.url)
    client = app_over(settings, world.place, clock=node.now, ready=node.must_be_right).test_client()
    (row,) = rows(world.place, Campaign)
    page = f"/kampanj/{row.slug}"
    clock.passed = (world.lift_at - Office.NOW).total_seconds() - 1
    assert seen(client, page) == (404, False)
    clock.passed += 1
    assert seen(client, page) == (200, True)
    world.office.now = world.lift_at
    assert world.office.record_live(campaign_id)
    clock.passed, clock.off = clock.passed + 5, -timedelta(hours=1)
    assert seen(client, page)[0] == 503
    clock.passed += 61
    assert seen(client, page) == (200, True)
    assert node.now() < world.lift_at


def test_what_began_to_leave_is_public_though_its_worker_died_and_the_clock_was_set_back(world: World) -> None:
    """Faults 2 and 9 at once: nobody is told that it is held, and whoever takes over writes down that T has come."""
    campaign = world.approved(world.partner("http://127.0.0.1:9/in", name="Ungdomsjouren (exempel)"))
    world.time.now = world.lift_at
    with writing(world.engine) as session:
        deliveries.arm(
            session, campaign_id=campaign, generation=session.get_one(Campaign, campaign).generation, node="dead",
            now=world.time.now, lease=leases.ARMED_LEASE, most=10,
        )  # fmt: skip
        assert deliveries.launch(
            session, node="dead", campaign_id=campaign, kinds=[ChannelKind.WEBHOOK], now=world.time.now,
            lease=leases.LEASE,
        )  # fmt: skip
    world.time.now -= timedelta(hours=1)
    assert world.stage(campaign) is Stage.APPROVED
    with pytest.raises(AlreadyPublic):
        hold(world.place, world.office.approver, campaign, now=world.time.now)
    with writing(world.engine) as session:
        leases.expire_leases(session, now=world.time.now)
    sweeper = Sweeper(world.place, node="node", clock=world.time)
    assert sweeper.recover() > 0
    sweeper.stop()
    assert world.stage(campaign) is Stage.LIVE
    (row,) = rows(world.place, Campaign)
    assert row.lifted_at == world.lift_at


def seen(client: FlaskClient, page: str) -> tuple[int, bool]:
    """The status of the page, and whether the list and the feed know of it."""
    lists = [client.get(address) for address in ("/sv/", "/feed.atom", "/feed.json", "/sitemap.xml")]
    known = {page in answer.get_data(as_text=True) for answer in lists if answer.status_code == 200}
    return client.get(page).status_code, known == {True}
