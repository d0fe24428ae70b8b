"""The drill of fault 24: an installation is lost, its backup is restored, and people put the copy on the air."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from release.processes import APP, LETTERS, PUSHES, Scene, begin, embedded
from release.worlds import all_in, deliveries_of, real_now, soon, wait_for
from sqlalchemy import Engine
from sqlmodel import col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Role
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.store.engine import make_engine, reading
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.launch import scheduling
from campaigns.work.reading import public_campaigns
from campaigns.work.service import rearming
from campaigns.work.service.publishing import PublishingIsDisarmed

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn, where the copy will live."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.sqlite3'}"
    engine: Engine = request.getfixturevalue("postgresql_engine")
    return engine.url.render_as_string(hide_password=False)


def command(scene: Scene, *words: str) -> str:
    """A command of the application itself, in the scene's surroundings; gives what it said."""
    done = subprocess.run(  # noqa: S603 - the application itself
        [sys.executable, str(APP), *words],
        env=scene.environment | {"SAMKLANG_LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return " ".join(done.stdout.split())


@contextmanager
def moved(scene: Scene, address: str) -> Iterator[None]:
    """From now on the scene is about another database: its worker, its people and its judge."""
    assert scene.office is not None
    scene.environment["SAMKLANG_DATABASE_URL"] = address
    scene.engine.dispose()
    scene.engine = make_engine(address)
    scene.office.place = replace(scene.office.place, engine=scene.engine)
    try:
        yield
    finally:
        scene.end()
        scene.engine.dispose()


def stage_of(scene: Scene) -> Stage:
    """Where the scene's campaign stands."""
    with reading(scene.engine) as session:
        return session.get_one(Campaign, scene.campaign).stage


def left_the_copy(scene: Scene) -> list[str]:
    """What came to any receiver but for notices to members."""
    return [came.id for came in scene.inbox.came] + [
        came.id for came in scene.mail.received if came.to.startswith("mail")
    ]


def told_of_it(scene: Scene) -> bool:
    """Whether the worker has told people that publishing is disarmed: it lives, and notices leave."""
    with reading(scene.engine) as session:
        notices = session.exec(select(Delivery.id).where(col(Delivery.notice) == NoticeKind.DISARMED)).all()
    came = "".join(came.id for came in scene.mail.received)
    return bool(notices) and all(notice in came for notice in notices)


def test_a_restored_copy_sleeps_through_t_and_is_released_once_when_two_people_say_so(
    sqlite_template: Path, new_address: str, tmp_path: Path
) -> None:
    """Backed up before T, restored elsewhere, watched over T by a worker; then armed again, postponed and resumed."""
    with embedded("drill", sqlite_template, tmp_path) as scene:
        scene.prepare(soon(seconds=12))
        copy = tmp_path / "samklang.backup"
        command(scene, "db", "backup", str(copy))
        with moved(scene, new_address):
            said = command(scene, "db", "restore", str(copy))
            assert "Publishing is disarmed: nothing opens or leaves until two members have armed it again" in said
            scene.start()
            scene.sleep_until(3)
            wait_for(lambda: told_of_it(scene), within_s=90)
            nothing_happened(scene)
            arm_again(scene)
            nothing_happened(scene)
            put_on_the_air(scene)
            wait_for(scene.settled, within_s=90)
            scene.judge()
            assert len(left_the_copy(scene)) == 2 * PUSHES + LETTERS, "each left once"
            wait_for(lambda: stage_of(scene) is Stage.LIVE)


def nothing_happened(scene: Scene) -> None:
    """Nothing has left, nothing is public, and all of it is still there."""
    assert left_the_copy(scene) == []
    assert public_campaigns(scene.engine, language="sv", now=real_now()) == []
    assert stage_of(scene) is Stage.HELD
    assert all_in([row.state for row in deliveries_of(scene.engine, scene.campaign)], DeliveryState.HELD)


def arm_again(scene: Scene) -> None:
    """A steward asks; nobody can do anything yet; an approver confirms."""
    office = scene.office
    assert office is not None
    steward = office.member(office.police, {Role.STEWARD})
    rearming.ask_to_rearm(office.place, steward, now=real_now())
    with pytest.raises(PublishingIsDisarmed):
        scheduling.resume(office.place, office.approver, scene.campaign, now=real_now())
    rearming.rearm(office.place, office.approver, now=real_now())


def put_on_the_air(scene: Scene) -> None:
    """T passed while the copy slept, so a new one is chosen first."""
    office = scene.office
    assert office is not None
    scene.lift_at = soon(seconds=10)
    with pytest.raises(scheduling.LiftHasPassed):
        scheduling.resume(office.place, office.approver, scene.campaign, now=real_now())
    scheduling.postpone(office.place, office.approver, scene.campaign, lift_at=scene.lift_at, now=real_now())
    scheduling.resume(office.place, office.approver, scene.campaign, now=real_now())


def test_a_database_file_that_was_copied_by_hand_publishes_nothing_beside_its_original(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Both have a worker over T, as where somebody tries a copy on another machine: the original alone lifts."""
    with embedded("original", sqlite_template, tmp_path) as scene:
        scene.found()
        scene.start()
        begin(scene, seconds=12)
        copy = tmp_path / "copy" / "samklang.sqlite3"
        copy.parent.mkdir()
        file = str(scene.engine.url.database)
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        scene.run("worker", SAMKLANG_DATABASE_URL=f"sqlite:///{copy}", SAMKLANG_LANGUAGE="en")
        scene.await_starts(2)
        assert scene.said("it was copied or moved, and the original may still publish")
        wait_for(scene.settled, within_s=90)
        scene.sleep_until(3)
        scene.judge()
        assert scene.repeated == 0
        engine = make_engine(f"sqlite:///{copy}")
        with reading(engine) as session:
            assert session.get_one(Campaign, scene.campaign).stage is Stage.HELD
        assert all_in([row.state for row in deliveries_of(engine, scene.campaign)], DeliveryState.HELD)
        engine.dispose()
