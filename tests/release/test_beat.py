"""The heartbeat: a worker that lives is seen, also when it may not send; one that ends is not missed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from release.worlds import Inbox, LiveOffice, Time, World, all_in, real_now, settings_for, soon, wait_for
from sqlalchemy import Engine

from campaigns.demo.receivers import MailServer
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.release import beat
from campaigns.release.beat import Beat
from campaigns.release.clock import NodeClock
from campaigns.release.outside import Watch
from campaigns.release.worker import Worker
from campaigns.store import nodes
from campaigns.store.engine import reading
from campaigns.store.nodes import Seen
from campaigns.version import this_version
from campaigns.work.workplace import Workplace, open_workplace

SECRET = "kanariefagel"


def seen(engine: Engine) -> list[Seen]:
    """The workers that are known."""
    with reading(engine) as session:
        return list(nodes.seen(session))


def placed(engine: Engine, folder: Path, *, smtp_url: str = "smtp://127.0.0.1:9") -> Workplace:
    """A workplace by the real clock."""
    return open_workplace(settings_for(folder, smtp_url=smtp_url), engine, clock=real_now)


@contextmanager
def working(place: Workplace, *, clock: NodeClock | None = None, alone: Path | None = None) -> Iterator[Worker]:
    """A worker that tells ten times a second, and is stopped in the end."""
    worker = Worker(place=place, clock=clock or NodeClock(place.engine), alone=alone)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits for five seconds, and there are no pages here to watch."""
    monkeypatch.setattr("campaigns.release.worker.TELL_EVERY_S", 0.1)
    monkeypatch.setattr(Watch, "begin", lambda *_: None)


def test_a_worker_tells_that_it_lives_until_it_ends(engine: Engine, tmp_path: Path) -> None:
    """With its name and version; after an end in order nobody misses it."""
    with working(placed(engine, tmp_path)) as worker:
        wait_for(lambda: len(seen(engine)) == 1)
        first = seen(engine)[0]
        assert (first.name, first.version, first.ready, first.problem) == (worker.name, this_version(), True, "")
        wait_for(lambda: seen(engine)[0].seen_at > first.seen_at)
        assert seen(engine)[0].started_at == first.started_at
    assert seen(engine) == []


def test_a_worker_whose_clock_disagrees_is_seen_and_says_so(postgresql_engine: Engine, tmp_path: Path) -> None:
    """An hour behind: it sends nothing, and the database's clock stamps what it tells."""
    behind = NodeClock(postgresql_engine, system=lambda: real_now() - timedelta(hours=1))
    with working(placed(postgresql_engine, tmp_path), clock=behind):
        wait_for(lambda: len(seen(postgresql_engine)) == 1)
        (found,) = seen(postgresql_engine)
    assert (found.ready, found.problem, found.lives) == (False, "ClockDisagrees", True)
    assert timedelta(minutes=59) < found.offset < timedelta(minutes=61)


def test_a_worker_whose_clock_jumped_is_seen_and_says_so(sqlite_engine: Engine, tmp_path: Path) -> None:
    """SQLite has no clock of its own; the doubt is told all the same."""
    ahead = timedelta()
    clock = NodeClock(sqlite_engine, system=lambda: real_now() + ahead)
    with working(placed(sqlite_engine, tmp_path), clock=clock, alone=tmp_path / "lock"):
        wait_for(lambda: [one.ready for one in seen(sqlite_engine)] == [True])
        ahead = timedelta(hours=1)
        wait_for(lambda: [one.problem for one in seen(sqlite_engine)] == ["ClockJumped"])


def test_a_worker_tells_what_it_holds(sqlite_engine: Engine, tmp_path: Path, mail: MailServer) -> None:
    """Armed before T, and nothing after."""
    place = placed(sqlite_engine, tmp_path, smtp_url=mail.url)
    live = World(engine=sqlite_engine, place=place, office=LiveOffice(place), time=Time(real_now()), mail=mail)
    with Inbox() as inbox, working(place):
        partner = live.partner(inbox.url, name="Ungdomsjouren (exempel)")
        given = {"lift_at": soon(seconds=4), "briefing_opens_at": real_now() - timedelta(hours=1)}
        campaign = live.office.approved(partner, **given)
        wait_for(lambda: all_in(live.states(campaign), State.ARMED))
        held = len(live.states(campaign))
        wait_for(lambda: [one.armed for one in seen(sqlite_engine)] == [held])
        wait_for(lambda: all_in(live.states(campaign), State.LIVE))
        wait_for(lambda: [(one.armed, one.sending) for one in seen(sqlite_engine)] == [(0, 0)])


def test_the_one_worker_of_an_embedded_database_clears_away_the_dead(sqlite_engine: Engine, tmp_path: Path) -> None:
    """It holds the lock, so whoever else is in the table was killed."""
    Beat(sqlite_engine, node="killed", clock=NodeClock(sqlite_engine), vital=()).tell()
    with working(placed(sqlite_engine, tmp_path), alone=tmp_path / "lock") as worker:
        wait_for(lambda: [one.name for one in seen(sqlite_engine)] == [worker.name])


def test_a_round_that_failed_or_hangs_is_told_by_its_type_alone(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words may hold what is under embargo."""
    one = Beat(sqlite_engine, node="a", clock=NodeClock(sqlite_engine), vital=("sweep", "lifts"))
    one.acted("people", KeyError(SECRET))
    one.acted("sweep", ValueError(SECRET))
    one.acted("lifts")
    one.tell()
    assert [(found.ready, found.problem) for found in seen(sqlite_engine)] == [(False, "ValueError")]
    one.acted("sweep")
    one.tell()
    assert [(found.ready, found.problem) for found in seen(sqlite_engine)] == [(True, "")]
    monkeypatch.setattr(beat, "STALLED_AFTER_S", 0.0)
    one.tell()
    assert [(found.ready, found.problem) for found in seen(sqlite_engine)] == [(False, "Stalled")]


def test_a_database_that_is_away_stops_no_worker(tmp_path: Path, sqlite_engine: Engine) -> None:
    """Telling fails without an error; the next time it goes through."""
    one = Beat(sqlite_engine, node="a", clock=NodeClock(sqlite_engine), vital=("sweep", "lifts"))
    file = Path(str(sqlite_engine.url.database))
    sqlite_engine.dispose()
    aside = file.rename(tmp_path / "aside")
    file.mkdir()
    one.tell()
    one.stop()
    file.rmdir()
    aside.rename(file)
    one.tell()
    assert [found.name for found in seen(sqlite_engine)] == ["a"]
