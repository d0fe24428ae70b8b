"""Approval on the page: what is shown is what is approved, by another person, with a fresh second factor."""

from datetime import timedelta
from pathlib import Path

import pytest
from factories import Office, rows, text
from launching import Table, briefed_table, hidden, page_of
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Delivery, Proposal, Release
from campaigns.work.launch import approving
from campaigns.work.partners import matching


@pytest.fixture
def table(sqlite_office: Office, tmp_path: Path) -> Table:
    """A campaign that can be approved."""
    found = briefed_table(sqlite_office, tmp_path)
    found.office.make_ready(found.campaign_id)
    return found


def ask(table: Table) -> None:
    """The communicator asks, once every language is ready."""
    table.office.make_ready(table.campaign_id)
    approving.ask_approval(table.office.place, table.office.communicator, table.campaign_id, now=table.office.now)


def approve(table: Table, **wanted: object) -> dict[str, object]:
    """What the approver's form would send."""
    shown = table.approver.get(f"{table.base}/godkannande")
    return {"revision": hidden(shown, "revision")[0], "seen": hidden(shown, "seen"), **wanted}


def test_every_text_that_goes_out_stands_on_the_page_with_its_channels(table: Table) -> None:
    """And how much leaves, to whom, in which languages."""
    words = page_of(table.communicator.get(f"{table.base}/godkannande")).one("main").words()
    assert "4 leveranser till 1 organisation på 2 språk" in words
    assert "Ring oss, eller 114 14." in words
    assert "Call 114 14." in words
    assert "för hand" in words


def test_two_people_approve_and_the_release_is_frozen(table: Table) -> None:
    """The communicator asks, the approver reads and says yes."""
    assert table.communicator.post(f"{table.base}/godkannande/be").status_code == 303
    answer = table.approver.post(f"{table.base}/godkannande", approve(table))
    assert answer.status_code == 303
    assert table.stage is Stage.APPROVED
    words = page_of(table.approver.get(f"{table.base}/godkannande")).one("main").words()
    assert "Godkänt och fryst" in words


def test_sending_twice_asks_once_and_approves_once(table: Table) -> None:
    """A button that is pressed twice does no harm."""
    for _ in range(2):
        assert table.communicator.post(f"{table.base}/godkannande/be").status_code == 303
    assert len(rows(table.office.place, Proposal)) == 1
    data = approve(table)
    for _ in range(2):
        assert table.approver.post(f"{table.base}/godkannande", data).status_code == 303
    assert len(rows(table.office.place, Release)) == 1
    assert len(rows(table.office.place, Delivery, col(Delivery.release_id).is_not(None))) == 4


def test_what_changed_since_the_page_was_opened_is_refused_and_named(table: Table) -> None:
    """Nobody approves words they have not seen, even when they were asked for in between."""
    ask(table)
    data = approve(table)
    table.office.now += timedelta(minutes=1)
    other = table.office.member(table.partner.organisation_id or "", {Role.EDITOR, Role.PUBLISHER})
    table.office.accept(other, table.campaign_id)
    table.office.consented(other, table.campaign_id, language="en", channels=[ChannelKind.EMAIL])
    ask(table)
    answer = table.approver.post(f"{table.base}/godkannande", data)
    words = page_of(answer, status=422).one("main").words()
    assert "har ändrats sedan du öppnade sidan" in words
    assert "Ungdomsjouren (exempel), English: ändrad av exempel" in words
    assert table.stage is Stage.BRIEFING


def test_a_factor_that_was_proved_long_ago_is_asked_for_again(table: Table) -> None:
    """And nothing is approved without it."""
    ask(table)
    data = approve(table)
    stale = table.at(table.office.approver, minutes_ago=11)
    assert 'name="code"' in stale.get(f"{table.base}/godkannande").get_data(as_text=True)
    assert stale.post(f"{table.base}/godkannande", data).status_code == 422
    assert table.stage is Stage.BRIEFING


def test_an_author_who_may_approve_is_told_beforehand_that_it_takes_another(table: Table) -> None:
    """There is no button to press in vain."""
    both = table.office.member(table.office.police, {Role.COMMUNICATOR, Role.APPROVER})
    core = table.office.core_message(table.campaign_id)
    own = matching.own_messages(table.office.place, both, table.campaign_id, now=table.office.now)[0]
    version = next(one.version for one in own.texts if one.language == "sv")
    matching.edit_text(
        table.office.place, both, core, language="sv", content=text("Ny rubrik"), expected_version=version,
        now=table.office.now,
    )  # fmt: skip
    ask(table)
    page = table.at(both).get(f"{table.base}/godkannande")
    assert "Du har skrivit delar av kärntexterna" in page.get_data(as_text=True)
    assert hidden(page, "revision") == []
    answer = table.at(both).post(f"{table.base}/godkannande", approve(table))
    assert answer.status_code == 422
    assert table.stage is Stage.BRIEFING


def test_a_communicator_cannot_approve_and_a_partner_sees_nothing_of_it(table: Table) -> None:
    """What is not for somebody is not there."""
    ask(table)
    data = approve(table)
    assert table.communicator.post(f"{table.base}/godkannande", data).status_code == 404
    partner = table.at(table.partner)
    for page in ("godkannande", "utskick", "utskick/lage", "pausa", "skjut-upp", "lyft-i-fortid", "dra-tillbaka"):
        assert partner.get(f"{table.base}/{page}").status_code == 404
    assert partner.post(f"{table.base}/godkannande/be").status_code == 404


def test_what_stands_in_the_way_is_said_before_anybody_asks(table: Table) -> None:
    """A language without a text closes the gate, and there is no button."""
    campaign_id = table.office.briefed(languages=("sv", "en", "so"))
    page = table.communicator.get(f"/arbete/kampanj/{campaign_id}/godkannande").get_data(as_text=True)
    assert "Något står i vägen" in page
    assert "/godkannande/be" not in page
    assert table.communicator.post(f"/arbete/kampanj/{campaign_id}/godkannande/be").status_code == 422
