"""A shell on an empty database."""

import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from factories import Office
from shell import Shell

from campaigns.release.clock import NodeClock
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace


def _both(capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[str, str]]:
    def read() -> tuple[str, str]:
        captured = capsys.readouterr()
        return captured.out, captured.err

    return read


@pytest.fixture
def shell(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """Commands on an empty embedded database, at Office.NOW, without a mail server."""
    for name in [name for name in os.environ if name.startswith("SAMKLANG_")]:
        monkeypatch.delenv(name)
    given = {"DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 40, "CREDENTIALS_KEYS": Fernet.generate_key().decode()}
    for name, value in given.items():
        monkeypatch.setenv(f"SAMKLANG_{name}", value)
    found = Shell(folder=tmp_path, read=_both(capsys))
    monkeypatch.setattr(
        "campaigns.cli.room.NodeClock",
        lambda engine: NodeClock(engine, system=lambda: found.now, steady=lambda: 0.0),
    )
    shutil.copy(sqlite_template, found.database)
    for module in (sys, threading):
        monkeypatch.setattr(module, "excepthook", module.excepthook)
    logs = logging.getLogger().handlers[:]
    mask = os.umask(0o077)
    yield found
    os.umask(mask)
    logging.getLogger().handlers[:] = logs


@pytest.fixture
def shell_office(shell: Shell) -> Iterator[Office]:
    """The police and their people, in the database that the shell works on."""
    engine = make_engine(f"sqlite:///{shell.database}")
    environment = {name: value for name, value in os.environ.items() if name.startswith("SAMKLANG_")}
    place = open_workplace(Settings.from_env(environment), engine, clock=lambda: shell.now)
    yield Office(place)
    engine.dispose()
