"""Adding, naming and removing passkeys; and proving the second factor once more, by code or by passkey."""

from flask import Response as FlaskResponse
from flask import current_app, redirect, request
from werkzeug.wrappers import Response

from campaigns.domain.errors import N_
from campaigns.web.accounts import passkeys
from campaigns.web.accounts.account_pages import HOME, fresh, own_account
from campaigns.web.accounts.factor import is_code
from campaigns.web.accounts.logging_in import NO_PASSKEY, from_here
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import desk, go, page, prove_factor, safe_way, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.passkeys import add_passkey, passkeys_of, remove_passkey, rename_passkey
from campaigns.work.accounts.throttle import count_try, forgive

passkey_pages = workplace_blueprint("passkeys", __name__)

ADDED = N_("The passkey is added. From now on it logs you in by itself.")
REMOVED = N_("The passkey is removed. It opens nothing any more; you can delete it on the device too.")
RENAMED = N_("The passkey has a new name.")
NOT_MADE = N_("No passkey was made. Try again, or use another device.")


@passkey_pages.route("/konto/nycklar", methods=["GET", "POST"])
@fresh
def add() -> Response:
    """Make a passkey on this device, or on another that the browser asks."""
    form = Form()
    if form.is_typed and form.need("name"):
        found = passkeys.made(form.raw("credential"))
        with form.attempt():
            if found:
                add_passkey(place(), member_id=desk().member_id, passkey=found, name=form.text("name"), now=now())
                told(words()._(ADDED))
                return go(HOME)
            form.sentences.append(words()._(NOT_MADE))
    return page("accounts/passkey.html", status=form.status, form=form, possible=passkeys.possible())


@passkey_pages.post("/konto/nycklar/fraga")
@fresh
def add_question() -> Response:
    """What the browser needs to make one."""
    return _json(passkeys.to_make(own_account()))


@passkey_pages.post("/konto/nycklar/<passkey_id>/namn")
def rename(passkey_id: str) -> Response:
    """Call it something that tells it from the others."""
    form = Form()
    if form.need("name"):
        rename_passkey(place(), member_id=desk().member_id, passkey_id=passkey_id, name=form.text("name"), now=now())
        told(words()._(RENAMED))
    return go(HOME)


@passkey_pages.post("/konto/nycklar/<passkey_id>/bort")
@fresh
def remove(passkey_id: str) -> Response:
    """Take it away."""
    remove_passkey(place(), member_id=desk().member_id, passkey_id=passkey_id, now=now())
    told(words()._(REMOVED))
    return go(HOME)


@passkey_pages.route("/konto/bekrafta", methods=["GET", "POST"])
def confirm() -> Response:
    """Prove the second factor once more, by a code of the app or a recovery code."""
    account, form = own_account(), Form()
    if form.is_typed and form.need("code") and is_code(form, account):
        return _confirmed()
    return _confirm_page(form)


@passkey_pages.post("/konto/bekrafta/fraga")
def confirm_question() -> Response:
    """What the browser needs to prove one of the member's passkeys."""
    return _json(passkeys.to_prove(desk().member_id))


@passkey_pages.post("/konto/bekrafta/nyckel")
def confirm_by_passkey() -> Response:
    """The same, by a passkey."""
    form = Form()
    with form.attempt():
        count_try(place(), from_here(), now=now())
        if passkeys.proved(form.raw("credential"), member_id=desk().member_id):
            forgive(place(), from_here(), now=now())
            return _confirmed()
        form.sentences.append(words()._(NO_PASSKEY))
    return _confirm_page(form)


def _confirmed() -> Response:
    prove_factor()
    return redirect(safe_way(request.args.get("till"), "/arbete/konto"), 303)


def _confirm_page(form: Form) -> Response:
    has_passkeys = passkeys.possible() and bool(passkeys_of(place(), desk().member_id))
    return page("accounts/confirm.html", status=form.status, form=form, passkeys=has_passkeys)


def _json(text: str) -> FlaskResponse:
    return current_app.response_class(text, mimetype="application/json")
