"""A lost phone: an administrator clears the way, the password leads back in, and nobody else gets anything by it."""

from datetime import timedelta
from pathlib import Path

import pytest
from desks import Desk
from factories import Office, rows
from registered import PASSWORD, Browser, Person, register

from campaigns.domain.access import Actor, Role
from campaigns.store.engine import writing
from campaigns.store.tables import AuditEvent, Delivery, Membership


@pytest.fixture
def person(sqlite_office: Office, tmp_path: Path) -> Person:
    """Somebody with an account at the police."""
    return register(sqlite_office, tmp_path)


def administrator(person: Person) -> Actor:
    """Who keeps the members of the same organisation."""
    return person.office.member(person.office.police, {Role.ADMINISTRATOR})


def desk(person: Person, actor: Actor, *, ago: timedelta = timedelta(0)) -> Desk:
    """A browser whose second factor was proved that long ago."""
    office = person.office
    return Desk(person.app, office.place, actor, now=office.now, proved_at=office.now - ago)


def way(person: Person) -> str:
    """Where the way is cleared."""
    return f"/arbete/organisation/medlemmar/{person.member_id}/tappad-telefon"


def test_the_password_leads_back_in_to_a_new_app(person: Person) -> None:
    """Every session ended, the old app and codes are worth nothing, and the member is told by mail."""
    inside = person.logged_in()
    assert inside.is_in()
    assert desk(person, administrator(person)).post(way(person)).status_code == 303
    assert not inside.is_in()
    browser = Browser(person.app)
    answer = browser.send("/logga-in", {"email": person.email, "password": PASSWORD})
    assert answer.headers["Location"].endswith("/inbjudan/kod")
    assert "account_changed" in [letter.notice for letter in rows(person.office.place, Delivery)]
    assert "account.factors_cleared" in [event.action for event in rows(person.office.place, AuditEvent)]


def test_clearing_the_way_is_a_grave_step(person: Person) -> None:
    """It asks for the administrator's own second factor again, and the roles on the page stay as they are."""
    inside = person.logged_in()
    answer = desk(person, administrator(person), ago=timedelta(hours=1)).post(way(person))
    assert answer.status_code == 422
    assert 'name="code"' in answer.text
    assert "checked" in answer.text
    assert inside.is_in()


def test_nobody_else_clears_it(person: Person) -> None:
    """Not a colleague without the role, not an administrator elsewhere, and not oneself."""
    office = person.office
    elsewhere = office.member(office.organisation("Annan (exempel)"), {Role.ADMINISTRATOR})
    for actor in (office.communicator, elsewhere):
        assert desk(person, actor).post(way(person)).status_code == 404
    own = administrator(person)
    to_oneself = f"/arbete/organisation/medlemmar/{own.member_id}/tappad-telefon"
    assert desk(person, own).post(to_oneself).status_code == 422


def test_an_administrator_elsewhere_cannot_weaken_an_account_of_several_organisations(person: Person) -> None:
    """A small partner's administrator gets no way into the police through somebody who belongs to both."""
    office = person.office
    partner = office.organisation("Liten partner (exempel)")
    with writing(office.place.engine) as session:
        session.add(
            Membership(member_id=person.member_id, organisation_id=partner, roles=["reader"], created_at=office.now)
        )
    answer = desk(person, office.member(partner, {Role.ADMINISTRATOR})).post(way(person))
    assert answer.status_code == 422
    assert person.account().totp_secret is not None
