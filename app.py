"""Samklang: the one place that knows every part. `create_app()` for a web server, `python app.py ...` for people."""

import os
import sys

from flask import Flask

from campaigns.cli.main import run
from campaigns.release.clock import NodeClock
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.web import WorkReading, build_app
from campaigns.web.templating import compile_all


def create_app(settings: Settings | None = None) -> Flask:
    """The public web over the database of the settings; without settings, over those of the environment."""
    settings = settings or Settings.from_env(os.environ)
    engine = make_engine(settings.database_url)
    clock = NodeClock(engine)
    app = build_app(
        reading=WorkReading(engine),
        clock=clock.now,
        ready=clock.must_be_right,
        lift_step=settings.lift_step,
        base_url=settings.base_url,
        trusted_proxies=settings.trusted_proxies,
    )
    compile_all(app)
    return app


def main() -> None:
    """The command line."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
