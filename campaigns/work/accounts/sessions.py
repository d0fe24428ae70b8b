"""Sessions: what a logged-in browser is known by. They live here and not in a cookie, so that logging out ends them.

The cookie holds a random token; of it only the hash is kept. A session lasts a working day, and ends sooner when nobody
uses it. Before anyone is logged in it holds no more than a half-finished login, and lasts an hour.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select, update

from campaigns.domain.ids import new_id
from campaigns.store.engine import reading, writing
from campaigns.store.tables import AccountSession
from campaigns.work.workplace import Workplace

LASTS = timedelta(hours=14)
LASTS_UNUSED = timedelta(hours=4)
LASTS_UNKNOWN = timedelta(hours=1)
TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session that stands. `agent` is what the browser calls itself."""

    id: str
    member_id: str | None
    data: Mapping[str, Any]
    agent: str
    created_at: datetime
    seen_at: datetime


def new_token() -> str:
    """The secret of a new session, for its cookie alone."""
    return secrets.token_urlsafe(32)


def find_session(place: Workplace, token: str, *, now: datetime) -> OpenSession | None:
    """The session of a cookie, or None if it ended or never was."""
    with reading(place.engine) as session:
        row = session.exec(
            select(AccountSession).where(
                col(AccountSession.token_hash) == _hash(token), col(AccountSession.expires_at) > now
            )
        ).first()
        return None if row is None else _open(row)


def keep_session(
    place: Workplace, token: str, data: Mapping[str, Any], *, agent: str = "", make: bool = True, now: datetime
) -> bool:
    """Store what a session holds. With `make`, a new one is made if there is none; else one that ended stays ended.

    `data["member_id"]` and `data["organisation_id"]`, once they are there, say whose it is. Returns whether it stands.
    """
    member_id, organisation_id = data.get("member_id"), data.get("organisation_id")
    with writing(place.engine) as session:
        row = _standing(session, token, now)
        if row is None and not make:
            return False
        if row is None:
            _forget_the_old(session, now)
            row = AccountSession(
                id=new_id(), token_hash=_hash(token), agent=agent[:200], created_at=now, seen_at=now, expires_at=now
            )
        row.data, row.member_id, row.organisation_id = dict(data), member_id, organisation_id
        row.seen_at, row.expires_at = now, _ends(row, now)
        session.add(row)
    return True


def touch_session(place: Workplace, token: str, *, now: datetime) -> None:
    """Note that a session is used, so that it lasts."""
    with writing(place.engine) as session:
        row = _standing(session, token, now)
        if row is not None:
            row.seen_at, row.expires_at = now, _ends(row, now)
            session.add(row)


def end_session(place: Workplace, token: str) -> None:
    """End the session of a cookie, for whoever holds a copy of it too."""
    with writing(place.engine) as session:
        session.connection().execute(delete(AccountSession).where(col(AccountSession.token_hash) == _hash(token)))


def sessions_of(place: Workplace, member_id: str, *, now: datetime) -> Sequence[OpenSession]:
    """Where a member is logged in, last used first."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(AccountSession)
            .where(col(AccountSession.member_id) == member_id, col(AccountSession.expires_at) > now)
            .order_by(col(AccountSession.seen_at).desc())
        ).all()
        return [_open(row) for row in rows]


def end_sessions(
    place: Workplace, member_id: str, *, only: str | None = None, but: str | None = None, now: datetime
) -> None:
    """End a member's sessions: one by its id, all but one, or all."""
    with writing(place.engine) as session:
        end_sessions_in(session, member_id, only=only, but=but, now=now)


def end_sessions_in(
    session: Session, member_id: str, *, only: str | None = None, but: str | None = None, now: datetime
) -> None:
    """The same, in the caller's transaction."""
    ended = update(AccountSession).where(
        col(AccountSession.member_id) == member_id, col(AccountSession.expires_at) > now
    )
    if only is not None:
        ended = ended.where(col(AccountSession.id) == only)
    if but is not None:
        ended = ended.where(col(AccountSession.id) != but)
    session.connection().execute(ended.values(expires_at=now, data={}))


def _standing(session: Session, token: str, now: datetime) -> AccountSession | None:
    return session.exec(
        select(AccountSession)
        .where(col(AccountSession.token_hash) == _hash(token), col(AccountSession.expires_at) > now)
        .with_for_update()
    ).first()


def _ends(row: AccountSession, now: datetime) -> datetime:
    if row.member_id is None:
        return row.created_at + LASTS_UNKNOWN
    return min(now + LASTS_UNUSED, row.created_at + LASTS)


def _forget_the_old(session: Session, now: datetime) -> None:
    session.connection().execute(delete(AccountSession).where(col(AccountSession.expires_at) < now - LASTS_UNKNOWN))


def _open(row: AccountSession) -> OpenSession:
    return OpenSession(
        id=row.id,
        member_id=row.member_id,
        data=dict(row.data),
        agent=row.agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
