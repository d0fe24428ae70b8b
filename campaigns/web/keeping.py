"""Finished public answers, kept for a moment: at T thousands ask for the same page, and it is made once.

An answer is given again for at most `keep_for`, and never in another step of the clock than the one it was made in. A
lift is at a whole step, so nothing kept outlives T, neither a page nor the answer that there is none. What is there and
what is not is kept alike, so that no time tells them apart. Nothing here depends on who asks: public pages know no
session. It stands in front of Flask, whose own work for an answer takes longer than sending one.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, request

from campaigns.domain.errors import Unready
from campaigns.domain.times import cache_seconds, floor
from campaigns.web.site import KEY as SITE
from campaigns.web.site import Site, now

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MADE_AT = "samklang.made_at"
MOST = 500
LONGEST = 200_000
KEPT_STATUS = frozenset({200, 404, 410})
Asked = tuple[str, str]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer; `made_at` is the instant it was judged at, by the clock that opens pages."""

    status: str
    headers: Headers
    body: bytes
    made_at: datetime


class Kept:
    """The answers of one process, the oldest forgotten first. `keep_for` of nothing keeps nothing."""

    def __init__(self, *, keep_for: timedelta, step: timedelta) -> None:
        self.keep_for, self._step = keep_for, step
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, asked: Asked, *, now: datetime) -> Answer | None:
        """An answer that still holds at this instant."""
        with self._lock:
            found = self._answers.get(asked)
        return found if found and self._holds(found, now) else None

    def _holds(self, answer: Answer, now: datetime) -> bool:
        """Not from later, not too old, and from the same step."""
        is_fresh = timedelta() <= now - answer.made_at < self.keep_for
        return is_fresh and floor(now, self._step) == floor(answer.made_at, self._step)

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer, unless it is too long."""
        if len(answer.body) > LONGEST:
            return
        with self._lock:
            self._answers.pop(asked, None)
            self._answers[asked] = answer
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)


class Keeping:
    """Gives kept answers again, and passes everything else on. Clock and database are asked for every time."""

    def __init__(self, behind: "WSGIApplication", the_site: Site, kept: Kept) -> None:
        self._behind, self._site, self._kept = behind, the_site, kept

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_IF_NONE_MATCH" in environ:
            return self._behind(environ, start_response)
        asked = (environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", ""))
        try:
            self._site.ready()
        except Unready:
            return self._behind(environ, start_response)  # which says so
        instant = self._site.clock()
        found = self._kept.find(asked, now=instant)
        if found is None:
            return self._made(asked, environ, start_response)
        start_response(found.status, self._dated(found.headers, instant))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else found.body]

    def _dated(self, headers: Headers, instant: datetime) -> list[tuple[str, str]]:
        """How long others may keep it counts from now."""
        for_s = f"public, max-age={cache_seconds(instant, self._site.lift_step)}"
        return [(name, for_s if name == "Cache-Control" else value) for name, value in headers]

    def _made(self, asked: Asked, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        begun: list[tuple[str, Headers]] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> object:
            begun.append((status, tuple(headers)))
            return start_response(status, headers, exc_info)  # type: ignore[arg-type] # passed on as it came

        answer = self._behind(environ, start)  # type: ignore[arg-type] # a plain function is one
        made_at = environ.get(MADE_AT)
        if made_at is None or environ["REQUEST_METHOD"] == "HEAD":
            return answer
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        [(status, headers)] = begun
        self._kept.keep(asked, Answer(status=status, headers=headers, body=body, made_at=made_at))
        return [body]


def install(app: Flask, kept: Kept) -> None:
    """Stand in front of an application, if anything is to be kept."""
    if kept.keep_for:
        # The assignment is Flask's documented way to wrap an application.
        app.wsgi_app = Keeping(app.wsgi_app, app.extensions[SITE], kept)  # type: ignore[method-assign]


def may_be_kept(blueprint: Blueprint) -> None:
    """Let the answers of a part of the public web be kept."""
    blueprint.after_request(_mark)


def _mark(response: Response) -> Response:
    """The instant is the one it was judged at: making it took time, and T may have come meanwhile."""
    if response.status_code in KEPT_STATUS:
        request.environ[MADE_AT] = now()
    return response
