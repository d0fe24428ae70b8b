"""The logo's page: choosing, saying, removing; who may; what is said of a file that is no logo; where it is seen."""

import html
import io
from pathlib import Path

import pytest
import upload_samples as samples
from desks import Desk, at_desk
from edition_scenes import offered
from factories import Office, rows
from logo_samples import plain_logo
from werkzeug.test import TestResponse

from campaigns.domain.access import Actor, Role
from campaigns.store.tables import OrganisationLogo
from campaigns.web.workplace.material import upload_limits

PAGE = "/arbete/organisation/logotyp"


class Case:
    """A partner and their browser."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder, self.partner = office, folder, office.partner()
        self.desk = self.of(self.partner)

    def of(self, actor: Actor) -> Desk:
        return at_desk(self.office, self.folder, actor)

    def colleague(self, role: Role) -> Desk:
        return self.of(self.office.member(self.partner.organisation_id or "", {role}))

    def send(self, raw: bytes = b"", words: str = "Luleå", desk: Desk | None = None) -> TestResponse:
        data = {"alternative": words, "file": (io.BytesIO(raw), "logga.png" if raw else "", "image/png")}
        return (desk or self.desk).post(PAGE, data, content_type="multipart/form-data")


@pytest.fixture
def case(office: Office, tmp_path: Path) -> Case:
    return Case(office, tmp_path)


def test_a_logo_is_chosen_shown_as_it_is_printed_described_anew_and_removed(case: Case) -> None:
    """Each step says what happens to editions."""
    assert "Det finns ingen logotyp än." in case.desk.get(PAGE).text
    assert case.desk.get(f"{PAGE}/bild").status_code == 404
    assert case.send(plain_logo()).status_code == 303
    page = html.unescape(case.desk.get(PAGE).text)
    assert "48 mm bred och 16 mm hög" in page
    assert 'alt="Luleå"' in page
    picture = case.desk.get(f"{PAGE}/bild")
    assert picture.data == rows(case.office.place, OrganisationLogo)[0].content
    assert picture.headers["Cache-Control"] == "private, no-store"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert case.send(words="Ett hjärta").status_code == 303
    assert 'alt="Ett hjärta"' in case.desk.get(PAGE).text
    assert case.desk.post(f"{PAGE}/ta-bort").status_code == 303
    assert rows(case.office.place, OrganisationLogo) == []
    again = case.desk.post(f"{PAGE}/ta-bort")
    assert (again.status_code, "Er organisation har ingen logotyp här." in again.text) == (422, True)


def test_what_is_wrong_is_said_beside_its_field_and_words_are_kept(case: Case) -> None:
    """An SVG is refused with why, and a good file with bad words is asked for once more."""
    refused = case.send(samples.SVG, "Våra ord")
    assert refused.status_code == 422
    assert "SVG" in refused.text
    assert "Våra ord" in refused.text
    assert "välj den en gång till" in case.send(plain_logo(), "x" * 161).text
    assert rows(case.office.place, OrganisationLogo) == []


def test_too_much_is_not_received_and_the_limit_of_a_logo_is_said(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another limit than that of own material."""
    monkeypatch.setattr(upload_limits, "MOST_OF_A_LOGO", 1_000)
    answer = case.send(bytes(100_000))
    assert answer.status_code == 413
    assert "En logotyp får ha 5 MB." in answer.text


def test_others_of_the_organisation_see_it_and_the_police_have_none(case: Case) -> None:
    """An editor is told who may change it; an administrator too, once an edition that bears it is offered."""
    case.send(plain_logo())
    editor = case.colleague(Role.EDITOR)
    assert "kan ändra det här" in editor.get(PAGE).text
    assert case.send(plain_logo(), desk=editor).status_code == 404
    police = case.of(case.office.communicator)
    assert police.get(PAGE).status_code == 404
    assert police.get("/arbete/organisation").text.count("logotyp") == 0


def test_an_administrator_is_told_once_editions_are_offered(case: Case) -> None:
    """The form is gone, and sending it anyway says the same."""
    offered(case.office, case.partner, case.office.approved(case.partner))
    keeper = case.colleague(Role.ADMINISTRATOR)
    said = "byts och tas bort av någon som ger klartecken"
    assert said in keeper.get(PAGE).text
    assert "<form" not in keeper.get(PAGE).text.partition('id="choose"')[2]
    assert said in case.send(plain_logo(), desk=keeper).text
    assert case.send(plain_logo()).status_code == 303
