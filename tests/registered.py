"""Somebody with an account, and the browser they log in with: every page as it is, with the token of its forms."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from desks import make_workplace_app
from factories import Office
from flask import Flask
from passlib.totp import TOTP  # type: ignore[import-untyped] # it comes without types
from werkzeug.test import TestResponse

from campaigns.web.accounts.registration import begin
from campaigns.work.accounts.account import Account, find_account

PASSWORD = "ninja trumpet kavaj moln"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SECRET = re.compile(r'class="secret"[^>]*>([A-Z0-9- ]+)<')
RECOVERY_CODE = re.compile(r"<li>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</li>")


class Browser:
    """A browser without JavaScript."""

    def __init__(self, app: Flask, *, address: str = "192.0.2.1") -> None:
        self.app = app
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address

    def get(self, path: str) -> TestResponse:
        """Read a page."""
        return self.client.get(path)

    def send(self, path: str, data: dict[str, Any] | None = None, *, form: str | None = None) -> TestResponse:
        """Send the form that stands on the page `form`, the same address if none is named."""
        token = TOKEN.search(self.get(form or path).get_data(as_text=True))
        return self.client.post(path, data={"csrf_token": token[1] if token else "", **(data or {})})

    @property
    def cookie(self) -> str | None:
        """What the browser holds."""
        found = self.client.get_cookie("samklang", domain="localhost")
        return found.value if found else None

    def is_in(self) -> bool:
        """Whether the workplace is open to it."""
        return self.get("/arbete/konto").status_code == 200


@dataclass
class Person:
    """A member who registered: what they know and have. Each code of the app is of the next half minute."""

    office: Office
    app: Flask
    member_id: str
    email: str
    secret: str
    codes: list[str]
    password: str = PASSWORD

    def account(self) -> Account:
        """The account as it is kept."""
        found = find_account(self.office.place, member_id=self.member_id)
        assert found is not None
        return found

    def code(self) -> str:
        """What the app shows half a minute from now; the clock goes there."""
        self.office.now += timedelta(seconds=30)
        return code_of(self.secret, self.office)

    def browser(self, *, address: str = "192.0.2.1") -> Browser:
        """A browser of theirs that is logged in nowhere."""
        return Browser(self.app, address=address)

    def half_way(self, *, till: str = "") -> Browser:
        """A browser after the password and before the code."""
        browser = self.browser()
        answer = browser.send(f"/logga-in{till}", {"email": self.email, "password": self.password})
        assert answer.headers["Location"] == "/logga-in/kod"
        return browser

    def logged_in(self) -> Browser:
        """A browser that is logged in."""
        browser = self.half_way()
        assert browser.send("/logga-in/kod", {"code": self.code()}).status_code == 303
        assert browser.is_in()
        return browser


def code_of(secret: str, office: Office) -> str:
    """What an app with this secret shows now."""
    return str(TOTP(key=secret.replace("-", ""), format="base32").generate(time=office.now.timestamp()).token)


def invited(app: Flask, member_id: str) -> Browser:
    """A browser that has just accepted an invitation."""
    browser = Browser(app)
    if "begin" not in app.view_functions:
        app.add_url_rule("/inbjudan/prov/<member_id>", "begin", begin)
    assert browser.get(f"/inbjudan/prov/{member_id}").status_code == 303
    return browser


def register(office: Office, folder: Path, *, app: Flask | None = None) -> Person:
    """A member of the police who has gone through the whole first login."""
    app = app or make_workplace_app(office, folder)
    member_id = str(office.communicator.member_id)
    browser = invited(app, member_id)
    browser.send("/inbjudan/losenord", {"password": PASSWORD, "again": PASSWORD})
    found = SECRET.search(browser.get("/inbjudan/kod").get_data(as_text=True))
    assert found is not None
    secret = found[1].replace("-", "").replace(" ", "")
    assert browser.send("/inbjudan/kod", {"code": code_of(secret, office)}).status_code == 303
    codes = RECOVERY_CODE.findall(browser.get("/inbjudan/reservkoder").get_data(as_text=True))
    assert browser.send("/inbjudan/reservkoder", {"kept": "1"}).status_code == 303
    assert browser.is_in()
    account = find_account(office.place, member_id=member_id)
    assert account is not None
    return Person(office=office, app=app, member_id=member_id, email=account.email, secret=secret, codes=codes)
