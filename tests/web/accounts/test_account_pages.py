"""One's own account: what can be changed there, by whom, and what it takes."""

from datetime import timedelta
from pathlib import Path

import pytest
from factories import Office, rows
from registered import RECOVERY_CODE, SECRET, Person, code_of, register
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from campaigns.domain.access import Role
from campaigns.store.tables import AuditEvent, Delivery
from campaigns.web.accounts.browsers import browser_of
from campaigns.web.accounts.factor import proven
from campaigns.web.workplace.forms import Form
from campaigns.work.accounts.passkeys import NewPasskey, add_passkey, passkeys_of
from campaigns.work.accounts.sessions import sessions_of

HOME = "/arbete/konto"


@pytest.fixture
def person(sqlite_office: Office, tmp_path: Path) -> Person:
    """A member of the police with an account."""
    return register(sqlite_office, tmp_path)


def actions(person: Person) -> list[str]:
    """What the audit trail says."""
    return [event.action for event in rows(person.office.place, AuditEvent)]


def test_name_and_language_are_ones_own(person: Person) -> None:
    """The page speaks the new language at once."""
    browser = person.logged_in()
    assert browser.send(HOME, {"name": "Anna Ek", "locale": "en"}).status_code == 303
    page = browser.get(HOME).get_data(as_text=True)
    assert "Your account" in page
    assert "Anna Ek" in page
    assert browser.send(HOME, {"name": "", "locale": "en"}).status_code == 422
    assert browser.send(HOME, {"name": "Anna", "locale": "xx"}).status_code == 422
    assert person.account().name == "Anna Ek"


def test_another_app_takes_over_when_it_is_proved(person: Person) -> None:
    """Until then the old one counts, after that it does not; and the member is told by mail."""
    browser = person.logged_in()
    found = SECRET.search(browser.get(f"{HOME}/app").get_data(as_text=True))
    assert found
    assert browser.send(f"{HOME}/app", {"code": "000000"}).status_code == 422
    assert person.logged_in().is_in()
    new = found[1].replace(" ", "")
    assert browser.send(f"{HOME}/app", {"code": code_of(new, person.office)}).status_code == 303
    assert person.half_way().send("/logga-in/kod", {"code": person.code()}).status_code == 422
    person.secret = new.replace("-", "")
    assert person.logged_in().is_in()
    assert [letter.notice for letter in rows(person.office.place, Delivery)] == ["account_changed"]
    assert actions(person).count("account.app") == 2


def test_new_recovery_codes_replace_the_old_ones(person: Person) -> None:
    """They are shown until it is said that they are kept."""
    browser = person.logged_in()
    assert browser.send(f"{HOME}/reservkoder", form=HOME).headers["Location"] == f"{HOME}/reservkoder"
    new = RECOVERY_CODE.findall(browser.get(f"{HOME}/reservkoder").get_data(as_text=True))
    assert len(new) == 10
    browser.send(f"{HOME}/reservkoder/sparade", form=HOME)
    assert browser.get(f"{HOME}/reservkoder").headers["Location"] == HOME
    assert person.half_way().send("/logga-in/reservkod", {"code": person.codes[0]}).status_code == 422
    assert person.half_way().send("/logga-in/reservkod", {"code": new[0]}).status_code == 303


@pytest.mark.parametrize("path", ["/app", "/losenord", "/nycklar"])
def test_grave_pages_need_a_fresh_second_factor(person: Person, path: str) -> None:
    """To look at, and to send."""
    browser = person.logged_in()
    person.office.now += timedelta(minutes=11)
    assert browser.get(HOME + path).headers["Location"].startswith(f"{HOME}/bekrafta?till=")
    answer = browser.send(HOME + path, {"name": "x"}, form=HOME)
    assert answer.headers["Location"] == f"{HOME}/bekrafta?till=%2Farbete%2Fkonto"


