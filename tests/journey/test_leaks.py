"""Nothing of a campaign that is not public shows anywhere: every route, every stage before T, as anyone could ask."""

import dataclasses
import logging
import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from edition_scenes import PART, offered
from flask import Flask
from journey.crawling import NONSENSE, UnknownArgument, addresses, behind_login
from release.worlds import LiveOffice, Time, settings_for
from upload_scenes import agreed, image
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from app import create_app
from campaigns import data
from campaigns.domain.ids import new_id
from campaigns.domain.texts import TextContent
from campaigns.domain.uploads import Told
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.web.site import KEY
from campaigns.work.campaign.drafts import MessageDraft, slug_of
from campaigns.work.launch.scheduling import cancel, hold
from campaigns.work.partners.matching import own_messages
from campaigns.work.workplace import open_workplace

CANARY = "kanariefagel"
TOKEN = "t" * 32
TOKENS = re.compile(r"(?<=samklang=)[^;]+|(?<=name=\"csrf_token\" value=\")[^\"]+")
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE")
PARTNER = f"Förening {CANARY} (exempel)"


def _said(what: str) -> TextContent:
    words = f"{CANARY} {what}, ring 114 14."
    return TextContent(headline=f"{CANARY} {what}", long=words, short=words, sms=words, spoken=words)


class Aviary:
    """A database with a canary campaign in every stage before T."""

    def __init__(self, template: Path, folder: Path) -> None:
        folder.mkdir()
        shutil.copy(template, folder / "samklang.sqlite3")
        self.settings = settings_for(folder, smtp_url="smtp://127.0.0.1:9", LIFT_STEP="60", METRICS_TOKEN=TOKEN)
        engine = make_engine(self.settings.database_url)
        self.place = open_workplace(self.settings, engine, clock=lambda: self.office.now)
        self.office = LiveOffice(self.place)
        self.office.now = self.office.now.replace(second=30, microsecond=0)
        self.lift_at = self.office.now.replace(second=0) + timedelta(days=1)
        self.partner = self.office.partner(PARTNER)
        self.ids: list[str] = []
        self.uploads: list[str] = []
        self.editions: list[str] = []
        self.slugs = [self._campaign(stage) for stage in ("draft", "briefing", "approved", "held", "cancelled")]
        engine.dispose()

    def _campaign(self, stage: str) -> str:
        office, slug = self.office, f"{CANARY}-{stage}"
        core = MessageDraft(name="huvudbudskap", texts={"sv": _said("sv"), "en": _said("en")})
        wanted = {
            "name": f"Kampanj {CANARY} {stage}",
            "slug": slug,
            "topics": (CANARY,),
            "briefing": f"{CANARY} underlag",
            "lift_at": self.lift_at,
            "briefing_opens_at": office.now - timedelta(hours=1),
            "core_messages": (core,),
        }
        if stage == "draft":
            office.registered(**wanted)
            return slug
        campaign_id = office.briefed(self.partner, **wanted)
        self.ids = [campaign_id]
        office.consented(self.partner, campaign_id, content=_said("svar"))
        self._hand_in(campaign_id)
        local = dataclasses.replace(PART, title=f"{CANARY} lokalt")
        self.editions.append(offered(office, self.partner, campaign_id, local))
        if stage != "briefing":
            office.approve(campaign_id)
        if stage == "held":
            hold(self.place, office.approver, campaign_id, now=office.now)
        if stage == "cancelled":
            cancel(self.place, office.approver, campaign_id, now=office.now)
        return slug

    def _hand_in(self, campaign_id: str) -> None:
        """A picture of the police's and one of the partner's, with its consent."""
        office, told = self.office, Told(language="sv", title=f"{CANARY} kort", alternative=f"{CANARY} bild")
        message_id = own_messages(self.place, self.partner, campaign_id, now=office.now)[0].message_id
        self.uploads.append(image(office, office.communicator, office.core_message(campaign_id), told))
        self.uploads.append(agreed(office, self.partner, image(office, self.partner, message_id, told)))


def app_at(settings: Settings, now: datetime) -> Flask:
    """The real application, with its clock standing at an instant."""
    app = create_app(settings)
    app.extensions[KEY] = dataclasses.replace(app.extensions[KEY], clock=Time(now))
    return app


