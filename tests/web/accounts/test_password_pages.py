"""Passwords: what is asked of them, changing one, and forgetting one."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from factories import Office, rows
from registered import PASSWORD, Browser, Person, register

from campaigns.store.tables import AuditEvent, Delivery

NEW = "gröna kaniner äter inte plåt"
LINK = re.compile(r"/logga-in/nytt-losenord/[A-Za-z0-9_-]+")


@pytest.fixture
def person(sqlite_office: Office, tmp_path: Path) -> Person:
    """A member of the police with an account."""
    return register(sqlite_office, tmp_path)


def change(browser: Browser, *, current: str = PASSWORD, new: str = NEW, again: str | None = None) -> int:
    """Send the form to change a password."""
    data = {"current": current, "password": new, "again": new if again is None else again}
    return browser.send("/arbete/konto/losenord", data).status_code


def test_a_new_password_ends_every_other_session(person: Person) -> None:
    """This browser goes on, under another token; who has a copy of the old one is out too."""
    here, there, half = person.logged_in(), person.logged_in(), person.half_way()
    thief = person.browser()
    thief.client.set_cookie("samklang", str(here.cookie), domain="localhost")
    assert change(here) == 303
    assert here.is_in()
    assert not there.is_in()
    assert not thief.is_in()
    assert half.get("/logga-in/kod").headers["Location"] == "/logga-in"
    assert "account.password" in {event.action for event in rows(person.office.place, AuditEvent)}
    person.password = NEW
    assert person.logged_in().is_in()


@pytest.mark.parametrize(
    ("new", "again", "current"),
    [
        ("kort", None, PASSWORD),
        ("x" * 129, None, PASSWORD),
        ("losenordlosenord", None, PASSWORD),
        ("exempel-Polisen-2026", None, PASSWORD),
        (NEW, NEW + "!", PASSWORD),
        (NEW, None, "not my password at all"),
        (PASSWORD, None, PASSWORD),
        ("", "", PASSWORD),
    ],
    ids=["short", "long", "common", "names", "not the same", "not mine", "the same as before", "empty"],
)
def test_a_password_that_does_not_do_changes_nothing(person: Person, new: str, again: str | None, current: str) -> None:
    """What is wrong is said, and no password comes back in the page."""
    browser, before = person.logged_in(), person.account()
    data = {"current": current, "password": new, "again": new if again is None else again}
    answer = browser.send("/arbete/konto/losenord", data)
    assert answer.status_code == 422
    assert PASSWORD not in answer.get_data(as_text=True)
    assert person.account() == before


def test_the_same_signs_count_however_they_are_composed(person: Person) -> None:
    """A Mac types é as two signs, a PC as one."""
    assert change(person.logged_in(), new="åtta öländska bönor") == 303
    person.password = "åtta öländska bönor"
    assert person.logged_in().is_in()


def test_changing_the_password_needs_a_fresh_second_factor(person: Person) -> None:
    """After ten minutes it is asked for once more, then one comes back."""
    browser = person.logged_in()
    person.office.now += timedelta(minutes=11)
    answer = browser.get("/arbete/konto/losenord")
    assert answer.headers["Location"] == "/arbete/konto/bekrafta?till=%2Farbete%2Fkonto%2Flosenord"
    answer = browser.send(answer.headers["Location"], {"code": person.code()})
    assert answer.headers["Location"] == "/arbete/konto/losenord"
    assert browser.get("/arbete/konto/losenord").status_code == 200


def asked(person: Person, email: str) -> list[Delivery]:
    """The letters that were stored when somebody asked for a new password."""
    answer = person.browser().send("/logga-in/glomt", {"email": email})
    assert answer.headers["Location"] == "/logga-in/glomt/skickat"
    return [letter for letter in rows(person.office.place, Delivery) if letter.notice == "password_asked"]


def link_of(letter: Delivery) -> str:
    """The path in a letter."""
    body = message_from_bytes(letter.body, policy=SMTP).get_body(("plain",))
    found = LINK.search(str(body.get_content() if body else ""))
    assert found
    return found[0]


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(person: Person) -> None:
    """It works once, ends every session, and logs nobody in: the second factor is still asked for."""
    open_one = person.logged_in()
    (letter,) = asked(person, person.email.upper())
    assert letter.recipient == person.email
    link, browser = link_of(letter), person.browser()
    assert browser.get(link).status_code == 200
    assert browser.send(link, {"password": NEW, "again": NEW}).headers["Location"] == "/logga-in"
    assert not open_one.is_in()
    assert not browser.is_in()
    assert browser.get(link).status_code == 404
    person.password = NEW
    assert person.logged_in().is_in()


def test_a_link_works_for_an_hour(person: Person) -> None:
    """Then it answers like one that never was."""
    link = link_of(asked(person, person.email)[0])
    person.office.now += timedelta(minutes=61)
    late, never = person.browser().get(link), person.browser().get("/logga-in/nytt-losenord/" + "a" * 83)
    assert late.status_code == never.status_code == 404


@pytest.mark.parametrize("spoil", [0, 33, 50, -1])
def test_a_link_that_was_altered_is_none(person: Person, spoil: int) -> None:
    """Whose it is, until when, and the seal hold together."""
    link = list(link_of(asked(person, person.email)[0]))
    place = spoil if spoil < 0 else len("/logga-in/nytt-losenord/") + spoil
    link[place] = "0" if link[place] != "0" else "8"
    if spoil == -1:
        link += ["x"]
    assert person.browser().get("".join(link)).status_code == 404


def test_nobody_learns_which_addresses_have_accounts(person: Person) -> None:
    """An unknown address gets the same answer, and nothing is stored for it."""
    before = len(rows(person.office.place, AuditEvent))
    assert asked(person, "nobody@example.org") == []
    assert len(rows(person.office.place, AuditEvent)) == before


def test_nobody_is_flooded_with_letters(person: Person) -> None:
    """After three, the next must wait."""
    for _ in range(3):
        asked(person, person.email)
    answer = person.browser().send("/logga-in/glomt", {"email": person.email})
    assert answer.status_code == 422
    assert "Vänta" in answer.get_data(as_text=True)


def test_password_managers_find_the_page(person: Person) -> None:
    """At the well-known address."""
    assert person.browser().get("/.well-known/change-password").headers["Location"] == "/arbete/konto/losenord"
