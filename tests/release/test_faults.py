"""Real workers as real processes, killed, stopped and cut off around T. What a receiver got is the judge."""

import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from release.processes import APP, Server, begin, embedded, scene
from release.worlds import soon, wait_for
from sqlalchemy import Engine

from campaigns.store.engine import make_engine

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("offsets", [(-1.0, 0.0, 0.2), (0.004, 0.012, 0.03)], ids=str)
def test_a_worker_killed_around_the_lift_loses_nothing_and_sends_nothing_under_two_ids(
    offsets: tuple[float, ...], sqlite_template: Path, tmp_path: Path
) -> None:
    """kill -9 at such an offset from T, then a new worker. Several scenes share one T, to spare time."""
    with ExitStack() as stack:
        scenes = [stack.enter_context(embedded(f"killed at T{o:+.3f} s", sqlite_template, tmp_path)) for o in offsets]
        for one in scenes:
            one.found()
            one.start()
        begin(*scenes)
        for one, offset in zip(scenes, offsets, strict=True):
            one.sleep_until(offset)
            one.kill()
        for one in scenes:
            one.start()
        for one in scenes:
            wait_for(one.settled, within_s=60)
            one.judge()


def test_another_worker_on_the_same_embedded_database_is_refused(sqlite_template: Path, tmp_path: Path) -> None:
    """It ends with 1 and one sentence; the first one goes on."""
    with embedded("a", sqlite_template, tmp_path) as found:
        first = found.start()
        wait_for(lambda: "has started" in found.log.read_text(encoding="utf-8"))
        second = subprocess.run(  # noqa: S603 - the application itself
            [sys.executable, str(APP), "worker"],
            env=found.environment | {"SAMKLANG_LANGUAGE": "en"},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 1
        assert second.stderr.splitlines()[-1].startswith("Another release worker already runs")
        assert "Traceback" not in second.stderr
        assert first.poll() is None
        first.terminate()
        assert first.wait(10) == 0


def test_a_postgresql_worker_that_sleeps_through_its_lease_does_no_harm(
    postgresql_engine: Engine, tmp_path: Path
) -> None:
    """SIGSTOP just after T, long enough for the other to take over; SIGCONT: what it still holds is refused."""
    address = postgresql_engine.url.render_as_string(hide_password=False)
    with scene("paused", tmp_path, postgresql_engine, DATABASE_URL=address) as found:
        found.prepare(soon(seconds=8))
        paused = found.start()
        found.sleep_until(-0.4)
        paused.send_signal(signal.SIGSTOP)
        other = found.start()
        try:
            wait_for(found.settled, within_s=60)
            paused.send_signal(signal.SIGCONT)
            time.sleep(2)
            found.judge()
            assert found.repeated == 0
        finally:
            paused.send_signal(signal.SIGCONT)
            for process in (paused, other):
                process.terminate()
                process.wait(30)


@pytest.mark.parametrize("offset", [-1.0, 0.02], ids=str)
def test_a_database_that_crashes_around_the_lift_makes_nothing_early_lost_or_doubled(
    own_postgresql: Server, tmp_path: Path, offset: float
) -> None:
    """It is gone for two seconds; the worker waits, looks again, and goes on."""
    engine = make_engine(own_postgresql.address)
    with scene(f"crashed at T{offset:+.1f} s", tmp_path, engine, DATABASE_URL=own_postgresql.address) as found:
        found.prepare(soon(seconds=7))
        found.start()
        found.sleep_until(offset)
        own_postgresql.crash()
        time.sleep(2)
        own_postgresql.recover()
        wait_for(found.settled, within_s=60)
        found.judge()
        assert found.repeated == 0
