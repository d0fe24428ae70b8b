"""Correcting and withdrawing a text after T, on their pages."""

from pathlib import Path

import pytest
from factories import Office, rows, text
from launching import Table, hidden, live_table, page_of
from sqlmodel import col

from campaigns.store.tables import Proposal, ReleasedText, Text
from campaigns.work.launch import correcting
from campaigns.work.partners import consenting, matching


@pytest.fixture
def table(sqlite_office: Office, tmp_path: Path) -> Table:
    """A public campaign."""
    return live_table(sqlite_office, tmp_path)


def edit_core(table: Table) -> None:
    """The communicator writes the core text anew."""
    office = table.office
    core = matching.own_messages(office.place, office.communicator, table.campaign_id, now=office.now)[0]
    version = next(one.version for one in core.texts if one.language == "sv")
    matching.edit_text(
        office.place, office.communicator, core.message_id, language="sv",
        content=text("Pengarna kommer inte"), expected_version=version, now=office.now,
    )  # fmt: skip


def edit_own(table: Table) -> matching.Saved:
    """The partner writes its own anew."""
    office = table.office
    own = matching.own_messages(office.place, table.partner, table.campaign_id, now=office.now)[0]
    return matching.edit_text(
        office.place, table.partner, own.message_id, language="sv", content=text("Vi lyssnar alltid"),
        expected_version=1, now=office.now,
    )  # fmt: skip


def public(table: Table, text_id: str) -> ReleasedText:
    """What the public reads of a text."""
    wanted = col(ReleasedText.text_id) == text_id, col(ReleasedText.superseded_at).is_(None)
    return rows(table.office.place, ReleasedText, *wanted)[0]


def test_a_core_text_is_corrected_by_another_than_its_writer(table: Table) -> None:
    """The differences stand on the page, word by word; sent twice it is corrected once."""
    edit_core(table)
    path = f"/arbete/text/{table.core_id}/ratta"
    mine = table.communicator.get(path)
    assert "en kollega som får godkänna bekräftar" in mine.get_data(as_text=True)
    assert hidden(mine, "revision") == []
    page = table.approver.get(path)
    said = page_of(page)
    assert [gone.words().split()[-1] for gone in said.all("del")] == ["aldrig"]
    assert [added.words().split()[-1] for added in said.all("ins")] == ["inte"]
    data = {"revision": hidden(page, "revision")[0]}
    for _ in range(2):
        assert table.approver.post(path, data).status_code == 303
    assert (public(table, table.core_id).headline, public(table, table.core_id).version) == ("Pengarna kommer inte", 2)


def test_another_revision_than_the_one_shown_is_refused(table: Table) -> None:
    """And a factor proved long ago is asked for anew."""
    edit_core(table)
    path = f"/arbete/text/{table.core_id}/ratta"
    assert table.approver.post(path, {"revision": "sha256:other"}).status_code == 422
    data = {"revision": hidden(table.approver.get(path), "revision")[0]}
    assert table.at(table.office.approver, minutes_ago=11).post(path, data).status_code == 422
    assert table.communicator.post(path, data).status_code == 404
    assert public(table, table.core_id).version == 1


def test_a_partner_corrects_its_own_text_once_it_has_consented(table: Table) -> None:
    """Nobody else finds the page."""
    saved = edit_own(table)
    path = f"/arbete/text/{table.text_id}/ratta"
    assert "inte gett klartecken" in table.at(table.partner).get(path).get_data(as_text=True)
    assert table.at(table.partner).post(path, {"revision": saved.revision}).status_code == 422
    consenting.consent(table.office.place, table.partner, table.text_id, revision=saved.revision, now=table.office.now)
    assert table.at(table.partner).post(path, {"revision": saved.revision}).status_code == 303
    assert public(table, table.text_id).headline == "Vi lyssnar alltid"
    for other in (table.office.communicator, table.office.partner("Annan (exempel)")):
        for page in (path, f"/arbete/text/{table.text_id}/dra-tillbaka"):
            assert table.at(other).get(page).status_code == 404
            assert table.at(other).post(page, {"revision": saved.revision}).status_code == 404


def test_a_partner_withdraws_its_own_text_alone(table: Table) -> None:
    """It is gone at once, and cannot be withdrawn twice."""
    path = f"/arbete/text/{table.text_id}/dra-tillbaka"
    page_of(table.at(table.partner).get(path))
    assert table.at(table.partner).post(f"{path}/bekrafta").status_code == 303
    assert public(table, table.text_id).withdrawn_at is not None
    assert table.at(table.partner).post(f"{path}/bekrafta").status_code == 409