@pytest.fixture(scope="module")
def aviary(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Aviary:
    """The canaries, made once: nobody here changes anything."""
    return Aviary(sqlite_template, tmp_path_factory.mktemp("leaks") / "canaries")


@pytest.fixture(scope="module")
def empty(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same installation without any campaign or organisation."""
    folder = tmp_path_factory.mktemp("leaks") / "empty"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "samklang.sqlite3")
    return settings_for(folder, smtp_url="smtp://127.0.0.1:9", LIFT_STEP="60", METRICS_TOKEN=TOKEN)


def plausible(aviary: Aviary) -> dict[str, Sequence[str]]:
    """What someone who suspects something would try in each place of an address."""
    organisations = [slug_of(PARTNER), slug_of("Polisen (exempel)"), aviary.partner.organisation_id or ""]
    return behind_login(aviary.ids) | {
        "slug": aviary.slugs,
        "campaign": aviary.slugs,
        "upload_id": aviary.uploads,
        "edition_id": aviary.editions,
        "edition": [f"{slug_of(PARTNER)}-{edition_id[:6]}" for edition_id in aviary.editions[:2]],
        "language": ["sv", "en", "ar"],
        "organisation": organisations,
        "filename": ["style.css", f"{CANARY}.pdf"],
    }


def seen(response: TestResponse, address: str = "") -> tuple[str, list[tuple[str, str]], str]:
    """All that an answer tells: status, headers in their order, and body.

    Without what the asker knows already, the address, and without the random tokens of a new session.
    """
    repeats = bool(address) and quote(address, safe="") in response.headers.get("Location", "")
    its_own = {"Date", "Content-Length"} if repeats else {"Date"}
    headers = [(name, "" if name in its_own else _without(value, address)) for name, value in response.headers]
    return response.status, headers, _without(response.text, address)


def _without(words: str, address: str) -> str:
    asked = {address, quote(address, safe=""), quote(address)} - {""}
    for one in asked:
        words = words.replace(one, "…")
    return TOKENS.sub("…", words)


def said(response: TestResponse) -> str:
    """The words of an answer and its headers."""
    return (response.get_data().decode(errors="replace") + str(response.headers)).lower()


@pytest.mark.parametrize(
    "ahead", [timedelta(microseconds=1), timedelta(hours=23)], ids=["just before T", "a day before"]
)
def test_before_the_lift_every_address_answers_as_if_there_were_nothing(
    aviary: Aviary, empty: Settings, ahead: timedelta, caplog: pytest.LogCaptureFixture
) -> None:
    """The same as from an empty installation, byte for byte; and no log line shows a word of it."""
    caplog.set_level(logging.INFO)
    now = aviary.lift_at - ahead
    full, bare = app_at(aviary.settings, now), app_at(empty, now)
    crawled = 0
    for address, _ in addresses(full.url_map, plausible(aviary)):
        for method in METHODS:
            found = full.test_client().open(address, method=method)
            assert seen(found) == seen(bare.test_client().open(address, method=method)), f"{method} {address}"
            assert CANARY not in str(seen(found, address)).lower(), f"{method} {address}"  # the asker's own word aside
            crawled += 1
    assert crawled > 400
    assert CANARY not in caplog.text


def test_before_the_lift_a_real_name_answers_like_a_made_up_one(aviary: Aviary) -> None:
    """The address with the right campaign, language or organisation in it, and its twin with nonsense."""
    client = app_at(aviary.settings, aviary.lift_at - timedelta(microseconds=1)).test_client()
    hidden = plausible(aviary) | {"filename": [f"{CANARY}.pdf"], "language": ["sv"]}
    for address, twin in addresses(client.application.url_map, hidden):
        if address != twin and "/sprak/" not in address:
            for method in METHODS:
                real, made_up = client.open(address, method=method), client.open(twin, method=method)
                assert seen(real, address) == seen(made_up, twin), address


@pytest.mark.parametrize("extra", ["?ui=en", "/", "%20", "?x=1", "/../", ".html", "/feed", "/feed.atom/"])
def test_before_the_lift_variants_of_an_address_tell_nothing_either(aviary: Aviary, extra: str) -> None:
    """Trailing slashes, queries and endings: real and made-up names stay alike."""
    client = app_at(aviary.settings, aviary.lift_at - timedelta(seconds=1)).test_client()
    for slug in aviary.slugs:
        real, made_up = client.get(f"/kampanj/{slug}{extra}"), client.get(f"/kampanj/{NONSENSE}{extra}")
        assert seen(real) == seen(made_up)


def test_conditional_requests_tell_nothing_before_the_lift(aviary: Aviary, empty: Settings) -> None:
    """No ETag, date or range tells a list with a hidden campaign from one without."""
    now = aviary.lift_at - timedelta(seconds=1)
    full, bare = app_at(aviary.settings, now).test_client(), app_at(empty, now).test_client()
    for address in ("/", "/en/", "/feed.atom", "/feed.json", "/sprak/sv/feed.atom", "/sitemap.xml"):
        tag = bare.get(address).headers.get("ETag", "")
        for headers in ({"If-None-Match": tag}, {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}):
            assert seen(full.get(address, headers=headers)) == seen(bare.get(address, headers=headers))


def test_at_the_lift_the_approved_campaign_opens_and_no_other(aviary: Aviary) -> None:
    """The crawl would find what is there: at T one campaign shows on its pages, in the lists and in the feeds."""
    client = app_at(aviary.settings, aviary.lift_at).test_client()
    shown = {address for address, _ in addresses(client.application.url_map, plausible(aviary))
             if CANARY in said(client.get(address))}  # fmt: skip
    slug = f"{CANARY}-approved"
    pages = {f"/kampanj/{slug}", f"/kampanj/{slug}/sv", f"/kampanj/{slug}/en"}
    lists = {"/", "/sv/", "/en/", "/feed.atom", "/feed.json", "/sprak/sv/feed.atom", "/sitemap.xml"}
    assert pages | lists | {f"/kampanj/{slug}/feed.atom", f"/organisation/{slug_of(PARTNER)}/feed.json"} <= shown
    assert {"/material", f"/material/{slug}", f"/material/{slug}/sv"} <= shown
    api = {"/api/v1/campaigns", f"/api/v1/campaigns/{slug}/sv", "/api/v1/material", f"/api/v1/material/{slug}"}
    assert api <= shown
    assert any(f"/material/{slug}/sv/lokalt/" in address for address in shown)
    assert f"{CANARY} lokalt" in said(client.get(f"/material/{slug}"))
    assert f"/material/{slug}/sv/lokalt/" in said(client.get("/sitemap.xml"))
    others = "|".join(slug for slug in aviary.slugs if slug != f"{CANARY}-approved")
    assert not [address for address in shown if re.search(others, said(client.get(address)))]


def test_a_route_this_crawl_cannot_fill_is_an_error(aviary: Aviary) -> None:
    """Whoever adds a route with a new argument is told here."""
    routes = Map([Rule(f"/nytt/<x{new_id()[:4]}>")])
    with pytest.raises(UnknownArgument):
        list(addresses(routes, plausible(aviary)))


def test_every_language_of_the_house_can_be_asked_for(aviary: Aviary, empty: Settings) -> None:
    """All 39, of a hidden campaign: as of none."""
    now = aviary.lift_at - timedelta(seconds=1)
    full, bare = app_at(aviary.settings, now).test_client(), app_at(empty, now).test_client()
    for tag in data.languages():
        for address in (f"/kampanj/{CANARY}-approved/{tag}", f"/sprak/{tag}/feed.json"):
            assert seen(full.get(address)) == seen(bare.get(address)), address


def test_what_is_measured_holds_no_word_of_any_campaign(aviary: Aviary) -> None:
    """Not even for whoever has the token, in any stage, before T or after."""
    for now in (aviary.lift_at - timedelta(seconds=1), aviary.lift_at + timedelta(hours=1)):
        client = app_at(aviary.settings, now).test_client()
        told = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert "samklang_deliveries{" in told.text
        assert CANARY not in said(told)
        assert not [one for one in aviary.ids if one in told.text]
