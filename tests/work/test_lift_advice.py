"""Advice on a time for a lift: holidays by rule, nights, other campaigns; and the calendar it is taken from."""

from datetime import UTC, date, datetime, timedelta

import pytest
from factories import Office

from campaigns.data import places
from campaigns.domain import calendar_sweden as calendar
from campaigns.domain.access import Role
from campaigns.domain.errors import NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.times import LiftInThePast
from campaigns.work.campaign.lift_advice import LiftAdvice, lift_advice


def advice(office: Office, campaign_id: str, lift_at: datetime) -> LiftAdvice:
    """Advice for the communicator on a campaign whose briefing is open."""
    return lift_advice(
        office.place,
        office.communicator,
        lift_at=lift_at,
        briefing_opens_at=office.now,
        campaign_id=campaign_id,
        now=office.now,
    )


@pytest.mark.parametrize(
    ("year", "day"),
    [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28"), (2038, "2038-04-25")],
)
def test_easter_is_computed(year: int, day: str) -> None:
    """The latest that there can be, the twenty-fifth of April, included."""
    assert calendar.easter(year) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-06-19", calendar.MIDSUMMER_EVE),
        ("2026-06-20", calendar.MIDSUMMER_DAY),
        ("2026-05-14", calendar.ASCENSION),
        ("2026-10-31", calendar.ALL_SAINTS),
        ("2027-03-26", calendar.GOOD_FRIDAY),
        ("2026-12-24", calendar.CHRISTMAS_EVE),
        ("2026-11-23", None),
    ],
)
def test_days_on_which_sweden_is_closed(day: str, name: str | None) -> None:
    """Fixed, by weekday and by Easter."""
    assert calendar.public_holiday(date.fromisoformat(day)) == name


@pytest.mark.parametrize(
    ("day", "place", "name"),
    [
        ("2027-02-16", "SE-O", calendar.SPORTS_BREAK),
        ("2027-02-16", "SE-AB", None),
        ("2027-03-02", "SE-AB-0180", calendar.SPORTS_BREAK),
        ("2027-03-02", "SE", calendar.SPORTS_BREAK),
        ("2027-11-03", "SE-AB", calendar.AUTUMN_BREAK),
        ("2027-07-01", "SE-AB", calendar.SUMMER_HOLIDAY),
        ("2027-01-05", "SE-AB", calendar.CHRISTMAS_HOLIDAY),
        ("2027-03-30", "SE-AB", calendar.EASTER_BREAK),
        ("2026-12-14", "SE-AB", None),
    ],
)
def test_school_holidays_by_county(day: str, place: str, name: str | None) -> None:
    """The sports break goes from county to county; the others are alike everywhere."""
    found = calendar.school_holiday(date.fromisoformat(day), [place], places())
    assert (found.name if found else None) == name


def test_an_ordinary_day_is_calm_and_a_night_at_christmas_is_not(sqlite_office: Office) -> None:
    """The hour counts as it is in Sweden."""
    campaign_id = sqlite_office.registered()
    assert advice(sqlite_office, campaign_id, datetime(2026, 12, 14, 8, 0, tzinfo=UTC)).is_calm
    night = advice(sqlite_office, campaign_id, datetime(2026, 12, 24, 22, 30, tzinfo=UTC))
    assert (night.is_night, night.public_holiday) == (True, calendar.CHRISTMAS_EVE)
    assert night.school_holiday == calendar.SchoolHoliday(name=calendar.CHRISTMAS_HOLIDAY)


def test_ones_own_campaigns_within_two_days_are_named(sqlite_office: Office) -> None:
    """Not the campaign itself, nor what others plan."""
    office = sqlite_office
    lift_at = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
    campaign_id = office.registered(lift_at=lift_at)
    office.registered(name="Nära", lift_at=lift_at + timedelta(hours=48))
    office.registered(name="Långt bort", lift_at=lift_at + timedelta(hours=49))
    assert [near.name for near in advice(office, campaign_id, lift_at).near] == ["Nära"]


def test_there_is_no_advice_on_what_cannot_be_or_is_not_ones_own(sqlite_office: Office) -> None:
    """A past time, and another police organisation's campaign."""
    office = sqlite_office
    campaign_id = office.registered()
    with pytest.raises(LiftInThePast):
        advice(office, campaign_id, office.now - timedelta(minutes=1))
    elsewhere = office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE)
    office.communicator = office.member(elsewhere, {Role.COMMUNICATOR})
    with pytest.raises(NotThere):
        advice(office, campaign_id, office.now + timedelta(days=9))