def test_a_core_text_is_withdrawn_by_two_people(table: Table) -> None:
    """Whoever asked waits."""
    path = f"/arbete/text/{table.core_id}/dra-tillbaka"
    for _ in range(2):
        assert table.communicator.post(path).status_code == 303
    asked = rows(table.office.place, Proposal, col(Proposal.action) == correcting.WITHDRAW_TEXT)
    assert len(asked) == 1
    assert "väntar på en kollega" in table.communicator.get(path).get_data(as_text=True)
    assert table.communicator.post(f"{path}/bekrafta").status_code == 422
    assert public(table, table.core_id).withdrawn_at is None
    page_of(table.approver.get(path))
    assert table.approver.post(f"{path}/bekrafta").status_code == 303
    assert public(table, table.core_id).withdrawn_at is not None


def test_what_could_not_wait_is_read_afterwards_on_its_page(table: Table) -> None:
    """The approver ticks a box; then the page, the matrix and the start page say that it is unread until it is read."""
    office = table.office
    core = matching.own_messages(office.place, office.communicator, table.campaign_id, now=office.now)[0]
    english = next(one for one in core.texts if one.language == "en")
    matching.edit_text(
        office.place, office.communicator, core.message_id, language="en",
        content=text("The money never ever comes", "Call 114 14."), expected_version=english.version, now=office.now,
    )  # fmt: skip
    path, reading = f"/arbete/text/{english.text_id}/ratta", f"/arbete/text/{core.message_id}/en/granska"
    page = table.approver.get(path)
    assert "ombeds att läsa den efteråt" in page.text
    data = {"revision": hidden(page, "revision")[0], "unread": "1"}
    assert table.approver.post(path, data).status_code == 303
    assert "offentlig, oläst" in table.communicator.get(f"/arbete/kampanj/{table.campaign_id}/sprak").text
    assert "ingen annan än den som skrev den har läst den" in table.approver.get("/arbete/").text
    assert "så en annan person läser den" in table.communicator.get(reading).text
    page = table.approver.get(reading)
    assert "Allmänheten läser det här" in page.text
    shown = {"revision": hidden(page, "revision")[0]}
    refused = table.communicator.post(reading, shown | {"step": "last"})
    assert (refused.status_code, "två personer" in refused.text) == (422, True)
    without = table.approver.post(reading, shown | {"step": "fel"})
    assert (without.status_code, "Skriv vad som behöver ändras" in without.text) == (422, True)
    assert table.approver.post(reading, shown | {"step": "last"}).status_code == 303
    assert "Allmänheten läser det här" not in table.approver.get(reading).text
    assert "offentlig, oläst" not in table.communicator.get(f"/arbete/kampanj/{table.campaign_id}/sprak").text


def test_nothing_is_corrected_before_the_lift(table: Table) -> None:
    """Then a text is simply edited."""
    campaign_id = table.office.registered(lift_at=table.office.now.replace(year=2027))
    core = table.office.core_message(campaign_id)
    own = matching.own_messages(table.office.place, table.office.communicator, campaign_id, now=table.office.now)[0]
    assert own.message_id == core
    assert table.approver.get(f"/arbete/text/{own.texts[0].text_id}/ratta").status_code == 409
    assert table.approver.get("/arbete/text/finns-inte/ratta").status_code == 404


def test_a_translation_says_what_it_lacks_and_which_numbers_change(table: Table) -> None:
    """The approver has it read, or decides by name that it cannot wait."""
    office = table.office
    message_id = office.core_message(table.campaign_id)
    english = col(Text.message_id) == message_id, col(Text.language) == "en"
    (written,) = rows(office.place, Text, *english)
    matching.edit_text(
        office.place, office.communicator, message_id, language="en",
        content=text("The money never comes", "Call 114 14, or 112."), expected_version=written.version, now=office.now,
    )  # fmt: skip
    path = f"/arbete/text/{written.id}/ratta"
    page = table.approver.get(path)
    said = page_of(page).one("main").words()
    assert [one.words() for one in page_of(page).all("dd")][:2] == ["–", "112"]
    assert "Ingen mer än den som skrev har läst den." in said
    assert "ingen har återgett den på svenska" in said
    assert f"/arbete/text/{message_id}/en/granska" in page.text
    data = {"revision": hidden(page, "revision")[0]}
    refused = table.approver.post(path, data)
    assert refused.status_code == 422
    assert "besluta med ditt namn" in refused.text
    assert public(table, written.id).version == 1
    assert table.approver.post(path, data | {"unread": "1"}).status_code == 303
    assert public(table, written.id).version == 2
