"""The desk: who sits there, for which organisation, and whether they proved a second factor just now.

A session is logged in when it holds `member_id`, `uniquifier` and `factor_at`; only `sign_in` puts them there.
Who the member is now, and in which roles, is read from the database at every request.
"""

from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.languages import ui_language
from campaigns.web.site import asked_language, now, site, speak
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.signing_in import SignedIn, signed_in

FRESH_FOR = timedelta(minutes=10)
LOGIN = "/logga-in"
CONFIRM = "/arbete/konto/bekrafta"
SAFE_STARTS = ("/arbete", "/inbjudan/")


class NotSignedIn(Refused):
    """Somebody without a session wanted to write. Nothing was stored."""

    message = N_("You are not logged in any more, so nothing was saved. Log in in another tab, then send this again.")


def workplace_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages for whoever is signed in, below /arbete. Closed to all others, and while clock or database are in doubt."""
    blueprint = Blueprint(name, import_name, url_prefix="/arbete")
    blueprint.before_request(must_be_signed_in)
    return blueprint


def must_be_signed_in() -> BaseResponse | None:
    """Send whoever is not signed in to the login, and back here after it. Raises NotSignedIn for a write."""
    site().ready()
    if at_desk() is not None:
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(f"{LOGIN}?{_way_back()}")
    speak(asked_language() or "sv")
    raise NotSignedIn


def _way_back() -> str:
    return urlencode({"till": request.full_path.rstrip("?")})


def safe_way(address: str | None, otherwise: str = "/arbete/") -> str:
    """An address to go on to, whatever was asked for: below /arbete, or an invitation, and never elsewhere."""
    parts = urlsplit(address or "")
    if parts.scheme or parts.netloc or not (address or "").startswith(SAFE_STARTS) or "\\" in (address or ""):
        return otherwise
    return address or otherwise


def at_desk() -> SignedIn | None:
    """Who is signed in, if anyone. Asked once a request; speaks their language from then on."""
    if "at_desk" not in g:
        g.at_desk = _look()
        if g.at_desk is not None:
            speak(asked_language() or ui_language(g.at_desk.locale))
    return cast("SignedIn | None", g.at_desk)


def _look() -> SignedIn | None:
    member_id, uniquifier = session.get("member_id"), session.get("uniquifier")
    if not member_id or not uniquifier or "factor_at" not in session:
        return None
    return signed_in(
        place(), member_id=member_id, uniquifier=uniquifier, organisation_id=session.get("organisation_id")
    )


def desk() -> SignedIn:
    """Who is signed in. Only behind `workplace_blueprint`."""
    found = at_desk()
    if found is None:
        raise NotSignedIn
    return found


def actor() -> Actor:
    """Who acts, as every task wants to know it."""
    return desk().actor


def must(permission: Permission) -> None:
    """Raise NotThere unless the roles here hold a permission: a page that is not for somebody is not there for them."""
    if not desk().may(permission):
        raise NotThere


def sign_in(*, member_id: str, uniquifier: str, organisation_id: str | None = None) -> None:
    """Begin a session for a member who has just proved both factors. What was in it before is gone, token and all."""
    kept = {name: value for name, value in session.items() if name.startswith(("_", "fs_"))}
    session.clear()
    session.update(kept | {"member_id": member_id, "uniquifier": uniquifier, "factor_at": now().isoformat()})
    if organisation_id:
        session["organisation_id"] = organisation_id
    session.renew()  # type: ignore[attr-defined] # Flask's proxy does not know our kind of session
    g.pop("at_desk", None)


def prove_factor() -> None:
    """Note that a second factor was proved at this instant."""
    session["factor_at"] = now().isoformat()


def is_fresh() -> bool:
    """Whether the second factor was proved within the last minutes, as grave steps want it."""
    proved = session.get("factor_at")
    return bool(proved) and timedelta(0) <= now() - datetime.fromisoformat(str(proved)).astimezone(UTC) <= FRESH_FOR


def page(template: str, *, status: int = 200, **facts: object) -> Response:
    """A page of the workplace."""
    return Response(render_template(template, desk=desk(), **facts), status)


def go(endpoint: str, **values: object) -> BaseResponse:
    """Go on to a page after something was done, so that reloading does not do it again."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type] # any value may stand in an address


def told(sentence: object) -> None:
    """Say on the next page what was done."""
    flash(str(sentence), "done")
