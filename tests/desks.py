"""A browser of somebody who is signed in, without the login: a session in the database and its cookie."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from factories import Office, settings_for
from flask import Flask
from sqlmodel import Session
from werkzeug.test import TestResponse

from app import app_over
from campaigns.domain.access import Actor
from campaigns.store.engine import reading
from campaigns.store.tables import Member
from campaigns.work.accounts import sessions
from campaigns.work.workplace import Workplace

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def make_workplace_app(office: Office, folder: Path) -> Flask:
    """The whole application over the office's database, with the office's own clock; `folder` is for its keys."""
    return app_over(settings_for(folder), office.place, clock=lambda: office.now, ready=lambda: None)


def at_desk(office: Office, folder: Path, actor: Actor) -> "Desk":
    """A member's browser, signed in a moment ago, on an application of its own."""
    return Desk(make_workplace_app(office, folder), office.place, actor, now=office.now)


class Desk:
    """One member's browser. Every write carries the token of its session, as a page's form would."""

    def __init__(
        self, app: Flask, place: Workplace, actor: Actor, *, now: datetime, proved_at: datetime | None = None
    ) -> None:
        self.client = app.test_client()
        self.actor = actor
        with reading(place.engine) as session:
            uniquifier = _member(session, actor).uniquifier
        token = sessions.new_token()
        data = {
            "member_id": actor.member_id,
            "uniquifier": uniquifier,
            "organisation_id": actor.organisation_id,
            "factor_at": (proved_at or now).isoformat(),
        }
        sessions.keep_session(place, token, data, agent="test", now=now)
        self.client.set_cookie("samklang", token, domain="localhost")
        self._csrf: str | None = None

    def get(self, path: str, **more: Any) -> TestResponse:
        """Read a page."""
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form, with the token."""
        return self.client.post(path, data={"csrf_token": self.csrf(), **(data or {})}, **more)

    def csrf(self) -> str:
        """The token that forms of this session carry."""
        if self._csrf is None:
            found = TOKEN.search(self.get("/arbete/delar").get_data(as_text=True))
            assert found, "the page of components has a form"
            self._csrf = found[1]
        return self._csrf


def _member(session: Session, actor: Actor) -> Member:
    member = session.get(Member, actor.member_id)
    assert member is not None
    return member
