"""The editor in a real browser: words are saved while somebody writes, and nothing that goes wrong loses one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import SOON, WCAG, needs_chromium
from factories import Office, rows, text
from playwright.sync_api import Browser, Dialog, Page, expect
from rooms import Room
from sqlmodel import col

from campaigns.store.tables import Text
from campaigns.work.partners import consenting, matching

pytestmark = [pytest.mark.browser, needs_chromium]
BASE = text("Vi lyssnar", "Pengarna kommer aldrig. Barnen får skulden. Ring 114 14 om du är orolig.")


class Writing(Room):
    """A partner's text in the editor, and the partner's browsers."""

    def furnish(self) -> None:
        """A campaign that the partner has answered."""
        self.partner = self.office.partner()
        self.campaign_id = self.office.briefed(self.partner)
        self.office.answer(self.partner, self.campaign_id, content=BASE)
        own = matching.own_messages(self.office.place, self.partner, self.campaign_id, now=self.office.now)
        self.message = own[0].message_id
        self.path = f"/arbete/text/{self.message}/sv"

    def write(self, **wanted: object) -> Page:
        """The partner's editor."""
        return self.open(self.path, actor=self.partner, **wanted)

    def text(self) -> Text:
        """The text as it is stored."""
        return rows(self.office.place, Text, col(Text.message_id) == self.message, col(Text.language) == "sv")[0]

    def somebody_else_writes(self, **parts: str) -> None:
        found = self.text()
        for name, words in parts.items():
            setattr(found, name, words)
        matching.edit_text(
            self.office.place, self.partner, self.message, language="sv", content=found.content,
            expected_version=found.version, now=self.office.now,
        )  # fmt: skip


@pytest.fixture
def room(sqlite_office: Office, tmp_path: Path, browser: Browser) -> Iterator[Writing]:
    """One for each test."""
    with Writing(sqlite_office, tmp_path, browser).opened() as found:
        yield found


def saved(page: Page, version: int) -> None:
    """Wait until the page says that a version is saved."""
    expect(page.locator("#saved")).to_contain_text(f"version {version}", timeout=SOON)


def kept(page: Page) -> int:
    """How many texts this tab keeps."""
    return int(page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('samklang-text:')).length"))


def test_words_are_saved_while_one_writes(room: Writing) -> None:
    """Lengths, checks and preview follow, and afterwards the tab keeps nothing."""
    page = room.write()
    page.fill("#f-headline", "Vi finns här")
    expect(page.locator("[data-counts=f-headline]")).to_contain_text("12 av 120")
    page.fill("#f-long", "**Ring** oss.")
    assert kept(page) == 1
    expect(page.locator(".preview strong")).to_have_text("Ring", timeout=SOON)
    saved(page, 2)
    expect(page.locator("#checks")).to_contain_text("114 14")
    assert (room.text().headline, room.text().long) == ("Vi finns här", "**Ring** oss.")
    assert kept(page) == 0
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_lost_connection_keeps_the_words_and_recovers(room: Writing) -> None:
    """It says so, survives a reload of the tab, and saves by itself when the connection is back."""
    page = room.write()
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(
        "**/arbete/text/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.fill("#f-headline", "Skrivet på tåget")
    expect(page.locator("#trouble")).to_contain_text("Dina ord finns kvar", timeout=SOON)
    page.reload()
    expect(page.locator("#f-headline")).to_have_value("Skrivet på tåget")
    assert room.text().version == 1
    page.unroute_all()
    saved(page, 2)
    expect(page.locator("#trouble")).to_be_hidden()
    assert room.text().headline == "Skrivet på tåget"


def test_a_lost_session_keeps_the_words_until_one_has_logged_in_again(room: Writing) -> None:
    """In another tab, as the same person; then it is saved by itself. Another person's login saves nothing."""
    page = room.write()
    page.context.clear_cookies()
    page.fill("#f-headline", "Länge sedan sist")
    expect(page.locator("#trouble")).to_contain_text("Logga in i en annan flik", timeout=SOON)
    room.sign_in(page.context, room.office.communicator)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(1_000)
    assert room.text().version == 1
    expect(page.locator("#f-headline")).to_have_value("Länge sedan sist")
    room.sign_in(page.context, room.partner)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page, 2)
    assert room.text().headline == "Länge sedan sist"


