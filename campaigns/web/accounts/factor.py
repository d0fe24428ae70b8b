"""The second factor: what a login ends with, and what grave steps ask for once more although one is logged in."""

from typing import cast

from flask import current_app

from campaigns.domain.errors import N_
from campaigns.web.accounts.datastore import AccountUser
from campaigns.web.accounts.security import AppCodes, RecoveryCodes
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import desk, is_fresh, prove_factor
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts import factors
from campaigns.work.accounts.account import Account, find_account
from campaigns.work.accounts.throttle import by_factor, count_try, forgive

NOT_PROVEN = N_("That code is not right, or has been used. Wait for the next one in your app and write that.")


def app_codes() -> AppCodes:
    """The keeper of authenticator apps."""
    return cast("AppCodes", current_app.extensions["security"].totp_factory)


def recovery_codes() -> RecoveryCodes:
    """The keeper of recovery codes."""
    return cast("RecoveryCodes", current_app.extensions["security"].mf_recovery_codes_util)


def proven(form: Form, field: str = "code") -> bool:
    """Whether the second factor was proved within the last minutes, or is proved now by the code in a form's field.

    A code of the app or a recovery code; either is used up by it. The fault is noted in the form otherwise. The macro
    `factor` of components/forms.html shows the field when needed.
    """
    if is_fresh():
        return True
    account = find_account(place(), member_id=desk().member_id)
    if account is not None and form.need(field) and is_code(form, account, field=field):
        prove_factor()
        return True
    return False


def is_code(form: Form, account: Account, *, field: str = "code", only_recovery: bool = False) -> bool:
    """Whether the field holds a code of the account that was not used; it is used up. Tries are counted first."""
    counted = by_factor(account.id)
    right = False
    with form.attempt(field):
        count_try(place(), counted, now=now())
        right = _use(account, form.text(field), only_recovery=only_recovery)
        if right:
            forgive(place(), counted, now=now())
        else:
            form.fault(field, words()._(NOT_PROVEN))
    return right


def _use(account: Account, code: str, *, only_recovery: bool) -> bool:
    if not only_recovery and _use_app_code(account, code):
        return True
    kept = recovery_codes().kept_as(AccountUser(account), code)
    return kept is not None and factors.use_recovery_code(place(), member_id=account.id, code=kept, now=now())


def _use_app_code(account: Account, code: str) -> bool:
    if account.totp_secret is None:
        return False
    counter = app_codes().counter_of(code, account.totp_secret, after=account.totp_counter)
    return counter is not None and factors.use_app_code(
        place(), member_id=account.id, secret=account.totp_secret, counter=counter
    )
