"""A partner's pages in a real browser: free of faults that axe can see, no wider than a phone, and words that copy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import WCAG, needs_chromium, served, sign_in
from desks import Desk, make_workplace_app
from factories import Office, rows, text
from playwright.sync_api import Browser, BrowserContext
from sqlmodel import col

from campaigns.domain.access import Actor, Role
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Text
from campaigns.work.partners import briefing, matching

pytestmark = [pytest.mark.browser, needs_chromium]
ARABIC = text("وعد العصابات كذبة", "هل أنت قلق؟ اتصل بالرقم 114 14.")


@dataclass(frozen=True)
class Visit:
    """A browser in which the partner is signed in, and the pages it can go to."""

    context: BrowserContext
    address: str
    pages: Mapping[str, str]


def _pages(office: Office, partner: Actor) -> Mapping[str, str]:
    """A message in Arabic and Swedish, published by hand, beside a core message that has changed since."""
    live = office.live(partner)
    office.now = Office.NOW
    campaign_id = office.briefed(partner, languages=("sv", "en", "ar"))
    saved = office.consented(partner, campaign_id, language="ar", content=ARABIC, channels=[ChannelKind.BY_HAND])
    message_id = rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id
    matching.edit_text(
        office.place, partner, message_id, language="sv", content=text("Vi lyssnar", "Ring oss, eller 114 14."),
        expected_version=0, now=office.now,
    )  # fmt: skip
    office.now += timedelta(minutes=1)
    matching.edit_text(
        office.place, office.communicator, office.core_message(campaign_id), language="sv",
        content=text("Pengarna kom aldrig"), expected_version=1, now=office.now,
    )  # fmt: skip
    briefing.ask(office.place, partner, campaign_id, question="Får vi dela?", now=office.now)
    base, own = f"/arbete/kampanj/{campaign_id}", f"/arbete/budskap/{message_id}"
    return {
        "terms": f"{base}/villkor",
        "overview": base,
        "briefing": f"{base}/underlag",
        "questions": f"{base}/fragor",
        "messages": f"{base}/vara-budskap",
        "message": own,
        "consent given, in Arabic": f"{own}/ar/klartecken",
        "consent": f"{own}/sv/klartecken",
        "core changes": f"{own}/sv/karnbudskapet",
        "public": f"/arbete/kampanj/{live}",
    }


@pytest.fixture
def visit(sqlite_office: Office, tmp_path: Path, browser: Browser) -> Iterator[Visit]:
    """The partner's browser, as wide as a phone."""
    office = sqlite_office
    partner = office.partner(channels=[(ChannelKind.BY_HAND, "anslag@example.org")])
    office.member(partner.organisation_id or "", {Role.READER})
    pages = _pages(office, partner)
    app = make_workplace_app(office, tmp_path)
    with served(app) as address:
        context = browser.new_context(viewport={"width": 390, "height": 900})
        sign_in(context, Desk(app, office.place, partner, now=office.now).client, address)
        yield Visit(context, address, pages)
        context.close()


def test_axe_finds_nothing_and_no_page_is_wider_than_a_phone(visit: Visit) -> None:
    """Also with text twice as large."""
    page, wrong = visit.context.new_page(), {}
    for name, path in visit.pages.items():
        answer = page.goto(visit.address + path)
        assert answer is not None
        assert answer.status == 200, name
        found = Axe().run(page, options=WCAG)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found.violations_count or sideways:
            wrong[name] = (sideways, [fault["id"] for fault in found.response["violations"]])
    assert wrong == {}


def test_a_button_copies_the_words_beside_it(visit: Visit) -> None:
    """And says so to whoever cannot see it."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.context.new_page()
    page.goto(f"{visit.address}{visit.pages['briefing']}")
    page.locator("[data-copy]").first.click()
    page.locator(".copied", has_text="Kopierat").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "Pengarna kom aldrig"
