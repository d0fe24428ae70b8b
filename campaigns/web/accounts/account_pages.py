"""One's own account: name and language, password, second factor, passkeys, and where one is logged in."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec
from urllib.parse import urlencode

from flask import redirect, request, session
from werkzeug.wrappers import Response

from campaigns.domain.errors import N_, NotThere
from campaigns.web.accounts import passkeys
from campaigns.web.accounts.app_setup import app_setup, forget_setup, proved_app
from campaigns.web.accounts.browsers import browser_of
from campaigns.web.accounts.datastore import AccountUser
from campaigns.web.accounts.factor import recovery_codes
from campaigns.web.accounts.passwords import chosen, is_password
from campaigns.web.site import asked_language, now, speak, words
from campaigns.web.workplace.desk import CONFIRM, desk, go, is_fresh, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.account import Account, change_name, find_account, set_password
from campaigns.work.accounts.factors import set_app
from campaigns.work.accounts.passkeys import passkeys_of
from campaigns.work.accounts.sessions import end_sessions, sessions_of
from campaigns.work.accounts.throttle import by_account, count_try, forgive

account_pages = workplace_blueprint("account", __name__)

View = ParamSpec("View")
HOME = "account.home"
SHOW_CODES = "codes_are_shown"
KEPT = N_("Saved.")
NEW_PASSWORD = N_("You have a new password. Every other browser was logged out.")
NEW_APP = N_("The new app counts from now on; the codes of the old one are worth nothing.")
ENDED = N_("The browser was logged out.")
ENDED_OTHERS = N_("Every other browser was logged out.")
NOT_YOUR_PASSWORD = N_("This is not your password.")


def fresh(view: Callable[View, Response]) -> Callable[View, Response]:
    """A page that is for whoever proved the second factor within the last minutes; others do that first."""

    @wraps(view)
    def asked(*arguments: View.args, **named: View.kwargs) -> Response:
        if is_fresh():
            return view(*arguments, **named)
        way_back = request.path if request.method in {"GET", "HEAD"} else "/arbete/konto"
        return redirect(f"{CONFIRM}?{urlencode({'till': way_back})}", 303)

    return asked


def own_account() -> Account:
    """The account of whoever is signed in."""
    account = find_account(place(), member_id=desk().member_id)
    if account is None:
        raise NotThere
    return account


@account_pages.route("/konto", methods=["GET", "POST"])
def home() -> Response:
    """All of it on one page; here name and language are changed."""
    account = own_account()
    form = Form({"name": account.name, "locale": account.locale})
    if form.is_typed and form.need("name", "locale"):
        name, locale = form.text("name"), form.text("locale")
        with form.attempt():
            change_name(place(), member_id=account.id, name=name, locale=locale, now=now())
        if form.ok:
            speak(asked_language() or locale)
            told(words()._(KEPT))
            return go(HOME)
    return page(
        "accounts/home.html",
        status=form.status,
        form=form,
        account=account,
        passkeys=passkeys_of(place(), account.id),
        passkeys_possible=passkeys.possible(),
        sessions=sessions_of(place(), account.id, now=now()),
        this_session=session.id,  # type: ignore[attr-defined] # Flask's proxy does not know our kind of session
        browser_of=browser_of,
        codes_left=len(account.recovery_codes),
    )


@account_pages.route("/konto/losenord", methods=["GET", "POST"])
@fresh
def password() -> Response:
    """Change the password: the one before, then the new one twice."""
    account, form = own_account(), Form()
    hashed = _new_password(form, account) if form.is_typed else None
    if hashed:
        here = session.id  # type: ignore[attr-defined] # as above
        session["uniquifier"] = set_password(place(), member_id=account.id, password_hash=hashed, but=here, now=now())
        session.renew()  # type: ignore[attr-defined] # as above
        told(words()._(NEW_PASSWORD))
        return go(HOME)
    return page("accounts/password.html", status=form.status, form=form, account=account)


def _new_password(form: Form, account: Account) -> str | None:
    if not form.need("current", "password", "again"):
        return None
    counted = by_account(account.email)
    with form.attempt("current"):
        count_try(place(), counted, now=now())
        if not is_password(account, form.raw("current")):
            form.fault("current", words()._(NOT_YOUR_PASSWORD))
            return None
        forgive(place(), counted, now=now())
    return chosen(form, account) if form.ok else None


@account_pages.route("/konto/app", methods=["GET", "POST"])
@fresh
def app() -> Response:
    """Set up another app, on a new phone perhaps. The old one counts until the new one is proved."""
    account, form = own_account(), Form()
    proved = proved_app(form) if form.is_typed else None
    if proved:
        secret, counter = proved
        set_app(place(), member_id=account.id, secret=secret, counter=counter, now=now())
        forget_setup()
        told(words()._(NEW_APP))
        return go(HOME)
    return page("accounts/app.html", status=form.status, form=form, account=account, setup=app_setup(account.email))


@account_pages.post("/konto/reservkoder")
@fresh
def new_codes() -> Response:
    """Make new recovery codes; the ones before are worth nothing."""
    recovery_codes().create_recovery_codes(AccountUser(own_account()))
    session[SHOW_CODES] = True
    return go("account.codes")


@account_pages.get("/konto/reservkoder")
@fresh
def codes() -> Response:
    """The codes that were just made, until it is said that they are kept."""
    if not session.get(SHOW_CODES):
        return go(HOME)
    return page("accounts/codes.html", codes=recovery_codes().get_recovery_codes(AccountUser(own_account())))


@account_pages.post("/konto/reservkoder/sparade")
def codes_kept() -> Response:
    """They are not shown again."""
    session.pop(SHOW_CODES, None)
    return go(HOME)


@account_pages.post("/konto/sessioner/<session_id>")
def end_one(session_id: str) -> Response:
    """Log another browser of one's own out."""
    end_sessions(place(), desk().member_id, only=session_id, now=now())
    told(words()._(ENDED))
    return go(HOME)


@account_pages.post("/konto/sessioner")
def end_others() -> Response:
    """Log every browser out but this one."""
    here = session.id  # type: ignore[attr-defined] # as above
    end_sessions(place(), desk().member_id, but=here, now=now())
    told(words()._(ENDED_OTHERS))
    return go(HOME)
