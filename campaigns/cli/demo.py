"""`demo`: the whole story on one machine, with real receivers, ending in the receipt."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import click

from campaigns.cli import demo_web
from campaigns.cli.durations import Duration
from campaigns.cli.ports import free_address
from campaigns.cli.release import show_receipt, write_receipt
from campaigns.cli.room import Room
from campaigns.cli.saying import console, table, tell
from campaigns.cli.words import WORDS, _
from campaigns.demo.stage import ADDRESS as STAGE
from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.lifecycle import UNSETTLED
from campaigns.domain.times import ceiling
from campaigns.release.clock import system_now
from campaigns.settings import PREFIX, Settings
from campaigns.work.launch.reporting import release_receipt, report_published, waiting_by_hand
from campaigns.work.launch.scheduling import LAST_MOMENT

ROOT = Path(__file__).parents[2]
STEP = timedelta(seconds=1)
SET_UP_WITHIN = timedelta(seconds=5)
"""What comes before the lift takes that long: registering, briefing, consents, approval, arming."""
ROOM_FOR_LIFE = timedelta(seconds=30)
"""With less time before the lift, the other campaigns are set up after it."""
SETTLE_WITHIN = timedelta(seconds=90)
START_WITHIN_S = 30.0
LOOK_EVERY_S = 0.25
TERMINATED = 143


class DemoParts(SamklangError):
    """The demonstration's receivers are an extra."""

    message = N_("The demo needs its local receivers. Install them with: pip install '.[demo]'")


class DidNotStart(SamklangError):
    """The web server ended or did not answer."""

    message = N_("The web server did not start. Its last words: {words}")


class TookTooLong(SamklangError):
    """T came while the story was still being set up."""

    message = N_(
        "This machine is too busy for that: setting up took {took}, and the embargo was to be lifted in {given}. "
        "Try again with --lift-in {more}."
    )