def test_two_who_write_see_both_and_save_them_together(room: Writing) -> None:
    """Saving by itself stops and says so; a person looks and saves."""
    page = room.write()
    room.somebody_else_writes(long=BASE.long.replace("aldrig", "inte"))
    page.fill("#f-long", BASE.long.replace("orolig", "rädd"))
    expect(page.locator("#trouble")).to_contain_text("Tryck på Spara", timeout=SOON)
    page.click("button.primary")
    expect(page.locator("h1")).to_have_text("Två har skrivit i samma text")
    page.click("text=Spara båda tillsammans")
    expect(page.locator("#f-long")).to_have_value(BASE.long.replace("aldrig", "inte").replace("orolig", "rädd"))
    assert room.text().version == 3
    assert kept(page) == 0


def test_a_key_saves_and_the_focus_is_never_trapped(room: Writing) -> None:
    """Ctrl+S as the button; Tab goes on from the last field to the button."""
    page = room.write()
    page.fill("#f-spoken", "Hej")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Spara"
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert room.text().spoken == "Hej"


def test_one_is_warned_before_leaving_with_unsaved_words(room: Writing) -> None:
    """And only then. Logging out clears what the tab keeps."""
    page = room.write()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.route(
        "**/arbete/text/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    page.type("#f-headline", "!")
    page.goto(f"{room.root}/arbete/delar")
    assert asked == ["beforeunload"]
    assert kept(page) == 1
    page.goto(room.root + room.path)
    page.evaluate(
        "document.querySelector('form[action=\"/logga-ut\"]').addEventListener('submit', (e) => e.preventDefault())"
    )
    page.evaluate("document.querySelector('form[action=\"/logga-ut\"]').requestSubmit()")
    assert kept(page) == 0


def test_nothing_is_saved_by_itself_while_consent_stands(room: Writing) -> None:
    """It would take the consent away; the words are kept in the tab until Save is pressed."""
    found = room.text()
    consenting.consent(room.office.place, room.partner, found.id, revision=found.revision, now=room.office.now)
    page = room.write()
    page.fill("#f-headline", "Vi finns här")
    page.wait_for_timeout(4_000)
    assert room.text().version == 1
    assert kept(page) == 1


def test_everything_works_without_javascript(room: Writing) -> None:
    """Save, meet, choose."""
    page = room.write(java_script_enabled=False)
    room.somebody_else_writes(headline="Vi hör dig")
    page.fill("#f-headline", "Vi finns")
    page.click("button.primary")
    page.check("input[name=headline-choice][value=mine]")
    page.click("text=Spara det jag valt")
    expect(page.locator("#f-headline")).to_have_value("Vi finns")
    assert room.text().version == 3


def test_text_messages_are_counted_in_the_page_as_on_the_server(room: Writing) -> None:
    """For the small alphabet, its extension, and all others."""
    page = room.write()
    counter = page.locator("[data-counts=f-sms]")
    for words, count in (("å" * 160, "160 av 306 tecken, antal sms: 1"), ("€" * 81, "162 av 306 tecken, antal sms: 2"),
                         ("Ş" * 71, "71 av 134 tecken, antal sms: 2")):  # fmt: skip
        page.fill("#f-sms", words)
        expect(counter).to_have_text(count)
    saved(page, 2)
    page.reload()
    expect(counter).to_have_text("71 av 134 tecken, antal sms: 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(
    room: Writing, width: int, scheme: Literal["light", "dark"]
) -> None:
    """The editor, its history, its channels and the police's core messages."""
    size = {"width": width, "height": 900}
    police = f"/arbete/kampanj/{room.campaign_id}/budskap"
    room.somebody_else_writes(headline="Vi hör dig")
    for path in (room.path, f"{room.path}/historik", f"/arbete/budskap/{room.message}/sv/forhandsvisning", police):
        actor = room.office.communicator if path == police else room.partner
        page = room.open(path, actor=actor, viewport=size, color_scheme=scheme, bypass_csp=True)
        results = Axe().run(page, options=WCAG)
        assert results.violations_count == 0, results.generate_report()
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
