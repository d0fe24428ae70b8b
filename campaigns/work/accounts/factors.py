"""The second factor of an account: an authenticator app (TOTP) and recovery codes. Nothing passes twice.

Secrets and codes come here encrypted and are compared by whoever can open them; here is decided, under a lock, that
each is used once, whichever node is asked.
"""

from collections.abc import Sequence
from datetime import datetime

from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.work.accounts.account import acting, locked
from campaigns.work.accounts.letters import tell_of_change
from campaigns.work.workplace import Workplace


def set_app(place: Workplace, *, member_id: str, secret: str, counter: int, first: bool = False, now: datetime) -> bool:
    """Keep the secret of an app whose code was just proved; that code, number `counter`, is used up by it.

    With `first` an app that is there already stays. Returns whether the new one is kept.
    """
    with writing(place.engine) as session:
        row = locked(session, member_id)
        if first and row.totp_secret is not None:
            return False
        if row.totp_secret is not None:
            tell_of_change(session, place, row, now=now)
        row.totp_secret, row.totp_counter = secret, counter
        session.add(row)
        audit.record(session, acting(member_id), "account.app", now=now)
        return True


def use_app_code(place: Workplace, *, member_id: str, secret: str, counter: int) -> bool:
    """Use up a code of the app. False if this or a later one was used before, or if the app was changed."""
    with writing(place.engine) as session:
        row = locked(session, member_id)
        if row.totp_secret != secret or (row.totp_counter is not None and counter <= row.totp_counter):
            return False
        row.totp_counter = counter
        session.add(row)
        return True


def set_recovery_codes(place: Workplace, *, member_id: str, codes: Sequence[str], now: datetime) -> None:
    """Keep new recovery codes, encrypted; the ones before are worth nothing from now on."""
    with writing(place.engine) as session:
        row = locked(session, member_id)
        if row.recovery_codes:
            tell_of_change(session, place, row, now=now)
        row.recovery_codes = list(codes)
        session.add(row)
        audit.record(session, acting(member_id), "account.recovery_codes", now=now)


def use_recovery_code(place: Workplace, *, member_id: str, code: str, now: datetime) -> bool:
    """Use up a recovery code, given as it is kept. False if it was used before."""
    with writing(place.engine) as session:
        row = locked(session, member_id)
        if code not in row.recovery_codes:
            return False
        row.recovery_codes = [kept for kept in row.recovery_codes if kept != code]
        session.add(row)
        details = {"left": len(row.recovery_codes)}
        audit.record(session, acting(member_id), "account.recovery_code_used", now=now, details=details)
        return True
