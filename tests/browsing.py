"""What tests in a browser share: a quiet Chromium, what axe looks for in it, and a server on a port of this machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import Client

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not here. Install it: apt-get install chromium"
)
SOON = 60_000  # milliseconds, of patience: the machine may be busy
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_OUT_OF_ORDER = """
() => {
  const found = [], strange = '[aria-owns], [aria-flowto], [tabindex]:not([tabindex="0"], [tabindex="-1"])';
  const aside = (style) => ['absolute', 'fixed', 'sticky'].includes(style.position) || style.float !== 'none';
  for (const box of document.querySelectorAll('body, body *:not(svg, svg *)')) {
    const style = getComputedStyle(box), turned = style.flexDirection === 'row-reverse';
    const placed = /flex|grid/.test(style.display);
    const mirrored = (style.direction === 'rtl') !== (turned && document.documentElement.dir === 'rtl');
    let before = null;
    for (const child of box.children) {
      const at = child.getBoundingClientRect();
      const its = getComputedStyle(child), in_text = !placed && its.display.startsWith('inline');
      if (at.width < 2 || at.height < 2 || aside(its) || in_text) continue;
      if (before) {
        const behind = mirrored ? at.right <= before.left + 1 : at.left >= before.right - 1;
        const ahead = mirrored ? at.left >= before.right - 1 : at.right <= before.left + 1;
        const above = at.bottom <= before.top + 1, below = at.top >= before.bottom - 1;
        if ((above && !behind) || (ahead && !below)) found.push(child.outerHTML.slice(0, 120));
      }
      before = at;
    }
  }
  return [...found, ...[...document.querySelectorAll(strange)].map((it) => it.outerHTML.slice(0, 120))];
}
"""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
]


class Silent(WSGIRequestHandler):
    """Requests are not worth a line in a test's output."""

    def log_request(self, *_args: object) -> None:
        return


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's browser, and patience for what is expected of its pages."""
    expect.set_options(timeout=SOON)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield found
        found.close()


@contextmanager
def served(app: Any, *, port: int = 0) -> Iterator[str]:
    """The address of an application while it runs on a port of this machine; 0 takes a free one."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(context: BrowserContext, client: Client, address: str) -> None:
    """Give a browser the session that a test's client has, as a login in another tab would."""
    cookie = client.get_cookie("samklang")
    assert cookie is not None
    context.add_cookies([{"name": "samklang", "value": cookie.value, "url": address}])


def onward(to: Locator) -> None:
    """Click what leads to another page, and wait until that page stands there.

    A click by itself only begins the journey: what the test does next could meet the old page, or call the journey off.
    """
    with to.page.expect_navigation(timeout=SOON):
        to.click()


def out_of_order(page: Page) -> list[str]:
    """What is seen before something that is read out before it, and what is read or reached in an order of its own.

    A reader hears the page in the order of its source (WCAG 1.3.2, 2.4.3); so that is the order in which it must stand.
    """
    found: list[str] = page.evaluate(_OUT_OF_ORDER)
    return found
