"""Logging in: e-mail address and password, then a code; or a passkey, which is both. And logging out.

An address that nobody has is answered like one with another password: the same words, the same work.
"""

from flask import Response, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_
from campaigns.web.accounts import passkeys
from campaigns.web.accounts.factor import is_code
from campaigns.web.accounts.passwords import is_password
from campaigns.web.accounts.pending import For, begin_pending, finish, halfway, onward, outside_blueprint
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import LOGIN, at_desk, safe_way, told
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.account import Account, find_account, note_sign_out
from campaigns.work.accounts.passkeys import passkeys_of
from campaigns.work.accounts.throttle import Counted, by_account, by_address, count_try, forgive

logging_in = outside_blueprint("logging_in", __name__)

WRONG = N_("E-mail address and password do not belong together. Look at both, and whether Caps Lock is on.")
NO_PASSKEY = N_("The passkey was not accepted. Try again, or log in another way.")
CODE, RECOVERY, PASSKEY = "code", "recovery", "passkey"


@logging_in.route("/logga-in", methods=["GET", "POST"])
def login() -> BaseResponse:
    """E-mail address and password. Whoever is logged in already goes on at once."""
    if request.method == "GET" and at_desk() is not None:
        return redirect(safe_way(request.args.get("till")))
    form = Form()
    account = _with_password(form) if form.is_typed else None
    return _second_step(account) if account else _login_page(form)


def _login_page(form: Form) -> Response:
    return shown("accounts/login.html", form, passkeys=passkeys.possible(), left="utloggad" in request.args)


def shown(template: str, form: Form, **facts: object) -> Response:
    """A page on the way in."""
    return Response(render_template(template, form=form, **facts), form.status)


def _with_password(form: Form) -> Account | None:
    if not form.need("email", "password"):
        return None
    email = form.text("email").lower()
    counted = (by_account(email), from_here())
    with form.attempt():
        count_try(place(), *counted, now=now())
        account = find_account(place(), email=email)
        if is_password(account, form.raw("password")):
            forgive(place(), *counted, now=now())
            return account
        form.sentences.append(words()._(WRONG))
    return None


def from_here() -> Counted:
    """Tries from the network address that asks."""
    return by_address(request.remote_addr or "")


def _second_step(account: Account) -> BaseResponse:
    """The code; or, where an account was never finished, the rest of what makes it whole."""
    what = For.LOGIN if account.is_complete else For.FIRST_LOGIN
    begin_pending(account, what, till=request.args.get("till"))
    return onward("/logga-in/kod" if account.is_complete else "/inbjudan/kod")


@logging_in.route("/logga-in/kod", methods=["GET", "POST"])
def code() -> BaseResponse:
    """The code from the app."""
    return _factor_page("accounts/code.html", only_recovery=False)


@logging_in.route("/logga-in/reservkod", methods=["GET", "POST"])
def recovery() -> BaseResponse:
    """A recovery code, when the app is not at hand."""
    return _factor_page("accounts/recovery.html", only_recovery=True)


def _factor_page(template: str, *, only_recovery: bool) -> BaseResponse:
    account, form = halfway(For.LOGIN), Form()
    if account is None:
        return onward(LOGIN)
    if form.is_typed and form.need("code") and is_code(form, account, only_recovery=only_recovery):
        return _arrived(account, RECOVERY if only_recovery else CODE)
    has_passkeys = passkeys.possible() and bool(passkeys_of(place(), account.id))
    return shown(template, form, account=account, passkeys=has_passkeys)


def _arrived(account: Account, way: str) -> BaseResponse:
    answer = finish(account, way=way)
    left = len(account.recovery_codes) - 1
    if way == RECOVERY:
        told(
            words().ngettext(
                "You have {count} recovery code left. Make new ones on the page of your account.",
                "You have {count} recovery codes left. You can make new ones on the page of your account.",
                left,
            )
        )
    return answer


@logging_in.post("/logga-in/nyckel/fraga")
def passkey_question() -> Response:
    """What the browser needs to prove a passkey."""
    account = halfway(For.LOGIN)
    return current_app.response_class(passkeys.to_prove(account.id if account else None), mimetype="application/json")


@logging_in.post("/logga-in/nyckel")
def passkey() -> BaseResponse:
    """The browser's answer. A passkey is both factors, also where no password was given."""
    pending, form = halfway(For.LOGIN), Form()
    with form.attempt():
        count_try(place(), from_here(), now=now())
        kept = passkeys.proved(form.raw("credential"), member_id=pending.id if pending else None)
        account = find_account(place(), member_id=kept.member_id) if kept else None
        if account is not None and account.active and account.is_complete:
            forgive(place(), from_here(), now=now())
            return finish(account, way=PASSKEY)
        form.sentences.append(words()._(NO_PASSKEY))
    if pending:
        return shown("accounts/code.html", form, account=pending, passkeys=True)
    return _login_page(form)


@logging_in.post("/logga-ut")
def logout() -> BaseResponse:
    """End the session on the server, so that a copy of its cookie is worth nothing."""
    who = at_desk()
    if who is not None:
        note_sign_out(place(), member_id=who.member_id, now=now())
    session.clear()
    answer = redirect(f"{LOGIN}?utloggad=1", 303)
    answer.headers["Clear-Site-Data"] = '"storage"'  # words of a text that the browser kept while the line was down
    return answer
