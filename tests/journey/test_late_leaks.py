"""A language that waits to open shows nowhere: every public address answers as if it had never been approved."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from factories import Office, settings_for
from journey.crawling import addresses, behind_login
from journey.test_leaks import app_at, said, seen
from late_scenes import NOON, hold, propose, public_without, slug_of
from scenes import Scene
from translating_tasks import hand_over, let_pass, translate, translation

from campaigns.domain.texts import TextContent
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.work.late import adding
from campaigns.work.translating import telling_back
from campaigns.work.workplace import open_workplace

CANARY = "latebird"
SAID = TextContent(headline=f"{CANARY} headline", long=f"{CANARY}: call 114 14.", short=f"{CANARY} 114 14")


class Before:
    """A public campaign, and copies of its database: from just before its English was approved, and with it on hold."""

    def __init__(self, template: Path, folder: Path) -> None:
        full, self.bare_folder, self.held_folder = folder / "full", folder / "bare", folder / "held"
        for one in (full, self.bare_folder, self.held_folder):
            one.mkdir()
        file = full / "samklang.sqlite3"
        shutil.copy(template, file)
        self.full = settings_for(full, LIFT_STEP="60")
        engine = make_engine(self.full.database_url)
        office: list[Office] = []
        place = open_workplace(self.full, engine, clock=lambda: office[0].now if office else Office.NOW)
        office.append(Office(place))
        self.scene: Scene = public_without(office[0])
        self._translated()
        revision = propose(self.scene)
        engine.dispose()
        shutil.copy(file, self.bare_folder / "samklang.sqlite3")
        adding.approve_language(
            place, self.scene.approver, self.scene.campaign_id, language="en", revision=revision, opens_at=NOON,
            now=self.scene.now,
        )  # fmt: skip
        self.slug = slug_of(self.scene)
        engine.dispose()
        shutil.copy(file, self.held_folder / "samklang.sqlite3")
        engine = make_engine(self.held.database_url)
        place = open_workplace(self.held, engine, clock=lambda: office[0].now)
        hold(replace(self.scene, place=place))
        engine.dispose()

    def _translated(self) -> None:
        """Written, handed over, reviewed, told in Swedish and confirmed."""
        s = self.scene
        translate(s, SAID)
        hand_over(s)
        let_pass(s)
        read: Any = {"language": "en", "revision": translation(s).revision, "now": s.now}
        telling_back.tell_back(s.place, s.approver, s.core_message_id, says="Pengarna kommer inte.", **read)
        telling_back.confirm_told(s.place, s.communicator, s.core_message_id, **read)

    @property
    def bare(self) -> Settings:
        """The same installation before the approval."""
        return settings_for(self.bare_folder, LIFT_STEP="60")

    @property
    def held(self) -> Settings:
        """The same installation with the approved language on hold."""
        return settings_for(self.held_folder, LIFT_STEP="60")

    @property
    def plausible(self) -> dict[str, list[str]]:
        """What somebody who suspects the language would try."""
        known = {name: [*values] for name, values in behind_login([self.scene.campaign_id]).items()}
        return known | {
            "slug": [self.slug],
            "campaign": [self.slug],
            "language": ["sv", "en"],
            "organisation": ["polisen-exempel"],
            "filename": ["samtalskort.pdf", "allt.zip"],
        }


@pytest.fixture(scope="module")
def before(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Made once: nobody here changes anything."""
    return Before(sqlite_template, tmp_path_factory.mktemp("late"))


@pytest.mark.parametrize("on_hold", [False, True], ids=["waits", "on hold"])
def test_until_it_opens_every_address_answers_as_if_it_were_not_coming(before: Before, *, on_hold: bool) -> None:
    """Byte for byte, headers too: a microsecond before its instant, and on hold at the instant itself."""
    now = NOON if on_hold else NOON - timedelta(microseconds=1)
    approved = before.held if on_hold else before.full
    full, bare = app_at(approved, now).test_client(), app_at(before.bare, now).test_client()
    crawled = 0
    for address, _ in addresses(full.application.url_map, before.plausible):
        found = full.get(address)
        assert seen(found, address) == seen(bare.get(address), address), address
        assert CANARY not in said(found), address
        crawled += 1
    assert crawled > 100


def test_at_its_instant_it_is_on_its_page_and_in_the_feeds(before: Before) -> None:
    """The crawl would find it: nobody recorded anything, the clock opens it."""
    client = app_at(before.full, NOON).test_client()
    shown = {
        address for address, _ in addresses(client.application.url_map, before.plausible)
        if CANARY in said(client.get(address))
    }  # fmt: skip
    page = f"/kampanj/{before.slug}"
    assert {f"{page}/en", "/en/", "/feed.atom", "/sprak/en/feed.json", f"{page}/en/feed.atom"} <= shown
    assert f"{page}/en" in client.get("/sitemap.xml").text
