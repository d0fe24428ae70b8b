"""A whole worker by the real clock: it meets T, shares it with another, gives back, and ends what it began."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from release.worlds import STEP, Inbox, LiveOffice, Time, World, all_in, real_now, settings_for, soon, wait_for
from sqlalchemy import Engine

from campaigns.demo.receivers import MailServer
from campaigns.domain.errors import Unready
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.lifecycle import Stage
from campaigns.release.clock import ClockDisagrees, ClockJumped, DatabaseSilent, NodeClock
from campaigns.release.outside import Watch
from campaigns.release.worker import AnotherWorker, Worker
from campaigns.store import audit
from campaigns.store.checkpoint_files import listed, opened
from campaigns.store.engine import reading
from campaigns.work.audit.checkpointing import read_all, verify
from campaigns.work.launch.scheduling import hold, postpone
from campaigns.work.workplace import open_workplace

BEFORE_A_RETRY = timedelta(seconds=5)
"""What leaves sooner left with the lift. How near to T it really is, the benchmark and the demo measure."""


def living(engine: Engine, folder: Path, mail: MailServer) -> World:
    """A world by the real clock."""
    place = open_workplace(settings_for(folder, smtp_url=mail.url), engine, clock=real_now)
    return World(engine=engine, place=place, office=LiveOffice(place), time=Time(real_now()), mail=mail)


@pytest.fixture(autouse=True)
def _nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no pages here to watch."""
    monkeypatch.setattr(Watch, "begin", lambda *_: None)


@pytest.fixture
def live(sqlite_engine: Engine, tmp_path: Path, mail: MailServer) -> World:
    """A world by the real clock, on SQLite."""
    return living(sqlite_engine, tmp_path, mail)


@contextmanager
def working(world: World, *, alone: Path | None = None, clock: NodeClock | None = None) -> Iterator[Worker]:
    """A worker that is stopped in the end."""
    worker = Worker(place=world.place, clock=clock or NodeClock(world.engine), alone=alone)
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()


def approved(world: World, *addresses: str, lift_at: datetime) -> str:
    """An approved campaign of one partner with these channels."""
    partner = world.partner(*addresses, name="Ungdomsjouren (exempel)")
    return world.office.approved(partner, lift_at=lift_at, briefing_opens_at=real_now() - timedelta(hours=1))


def test_a_worker_meets_the_lift(engine: Engine, tmp_path: Path, mail: MailServer) -> None:
    """Nothing early; everything live; pushes and letters leave within moments of T."""
    live = living(engine, tmp_path, mail)
    with Inbox() as inbox, working(live):
        lift_at = soon(seconds=8)
        campaign = approved(live, f"{inbox.url}1", f"{inbox.url}2", "a@example.org", lift_at=lift_at)
        wait_for(lambda: all_in(live.states(campaign), State.LIVE))
        rows = live.deliveries(campaign)
        sent = [row.sent_at for row in rows if row.sent_at]
        assert len(sent) == len(rows) == 5
        assert lift_at <= min(sent)
        assert max(sent) < lift_at + BEFORE_A_RETRY
        assert min(came.at for came in inbox.came) >= lift_at
        assert len(inbox.came) == len(inbox.ids) == 4
        assert {row.attempts for row in rows} == {1}


