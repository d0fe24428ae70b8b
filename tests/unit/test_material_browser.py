"""The conversation card as a page in a real browser: no fault that axe can see, never wider than a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import WCAG, needs_chromium
from material_reading import made
from material_samples import material, occasion
from playwright.sync_api import Browser, Page

from campaigns.materials.kinds import Kind

pytestmark = [pytest.mark.browser, needs_chromium]
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")


@pytest.fixture
def card(browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The card of a language under embargo, as a file opened on a phone."""
    tag, scheme = request.param
    under = material(tag, occasion=occasion(embargo_for="Ungdomsjouren (exempel)"))
    file = tmp_path / "kort.html"
    file.write_bytes(made(under, Kind.CARD, "html"))
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


@pytest.mark.parametrize("card", [(tag, scheme) for tag in ("sv", "ar", "ti") for scheme in SCHEMES], indirect=True)
def test_axe_finds_nothing_and_the_card_is_no_wider_than_a_phone(card: Page) -> None:
    """WCAG 2.2 AA as far as a machine can see it, with text twice as large too."""
    results = Axe().run(card, options=WCAG)
    assert results.violations_count == 0, results.generate_report()
    card.evaluate("document.documentElement.style.fontSize = '200%'")
    assert card.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("card", [("ar", "light")], indirect=True)
def test_a_phone_number_stands_in_its_order_on_the_arabic_card(card: Page) -> None:
    """The first digit is drawn to the left of the last."""
    drawn = card.evaluate(
        """() => {
            const text = document.querySelector('p a[href="tel:11414"] bdi').firstChild;
            const at = (place) => {
                const range = document.createRange();
                range.setStart(text, place);
                range.setEnd(text, place + 1);
                return range.getBoundingClientRect().left;
            };
            return [at(0), at(text.length - 1)];
        }"""
    )
    assert drawn[0] < drawn[1]
