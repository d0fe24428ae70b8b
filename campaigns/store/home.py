"""Whether the file of an embedded database is still the one that it was: a copy must not publish beside its original.

SQLite keeps two numbers for the application in the file, `user_version` and `application_id`. They hold which file this
is, by its inode and its path, and which machine, by `/etc/machine-id`; so they go along with every copy, and are wrong
there. It is another file where both inode and path are others: a file that is renamed on its disk keeps its inode, and
some file systems give new inodes whenever they are mounted. A container may have no machine-id. In doubt nobody is
called: a false alarm would hold what is to be published.

What is copied over a file has its path. So the worker notes beside it where the audit trail ends: a file that does not
have that event is an older one.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, func
from sqlmodel import Session, select

from campaigns.store import audit
from campaigns.store.disarming import COPIED, disarm, standing
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Member

UNKNOWN = 0
_OF_PATH = 15
"""Bits of `application_id` that are the path's; sixteen are the machine's, and its sign stays free."""
MACHINE_ID = Path("/etc/machine-id")


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where a file is, each as the number that SQLite has room for; UNKNOWN is no number."""

    inode: int
    path: int
    machine: int

    def is_another(self, before: "Home") -> bool:
        """Whether it is another file or another machine than `before`, as far as both are known."""
        is_moved = _differ(self.inode, before.inode) and _differ(self.path, before.path)
        return is_moved or _differ(self.machine, before.machine)


def _differ(one: int, other: int) -> bool:
    return UNKNOWN not in {one, other} and one != other


def this_machine() -> str:
    """What tells this machine from others until its system is installed anew; nothing if it has no such name."""
    try:
        return MACHINE_ID.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def settle_in(
    engine: Engine, *, now: datetime, beside: Path | None = None, machine: Callable[[], str] = this_machine
) -> bool:
    """Remember in the file where it is. If it was copied or moved here, disarm publishing first, and return True.

    `beside` is where a worker keeps its note. Whatever is disarmed already is left as it is.

    Only for processes that publish: whoever merely looks at a file, perhaps from another machine, changes nothing. A
    file without people has nothing to publish and may be copied freely, and so may one that was never in use.
    """
    if engine.dialect.name != "sqlite":
        return False
    here = Home(
        inode=_number(str(_file(engine).stat().st_ino), 31),
        path=_number(str(_file(engine).resolve()), _OF_PATH),
        machine=_number(machine(), 31 - _OF_PATH),
    )
    with reading(engine) as session:
        if _written(session) == here and _has_noted(session, beside):
            return False
    with writing(engine) as session:
        strange = here.is_another(_written(session)) or not _has_noted(session, beside)
        moved = strange and _has_people(session) and standing(session) is None
        if moved:
            disarm(session, now=now, reason=COPIED)
        _write(session, here)
    if beside is not None:
        note(engine, beside)
    return moved


def note(engine: Engine, beside: Path) -> None:
    """Keep beside the file where its audit trail ends, for whoever starts on it next."""
    with reading(engine) as session:
        last = audit.last(session)
        said = f"{last.number} {last.hash}\n" if last else ""
    if said != _noted(beside):
        beside.write_text(said, encoding="ascii")


def _noted(beside: Path) -> str:
    try:
        return beside.read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def _has_noted(session: Session, beside: Path | None) -> bool:
    """Whether the trail has the event that the note names. One that was torn by a crash, or is gone, names none."""
    number, _, rest = (_noted(beside) if beside else "").partition(" ")
    if not number.isdecimal() or not rest.endswith("\n"):
        return True
    event = audit.numbered(session, int(number))
    return event is not None and event.hash == rest.strip()


def _file(engine: Engine) -> Path:
    return Path(os.fspath(engine.url.database or ""))


def _written(session: Session) -> Home:
    """What the file says of itself."""
    inode, rest = (
        int(session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one())
        for name in ("user_version", "application_id")
    )
    machine, path = divmod(rest, 1 << _OF_PATH)
    return Home(inode=inode, path=path, machine=machine)


def _write(session: Session, home: Home) -> None:
    rest = (home.machine << _OF_PATH) + home.path
    for name, value in (("user_version", home.inode), ("application_id", rest)):
        session.connection().exec_driver_sql(f"PRAGMA {name} = {value}")


def _has_people(session: Session) -> bool:
    return session.exec(select(func.count()).select_from(Member)).one() > 0


def _number(name: str, bits: int) -> int:
    """So many bits of a name, as much as SQLite has room for; none of a name is unknown."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) >> (32 - bits) or 1 if name else UNKNOWN
