"""The passkeys of an account. One is both factors at once: something one has, opened with a finger, a face or a PIN."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Passkey
from campaigns.work.accounts.account import acting, locked
from campaigns.work.accounts.letters import tell_of_change
from campaigns.work.workplace import Workplace

MOST = 20
LONGEST_NAME = 60
BOTH_FACTORS = "first"


class PasskeyTaken(Refused):
    """The authenticator is registered, here or for someone else."""

    message = N_("This passkey is registered already.")


class TooManyPasskeys(Refused):
    """More than anyone owns."""

    message = N_("There are {most} passkeys already. Remove one that is not used any more.")


@dataclass(frozen=True, kw_only=True)
class KeptPasskey:
    """A passkey as it is kept."""

    id: str
    member_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: Sequence[str]
    name: str
    backed_up: bool
    created_at: datetime
    used_at: datetime


@dataclass(frozen=True, kw_only=True)
class NewPasskey:
    """A passkey that an authenticator has just made, proved to be genuine."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: Sequence[str]
    device_type: str
    backed_up: bool


def passkeys_of(place: Workplace, member_id: str) -> Sequence[KeptPasskey]:
    """A member's passkeys, the oldest first."""
    with reading(place.engine) as session:
        rows = session.exec(
            select(Passkey).where(col(Passkey.member_id) == member_id).order_by(col(Passkey.created_at))
        )
        return [_kept(row) for row in rows]


def find_passkey(place: Workplace, credential_id: bytes) -> KeptPasskey | None:
    """The passkey that an authenticator names."""
    with reading(place.engine) as session:
        row = session.exec(select(Passkey).where(col(Passkey.credential_id) == credential_id)).first()
        return None if row is None else _kept(row)


def passkey_handle(place: Workplace, *, member_id: str) -> str:
    """What authenticators know a member by: random, made once, and nothing of the person."""
    with writing(place.engine) as session:
        row = locked(session, member_id)
        row.passkey_handle = row.passkey_handle or new_id()
        session.add(row)
        return row.passkey_handle


def add_passkey(place: Workplace, *, member_id: str, passkey: NewPasskey, name: str, now: datetime) -> str:
    """Register a passkey; gives its id. Raises PasskeyTaken and TooManyPasskeys."""
    with writing(place.engine) as session:
        member = locked(session, member_id)
        kept = session.exec(select(Passkey.id).where(col(Passkey.member_id) == member_id)).all()
        if len(kept) >= MOST:
            raise TooManyPasskeys(most=MOST)
        if session.exec(select(Passkey).where(col(Passkey.credential_id) == passkey.credential_id)).first():
            raise PasskeyTaken
        row = _row(member_id, passkey, name, now)
        session.add(row)
        tell_of_change(session, place, member, now=now)
        audit.record(session, acting(member_id), "account.passkey_added", now=now, details={"passkey": row.id})
        return row.id


def _row(member_id: str, passkey: NewPasskey, name: str, now: datetime) -> Passkey:
    return Passkey(
        id=new_id(),
        member_id=member_id,
        credential_id=passkey.credential_id,
        public_key=passkey.public_key,
        sign_count=passkey.sign_count,
        transports=list(passkey.transports),
        device_type=passkey.device_type,
        backed_up=passkey.backed_up,
        name=name[:LONGEST_NAME],
        usage=BOTH_FACTORS,
        created_at=now,
        used_at=now,
    )


def rename_passkey(place: Workplace, *, member_id: str, passkey_id: str, name: str, now: datetime) -> None:
    """Call a passkey something else."""
    with writing(place.engine) as session:
        row = _own(session, member_id, passkey_id)
        row.name = name[:LONGEST_NAME]
        session.add(row)
        audit.record(session, acting(member_id), "account.passkey_renamed", now=now, details={"passkey": passkey_id})


def remove_passkey(place: Workplace, *, member_id: str, passkey_id: str, now: datetime) -> None:
    """Take a passkey away; from now on it opens nothing."""
    with writing(place.engine) as session:
        session.delete(_own(session, member_id, passkey_id))
        tell_of_change(session, place, locked(session, member_id), now=now)
        audit.record(session, acting(member_id), "account.passkey_removed", now=now, details={"passkey": passkey_id})


def use_passkey(place: Workplace, *, member_id: str, passkey_id: str, sign_count: int, now: datetime) -> None:
    """Note that a passkey was used, and how often its authenticator says it was."""
    with writing(place.engine) as session:
        row = _own(session, member_id, passkey_id)
        row.sign_count, row.used_at = max(sign_count, row.sign_count), now
        session.add(row)


def _own(session: Session, member_id: str, passkey_id: str) -> Passkey:
    """The row, held. Raises NotThere for a closed account and for another's passkey."""
    locked(session, member_id)
    row = session.exec(
        select(Passkey).where(col(Passkey.id) == passkey_id, col(Passkey.member_id) == member_id).with_for_update()
    ).first()
    if row is None:
        raise NotThere
    return row


def _kept(row: Passkey) -> KeptPasskey:
    return KeptPasskey(
        id=row.id,
        member_id=row.member_id,
        credential_id=row.credential_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        transports=tuple(row.transports),
        name=row.name,
        backed_up=row.backed_up,
        created_at=row.created_at,
        used_at=row.used_at,
    )
