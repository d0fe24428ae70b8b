"""The pages of readiness and coverage: whose they are, what their buttons do, and what is said when they cannot."""

from pathlib import Path

import pytest
from desks import at_desk
from factories import Office, rows, text
from sqlmodel import col

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Role
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Campaign, Delivery

PAGES = ("beredskap", "tackning")
WRITES = ("paminn", "ova", "sprak")


def path(campaign_id: str, page: str) -> str:
    """The address of a page of a campaign."""
    return f"/arbete/kampanj/{campaign_id}/{page}"


@pytest.mark.parametrize("page", PAGES + WRITES)
def test_partners_and_other_police_find_nothing_here(sqlite_office: Office, tmp_path: Path, page: str) -> None:
    """Neither the pages nor what their buttons do; the answer is the same as for a campaign that never was."""
    office = sqlite_office
    partner = office.partner()
    campaign_id = office.briefed(partner)
    police = office.member(office.organisation("Annan polis", kind=OrganisationKind.POLICE), {Role.COMMUNICATOR})
    for actor in (partner, police):
        desk = at_desk(office, tmp_path, actor)
        ask = desk.post if page in WRITES else desk.get
        for campaign in (campaign_id, "no-such"):
            assert ask(path(campaign, page)).status_code == 404
    assert not rows(office.place, Delivery, col(Delivery.notice) == NoticeKind.REMINDER.value)


def test_the_board_says_states_in_words_and_shows_no_draft(sqlite_office: Office, tmp_path: Path) -> None:
    """A sign never stands alone, and a partner's words are its own."""
    office = sqlite_office
    partner = office.partner("Ungdomsjouren")
    campaign_id = office.briefed(partner)
    office.answer(partner, campaign_id, content=text("Hemligt utkast", "Ring 114 14."))
    shown = at_desk(office, tmp_path, office.communicator).get(path(campaign_id, "beredskap")).get_data(as_text=True)
    assert "väntar på klartecken" in shown
    assert "Allt hänger på en person." in shown
    assert "Kan åtgärdas av" in shown
    assert "Hemligt utkast" not in shown


def test_a_reminder_is_sent_once_and_refused_in_words_the_second_time(sqlite_office: Office, tmp_path: Path) -> None:
    """The board shows when; the same press again stores nothing."""
    office = sqlite_office
    partner = office.partner("Ungdomsjouren")
    campaign_id = office.briefed(partner)
    desk = at_desk(office, tmp_path, office.communicator)
    first = desk.post(path(campaign_id, "paminn"), {"organisation": partner.organisation_id})
    assert (first.status_code, first.headers["Location"]) == (303, path(campaign_id, "beredskap"))
    assert "Påmind" in desk.get(path(campaign_id, "beredskap")).get_data(as_text=True)
    second = desk.post(path(campaign_id, "paminn"), {"organisation": partner.organisation_id})
    assert second.status_code == 422
    assert "fick en påminnelse" in second.get_data(as_text=True)
    assert len(rows(office.place, Delivery, col(Delivery.notice) == NoticeKind.REMINDER.value)) == 1


def test_a_rehearsal_says_how_many_answer_and_the_board_what_is_wrong(sqlite_office: Office, tmp_path: Path) -> None:
    """Nobody listens at this webhook."""
    office = sqlite_office
    partner = office.partner(channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/hook")])
    campaign_id = office.briefed(partner)
    desk = at_desk(office, tmp_path, office.communicator)
    assert desk.post(path(campaign_id, "ova")).status_code == 303
    shown = desk.get(path(campaign_id, "beredskap")).get_data(as_text=True)
    assert "0 av 1 kanal svarar" in shown
    assert "svarar inte" in shown


def test_a_language_is_left_out_and_taken_in_by_name(sqlite_office: Office, tmp_path: Path) -> None:
    """And the page says who decided."""
    office = sqlite_office
    campaign_id = office.briefed()
    desk = at_desk(office, tmp_path, office.communicator)
    desk.post(path(campaign_id, "sprak"), {"language": "en", "choice": "out"})
    assert set(rows(office.place, Campaign)[0].left_out) == {"en"}
    assert "beslutat av" in desk.get(path(campaign_id, "beredskap")).get_data(as_text=True)
    desk.post(path(campaign_id, "sprak"), {"language": "en", "choice": "in"})
    assert rows(office.place, Campaign)[0].left_out == {}
    assert desk.post(path(campaign_id, "sprak"), {"language": "so", "choice": "out"}).status_code == 422


def test_the_gaps_are_said_in_words_beside_map_and_table(sqlite_office: Office, tmp_path: Path) -> None:
    """Swedish reaches Stockholm's county only; the map has a square for each county with its name."""
    office = sqlite_office
    partner = office.member(office.organisation("Samtal", places=("SE-AB",)), {Role.EDITOR, Role.PUBLISHER})
    campaign_id = office.briefed(partner)
    office.consented(partner, campaign_id)
    shown = at_desk(office, tmp_path, office.communicator).get(path(campaign_id, "tackning")).get_data(as_text=True)
    assert "Engelska når ingen region än." in shown
    assert "Svenska når inte Nord" in shown
    assert "Svenska når inte hela Gotlands län." in shown
    assert shown.count('<g class="tile') == 21
