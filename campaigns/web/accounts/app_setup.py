"""Setting up an authenticator app: a secret as a picture and as text, proved by a code before it counts."""

from dataclasses import dataclass

import qrcode
import qrcode.image.svg
from flask import session
from markupsafe import Markup

from campaigns.domain.errors import N_
from campaigns.web.accounts.factor import app_codes
from campaigns.web.site import words
from campaigns.web.workplace.forms import Form

KEY = "app_secret"
NOT_THIS_CODE = N_("The app shows another code. Is it the entry for Samklang, and is the phone's clock right?")


@dataclass(frozen=True, kw_only=True)
class AppSetup:
    """What a person needs to set up an app. `uri` opens an app on the same phone."""

    picture: Markup
    secret: str
    uri: str


def app_setup(email: str) -> AppSetup:
    """The secret that is being set up in this session, encrypted there; made if there is none."""
    if KEY not in session:
        session[KEY] = app_codes().generate_totp_secret()
    uri = app_codes().get_totp_uri(email, session[KEY])
    return AppSetup(picture=_picture(uri), secret=app_codes().get_totp_pretty_key(session[KEY]), uri=uri)


def _picture(uri: str) -> Markup:
    image = qrcode.make(uri, image_factory=qrcode.image.svg.SvgPathImage, border=2)
    svg = image.to_string(encoding="unicode")
    return Markup(svg[svg.index("<svg") :])  # noqa: S704 - made by the library from squares alone


def proved_app(form: Form) -> tuple[str, int] | None:
    """The secret and the step of the code in the field `code`, or None with the fault noted."""
    secret = session.get(KEY)
    if not form.need("code") or secret is None:
        return None
    counter = app_codes().counter_of(form.text("code"), secret, after=None)
    if counter is None:
        form.fault("code", words()._(NOT_THIS_CODE))
        return None
    return secret, counter


def forget_setup() -> None:
    """The secret is kept with the account now, or nobody wants it."""
    session.pop(KEY, None)
