"""The library at the desk: what a member finds before and after T, what is counted, and what the police see."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from desks import Desk, make_workplace_app
from factories import Office, rows
from flask import Flask
from making import make_all, workshop_of
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.texts import TextContent
from campaigns.materials.fonts import GlyphsMissing
from campaigns.store.tables import AuditEvent, MaterialCount, MaterialFetch, Text
from campaigns.web.shelving import WorkShelves
from campaigns.work.launch import correcting
from campaigns.work.partners import matching


class Library:
    """An approved campaign with its material made, an application, and its people's browsers."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.partner = office, office.partner()
        self.campaign_id = office.approved(self.partner, name="Gängsnacket", slug="gangsnacket")
        make_all(office)
        self.app: Flask = make_workplace_app(office, folder)
        self.base = f"/arbete/kampanj/{self.campaign_id}/material"

    def desk(self, actor: object = None) -> Desk:
        """A browser, the partner's if nobody else's."""
        return Desk(self.app, self.office.place, actor or self.partner, now=self.office.now)  # type: ignore[arg-type]

    def store(self) -> None:
        """What a web process does every few seconds."""
        shelves = self.app.extensions["samklang"].shelves
        assert isinstance(shelves, WorkShelves)
        shelves.store()


@pytest.fixture
def shelf(sqlite_office: Office, tmp_path: Path) -> Library:
    """On SQLite: what is asked of the database is tried on both elsewhere."""
    return Library(sqlite_office, tmp_path)


def test_before_t_the_page_names_the_embargo_and_whom_it_was_delivered_to(shelf: Library) -> None:
    """With every file, its size and its sum; the documents are for invited organisations, the page for this one."""
    page = shelf.desk().get(shelf.base).text
    assert re.search(r"EMBARGO till <time [^>]*>tisdag 24 november 2026 kl. 10.00 \(svensk tid\)</time>", page)
    assert "Delgiven Ungdomsjouren (exempel)." in page
    assert f'href="{shelf.base}/sv/gangsnacket_v1_sv.zip"' in page
    assert page.count("<code dir") == 4
    assert "Delgiven Ungdomsjouren (exempel)." in shelf.desk().get("/arbete/material").text


def test_who_has_not_accepted_is_led_to_the_terms_and_gets_no_file(shelf: Library) -> None:
    """The same as what is not there."""
    office = shelf.office
    colleague = shelf.desk(office.member(shelf.partner.organisation_id or "", {Role.READER}))
    assert colleague.get(shelf.base).status_code == 303
    assert colleague.get(f"{shelf.base}/sv/allt.zip").status_code == 404
    assert "gangsnacket" not in colleague.get("/arbete/material").text
    administrator = shelf.desk(office.member(office.police, {Role.ADMINISTRATOR}))
    assert administrator.get(f"{shelf.base}/sv/allt.zip").status_code == 404


def test_a_file_at_the_desk_is_kept_by_no_cache_and_can_be_resumed(shelf: Library) -> None:
    """Private, and with the same parts as in public."""
    whole = shelf.desk().get(f"{shelf.base}/alla/allt.zip")
    assert whole.headers["Cache-Control"] == "private, no-store"
    part = shelf.desk().client.get(
        f"{shelf.base}/alla/allt.zip", headers={"Range": "bytes=10-29", "If-Range": whole.headers["ETag"]}
    )
    assert (part.status_code, part.data) == (206, whole.data[10:30])
    assert part.headers["Cache-Control"] == "private, no-store"


def test_downloads_are_counted_later_and_small_numbers_stay_untold(shelf: Library) -> None:
    """A download writes nothing; then there is a number a day, and the newest version an organisation has."""
    desk = shelf.desk()
    for _ in range(5):
        desk.get(f"{shelf.base}/sv/allt.zip")
    desk.get(f"{shelf.base}/en/allt.zip")
    assert rows(shelf.office.place, MaterialCount) == []
    shelf.store()
    assert sorted((row.language, row.count) for row in rows(shelf.office.place, MaterialCount)) == [
        ("en", 1),
        ("sv", 5),
    ]
    assert {row.organisation_id for row in rows(shelf.office.place, MaterialFetch)} == {shelf.partner.organisation_id}
    police = shelf.desk(shelf.office.communicator).get(shelf.base).text
    assert police.count("färre än 5") == 1
    assert '<td class="number" data-name="Nedladdningar">5</td>' in police
    assert "Nedladdningar" not in desk.get(shelf.base).text


