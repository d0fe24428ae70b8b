"""The demo's web server: `python -m campaigns.cli.demo_web PORT`, started by the demo alone.

It is `serve` with the stage laid on, bound to this machine, and it runs only on a folder that the demo has marked.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from flask import Flask

from campaigns.cli.discretion import be_discreet
from campaigns.cli.room import Room
from campaigns.cli.serve import run_server
from campaigns.demo import stage
from campaigns.domain.errors import N_, SamklangError
from campaigns.settings import Settings

MODULE = "campaigns.cli.demo_web"
TARGET = f"{MODULE}:create_demo_app"
HERE = "127.0.0.1"
MARK = "this-is-a-demo"


class NotADemo(SamklangError):
    """The stage lets anybody be anybody, so it opens over nothing that could be real."""

    message = N_("This folder does not belong to a demo. Nothing was started.")


def mark(folder: Path) -> None:
    """Mark a folder as one that holds nothing but a demo."""
    (folder / MARK).touch(mode=0o600)


def create_demo_app() -> Flask:
    """The whole web with the stage laid on. Raises NotADemo over any folder that is not a demo's."""
    settings = Settings.from_env(os.environ)
    if not settings.embedded or not (settings.data_dir / MARK).exists():
        raise NotADemo
    app: Flask = import_module("app").create_app(settings)  # by name: the application is above this layer
    stage.install(app)
    return app


def main(arguments: Sequence[str]) -> None:
    """Serve until the demo ends."""
    be_discreet()
    run_server(Room(), HERE, int(arguments[0]), workers=2, no_worker=False, with_parent=True, target=TARGET)


if __name__ == "__main__":
    main(sys.argv[1:])
