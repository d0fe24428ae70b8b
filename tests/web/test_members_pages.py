"""The pages of members and invitations: who sees and changes what, and what a link is good for."""

import re
from pathlib import Path
from typing import Any

import pytest
from desks import TOKEN, Desk, at_desk
from factories import Office, rows
from flask.testing import FlaskClient
from sqlmodel import col, update

from campaigns.domain.access import Actor, Role
from campaigns.store.engine import writing
from campaigns.store.tables import Delivery, Member, MemberInvitation, Membership
from campaigns.work.organisations import inviting, members

MEMBERS = "/arbete/organisation/medlemmar"
FORM = {"email": "ny@example.org", "name": "Ny Kollega", "role": ["editor", "reader"], "locale": "sv"}


@pytest.fixture
def admin(sqlite_office: Office) -> Actor:
    """A helpline's administrator."""
    return sqlite_office.member(sqlite_office.organisation("Jouren (exempel)"), {Role.ADMINISTRATOR})


@pytest.fixture
def desk(sqlite_office: Office, admin: Actor, tmp_path: Path) -> Desk:
    """The administrator's browser."""
    return at_desk(sqlite_office, tmp_path, admin)


def beside(desk: Desk, office: Office, actor: Actor) -> Desk:
    """Another member's browser on the same application."""
    return Desk(desk.client.application, office.place, actor, now=office.now)


def link_in(answer: Any) -> str:
    """The path of the invitation that a page shows."""
    found = re.search(r"/inbjudan/[A-Za-z0-9_-]{43}", answer.get_data(as_text=True))
    assert found, answer.get_data(as_text=True)
    return found[0]


def accept(client: FlaskClient, link: str) -> Any:
    """Press the button on an invitation's page."""
    token = TOKEN.search(client.get(link).get_data(as_text=True))
    assert token
    return client.post(link, data={"csrf_token": token[1]})


def claim(office: Office, actor: Actor) -> str:
    """Let a member have chosen a password; gives their address."""
    with writing(office.place.engine) as session:
        chosen = update(Member).where(col(Member.id) == actor.member_id).values(password_hash="x")
        session.connection().execute(chosen)
    (member,) = rows(office.place, Member, col(Member.id) == actor.member_id)
    return member.email


def test_an_invitation_shows_its_link_once_and_is_mailed(sqlite_office: Office, desk: Desk) -> None:
    """Then it stands among those that are open, without the link."""
    link = link_in(desk.post(MEMBERS, FORM))
    (letter,) = rows(sqlite_office.place, Delivery)
    assert letter.recipient == FORM["email"]
    page = desk.get(MEMBERS).get_data(as_text=True)
    assert "Ny Kollega" in page
    assert link not in page


def test_what_was_typed_is_kept_when_an_invitation_cannot_be(sqlite_office: Office, desk: Desk) -> None:
    """And each fault stands at its field."""
    answer = desk.post(MEMBERS, {**FORM, "email": "ingen adress", "role": []})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="ingen adress"' in page
    assert 'id="e-role"' in page
    assert rows(sqlite_office.place, MemberInvitation, col(MemberInvitation.email) == "ingen adress") == []


def test_an_editor_reads_and_changes_nothing(sqlite_office: Office, admin: Actor, tmp_path: Path) -> None:
    """The list is there, the rest is not."""
    editor = sqlite_office.member(admin.organisation_id or "", {Role.EDITOR})
    desk = at_desk(sqlite_office, tmp_path, editor)
    assert desk.get(MEMBERS).status_code == 200
    assert desk.get(f"{MEMBERS}/{admin.member_id}").status_code == 404
    for path in (MEMBERS, f"{MEMBERS}/{admin.member_id}", f"{MEMBERS}/{admin.member_id}/ta-bort"):
        assert desk.post(path, FORM).status_code == 404
    assert len(rows(sqlite_office.place, Membership, col(Membership.member_id) == admin.member_id)) == 1


def test_members_and_invitations_of_others_are_not_there(sqlite_office: Office, desk: Desk) -> None:
    """Whatever is done with their ids."""
    office = sqlite_office
    other = office.member(office.organisation("Andra (exempel)"), {Role.ADMINISTRATOR})
    inviting.invite_member(
        office.place, other, organisation_id=other.organisation_id or "", email="x@example.org", name="x",
        roles={Role.EDITOR}, now=office.now,
    )  # fmt: skip
    (invited,) = members.team(office.place, other, now=office.now).invited
    assert desk.get(f"{MEMBERS}/{other.member_id}").status_code == 404
    for path in (
        f"{MEMBERS}/{other.member_id}",
        f"{MEMBERS}/{other.member_id}/ta-bort",
        f"{MEMBERS}/{other.member_id}/nytt-besked",
        f"{MEMBERS}/inbjudan/{invited.id}/igen",
        f"{MEMBERS}/inbjudan/{invited.id}/avbryt",
    ):
        assert desk.post(path, {"role": "reader"}).status_code == 404
    assert members.team(office.place, other, now=office.now).invited == (invited,)


def test_the_last_administrator_is_kept_in_words(desk: Desk, admin: Actor) -> None:
    """Neither removed nor made something else."""
    for path, data in (
        (f"{MEMBERS}/{admin.member_id}/ta-bort", {}),
        (f"{MEMBERS}/{admin.member_id}", {"role": "reader"}),
    ):
        answer = desk.post(path, data)
        assert answer.status_code == 422
        assert "skulle stå utan administratör" in answer.get_data(as_text=True)