def test_what_is_new_is_marked_until_it_is_said_to_be_seen(shelf: Library) -> None:
    """By a button: reading writes nothing."""
    desk = shelf.desk()
    assert desk.get("/arbete/material").text.count("nytt</span>") == 2
    assert desk.get("/arbete/material").text.count("nytt</span>") == 2
    assert desk.post("/arbete/material/sett").status_code == 303
    assert "nytt</span>" not in desk.get("/arbete/material").text


def test_after_a_correction_the_page_says_what_the_organisation_has_and_what_changed(shelf: Library) -> None:
    """Until the new version is downloaded."""
    office, desk = shelf.office, shelf.desk()
    desk.get(f"{shelf.base}/sv/allt.zip")
    shelf.store()
    office.now = office.LIFT
    office.record_live(shelf.campaign_id)
    office.now += timedelta(minutes=1)
    message_id = office.core_message(shelf.campaign_id)
    [found] = rows(office.place, Text, col(Text.message_id) == message_id, col(Text.language) == "sv")
    content = TextContent(headline="Pengarna kommer aldrig", long="Ring alltid 114 14.", short="Ring 114 14.")
    saved = matching.edit_text(
        office.place, office.communicator, message_id, language="sv", content=content, expected_version=found.version,
        now=office.now,
    )  # fmt: skip
    correcting.correct(office.place, office.approver, found.id, revision=saved.revision, now=office.now)
    make_all(office)
    desk = shelf.desk()
    page = desk.get("/arbete/material").text
    assert "ni har version 1, nu gäller version 2." in page
    assert "Kärnbudskapet ”Pengarna kommer aldrig” har ändrats." in page
    assert "rättad <time" in desk.get(shelf.base).text
    desk.get(f"{shelf.base}/sv/allt.zip")
    shelf.store()
    assert "ni har version 1" not in desk.get("/arbete/material").text


def test_the_police_see_how_far_it_has_come_and_can_try_again_what_was_refused(
    sqlite_office: Office, tmp_path: Path
) -> None:
    """With the sentence that says what to install; one event in the trail."""
    office = sqlite_office
    campaign_id = office.approved()
    workshop, maker = workshop_of(office.place, lambda: office.now)
    maker.refuses["en"] = GlyphsMissing(language="engelska", signs="x", package="fontpkg-x")
    desk = Desk(make_workplace_app(office, tmp_path), office.place, office.communicator, now=office.now)
    base = f"/arbete/kampanj/{campaign_id}/material"
    assert "0 av 2 språk är klara." in desk.get(base).text
    workshop.work()
    page = desk.get(base).text
    assert "1 av 2 språk är klara." in page
    assert "fontpkg-x" in page
    assert "går inte att framställa" in page
    maker.refuses.clear()
    assert desk.post(f"{base}/en/igen").status_code == 303
    assert desk.post(f"{base}/en/igen").status_code == 422
    assert [row.action for row in rows(office.place, AuditEvent)].count("material.asked_again") == 1
    workshop.work()
    assert "2 av 2 språk är klara." in desk.get(base).text


def test_before_approval_the_page_says_when_material_comes(sqlite_office: Office, tmp_path: Path) -> None:
    """To each in words of their own."""
    office, partner = sqlite_office, sqlite_office.partner()
    campaign_id = office.briefed(partner)
    app = make_workplace_app(office, tmp_path)
    for actor, words in ((office.communicator, "så snart utskicket är godkänt"), (partner, "när polisen har godkänt")):
        desk = Desk(app, office.place, actor, now=office.now)
        assert words in desk.get(f"/arbete/kampanj/{campaign_id}/material").text
        assert "Det finns inget material än." in desk.get("/arbete/material").text
