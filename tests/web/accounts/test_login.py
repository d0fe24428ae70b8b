"""Logging in and out: both factors, once each; nothing tells which addresses have accounts; nothing leads elsewhere."""

from pathlib import Path
from unittest.mock import patch

import pytest
from factories import Office, rows
from registered import PASSWORD, TOKEN, Browser, Person, code_of, register
from sqlalchemy import event
from sqlmodel import col

from campaigns.store.engine import writing
from campaigns.store.tables import AccountSession, AuditEvent, Member, Membership
from campaigns.web.accounts import passwords


@pytest.fixture
def person(sqlite_office: Office, tmp_path: Path) -> Person:
    """A member of the police with an account."""
    return register(sqlite_office, tmp_path)


def test_password_and_code_open_the_desk(person: Person) -> None:
    """And lead to where one wanted to go."""
    browser = person.half_way(till="?till=/arbete/kampanjer")
    answer = browser.send("/logga-in/kod", {"code": person.code()})
    assert answer.headers["Location"] == "/arbete/kampanjer"
    assert browser.is_in()
    assert rows(person.office.place, AuditEvent)[-1].action == "account.signed_in"


def test_the_password_alone_opens_nothing(person: Person) -> None:
    """Not the desk, and not the account either."""
    browser = person.half_way()
    for path in ("/arbete/delar", "/arbete/konto", "/arbete/konto/reservkoder"):
        assert browser.get(path).headers["Location"].startswith("/logga-in?")


@pytest.mark.parametrize(
    "till",
    ["https://example.org/", "//example.org", "/\\example.org", "/logga-ut", "/arbete\\@example.org", "javascript:1"],
)
def test_the_login_leads_nowhere_else(person: Person, till: str) -> None:
    """Whatever the address asks for."""
    browser = person.browser()
    browser.client.post(
        "/logga-in",
        query_string={"till": till},
        data={"csrf_token": _token(browser), "email": person.email, "password": PASSWORD},
    )
    answer = browser.send("/logga-in/kod", {"code": person.code()})
    assert answer.headers["Location"] == "/arbete/"


def _token(browser: Browser) -> str:
    found = TOKEN.search(browser.get("/logga-in").get_data(as_text=True))
    assert found
    return found[1]


def test_a_code_never_passes_twice(person: Person) -> None:
    """Not in another browser, and not the one before it either."""
    first, second = person.half_way(), person.half_way()
    code = person.code()
    assert first.send("/logga-in/kod", {"code": code}).status_code == 303
    assert second.send("/logga-in/kod", {"code": code}).status_code == 422
    assert not second.is_in()


def test_the_code_that_set_up_the_app_does_not_log_in(person: Person) -> None:
    """It was used when the app was proved."""
    assert person.half_way().send("/logga-in/kod", {"code": code_of(person.secret, person.office)}).status_code == 422


def test_a_code_may_be_written_with_a_blank(person: Person) -> None:
    """As apps show it."""
    code = person.code()
    assert person.half_way().send("/logga-in/kod", {"code": f"{code[:3]} {code[3:]}"}).status_code == 303


def test_a_recovery_code_works_once(person: Person) -> None:
    """In any case and with or without its hyphens; what is left is said."""
    browser = person.half_way()
    code = person.codes[3].replace("-", "").upper()
    assert browser.send("/logga-in/reservkod", {"code": code}).status_code == 303
    assert "9 reservkoder kvar" in browser.get("/arbete/konto").get_data(as_text=True)
    assert person.half_way().send("/logga-in/reservkod", {"code": person.codes[3]}).status_code == 422
    assert person.half_way().send("/logga-in/reservkod", {"code": person.codes[4]}).status_code == 303


def test_unknown_addresses_get_the_same_answer_for_the_same_work(person: Person) -> None:
    """The same words, one hash and as many queries: for a wrong password, no account, a closed one, none chosen."""
    closed = person.office.member(
        person.office.police, {next(iter(person.office.approver.roles))}, email="c@example.org"
    )
    with writing(person.office.place.engine) as session:
        member = session.get(Member, closed.member_id)
        assert member
        member.active, member.password_hash = False, person.account().password_hash
    invited = person.office.member(person.office.police, closed.roles, email="i@example.org")
    assert invited.member_id
    answers = {
        email: _tried(person, email) for email in (person.email, "x@example.org", "c@example.org", "i@example.org")
    }
    told = {text.replace(email, "") for email, (text, _, _) in answers.items()}
    assert len(told) == 1
    assert {hashes for _, hashes, _ in answers.values()} == {1}
    assert len({queries for _, _, queries in answers.values()}) == 1


