"""Samklang's command line in a process of its own that dies, or errs about the time, at one point.

    TRIAL_POINT=after-launch python tests/failpoints.py worker
    TRIAL_POINT=clock TRIAL_FILE=off.txt python tests/failpoints.py serve --no-worker

One function of this process is replaced before the real command runs; Samklang itself knows nothing of it. Beside the
real commands there is `approve CAMPAIGN REVISION MEMBER ORGANISATION`, which a browser would do otherwise.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from flask import Flask  # noqa: E402 - only now is the path right
from sqlalchemy import Connection, Engine, event  # noqa: E402

import app  # noqa: E402
from campaigns.channels.burst import Burst, Fired  # noqa: E402
from campaigns.channels.http import HttpRequest  # noqa: E402
from campaigns.cli import serve  # noqa: E402
from campaigns.cli.main import run  # noqa: E402
from campaigns.cli.room import Room  # noqa: E402
from campaigns.domain.access import Actor, Role  # noqa: E402
from campaigns.domain.ids import MemberId, OrganisationId  # noqa: E402
from campaigns.release.clock import NodeClock, system_now  # noqa: E402
from campaigns.store.engine import database_now  # noqa: E402
from campaigns.work.launch import approving  # noqa: E402

POINT, FILE = "TRIAL_POINT", "TRIAL_FILE"
fire = Burst.fire


def die() -> None:
    """kill -9, by oneself: nothing is put in order, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)
    sleep(60)


def before_a_commit() -> None:
    """Die when a writing transaction is about to be stored."""

    def on_commit(connection: Connection) -> None:
        if connection.get_execution_options().get("samklang_write", False):
            die()

    event.listen(Engine, "commit", on_commit)


def in_a_transaction() -> None:
    """Die in the midst of one, when the deliveries are in and nothing is stored."""

    def on_statement(_connection: Connection, _cursor: object, statement: str, *_others: object) -> None:
        if statement.startswith("INSERT INTO deliveries"):
            die()

    event.listen(Engine, "after_cursor_execute", on_statement)


def after_launch() -> None:
    """Die at T, when the intent to send is stored and nothing has left."""

    def never(_burst: Burst, _items: Mapping[str, HttpRequest] | None = None) -> Iterator[Fired]:
        die()
        return iter(())

    setattr(Burst, "fire", never)  # noqa: B010 - of this process alone; mypy would take an assignment for a mistake


def after_sending() -> None:
    """Die when everything has left and was answered, and nothing of it is written."""

    def once(burst: Burst, items: Mapping[str, HttpRequest] | None = None) -> Iterator[Fired]:
        landed = list(fire(burst, items))
        die()
        return iter(landed)

    setattr(Burst, "fire", once)  # noqa: B010 - of this process alone; mypy would take an assignment for a mistake


def clock() -> None:
    """This machine's clock is off by as many seconds as the file says at the moment."""
    _default("system", lambda: system_now() + _off())


def database_clock() -> None:
    """The database's clock is off by as many seconds as the file says at the moment."""

    def read(engine: Engine) -> datetime | None:
        right = database_now(engine)
        return right + _off() if right else None

    _default("of_database", read)


def busy() -> None:
    """A machine on which the demo gets going only after six seconds."""
    from campaigns.demo import story  # noqa: PLC0415 - with its receivers, which no other trial needs

    sample = story.sample

    def late(lift_at: datetime, *, now: datetime) -> object:
        sleep(6)
        return sample(lift_at, now=now)

    setattr(story, "sample", late)  # noqa: B010 - of this process alone; mypy would take an assignment for a mistake


def _default(name: str, function: Callable[..., object]) -> None:
    defaults = NodeClock.__init__.__kwdefaults__
    assert defaults is not None
    defaults[name] = function


def _file() -> Path:
    return Path(os.environ[FILE])


def _off() -> timedelta:
    return timedelta(seconds=float(_file().read_text(encoding="utf-8")))


POINTS: Mapping[str, Callable[[], None]] = {
    "before-a-commit": before_a_commit,
    "in-a-transaction": in_a_transaction,
    "after-launch": after_launch,
    "after-sending": after_sending,
    "clock": clock,
    "database-clock": database_clock,
    "busy": busy,
}


def create_app() -> Flask:
    """The web, in a process that errs in the same way."""
    POINTS[os.environ[POINT]]()
    return app.create_app()


def approve(campaign_id: str, revision: str, member_id: str, organisation_id: str) -> int:
    """What an approver does in a browser, by this process."""
    room = Room()
    actor = Actor(
        member_id=MemberId(member_id),
        organisation_id=OrganisationId(organisation_id),
        roles=frozenset({Role.APPROVER}),
    )
    approving.approve(room.place, actor, campaign_id, revision=revision, now=room.clock.now())
    return 0


def main(arguments: Sequence[str]) -> int:
    """Err, and run the command."""
    if arguments[0] == "approve":
        room = Room()
        room.open()  # what this does is no part of the trial
        room.close()
        POINTS[os.environ[POINT]]()
        return approve(*arguments[1:])
    POINTS[os.environ[POINT]]()
    target = serve.run_server.__kwdefaults__
    assert target is not None
    target["target"] = "failpoints:create_app"
    return run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
