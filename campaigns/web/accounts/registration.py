"""The first login: choose a password, set up the second factor, keep the recovery codes. Only then one is signed in."""

from werkzeug.wrappers import Response

from campaigns.domain.errors import NotThere
from campaigns.web.accounts.app_setup import app_setup, forget_setup, proved_app
from campaigns.web.accounts.datastore import AccountUser
from campaigns.web.accounts.factor import recovery_codes
from campaigns.web.accounts.logging_in import shown
from campaigns.web.accounts.passwords import chosen
from campaigns.web.accounts.pending import For, begin_pending, finish, halfway, note, noted, onward, outside_blueprint
from campaigns.web.site import now
from campaigns.web.workplace.desk import LOGIN
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.account import Account, find_account, set_password
from campaigns.work.accounts.factors import set_app

registration = outside_blueprint("registration", __name__)

PASSWORD, APP, CODES = "/inbjudan/losenord", "/inbjudan/kod", "/inbjudan/reservkoder"
REGISTERED = "registered"


def begin(member_id: str) -> Response:
    """Go on from an accepted invitation: puts the pending member in the session and redirects to `/inbjudan/losenord`.

    Whoever has a password already is sent to the login instead: an invitation never replaces a password.
    Raises NotThere for an account that is closed or never was.
    """
    account = find_account(place(), member_id=member_id)
    if account is None or not account.active:
        raise NotThere
    if account.password_hash is not None:
        return onward(LOGIN)
    begin_pending(account, For.FIRST_LOGIN)
    return onward(PASSWORD)


@registration.route(PASSWORD, methods=["GET", "POST"])
def password() -> Response:
    """Choose a password: the first, and only where there is none."""
    account, form = halfway(For.FIRST_LOGIN), Form()
    if account is None:
        return onward(LOGIN)
    if account.password_hash is not None:
        return onward(APP)
    hashed = chosen(form, account) if form.is_typed else None
    if hashed:
        uniquifier = set_password(place(), member_id=account.id, password_hash=hashed, first=True, now=now())
        note(uniquifier=uniquifier)
        return onward(APP)
    return shown("accounts/first_password.html", form, account=account)


@registration.route(APP, methods=["GET", "POST"])
def app() -> Response:
    """Set up the app, and prove that it shows the right codes. With it come the recovery codes."""
    account, form = halfway(For.FIRST_LOGIN), Form()
    if account is None or account.password_hash is None:
        return onward(PASSWORD if account else LOGIN)
    if account.totp_secret is not None:
        return onward(CODES)
    proved = proved_app(form) if form.is_typed else None
    if proved:
        return _keep_app(account, *proved)
    return shown("accounts/first_app.html", form, account=account, setup=app_setup(account.email))


def _keep_app(account: Account, secret: str, counter: int) -> Response:
    """Keep the app unless another browser was quicker; whoever set it up sees the recovery codes."""
    if not set_app(place(), member_id=account.id, secret=secret, counter=counter, first=True, now=now()):
        return onward(LOGIN)
    forget_setup()
    recovery_codes().create_recovery_codes(AccountUser(account))
    note(codes=True)
    return onward(CODES)


@registration.route(CODES, methods=["GET", "POST"])
def codes() -> Response:
    """Show the recovery codes until it is said that they are kept. Then one is signed in."""
    account, form = halfway(For.FIRST_LOGIN), Form()
    if account is None or not account.is_complete or not noted("codes"):
        return onward(LOGIN)
    if form.is_typed and form.need("kept"):
        return finish(account, way=REGISTERED)
    found = recovery_codes().get_recovery_codes(AccountUser(account))
    return shown("accounts/first_codes.html", form, account=account, codes=found)
