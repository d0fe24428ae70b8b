"""Days in Sweden on which fewer people are at work, at school or reading: public holidays and school holidays.

Public holidays follow the act on public holidays (1989:253) and the church year, the eves included on which Sweden
stands still. School holidays are set by each municipality: the weeks here are those that most of a county keeps, so
they are advice and never a rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from campaigns.domain.errors import N_
from campaigns.domain.places import NATION, Places

NEW_YEAR = N_("New Year's Day")
EPIPHANY = N_("Epiphany")
GOOD_FRIDAY = N_("Good Friday")
EASTER_EVE = N_("Easter Eve")
EASTER_DAY = N_("Easter Day")
EASTER_MONDAY = N_("Easter Monday")
FIRST_OF_MAY = N_("the First of May")
ASCENSION = N_("Ascension Day")
WHIT_SUNDAY = N_("Whit Sunday")
NATIONAL_DAY = N_("the National Day")
MIDSUMMER_EVE = N_("Midsummer Eve")
MIDSUMMER_DAY = N_("Midsummer Day")
ALL_SAINTS = N_("All Saints' Day")
CHRISTMAS_EVE = N_("Christmas Eve")
CHRISTMAS_DAY = N_("Christmas Day")
BOXING_DAY = N_("the day after Christmas")
NEW_YEARS_EVE = N_("New Year's Eve")

SPORTS_BREAK = N_("sports break")
EASTER_BREAK = N_("Easter break")
SUMMER_HOLIDAY = N_("summer holiday")
AUTUMN_BREAK = N_("autumn break")
CHRISTMAS_HOLIDAY = N_("Christmas holiday")

_SPORTS_WEEKS: Mapping[int, frozenset[str]] = {
    7: frozenset({"SE-E", "SE-F", "SE-N", "SE-O"}),
    8: frozenset({"SE-C", "SE-D", "SE-E", "SE-G", "SE-H", "SE-K", "SE-M", "SE-N", "SE-O", "SE-T"}),
    9: frozenset({"SE-AB", "SE-C", "SE-I", "SE-O", "SE-S", "SE-U", "SE-W", "SE-X"}),
    10: frozenset({"SE-AC", "SE-BD", "SE-O", "SE-X", "SE-Y", "SE-Z"}),
}
"""As Skolporten gathered them from the municipalities for 2020/2021. A county stands in each week that a part keeps."""


@dataclass(frozen=True, kw_only=True)
class SchoolHoliday:
    """A school holiday on a day. `counties` are where it is among the places asked for; none means everywhere."""

    name: str
    counties: tuple[str, ...] = ()


def easter(year: int) -> date:
    """Easter Day in the Gregorian calendar, by the method of Meeus, Jones and Butcher."""
    golden, century, of_century = year % 19, year // 100, year % 100
    corrected = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - corrected + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def public_holiday(day: date) -> str | None:
    """What a day is called if Sweden is closed on it, otherwise None."""
    return _holidays(day.year).get(day)


def _holidays(year: int) -> Mapping[date, str]:
    sunday = easter(year)
    midsummer = _weekday_from(date(year, 6, 20), 5)
    return {
        date(year, 1, 1): NEW_YEAR,
        date(year, 1, 6): EPIPHANY,
        date(year, 5, 1): FIRST_OF_MAY,
        date(year, 6, 6): NATIONAL_DAY,
        sunday - timedelta(days=2): GOOD_FRIDAY,
        sunday - timedelta(days=1): EASTER_EVE,
        sunday: EASTER_DAY,
        sunday + timedelta(days=1): EASTER_MONDAY,
        sunday + timedelta(days=39): ASCENSION,
        sunday + timedelta(days=49): WHIT_SUNDAY,
        midsummer - timedelta(days=1): MIDSUMMER_EVE,
        midsummer: MIDSUMMER_DAY,
        _weekday_from(date(year, 10, 31), 5): ALL_SAINTS,
        date(year, 12, 24): CHRISTMAS_EVE,
        date(year, 12, 25): CHRISTMAS_DAY,
        date(year, 12, 26): BOXING_DAY,
        date(year, 12, 31): NEW_YEARS_EVE,
    }


def _weekday_from(first: date, weekday: int) -> date:
    """The first day from a date on that is this weekday; Monday is 0."""
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def school_holiday(day: date, places: Iterable[str], table: Places) -> SchoolHoliday | None:
    """The school holiday that most schools in some of the places have on a day, otherwise None."""
    if _in_sports_weeks(day):
        return _sports_break(day, places, table)
    name = _holiday_everywhere(day)
    return SchoolHoliday(name=name) if name else None


def _in_sports_weeks(day: date) -> bool:
    return day.isocalendar().week in _SPORTS_WEEKS


def _sports_break(day: date, places: Iterable[str], table: Places) -> SchoolHoliday | None:
    on_holiday = _SPORTS_WEEKS[day.isocalendar().week]
    asked = list(places) or [NATION]
    met = sorted(code for code in on_holiday if any(table.overlap(code, place) for place in asked))
    return SchoolHoliday(name=SPORTS_BREAK, counties=tuple(met)) if met else None


def _holiday_everywhere(day: date) -> str | None:
    sunday = easter(day.year)
    if sunday - timedelta(days=6) <= day <= sunday + timedelta(days=7):
        return EASTER_BREAK
    if day.isocalendar().week == 44:
        return AUTUMN_BREAK
    if (6, 12) <= (day.month, day.day) <= (8, 18):
        return SUMMER_HOLIDAY
    return CHRISTMAS_HOLIDAY if (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 8) else None
