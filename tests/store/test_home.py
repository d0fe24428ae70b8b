"""The file of an embedded database knows where it lives: a copy is disarmed, and whoever renames it is left alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import Office
from sqlalchemy import Engine
from sqlmodel import select

from campaigns.store import audit, disarming
from campaigns.store.backup import backup, restore
from campaigns.store.engine import make_engine, reading, writing
from campaigns.store.home import note, settle_in, this_machine
from campaigns.store.tables import Disarming

NOW = Office.NOW


def settled(engine: Engine, machine: str = "here", *, beside: Path | None = None) -> bool:
    """Start on a machine; gives whether that disarmed publishing."""
    return settle_in(engine, now=NOW, beside=beside, machine=lambda: machine)


def reasons(engine: Engine) -> list[str]:
    """Why publishing is disarmed, once for each time."""
    with reading(engine) as session:
        return [row.reason for row in session.exec(select(Disarming)).all()]


def elsewhere(engine: Engine, folder: Path, how: Callable[[Path, Path], object]) -> Engine:
    """The file in another folder, with nothing left beside it that belongs to it."""
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    there = folder / "elsewhere"
    there.mkdir()
    how(Path(str(engine.url.database)), there / "samklang.sqlite3")
    return make_engine(f"sqlite:///{there / 'samklang.sqlite3'}")


@pytest.fixture
def lived_in(sqlite_office: Office) -> Engine:
    """A database with people, that was in use here."""
    engine = sqlite_office.place.engine
    assert not settled(engine)
    return engine


def test_a_copy_is_disarmed_once_and_its_original_is_not(lived_in: Engine, tmp_path: Path) -> None:
    """Whatever it was copied with; the copy knows from then on that it lives here."""
    copy = elsewhere(lived_in, tmp_path, shutil.copy2)
    assert settled(copy)
    assert not settled(copy)
    assert reasons(copy) == [disarming.COPIED]
    assert not settled(lived_in)
    assert reasons(lived_in) == []
    for engine in (copy, lived_in):
        engine.dispose()


def test_a_disk_that_gives_new_inodes_calls_nobody(lived_in: Engine, tmp_path: Path) -> None:
    """Some do whenever they are mounted; a false alarm at each start would hold what is to be published."""
    file = Path(str(lived_in.url.database))
    copy = elsewhere(lived_in, tmp_path, shutil.copy2)
    copy.dispose()
    before = file.stat().st_ino
    Path(str(copy.url.database)).replace(file)
    assert file.stat().st_ino != before
    assert not settled(lived_in)
    assert reasons(lived_in) == []


def test_an_old_copy_that_takes_the_place_of_the_file_is_disarmed(lived_in: Engine, tmp_path: Path) -> None:
    """It is older than the world, like a restored backup: what happened since is not in it."""
    beside = tmp_path / "samklang.sqlite3.worker"
    copy = elsewhere(lived_in, tmp_path, shutil.copy2)
    copy.dispose()
    with writing(lived_in) as session:
        audit.record(session, None, "tried", now=NOW)
    note(lived_in, beside)
    lived_in.dispose()
    Path(str(copy.url.database)).replace(str(lived_in.url.database))
    assert settled(lived_in, beside=beside)
    assert reasons(lived_in) == [disarming.COPIED]


def test_a_copy_that_is_written_over_the_file_is_disarmed(lived_in: Engine, tmp_path: Path) -> None:
    """It keeps the inode, and lacks what was recorded since. A trail that only went on is as it should be."""
    beside = tmp_path / "samklang.sqlite3.worker"
    assert not settled(lived_in, beside=beside)
    copy = elsewhere(lived_in, tmp_path, shutil.copy2)
    copy.dispose()
    with writing(lived_in) as session:
        audit.record(session, None, "tried", now=NOW)
    assert not settled(lived_in, beside=beside)
    note(lived_in, beside)
    assert not settled(lived_in, beside=beside)
    lived_in.dispose()
    shutil.copyfile(str(copy.url.database), str(lived_in.url.database))
    assert settled(lived_in, beside=beside)
    assert not settled(lived_in, beside=beside)
    assert reasons(lived_in) == [disarming.COPIED]


@pytest.mark.parametrize("torn", ["", "7", "7 abc", "seven abc\n"], ids=["empty", "half", "open", "words"])
def test_a_note_that_was_torn_by_a_crash_calls_nobody(lived_in: Engine, tmp_path: Path, torn: str) -> None:
    """It says nothing, and is written anew."""
    beside = tmp_path / "samklang.sqlite3.worker"
    beside.write_text(torn, encoding="ascii")
    assert not settled(lived_in, beside=beside)
    note(lived_in, beside)
    with reading(lived_in) as session:
        last = audit.last(session)
        assert last
        assert beside.read_text(encoding="ascii") == f"{last.number} {last.hash}\n"


def test_a_file_that_is_renamed_on_its_disk_is_the_same(lived_in: Engine, tmp_path: Path) -> None:
    """Nobody is called for a folder with another name."""
    moved = elsewhere(lived_in, tmp_path, Path.rename)
    assert not settled(moved)
    assert reasons(moved) == []
    moved.dispose()


def test_the_same_disk_in_another_machine_is_disarmed(lived_in: Engine) -> None:
    """As where a virtual machine was cloned: both would publish."""
    assert settled(lived_in, "another")
    assert not settled(lived_in, "another")
    assert reasons(lived_in) == [disarming.COPIED]


def test_a_container_without_a_name_of_its_machine_is_known_by_the_file(lived_in: Engine, tmp_path: Path) -> None:
    """It is made anew at each upgrade, and looked at from its host."""
    for machine in ("", "here", "", "host"):
        assert not settled(lived_in, machine)
    copy = elsewhere(lived_in, tmp_path, shutil.copy2)
    assert settled(copy, "")
    copy.dispose()


def test_what_nobody_uses_yet_may_be_copied(sqlite_engine: Engine, tmp_path: Path) -> None:
    """A prepared file without people, as of an image; and the first people there find it armed."""
    assert not settled(sqlite_engine)
    copy = elsewhere(sqlite_engine, tmp_path, shutil.copy2)
    assert not settled(copy)
    assert reasons(copy) == []
    copy.dispose()


def test_a_restored_backup_is_disarmed_by_its_restore_alone(lived_in: Engine, tmp_path: Path) -> None:
    """A backup holds rows and not where the file was."""
    backup(lived_in, tmp_path / "copy")
    new = make_engine(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    restore(tmp_path / "copy", new, now=NOW)
    assert not settled(new)
    assert reasons(new) == [disarming.RESTORED]
    new.dispose()


def test_a_database_that_nodes_share_has_no_home(postgresql_engine: Engine) -> None:
    """Many machines use it, and none of them is the one."""
    assert not settled(postgresql_engine)
    assert not settled(postgresql_engine, "another")


def test_what_was_written_into_the_file_survives_a_vacuum(lived_in: Engine) -> None:
    """It is the file that is the same, not its pages."""
    with lived_in.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("BEGIN")
    assert not settled(lived_in)


def test_a_start_on_the_same_machine_again_writes_nothing(lived_in: Engine) -> None:
    """So it also starts while another process holds the lock."""
    with writing(lived_in) as session:
        session.connection()
        assert not settled(lived_in)


def test_this_machine_has_the_same_name_each_time() -> None:
    """Or none."""
    assert this_machine() == this_machine()
