"""Flask's sessions, kept in the database. Public pages have none: no cookie is read or set there."""

from datetime import datetime
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.datastructures import CallbackDict

from campaigns.domain.errors import Unready
from campaigns.web.site import now, site
from campaigns.web.workplace.parts import is_behind_login, parts
from campaigns.work.accounts import sessions

Data = CallbackDict[str, Any]


class DeskSession(Data, SessionMixin):
    """What one browser is known by. `id` names it in lists; `token` is what its cookie holds."""

    def __init__(
        self, found: sessions.OpenSession | None = None, *, token: str | None = None, kept: bool = True
    ) -> None:
        def changed(_session: Data) -> None:
            self.modified = True

        super().__init__(found.data if found else {}, changed)
        self.id = found.id if found else None
        self.seen_at: datetime | None = found.seen_at if found else None
        self.token = token
        self.kept = kept
        self.modified = False
        self.new = found is None
        self.replaces: str | None = None

    def renew(self) -> None:
        """Go on under another token: what was known before logging in must not be good for anything after it."""
        self.replaces = self.token or self.replaces
        self.token, self.new, self.modified = None, True, True


class DatabaseSessions(SessionInterface):
    """Finds the session of a request and keeps it. Under https the cookie has the prefix `__Host-`."""

    def open_session(self, app: Flask, request: Request) -> DeskSession:  # noqa: ARG002 - Flask's signature
        if not is_behind_login(request.path):
            return DeskSession(kept=False)
        token = request.cookies.get(cookie_name())
        try:
            found = sessions.find_session(parts().place, token, now=now()) if token else None
        except Unready:  # every page behind the login asks for readiness itself, and says it properly
            return DeskSession(kept=False)
        return DeskSession(found, token=token if found else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002 - Flask's
        assert isinstance(session, DeskSession)  # noqa: S101 - we made it
        if not session.kept:
            return
        response.vary.add("Cookie")
        if session.replaces:
            sessions.end_session(parts().place, session.replaces)
        if not session:
            self._forget(session, response)
        elif session.modified:
            self._keep(session, response)
        elif session.token and session.seen_at and now() - session.seen_at > sessions.TOUCHED_EVERY:
            sessions.touch_session(parts().place, session.token, now=now())

    def _forget(self, session: DeskSession, response: Response) -> None:
        if session.token:
            sessions.end_session(parts().place, session.token)
        if session.token or session.replaces:
            response.delete_cookie(cookie_name(), path="/", secure=site().is_https, httponly=True, samesite="Lax")

    def _keep(self, session: DeskSession, response: Response) -> None:
        begins = session.token is None
        session.token = session.token or sessions.new_token()
        data = {name: value for name, value in session.items() if not name.startswith("_permanent")}
        agent = request.user_agent.string
        stands = sessions.keep_session(parts().place, session.token, data, agent=agent, make=begins, now=now())
        if begins and stands:
            response.set_cookie(
                cookie_name(), session.token, path="/", secure=site().is_https, httponly=True, samesite="Lax"
            )


def cookie_name() -> str:
    """The prefix makes browsers refuse the cookie from anywhere but this host over https."""
    return "__Host-samklang" if site().is_https else "samklang"