def _tried(person: Person, email: str) -> tuple[str, int, int]:
    """The page's words without its token, the hashes and the queries."""
    browser = person.browser()
    token, asked, engine = _token(browser), [], person.office.place.engine
    password = "wrong wrong wrong wrong" if email == person.email else PASSWORD
    hashes = []
    context = person.app.extensions["security"].pwd_context

    def hashed(*arguments: object) -> bool:
        hashes.append(1)
        return bool(type(context).verify(context, *arguments))

    def queried(*_: object) -> None:
        asked.append(1)

    with person.app.app_context():
        passwords._nobodys()
    event.listen(engine, "before_cursor_execute", queried)
    with patch.object(context, "verify", hashed):
        answer = browser.client.post("/logga-in", data={"csrf_token": token, "email": email, "password": password})
    event.remove(engine, "before_cursor_execute", queried)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    return text.replace(token, "").split("csrf_token", 1)[0] + text.split("</form>", 1)[1], len(hashes), len(asked)


def test_the_session_gets_another_token_at_each_step(person: Person) -> None:
    """What was known before the login is worth nothing after it."""
    browser = person.browser()
    browser.get("/logga-in")
    before = browser.cookie
    browser.send("/logga-in", {"email": person.email, "password": PASSWORD})
    between = browser.cookie
    browser.send("/logga-in/kod", {"code": person.code()})
    after = browser.cookie
    assert len({before, between, after}) == 3
    for old in (before, between):
        thief = person.browser()
        thief.client.set_cookie("samklang", str(old), domain="localhost")
        assert not thief.is_in()


def test_a_copied_cookie_is_worthless_after_logging_out(person: Person) -> None:
    """The session ends on the server, and its row is gone."""
    browser = person.logged_in()
    thief = person.browser()
    thief.client.set_cookie("samklang", str(browser.cookie), domain="localhost")
    assert thief.is_in()
    assert browser.send("/logga-ut", form="/arbete/konto").headers["Location"] == "/logga-in?utloggad=1"
    assert not thief.is_in()
    assert browser.cookie is None
    assert not rows(person.office.place, AccountSession, col(AccountSession.member_id) == person.member_id)[1:]


@pytest.mark.parametrize("path", ["/logga-in", "/logga-in/kod", "/logga-in/glomt", "/logga-ut", "/logga-in/nyckel"])
def test_every_form_on_the_way_in_needs_its_token(person: Person, path: str) -> None:
    """Nobody is logged in or out from another site."""
    assert person.half_way().client.post(path, data={"email": person.email}).status_code == 400


def test_a_closed_account_and_a_lost_role_count_at_once(person: Person) -> None:
    """In a session that is open, and half-way through a login."""
    browser, half = person.logged_in(), person.half_way()
    with writing(person.office.place.engine) as session:
        member = session.get(Member, person.member_id)
        assert member
        member.active = False
    assert not browser.is_in()
    assert half.send("/logga-in/kod", {"code": person.code()}, form="/logga-in").headers["Location"] == "/logga-in"


def test_who_belongs_nowhere_is_told_so(person: Person) -> None:
    """Both factors are right, and there is nothing to log in to."""
    half = person.half_way()
    with writing(person.office.place.engine) as session:
        session.delete(session.get(Membership, (person.member_id, person.office.police)))
    answer = half.send("/logga-in/kod", {"code": person.code()})
    assert answer.status_code == 409
    assert "hör inte till någon organisation" in answer.get_data(as_text=True)


def test_a_login_does_not_stand_half_way_for_long(person: Person) -> None:
    """After a quarter of an hour one begins anew."""
    half = person.half_way()
    person.office.now = person.office.now.replace(minute=person.office.now.minute + 16)
    assert half.get("/logga-in/kod").headers["Location"] == "/logga-in"


def test_public_pages_have_no_session(person: Person) -> None:
    """Not for somebody who is logged in either: no cookie, no Vary, the same bytes."""
    browser = person.logged_in()
    for path in ("/", "/om", "/finns-inte", "/.well-known/change-password"):
        mine, theirs = browser.get(path), person.browser().get(path)
        assert mine.data == theirs.data
        assert "Set-Cookie" not in mine.headers
        assert "Cookie" not in mine.headers.get("Vary", "")