@click.command(
    short_help=_("Show everything on this machine."),
    help=_(
        "Show everything on this machine: a fresh database in a temporary folder, the sample campaign, five example "
        "partners, a webhook receiver, a mail server, web server and worker; then the lift, and the receipt."
    ),
    epilog=_("Example: python app.py demo --lift-in 20s --exit --receipt receipt.json"),
)
@click.option(
    "--lift-in",
    type=Duration(least=SET_UP_WITHIN),
    default="60s",
    show_default=True,
    help=_("Time until the lift, such as 20s or 2m."),
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help=_("Port of the web server.")
)
@click.option("--receipt", type=click.Path(path_type=Path), help=_("A file for the receipt, as JSON."))
@click.option(
    "--exit", "exit_", is_flag=True, help=_("Stop when everything is settled. Ends with 1 if anything failed.")
)
def demo(lift_in: timedelta, port: int, receipt: Path | None, *, exit_: bool) -> int:
    """Run the demonstration."""
    try:
        from campaigns.demo.receivers import MailServer, WebhookReceiver  # noqa: PLC0415 - an extra that may be absent
    except ImportError as error:
        raise DemoParts from error
    free_address("127.0.0.1", port)
    signal.signal(signal.SIGTERM, _end_in_order)
    webhooks, mail = WebhookReceiver(), MailServer()
    webhooks.start()
    mail.start()
    folder = Path(tempfile.mkdtemp(prefix="samklang-demo-"))
    try:
        return _Demo(folder, port, webhooks, mail).run(lift_in, receipt, stop=exit_)
    finally:
        mail.stop()
        webhooks.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _end_in_order(_number: int, _frame: FrameType | None) -> None:
    """Leave as after Ctrl-C: everything that was started is stopped on the way out. Asked again, go on stopping."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(TERMINATED)


class _Demo:
    """One run: a room of its own, a server of its own, and the story in it."""

    def __init__(self, folder: Path, port: int, webhooks: Any, mail: Any) -> None:
        self._folder, self._port, self._webhooks, self._mail = folder, port, webhooks, mail
        self._environment = self._settings_of(folder, port, mail.url)
        demo_web.mark(folder)
        self._room = Room()
        self._room.settings = Settings.from_env(self._environment)

    def _settings_of(self, folder: Path, port: int, smtp_url: str) -> dict[str, str]:
        """The surroundings without any setting of the person's own, so that the demo touches nothing real."""
        others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        return others | {
            "SAMKLANG_DATA_DIR": str(folder),
            "SAMKLANG_BASE_URL": f"http://127.0.0.1:{port}",
            "SAMKLANG_SMTP_URL": smtp_url,
            "SAMKLANG_MAIL_FROM": "samklang@example.se",
            "SAMKLANG_LIFT_STEP": "1",
            "SAMKLANG_ALLOW_PRIVATE_RECEIVERS": "1",
            "SAMKLANG_LANGUAGE": WORDS.language,
        }

    def run(self, lift_in: timedelta, file: Path | None, *, stop: bool) -> int:
        """Play, watch, and tell. 0 if everything came out as it should."""
        from campaigns.demo.life import Life  # noqa: PLC0415 - see DemoParts
        from campaigns.demo.story import Playing  # noqa: PLC0415 - see DemoParts

        began = system_now()
        lift_at = ceiling(began + lift_in, STEP)
        tell(_("A fresh database, five example partners, a webhook receiver and a mail server on this machine."))
        playing = Playing(self._room.place, self._webhooks, clock=system_now, say=self._say)
        with self._serving():
            try:
                story = playing.play(lift_at)
            except SamklangError as error:
                if system_now() < lift_at - LAST_MOMENT:
                    raise
                more = f"{max(60, round(3 * lift_in.total_seconds()))}s"
                raise TookTooLong(took=system_now() - began, given=lift_in, more=more) from error
            life, early = Life(self._room.place, story.people, clock=system_now), lift_in >= ROOM_FOR_LIFE
            self._introduce(story)
            if early and not stop:
                life.play()
            found = self._watch(story)
            if not early and not stop:
                life.play()
            show_receipt(found)
            good = self._check(found, story)
            if file is not None:
                write_receipt(found, file)
                tell(_("The receipt is in {file}.").format(file=file))
            if not stop:
                self._stay()
        return 0 if good else 1

    def _say(self, step: str, **facts: object) -> None:
        tell(f"  {WORDS._(step, **facts)}")

    @contextmanager
    def _serving(self) -> Iterator[None]:
        log = self._folder / "serve.log"
        with log.open("wb") as output:
            server = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", demo_web.MODULE, str(self._port)],
                env=self._environment,
                cwd=ROOT,
                stdin=subprocess.PIPE,  # it closes when we end, even after kill -9, and with it the server ends
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._await_start(server, log)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)

    def _await_start(self, server: "subprocess.Popen[bytes]", log: Path) -> None:
        until = monotonic() + START_WITHIN_S
        while server.poll() is None and monotonic() < until:
            try:
                with urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=2):
                    return
            except (URLError, OSError):
                sleep(0.1)
        raise DidNotStart(words=log.read_text(encoding="utf-8", errors="replace")[-500:])

    def _introduce(self, story: Any) -> None:
        tell(_("Public from {when}: {address}").format(
            when=WORDS.when(story.lift_at), address=self._room.place.public_address(story.slug)
        ))  # fmt: skip
        tell(_("Step into any role at {address}").format(address=self._room.settings.base_url + STAGE))
        table(
            [_("Example member"), _("Organisation"), _("Role")],
            [
                (person.email, person.organisation, ", ".join(WORDS.value(role) for role in sorted(person.actor.roles)))
                for person in story.people
            ],
        )

    def _receipt(self, story: Any) -> dict[str, Any]:
        return release_receipt(self._room.place, self._room.actor, story.slug)

    def _watch(self, story: Any) -> dict[str, Any]:
        from campaigns.demo.view import View  # noqa: PLC0415 - see DemoParts

        with View(WORDS, console(), lift_at=story.lift_at, clock=system_now) as view:
            while True:
                found = self._receipt(story)
                view.show(found["deliveries"])
                now = system_now()
                if now > story.lift_at + STEP:
                    self._publish_by_hand(story, now)
                if self._is_settled(found, story) or now > story.lift_at + SETTLE_WITHIN:
                    return found
                sleep(LOOK_EVERY_S)

    def _is_settled(self, found: dict[str, Any], story: Any) -> bool:
        states = {line["state"] for line in found["deliveries"]}
        return bool(states) and not states & UNSETTLED and len(found["pull"]) >= story.surfaces

    def _publish_by_hand(self, story: Any, now: datetime) -> None:
        """The example people who publish by hand have got their mail, publish, and say so."""
        for actor in story.by_hand:
            for delivery_id in waiting_by_hand(self._room.place, actor, now=now):
                report_published(self._room.place, actor, delivery_id, address="https://example.se/", now=now)

    def _check(self, found: dict[str, Any], story: Any) -> bool:
        summary = found["summary"]
        arrived = [one for one in self._webhooks.received if one.genuine]
        tell(
            _("The receivers got {webhooks} signed events ({genuine} genuine, {once} ids) and {mails} e-mails.").format(
                webhooks=len(self._webhooks.received),
                genuine=len(arrived),
                once=len({one.id for one in arrived}),
                mails=len(self._mail.received),
            )
        )
        early = [one for one in self._webhooks.received if one.at < story.lift_at]
        wrong = [summary[name] for name in ("early", "late", "failed", "unknown")]
        doubled = len(self._webhooks.received) != len({one.id for one in arrived})
        good = summary["live"] == summary["deliveries"] and not any(wrong) and not early and not doubled
        tell(_("Everything came out as it should.") if good else _("Not everything came out as it should."))
        return good

    def _stay(self) -> None:
        tell(_("The site stays up at {address}. Stop with Ctrl-C.").format(address=self._room.settings.base_url))
        try:
            while True:
                sleep(3600)
        except KeyboardInterrupt:
            tell("")
