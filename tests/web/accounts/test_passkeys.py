"""Passkeys in a real browser, with an authenticator that the browser makes believe it has."""

import dataclasses
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from browsing import needs_chromium, served
from factories import Office, settings_for
from playwright.sync_api import Browser, CDPSession, Page
from registered import Person, register

from app import app_over
from campaigns.store.engine import writing
from campaigns.store.tables import Passkey
from campaigns.work.accounts.passkeys import passkeys_of


@pytest.fixture
def visited(sqlite_office: Office, tmp_path: Path) -> Iterator[tuple[Person, str]]:
    """A person with an account, and the address under which their browser finds Samklang."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}"
    settings = dataclasses.replace(settings_for(tmp_path), base_url=address)
    app = app_over(settings, sqlite_office.place, clock=lambda: sqlite_office.now, ready=lambda: None)
    person = register(sqlite_office, tmp_path, app=app)
    with served(app, port=port):
        yield person, address


def authenticator(page: Page, *, verifies: bool = True) -> tuple[CDPSession, str]:
    """One that is built in, and knows its owner by a finger; or does not."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def add(page: Page, person: Person, address: str) -> None:
    """Log in with password and code, then make a passkey."""
    page.goto(f"{address}/logga-in?till=/arbete/konto/nycklar")
    page.fill("#f-email", person.email)
    page.fill("#f-password", person.password)
    page.click("button.primary")
    page.fill("#f-code", person.code())
    page.click("button.primary")
    page.fill("#f-name", "min dator")
    page.click("[data-passkey=create] button")
    page.wait_for_url(f"{address}/arbete/konto")


def leave(page: Page, address: str) -> None:
    """Log out."""
    page.click(".who-menu summary")
    page.click("form[action='/logga-ut'] button")
    page.wait_for_url(f"{address}/logga-in?utloggad=1")


@pytest.mark.browser
@needs_chromium
def test_a_passkey_is_both_factors(visited: tuple[Person, str], browser: Browser) -> None:
    """It logs in without address, password or code; stands for the code; and confirms what is grave."""
    person, address = visited
    with closing(browser.new_context()) as context:
        page = context.new_page()
        authenticator(page)
        add(page, person, address)
        assert [kept.name for kept in passkeys_of(person.office.place, person.member_id)] == ["min dator"]
        leave(page, address)
        page.click("[data-passkey=get] button")
        page.wait_for_url(f"{address}/arbete/**")
        page.goto(f"{address}/arbete/konto/bekrafta?till=/arbete/konto")
        page.click("[data-passkey=get] button")
        page.wait_for_url(f"{address}/arbete/konto")
        leave(page, address)
        page.fill("#f-email", person.email)
        page.fill("#f-password", person.password)
        page.click("button.primary")
        page.wait_for_url(f"{address}/logga-in/kod")
        page.click("[data-passkey=get] button")
        page.wait_for_url(f"{address}/arbete/**")


@pytest.mark.browser
@needs_chromium
def test_a_passkey_that_does_not_know_its_owner_opens_nothing(visited: tuple[Person, str], browser: Browser) -> None:
    """Holding the device is one factor; the finger is the other. And a removed one opens nothing either."""
    person, address = visited
    with closing(browser.new_context()) as context:
        page = context.new_page()
        line, made = authenticator(page)
        add(page, person, address)
        leave(page, address)
        line.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": False})
        page.click("[data-passkey=get] button")
        page.wait_for_selector("[data-said]:not(:empty)")
        assert page.url.startswith(f"{address}/logga-in")
        line.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": True})
        with writing(person.office.place.engine) as session:
            (kept,) = passkeys_of(person.office.place, person.member_id)
            session.delete(session.get(Passkey, kept.id))
        page.click("[data-passkey=get] button")
        page.wait_for_selector(".summary")
        page.goto(f"{address}/arbete/konto")
        assert page.url.startswith(f"{address}/logga-in")


def test_nonsense_instead_of_a_passkey_is_refused(visited: tuple[Person, str]) -> None:
    """Whatever is sent, with a challenge or without."""
    person, _ = visited
    for nonsense in (
        "",
        "{}",
        "[]",
        '{"rawId": 1}',
        '{"rawId": "!!", "response": {}}',
        '{"rawId": "AAAA", "response": 1}',
    ):
        browser = person.browser()
        assert browser.send("/logga-in/nyckel", {"credential": nonsense}, form="/logga-in").status_code == 422
        assert not browser.is_in()
