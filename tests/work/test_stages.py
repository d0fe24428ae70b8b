"""Every task in every stage: it is done and audited as one, or refused with a sentence and nothing changes."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from factories import Office, dump, rows, settings_for
from scenes import STAGES, TASKS, Scene
from sqlmodel import col

from campaigns.domain.errors import SamklangError
from campaigns.i18n import say, words_for
from campaigns.store import audit
from campaigns.store.engine import make_engine, reading, writing
from campaigns.store.tables import Campaign, MaterialSet
from campaigns.work.library.wanting import want_material
from campaigns.work.workplace import Workplace, open_workplace

Staged = Callable[[str], Scene]


@pytest.fixture(scope="session")
def stages(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Scene, Path]]:
    """A campaign in each stage, made once and kept as a file to copy."""
    made: dict[str, tuple[Scene, Path]] = {}

    def make(stage: str) -> tuple[Scene, Path]:
        if stage not in made:
            file = tmp_path_factory.mktemp(stage) / "samklang.sqlite3"
            shutil.copy(sqlite_template, file)
            engine = make_engine(f"sqlite:///{file}")
            place = open_workplace(settings_for(file.parent), engine, clock=lambda: Office.NOW)
            scene = STAGES[stage](Office(place))
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            engine.dispose()
            made[stage] = scene, file
        return made[stage]

    return make


@pytest.fixture
def staged(stages: Callable[[str], tuple[Scene, Path]], tmp_path: Path, request: pytest.FixtureRequest) -> Staged:
    """A copy of the campaign in a stage."""

    def copy(stage: str) -> Scene:
        scene, file = stages(stage)
        shutil.copy(file, tmp_path / "copy.sqlite3")
        engine = make_engine(f"sqlite:///{tmp_path / 'copy.sqlite3'}")
        request.addfinalizer(engine.dispose)
        return replace(scene, place=replace(scene.place, engine=engine))

    return copy


def refused(scene: Scene, task: Callable[[Scene], object]) -> None:
    """The task raises one of our own errors, which says something in both languages, and nothing changed."""
    before = dump(scene.place)
    with pytest.raises(SamklangError) as told:
        task(scene)
    for language in ("sv", "en"):
        sentence = say(told.value, words_for(language))
        assert sentence.endswith(".")
        assert "{" not in sentence
    assert dump(scene.place) == before


def events(place: Workplace) -> int:
    """How many audit events there are."""
    with reading(place.engine) as session:
        return audit.length(session)


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("stage", STAGES)
def test_a_task_is_done_whole_or_refused_with_a_sentence(
    staged: Staged, stage: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the table allows it: one audit event, and without it nothing at all. Elsewhere: nothing changes.

    Ending what no worker ever recorded as public records that first, as an event of its own.
    """
    task, allowed = TASKS[name]
    scene = staged(stage)
    if stage not in allowed:
        refused(scene, task)
        return
    before, count = dump(scene.place), events(scene.place)
    with monkeypatch.context() as broken:
        broken.setattr(audit, "record", _fails)
        with pytest.raises(ZeroDivisionError):
            task(scene)
    assert dump(scene.place) == before
    task(scene)
    records_live = stage == "by_the_clock" and name in {"close", "confirm_withdraw"}
    assert events(scene.place) == count + (2 if records_live else 1)
    assert_the_library_is_settled(scene)


def assert_the_library_is_settled(scene: Scene) -> None:
    """Whatever the task changed of a release, it has asked for the material itself: asked again, nothing is new."""
    before = offered(scene)
    with writing(scene.place.engine) as session:
        want_material(session, scene.place, session.get_one(Campaign, scene.campaign_id), now=scene.now)
    assert offered(scene) == before


def offered(scene: Scene) -> set[tuple[str, int, str]]:
    """What is, or will be, offered from T: language, version, content."""
    counts = col(MaterialSet.superseded_at).is_(None), col(MaterialSet.embargoed).is_(False)
    return {(row.language, row.version, row.digest) for row in rows(scene.place, MaterialSet, *counts)}


def _fails(*_: object, **__: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("stage", STAGES)
def test_what_a_stage_does_not_allow_is_refused_on_postgresql_too(postgresql_office: Office, stage: str) -> None:
    """The same table, each refusal after the other on one campaign."""
    scene = STAGES[stage](postgresql_office)
    for task, allowed in TASKS.values():
        if stage not in allowed:
            refused(scene, task)


@pytest.fixture
def postgresql_office(postgresql_engine: object, tmp_path: Path) -> Office:
    """The police and their people, on PostgreSQL."""
    return Office(open_workplace(settings_for(tmp_path), postgresql_engine, clock=lambda: Office.NOW))  # type: ignore[arg-type] # the fixture is an Engine
