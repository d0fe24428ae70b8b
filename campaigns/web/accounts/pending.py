"""A login that is half-way: the password or the invitation was right, the second factor is still to come.

It lives in a session that opens nothing: only desk.sign_in() makes one that does.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from flask import Blueprint, request, session
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from campaigns.domain.errors import N_, Refused
from campaigns.web.site import asked_language, now, site, speak
from campaigns.web.workplace.desk import safe_way, sign_in
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.account import PENDING_LASTS, Account, find_account, note_sign_in
from campaigns.work.accounts.signing_in import signed_in

KEY = "pending"


class BelongsNowhere(Refused):
    """A member whose last organisation let them go."""

    message = N_(
        "Your account does not belong to any organisation now, so there is nothing to log in to. "
        "Ask the administrator of your organisation to invite you again."
    )


class For(StrEnum):
    """What is half-way. An unfinished account is finished at the next login."""

    LOGIN = "login"
    FIRST_LOGIN = "first login"


LASTS: Mapping[For, timedelta] = {For.LOGIN: PENDING_LASTS, For.FIRST_LOGIN: 4 * PENDING_LASTS}


def outside_blueprint(name: str, import_name: str) -> Blueprint:
    """Pages on the way in. They are closed while clock or database are in doubt, and speak the person's language."""
    blueprint = Blueprint(name, import_name)
    blueprint.before_request(_open)
    return blueprint


def _open() -> None:
    site().ready()
    account = at_all()
    speak(asked_language() or (account.locale if account else "sv"))


def begin_pending(account: Account, what: For, *, till: str | None = None) -> None:
    """Remember that this browser has come half-way. What was in its session before is gone, token and all."""
    session.clear()
    session[KEY] = {
        "member_id": account.id,
        "uniquifier": account.uniquifier,
        "for": what.value,
        "at": now().isoformat(),
        "till": safe_way(till),
    }
    session.renew()  # type: ignore[attr-defined] # Flask's proxy does not know our kind of session


def at_all() -> Account | None:
    """Whose login is half-way, whatever it is."""
    return next((account for what in For if (account := halfway(what)) is not None), None)


def halfway(what: For) -> Account | None:
    """Whose login is half-way, or None if it is not, has waited too long, or the password was changed meanwhile."""
    pending = _pending()
    if pending.get("for") != what or now() - datetime.fromisoformat(pending["at"]) > LASTS[what]:
        return None
    account = find_account(place(), member_id=pending["member_id"])
    if account is None or not account.active or account.uniquifier != pending["uniquifier"]:
        return None
    return account


def _pending() -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", session.get(KEY, {}))


def note(**more: object) -> None:
    """Remember something more of the login that is half-way."""
    session[KEY] = {**_pending(), **more}


def noted(name: str) -> Any:
    """What was remembered of it, if anything."""
    return _pending().get(name)


def finish(account: Account, *, way: str) -> Response:
    """Both factors are proved: begin the session and go where they wanted to. Raises BelongsNowhere."""
    if signed_in(place(), member_id=account.id, uniquifier=account.uniquifier) is None:
        raise BelongsNowhere
    till = safe_way(noted("till") or request.args.get("till"))
    sign_in(member_id=account.id, uniquifier=account.uniquifier)
    note_sign_in(place(), member_id=account.id, way=way, now=now())
    return redirect(till, 303)


def onward(path: str) -> Response:
    """Go on to the next page on the way in, in the language that was asked for."""
    language = asked_language()
    return redirect(f"{path}?ui={language}" if language else path, 303)
