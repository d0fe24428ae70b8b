"""Translating in a real browser: checked as one types, what is missing put in by a key, from right to left."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import CHROMIUM, QUIET, WCAG, Silent
from desks import Desk, make_workplace_app
from factories import Office, rows, text
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlmodel import col
from werkzeug.serving import make_server

from campaigns.store.tables import Text
from campaigns.work.drafts import MessageDraft

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not here. Install it: apt-get install chromium"),
]
SWEDISH = text("Pengarna kommer aldrig", "Gängen ljuger. Ring 114 14.")
EASY = text("Gängen ljuger", "Barnen får aldrig pengarna. Ring 114 14.")
SOON = 15_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


class Room:
    """A running workplace with a core message in Swedish and easy Swedish, and pages of its communicator."""

    def __init__(self, office: Office, folder: Path, browser: Browser) -> None:
        self.office, self.browser = office, browser
        self.app = make_workplace_app(office, folder)
        core = (MessageDraft(name="huvudbudskap", texts={"sv": SWEDISH, "sv-simple": EASY}),)
        self.campaign_id = office.briefed(languages=("sv", "sv-simple", "ckb"), core_messages=core)
        self.core = office.core_message(self.campaign_id)
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Silent)
        self.root = f"http://127.0.0.1:{self.server.server_port}"

    def open(self, path: str, **wanted: object) -> Page:
        context = self.browser.new_context(locale="sv-SE", **wanted)  # type: ignore[arg-type] # options of the context
        cookie = Desk(self.app, self.office.place, self.office.communicator, now=self.office.now).client.get_cookie(
            "samklang"
        )
        assert cookie is not None
        context.add_cookies([{"name": "samklang", "value": cookie.value, "url": self.root}])
        page = context.new_page()
        page.goto(self.root + path)
        return page

    def texts(self, language: str) -> list[Text]:
        return rows(self.office.place, Text, col(Text.message_id) == self.core, col(Text.language) == language)


@pytest.fixture
def room(sqlite_office: Office, tmp_path: Path, browser: Browser) -> Iterator[Room]:
    """One for each test."""
    found = Room(sqlite_office, tmp_path, browser)
    thread = Thread(target=found.server.serve_forever, daemon=True)
    thread.start()
    yield found
    for context in browser.contexts:
        context.close()
    found.server.shutdown()
    thread.join()
    found.server.server_close()


def test_a_translation_is_checked_as_one_types_and_keys_do_the_rest(room: Room) -> None:
    """Into Sorani, with the hands on the keyboard; the words are saved by themselves when the connection is back."""
    page = room.open(f"/arbete/text/{room.core}/ckb")
    page.route(
        "**/arbete/text/*/ckb", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.focus("#f-headline")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#f-long")).to_be_focused()
    page.keyboard.type("درۆ دەکەن.")
    kept = page.locator("[data-part=long] [data-kept]")
    expect(kept).to_have_text("0 av 1 nyckelfakta finns med.", timeout=SOON)
    expect(page.locator("[data-part=long] .bad")).to_contain_text("114 14", timeout=SOON)
    page.keyboard.press("Control+i")
    expect(kept).to_have_text("1 av 1 nyckelfakta finns med.", timeout=SOON)
    assert page.input_value("#f-long") == "درۆ دەکەن. 114\u00a014"
    expect(page.locator("#f-long")).to_be_focused()
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("#f-headline")).to_be_focused()
    expect(page.locator("#trouble")).to_be_visible(timeout=SOON)
    page.unroute_all()
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator("#saved")).to_contain_text("version 1", timeout=SOON)
    assert [found.long for found in room.texts("ckb")] == ["درۆ دەکەن. 114\u00a014"]


def test_a_hint_marks_its_sentence_and_offers_a_positive_twin(room: Room) -> None:
    """Only where it is asked for, and it is typed by the person."""
    page = room.open(f"/arbete/text/{room.core}/sv-simple")
    page.click("[data-part=long] .eases summary")
    page.click("text=Visa i texten >> nth=0")
    assert page.evaluate("document.activeElement.id") == "f-long"
    assert page.evaluate("getSelection().toString()") == "Barnen får aldrig pengarna."
    page.click("[data-part=long] >> text=Skriv en positiv tvilling efter den")
    page.keyboard.type("Gängen behåller dem.")
    assert page.input_value("#f-long") == "Barnen får aldrig pengarna. Gängen behåller dem. Ring 114 14."


def test_on_a_phone_the_source_stands_above_and_beside_it_on_a_desk(room: Room) -> None:
    """Nothing is wider than its screen, and axe finds nothing, in the editor and on the page of files."""
    files = f"/arbete/kampanj/{room.campaign_id}/sprak/ckb/filer"
    for width in (1280, 390):
        for path in (f"/arbete/text/{room.core}/ckb", f"/arbete/text/{room.core}/sv-simple", files):
            page = room.open(path, viewport={"width": width, "height": 900}, bypass_csp=True)
            results = Axe().run(page, options=WCAG)
            assert results.violations_count == 0, f"{path}: {results.generate_report()}"
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            if path != files:
                source, field = page.locator("[data-part=long] .pair-from"), page.locator("#f-long")
                one, other = source.bounding_box(), field.bounding_box()
                assert one is not None
                assert other is not None
                assert (one["y"] + one["height"] <= other["y"]) is (width == 390)
