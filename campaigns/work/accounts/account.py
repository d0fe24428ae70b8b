"""Accounts: what proves that it is a member who logs in, and what a member changes of it.

Who acts is always the member of the account; nobody changes another's. What comes here is hashed or encrypted already.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import MemberId, new_id
from campaigns.domain.languages import ui_language, ui_languages
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Member, Membership, Organisation
from campaigns.work.accounts.letters import tell_of_change
from campaigns.work.accounts.sessions import end_sessions_in
from campaigns.work.workplace import Workplace

LONGEST_NAME = 120


class HasPassword(Refused):
    """An invitation never replaces a password: whoever reads somebody's mail would have the account."""

    message = N_("This account has a password already. Log in with it, or ask for a new one.")


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account as it is kept. `organisations` are the names of those the member belongs to."""

    id: str
    email: str
    name: str
    locale: str
    active: bool
    uniquifier: str
    password_hash: str | None
    password_set_at: datetime | None
    totp_secret: str | None
    totp_counter: int | None
    recovery_codes: Sequence[str]
    passkey_handle: str | None
    organisations: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """Whether password and second factor are there: without both nobody gets in."""
        return self.password_hash is not None and self.totp_secret is not None


def find_account(
    place: Workplace,
    *,
    member_id: str | None = None,
    email: str | None = None,
    uniquifier: str | None = None,
    passkey_handle: str | None = None,
) -> Account | None:
    """The account with this id, address or handle, also one that is closed. The same queries, found or not."""
    asked = {"id": member_id, "email": email, "uniquifier": uniquifier, "passkey_handle": passkey_handle}
    wanted = [getattr(Member, name) == value for name, value in asked.items() if value is not None]
    with reading(place.engine) as session:
        row = session.exec(select(Member).where(*wanted)).first() if wanted else None
        names = session.exec(
            select(Organisation.name)
            .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
            .where(col(Membership.member_id) == (row.id if row else ""))
        ).all()
        return None if row is None else _account(row, names)


def _account(row: Member, organisations: Sequence[str]) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        locale=ui_language(row.locale),
        active=row.active,
        uniquifier=row.uniquifier,
        password_hash=row.password_hash,
        password_set_at=row.password_set_at,
        totp_secret=row.totp_secret,
        totp_counter=row.totp_counter,
        recovery_codes=tuple(row.recovery_codes),
        passkey_handle=row.passkey_handle,
        organisations=tuple(organisations),
    )


def set_password(
    place: Workplace,
    *,
    member_id: str,
    password_hash: str,
    but: str | None = None,
    first: bool = False,
    expected: str | None = None,
    now: datetime,
) -> str:
    """Give an account a new password. Every session ends but the one with the id `but`; returns the new uniquifier.

    With `first` there must be none yet (HasPassword). With `expected`, the uniquifier must still be that one
    (NotThere): so a link is good for one new password, also when it is used twice at once.
    """
    with writing(place.engine) as session:
        row = locked(session, member_id)
        if first and row.password_hash is not None:
            raise HasPassword
        if expected is not None and row.uniquifier != expected:
            raise NotThere
        if row.password_hash is not None:
            tell_of_change(session, place, row, now=now)
        row.password_hash, row.password_set_at, row.uniquifier = password_hash, now, new_id()
        session.add(row)
        end_sessions_in(session, member_id, but=but, now=now)
        audit.record(session, acting(member_id), "account.password", now=now)
        return row.uniquifier


def rehash_password(place: Workplace, *, member_id: str, old: str, new: str) -> None:
    """Keep the same password under a stronger hash, unless it was changed meanwhile. Nothing else changes."""
    with writing(place.engine) as session:
        row = locked(session, member_id)
        if row.password_hash == old:
            row.password_hash = new
            session.add(row)


def change_name(place: Workplace, *, member_id: str, name: str, locale: str, now: datetime) -> None:
    """How others see a member, and which language the interface and the mails speak. Raises BadInput."""
    if not 0 < len(name) <= LONGEST_NAME:
        message = N_("Write a name of at most {most} characters.")
        raise BadInput([Fault(field="name", message=message, facts={"most": LONGEST_NAME})])
    if locale not in ui_languages():
        raise BadInput([Fault(field="locale", message=N_("Choose one of the languages in the list."))])
    with writing(place.engine) as session:
        row = locked(session, member_id)
        row.name, row.locale = name, locale
        session.add(row)
        audit.record(session, acting(member_id), "account.name", now=now)


def note_sign_in(place: Workplace, *, member_id: str, way: str, now: datetime) -> None:
    """Note in the audit trail that a member logged in, and how: code, recovery or passkey."""
    with writing(place.engine) as session:
        audit.record(session, acting(member_id), "account.signed_in", now=now, details={"way": way})


def note_sign_out(place: Workplace, *, member_id: str, now: datetime) -> None:
    """Note in the audit trail that a member logged out."""
    with writing(place.engine) as session:
        audit.record(session, acting(member_id), "account.signed_out", now=now)


def locked(session: Session, member_id: str) -> Member:
    """The row of an account that is open, held until the transaction ends. Raises NotThere."""
    row = session.exec(select(Member).where(col(Member.id) == member_id).with_for_update()).first()
    if row is None or not row.active:
        raise NotThere
    return row


def acting(member_id: str) -> Actor:
    """A member who acts on their own account, for no organisation."""
    return Actor(member_id=MemberId(member_id), organisation_id=None, roles=frozenset())


PENDING_LASTS = timedelta(minutes=15)
"""How long a login may stand half-way, between the password and the code."""
