"""What a command works with: settings, clock, database and workplace, made when first needed."""

import logging
import os
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, SamklangError
from campaigns.release.clock import NodeClock
from campaigns.settings import Settings
from campaigns.store import migrations
from campaigns.store.engine import check_database, make_engine
from campaigns.store.home import settle_in
from campaigns.work.service.health import worker_lock, worker_runs
from campaigns.work.service.rearming import PAGE
from campaigns.work.workplace import Workplace, open_workplace

log = logging.getLogger(__name__)


class NewTables(SamklangError):
    """The database was upgraded by a newer version, which may have given its rows a meaning that this one misses."""

    message = N_(
        "The database is at {current}, of a newer version than this one, which knows {head} at most. Nothing was "
        "changed. Install the newer version here too, or restore the backup from before the upgrade."
    )


class OldTables(SamklangError):
    """The database was made by an older version."""

    message = N_("The database is at {current} and this version needs {head}. Run: python app.py db upgrade")


class Room:
    """One command's surroundings. The embedded database is brought up to date by itself; a shared one is not."""

    actor = Actor.operator()

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment. Raises BadSetting."""
        return Settings.from_env(os.environ)

    @cached_property
    def raw_engine(self) -> Engine:
        """The database as it is, whatever its tables."""
        return make_engine(self.settings.database_url)

    @cached_property
    def engine(self) -> Engine:
        """The database with the tables of this version. Raises WrongDatabase, Unready, NewTables or OldTables."""
        current, head = self.revision(), migrations.head()
        if current != head:
            if not self.settings.embedded:
                raise OldTables(current=current or "–", head=head)
            migrations.upgrade(self.raw_engine)
        return self.raw_engine

    def revision(self) -> str | None:
        """The revision of the database; None for an empty one. Raises WrongDatabase, Unready or NewTables."""
        check_database(self.raw_engine)
        current = migrations.current(self.raw_engine)
        if not migrations.knows(current):
            raise NewTables(current=current, head=migrations.head())
        return current

    @cached_property
    def clock(self) -> NodeClock:
        """The time by which this process acts."""
        return NodeClock(self.raw_engine)

    @cached_property
    def place(self) -> Workplace:
        """Where the tasks work."""
        return open_workplace(self.settings, self.engine, clock=self.clock.now)

    def open(self) -> None:
        """Open database and channels once, so that a wrong setting stops the start with one sentence."""
        _ = self.place

    def settle_in(self) -> None:
        """Before anything is published: if this database was copied or moved here, publishing is disarmed, and said."""
        if settle_in(self.engine, now=self.clock.now(), beside=self.worker_lock):
            log.error(
                "this database was last in use as another file or on another machine: it was copied or moved, and the "
                "original may still publish. So publishing is disarmed, and everybody logs in anew. See that the other "
                "installation is off; then two members arm publishing again at %s",
                f"{self.settings.base_url}{PAGE}",
            )

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if "raw_engine" in vars(self):
            self.raw_engine.dispose()

    @property
    def worker_lock(self) -> Path | None:
        """The file that the one worker of an embedded database holds; None for a shared database."""
        return worker_lock(self.settings)

    def worker_runs(self) -> bool | None:
        """Whether a release worker holds the lock; None where it cannot be known from this machine."""
        return worker_runs(self.settings)
