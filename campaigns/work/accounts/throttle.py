"""Throttling: a try is counted before it is judged, so that a thousand at once are a thousand tries, on any node.

Counted are whom it is about and where it comes from, by hash. Who is logged in already is never touched by it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select

from campaigns.domain.errors import N_, Refused
from campaigns.domain.throttling import ACCOUNT, ADDRESS, FACTOR, FORGOTTEN_AFTER, LETTERS, Patience
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Throttle
from campaigns.work.accounts.account import acting
from campaigns.work.workplace import Workplace


class TooManyTries(Refused):
    """Guessing is made slow; the pauses grow and end by themselves."""

    message = N_(
        "There have been too many tries, so this one was not looked at. Wait {wait}, then try again. "
        "Whoever is logged in already is not affected."
    )


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One thing that tries are counted by. `member_id` is who it is about, if that is known and may be noted."""

    key: str
    patience: Patience
    member_id: str | None = None


def by_account(email: str) -> Counted:
    """Tries of a password for an e-mail address, whether anyone has it or not."""
    return Counted(key=_hash(f"account:{email}"), patience=ACCOUNT)


def by_address(address: str) -> Counted:
    """Tries from a network address; of IPv6 the /64, which one household or server has to itself."""
    return Counted(key=_hash(f"address:{_network(address)}"), patience=ADDRESS)


def by_factor(member_id: str) -> Counted:
    """Tries of a second factor."""
    return Counted(key=_hash(f"factor:{member_id}"), patience=FACTOR, member_id=member_id)


def by_letter(email: str) -> Counted:
    """Letters asked for to an e-mail address."""
    return Counted(key=_hash(f"letter:{email}"), patience=LETTERS)


def count_try(place: Workplace, *counted: Counted, now: datetime) -> None:
    """Count a try as if it failed. Raises TooManyTries while a pause lasts; such a try is not counted again."""
    with writing(place.engine) as session:
        rows = [(it, _row(session, it.key, now)) for it in sorted(counted, key=lambda it: it.key)]
        waits = [row.blocked_until - now for _, row in rows if row.blocked_until and row.blocked_until > now]
        if not waits:
            for it, row in rows:
                _count(session, it, row, now)
    if waits:
        raise TooManyTries(wait=max(waits))


def _row(session: Session, key: str, now: datetime) -> Throttle:
    """The row of a key, held; a new one if there is none, or if its tries are long past."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(Throttle).values(key=key, failures=0, since=now).on_conflict_do_nothing()
    session.connection().execute(made)
    found = session.exec(select(Throttle).where(col(Throttle.key) == key).with_for_update()).one()
    if now - max(found.since, found.blocked_until or found.since) > FORGOTTEN_AFTER:
        found.failures, found.since, found.blocked_until = 0, now, None
    return found


def _count(session: Session, counted: Counted, row: Throttle, now: datetime) -> None:
    row.failures += 1
    pause = counted.patience.pause(row.failures)
    row.blocked_until = now + pause if pause else None
    session.add(row)
    if row.failures == counted.patience.free:
        who = acting(counted.member_id) if counted.member_id else None
        audit.record(session, who, "account.throttled", now=now, details={"key": counted.key[:16]})


def forgive(place: Workplace, *counted: Counted, now: datetime) -> None:
    """The last try was right after all: tries about this person are forgotten, and one less came from this address."""
    with writing(place.engine) as session:
        for it in sorted(counted, key=lambda it: it.key):
            row = _row(session, it.key, now)
            row.failures = max(row.failures - 1, 0) if it.patience is ADDRESS else 0
            row.blocked_until = None
            session.add(row)
    _forget_the_old(place, now)


def _forget_the_old(place: Workplace, now: datetime) -> None:
    with writing(place.engine) as session:
        session.connection().execute(delete(Throttle).where(col(Throttle.since) < now - 2 * FORGOTTEN_AFTER))


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
