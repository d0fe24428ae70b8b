"""The whole public site over a real database, with the sample campaign as its people would have prepared it."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from xml.etree import ElementTree as ET

import pytest
from factories import Office
from flask.testing import FlaskClient
from html_pages import Element, read
from sqlalchemy import Engine, event

from app import create_app
from campaigns import data
from campaigns.data import languages
from campaigns.demo.receivers import WebhookReceiver
from campaigns.demo.story import Playing, Story
from campaigns.domain.access import Role
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.work.launch import correcting
from campaigns.work.partners import consenting, matching
from campaigns.work.workplace import Workplace, open_workplace

LIFT = Office.LIFT
ATOM = "{http://www.w3.org/2005/Atom}"


def settings_here(folder: Path) -> Settings:
    """Settings of a trial; the engine of the test stands in for their database."""
    given = {"DATA_DIR": str(folder), "SMTP_URL": "smtp://127.0.0.1:9"}
    return Settings.from_env({f"SAMKLANG_{name}": value for name, value in given.items()})


class _Webhooks:
    """What the story needs of a receiver; nothing is sent here."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}

    def address(self, path: str) -> str:
        return f"https://example.org/{path}"


@dataclass
class StandingClock:
    """The clock of a web process, set by the test."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def must_be_right(self) -> None:
        """It is."""


@dataclass
class Public:
    """The site, read at an instant."""

    client: FlaskClient
    clock: StandingClock
    story: Story
    place: Workplace

    def page(self, path: str, *, status: int = 200) -> Element:
        answer = self.client.get(path)
        assert answer.status_code == status, path
        return read(answer.text)


@pytest.fixture(scope="module")
def prepared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Story]:
    """A database in which everyone prepared the sample campaign and it is approved, made once and copied."""
    folder = tmp_path_factory.mktemp("prepared")
    file = folder / "samklang.sqlite3"
    shutil.copy(sqlite_template, file)
    engine = make_engine(f"sqlite:///{file}")
    place = open_workplace(settings_here(folder), engine, clock=lambda: Office.NOW)
    webhooks = cast("WebhookReceiver", _Webhooks())
    playing = Playing(place, webhooks, clock=lambda: Office.NOW, say=lambda *_args, **_facts: None)
    story = playing.play(LIFT)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file, story


@pytest.fixture
def public(prepared: tuple[Path, Story], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Public]:
    """The public web as it is started, right after the lift, and the workplace beside it."""
    file, story = prepared
    shutil.copy(file, tmp_path / file.name)
    engine, clock = make_engine(f"sqlite:///{tmp_path / file.name}"), StandingClock(LIFT)
    monkeypatch.setattr("app.make_engine", lambda _url: engine)
    monkeypatch.setattr("app.NodeClock", lambda _engine: clock)
    settings = settings_here(tmp_path)
    place = open_workplace(settings, engine, clock=clock.now)
    yield Public(create_app(settings).test_client(), clock, story, place)
    engine.dispose()


def test_nothing_is_there_before_the_lift_and_everything_at_it(public: Public) -> None:
    """To the microsecond, by the clock at read time."""
    paths = [f"/kampanj/{public.story.slug}", *(f"/kampanj/{public.story.slug}/{tag}" for tag in _tags())]
    public.clock.instant = LIFT - timedelta(microseconds=1)
    nonsense = public.client.get("/kampanj/finns-inte")
    for path in paths:
        early = public.client.get(path)
        assert (early.status_code, early.data, early.headers) == (404, nonsense.data, nonsense.headers), path
    assert "Gängsnacket" not in public.client.get("/").text
    assert public.story.slug not in public.client.get("/sitemap.xml").text
    public.clock.instant = LIFT
    assert {public.client.get(path).status_code for path in paths} == {200}
    assert "Gängsnacket" in public.client.get("/").text


def _tags() -> tuple[str, ...]:
    return ("sv", "sv-simple", "en", "ar", "ckb", "fa", "so", "ti", "tr", "es", "fr", "fi")


@pytest.mark.parametrize("tag", _tags())
def test_a_page_speaks_its_language_and_labels_every_other(public: Public, tag: str) -> None:
    """The page says its language and direction; a voice in another language carries that language's own name."""
    document = public.page(f"/kampanj/{public.story.slug}/{tag}")
    html = document.one("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == (tag, languages()[tag].direction)
    voices = list(document.all("article"))
    assert len(voices) == 1 + 5
    for voice in voices:
        own = voice.attributes["lang"]
        assert own is not None
        labels = [label.words() for label in voice.all("span", class_="language")]
        assert labels == ([] if own == tag else [languages()[own].autonym])
        assert voice.attributes["dir"] == languages()[own].direction
    assert voices[0].has("class_", "core")


@pytest.mark.parametrize("tag", _tags())
def test_a_page_says_that_the_sample_is_an_example(public: Public, tag: str) -> None:
    """In the language of the menus: English beside English, otherwise Swedish."""
    document = public.page(f"/kampanj/{public.story.slug}/{tag}")
    sentence = "Example text. Not an official" if tag == "en" else "Exempeltext, inte en officiell"
    assert sentence in document.words()
    assert "Where to get help" in document.words() if tag == "en" else "Här finns hjälp" in document.words()


def test_every_language_leads_to_every_other(public: Public) -> None:
    """In links for people and in hreflang for machines, the same on every page."""
    wanted = {tag: f"http://127.0.0.1:8000/kampanj/{public.story.slug}/{tag}" for tag in _tags()}
    wanted["x-default"] = f"http://127.0.0.1:8000/kampanj/{public.story.slug}"
    for tag in _tags():
        document = public.page(f"/kampanj/{public.story.slug}/{tag}")
        links = [link.attributes for link in document.all("link", rel="alternate")]
        alternates = {link["hreflang"]: link["href"] for link in links if "hreflang" in link}
        assert alternates == wanted
        assert {link.attributes["hreflang"] for link in document.one("nav", class_="switch").all("a")} == set(_tags())


def test_feeds_and_sitemap_hold_every_voice(public: Public) -> None:
    """Each organisation by its name, each text in its language."""
    entries = ET.fromstring(public.client.get("/feed.atom").data).findall(f"{ATOM}entry")  # noqa: S314 - our own feed
    authors = {entry.findtext(f"{ATOM}author/{ATOM}name") for entry in entries}
    assert len(authors) == 6
    assert "Polisen (exempel)" in authors
    items = json.loads(public.client.get("/feed.json").data)["items"]
    assert len(items) == len(entries)
    assert {item["language"] for item in items} == set(_tags())
    sitemap = public.client.get("/sitemap.xml").text
    assert all(f"/kampanj/{public.story.slug}/{tag}" in sitemap for tag in _tags())


def test_a_correction_is_shown_as_one(public: Public) -> None:
    """The new text stands on the page, with when it was corrected, and the feed says that it changed."""
    later = LIFT + timedelta(hours=1)
    editor, publisher, message = _partner_message(public)
    written = message.texts[0]
    content = replace(written.content, headline="En rättad rubrik")
    saved = matching.edit_text(
        public.place, editor, message.message_id, language=written.language, content=content,
        expected_version=written.version, now=later,
    )  # fmt: skip
    address = f"/kampanj/{public.story.slug}/{written.language}"
    assert "En rättad rubrik" not in public.client.get(address).text
    consenting.consent(public.place, publisher, saved.text_id, revision=saved.revision, now=later)
    correcting.correct(public.place, publisher, saved.text_id, revision=saved.revision, now=later)
    public.clock.instant = later
    words = public.page(address).words()
    assert "En rättad rubrik" in words
    assert "tisdag 24 november 2026 kl. 11.00" in words or "Tuesday 24 November 2026 at 11:00" in words
    assert "2026-11-24T10:00:00Z" in public.client.get("/feed.atom").text


def test_a_withdrawn_message_leaves_a_note_in_its_place(public: Public) -> None:
    """Its words are gone from pages and feeds, and its organisation is still named."""
    later = LIFT + timedelta(hours=1)
    _, publisher, message = _partner_message(public)
    gone = message.texts[0]
    correcting.withdraw_message(public.place, publisher, gone.text_id, now=later)
    public.clock.instant = later
    address = f"/kampanj/{public.story.slug}/{gone.language}"
    assert "Budskapet drogs tillbaka tisdag 24 november 2026 kl. 11.00" in public.page(address).words()
    for path in (address, "/feed.atom", "/feed.json"):
        assert gone.content.headline not in public.client.get(path).text


def test_a_withdrawn_campaign_leaves_a_tombstone(public: Public) -> None:
    """Whoever shared the address finds out, and nothing of its messages is left."""
    communicator, approver = (person.actor for person in public.story.people[:2])
    later = LIFT + timedelta(hours=1)
    correcting.propose_withdraw(public.place, communicator, public.story.campaign_id, now=later)
    correcting.confirm_withdraw(public.place, approver, public.story.campaign_id, now=later)
    public.clock.instant = later
    assert "Kampanjen har dragits tillbaka" in public.page(f"/kampanj/{public.story.slug}", status=410).words()
    assert public.story.slug not in public.client.get("/sitemap.xml").text
    assert "lockbete" not in public.client.get("/").text + public.client.get("/feed.atom").text


def _partner_message(public: Public):  # type: ignore[no-untyped-def] # three values of the tasks' own
    people = [person for person in public.story.people if person.organisation == "Ungdomsjouren (exempel)"]
    editor = next(person.actor for person in people if Role.EDITOR in person.actor.roles)
    publisher = next(person.actor for person in people if Role.PUBLISHER in person.actor.roles)
    (message,) = matching.own_messages(public.place, editor, public.story.campaign_id, now=LIFT)
    return editor, publisher, message


@contextmanager
def counted(engine: Engine) -> Iterator[Callable[[], int]]:
    """How many statements reach the database."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield lambda: len(statements)
    event.remove(engine, "before_cursor_execute", note)


def test_a_page_costs_the_same_number_of_queries_however_many_campaigns_there_are(
    sqlite_engine: Engine, sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty campaigns are fifty rows and not fifty questions."""
    monkeypatch.setattr("app.make_engine", lambda _url: sqlite_engine)
    monkeypatch.setattr("app.NodeClock", lambda _engine: StandingClock(LIFT))
    monkeypatch.setattr("app.KEEP_FOR", timedelta())  # each answer is made anew, so that its queries can be counted
    client = create_app(settings_here(tmp_path)).test_client()
    partner = sqlite_office.partner()
    sqlite_office.approved(partner, slug="den-forsta")
    paths = (
        "/", "/en/", "/kampanj/den-forsta", "/kampanj/den-forsta/en", "/feed.atom", "/feed.json", "/sitemap.xml",
        "/material", "/material?sprak=sv", "/material/den-forsta", "/material/den-forsta/sv",
    )  # fmt: skip
    alone = {path: _queries(sqlite_engine, client, path) for path in paths}
    for number in range(49):
        sqlite_office.approved(slug=f"kampanj-{number}")
    assert {path: _queries(sqlite_engine, client, path) for path in paths} == alone
    assert max(alone.values()) <= 8  # the beginnings of transactions among them
    assert client.get("/").text.count("<article") == 50


def _queries(engine: Engine, client: FlaskClient, path: str) -> int:
    with counted(engine) as count:
        assert client.get(path).status_code == 200
        return count()


def test_the_sample_has_the_languages_that_are_tried_here() -> None:
    """A language that is added to the sample is tried too."""
    text = data.SAMPLE_CAMPAIGN.read_text(encoding="utf-8")
    assert f"languages: [{', '.join(_tags())}]" in text
