"""Whether the file of an embedded database is still the one that it was: a copy must not publish beside its original.

SQLite keeps two numbers for the application in the file, `user_version` and `application_id`. They hold which file this
is, from its inode, and which machine, from `/etc/machine-id`; so they go along with every copy, and are wrong there. A
file that is renamed on its disk keeps its inode, and a container that has no machine-id is known by the inode alone.

What is copied over a file keeps that file's inode. So the worker notes beside it where the audit trail ends: a file
that does not have that event is an older one.
"""

import os
from collections.abc import Callable
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
MACHINE_ID = Path("/etc/machine-id")


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
    here = _number(str(_file(engine).stat().st_ino)), _number(machine())
    with reading(engine) as session:
        if _written(session) == here and _has_noted(session, beside):
            return False
    with writing(engine) as session:
        strange = _differs(_written(session), here) or not _has_noted(session, beside)
        moved = strange and _has_people(session) and standing(session) is None
        if moved:
            disarm(session, now=now, reason=COPIED)
        for name, value in zip(("user_version", "application_id"), here, strict=True):
            session.connection().exec_driver_sql(f"PRAGMA {name} = {value}")
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


def _written(session: Session) -> tuple[int, int]:
    file, machine = (
        int(session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one())
        for name in ("user_version", "application_id")
    )
    return file, machine


def _differs(written: tuple[int, int], here: tuple[int, int]) -> bool:
    """Whether the two name different places, as far as both are known."""
    return any(UNKNOWN not in {then, now} and then != now for then, now in zip(written, here, strict=True))


def _has_people(session: Session) -> bool:
    return session.exec(select(func.count()).select_from(Member)).one() > 0


def _number(name: str) -> int:
    """31 bits of a name, as much as SQLite has room for; none of a name is unknown."""
    return int.from_bytes(sha256(name.encode()).digest()[:4]) >> 1 or 1 if name else UNKNOWN
