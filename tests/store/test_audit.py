"""The audit trail: one unbroken chain however many write, and every change of it from outside shows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.store import audit
from campaigns.store.backup import backup, restore
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AuditEvent

NOW = datetime(2026, 12, 14, 5, 0, 0, 123456, tzinfo=UTC)
WINTER = timezone(timedelta(hours=1))


def recorded(engine: Engine, count: int = 5) -> None:
    """So many events, one transaction each."""
    for number in range(count):
        with writing(engine) as session:
            audit.record(session, Actor.operator(), "tried", now=NOW, details={"number": number, "ord": "klartecken å"})


def broken(engine: Engine) -> list[int]:
    """The numbers of the events where the chain does not hold."""
    with reading(engine) as session:
        return list(audit.breaks(session))


def tampered(engine: Engine, *statements: str) -> list[int]:
    """Change the table from outside, and see what the chain says."""
    with writing(engine) as session:
        for statement in statements:
            session.connection().execute(text(statement))
    return broken(engine)


def test_an_untouched_trail_holds(engine: Engine) -> None:
    """Also one with nothing in it."""
    assert broken(engine) == []
    recorded(engine)
    assert broken(engine) == []
    with reading(engine) as session:
        assert audit.length(session) == 5
        first = session.get_one(AuditEvent, 1)
        assert first.previous == audit.START


def test_concurrent_recorders_make_one_chain(engine: Engine) -> None:
    """Twenty at once, each several times: no number twice, no gap, no fork."""
    start = Barrier(20)

    def recorder(_: int) -> None:
        start.wait()
        recorded(engine, 5)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(recorder, range(20)))
    assert broken(engine) == []
    with reading(engine) as session:
        assert list(session.exec(select(AuditEvent.number).order_by(col(AuditEvent.number)))) == list(range(1, 101))


def test_an_event_of_a_transaction_that_failed_never_was(engine: Engine) -> None:
    """The act and its record are one: neither is stored without the other."""
    recorded(engine, 2)
    with Session(engine.execution_options(samklang_write=True)) as session:
        audit.record(session, None, "failed", now=NOW)
        session.rollback()
    recorded(engine, 1)
    assert broken(engine) == []
    with reading(engine) as session:
        assert audit.length(session) == 3


@pytest.mark.parametrize(
    "change",
    [
        "action = 'nothing'",
        "member_id = 'someone'",
        "organisation_id = 'someone'",
        "campaign_id = 'another'",
        "details = '{\"number\": 9}'",
        "at = '2026-12-14 05:00:00.123457+00:00'",
    ],
)
def test_an_altered_event_is_found_by_its_number(engine: Engine, change: str) -> None:
    """Fault 26. Each thing an event says is under its hash."""
    recorded(engine)
    if engine.dialect.name == "sqlite":
        change = change.replace("+00:00", "")
    assert tampered(engine, f"UPDATE audit_events SET {change} WHERE number = 3") == [3]  # noqa: S608 - our own words


def test_an_event_that_was_altered_together_with_its_hash_breaks_the_next_one(engine: Engine) -> None:
    """The next event holds the hash it had."""
    recorded(engine)
    with writing(engine) as session:
        event = session.get_one(AuditEvent, 3)
        event.action = "nothing"
        event.hash = audit.hash_of(event)
    assert broken(engine) == [4]


def test_a_changed_hash_is_found_at_its_event_and_the_next(engine: Engine) -> None:
    """It fits neither what it stands beside nor what follows."""
    recorded(engine)
    assert tampered(engine, "UPDATE audit_events SET hash = 'x' WHERE number = 3") == [3, 4]


@pytest.mark.parametrize(("gone", "found"), [(1, 2), (3, 4)])
def test_a_removed_event_is_found_at_the_one_after_it(engine: Engine, gone: int, found: int) -> None:
    """Its number is missing, and the hash before does not fit."""
    recorded(engine)
    assert tampered(engine, f"DELETE FROM audit_events WHERE number = {gone}") == [found]  # noqa: S608 - our own number


def test_a_removed_event_is_found_even_if_the_later_ones_are_numbered_anew(engine: Engine) -> None:
    """The number is under the hash too."""
    recorded(engine)
    close_the_gap = "UPDATE audit_events SET number = number - 1 WHERE number = "
    statements = ["DELETE FROM audit_events WHERE number = 3", close_the_gap + "4", close_the_gap + "5"]
    assert tampered(engine, *statements) == [3, 4]


def test_an_inserted_event_is_found(engine: Engine) -> None:
    """At the end as well as in a gap made for it: nobody can tell the right hash before knowing what it holds."""
    recorded(engine)
    columns = "at, action, member_id, organisation_id, campaign_id, details, previous, hash"
    copy = f"INSERT INTO audit_events (number, {columns}) SELECT 6, {columns} FROM audit_events WHERE number = 2"  # noqa: S608 - the line above
    assert tampered(engine, copy) == [6]


def test_events_that_changed_places_are_found(engine: Engine) -> None:
    """Order is part of what the trail says."""
    recorded(engine)
    numbers = ((2, 99), (3, 2), (99, 3))
    swap = [
        f"UPDATE audit_events SET number = {new} WHERE number = {old}"  # noqa: S608 - our own numbers
        for old, new in numbers
    ]
    assert tampered(engine, *swap) == [2, 3, 4]


def test_a_removed_tail_is_found_only_by_whoever_kept_the_last_number_or_hash(engine: Engine) -> None:
    """What is left is a whole chain, so no check of the table alone can see it. A hash kept elsewhere can."""
    recorded(engine)
    with reading(engine) as session:
        kept_elsewhere = (audit.length(session), session.get_one(AuditEvent, 5).hash)
    assert tampered(engine, "DELETE FROM audit_events WHERE number = 5") == []
    recorded(engine, 1)
    with reading(engine) as session:
        assert broken(engine) == []
        assert (audit.length(session), session.get_one(AuditEvent, 5).hash) != kept_elsewhere


INSTANTS = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    datetime(2090, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    timezones=st.sampled_from([UTC, WINTER, timezone(timedelta(hours=-9, minutes=-30))]),
)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
DETAILS = st.dictionaries(
    WORDS, st.one_of(WORDS, st.integers(-(2**53), 2**53), st.booleans(), st.none(), st.lists(WORDS, max_size=3))
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(now=INSTANTS, details=DETAILS, actor=st.sampled_from([None, Actor.operator()]))
def test_an_events_hash_is_the_same_when_it_is_read_again(
    engine: Engine, now: datetime, details: dict[str, object], actor: Actor | None
) -> None:
    """Whatever the zone its time was given in, and whatever letters its details hold."""
    with writing(engine) as session:
        made = audit.record(session, actor, "tried", now=now, details=details)
        number, said = made.number, made.hash
    with reading(engine) as session:
        again = session.get_one(AuditEvent, number)
        assert audit.hash_of(again) == said == again.hash
        assert again.at == now


def test_the_chain_can_be_carried_to_the_other_kind_of_database(
    sqlite_engine: Engine, postgresql_engine: Engine, tmp_path: Path
) -> None:
    """A restored trail must hold, or a move would look like tampering."""
    recorded(sqlite_engine)
    backup(sqlite_engine, tmp_path / "copy")
    restore(tmp_path / "copy", postgresql_engine, now=NOW)
    assert broken(postgresql_engine) == []
    with reading(postgresql_engine) as session:
        assert audit.length(session) == 5 + 1, "that it was restored is the last link"
