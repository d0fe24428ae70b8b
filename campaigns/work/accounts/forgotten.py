"""A forgotten password: a link by mail, good for an hour and for one new password."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.ids import new_id
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Member
from campaigns.work.accounts.account import Account, acting, find_account
from campaigns.work.accounts.letters import write_letter
from campaigns.work.workplace import Workplace

LINK_LASTS = timedelta(hours=1)
ID_SIGNS, TIME_SIGNS = 32, 8


def ask_new_password(place: Workplace, *, email: str, key: bytes, now: datetime) -> None:
    """Mail a link to choose a new password to whoever has this address.

    For an address that nobody has the same is done and then thrown away, so that neither answer nor time tells them
    apart. Without a mail server nothing is stored.
    """
    with writing(place.engine) as session:
        found = session.exec(select(Member).where(col(Member.email) == email)).first()
        known = found is not None and found.active
        member = found if found is not None and known else _nobody(email, now)
        attempt = session.begin_nested()
        path = f"/logga-in/nytt-losenord/{reset_token(member.id, member.uniquifier, key=key, ends=now + LINK_LASTS)}"
        write_letter(session, place, NoticeKind.PASSWORD_ASKED, member, path=path, ends=now + LINK_LASTS, now=now)
        audit.record(session, acting(member.id), "account.password_asked", now=now)
        if known:
            attempt.commit()
        else:
            attempt.rollback()


def _nobody(email: str, now: datetime) -> Member:
    return Member(id=new_id(), email=email, name="", created_at=now)


def reset_token(member_id: str, uniquifier: str, *, key: bytes, ends: datetime) -> str:
    """The secret part of a link: whose, until when, and a seal. A new password changes the uniquifier and ends it."""
    told = f"{member_id}{int(ends.timestamp()):0{TIME_SIGNS}x}"
    seal = hmac.digest(key, f"{told}{uniquifier}".encode(), hashlib.sha256)
    return told + urlsafe_b64encode(seal).decode().rstrip("=")


def account_of_link(place: Workplace, token: str, *, key: bytes, now: datetime) -> Account | None:
    """The account that a link may give a new password; None if it was used, is too old, or never was ours."""
    member_id, ends = token[:ID_SIGNS], _instant(token[ID_SIGNS : ID_SIGNS + TIME_SIGNS])
    account = find_account(place, member_id=member_id)
    if account is None or not account.active or ends is None or ends.timestamp() < now.timestamp():
        return None
    expected = reset_token(account.id, account.uniquifier, key=key, ends=ends)
    return account if hmac.compare_digest(expected.encode(), token.encode()) else None


def _instant(told: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(told, 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None
