"""A look at the audit trail goes on from the last one, and still finds whatever was done to the trail."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from factories import Office
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from campaigns.domain.checkpoints import EVERY, Verdict
from campaigns.store import audit
from campaigns.store.checkpoint_files import written
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent
from campaigns.work.audit.checkpointing import make_checkpoint, read_all
from campaigns.work.audit.looking import look
from campaigns.work.workplace import Workplace

NOW = Office.NOW
SOON = NOW + timedelta(minutes=1)


def recorded(place: Workplace, count: int) -> None:
    """So many events more."""
    for _ in range(count):
        with writing(place.engine) as session:
            audit.record(session, None, "tried", now=NOW)


@contextmanager
def hashed(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The numbers of the events whose hash is made again meanwhile."""
    seen: list[int] = []
    real = audit.hash_of

    def noted(event: AuditEvent) -> str:
        seen.append(event.number)
        return real(event)

    with monkeypatch.context() as patch:
        patch.setattr(audit, "hash_of", noted)
        yield seen


def statement(words: str) -> Callable[[Session], None]:
    """Something done to the table from outside."""

    def do(session: Session) -> None:
        session.connection().execute(text(words))

    return do


def written_anew(session: Session) -> None:
    """An event is altered and everything after it sealed again, so that the chain is whole."""
    previous = audit.START
    for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.number))).all():
        event.action, event.previous = ("never" if event.number == 2 else event.action), previous
        event.hash = previous = audit.hash_of(event)
        session.add(event)


def test_only_what_is_new_is_gone_through_until_a_day_is_over(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the event where the last look ended. All of it for who asks, and where a clock was set back."""
    recorded(place, 5)
    assert look(place, now=NOW).whole_at == NOW
    for now, whole, again in (
        (SOON, False, {5, 6}),
        (SOON, True, set(range(1, 8))),
        (SOON + EVERY - timedelta(seconds=1), False, {7, 8}),
        (SOON + EVERY, False, set(range(1, 10))),
        (NOW, False, set(range(1, 11))),
    ):
        recorded(place, 1)
        with hashed(monkeypatch) as seen:
            found = look(place, now=now, whole=whole)
        assert set(seen) == again
        assert (found.broken, found.count) == ((), max(again))
        assert found.whole_at == (now if 1 in again else found.whole_at)


def test_an_empty_trail_is_a_beginning_too(sqlite_place: Workplace) -> None:
    """Its first events are gone through at the next look."""
    assert look(sqlite_place, now=NOW).count == 0
    recorded(sqlite_place, 2)
    found = look(sqlite_place, now=SOON)
    assert (found.count, found.broken, found.whole_at) == (2, (), NOW)


AT_ONCE = {
    "altered since": (statement("UPDATE audit_events SET action = 'never' WHERE number = 7"), (7,)),
    "removed since": (statement("DELETE FROM audit_events WHERE number = 7"), (8,)),
    "the last one altered": (statement("UPDATE audit_events SET action = 'never' WHERE number = 6"), (6,)),
    "the last one gone": (statement("DELETE FROM audit_events WHERE number = 6"), (6, 7)),
    "cut off": (statement("DELETE FROM audit_events WHERE number > 4"), (5,)),
    "all gone": (statement("DELETE FROM audit_events"), (1,)),
    "removed long ago": (statement("DELETE FROM audit_events WHERE number = 2"), (2, 3)),
    "written anew": (written_anew, (6,)),
}
LATER = {
    "altered": (statement("UPDATE audit_events SET action = 'never' WHERE number = 2"), (2,)),
    "sealed again": (statement("UPDATE audit_events SET hash = 'x' WHERE number = 2"), (2, 3)),
}


@pytest.mark.parametrize("what", AT_ONCE)
def test_what_was_done_to_the_trail_is_found_at_the_next_look_and_at_every_one_after(
    sqlite_place: Workplace, what: str
) -> None:
    """Fault 26. Also that its end is gone, or all of it made anew: the process remembers what it saw."""
    place = sqlite_place
    recorded(place, 6)
    assert look(place, now=NOW).broken == ()
    recorded(place, 2)
    done, broken = AT_ONCE[what]
    with writing(place.engine) as session:
        done(session)
    for minutes in (1, 2):
        assert look(place, now=NOW + timedelta(minutes=minutes)).broken == broken


@pytest.mark.parametrize("what", LATER)
@pytest.mark.parametrize("asked", [True, False], ids=["asked", "a day later"])
def test_what_was_altered_where_the_trail_held_is_found_when_all_of_it_is_gone_through(
    sqlite_place: Workplace, what: str, *, asked: bool
) -> None:
    """By whoever asks, or the first look a day later; from then on every look says so."""
    place = sqlite_place
    recorded(place, 6)
    assert look(place, now=NOW).broken == ()
    done, broken = LATER[what]
    with writing(place.engine) as session:
        done(session)
    assert look(place, now=SOON).broken == ()
    assert look(place, now=SOON if asked else NOW + EVERY, whole=asked).broken == broken
    assert look(place, now=NOW + EVERY).broken == broken


def test_a_checkpoint_is_compared_without_going_through_the_trail_again(
    place: Workplace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One from before the last look and one of what is new. When one does not hold, all is gone through to say why."""
    recorded(place, 2)
    files = [_kept(place, tmp_path)]
    recorded(place, 2)
    assert look(place, now=NOW).broken == ()
    recorded(place, 1)
    files.append(_kept(place, tmp_path))
    read = read_all(files, place.audit_keys())
    with hashed(monkeypatch) as seen:
        found = look(place, read, now=SOON)
    assert found.holds
    assert set(seen) == {2, 4, 5}
    with writing(place.engine) as session:
        statement("UPDATE audit_events SET hash = 'x' WHERE number = 2")(session)
    found = look(place, read, now=SOON)
    assert found.broken == (2, 3)
    assert [one.verdict for one in found.checked] == [Verdict.CHANGED, Verdict.HOLDS]


def _kept(place: Workplace, folder: Path) -> Path:
    made = make_checkpoint(place, now=NOW)
    return written(folder / made.file_name, made)


def test_each_database_is_remembered_by_itself(sqlite_place: Workplace, postgresql_engine: Engine) -> None:
    """Two trails of one process have nothing to do with each other."""
    places = (sqlite_place, replace(sqlite_place, engine=postgresql_engine))
    for place, count in zip(places, (3, 1), strict=True):
        recorded(place, count)
    assert [look(place, now=NOW).count for place in places * 2] == [3, 1, 3, 1]
