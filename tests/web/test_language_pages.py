"""All languages at a glance, what the release does with each, and what a change of a Swedish text means."""

from pathlib import Path

import pytest
from desks import Desk, make_workplace_app
from factories import Office, rows
from launching import page_of
from scenes import STAGES, Scene
from sqlmodel import col
from translating_tasks import ask, edit_swedish, translation

from campaigns.store.tables import Campaign, Text
from campaigns.work.partners import briefing


@pytest.fixture
def scene(sqlite_office: Office) -> Scene:
    """A campaign in briefing whose English is ready."""
    return STAGES["briefing"](sqlite_office)


@pytest.fixture
def desk(sqlite_office: Office, scene: Scene, tmp_path: Path) -> Desk:
    """The communicator's browser."""
    app = make_workplace_app(sqlite_office, tmp_path)
    return Desk(app, sqlite_office.place, scene.communicator, now=scene.now)


def matrix(scene: Scene) -> str:
    """The page's address."""
    return f"/arbete/kampanj/{scene.campaign_id}/sprak"


def words(desk: Desk, address: str) -> str:
    """What a page says."""
    answer = desk.get(address)
    assert answer.status_code == 200
    return page_of(answer).one("main").words()


def test_every_language_is_there_with_what_is_done_and_who_is_at_it(desk: Desk, scene: Scene) -> None:
    """Each cell leads to the work."""
    ask(scene)
    said = words(desk, matrix(scene))
    assert "2 av 2 språk är klara eller beslutade." in said
    assert "granskad" in said
    assert "exempel, översätta" in said
    assert f"/arbete/text/{scene.core_message_id}/en/granska" in desk.get(matrix(scene)).text


def test_a_changed_swedish_text_asks_what_the_change_means(desk: Desk, scene: Scene) -> None:
    """With the words that changed; said once it stands there."""
    edit_swedish(scene)
    said = words(desk, matrix(scene))
    assert "kommmer" in said
    assert "Vad ändrade du?" in said
    address = f"/arbete/kampanj/{scene.campaign_id}/andrad-svenska/{scene.core_message_id}"
    revision = translation(scene, "sv").revision
    assert desk.post(address, {"kind": "meaning", "revision": revision}).status_code == 303
    assert "Översättarna har fått veta det." in words(desk, matrix(scene))
    assert desk.post(address, {"kind": "typo", "revision": revision}).status_code == 303
    assert "2 av 2 språk" in words(desk, matrix(scene))
    refused = desk.post(address, {"kind": "typo", "revision": revision})
    assert refused.status_code == 422
    assert "Alla översättningar är gjorda från den svenska texten som den är nu." in refused.text


@pytest.mark.parametrize(("choice", "shown"), [("out", "lämnas utanför"), ("swedish", "visas på svenska")])
def test_a_language_is_decided_about_and_taken_in_again(desk: Desk, scene: Scene, choice: str, shown: str) -> None:
    """By name."""
    assert desk.post(matrix(scene), {"language": "en", "choice": choice}).status_code == 303
    said = words(desk, matrix(scene))
    assert shown in said
    assert "beslutat av exempel" in said
    assert desk.post(matrix(scene), {"language": "en", "choice": "in"}).status_code == 303
    (campaign,) = rows(scene.place, Campaign, col(Campaign.id) == scene.campaign_id)
    assert (campaign.left_out, campaign.in_swedish) == ({}, {})


def test_what_cannot_be_decided_is_said_on_the_page(desk: Desk, scene: Scene) -> None:
    """And a choice that nobody offers is not there."""
    desk.post(matrix(scene), {"language": "en", "choice": "swedish"})
    refused = desk.post(matrix(scene), {"language": "sv", "choice": "out"})
    assert refused.status_code == 422
    assert "så svenskan kan inte lämnas utanför" in refused.text
    assert desk.post(matrix(scene), {"language": "en", "choice": "x"}).status_code == 404


def test_a_language_shown_in_swedish_has_a_public_page_that_says_so(sqlite_office: Office, tmp_path: Path) -> None:
    """The Swedish words, labelled, and no word of the unfinished translation."""
    scene = STAGES["draft"](sqlite_office)
    app = make_workplace_app(sqlite_office, tmp_path)
    desk = Desk(app, sqlite_office.place, scene.communicator, now=scene.now)
    desk.post(matrix(scene), {"language": "en", "choice": "swedish"})
    briefing.open_briefing(scene.place, scene.communicator, scene.campaign_id, now=scene.now)
    sqlite_office.approve(scene.campaign_id)
    sqlite_office.now = Office.LIFT
    sqlite_office.record_live(scene.campaign_id)
    slug = rows(scene.place, Campaign, col(Campaign.id) == scene.campaign_id)[0].slug
    at_lift = Desk(app, sqlite_office.place, scene.communicator, now=Office.LIFT)
    page = at_lift.get(f"/kampanj/{slug}/en")
    assert page.status_code == 200
    assert "Pengarna kommer aldrig" in page.text
    assert "not here in English yet. It is shown in Swedish." in page.text
    assert "The money never comes" not in page.text
    assert at_lift.get(f"/kampanj/{slug}/so").status_code == 404
    states = {text.language: text.state.value for text in rows(scene.place, Text)}
    assert states["en"] != "published"
