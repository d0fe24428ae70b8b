"""Translating in a real browser: checked as one types, what is missing put in by a key, from right to left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import SOON, WCAG, needs_chromium
from factories import Office, rows, text
from playwright.sync_api import Browser, expect
from rooms import Room
from sqlmodel import col

from campaigns.store.tables import Text
from campaigns.work.campaign.drafts import MessageDraft

pytestmark = [pytest.mark.browser, needs_chromium]
SWEDISH = text("Pengarna kommer aldrig", "Gängen ljuger. Ring 114 14.")
EASY = text("Gängen ljuger", "Barnen får aldrig pengarna. Ring 114 14.")


class Translating(Room):
    """A core message in Swedish and easy Swedish, waiting for Sorani."""

    def furnish(self) -> None:
        """A campaign in three languages."""
        core = (MessageDraft(name="huvudbudskap", texts={"sv": SWEDISH, "sv-simple": EASY}),)
        self.campaign_id = self.office.briefed(languages=("sv", "sv-simple", "ckb"), core_messages=core)
        self.core = self.office.core_message(self.campaign_id)

    def texts(self, language: str) -> list[Text]:
        return rows(self.office.place, Text, col(Text.message_id) == self.core, col(Text.language) == language)


@pytest.fixture
def room(sqlite_office: Office, tmp_path: Path, browser: Browser) -> Iterator[Translating]:
    """One for each test."""
    with Translating(sqlite_office, tmp_path, browser).opened() as found:
        yield found


def test_a_translation_is_checked_as_one_types_and_keys_do_the_rest(room: Translating) -> None:
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


def test_a_hint_marks_its_sentence_and_offers_a_positive_twin(room: Translating) -> None:
    """Only where it is asked for, and it is typed by the person."""
    page = room.open(f"/arbete/text/{room.core}/sv-simple")
    page.click("[data-part=long] .eases summary")
    page.click("text=Visa i texten >> nth=0")
    assert page.evaluate("document.activeElement.id") == "f-long"
    assert page.evaluate("getSelection().toString()") == "Barnen får aldrig pengarna."
    page.click("[data-part=long] >> text=Skriv en positiv tvilling efter den")
    page.keyboard.type("Gängen behåller dem.")
    assert page.input_value("#f-long") == "Barnen får aldrig pengarna. Gängen behåller dem. Ring 114 14."


def test_on_a_phone_the_source_stands_above_and_beside_it_on_a_desk(room: Translating) -> None:
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
