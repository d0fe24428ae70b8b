"""Finished public answers, kept for a moment: at T thousands ask for the same page, and it is made once.

An answer is given again for at most `keep_for`, and never in another step of the clock than the one it was made in. A
lift is at a whole step, so nothing kept outlives T, neither a page nor the answer that there is none. What is there and
what is not is kept alike, so that no time tells them apart. Nothing here depends on who asks: public pages know no
session.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from flask import Blueprint, Flask, Response, current_app, g, request

from campaigns.domain.times import floor
from campaigns.web.site import now, site

KEY = "samklang.kept"
MOST = 500
LONGEST = 200_000
KEPT_STATUS = frozenset({200, 404, 410})
Asked = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it was made, before the headers that every answer gets; `made_at` by the clock that opens pages."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    made_at: datetime


class Kept:
    """The answers of one process, the oldest forgotten first. `keep_for` of nothing keeps nothing."""

    def __init__(self, *, keep_for: timedelta, step: timedelta) -> None:
        self._keep_for, self._step = keep_for, step
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, asked: Asked, *, now: datetime) -> Answer | None:
        """An answer that still holds at this instant."""
        with self._lock:
            found = self._answers.get(asked)
        return found if found and self._holds(found, now) else None

    def _holds(self, answer: Answer, now: datetime) -> bool:
        """Not from later, not too old, and from the same step."""
        is_fresh = timedelta() <= now - answer.made_at < self._keep_for
        return is_fresh and floor(now, self._step) == floor(answer.made_at, self._step)

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer, unless it is too long."""
        if not self._keep_for or len(answer.body) > LONGEST:
            return
        with self._lock:
            self._answers.pop(asked, None)
            self._answers[asked] = answer
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)


def _kept() -> Kept:
    return cast("Kept", current_app.extensions[KEY])


def _asked() -> Asked:
    """All that an answer depends on beside the instant."""
    return request.path, request.args.get("ui", "")


def _give_again() -> Response | None:
    found = _kept().find(_asked(), now=now())
    if found is None:
        return None
    g.given_again = True
    return Response(found.body, found.status, list(found.headers))


def _keep(response: Response) -> Response:
    if "given_again" not in g and response.status_code in KEPT_STATUS and "Cache-Control" not in response.headers:
        answer = Answer(
            status=response.status_code,
            headers=tuple(response.headers),
            body=response.get_data(),
            made_at=now(),
        )
        _kept().keep(_asked(), answer)
    return response


def install(app: Flask, kept: Kept) -> None:
    """Give an application its place for answers."""
    app.extensions[KEY] = kept


def keeps_answers(blueprint: Blueprint) -> None:
    """Let a part of the public web keep its answers. Whether clock and database are trusted is asked every time."""

    @blueprint.before_request
    def _closed_when_in_doubt() -> None:
        site().ready()

    blueprint.before_request(_give_again)
    blueprint.after_request(_keep)
