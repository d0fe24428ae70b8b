"""A real WordPress, on PHP's own web server and a MariaDB of its own, for as long as a test needs it."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import requests

HERE = Path(__file__).parent / "wordpress"
SITE = Path("/var/tmp/samklang-wordpress/site")  # noqa: S108 - where install.sh puts it
MISSING = (
    "WordPress is not installed for the tests. On Debian, as root: tests/peers/wordpress/install.sh "
    "(PHP, MariaDB and WordPress; about a minute)"
)


def is_installed() -> bool:
    """Whether everything is here."""
    return SITE.is_dir() and all(shutil.which(program) for program in ("php", "mariadbd", "mariadb-install-db"))


@dataclass(frozen=True, kw_only=True)
class RealWordPress:
    """The site. `author` and `contributor` are logins as `USER:PASSWORD`."""

    url: str
    port: int
    version: str
    author: str
    contributor: str
    environment: dict[str, str]

    def set(self, option: str, value: str) -> None:
        """Change one of its options."""
        run("php", str(HERE / "setup.php"), str(SITE), "set", option, value, environment=self.environment)

    def posts(self, status: str = "publish") -> list[dict[str, str]]:
        """Its posts in a state, as WordPress itself lists them for the author."""
        user, _, password = self.author.partition(":")
        query = {"rest_route": "/wp/v2/posts", "status": status, "context": "edit", "per_page": "100"}
        answer = requests.get(f"{self.url}/", params=query, auth=(user, password), timeout=30)
        return [{"slug": post["slug"], "text": post["content"]["raw"], "link": post["link"]} for post in answer.json()]


def run(*command: str, environment: dict[str, str]) -> str:
    """What a program says; fail if it fails."""
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 - our own programs
    assert ended.returncode == 0, ended.stderr + ended.stdout
    return ended.stdout


@contextmanager
def real_wordpress() -> Iterator[RealWordPress]:
    """A new site with a database of its own."""
    folder = Path(tempfile.mkdtemp(prefix="samklang-wp-"))  # a short path: it holds the database's socket
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = dict(os.environ) | {
        "WORDPRESS_SOCKET": str(folder / "sql"),
        "WORDPRESS_URL": url,
        "PHP_CLI_SERVER_WORKERS": "4",
    }
    try:
        with database(folder, environment), serving(port, environment, folder):
            logins = json.loads(run("php", str(HERE / "setup.php"), str(SITE), "install", environment=environment))
            wait_for_answer(f"{url}/?rest_route=/")
            yield RealWordPress(url=url, port=port, environment=environment, **logins)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def database(folder: Path, environment: dict[str, str]) -> Iterator[None]:
    """A MariaDB that answers at a socket alone."""
    owner = f"--user={'root' if os.getuid() == 0 else os.environ.get('USER', '')}"
    data = f"--datadir={folder / 'db'}"
    root_may = "--auth-root-authentication-method=normal"
    run("mariadb-install-db", "--no-defaults", root_may, data, owner, environment=environment)
    where = (f"--socket={folder / 'sql'}", f"--pid-file={folder / 'pid'}", "--skip-networking")
    with process("mariadbd", "--no-defaults", data, owner, *where, environment=environment, log=folder / "db.log"):
        until((folder / "sql").exists)
        yield


@contextmanager
def serving(port: int, environment: dict[str, str], folder: Path) -> Iterator[None]:
    """PHP's own web server."""
    command = ("php", "-q", "-S", f"127.0.0.1:{port}", "-t", str(SITE), str(HERE / "router.php"))
    with process(*command, environment=environment, log=folder / "php.log"):
        yield


@contextmanager
def process(*command: str, environment: dict[str, str], log: Path) -> Iterator[None]:
    """A program with its children, for as long as it is needed."""
    with log.open("wb") as out:
        started = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)  # noqa: S603 - our own programs
    try:
        yield
    finally:
        os.killpg(started.pid, 15)
        started.wait(30)


def wait_for_answer(url: str) -> None:
    """Wait until a site answers."""
    until(lambda: _answers(url))


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=30).status_code == 200
    except requests.ConnectionError:
        return False


def until(what: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    end = monotonic() + within_s
    while not what():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.05)
