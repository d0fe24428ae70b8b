"""Grave steps on their own pages: what they say beforehand, who may take them, and that two people are two."""

from datetime import timedelta
from pathlib import Path

import pytest
from factories import Office, rows
from launching import Table, approved_table, hidden, page_of
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.tables import Proposal

LATER = {"lift_at-date": "2026-11-25", "lift_at-time": "10:00"}
EARLY = {"lift_at-date": "2026-11-23", "lift_at-time": "20:00"}
STEPS = ("pausa", "aterta", "oppna-igen", "avsluta", "skjut-upp", "lyft-i-fortid", "dra-tillbaka")


@pytest.fixture
def table(sqlite_office: Office, tmp_path: Path) -> Table:
    """A campaign that waits for its T."""
    return approved_table(sqlite_office, tmp_path)


def test_each_step_says_whom_it_concerns_and_whether_it_can_be_undone(table: Table) -> None:
    """By name and number."""
    words = page_of(table.communicator.get(f"{table.base}/oppna-igen")).one("main").words()
    assert "Polisen (exempel), Ungdomsjouren (exempel)" in words
    assert "4 leveranser väntar" in words
    assert "ett nytt godkännande kan begäras genast" in words


@pytest.mark.parametrize("sign", STEPS)
def test_no_other_organisation_finds_the_step(table: Table, sign: str) -> None:
    """Neither a partner nor other police, reading or writing; a look changes nothing."""
    norr = table.office.organisation("Polisen Norr (exempel)", kind=OrganisationKind.POLICE)
    for actor in (table.partner, table.office.member(norr, {Role.APPROVER})):
        assert table.at(actor).get(f"{table.base}/{sign}").status_code == 404
        assert table.at(actor).post(f"{table.base}/{sign}", LATER).status_code == 404
    assert table.communicator.get(f"{table.base}/{sign}").status_code == 200
    assert table.stage is Stage.APPROVED


def test_what_was_held_is_resumed_and_what_was_approved_is_reopened(table: Table) -> None:
    """And a step that does not fit is refused in words, twice pressed is once taken."""
    desk = table.communicator
    assert desk.post(f"{table.base}/pausa").status_code == 303
    assert desk.post(f"{table.base}/aterta").status_code == 303
    assert desk.post(f"{table.base}/avsluta").status_code == 422
    for _ in range(2):
        assert desk.post(f"{table.base}/oppna-igen").status_code == 303
    assert table.stage is Stage.BRIEFING


def test_a_new_time_is_shown_with_its_weekday_before_anything_is_moved(table: Table) -> None:
    """Then exactly that one is confirmed."""
    desk = table.communicator
    shown = desk.post(f"{table.base}/skjut-upp", LATER)
    assert "onsdag 25 november 2026 kl. 10.00 (svensk tid)" in page_of(shown).one("main").words()
    assert table.campaign.lift_at == Office.LIFT
    confirmed = hidden(shown, "confirmed")[0]
    other = LATER | {"lift_at-time": "11:00", "confirmed": confirmed}
    assert desk.post(f"{table.base}/skjut-upp", other).status_code == 200
    assert table.campaign.lift_at == Office.LIFT
    for _ in range(2):
        assert desk.post(f"{table.base}/skjut-upp", LATER | {"confirmed": confirmed}).status_code == 303
    assert table.campaign.lift_at == Office.LIFT + timedelta(days=1)


def test_a_time_that_cannot_be_is_refused_beside_its_field_and_kept(table: Table) -> None:
    """In the past, and earlier than planned."""
    desk = table.communicator
    past = page_of(desk.post(f"{table.base}/skjut-upp", LATER | {"lift_at-date": "2026-11-22"}), status=422)
    assert next(past.all("input", id="f-lift_at-date")).attributes["value"] == "2026-11-22"
    assert "har redan passerat" in past.one("p", id="e-lift_at").words()
    shown = desk.post(f"{table.base}/skjut-upp", EARLY)
    refused = desk.post(f"{table.base}/skjut-upp", EARLY | {"confirmed": hidden(shown, "confirmed")[0]})
    assert page_of(refused, status=422).one("p", id="e-lift_at").words()


