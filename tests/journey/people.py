"""People with browsers of their own, in a workplace that runs here: what they press, write and see, step by step."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import Any

from aiosmtpd import smtp
from browsing import SOON, Silent, onward
from factories import settings_for
from passlib.totp import TOTP  # type: ignore[import-untyped] # it comes without types
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from release.worlds import copied, listening, wait_for
from werkzeug.serving import make_server

from app import app_over
from campaigns.demo.receivers import MailServer
from campaigns.domain.times import SWEDEN
from campaigns.i18n import words_for
from campaigns.release.clock import NodeClock
from campaigns.release.worker import Worker
from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

PASSWORD = "ninja trumpet kavaj moln"
CODE_S = 30
DESKTOP: Mapping[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: Mapping[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def sv(msgid: str, **facts: object) -> str:
    """What somebody reads in Swedish."""
    return words_for("sv")._(msgid, **facts)


class Mailboxes(MailServer):
    """A mail server that keeps whole letters."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[tuple[str, str]] = []

    async def handle_DATA(self, server: smtp.SMTP, session: smtp.Session, envelope: smtp.Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep it, with its words."""
        content = envelope.content or b""
        letter = message_from_bytes(content if isinstance(content, bytes) else content.encode(), policy=default)
        part = letter.get_body(("plain",))
        self.letters += [(to, part.get_content() if part else "") for to in envelope.rcpt_tos]
        return await super().handle_DATA(server, session, envelope)

    def link(self, to: str, path: str) -> str | None:
        """The newest link in somebody's mailbox that leads below a path."""
        lines = [line.strip() for address, text in self.letters if address == to for line in text.splitlines()]
        return next((line for line in reversed(lines) if line.startswith("http") and path in line), None)


class Town:
    """A running workplace on an empty database. Its day begins at nine in Sweden tomorrow; the time can be moved."""

    def __init__(self, template: Path, folder: Path, mail: Mailboxes, browser: Browser) -> None:
        self.mail, self.browser, self.folder = mail, browser, folder
        self._ahead = self._until_nine()
        self.server = make_server("127.0.0.1", 0, _nothing_yet, threaded=True, request_handler=Silent)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.settings = settings_for(folder, BASE_URL=self.root, SMTP_URL=mail.url)
        self.engine = make_engine(f"sqlite:///{copied(template, folder)}")
        self.place = open_workplace(self.settings, self.engine, clock=self.now)
        self.app = app_over(self.settings, self.place, clock=self.now, ready=lambda: None)
        self.server.app = self.app
        self.contexts: list[BrowserContext] = []

    def now(self) -> datetime:
        """The time in this town."""
        return datetime.now(UTC) + self._ahead

    @staticmethod
    def _until_nine() -> timedelta:
        now = datetime.now(SWEDEN)
        nine = datetime.combine(now.date() + timedelta(days=1), time(9), SWEDEN)
        return nine.astimezone(UTC) - now.astimezone(UTC)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self._ahead += timedelta(**by)

    def until(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        self._ahead += instant - self.now()

    @contextmanager
    def worker(self) -> Iterator[None]:
        """A release worker. Time must not be moved meanwhile: it doubts a clock that jumps."""
        worker = Worker(place=self.place, clock=NodeClock(self.engine, system=self.now), alone=self.folder / "worker")
        worker.start()
        try:
            yield
        finally:
            worker.stop()

    def letter(self, to: str, path: str) -> str:
        """The link in the letter that somebody waits for."""
        with self.worker():
            wait_for(lambda: self.mail.link(to, path))
        return self.mail.link(to, path) or ""

    def person(
        self, name: str, email: str, *, javascript: bool = True, window: Mapping[str, Any] = DESKTOP
    ) -> "Person":
        """Somebody with a browser of their own."""
        context = self.browser.new_context(locale="sv-SE", java_script_enabled=javascript, **window)
        context.set_default_timeout(SOON)
        self.contexts.append(context)
        return Person(self, name, email, context)

    def stranger(self, path: str) -> int:
        """The status of a page for somebody who just comes along."""
        return self.app.test_client().get(path).status_code


def _nothing_yet(*_: object) -> list[bytes]:
    return []


@contextmanager
def town_over(template: Path, folder: Path, browser: Browser) -> Iterator[Town]:
    """A town for one test."""
    with listening(Mailboxes()) as mail:
        assert isinstance(mail, Mailboxes)
        town = Town(template, folder, mail, browser)
        thread = Thread(target=town.server.serve_forever)
        thread.start()
        try:
            yield town
        finally:
            for context in town.contexts:
                context.close()
            town.server.shutdown()
            thread.join()
            town.server.server_close()
            town.engine.dispose()


class Person:
    """What somebody does in a browser. `say` arguments are the English sentences that the Swedish ones stand for."""

    def __init__(self, town: Town, name: str, email: str, context: BrowserContext) -> None:
        self.town, self.name, self.email, self.context = town, name, email, context
        self.page: Page = context.new_page()
        self.secret, self.recovery_codes = "", list[str]()
        self._last_code = 0

    def goes(self, path: str) -> None:
        """Open an address."""
        self.page.goto(path if path.startswith("http") else self.town.root + path)

    @property
    def path(self) -> str:
        """Where they are."""
        return self.page.url.removeprefix(self.town.root)

    def button(self, msgid: str, **facts: object) -> Locator:
        """A button by what stands on it."""
        return self.page.locator("main").get_by_role("button", name=sv(msgid, **facts)).first

    def press(self, msgid: str, **facts: object) -> None:
        """Press a button, and come to the page that answers."""
        onward(self.button(msgid, **facts))

    def follow(self, msgid: str) -> None:
        """Follow a link of the page."""
        onward(self.page.locator("main").get_by_role("link", name=sv(msgid)).first)

    def write(self, **fields: str) -> None:
        """Fill in fields, each by its name."""
        for name, words in fields.items():
            self.page.locator(f"main [name='{name}']:not([type=hidden])").first.fill(words)

    def tick(self, name: str, *values: str) -> None:
        """Tick boxes, and open what hides them."""
        for value in values:
            box = self.page.locator(f"main input[name='{name}'][value='{value}']")
            if not box.is_visible():
                box.locator("xpath=ancestor::details").locator("summary").first.click()
            box.check()

    def sees(self, *words: str) -> None:
        """Expect words on the page."""
        for said in words:
            expect(self.page.locator("main")).to_contain_text(said, timeout=SOON)

    def reads(self, *msgids: str) -> None:
        """Expect sentences of ours."""
        self.sees(*(sv(msgid) for msgid in msgids))

    def code(self) -> str:
        """What the app shows now; each code is used once, so time passes until there is a new one."""
        step = int(self.town.now().timestamp()) // CODE_S
        if step <= self._last_code:
            self.town.later(seconds=(self._last_code + 1 - step) * CODE_S)
            step = self._last_code + 1
        self._last_code = step
        return str(TOTP(key=self.secret).generate(time=step * CODE_S).token)

    def last_code(self) -> str:
        """The code that was used last, once more."""
        return str(TOTP(key=self.secret).generate(time=self._last_code * CODE_S).token)

    def registers(self) -> None:
        """From an accepted invitation to the first page: password, app, recovery codes."""
        self.write(password=PASSWORD, again=PASSWORD)
        self.press("Go on")
        self.page.get_by_text(sv("You cannot scan it?")).click()
        self.secret = self.page.locator(".secret").inner_text().replace(" ", "")
        self.write(code=self.code())
        self.press("Go on")
        self.recovery_codes = self.page.locator(".codes li").all_inner_texts()
        self.page.locator("input[name=kept]").check()
        self.press("Begin to work")
        expect(self.page).to_have_url(f"{self.town.root}/arbete/", timeout=SOON)

    def joins(self) -> None:
        """Open the letter with the invitation, and accept."""
        self.goes(self.town.letter(self.email, "/inbjudan/"))
        self.sees(self.email)
        self.press("Accept the invitation")
        self.registers()

    def gives_password(self, password: str = PASSWORD) -> None:
        """The first step of a login."""
        self.goes("/logga-in")
        self.write(email=self.email, password=password)
        self.press("Go on")

    def log_in(self) -> None:
        """Both steps."""
        self.gives_password()
        self.write(code=self.code())
        self.press("Log in")
        expect(self.page).to_have_url(f"{self.town.root}/arbete/", timeout=SOON)

    def proves(self) -> None:
        """Write a code where one is asked for."""
        expect(self.page.locator("main input[name=code]")).to_be_visible(timeout=SOON)
        self.write(code=self.code())
