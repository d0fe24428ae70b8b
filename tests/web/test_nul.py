"""The sign NUL, which PostgreSQL keeps in no text, is refused before any page looks at it."""

from pathlib import Path

import pytest
from desks import at_desk
from factories import Office


@pytest.mark.parametrize("path", ["/arbete/sok?q=%00", "/arbete/kampanj/%00"])
def test_a_nul_in_an_address_is_refused(office: Office, tmp_path: Path, path: str) -> None:
    """On each kind of database."""
    assert at_desk(office, tmp_path, office.communicator).get(path).status_code in {400, 404}


def test_a_nul_in_a_field_is_refused(office: Office, tmp_path: Path) -> None:
    """Nothing of it is stored."""
    desk = at_desk(office, tmp_path, office.communicator)
    assert desk.post("/arbete/konto", {"name": "a\0b", "locale": "sv"}).status_code == 400
    assert desk.get("/arbete/konto").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/kampanj/%00", "/logga-in?till=%00", "/inbjudan/%00", "/material?kampanj=%00", "/material?sprak=%00",
        "/material/%00", "/material/a/%00", "/material/a/sv/%00", "/kampanj/a/fil/%00",
    ],
)  # fmt: skip
def test_a_nul_never_breaks_a_page_outside(office: Office, tmp_path: Path, path: str) -> None:
    """Whoever is not signed in gets no 500 either."""
    desk = at_desk(office, tmp_path, office.communicator)
    desk.client.delete_cookie("samklang")
    assert desk.get(path).status_code < 500


def test_a_line_end_in_an_address_makes_no_letter(office: Office, tmp_path: Path) -> None:
    """It is answered like any other address, and nothing breaks."""
    desk = at_desk(office, tmp_path, office.communicator)
    token = {"csrf_token": desk.csrf()}
    for email in ("a@example.org\r\nBcc: x@example.org", "nobody@example.org"):
        assert desk.client.post("/logga-in/glomt", data={**token, "email": email}).status_code == 303
