"""One delivery, what is published by hand, and the receipt: for those they concern."""

from pathlib import Path

import pytest
from factories import Office
from launching import Table, approved_table, page_of

from campaigns.domain.access import Role
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.work.launch.reporting import release_receipt


@pytest.fixture
def table(sqlite_office: Office, tmp_path: Path) -> Table:
    """A campaign that waits for its T."""
    return approved_table(sqlite_office, tmp_path)


def test_a_partner_prepares_its_own_text_before_the_lift(table: Table) -> None:
    """The police see the delivery and not the text; others see nothing."""
    path = f"/arbete/leverans/{table.delivery(ChannelKind.BY_HAND).id}"
    own = page_of(table.at(table.partner).get(path)).one("main").words()
    assert "Ring oss, eller 114 14." in own
    assert "publicera ingenting före dess" in own
    police = table.communicator.get(path).get_data(as_text=True)
    assert "Ring oss" not in police
    assert "ser bara organisationen själv sin text" in police
    stranger = table.office.partner("Annan (exempel)")
    assert table.at(stranger).get(path).status_code == 404
    assert table.at(stranger).get(f"{path}/paminnelse.ics").status_code == 404
    not_briefed = table.office.member(table.partner.organisation_id or "", {Role.PUBLISHER})
    assert table.at(not_briefed).get(path).status_code == 404


def test_the_calendar_file_holds_the_time_and_nothing_of_the_campaign(table: Table) -> None:
    """A neutral title."""
    answer = table.at(table.partner).get(f"/arbete/leverans/{table.delivery(ChannelKind.BY_HAND).id}/paminnelse.ics")
    said = answer.get_data(as_text=True)
    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20261124T090000Z" in said
    assert "SUMMARY:Något att göra (Samklang)" in said
    assert table.campaign.name not in said
    assert table.campaign.slug not in said


def test_whoever_publishes_by_hand_says_so_with_the_link(table: Table) -> None:
    """A wrong address is kept and refused at its field; twice is once."""
    table.lift()
    path = f"/arbete/leverans/{table.set(ChannelKind.BY_HAND, DeliveryState.SENDING, attempts=1)}"
    desk = table.at(table.partner)
    wrong = page_of(desk.post(f"{path}/publicerat", {"address": "facebook"}), status=422)
    assert wrong.one("input", id="f-address").attributes["value"] == "facebook"
    for _ in range(2):
        assert desk.post(f"{path}/publicerat", {"address": "https://example.org/1"}).status_code == 303
    assert table.delivery(ChannelKind.BY_HAND).address == "https://example.org/1"
    assert "https://example.org/1" in desk.get(path).get_data(as_text=True)


def test_a_reader_may_look_and_decide_nothing(table: Table) -> None:
    """Reporting is for those who write or give consent."""
    reader = table.office.member(table.partner.organisation_id or "", {Role.READER})
    table.office.accept(reader, table.campaign_id)
    table.lift()
    path = f"/arbete/leverans/{table.set(ChannelKind.EMAIL, DeliveryState.LATE)}"
    assert "Försök igen" not in table.at(reader).get(path).get_data(as_text=True)
    assert table.at(reader).post(f"{path}/igen").status_code == 404
    assert table.at(table.partner).post(f"{path}/igen").status_code == 303
    assert table.delivery(ChannelKind.EMAIL).state is DeliveryState.PLANNED


def test_what_is_settled_cannot_be_decided_about(table: Table) -> None:
    """The page says so, and nothing changes."""
    table.lift()
    path = f"/arbete/leverans/{table.set(ChannelKind.EMAIL, DeliveryState.CANCELLED)}"
    assert table.communicator.post(f"{path}/klar").status_code == 422
    assert table.delivery(ChannelKind.EMAIL).state is DeliveryState.CANCELLED


def test_the_way_back_leads_nowhere_else(table: Table) -> None:
    """Whatever the form says."""
    table.lift()
    path = f"/arbete/leverans/{table.set(ChannelKind.EMAIL, DeliveryState.LATE)}"
    answer = table.communicator.post(f"{path}/lamna", {"till": "https://example.org/"})
    assert answer.headers["Location"] == path


def test_the_receipt_is_whole_for_the_police_and_ones_own_for_a_partner(table: Table) -> None:
    """As a page and as a file, and for a partner only from T."""
    partner = table.at(table.partner)
    assert "Det finns inget kvitto än." in partner.get(f"{table.base}/kvitto").get_data(as_text=True)
    assert partner.get(f"{table.base}/kvitto.json").status_code == 404
    table.lift()
    whole = table.communicator.get(f"{table.base}/kvitto.json")
    assert whole.get_json() == release_receipt(table.office.place, table.office.communicator, table.campaign.slug)
    assert len(table.at(table.partner).get(f"{table.base}/kvitto.json").get_json()["deliveries"]) == 4
    own = page_of(table.at(table.partner).get(f"{table.base}/kvitto")).one("main").words()
    assert "er egen organisations leveranser" in own
    page_of(table.communicator.get(f"{table.base}/kvitto"))
    stranger = table.at(table.office.partner("Annan (exempel)"))
    assert stranger.get(f"{table.base}/kvitto").status_code == 404
    assert stranger.get(f"{table.base}/kvitto.json").status_code == 404


def test_a_member_who_has_not_accepted_the_terms_sees_no_title_on_the_receipt(table: Table) -> None:
    """Titles are under embargo too."""
    newcomer = table.office.member(table.partner.organisation_id or "", {Role.PUBLISHER})
    page = table.at(newcomer).get(f"{table.base}/kvitto").get_data(as_text=True)
    assert table.campaign.name not in page
    assert table.campaign.slug not in page
