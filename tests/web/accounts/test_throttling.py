"""Guessing is made slow, for one account and from one place, and whoever is logged in already notices nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from desks import make_workplace_app
from factories import Office, rows
from registered import PASSWORD, Person, register

from campaigns.store.tables import AuditEvent

WRONG = {"password": "wrong wrong wrong wrong"}


@pytest.fixture
def person(sqlite_office: Office, tmp_path: Path) -> Person:
    """A member of the police with an account."""
    return register(sqlite_office, tmp_path)


def test_after_five_wrong_passwords_even_the_right_one_must_wait(person: Person) -> None:
    """From wherever it is sent; how long is said, and then it works. The open session goes on."""
    open_one = person.logged_in()
    for number in range(5):
        browser = person.browser(address=f"192.0.2.{number}")
        assert "hör inte ihop" in browser.send("/logga-in", {"email": person.email, **WRONG}).get_data(as_text=True)
    right = {"email": person.email, "password": PASSWORD}
    answer = person.browser(address="198.51.100.7").send("/logga-in", right)
    assert answer.status_code == 422
    assert "Vänta 30 sekunder" in answer.get_data(as_text=True)
    assert open_one.is_in()
    person.office.now += timedelta(seconds=31)
    assert person.browser().send("/logga-in", right).status_code == 303
    assert [event.action for event in rows(person.office.place, AuditEvent)].count("account.throttled") == 1


def test_the_pauses_grow(person: Person) -> None:
    """Twice as long each time."""
    for _ in range(5):
        person.browser().send("/logga-in", {"email": person.email, **WRONG})
    person.office.now += timedelta(seconds=31)
    person.browser().send("/logga-in", {"email": person.email, **WRONG})
    answer = person.browser().send("/logga-in", {"email": person.email, **WRONG})
    assert "Vänta 1 minut" in answer.get_data(as_text=True)


def test_an_unknown_address_is_throttled_like_a_known_one(person: Person) -> None:
    """Otherwise the pause would tell which addresses have accounts."""
    for _ in range(5):
        person.browser().send("/logga-in", {"email": "nobody@example.org", **WRONG})
    answer = person.browser().send("/logga-in", {"email": "nobody@example.org", **WRONG})
    assert "Vänta 30 sekunder" in answer.get_data(as_text=True)


def test_one_place_cannot_try_many_accounts(person: Person) -> None:
    """After thirty tries everyone waits there, and nobody elsewhere."""
    for number in range(30):
        person.browser(address="203.0.113.9").send("/logga-in", {"email": f"n{number}@example.org", **WRONG})
    right = {"email": person.email, "password": PASSWORD}
    assert "Vänta" in person.browser(address="203.0.113.9").send("/logga-in", right).get_data(as_text=True)
    assert person.browser(address="203.0.113.10").send("/logga-in", right).status_code == 303


def test_codes_cannot_be_guessed_in_many_browsers(person: Person) -> None:
    """They are counted for the member; a right one must wait too, and a success forgets them."""
    for _ in range(5):
        assert person.half_way().send("/logga-in/kod", {"code": "000000"}).status_code == 422
    answer = person.half_way().send("/logga-in/kod", {"code": person.code()})
    assert answer.status_code == 422
    assert "Vänta" in answer.get_data(as_text=True)
    person.office.now += timedelta(minutes=2)
    assert person.half_way().send("/logga-in/kod", {"code": person.code()}).status_code == 303


def test_another_node_counts_on(person: Person, tmp_path: Path) -> None:
    """The tries are in the database."""
    for _ in range(5):
        person.browser().send("/logga-in", {"email": person.email, **WRONG})
    person.app = make_workplace_app(person.office, tmp_path)
    answer = person.browser().send("/logga-in", {"email": person.email, "password": PASSWORD})
    assert "Vänta" in answer.get_data(as_text=True)
