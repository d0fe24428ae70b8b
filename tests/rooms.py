"""A running workplace on a port of this machine, and browsers of people who are signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from browsing import SOON, served, sign_in
from desks import Desk, make_workplace_app
from factories import Office
from playwright.sync_api import Browser, BrowserContext, Page

from campaigns.domain.access import Actor


class Room:
    """What is in it depends on the test: a subclass furnishes it before anybody comes in."""

    def __init__(self, office: Office, folder: Path, browser: Browser) -> None:
        self.office, self.browser = office, browser
        self.app = make_workplace_app(office, folder)
        self.root = ""
        self.furnish()

    def furnish(self) -> None:
        """What stands there when the doors open."""

    @contextmanager
    def opened(self) -> Iterator[Self]:
        """While it is open to browsers, which are closed with it."""
        with served(self.app) as self.root:
            yield self
            for context in self.browser.contexts:
                context.close()

    def open(self, path: str, *, actor: Actor | None = None, **wanted: object) -> Page:
        """A page in a new browser of somebody; of the communicator if nobody is named."""
        context = self.browser.new_context(locale="sv-SE", **wanted)  # type: ignore[arg-type] # options of the context
        context.set_default_timeout(SOON)
        self.sign_in(context, actor or self.office.communicator)
        page = context.new_page()
        page.goto(self.root + path)
        return page

    def sign_in(self, context: BrowserContext, actor: Actor) -> None:
        """A new session for a browser."""
        sign_in(context, Desk(self.app, self.office.place, actor, now=self.office.now).client, self.root)