def test_a_role_that_is_taken_away_is_gone_on_the_next_page(sqlite_office: Office, admin: Actor, desk: Desk) -> None:
    """And whoever is removed is logged out."""
    other = sqlite_office.member(admin.organisation_id or "", {Role.ADMINISTRATOR})
    browser = beside(desk, sqlite_office, other)
    assert browser.get(f"{MEMBERS}/{admin.member_id}").status_code == 200
    assert desk.post(f"{MEMBERS}/{other.member_id}", {"role": "reader"}).status_code == 303
    assert browser.get(f"{MEMBERS}/{admin.member_id}").status_code == 404
    assert browser.get(MEMBERS).status_code == 200
    assert desk.post(f"{MEMBERS}/{other.member_id}/ta-bort").status_code == 303
    assert browser.get(MEMBERS).headers["Location"].startswith("/logga-in")


def test_a_new_link_ends_the_one_before(sqlite_office: Office, desk: Desk, admin: Actor) -> None:
    """And a cancelled one opens nothing."""
    first = link_in(desk.post(MEMBERS, FORM))
    (invited,) = members.team(sqlite_office.place, admin, now=sqlite_office.now).invited
    second = link_in(desk.post(f"{MEMBERS}/inbjudan/{invited.id}/igen"))
    outside = desk.client.application.test_client()
    assert outside.get(first).status_code == 404
    assert outside.get(second).status_code == 200
    (invited,) = members.team(sqlite_office.place, admin, now=sqlite_office.now).invited
    desk.post(f"{MEMBERS}/inbjudan/{invited.id}/avbryt")
    assert outside.get(second).status_code == 404


def test_a_link_that_was_used_is_too_old_or_never_was_says_the_same(sqlite_office: Office, desk: Desk) -> None:
    """Nobody learns which."""
    office = sqlite_office
    used, old = link_in(desk.post(MEMBERS, FORM)), link_in(desk.post(MEMBERS, {**FORM, "email": "b@example.org"}))
    outside = desk.client.application.test_client()
    accept(outside, used)
    pages = {outside.get(path).data for path in (used, "/inbjudan/" + "x" * 43)}
    office.now += inviting.INVITATION_LASTS
    pages.add(desk.client.application.test_client().get(old).data)
    assert len(pages) == 1
    assert outside.get(old).status_code == 404


def test_a_new_person_goes_on_to_choose_a_password(sqlite_office: Office, desk: Desk) -> None:
    """The page says who invites to what; looking at it accepts nothing."""
    link, outside = link_in(desk.post(MEMBERS, FORM)), desk.client.application.test_client()
    page = outside.get(link).get_data(as_text=True)
    assert "Jouren (exempel)" in page
    assert rows(sqlite_office.place, Member, col(Member.email) == FORM["email"]) == []
    answer = accept(outside, link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbjudan/losenord")
    (member,) = rows(sqlite_office.place, Member, col(Member.email) == FORM["email"])
    (membership,) = rows(sqlite_office.place, Membership, col(Membership.member_id) == member.id)
    assert membership.roles == ["editor", "reader"]


def test_whoever_has_an_account_must_log_in_before_accepting(sqlite_office: Office, desk: Desk) -> None:
    """Then the organisation stands beside their others, and they act for it."""
    office = sqlite_office
    known = office.partner("Andra (exempel)")
    link = link_in(desk.post(MEMBERS, {**FORM, "email": claim(office, known)}))
    outside = desk.client.application.test_client()
    assert f"/logga-in?till={link}" in outside.get(link).get_data(as_text=True)
    token = TOKEN.search(outside.get("/inbjudan/losenord").get_data(as_text=True) or "")
    answer = outside.post(link, data={"csrf_token": token[1] if token else ""})
    assert answer.status_code in {303, 400}
    assert len(rows(office.place, Membership, col(Membership.member_id) == known.member_id)) == 1
    browser = beside(desk, office, known)
    answer = browser.post(link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/arbete/")
    assert len(rows(office.place, Membership, col(Membership.member_id) == known.member_id)) == 2
    assert "Jouren (exempel)" in browser.get(MEMBERS).get_data(as_text=True)


def test_an_invitation_to_somebody_else_is_refused_in_words(sqlite_office: Office, desk: Desk) -> None:
    """It stays open for whoever it is for."""
    stranger = beside(desk, sqlite_office, sqlite_office.partner("Andra (exempel)"))
    link = link_in(desk.post(MEMBERS, FORM))
    assert "inloggad som någon annan" in stranger.get(link).get_data(as_text=True)
    assert stranger.post(link).status_code == 409
    assert desk.client.application.test_client().get(link).status_code == 200


def test_one_person_is_told_that_everything_hangs_on_them(sqlite_office: Office, desk: Desk, admin: Actor) -> None:
    """Until there are two."""
    said = "Allt hänger på en person"
    assert said in desk.get("/arbete/organisation").get_data(as_text=True)
    assert said in desk.get(MEMBERS).get_data(as_text=True)
    sqlite_office.member(admin.organisation_id or "", {Role.EDITOR})
    assert said not in desk.get("/arbete/organisation").get_data(as_text=True)
