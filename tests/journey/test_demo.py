"""The demonstration as people run it: a real process, watched from outside before and after T."""

import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any
from urllib.parse import quote

import pytest
from journey.crawling import NONSENSE, addresses, behind_login
from release.worlds import real_now, settings_for, wait_for

from app import create_app
from campaigns import data
from campaigns.demo.story import BEFORE_THE_SAMPLE, POLICE
from campaigns.domain.times import milliseconds_after
from campaigns.work.campaign.drafts import CampaignDraft, slug_of
from campaigns.work.campaign_file.reading import read_campaign_file

pytestmark = pytest.mark.slow

APP = Path(__file__).parents[2] / "app.py"
FAILPOINTS = Path(__file__).parents[1] / "failpoints.py"
ROUND = 45
"""Seconds from start to T. Setting up takes about ten, and more on a busy machine."""


def sample() -> CampaignDraft:
    """The sample campaign as the demo reads it."""
    draft, _ = read_campaign_file(data.SAMPLE_CAMPAIGN.read_bytes(), now=BEFORE_THE_SAMPLE, step=timedelta(seconds=1))
    return draft


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def telling_words(draft: CampaignDraft) -> set[str]:
    """Names and headlines, and the first words of every text: any of them in an answer is a leak."""
    own = [text for message in draft.core_messages for text in message.texts.values()]
    texts = [*own, *(text for message in draft.matching_messages for text in message.texts.values())]
    found = {draft.name, draft.slug, *(partner.name for partner in draft.partners)}
    for text in texts:
        for words in (text.headline, text.long, text.short, text.sms, text.spoken):
            found |= {" ".join(words.split()[:4]), words[:20].strip()}
    return {words.lower() for words in found if len(words) >= 8}


