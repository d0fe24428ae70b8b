"""What the tests of the engine share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from release.worlds import World, listening
from sqlalchemy import Engine

from campaigns.demo.receivers import MailServer


@pytest.fixture
def mail() -> Iterator[MailServer]:
    """A mail server that keeps what it gets."""
    with listening(MailServer()) as server:
        yield server


@pytest.fixture
def world(engine: Engine, tmp_path: Path, mail: MailServer) -> World:
    """A world on each kind of database in turn."""
    return World.at(engine, tmp_path, mail)


@pytest.fixture
def sqlite_world(sqlite_engine: Engine, tmp_path: Path, mail: MailServer) -> World:
    """A world on SQLite, for what does not depend on the kind of database."""
    return World.at(sqlite_engine, tmp_path, mail)