@pytest.mark.parametrize("leap", ["23:59:60", "23:59:60Z", "23:60"])
def test_a_leap_second_is_no_time_to_lift_at_and_is_said_so(table: Table, leap: str) -> None:
    """Beside its field, in the steps of a release and where a campaign's times are chosen; nothing moves."""
    typed = {"lift_at-date": "2026-12-31", "lift_at-time": leap}
    refused = page_of(table.communicator.post(f"{table.base}/skjut-upp", typed), status=422)
    assert "Ange både datum och tid" in refused.one("p", id="e-lift_at").words()
    opens = {"briefing_opens_at-date": "2026-11-23", "briefing_opens_at-time": "08:00"}
    assert table.communicator.post(f"{table.base}/tid", typed | opens).status_code == 422
    assert table.campaign.lift_at == Office.LIFT


def test_an_early_lift_takes_two_people_and_is_confirmed_as_it_was_proposed(table: Table) -> None:
    """Asking twice is asking once, and whoever asked waits."""
    for _ in range(2):
        assert table.communicator.post(f"{table.base}/lyft-i-fortid", EARLY).status_code == 303
    assert len(rows(table.office.place, Proposal, col(Proposal.action) == "lift_early")) == 1
    mine = table.communicator.get(f"{table.base}/lyft-i-fortid").get_data(as_text=True)
    assert "Du bad om det här, så det väntar på en kollega." in mine
    assert "bekrafta" not in mine
    page = table.approver.get(f"{table.base}/lyft-i-fortid")
    data = {"lift_at": hidden(page, "lift_at")[0]}
    assert table.communicator.post(f"{table.base}/lyft-i-fortid/bekrafta", data).status_code == 422
    assert table.campaign.lift_at == Office.LIFT
    for _ in range(2):
        assert table.approver.post(f"{table.base}/lyft-i-fortid/bekrafta", data).status_code == 303
    assert table.campaign.lift_at == Office.LIFT - timedelta(hours=14)


def test_the_gravest_steps_ask_for_the_second_factor_anew(table: Table) -> None:
    """Proposing and confirming alike; the hold never does."""
    stale = table.at(table.office.approver, minutes_ago=11)
    assert stale.post(f"{table.base}/lyft-i-fortid", EARLY).status_code == 422
    assert table.communicator.post(f"{table.base}/lyft-i-fortid", EARLY).status_code == 303
    data = {"lift_at": (Office.LIFT - timedelta(hours=14)).isoformat()}
    assert stale.post(f"{table.base}/lyft-i-fortid/bekrafta", data).status_code == 422
    assert table.campaign.lift_at == Office.LIFT
    table.lift()
    stale = table.at(table.office.approver, minutes_ago=11)
    assert stale.post(f"{table.base}/dra-tillbaka").status_code == 422
    assert stale.post(f"{table.base}/dra-tillbaka/bekrafta").status_code == 422
    assert table.stage is Stage.LIVE


def test_a_hold_needs_no_fresh_factor(table: Table) -> None:
    """Stopping is never made slow."""
    assert table.at(table.office.approver, minutes_ago=60).post(f"{table.base}/pausa").status_code == 303
    assert table.stage is Stage.HELD


def test_a_campaign_is_withdrawn_by_two_people(table: Table) -> None:
    """One asks, everything stays public; another confirms, once."""
    table.lift()
    for _ in range(2):
        assert table.communicator.post(f"{table.base}/dra-tillbaka").status_code == 303
    assert table.communicator.post(f"{table.base}/dra-tillbaka/bekrafta").status_code == 422
    assert table.stage is Stage.LIVE
    assert "bekrafta" in table.approver.get(f"{table.base}/dra-tillbaka").get_data(as_text=True)
    assert "vill dra tillbaka kampanjen" in table.approver.get(f"{table.base}/utskick").get_data(as_text=True)
    for _ in range(2):
        assert table.approver.post(f"{table.base}/dra-tillbaka/bekrafta").status_code == 303
    assert table.campaign.withdrawn_at is not None


def test_the_work_on_a_public_campaign_is_ended_by_one(table: Table) -> None:
    """It stays public."""
    table.lift()
    assert table.communicator.post(f"{table.base}/avsluta").status_code == 303
    assert table.stage is Stage.CLOSED