def test_a_worker_keeps_a_folder_elsewhere_supplied_with_checkpoints(
    live: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One when it starts, and one that has seen the lift once the campaign is live."""
    monkeypatch.setattr("campaigns.release.worker.CALL_EVERY_S", 0.2)
    folder = tmp_path / "mount"
    folder.mkdir()
    live.place = replace(live.place, audit_checkpoints=folder)
    with Inbox() as inbox, working(live):
        wait_for(lambda: listed(folder))
        approved(live, inbox.url, lift_at=soon(seconds=8))
        wait_for(lambda: len(listed(folder)) == 2)
    with reading(live.engine) as session:
        lifted = [event.number for event in audit.events(session) if event.action == "campaign.live"]
    newest = opened(listed(folder)[0])
    assert [number <= newest.end.number for number in lifted] == [True]
    read = read_all(listed(folder), live.place.audit_keys())
    assert verify(live.place, read).holds


def test_a_folder_for_checkpoints_that_is_gone_stops_no_worker(
    live: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said in the log, and everything leaves."""
    live.place = replace(live.place, audit_checkpoints=tmp_path / "gone")
    with Inbox() as inbox, working(live):
        campaign = approved(live, inbox.url, lift_at=soon(seconds=8))
        wait_for(lambda: all_in(live.states(campaign), State.LIVE))
    assert [record.levelname for record in caplog.records if "checkpoint" in record.message] == ["ERROR"]


def test_a_hold_and_a_new_time_after_arming_are_obeyed(live: World) -> None:
    """Armed, then moved by some seconds: nothing at the old T, everything at the new one."""
    with Inbox() as inbox, working(live):
        lift_at = soon(seconds=8)
        campaign = approved(live, inbox.url, "a@example.org", lift_at=lift_at)
        wait_for(lambda: all_in(live.states(campaign), State.ARMED))
        postpone(live.place, live.office.communicator, campaign, lift_at=lift_at + 2 * STEP, now=real_now())
        wait_for(lambda: all_in(live.states(campaign), State.LIVE))
        assert min(came.at for came in inbox.came) >= lift_at + 2 * STEP
        assert len(inbox.came) == len(inbox.ids) == 2


def test_a_held_campaign_stays_shut(live: World) -> None:
    """Held while armed: T passes, and nothing has left."""
    with Inbox() as inbox, working(live):
        lift_at = soon(seconds=8)
        campaign = approved(live, inbox.url, lift_at=lift_at)
        wait_for(lambda: all_in(live.states(campaign), State.ARMED))
        hold(live.place, live.office.approver, campaign, now=real_now())
        sleep((lift_at - real_now()).total_seconds() + 0.5)
        assert inbox.came == []
        assert live.stage(campaign) is Stage.HELD


def test_two_workers_on_one_postgresql_send_each_delivery_once(
    postgresql_engine: Engine, tmp_path: Path, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They share what there is; no receiver and no mailbox gets anything twice."""
    monkeypatch.setattr("campaigns.release.dispatcher.MOST_ARMED", 7)
    live = living(postgresql_engine, tmp_path, mail)
    with Inbox() as inbox, working(live), working(live):
        lift_at = soon(seconds=8)
        addresses = [f"{inbox.url}{n}" for n in range(4)] + [f"mail{n}@example.org" for n in range(6)]
        campaign = approved(live, *addresses, lift_at=lift_at)
        wait_for(lambda: all_in(live.states(campaign), State.LIVE))
        assert len(inbox.came) == len(inbox.ids) == 8
        letters = [came.to for came in mail.received if came.to.startswith("mail")]
        assert sorted(letters) == sorted(set(letters))
        assert min(came.at for came in inbox.came) >= lift_at
        assert {row.attempts for row in live.deliveries(campaign)} == {1}


def test_a_worker_that_stops_gives_back_what_it_armed(live: World) -> None:
    """Another one, started at once, takes over and meets T."""
    with Inbox() as inbox:
        with working(live):
            lift_at = soon(seconds=8)
            campaign = approved(live, inbox.url, "a@example.org", lift_at=lift_at)
            wait_for(lambda: all_in(live.states(campaign), State.ARMED))
        assert all_in(live.states(campaign), State.PLANNED)
        with working(live):
            wait_for(lambda: all_in(live.states(campaign), State.LIVE))
        assert min(came.at for came in inbox.came) >= lift_at
        assert {row.attempts for row in live.deliveries(campaign)} == {1}


def test_a_worker_that_is_asked_to_stop_at_the_lift_finishes(live: World) -> None:
    """Stopped between T−1 s and the last answer, it fires, waits for the answers and writes them."""
    with Inbox() as inbox:
        with working(live):
            lift_at = soon(seconds=8)
            campaign = approved(live, inbox.url, "a@example.org", lift_at=lift_at)
            wait_for(lambda: real_now() > lift_at - STEP / 2)
        assert all_in(live.states(campaign), State.LIVE)
        assert min(came.at for came in inbox.came) >= lift_at


def test_a_worker_that_starts_after_the_lift_catches_up(live: World) -> None:
    """Nobody was awake at T: it records that the campaign is live and sends everything."""
    with Inbox() as inbox:
        lift_at = soon(seconds=1)
        campaign = approved(live, inbox.url, "a@example.org", lift_at=lift_at)
        sleep(max((lift_at - real_now()).total_seconds() + 0.2, 0))
        with working(live):
            wait_for(lambda: all_in(live.states(campaign), State.LIVE))
        assert live.stage(campaign) is Stage.LIVE
        assert len(inbox.came) == len(inbox.ids) == 2


def test_a_worker_in_doubt_of_its_clock_fires_nothing(live: World) -> None:
    """The machine's clock jumps over T while a campaign is armed: nothing leaves, and nothing is recorded as live."""
    ahead = timedelta()
    clock = NodeClock(live.engine, system=lambda: real_now() + ahead)
    with Inbox() as inbox, working(live, clock=clock):
        campaign = approved(live, inbox.url, lift_at=soon(seconds=30))
        wait_for(lambda: all_in(live.states(campaign), State.ARMED))
        ahead = timedelta(hours=1)
        with pytest.raises(ClockJumped):
            clock.must_be_right()
        sleep(2.5)
        assert inbox.came == []
        assert live.stage(campaign) is Stage.APPROVED


def test_a_worker_says_each_reason_why_it_is_not_ready_once(
    live: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that is slow to answer must not hide that the clock is wrong, which only its answer shows."""
    clock = NodeClock(live.engine)
    reason: list[Unready] = [DatabaseSilent(seconds=1)]

    def doubt() -> None:
        if reason:
            raise reason[0]

    monkeypatch.setattr(clock, "must_be_right", doubt)
    with working(live, clock=clock):
        wait_for(lambda: len(complaints(caplog)) == 1)
        reason[0] = ClockDisagrees(offset="+3600.0")
        wait_for(lambda: len(complaints(caplog)) == 2)
        reason.clear()
        wait_for(lambda: "the worker is ready again" in caplog.messages)
    assert [error.split()[0] for error in complaints(caplog)] == ["DatabaseSilent", "ClockDisagrees"]


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Every reason the worker has given."""
    said = "the worker is not ready: "
    return [message.removeprefix(said) for message in caplog.messages if message.startswith(said)]


def test_an_embedded_database_has_one_worker(live: World, tmp_path: Path) -> None:
    """The second one is refused with a sentence, and the first one's end frees the place."""
    lock = tmp_path / "worker"
    with working(live, alone=lock), pytest.raises(AnotherWorker), working(live, alone=lock):
        pass
    with working(live, alone=lock):
        assert threading.active_count() > 1
