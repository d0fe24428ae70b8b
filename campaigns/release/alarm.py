"""The alarm clock: APScheduler with everything in memory. The database is the schedule; this only wakes us."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

THREADS = 20


class Alarm:
    """Wakes functions at instants and at intervals. A late wake-up still comes, and several missed ones come as one."""

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._stopping = threading.Event()
        self._beats: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to wake."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wake nobody any more, and wait for whoever is awake."""
        self._stopping.set()
        for beat in self._beats:
            beat.join()
        self._scheduler.shutdown(wait=True)

    def at(self, instant: datetime, key: str, wake: Callable[[], None]) -> None:
        """Wake once at an instant; the same key again moves it."""
        self._scheduler.add_job(wake, "date", run_date=instant, id=key, replace_existing=True)

    def every(self, seconds: float, key: str, wake: Callable[[], None]) -> None:
        """Wake again and again, the first time at once, until stopped.

        By the steady counter: an interval job would sleep through an hour if the clock were set back by one.
        """

        def beat() -> None:
            wake()
            while not self._stopping.wait(seconds):
                wake()

        thread = threading.Thread(target=beat, name=key, daemon=True)
        self._beats.append(thread)
        thread.start()

    def forget(self, key: str) -> None:
        """Do not wake for this key. One that is not there is no fault."""
        try:
            self._scheduler.remove_job(key)
        except JobLookupError:
            return
