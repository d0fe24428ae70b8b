"""The pages of a late language: what is ready, asking, approving and calling off, without JavaScript."""

from datetime import timedelta
from pathlib import Path

import pytest
from desks import Desk, make_workplace_app
from factories import Office, rows
from flask import Flask
from html_pages import Element
from late_scenes import NOON, answered_in_english, approve, hold, propose, public_without, slug_of
from launching import hidden, page_of
from sqlmodel import col
from translating_tasks import translate

from campaigns.domain.access import Actor
from campaigns.store.tables import Member


class Table:
    """A public campaign whose English is ready, and the police's browsers."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.scene = office, public_without(office)
        self.app: Flask = make_workplace_app(office, folder)
        self.base = f"/arbete/kampanj/{self.scene.campaign_id}"
        self.late = f"{self.base}/sprak/en/publicera"

    def at(self, actor: Actor, *, minutes_ago: int = 0) -> Desk:
        """A browser; `minutes_ago` is when its second factor was proved."""
        proved_at = self.office.now - timedelta(minutes=minutes_ago)
        return Desk(self.app, self.office.place, actor, now=self.office.now, proved_at=proved_at)

    @property
    def communicator(self) -> Desk:
        return self.at(self.office.communicator)

    @property
    def approver(self) -> Desk:
        return self.at(self.office.approver)


@pytest.fixture
def table(sqlite_office: Office, tmp_path: Path) -> Table:
    """On the embedded database."""
    return Table(sqlite_office, tmp_path)


def main(desk: Desk, address: str) -> Element:
    """The page's own part."""
    return page_of(desk.get(address)).one("main")


def test_matrix_and_campaign_say_that_it_is_ready_and_lead_there(table: Table) -> None:
    """And what is missing where it is not."""
    for address in (table.base, f"{table.base}/sprak"):
        page = table.communicator.get(address)
        assert "kan publiceras" in page_of(page).one("main").words()
        assert f'href="{table.late}"' in page.text
    translate(table.scene)
    assert "kan publiceras" not in main(table.communicator, table.base).words()
    assert "Se vad som saknas" in main(table.communicator, f"{table.base}/sprak").words()
    said = main(table.communicator, table.late).words()
    assert "Något står i vägen" in said
    assert "Översättaren är inte klar" in said


def test_one_asks_for_a_time_and_another_approves_it(table: Table) -> None:
    """Word for word; then the page says when it opens, and in how long."""
    answered_in_english(table.scene)
    when = {"when": "later", "opens_at-date": "2026-11-24", "opens_at-time": "13:00"}
    assert table.communicator.post(table.late, when).status_code == 303
    assert "Du bad om det här" in main(table.communicator, table.late).words()
    assert "Läs och bestäm" in main(table.approver, f"{table.base}/sprak").words()
    assert "1 språk som är klart nu" in main(table.approver, "/arbete/").words()
    page = table.approver.get(table.late)
    assert "The money never comes" in page.text
    assert "We listen" in page.text
    shown = {name: hidden(page, name)[0] for name in ("revision", "opens_at")}
    assert shown["opens_at"] == NOON.isoformat()
    assert table.approver.post(f"{table.late}/godkann", shown).status_code == 303
    said = main(table.communicator, table.late).words()
    assert "Godkänt: det öppnas av sig självt" in said
    assert "om 2 timmar" in said
    assert table.communicator.get(f"/kampanj/{slug_of(table.scene)}/en").status_code == 404


def test_at_once_it_is_public_when_approved(table: Table) -> None:
    """The public page is there with the answer."""
    assert table.communicator.post(table.late, {"when": "now"}).status_code == 303
    page = table.approver.get(table.late)
    shown = {"revision": hidden(page, "revision")[0], "opens_at": ""}
    stale = table.at(table.office.approver, minutes_ago=30)
    assert stale.post(f"{table.late}/godkann", shown).status_code == 422
    assert table.approver.post(f"{table.late}/godkann", shown).status_code == 303
    public = table.communicator.get(f"/kampanj/{slug_of(table.scene)}/en")
    assert public.status_code == 200
    assert "The money never comes" in public.text
    assert table.communicator.get(table.late).status_code == 404
    for page_with_deliveries in ("kvitto", "utskick"):
        said = main(table.communicator, f"{table.base}/{page_with_deliveries}").words()
        assert "kampanjen finns på ett språk till" in said
    assert "Språk som kom senare" in main(table.communicator, f"{table.base}/kvitto").words()


