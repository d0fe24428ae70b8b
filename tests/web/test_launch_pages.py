"""The launch room on the page: live and without JavaScript, before and after T, for the police alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from factories import Office, rows
from html_pages import Element, read
from launching import Table, approved_table, page_of
from sqlmodel import col

from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Delivery


@pytest.fixture
def table(sqlite_office: Office, tmp_path: Path) -> Table:
    """A campaign that waits for its T."""
    return approved_table(sqlite_office, tmp_path)


def room(table: Table) -> Element:
    """The part that changes, as it stands in the page."""
    return page_of(table.communicator.get(f"{table.base}/utskick")).one("div", id="room")


def test_the_fragment_is_what_stands_in_the_page(table: Table) -> None:
    """Byte for byte, before T and after it, so nothing jumps when it is put in."""
    for _ in range(2):
        desk = table.communicator
        page = desk.get(f"{table.base}/utskick").get_data(as_text=True)
        fragment = desk.get(f"{table.base}/utskick/lage").get_data(as_text=True)
        assert fragment[fragment.index("<div id=") :].strip() in page
        assert "csrf_token" not in fragment
        table.lift()


def test_the_countdown_stands_in_the_page_by_the_servers_clock(table: Table) -> None:
    """Without JavaScript it is right when the page is made, and the page is made again."""
    table.office.now = Office.LIFT - timedelta(hours=1, minutes=2, seconds=3)
    answer = table.communicator.get(f"{table.base}/utskick")
    page = page_of(answer)
    units = {part.attributes["data-unit"]: part.words() for part in page.one("p", role="timer").all("b")}
    assert units == {"days": "0", "hours": "01", "minutes": "02", "seconds": "03"}
    assert page.one("div", id="room").attributes["data-now"] == table.office.now.isoformat()
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in answer.get_data(as_text=True)
    table.office.now = Office.LIFT - timedelta(seconds=30)
    assert 'content="5"' in table.communicator.get(f"{table.base}/utskick").get_data(as_text=True)


def test_a_room_in_which_nothing_will_happen_is_left_alone(table: Table) -> None:
    """Neither polled nor reloaded."""
    campaign_id = table.office.briefed()
    answer = table.communicator.get(f"/arbete/kampanj/{campaign_id}/utskick")
    assert page_of(answer).one("div", id="room").attributes["data-every"] == "0"
    assert "http-equiv" not in answer.get_data(as_text=True)


def test_one_press_in_the_room_holds_the_campaign(table: Table) -> None:
    """One person, at once; pressing twice is one hold."""
    button = next(button for button in room(table).all("button") if button.has("form", "hold"))
    assert button.words() == "Pausa nu"
    for _ in range(2):
        assert table.communicator.post(f"{table.base}/pausa").status_code == 303
    assert table.stage is Stage.HELD
    assert "Ingenting öppnas och ingenting skickas." in room(table).words()


def test_every_delivery_is_told_as_it_lands(table: Table) -> None:
    """State in a word, milliseconds after T, and a plot that a sentence describes."""
    table.lift()
    sent = Office.LIFT + timedelta(milliseconds=12.3)
    table.set(ChannelKind.WEBHOOK, DeliveryState.LIVE, sent_at=sent, confirmed_at=sent, attempts=1)
    found = room(table)
    assert "1 av 4 leveranser har kommit fram. 3 är på väg." in found.words()
    assert "Den första gick efter 12,3 ms, hälften inom 12,3 ms, den sista efter 12,3 ms." in found.words()
    assert len(list(found.one("figure").all("circle"))) == 1
    assert found.attributes["data-says"] == "1 av 4 leveranser har kommit fram. 3 är på väg."


def test_what_needs_a_person_is_there_with_a_remedy_and_three_ways_out(table: Table) -> None:
    """From the room one decides and is back in the room; twice is once."""
    table.lift()
    unclear = table.set(ChannelKind.EMAIL, DeliveryState.UNKNOWN, attempts=1, error="no answer in time")
    found = room(table)
    ways = [str(button.attributes["formaction"]) for button in found.all("button") if button.has("form", "decide")]
    assert ways == [f"/arbete/leverans/{unclear}/{way}" for way in ("igen", "klar", "lamna")]
    assert "kan den publiceras två gånger" in found.words()
    for _ in range(2):
        answer = table.communicator.post(ways[1], {"till": f"{table.base}/utskick"})
        assert answer.headers["Location"] == f"{table.base}/utskick"
    assert table.delivery(ChannelKind.EMAIL).state is DeliveryState.LIVE


def test_many_deliveries_are_one_page_that_is_well_nested(table: Table) -> None:
    """Two hundred take no more queries; that is asserted with the task. Here they are drawn."""
    everyone = [
        table.office.partner(f"Partner {number} (exempel)", channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/in")])
        for number in range(20)
    ]
    campaign_id = table.office.approved(*everyone)
    page = read(table.communicator.get(f"/arbete/kampanj/{campaign_id}/utskick").get_data(as_text=True))
    wanted = col(Delivery.campaign_id) == campaign_id, col(Delivery.release_id).is_not(None)
    assert len(list(page.one("tbody").all("tr"))) == len(rows(table.office.place, Delivery, *wanted))
