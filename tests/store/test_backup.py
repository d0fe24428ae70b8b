"""Backup and restore, from either kind of database into either: every row, and a restored copy publishes nothing."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_IMODE
from typing import Any

import pytest
from delivery_rows import LEASE, NOW, campaign, delivery, rows, store
from every_table import Row, contents, fill
from sqlalchemy import Engine, Select, Table, create_engine
from sqlmodel import Session

from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DELIVERY_MOVES, DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import backup as copies
from campaigns.store import deliveries, leases, migrations
from campaigns.store.backup import BackupProblem, backup, restore
from campaigns.store.disarming import FREE_OF_EMBARGO
from campaigns.store.engine import make_engine, reading, writing
from campaigns.store.tables import Campaign, Delivery, Member, Message
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.reading import public_campaigns

STAYS = {DeliveryState.PLANNED: DeliveryState.HELD, DeliveryState.ARMED: DeliveryState.HELD}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "samklang.backup"


def new_postgresql(server: str) -> str:
    """A database without a table; gives its address."""
    name = f"o{new_id()}"
    engine = create_engine(server.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    engine.dispose()
    return server.format(name=name)


@pytest.fixture(params=["sqlite", "postgresql"])
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A second, empty database of each kind in turn. It has no tables yet, as a new one has none."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/other.sqlite3"
    else:
        address = new_postgresql(request.getfixturevalue("postgresql_server"))
    engine = make_engine(address)
    yield engine
    engine.dispose()


def disarmed(table: str, row: Row) -> Row | None:
    """What a row becomes in a restored copy; None for one that is not there any more."""
    if table == "sessions" or (table == "disarmings" and row["armed_at"] is None):
        return None
    became = dict(row)
    if table == "member_invitations" and row["accepted_at"] is None:
        became |= {"expires_at": NOW}
    if table == "channels":
        became |= {"unpaused_at": NOW}
    if table == "campaigns" and row["stage"] is Stage.APPROVED:
        became |= {"stage": Stage.HELD, "generation": row["generation"] + 1}
    if table == "deliveries" and row["state"] in {DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.SENDING}:
        free = {"claimed_by": None, "lease_until": None, "fence": row["fence"] + 1}
        became |= free | {"state": STAYS.get(row["state"], DeliveryState.UNKNOWN)}
        if row["state"] is not DeliveryState.SENDING and row["event"] in FREE_OF_EMBARGO:
            became["state"] = DeliveryState.CANCELLED
        if became["state"] is not DeliveryState.HELD:
            became["error"] = "restored from a backup"
    return became


def seals(member: Row) -> object:
    """What a member's sessions and mailed links are sealed with."""
    return member["uniquifier"]


