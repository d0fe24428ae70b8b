"""A core text that is withdrawn: its words are nowhere any more, not on the first page either."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from factories import Office, rows, settings_for
from flask.testing import FlaskClient
from scenes import CHANNELS
from sqlalchemy import Engine
from sqlmodel import col

from app import create_app
from campaigns.store.tables import Text
from campaigns.work.launch import correcting
from campaigns.work.partners import matching
from campaigns.work.reading import public_campaigns

SWEDISH, ENGLISH = "Pengarna kommer aldrig", "The money never comes"


@dataclass(frozen=True)
class StandingClock:
    """The clock of a web process."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant

    def must_be_right(self) -> None:
        """It is."""


@pytest.fixture
def live(sqlite_office: Office) -> str:
    """A public campaign with one partner; gives its id."""
    return sqlite_office.live(sqlite_office.partner(channels=CHANNELS), slug="lockbete")


@pytest.fixture
def client(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """The public web over the office's database, at the lift."""
    monkeypatch.setattr("app.make_engine", lambda _url: sqlite_engine)
    monkeypatch.setattr("app.NodeClock", lambda _engine: StandingClock(Office.LIFT))
    monkeypatch.setattr("app.KEEP_FOR", timedelta())  # the clock stands, so what is kept would never be too old
    return create_app(settings_for(tmp_path)).test_client()


def withdraw(office: Office, campaign_id: str, language: str) -> None:
    """Two people withdraw the core text in a language."""
    core = office.core_message(campaign_id)
    (text,) = rows(office.place, Text, col(Text.message_id) == core, col(Text.language) == language)
    correcting.propose_withdraw_message(office.place, office.communicator, text.id, now=office.now)
    correcting.withdraw_message(office.place, office.approver, text.id, now=office.now)


def everywhere(client: FlaskClient) -> dict[str, str]:
    """Every address where a campaign shows, and what stands there."""
    pages = ["/kampanj/lockbete", "/kampanj/lockbete/sv", "/kampanj/lockbete/en"]
    feeds = ["", "/kampanj/lockbete", "/kampanj/lockbete/sv", "/kampanj/lockbete/en", "/sprak/sv", "/sprak/en",
             "/organisation/polisen-exempel"]  # fmt: skip
    lists = [
        "/",
        "/sv/",
        "/en/",
        "/sitemap.xml",
        *(f"{feed}/feed.{kind}" for feed in feeds for kind in ("atom", "json")),
    ]
    answers = {path: client.get(path) for path in pages + lists}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {path: answer.text for path, answer in answers.items()}


def test_withdrawn_words_are_on_no_page_in_no_list_and_no_feed(
    sqlite_office: Office, client: FlaskClient, live: str
) -> None:
    """The first page takes another language that still stands; then only the campaign's name is left."""
    assert SWEDISH in everywhere(client)["/"]
    withdraw(sqlite_office, live, "sv")
    found = everywhere(client)
    assert [path for path, said in found.items() if SWEDISH in said] == []
    assert ENGLISH in found["/"]
    withdraw(sqlite_office, live, "en")
    found = everywhere(client)
    assert [path for path, said in found.items() if SWEDISH in said or ENGLISH in said] == []
    assert "Gängsnacket" in found["/"]
    assert '"></a>' not in found["/"]  # a link without words leads nobody


def test_a_card_shows_the_first_core_text_that_stands(sqlite_office: Office, live: str) -> None:
    """In the reader's language if it stands there; it lists only languages that do."""
    office = sqlite_office

    def card(language: str) -> tuple[str, str, tuple[str, ...], int]:
        (shown,) = public_campaigns(office.place.engine, language=language, now=office.now)
        return shown.language, shown.headline, shown.languages, shown.voices

    assert card("sv") == ("sv", SWEDISH, ("sv", "en"), 1)
    withdraw(office, live, "sv")
    assert card("sv") == card("en") == ("en", ENGLISH, ("en",), 1)
    withdraw(office, live, "en")
    assert card("sv") == ("sv", "", (), 1)


def test_a_correction_of_a_text_is_what_a_card_shows(sqlite_office: Office, live: str) -> None:
    """What was published before it is gone."""
    office = sqlite_office
    (core,) = matching.own_messages(office.place, office.communicator, live, now=office.now)
    written = next(own for own in core.texts if own.language == "sv")
    content = type(written.content)(headline="Rättad", long=written.content.long)
    saved = matching.edit_text(
        office.place, office.communicator, core.message_id, language="sv", content=content,
        expected_version=written.version, now=office.now,
    )  # fmt: skip
    correcting.correct(office.place, office.approver, saved.text_id, revision=saved.revision, now=office.now)
    (shown,) = public_campaigns(office.place.engine, language="sv", now=office.now)
    assert shown.headline == "Rättad"
