"""The preview of what somebody is writing."""

from pathlib import Path

from desks import at_desk, make_workplace_app
from factories import Office


def test_what_is_written_is_seen_as_it_will_be_read(sqlite_office: Office, tmp_path: Path) -> None:
    """A fragment without a page around it, cleaned."""
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    answer = desk.post("/arbete/forhandsvisning", {"text": "## Ring\n**114 14** <script>x</script>", "phone": "114 14"})
    assert answer.status_code == 200
    shown = answer.get_data(as_text=True)
    assert shown.startswith("<h3>Ring</h3>")
    assert 'href="tel:11414"' in shown
    assert "<script" not in shown


def test_too_long_a_text_is_refused_in_words(sqlite_office: Office, tmp_path: Path) -> None:
    """No input keeps the server busy."""
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    assert desk.post("/arbete/forhandsvisning", {"text": "a" * 30_000}).status_code == 409


def test_nobody_previews_without_signing_in(sqlite_office: Office, tmp_path: Path) -> None:
    """Nor without the token of a form."""
    client = make_workplace_app(sqlite_office, tmp_path).test_client()
    assert client.post("/arbete/forhandsvisning", data={"text": "a"}).status_code >= 400
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    assert desk.client.post("/arbete/forhandsvisning", data={"text": "a"}).status_code == 400
