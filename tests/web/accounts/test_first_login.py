"""The first login: password, app, recovery codes; nobody gets in before all three."""

from pathlib import Path

from desks import make_workplace_app
from factories import Office
from registered import PASSWORD, RECOVERY_CODE, SECRET, code_of, invited, register

from campaigns.work.accounts.account import find_account


def test_who_accepts_an_invitation_is_led_to_the_desk(sqlite_office: Office, tmp_path: Path) -> None:
    """Afterwards secret and codes are kept, and neither can be read in the database."""
    person = register(sqlite_office, tmp_path)
    kept = person.account()
    assert kept.is_complete
    assert len(person.codes) == len(kept.recovery_codes) == 10
    assert person.secret not in str(kept)
    assert not any(code in str(kept) or code.replace("-", "") in str(kept) for code in person.codes)
    assert PASSWORD not in str(kept)
    assert str(kept.password_hash).startswith("$argon2id$")


def test_nobody_skips_a_step(sqlite_office: Office, tmp_path: Path) -> None:
    """Each page leads to the one that is due, and the workplace stays closed."""
    app = make_workplace_app(sqlite_office, tmp_path)
    browser = invited(app, str(sqlite_office.communicator.member_id))
    assert browser.get("/inbjudan/kod").headers["Location"] == "/inbjudan/losenord"
    assert browser.get("/inbjudan/reservkoder").headers["Location"] == "/logga-in"
    browser.send("/inbjudan/losenord", {"password": PASSWORD, "again": PASSWORD})
    assert browser.get("/inbjudan/losenord").headers["Location"] == "/inbjudan/kod"
    assert browser.get("/inbjudan/reservkoder").headers["Location"] == "/logga-in"
    assert not browser.is_in()


def test_a_wrong_code_does_not_set_up_the_app(sqlite_office: Office, tmp_path: Path) -> None:
    """The same secret stays on the page for the next try."""
    app = make_workplace_app(sqlite_office, tmp_path)
    browser = invited(app, str(sqlite_office.communicator.member_id))
    browser.send("/inbjudan/losenord", {"password": PASSWORD, "again": PASSWORD})
    before = SECRET.search(browser.get("/inbjudan/kod").get_data(as_text=True))
    answer = browser.send("/inbjudan/kod", {"code": "000000"})
    after = SECRET.search(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert before
    assert after
    assert before[1] == after[1]
    account = find_account(sqlite_office.place, member_id=str(sqlite_office.communicator.member_id))
    assert account
    assert account.totp_secret is None


def test_an_account_that_was_never_finished_is_finished_at_the_next_login(
    sqlite_office: Office, tmp_path: Path
) -> None:
    """With its password one comes to the app's page, not to the desk."""
    app = make_workplace_app(sqlite_office, tmp_path)
    member_id = str(sqlite_office.communicator.member_id)
    invited(app, member_id).send("/inbjudan/losenord", {"password": PASSWORD, "again": PASSWORD})
    account = find_account(sqlite_office.place, member_id=member_id)
    assert account
    browser = invited(app, str(sqlite_office.approver.member_id))
    answer = browser.send("/logga-in", {"email": account.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/inbjudan/kod"
    assert not browser.is_in()


def test_an_invitation_never_replaces_a_password(sqlite_office: Office, tmp_path: Path) -> None:
    """Who accepts another invitation logs in as always."""
    person = register(sqlite_office, tmp_path)
    browser = invited(person.app, person.member_id)
    assert browser.get("/inbjudan/losenord").headers["Location"] == "/logga-in"
    assert person.account().password_hash is not None


def test_the_recovery_codes_are_shown_once(sqlite_office: Office, tmp_path: Path) -> None:
    """Until it is said that they are kept; not after that."""
    person = register(sqlite_office, tmp_path)
    browser = person.logged_in()
    assert not RECOVERY_CODE.findall(browser.get("/inbjudan/reservkoder").get_data(as_text=True))
    assert browser.get("/arbete/konto/reservkoder").headers["Location"] == "/arbete/konto"


def test_who_does_not_say_that_the_codes_are_kept_stays_outside(sqlite_office: Office, tmp_path: Path) -> None:
    """The box is asked for, and the codes stay on the page."""
    app = make_workplace_app(sqlite_office, tmp_path)
    browser = invited(app, str(sqlite_office.communicator.member_id))
    browser.send("/inbjudan/losenord", {"password": PASSWORD, "again": PASSWORD})
    found = SECRET.search(browser.get("/inbjudan/kod").get_data(as_text=True))
    assert found
    browser.send("/inbjudan/kod", {"code": code_of(found[1].replace(" ", ""), sqlite_office)})
    answer = browser.send("/inbjudan/reservkoder", {})
    assert answer.status_code == 422
    assert len(RECOVERY_CODE.findall(answer.get_data(as_text=True))) == 10
    assert not browser.is_in()
