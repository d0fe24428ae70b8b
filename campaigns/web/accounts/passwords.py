"""Passwords: proving one at the same cost whoever is asked for, and choosing one."""

from functools import lru_cache

from flask_security import hash_password, verify_password

from campaigns.data import common_words
from campaigns.domain.errors import N_
from campaigns.domain.passwords import LONGEST, normal, password_faults
from campaigns.web.accounts.datastore import AccountUser
from campaigns.web.site import words
from campaigns.web.workplace.forms import Form
from campaigns.work.accounts.account import Account

NOT_THE_SAME = N_("The two passwords are not the same. Write the new one again in both fields.")
THE_SAME_AS_BEFORE = N_("This is the password you have now. Choose another.")


def is_password(account: Account | None, password: str) -> bool:
    """Whether it is the account's password. One hash is computed, also where there is no account or no password."""
    password = normal(password[: 4 * LONGEST])
    if account is None or account.password_hash is None:
        verify_password(password, _nobodys())
        return False
    return bool(AccountUser(account).verify_and_update_password(password)) and account.active


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return str(hash_password("nobody has this password"))


def chosen(form: Form, account: Account) -> str | None:
    """The hash of the new password in the fields `password` and `again`, or None, with the faults noted."""
    if not form.need("password", "again"):
        return None
    password = form.raw("password")
    form.take(password_faults(password, common=common_words(), names=_names(account)))
    if form.ok and normal(password) != normal(form.raw("again")):
        form.fault("again", words()._(NOT_THE_SAME))
    if form.ok and is_password(account, password):
        form.fault("password", words()._(THE_SAME_AS_BEFORE))
    return str(hash_password(normal(password))) if form.ok else None


def _names(account: Account) -> list[str]:
    return [account.name, account.email, *account.organisations]
