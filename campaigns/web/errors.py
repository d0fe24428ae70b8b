"""The one map from errors to HTTP.

Whatever is not public is answered like nonsense: the same page, the same bytes, the same headers, in both interface
languages at once so that nothing in the address needs to be looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from campaigns.domain.errors import BadInput, NotAllowed, NotThere, Refused, SamklangError, Unready
from campaigns.i18n import say
from campaigns.logs import said, without_words
from campaigns.web.site import asked_language, site, speak, words
from campaigns.web.workplace.parts import is_behind_login
from campaigns.work.accounts.signing_in import SignedIn

STATUS: Mapping[type[SamklangError], int] = {
    NotThere: 404,
    NotAllowed: 403,
    Refused: 409,
    BadInput: 422,
    Unready: 503,
    SamklangError: 500,
}
SAY_DOUBT_EVERY = timedelta(minutes=1)
DOUBT = "samklang.doubt"


@dataclass
class Doubt:
    """What the log was last told of why we are closed, and when."""

    told: str = ""
    at: datetime | None = None

    def is_news(self, told: str, now: datetime) -> bool:
        """Whether it shall be said; many readers at once do not fill the log with the same line."""
        if told == self.told and self.at is not None and abs(now - self.at) < SAY_DOUBT_EVERY:
            return False
        self.told, self.at = told, now
        return True


def status_of(error: SamklangError) -> int:
    """The status of an error: its own, or that of its nearest ancestor in the tree."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def _not_there() -> Response:
    speak("sv")
    return make_response(render_template("not_there.html"), 404)


def _desk() -> SignedIn | None:
    """Who is signed in, if that was found out before the error came."""
    return cast("SignedIn | None", g.get("at_desk"))


def _not_at_the_desk() -> Response:
    """For whoever is signed in: the same for what never was and for what belongs to others."""
    return make_response(render_template("work/not_there.html", desk=_desk()), 404)


def _only_reading() -> Response:
    """The answer to every method that no rule takes, at any address, real or not."""
    speak("sv")
    response = make_response(render_template("only_reading.html"), 405)
    response.headers["Allow"] = "GET, HEAD"
    return response


def log_doubt(error: Unready) -> None:
    """Log which errors led here and where, never their words: a driver's name the database's host and user."""
    told = said(error)
    cause = error.__cause__
    while cause is not None:
        told, cause = f"{told}, from {said(cause)}", cause.__cause__
    doubt = cast("Doubt", current_app.extensions[DOUBT])
    if doubt.is_news(told, site().clock()):
        current_app.logger.warning("not ready: %s", told)


def _unready(error: Unready) -> Response:
    log_doubt(error)
    response = make_response(render_template("unready.html"), 503)
    response.headers["Retry-After"] = "30"
    return _never_kept(response)


def _never_kept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def answer(error: SamklangError) -> Response:
    """What a reader is shown for an error of ours."""
    if isinstance(error, NotThere):
        return _not_at_the_desk() if _desk() else _not_there()
    if isinstance(error, Unready):
        return _unready(error)
    if _desk():
        page = render_template("work/refused.html", desk=_desk(), sentences=say(error, words()).splitlines())
        return make_response(page, status_of(error))
    page = render_template("refused.html", sentences=say(error, words()).splitlines())
    return _never_kept(make_response(page, status_of(error)))


def _http(error: HTTPException) -> Response:
    if isinstance(error, CSRFError):
        return _forged()
    if error.code == 404 and _desk():
        return _not_at_the_desk()
    if error.code == 405 and is_behind_login(request.path):
        return _only_reading()
    if error.code in {404, 405}:
        return _not_there() if request.method in {"GET", "HEAD"} else _only_reading()
    page = render_template("refused.html", sentences=[words()._("This address cannot be read that way.")])
    return _never_kept(make_response(page, error.code or 400))


def _forged() -> Response:
    """A form without the token of its session: it is too old, or comes from elsewhere."""
    speak(asked_language() or "sv")
    sentence = words()._("The page you sent from is too old, so nothing was saved. Go back, reload it and send again.")
    return _never_kept(make_response(render_template("refused.html", sentences=[sentence]), 400))


def _unexpected(error: Exception) -> Response:
    """Log what kind of error it was and where, never its words: they may hold what is under embargo."""
    current_app.logger.error("%s", said(error))
    return _never_kept(make_response(render_template("broken.html"), 500))


def install(app: Flask) -> None:
    """Register the map."""
    app.extensions[DOUBT] = Doubt()
    app.logger.addFilter(without_words)  # Flask itself logs a whole traceback where an answer fails after its view
    app.register_error_handler(SamklangError, answer)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)
