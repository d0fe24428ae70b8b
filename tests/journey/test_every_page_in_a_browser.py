"""Every page of the workplace in Chromium, made from the URL map: no fault that axe sees, never wider than the screen.

Wide and light, narrow and dark; then at 200 % text, and right to left.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import WCAG, needs_chromium, out_of_order, served, sign_in
from factories import Office, settings_for
from journey.workplace_world import World, filled, workplace_rules, world_of
from playwright.sync_api import Browser, BrowserContext, Page

from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

pytestmark = [pytest.mark.browser, needs_chromium]
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
SMALL_TARGETS = """
() => [...document.querySelectorAll('main a[href], main button, main input, main select, main summary')]
  .filter(it => { const box = it.getBoundingClientRect();
    const inText = it.tagName === 'A' && getComputedStyle(it).display === 'inline';
    return box.width > 0 && box.height > 1 && !inText && (box.width < 24 || box.height < 24); })
  .map(it => it.outerHTML.slice(0, 120))
"""


NAMES = ("communicator", "helpline", "approver", "steward", "administrator", "study")
MOST = {"communicator": 3, "helpline": 3}
"""How many pages of a rule are looked at for these; of the others those alone that look different to them."""
PARTS = re.compile(r"<[a-z][a-z0-9]*(?: class=\"[^\"]*\")?")


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One workplace for all: looking changes nothing."""
    folder = tmp_path_factory.mktemp("pages")
    file = folder / "samklang.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{file}")
    office: list[Office] = []
    place = open_workplace(settings_for(folder), engine, clock=lambda: office[0].now if office else Office.NOW)
    office.append(Office(place))
    yield world_of(office[0], folder)
    engine.dispose()


@pytest.fixture(scope="module")
def address(world: World) -> Iterator[str]:
    """The workplace on a port of this machine."""
    with served(world.app) as found:
        yield found


def pages_of(world: World, name: str, *, most: int) -> list[str]:
    """The pages somebody has: of each rule the first few that are there for them."""
    return [path for _, path, _ in _shown(world, name, most=most)]


def pages_of_their_own(world: World, name: str) -> list[str]:
    """Of each rule the first page there is for somebody, if it is built of other parts than those before them see."""
    known: dict[str, set[str]] = {}
    for other in NAMES[: NAMES.index(name)]:
        for rule, _, parts in _shown(world, other, most=MOST.get(other, 1)):
            known.setdefault(rule, set()).update(parts)
    return [path for rule, path, parts in _shown(world, name, most=1) if not parts <= known.get(rule, set())]


def _shown(world: World, name: str, *, most: int) -> list[tuple[str, str, frozenset[str]]]:
    """Rule, path and the parts it is built of: every sort of element with its classes."""
    found = []
    for rule in workplace_rules(world.app, "GET"):
        there = []
        for path in filled(rule, world.values, most=12):
            answer = world.desks[name].get(path)
            if answer.status_code == 200 and answer.mimetype == "text/html" and "<main" in answer.text:
                there.append((str(rule), path, frozenset(PARTS.findall(answer.text))))
        found += there[:most]
    return found


def context_of(browser: Browser, world: World, name: str, address: str, *, width: int, dark: bool) -> BrowserContext:
    """Somebody's browser."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", bypass_csp=True
    )
    sign_in(context, world.desks[name].client, address)
    return context


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)], ids=["wide and light", "narrow and dark"])
@pytest.mark.parametrize("name", NAMES)
def test_no_page_has_a_fault_that_axe_can_see(
    browser: Browser, world: World, address: str, name: str, width: int, *, dark: bool
) -> None:
    """WCAG 2.2 AA and its best practices; targets of 24 px; nothing scrolls sideways but what has its own region;
    what is read first stands first."""
    context, faults = context_of(browser, world, name, address, width=width, dark=dark), []
    page = context.new_page()
    for path in pages_of(world, name, most=MOST[name]) if name in MOST else pages_of_their_own(world, name):
        page.goto(address + path)
        faults += [f"{path}: {fault['id']} {fault['nodes'][0]['target']}" for fault in _axe(page)]
        faults += [f"{path}: too small: {html}" for html in page.evaluate(SMALL_TARGETS)]
        faults += [f"{path}: out of order: {html}" for html in out_of_order(page)]
        if page.evaluate(WIDER):
            faults.append(f"{path}: wider than {width} px")
    context.close()
    assert faults == []


def _axe(page: Page) -> list[dict[str, list[dict[str, str]]]]:
    found: list[dict[str, list[dict[str, str]]]] = Axe().run(page, options=WCAG).response["violations"]
    return found


@pytest.mark.parametrize("name", ["communicator", "helpline"])
@pytest.mark.parametrize("way", ["twice the text", "right to left"])
def test_no_page_breaks(browser: Browser, world: World, address: str, name: str, way: str) -> None:
    """With text of twice the size, and with everything mirrored, on a phone."""
    context, faults = context_of(browser, world, name, address, width=780, dark=False), []
    page = context.new_page()
    for path in pages_of(world, name, most=1):
        page.goto(address + path)
        page.evaluate("document.documentElement.style.fontSize = '200%'" if way == "twice the text" else RTL)
        faults += [f"{path}: out of order: {html}" for html in out_of_order(page)]
        if page.evaluate(WIDER):
            faults.append(path)
    context.close()
    assert faults == []


RTL = "document.documentElement.dir = 'rtl'"
