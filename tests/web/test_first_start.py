"""The first start: one link while there is nobody, one winner, and nothing afterwards."""

from datetime import datetime
from pathlib import Path

from desks import TOKEN
from factories import Office, rows, settings_for
from flask.testing import FlaskClient

from app import app_over
from campaigns.domain.access import Actor
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.tables import Member, Membership, Organisation
from campaigns.work.accounts.first_start import first_start_token
from campaigns.work.organisations.organisation import found_organisation
from campaigns.work.workplace import Workplace

PATH = "/forsta-start/" + first_start_token("x" * 40)
FORM = {"organisation": "Polisen (exempel)", "name": "Anna Exempel", "email": "Anna@example.org"}


def reader(place: Workplace, folder: Path) -> FlaskClient:
    """A browser on an application that nobody has used."""

    def clock() -> datetime:
        return Office.NOW

    return app_over(settings_for(folder), place, clock=clock, ready=lambda: None).test_client()


def send(client: FlaskClient, form: dict[str, str]) -> tuple[int, str]:
    """Send the form; gives the status and where it leads."""
    token = TOKEN.search(client.get(PATH).get_data(as_text=True))
    assert token
    answer = client.post(PATH, data={"csrf_token": token[1], **form})
    return answer.status_code, answer.headers.get("Location", "")


def test_the_first_member_gets_an_organisation_and_chooses_a_password(sqlite_place: Workplace, tmp_path: Path) -> None:
    """As administrator, steward and communicator; and not as approver."""
    assert send(reader(sqlite_place, tmp_path), FORM) == (303, "/inbjudan/losenord")
    (member,), (organisation,) = rows(sqlite_place, Member), rows(sqlite_place, Organisation)
    assert (member.email, organisation.name, organisation.kind) == ("anna@example.org", "Polisen (exempel)", "police")
    (membership,) = rows(sqlite_place, Membership)
    assert membership.roles == ["administrator", "communicator", "steward"]


def test_what_is_wrong_is_said_and_what_was_typed_stays(sqlite_place: Workplace, tmp_path: Path) -> None:
    """Nothing is stored."""
    client = reader(sqlite_place, tmp_path)
    assert send(client, {**FORM, "email": "ingen adress", "name": ""})[0] == 422
    assert rows(sqlite_place, Organisation) == []


def test_after_the_first_member_the_link_is_like_any_other_nonsense(sqlite_office: Office, tmp_path: Path) -> None:
    """For good."""
    client = reader(sqlite_office.place, tmp_path)
    gone, nonsense = client.get(PATH), client.get("/forsta-start/nonsens")
    assert gone.status_code == nonsense.status_code == 404
    assert gone.data == nonsense.data


def test_another_key_makes_another_link(sqlite_place: Workplace, tmp_path: Path) -> None:
    """Whoever does not know the service's key cannot guess it."""
    client = reader(sqlite_place, tmp_path)
    assert client.get("/forsta-start/" + first_start_token("y" * 40)).status_code == 404
    assert client.get("/forsta-start/å").status_code == 404
    assert client.get(PATH).status_code == 200


def test_an_organisation_that_was_added_before_anyone_came_is_used(sqlite_place: Workplace, tmp_path: Path) -> None:
    """It was made from the command line; its name is not taken by somebody else."""
    found_organisation(
        sqlite_place, Actor.operator(), name=FORM["organisation"], kind=OrganisationKind.POLICE, now=Office.NOW
    )
    assert send(reader(sqlite_place, tmp_path), FORM)[0] == 303
    assert len(rows(sqlite_place, Organisation)) == 1