class Demo:
    """One demo process."""

    def __init__(self, folder: Path, *arguments: str, point: str | None = None) -> None:
        self.port = free_port()
        self.receipt = folder / "receipt.json"
        self.folder = folder
        environment = os.environ | {"TMPDIR": str(folder), "SAMKLANG_LANGUAGE": "en", "TRIAL_POINT": point or ""}
        with (folder / "out").open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - the application itself
                [
                    sys.executable,
                    str(FAILPOINTS if point else APP),
                    "demo",
                    "--port",
                    str(self.port),
                    "--receipt",
                    str(self.receipt),
                    *arguments,
                ],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        """What it has written so far."""
        return (self.folder / "out").read_text(encoding="utf-8")

    @property
    def serve_log(self) -> str:
        """The log of its web server and worker."""
        (log,) = self.folder.glob("samklang-demo-*/serve.log")
        return log.read_text(encoding="utf-8")

    @property
    def lift_at(self) -> datetime:
        """T, as the demo's own database has it."""
        (file,) = self.folder.glob("samklang-demo-*/*.sqlite3")
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            (at,) = database.execute("SELECT lift_at FROM campaigns").fetchone()
        return datetime.fromisoformat(at).replace(tzinfo=UTC)

    def ask(self, address: str, method: str = "GET") -> tuple[int, list[tuple[str, str]], bytes]:
        """Status, headers and body of one answer; the date and the seconds a cache may keep it pass with time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, address)
            answer = connection.getresponse()
            passing = {"date", "cache-control"}
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in passing]
            return answer.status, headers, answer.read()
        finally:
            connection.close()

    def family(self) -> set[int]:
        """This process and all it has started that still live."""
        found = {self.process.pid}
        for stat in Path("/proc").glob("[0-9]*/environ"):
            with suppress(OSError):
                if f"TMPDIR={self.folder}\0".encode() in stat.read_bytes():
                    found.add(int(stat.parent.name))
        return {pid for pid in found if alive(pid)}


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """A demo that lifts after some seconds and stops."""
    found = Demo(tmp_path, "--lift-in", f"{ROUND}s", "--exit")
    yield found
    end(found)


def end(found: Demo) -> None:
    """Leave nothing behind, whatever the test found."""
    for pid in found.family():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    found.process.wait()


def everywhere(folder: Path) -> Sequence[tuple[str, str]]:
    """Every public address with what the sample would put into it, and its twin with nonsense."""
    draft = sample()
    organisations = [slug_of(name) for name in (POLICE, *(partner.name for partner in draft.partners))]
    values = behind_login([NONSENSE]) | {
        "slug": [draft.slug],
        "campaign": [draft.slug],
        "language": ["sv", "ar", "so", "pl"],
        "organisation": organisations,
        "filename": [f"{draft.slug}.pdf"],
    }
    routes = create_app(settings_for(folder / "routes", smtp_url="smtp://127.0.0.1:9")).url_map
    return list(addresses(routes, values))


def test_before_the_lift_nothing_shows_and_after_it_everything_does(demo: Demo, tmp_path: Path) -> None:
    """No address, header or log line holds a word of it before T; at T everything is out, and the receipt proves it."""
    wait_for(lambda: re.search(r"http://127\.0\.0\.1:\d+/kampanj", demo.said), within_s=60)
    words, slug = telling_words(sample()), sample().slug
    crawled = everywhere(tmp_path)
    lift_at, asked = demo.lift_at, 0
    for address, twin in crawled:
        for method in ("GET", "HEAD", "OPTIONS", "POST"):
            status, headers, body = demo.ask(address, method)
            if address != twin and not address.startswith(("/sprak/", "/arbete/")):
                assert (status, headers, body) == demo.ask(twin, method), f"{method} {address}"
            shown = (body.decode() + str(headers)).lower()
            for own in (quote(address, safe=""), quote(address)):  # a login leads back to what was asked for
                shown = shown.replace(own.lower(), "")
            assert not [word for word in words if word in shown], f"{method} {address}"
            asked += 1
    assert real_now() < lift_at, "this machine is too slow: T came during the crawl"
    assert asked > 100
    log = demo.serve_log.lower()
    assert "armed" in log
    assert not [word for word in words if word in log]
    assert not demo.receipt.exists()

    assert demo.process.poll() is None
    assert demo.process.wait(60) == 0, demo.said[-2000:]
    check_receipt(json.loads(demo.receipt.read_bytes()), slug=slug)
    assert not [word for word in words if word in log]


def check_receipt(receipt: dict[str, Any], *, slug: str) -> None:
    """The shape that is promised to others, and the figures that are promised to everyone."""
    assert set(receipt) == {"schema", "campaign", "lift_at", "revision", "deliveries", "pull", "summary"}
    assert (receipt["schema"], receipt["campaign"]) == (1, slug)
    assert receipt["revision"].startswith("sha256:")
    lift_at = datetime.fromisoformat(receipt["lift_at"])
    assert lift_at.tzinfo == UTC or lift_at.utcoffset() == timedelta()
    summary, deliveries = receipt["summary"], receipt["deliveries"]
    assert summary["live"] == summary["deliveries"] == len(deliveries) > 40
    assert [summary[name] for name in ("early", "late", "failed", "unknown")] == [0, 0, 0, 0]
    assert len({one["id"] for one in deliveries}) == len(deliveries)
    for one in deliveries:
        assert (one["state"], one["error"]) == ("live", None)
        assert 0 <= one["sent_ms"] <= one["confirmed_ms"]
        assert abs(one["sent_ms"] - (milliseconds_after(datetime.fromisoformat(one["sent_at"]), lift_at) or 0)) <= 1
    assert 0 <= summary["sent_ms"]["first"] <= summary["sent_ms"]["p50"] <= summary["sent_ms"]["last"]
    languages = {one["language"] for one in receipt["pull"] if one["surface"] == "page" and one["language"]}
    assert languages == set(sample().languages)
    assert {one["surface"] for one in receipt["pull"]} == {"page", "feed"}
    assert all(one["opened_ms"] >= 0 for one in receipt["pull"])


def test_after_the_lift_every_surface_shows_the_campaign(tmp_path: Path) -> None:
    """Pages in each language, lists, feeds and the sitemap; and SIGTERM then stops everything that was started."""
    demo = Demo(tmp_path, "--lift-in", f"{ROUND}s")
    try:
        wait_for(lambda: demo.receipt.exists() or demo.process.poll() is not None, within_s=180)
        assert demo.process.poll() is None, demo.said[-2000:]
        draft = sample()
        slug = draft.slug
        pages = [f"/kampanj/{slug}", *(f"/kampanj/{slug}/{tag}" for tag in draft.languages)]
        feeds = ["/feed.atom", "/feed.json", f"/kampanj/{slug}/feed.atom", f"/kampanj/{slug}/feed.json"]
        own = [f"/organisation/{slug_of(partner.name)}/feed.json" for partner in draft.partners]
        for address in ["/", "/en/", "/sitemap.xml", *pages, *feeds, *own]:
            status, _, body = demo.ask(address)
            assert status == 200, address
            assert slug in body.decode(), address
        family = demo.family()
        assert len(family) >= 4
        demo.process.terminate()
        assert demo.process.wait(30) == 143
        wait_for(lambda: not [pid for pid in family if alive(pid)], within_s=60)
        assert list(tmp_path.glob("samklang-demo-*")) == []
    finally:
        end(demo)


def test_a_demo_that_is_killed_leaves_nothing_running(tmp_path: Path) -> None:
    """kill -9 runs no clean-up: server, web processes and worker see their parent's pipe close, and end."""
    demo = Demo(tmp_path, "--lift-in", "60s")
    try:
        wait_for(lambda: "/kampanj" in demo.said, within_s=60)
        sleep(1)
        family = demo.family()
        assert len(family) >= 4
        demo.process.kill()
        wait_for(lambda: not [pid for pid in family if alive(pid)], within_s=60)
    finally:
        end(demo)


def test_a_machine_that_is_too_busy_is_told_so_and_what_to_do(tmp_path: Path) -> None:
    """T came while the story was set up: one sentence, and the command ends with 1."""
    demo = Demo(tmp_path, "--lift-in", "5s", "--exit", point="busy")
    try:
        assert demo.process.wait(120) == 1
        assert "This machine is too busy for that: setting up took " in demo.said
        assert "Try again with --lift-in 60s." in demo.said
    finally:
        end(demo)


def test_a_receipt_is_written_only_when_all_is_settled(demo: Demo) -> None:
    """Asked to stop before T, it ends at once, and there is no receipt."""
    wait_for(lambda: "/kampanj" in demo.said, within_s=60)
    before = real_now()
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(20) == 130
    assert real_now() - before < timedelta(seconds=20)
    assert not demo.receipt.exists()
    wait_for(lambda: demo.family() <= {demo.process.pid}, within_s=60)
