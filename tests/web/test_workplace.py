"""The workplace as a whole: who gets in, what is asked of every write, and what is said when something is not there."""

from pathlib import Path

from desks import at_desk, make_workplace_app
from factories import Office


def test_whoever_is_not_signed_in_is_sent_to_the_login_and_back(sqlite_office: Office, tmp_path: Path) -> None:
    """The way back is a path of ours."""
    answer = make_workplace_app(sqlite_office, tmp_path).test_client().get("/arbete/delar?a=1")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/logga-in?till=%2Farbete%2Fdelar%3Fa%3D1"


def test_a_member_sees_the_page_and_no_cache_keeps_it(sqlite_office: Office, tmp_path: Path) -> None:
    """Nor does any other site frame it."""
    answer = at_desk(sqlite_office, tmp_path, sqlite_office.communicator).get("/arbete/delar")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert 'lang="sv"' in answer.get_data(as_text=True)
