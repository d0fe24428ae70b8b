"""The public pages in a real browser: free of faults that axe can see, and never wider than the screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import WCAG, needs_chromium, out_of_order, served
from playwright.sync_api import Browser, Page
from public_samples import make_app

pytestmark = [pytest.mark.browser, needs_chromium]

PAGES = {
    "start": "/",
    "campaign in Swedish": "/kampanj/gangsnacket",
    "campaign in English": "/kampanj/gangsnacket/en",
    "campaign in Arabic": "/kampanj/gangsnacket/ar",
    "campaign in Tigrinya": "/kampanj/gangsnacket/ti",
    "campaign with long words": "/kampanj/gangsnacket/de",
    "withdrawn campaign": "/kampanj/aterkallad",
    "nothing there": "/finns-inte",
    "accessibility statement": "/tillganglighet",
    "about": "/en/about",
}
SIZES = {"wide": 1280, "phone": 390}
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The public web on a port of this machine."""
    with served(make_app(base_url="http://127.0.0.1")) as found:
        yield found


@contextmanager
def _open(browser: Browser, address: str, *, width: int, scheme: Literal["light", "dark"] = "light") -> Iterator[Page]:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(
    browser: Browser, address: str, path: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    """WCAG 2.2 AA as far as a machine can see it, in light and dark, wide and narrow."""
    with _open(browser, address + path, width=width, scheme=scheme) as page:
        results = Axe().run(page, options=WCAG)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_what_is_read_first_stands_first(browser: Browser, address: str, path: str, width: int) -> None:
    """A screen reader goes by the source, an eye by the place."""
    with _open(browser, address + path, width=width) as page:
        assert out_of_order(page) == []


def test_a_screen_reader_comes_from_the_headline_to_the_words_and_then_to_the_other_voices(
    browser: Browser, address: str
) -> None:
    """In Swedish and in Arabic, by the browser's tree of accessibility."""
    for language in ("sv", "ar"):
        with _open(browser, f"{address}/kampanj/gangsnacket/{language}", width=390) as page:
            tree = page.locator("body").aria_snapshot()
            core = page.locator(".core.voice .text").inner_text().split()[0]
        parts = ["- banner", "- main", "[level=1]", core, "[level=2]", "[level=3]", "- contentinfo"]
        places = [tree.find(part) for part in parts]
        assert -1 not in places
        assert places == sorted(places)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_page_is_wider_than_a_phone(browser: Browser, address: str, path: str) -> None:
    """Also with text twice as large."""
    with _open(browser, address + path, width=390) as page:
        assert _sideways(page) == 0
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert _sideways(page) == 0


def _sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_the_first_key_leads_past_the_menu(browser: Browser, address: str) -> None:
    """Tab, Enter, and one is at the content."""
    with _open(browser, address, width=1280) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index] # it is visible, so it has a box
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_everything_to_press_is_large_enough(browser: Browser, address: str) -> None:
    """24 CSS pixels at least, outside running text (WCAG 2.5.8)."""
    with _open(browser, f"{address}/kampanj/gangsnacket/ar", width=390) as page:
        for link in page.locator("nav a, .help a, .plain a").all():
            box = link.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, link.inner_text()


def test_a_phone_number_reads_the_same_inside_arabic(browser: Browser, address: str) -> None:
    """114 14 must never be seen as 14 114: its first digits stand to the left."""
    measure = """() => {
        const text = document.querySelector('.core a[href="tel:11414"] bdi').firstChild;
        const at = (start) => { const range = document.createRange(); range.setStart(text, start);
            range.setEnd(text, start + 1); return range.getBoundingClientRect().left; };
        return [at(0), at(text.length - 1)];
    }"""
    with _open(browser, f"{address}/kampanj/gangsnacket/ar", width=1280) as page:
        first, last = page.evaluate(measure)
    assert first < last


def test_the_upright_is_at_the_end_of_reading(browser: Browser, address: str) -> None:
    """Lines end to the right in Swedish and to the left in Arabic."""
    sides = "getComputedStyle(document.querySelector('.core.voice'))"
    for language, side in (("sv", "Right"), ("ar", "Left")):
        with _open(browser, f"{address}/kampanj/gangsnacket/{language}", width=1280) as page:
            assert page.evaluate(f"parseFloat({sides}.border{side}Width)") > 3


def test_nothing_is_loaded_from_elsewhere(browser: Browser, address: str) -> None:
    """Every request goes to this site, and the browser refuses none of them."""
    context = browser.new_context()
    page = context.new_page()
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{address}/kampanj/gangsnacket")
    context.close()
    assert asked
    assert all(url.startswith(address) for url in asked)
    assert complaints == []
