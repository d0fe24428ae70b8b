"""Flask-Security's view of an account: a value that is filled from the tasks, and saved through them."""

from typing import Any

from flask_security import RoleMixin, UserDatastore, UserMixin

from campaigns.web.site import now
from campaigns.web.workplace.parts import place
from campaigns.work.accounts import account as accounts
from campaigns.work.accounts import factors
from campaigns.work.accounts.account import Account


class AccountUser(UserMixin):
    """An account under the names that Flask-Security knows. `account` is what was read; the rest may change."""

    fs_uniquifier = ""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id  # type: ignore[assignment] # ours are text
        self.email = account.email
        self.active = account.active
        self.fs_uniquifier = account.uniquifier
        self.password = account.password_hash
        self.mf_recovery_codes = list(account.recovery_codes)
        self.roles: list[RoleMixin] = []


class NoRoles(RoleMixin):
    """Roles are the trade's own, see domain/access.py."""


class Accounts(UserDatastore):
    """What Flask-Security reads and writes of accounts. Nothing waits for a commit: each task is a transaction."""

    def __init__(self) -> None:
        super().__init__(AccountUser, NoRoles)

    def find_user(self, case_insensitive: bool = False, **asked: Any) -> AccountUser | None:  # noqa: ARG002, FBT001, FBT002 - the library's signature; addresses are kept in lower case
        """The account with this id, address or uniquifier."""
        names = {"id": "member_id", "email": "email", "fs_uniquifier": "uniquifier"}
        account = accounts.find_account(place(), **{names[name]: value for name, value in asked.items()})
        return AccountUser(account) if account else None

    def put(self, user: AccountUser) -> AccountUser:
        """Save what Flask-Security changes by itself: the hash of a password, when hashes have become stronger."""
        old, new = user.account.password_hash, user.password
        if old and new and old != new:
            accounts.rehash_password(place(), member_id=user.account.id, old=old, new=new)
        return user

    def mf_set_recovery_codes(self, user: UserMixin, rcs: list[str] | None) -> None:
        """Keep new recovery codes, encrypted."""
        assert isinstance(user, AccountUser)  # noqa: S101 - we made it
        user.mf_recovery_codes = list(rcs or ())
        factors.set_recovery_codes(place(), member_id=user.account.id, codes=user.mf_recovery_codes, now=now())
