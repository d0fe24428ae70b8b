"""The first page after login: for every role, without a word under embargo, and with the next step when it is empty."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from desks import at_desk
from factories import Office
from living import living

from campaigns.domain.access import Role
from campaigns.web.workplace.start.pages import CARDS, HOURS, POINTS, STEPS
from campaigns.work.overview.cards import Step, Waits
from campaigns.work.overview.news import Point


def test_every_card_point_and_step_has_its_words() -> None:
    """What may wait can be shown."""
    assert set(CARDS) == set(Waits)
    assert set(POINTS) == set(Point)
    assert set(STEPS) == set(Step)
    assert HOURS[-1][0] == 24


@pytest.mark.parametrize(
    "role", ["communicator", "approver", "steward", "administrator", "helpline", "study", "reader"]
)
def test_every_role_has_a_page(sqlite_office: Office, tmp_path: Path, role: str) -> None:
    """In a workplace with life in it."""
    world = living(sqlite_office)
    actor = getattr(world, role, None) or getattr(sqlite_office, role)
    answer = at_desk(sqlite_office, tmp_path, actor).get("/arbete/")
    assert answer.status_code == 200
    assert "<h1>Hej" in answer.get_data(as_text=True)


def test_a_campaign_whose_terms_are_not_accepted_has_no_name(sqlite_office: Office, tmp_path: Path) -> None:
    """It is called a coming campaign, with its time and the way to the terms."""
    partner = sqlite_office.partner()
    campaign_id = sqlite_office.briefed(name="Operation Norrsken", slug="operation-norrsken")
    shown = at_desk(sqlite_office, tmp_path, partner).get("/arbete/").get_data(as_text=True)
    assert "Norrsken" not in shown
    assert "norrsken" not in shown
    assert "En kommande kampanj" in shown
    assert f"/arbete/kampanj/{campaign_id}/villkor" in shown


def test_a_fresh_police_organisation_is_led_to_its_first_campaign(sqlite_office: Office, tmp_path: Path) -> None:
    """And to inviting a colleague, where one may."""
    fresh = sqlite_office.member(sqlite_office.police, {Role.COMMUNICATOR, Role.ADMINISTRATOR})
    shown = at_desk(sqlite_office, tmp_path, fresh).get("/arbete/").get_data(as_text=True)
    assert "/arbete/kampanj/ny" in shown
    assert "Ingen kampanj är på väg." in shown


def test_a_fresh_partner_is_led_to_what_it_follows_and_a_channel(sqlite_office: Office, tmp_path: Path) -> None:
    """Three first steps for whoever administers it alone."""
    fresh = sqlite_office.member(sqlite_office.organisation("Ny", places=()), {Role.ADMINISTRATOR})
    shown = at_desk(sqlite_office, tmp_path, fresh).get("/arbete/").get_data(as_text=True)
    assert "/arbete/organisation/kanaler" in shown
    assert "/arbete/organisation/medlemmar" in shown


@pytest.mark.parametrize(
    ("hour", "said"), [(2, "God natt"), (6, "God morgon"), (11, "Hej"), (19, "God kväll"), (23, "God kväll")]
)
def test_the_greeting_is_that_of_the_hour_in_sweden(
    sqlite_office: Office, tmp_path: Path, hour: int, said: str
) -> None:
    """In November an hour ahead of UTC."""
    sqlite_office.now = datetime(2026, 11, 23, (hour - 1) % 24, 30, tzinfo=UTC)
    shown = at_desk(sqlite_office, tmp_path, sqlite_office.communicator).get("/arbete/").get_data(as_text=True)
    assert f"<h1>{said}" in shown