def without_seals(found: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Everything but that."""
    members = [{name: value for name, value in row.items() if name != "uniquifier"} for row in found["members"]]
    return found | {"members": members}


def test_every_row_of_every_table_comes_back_but_for_what_is_disarmed(
    engine: Engine, other: Engine, file: Path
) -> None:
    """SQLite to SQLite, to PostgreSQL, and back: the same values, down to the microsecond and the last byte."""
    stored = fill(engine)
    before = contents(engine)
    assert backup(engine, file) == stored
    assert contents(engine) == before, "a backup only reads"
    assert restore(file, other, now=NOW) == stored
    after = contents(other)
    expected = {name: [new for row in found if (new := disarmed(name, row))] for name, found in before.items()}
    [told], [new] = (
        [row for row in after[name] if row not in expected[name]] for name in ("audit_events", "disarmings")
    )
    after["audit_events"].remove(told)
    after["disarmings"].remove(new)
    assert told["action"] == "publishing.disarmed"
    assert (new["reason"], new["disarmed_at"], new["armed_at"]) == ("restored", NOW, None)
    assert not {seals(row) for row in after["members"]} & {seals(row) for row in expected["members"]}
    assert without_seals(after) == without_seals(expected)


def test_the_order_in_which_rows_lie_in_the_database_does_not_matter(engine: Engine, other: Engine, file: Path) -> None:
    """PostgreSQL moves a row when it is changed, so a core message may come to lie behind the answer to it."""
    store(engine, [campaign()], [])
    with writing(engine) as session:
        for name, answers in (("z-first", None), ("core", None), ("answer", "core")):
            session.add(
                Message(
                    id=name,
                    campaign_id="c",
                    organisation_id="police",
                    name=name,
                    answers_id=answers,
                    created_at=NOW,
                )
            )
            session.flush()
    with writing(engine) as session:
        session.get_one(Message, "core").position = 7
        session.get_one(Message, "answer").answers_id = "z-first"
    with writing(engine) as session:
        session.get_one(Message, "z-first").position = 9
    backup(engine, file)
    restore(file, other, now=NOW)
    assert contents(other)["messages"] == contents(engine)["messages"]


def test_a_restored_copy_publishes_and_sends_nothing(engine: Engine, other: Engine, file: Path) -> None:
    """Fault 24: a copy from before the lift, restored a day after it. What it knows may no longer be true."""
    waiting = [
        delivery(campaign_id="near"),
        delivery(campaign_id="near", kind=ChannelKind.EMAIL),
        delivery(campaign_id="out", attempts=2),
        delivery(event=Event.NOTICE, campaign_id=None, in_release=False),
    ]
    under_way = delivery(campaign_id="out")
    store(engine, [campaign("near", stage=Stage.APPROVED), campaign("out")], [*waiting, under_way])
    with writing(engine) as session:
        deliveries.arm(session, campaign_id="near", generation=1, node="n1", now=NOW, lease=LEASE, most=1)
        claimed = session.get_one(Delivery, under_way.id)
        claimed.state, claimed.claimed_by, claimed.lease_until, claimed.fence = DeliveryState.SENDING, "n1", NOW, 1
    backup(engine, file)
    restore(file, other, now=NOW)
    later = NOW + timedelta(days=1)
    assert [rows(other)[one.id].state for one in waiting] == [
        DeliveryState.HELD,
        DeliveryState.HELD,
        DeliveryState.LATE,
        DeliveryState.CANCELLED,
    ]
    assert rows(other)[under_way.id].state is DeliveryState.UNKNOWN
    with writing(other) as session:
        assert session.get_one(Campaign, "near").stage is Stage.HELD
        assert session.get_one(Campaign, "out").stage is Stage.LIVE
        assert not deliveries.claim_due(session, node="n2", now=later, lease=LEASE, most=9)
        assert not leases.has_abandoned(session, leases.InHand(node="n2"), now=later)
        assert not deliveries.arm(session, campaign_id="near", generation=2, node="n2", now=later, lease=LEASE, most=9)
    assert coming_lifts(other, until=later) == []
    assert public_campaigns(other, language="sv", now=later) == []


def test_a_worker_of_the_old_database_finds_its_claims_worth_nothing_in_the_copy(
    engine: Engine, other: Engine, file: Path
) -> None:
    """It may still run, and be pointed at the new database."""
    [one] = store(engine, [campaign()], [delivery()])
    with writing(engine) as session:
        [claim] = deliveries.claim_due(session, node="n1", now=NOW, lease=LEASE, most=9)
        result = deliveries.Result(id=one, fence=claim.fence, state=DeliveryState.LIVE)
    backup(engine, file)
    restore(file, other, now=NOW)
    with writing(other) as session:
        assert deliveries.settle(session, [result], node="n1") == 0


def test_what_restoring_does_to_deliveries_are_moves_that_the_table_knows() -> None:
    """Disarming is no back door."""
    assert all(new in DELIVERY_MOVES[old] for old, new in STAYS.items())
    assert DeliveryState.UNKNOWN in DELIVERY_MOVES[DeliveryState.SENDING]


def test_a_backup_sees_one_instant_while_others_write(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is stored after it began is not in it, not even in a table that is read later."""
    store(engine, [campaign()], [delivery()])
    ordered, written_meanwhile = copies._in_order, list[str]()

    def in_order(table: Table) -> Select[Any]:
        if table.name == "deliveries":
            written_meanwhile.extend(store(engine, [], [delivery()]))
        return ordered(table)

    monkeypatch.setattr(copies, "_in_order", in_order)
    backup(engine, file)
    assert written_meanwhile
    copy = make_engine(f"sqlite:///{file}")
    assert not set(written_meanwhile) & set(rows(copy))
    assert len(rows(copy)) == 1
    copy.dispose()


def test_a_backup_is_one_file_that_only_its_owner_can_read(engine: Engine, file: Path) -> None:
    """It holds embargoed texts, from its first byte on."""
    fill(engine)
    backup(engine, file)
    assert S_IMODE(file.stat().st_mode) == 0o600
    beside = [path.name for path in file.parent.iterdir() if path.name.startswith(file.name)]
    assert beside == [file.name]


def test_an_unfinished_backup_is_never_readable_by_others_and_leaves_nothing(
    engine: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is only given to a whole one."""
    seen: list[int] = []

    def fail(_source: Engine, target: Engine) -> int:
        with reading(target):
            seen.extend(
                S_IMODE(path.stat().st_mode) for path in file.parent.iterdir() if path.name.startswith(file.name)
            )
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("campaigns.store.backup._copy", fail)
    with pytest.raises(BackupProblem, match="No space left on device"):
        backup(engine, file)
    assert set(seen) == {0o600}
    assert not [path.name for path in file.parent.iterdir() if path.name.startswith(file.name)]


def test_restoring_does_not_change_the_backup(engine: Engine, other: Engine, file: Path) -> None:
    """It may be needed once more, and may lie where nothing can be written."""
    fill(engine)
    backup(engine, file)
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.chmod(0o400)
    file.parent.chmod(0o500)
    restore(file, other, now=NOW)
    file.parent.chmod(0o700)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before
    assert not list(file.parent.glob(file.name + "-*"))


def test_a_backup_never_overwrites_a_file(sqlite_engine: Engine, file: Path) -> None:
    """Not even an empty one."""
    file.touch()
    with pytest.raises(BackupProblem, match="exists already"):
        backup(sqlite_engine, file)
    assert file.read_bytes() == b""


def test_a_backup_into_a_folder_that_does_not_exist_says_so(sqlite_engine: Engine, file: Path) -> None:
    """Nothing is made on the way."""
    with pytest.raises(BackupProblem, match="the folder does not exist"):
        backup(sqlite_engine, file.parent / "nowhere" / "x")


def another_programs(file: Path) -> None:
    """A SQLite file that is not ours."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE notes (body)")


def only_begins_like_one(file: Path) -> None:
    """The right first bytes, and then none that make sense."""
    file.write_bytes(b"SQLite format 3\0" + b"x" * 5000)


def cut_off(file: Path) -> None:
    """A backup of which the end is missing, as after a copy over a broken line."""
    engine = make_engine(f"sqlite:///{file}.whole")
    migrations.upgrade(engine)
    fill(engine)
    backup(engine, file)
    engine.dispose()
    file.write_bytes(file.read_bytes()[:-20_000])


@pytest.mark.parametrize(
    "made",
    [
        lambda _: None,
        lambda file: file.touch(),
        lambda file: file.mkdir(),
        lambda file: file.write_text("kampanj: Gängsnacket"),
        only_begins_like_one,
        another_programs,
        cut_off,
    ],
    ids=["absent", "empty", "folder", "text", "only begins like one", "another program's", "cut off"],
)
def test_what_is_no_whole_backup_is_refused_before_anything_is_touched(other: Engine, file: Path, made: object) -> None:
    """One sentence, and the database is as it was: without a table."""
    assert callable(made)
    made(file)
    with pytest.raises(BackupProblem, match=r"not a backup made by Samklang|does not exist"):
        restore(file, other, now=NOW)
    assert migrations.current(other) is None


def test_a_backup_of_another_version_is_refused_with_what_to_do(
    sqlite_engine: Engine, other: Engine, file: Path
) -> None:
    """Its tables have another shape."""
    backup(sqlite_engine, file)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(BackupProblem, match="another version"):
        restore(file, other, now=NOW)
    assert migrations.current(other) is None


def test_a_database_that_holds_anything_is_refused(engine: Engine, sqlite_engine: Engine, file: Path) -> None:
    """One member without an organisation is enough, and stays as it was."""
    backup(sqlite_engine, file)
    with writing(engine) as session:
        session.add(Member(id="m", email="m@example.org", name="exempel", created_at=NOW))
    before = contents(engine)
    with pytest.raises(BackupProblem, match="not empty"):
        restore(file, engine, now=NOW)
    assert contents(engine) == before


def test_a_database_that_another_program_uses_is_refused_without_our_tables_in_it(other: Engine, file: Path) -> None:
    """Whoever mistyped the address finds nothing changed."""
    source = make_engine(f"sqlite:///{file.parent}/source.sqlite3")
    migrations.upgrade(source)
    backup(source, file)
    source.dispose()
    with Session(other) as session:
        session.connection().exec_driver_sql("CREATE TABLE notes (body TEXT)")
        session.connection().exec_driver_sql("INSERT INTO notes VALUES ('x')")
        session.commit()
    with pytest.raises(BackupProblem, match="not empty"):
        restore(file, other, now=NOW)
    assert migrations.current(other) is None


def test_a_restore_that_fails_halfway_leaves_an_empty_database(
    sqlite_engine: Engine, other: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: it can be tried again."""
    stored = fill(sqlite_engine)
    backup(sqlite_engine, file)

    def fail(_session: Session, *, now: datetime) -> None:
        raise RuntimeError(f"killed at {now}")

    with monkeypatch.context() as patched:
        patched.setattr("campaigns.store.backup.disarm", fail)
        with pytest.raises(RuntimeError):
            restore(file, other, now=NOW)
    assert not any(contents(other).values())
    assert restore(file, other, now=NOW) == stored


def test_a_stale_partial_file_of_a_killed_backup_is_no_obstacle(sqlite_engine: Engine, file: Path) -> None:
    """Nor does anything of it come into the next one."""
    shutil.copy(__file__, file.with_name(file.name + ".partial"))
    file.with_name(file.name + ".partial-wal").write_bytes(b"x" * 9000)
    assert backup(sqlite_engine, file) == 0
    assert [path.name for path in file.parent.glob(file.name + "*")] == [file.name]