def test_confirming_leads_nowhere_else(person: Person) -> None:
    """A recovery code does as well as one of the app."""
    browser = person.logged_in()
    answer = browser.send(f"{HOME}/bekrafta?till=https://example.org/", {"code": person.codes[0]})
    assert answer.headers["Location"] == HOME
    assert browser.send(f"{HOME}/bekrafta", {"code": person.codes[0]}).status_code == 422


def test_other_browsers_are_logged_out_one_or_all(person: Person) -> None:
    """This one stays, and nobody ends a stranger's."""
    here, there, third = person.logged_in(), person.logged_in(), person.logged_in()
    page = here.get(HOME).get_data(as_text=True)
    assert page.count("/arbete/konto/sessioner/") == 3  # the one of the first login too
    other = max(sessions_of(person.office.place, person.member_id, now=person.office.now), key=lambda it: it.created_at)
    here.send(f"{HOME}/sessioner/{other.id}", form=HOME)
    assert not third.is_in()
    assert there.is_in()
    here.send(f"{HOME}/sessioner", form=HOME)
    assert not there.is_in()
    assert here.is_in()


def test_a_strangers_session_and_passkey_are_not_there(person: Person) -> None:
    """Whatever id is named."""
    stranger = person.office.member(person.office.police, {Role.READER})
    made = NewPasskey(
        credential_id=b"c", public_key=b"k", sign_count=0, transports=(), device_type="single_device", backed_up=False
    )
    passkey = add_passkey(
        person.office.place, member_id=str(stranger.member_id), passkey=made, name="x", now=person.office.now
    )
    browser = person.logged_in()
    assert browser.send(f"{HOME}/nycklar/{passkey}/bort", form=HOME).status_code == 404
    assert browser.send(f"{HOME}/nycklar/{passkey}/namn", {"name": "y"}, form=HOME).status_code == 404
    assert [kept.name for kept in passkeys_of(person.office.place, str(stranger.member_id))] == ["x"]


def test_a_passkey_is_renamed_and_removed(person: Person) -> None:
    """Both are noted, and the removal is told by mail."""
    made = NewPasskey(
        credential_id=b"c", public_key=b"k", sign_count=0, transports=(), device_type="single_device", backed_up=False
    )
    passkey = add_passkey(
        person.office.place, member_id=person.member_id, passkey=made, name="x", now=person.office.now
    )
    browser = person.logged_in()
    browser.send(f"{HOME}/nycklar/{passkey}/namn", {"name": "min <b>telefon"}, form=HOME)
    assert "min &lt;b&gt;telefon" in browser.get(HOME).get_data(as_text=True)
    browser.send(f"{HOME}/nycklar/{passkey}/bort", form=HOME)
    assert passkeys_of(person.office.place, person.member_id) == []
    assert {"account.passkey_renamed", "account.passkey_removed"} <= set(actions(person))


def test_any_grave_form_can_be_proved_with_a_code(person: Person) -> None:
    """The code is used up, what is wrong is said at the field, and afterwards none is asked for."""
    browser = person.logged_in()
    token = browser.cookie
    person.office.now += timedelta(minutes=11)

    def asked(code: str) -> tuple[bool, bool]:
        cookie = Headers({"Cookie": f"samklang={token}"})
        environ = EnvironBuilder("/arbete/delar", method="POST", data={"code": code}, headers=cookie)
        with person.app.request_context(environ.get_environ()):
            form = Form()
            right = proven(form)
            return right, "code" in form.faults

    code = person.code()
    assert asked("") == (False, True)
    assert asked("000000") == (False, True)
    assert asked(code) == (True, False)
    assert asked(code) == (False, True)  # this request's session was not stored, so it is asked again
    assert asked(person.codes[0]) == (True, False)


def test_browsers_are_called_what_people_call_them(person: Person) -> None:
    """The first sign counts."""
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0"
    with person.app.test_request_context("/"):
        assert browser_of(edge) == "Edge på Windows"
        assert browser_of("Mozilla/5.0 (iPhone) AppleWebKit Version/17.0 Safari/604.1") == "Safari på iPhone"
        assert browser_of("") == "en okänd webbläsare"
