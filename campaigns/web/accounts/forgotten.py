"""A forgotten password: a link by mail. It replaces the password alone; the second factor is still asked for."""

from flask import redirect
from werkzeug.wrappers import Response

from campaigns.domain.errors import N_
from campaigns.domain.release import ChannelKind
from campaigns.web.accounts.logging_in import from_here, shown
from campaigns.web.accounts.passwords import chosen
from campaigns.web.accounts.pending import onward, outside_blueprint
from campaigns.web.accounts.security import link_key
from campaigns.web.site import asked_language, now, speak, words
from campaigns.web.workplace.desk import told
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.account import set_password
from campaigns.work.accounts.forgotten import account_of_link, ask_new_password
from campaigns.work.accounts.throttle import by_letter, count_try
from campaigns.work.campaign.drafts import is_email

forgotten = outside_blueprint("forgotten", __name__)

CHANGED = N_("You have a new password. Log in with it; every other browser was logged out.")


@forgotten.route("/logga-in/glomt", methods=["GET", "POST"])
def forgot() -> Response:
    """Ask for a link. The answer is the same whether anyone has the address or not."""
    form = Form()
    if form.is_typed and form.need("email"):
        email = form.text("email").lower()
        with form.attempt():
            count_try(place(), by_letter(email), from_here(), now=now())
            if is_email(email):  # anything else nobody has, and it must not reach the head of a letter
                ask_new_password(place(), email=email, key=link_key(), now=now())
            return onward("/logga-in/glomt/skickat")
    return shown("accounts/forgot.html", form, by_mail=ChannelKind.EMAIL in place().channels)


@forgotten.get("/logga-in/glomt/skickat")
def sent() -> Response:
    """What happens now, whoever asked."""
    return shown("accounts/sent.html", Form())


@forgotten.route("/logga-in/nytt-losenord/<token>", methods=["GET", "POST"])
def new_password(token: str) -> Response:
    """Choose a new password by a link. Looking at it uses nothing up: mail programs look too."""
    account, form = account_of_link(place(), token, key=link_key(), now=now()), Form()
    if account is None:
        page = shown("accounts/link_over.html", Form(typed=False))
        page.status_code = 404
        return page
    speak(asked_language() or account.locale)
    hashed = chosen(form, account) if form.is_typed else None
    if hashed:
        set_password(place(), member_id=account.id, password_hash=hashed, expected=account.uniquifier, now=now())
        told(words()._(CHANGED))
        return onward("/logga-in")
    return shown("accounts/new_password.html", form, account=account)


@forgotten.get("/.well-known/change-password")
def well_known() -> Response:
    """Where password managers look for the page to change a password."""
    return redirect("/arbete/konto/losenord")
