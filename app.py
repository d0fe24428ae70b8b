"""Samklang: the one place that knows every part. `create_app()` for a web server, `python app.py ...` for people."""

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask

from campaigns.cli.main import run
from campaigns.release.clock import NodeClock
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.web import WorkReading, WorkShelves, build_app, metrics, workplace
from campaigns.web.metrics import Watched
from campaigns.web.templating import compile_all
from campaigns.work.service.measuring import Measuring
from campaigns.work.workplace import Workplace, open_workplace

KEEP_FOR = timedelta(seconds=1)
"""A correction is seen by everyone who asks here within this time; and a page that all ask for is made once in it."""
COUNT_AFTER = timedelta(seconds=5)
"""Downloads are counted in memory and stored together; a process that is killed loses what it counted in this time."""


def create_app(settings: Settings | None = None) -> Flask:
    """The whole web over the database of the settings; without settings, over those of the environment."""
    settings = settings or Settings.from_env(os.environ)
    engine = make_engine(settings.database_url)
    clock = NodeClock(engine)
    place = open_workplace(settings, engine, clock=clock.now)
    ready, offset = clock.must_be_right, lambda: clock.offset
    return app_over(
        settings, place, clock=clock.now, ready=ready, offset=offset, keep_for=KEEP_FOR, count_after=COUNT_AFTER
    )


def app_over(
    settings: Settings,
    place: Workplace,
    *,
    clock: Callable[[], datetime],
    ready: Callable[[], None],
    offset: Callable[[], timedelta] = timedelta,
    keep_for: timedelta = timedelta(),
    count_after: timedelta | None = None,
) -> Flask:
    """The whole web over a workplace. `ready` raises Unready while clock or database are in doubt.

    `offset` is what this machine's clock is behind the database's; nothing, unless the clock was measured. Without
    `count_after` downloads are counted and not stored by themselves.
    """
    app = build_app(
        reading=WorkReading(place.engine),
        clock=clock,
        ready=ready,
        lift_step=settings.lift_step,
        base_url=settings.base_url,
        trusted_proxies=settings.trusted_proxies,
        keep_for=keep_for,
        shelves=WorkShelves(place, store_after=count_after),
    )
    workplace.install(app, place=place, settings=settings)
    watched = Watched(
        token=settings.metrics_token,
        database=place.engine.dialect.name,
        measuring=Measuring(place),
        offset=offset,
    )
    metrics.install(app, watched)
    compile_all(app)
    return app


def main() -> None:
    """The command line."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
