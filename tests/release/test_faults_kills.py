"""kill -9 at the worst points: before an approval is stored, and on either side of sending."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from factories import Office, dump, rows
from release.processes import FAILPOINTS, Scene, begin, embedded
from release.worlds import World, environment_for, soon, wait_for
from sqlalchemy import Engine

from campaigns.demo.receivers import MailServer
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import Event
from campaigns.store.tables import Campaign, Delivery, Release
from campaigns.work.launch import approving

pytestmark = pytest.mark.slow


def test_an_approval_that_is_killed_before_it_is_stored_was_never_given(
    engine: Engine, tmp_path: Path, mail: MailServer
) -> None:
    """In mid-transaction, and just before its commit: not approved, nothing half-made; and then it can be given."""
    office, campaign_id, revision = asked(World.at(engine, tmp_path, mail))
    before = dump(office.place)
    for point in ("in-a-transaction", "before-a-commit"):
        killed = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, str(FAILPOINTS), "approve", *approver(office, campaign_id, revision)],
            env=others() | environment(engine, tmp_path, mail) | {"TRIAL_POINT": point},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
        assert dump(office.place) == before
    approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
    assert [row.stage for row in rows(office.place, Campaign)] == [Stage.APPROVED]
    assert len(rows(office.place, Release)) == 1
    planned = [row for row in rows(office.place, Delivery) if row.event is not Event.NOTICE]
    assert {row.state for row in planned} == {DeliveryState.PLANNED}
    assert len(planned) == 3


def asked(world: World) -> tuple[Office, str, str]:
    """An office with a campaign whose approval was asked for, and the revision to approve. T is far away."""
    partner = world.partner("http://127.0.0.1:9/in", "a@example.org", name="Ungdomsjouren (exempel)")
    campaign_id = world.office.briefed(partner, lift_at=soon(seconds=86_400))
    world.office.consented(partner, campaign_id, channels=list(world.place.channels))
    world.office.make_ready(campaign_id)
    revision = approving.ask_approval(world.place, world.office.communicator, campaign_id, now=world.office.now)
    return world.office, campaign_id, revision


def approver(office: Office, campaign_id: str, revision: str) -> list[str]:
    """The arguments of an approval."""
    return [campaign_id, revision, str(office.approver.member_id), str(office.approver.organisation_id)]


def environment(engine: Engine, folder: Path, mail: MailServer) -> dict[str, str]:
    """Settings for a process on this database."""
    return environment_for(folder, smtp_url=mail.url, DATABASE_URL=engine.url.render_as_string(hide_password=False))


def others() -> dict[str, str]:
    """What the environment holds beside Samklang's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SAMKLANG_")}


def test_a_worker_killed_on_either_side_of_sending_loses_nothing(sqlite_template: Path, tmp_path: Path) -> None:
    """Stored and not sent: it leaves once. Sent and not stored: again, under its id. Killed at random: either."""
    with ExitStack() as stack:
        unsent, unstored, hunted = (
            stack.enter_context(embedded(name, sqlite_template, tmp_path)) for name in ("unsent", "unstored", "hunted")
        )
        for one in (unsent, unstored, hunted):
            one.found()
        killed = [unsent.start(point="after-launch"), unstored.start(point="after-sending")]
        hunted.start()
        begin(unsent, unstored, hunted)
        for process in killed:
            assert process.wait(120) == -signal.SIGKILL
        assert unsent.inbox.came == []
        assert len(unstored.inbox.came) == len(unstored.inbox.ids)
        hunt(hunted)
        for one in (unsent, unstored):
            one.start()
        for one in (unsent, unstored, hunted):
            wait_for(one.settled, within_s=120)
            one.judge()
        assert unsent.repeated == 0
        assert unstored.repeated == len(unstored.inbox.ids)


def hunt(scene: Scene) -> None:
    """Kill the worker four times, each time a random while after it began, and start another."""
    chance = random.Random(20261214)  # noqa: S311 - the same while every time
    scene.sleep_until(0)
    for turn in range(4):
        time.sleep(chance.uniform(0, 0.4))
        scene.kill()
        scene.start()
        scene.await_starts(turn + 2)


def test_a_process_killed_in_mid_write_leaves_a_whole_database(sqlite_template: Path, tmp_path: Path) -> None:
    """Fault 14. Of each transaction all is there or nothing, and everything that was called stored."""
    file = tmp_path / "samklang.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    stored, chance = 0, random.Random(14)  # noqa: S311 - the same every time
    for _ in range(4):
        writer = subprocess.Popen(  # noqa: S603 - this interpreter, and words of ours
            [sys.executable, "-c", WRITES, f"sqlite:///{file}"], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        for _ in range(chance.randint(1, 6)):
            stored += json.loads(writer.stdout.readline())
        time.sleep(chance.uniform(0, 0.02))
        writer.kill()
        stored += sum(json.loads(line) for line in writer.stdout.read().splitlines())
        writer.wait()
        writer.stdout.close()
        with closing(sqlite3.connect(file)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            (there,) = connection.execute("SELECT count(*) FROM deliveries").fetchone()
        assert there % ROWS == 0
        assert there - stored in {0, ROWS}  # the last one may have been stored and not yet told of
        stored = there


ROWS = 300
WRITES = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from delivery_rows import campaign, delivery, store
from campaigns.domain.ids import new_id
from campaigns.store.engine import make_engine

engine = make_engine(sys.argv[1])
while True:
    name = new_id()
    rows = [delivery(campaign_id=name) for _ in range({ROWS})]
    for row in rows:
        row.body = b"x" * 3000
    print(len(store(engine, [campaign(name)], rows)), flush=True)
"""
