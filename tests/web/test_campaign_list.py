"""The list of campaigns: by stage and time, filtered, and without a word too much for partners."""

from pathlib import Path

from desks import at_desk
from factories import Office
from living import living


def test_the_police_see_their_campaigns_in_every_stage(sqlite_office: Office, tmp_path: Path) -> None:
    """And each one's own page opens."""
    world = living(sqlite_office)
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    page = desk.get("/arbete/kampanjer").get_data(as_text=True)
    for stage, campaign_id in world.campaigns.items():
        assert f"/arbete/kampanj/{campaign_id}" in page, stage
        assert desk.get(f"/arbete/kampanj/{campaign_id}").status_code == 200, stage


def test_the_list_is_filtered_by_part_and_by_words(sqlite_office: Office, tmp_path: Path) -> None:
    """Capitals do not matter; nothing found says how to see all again."""
    world = living(sqlite_office)
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    coming = desk.get("/arbete/kampanjer?visa=coming").get_data(as_text=True)
    assert world.campaigns["approved"] in coming
    assert world.campaigns["draft"] not in coming
    assert world.campaigns["draft"] in desk.get("/arbete/kampanjer?q=fritidsLEDARE").get_data(as_text=True)
    assert 'href="/arbete/kampanjer"' in desk.get("/arbete/kampanjer?q=saknas").get_data(as_text=True)


def test_a_partner_sees_no_title_before_the_terms_are_accepted(sqlite_office: Office, tmp_path: Path) -> None:
    """The reader of a briefed organisation has accepted nothing; not even a search tells."""
    world = living(sqlite_office)
    page = at_desk(sqlite_office, tmp_path, world.reader).get("/arbete/kampanjer").get_data(as_text=True)
    assert world.campaigns["briefing"] in page
    assert "Gängsnacket" not in page
    assert world.campaigns["draft"] not in page
    searched = at_desk(sqlite_office, tmp_path, world.reader).get("/arbete/kampanjer?q=gängsnacket")
    assert world.campaigns["briefing"] not in searched.get_data(as_text=True)
    briefed = at_desk(sqlite_office, tmp_path, world.study).get("/arbete/kampanjer")
    assert "Gängsnacket inför jul" in briefed.get_data(as_text=True)


def test_an_empty_list_teaches_the_next_step(sqlite_office: Office, tmp_path: Path) -> None:
    """Another one for police and partner."""
    police = at_desk(sqlite_office, tmp_path, sqlite_office.communicator).get("/arbete/kampanjer")
    assert "/arbete/kampanj/ny/fil" in police.get_data(as_text=True)
    partner = at_desk(sqlite_office, tmp_path, sqlite_office.partner()).get("/arbete/kampanjer")
    assert "/arbete/organisation/bevakning" in partner.get_data(as_text=True)
