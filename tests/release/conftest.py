"""What the tests of the engine share."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from release.processes import Server
from release.worlds import World, listening
from sqlalchemy import Engine

from campaigns.demo.receivers import MailServer
from campaigns.store import migrations
from campaigns.store.engine import make_engine


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


@pytest.fixture
def own_postgresql() -> Iterator[Server]:
    """A PostgreSQL of its own, at the newest revision."""
    folder = tempfile.mkdtemp(prefix="samklang-pg-")  # a short path: it holds the server's socket
    server = Server(folder)
    engine = make_engine(server.address)
    migrations.upgrade(engine)
    engine.dispose()
    yield server
    server.end()
    shutil.rmtree(folder, ignore_errors=True)