def test_it_is_called_off_by_one_person(table: Table) -> None:
    """And can be asked for anew."""
    revision = propose(table.scene)
    shown = {"revision": revision, "opens_at": NOON.isoformat()}
    assert table.approver.post(f"{table.late}/godkann", shown).status_code == 303
    assert table.communicator.post(f"{table.late}/avbryt").status_code == 303
    assert "När publiceras det?" in main(table.communicator, table.late).words()
    assert table.communicator.post(f"{table.late}/avbryt").status_code == 404


def test_one_holds_it_at_once_and_a_colleague_resumes_it(table: Table) -> None:
    """Who and when stands on its page, on the campaign's and in the launch room; pressing twice is as once."""
    approve(table.scene)
    assert "Pausa nu" in main(table.communicator, table.late).words()
    for _ in range(2):
        assert table.communicator.post(f"{table.late}/pausa").status_code == 303
    holder = rows(table.office.place, Member, col(Member.id) == table.office.communicator.member_id)[0].name
    assert "en kollega återupptar" in main(table.communicator, table.late).words()
    for address in (table.late, f"{table.base}/utskick"):
        said = main(table.approver, address).words()
        assert f"{holder} pausade" in said
        assert "om 2 timmar" in said
    for address in (table.base, f"{table.base}/sprak"):
        assert "pausat" in main(table.approver, address).words()
    refused = table.communicator.post(f"{table.late}/aterta", {"when": "agreed"})
    assert refused.status_code == 422
    assert "två personer" in refused.text
    for data, sentence in (({}, "Välj när det publiceras."), ({"when": "now"}, "det här vore tidigare")):
        answer = table.approver.post(f"{table.late}/aterta", data)
        assert answer.status_code == 422
        assert sentence in answer.text
    for _ in range(2):
        assert table.approver.post(f"{table.late}/aterta", {"when": "agreed"}).status_code == 303
    assert "Godkänt: det öppnas av sig självt" in main(table.communicator, table.late).words()


def test_once_the_agreed_time_has_passed_it_is_resumed_at_once_or_later(table: Table) -> None:
    """Its page offers what is still possible."""
    approve(table.scene)
    hold(table.scene)
    table.office.now = NOON + timedelta(minutes=5)
    said = main(table.approver, table.late).words()
    assert "har passerat" in said
    assert "Vid den tid" not in said
    assert table.approver.post(f"{table.late}/aterta", {"when": "agreed"}).status_code == 422
    assert table.approver.post(f"{table.late}/aterta", {"when": "now"}).status_code == 303
    assert table.communicator.get(f"/kampanj/{slug_of(table.scene)}/en").status_code == 200


def test_what_is_wrong_is_said_on_the_page(table: Table) -> None:
    """A time that is past, none at all, another revision, and one's own proposal."""
    refused = [
        ({"when": "later", "opens_at-date": "2026-11-01", "opens_at-time": "13:00"}, "redan passerat"),
        ({"when": "later"}, "Ange både datum och tid"),
        ({}, "Välj när det publiceras."),
    ]
    for data, sentence in refused:
        answer = table.communicator.post(table.late, data)
        assert answer.status_code == 422
        assert sentence in answer.text, answer.text
    revision = propose(table.scene)
    for data in ({"revision": "sha256:0", "opens_at": NOON.isoformat()}, {"revision": revision, "opens_at": "i dag"}):
        assert table.approver.post(f"{table.late}/godkann", data).status_code == 422
    assert table.communicator.post(f"{table.late}/godkann", {"revision": revision}).status_code == 404
    assert table.communicator.get(f"{table.base}/sprak/sv/publicera").status_code == 404
    assert table.communicator.get(f"{table.base}/sprak/so/publicera").status_code == 404


def test_no_partner_has_the_pages(table: Table) -> None:
    """They are the police's own."""
    assert table.at(table.scene.partner).get(table.late).status_code in {403, 404}
