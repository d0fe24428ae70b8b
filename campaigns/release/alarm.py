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
        self._awake = 0
        self._asleep = threading.Condition()
        self._beats: list[threading.Thread] = []

    def start(self) -> None:
        """Begin to wake."""
        self._scheduler.start()

    def stop(self) -> None:
        """Wake nobody any more, and wait for whoever is awake.

        The scheduler's own waiting holds a lock that whoever sets an alarm meanwhile would wait for, and for ever.
        """
        with self._asleep:
            self._stopping.set()
        self._scheduler.pause()
        self._scheduler.get_jobs()  # waits for a look at the jobs that has begun: stopping in its midst breaks it
        self._scheduler.shutdown(wait=False)
        for beat in self._beats:
            beat.join()
        with self._asleep:
            self._asleep.wait_for(lambda: not self._awake)

    def at(self, instant: datetime, key: str, wake: Callable[[], None]) -> None:
        """Wake once at an instant; the same key again moves it."""
        self._scheduler.add_job(self._woken, "date", args=(wake,), run_date=instant, id=key, replace_existing=True)

    def _woken(self, wake: Callable[[], None]) -> None:
        with self._asleep:
            if self._stopping.is_set():
                return
            self._awake += 1
        try:
            wake()
        finally:
            with self._asleep:
                self._awake -= 1
                self._asleep.notify_all()

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
