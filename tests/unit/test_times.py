"""Instants and the Swedish wall clock, in ordinary nights and in the two when the clock changes."""

from datetime import UTC, datetime, timedelta, timezone
from datetime import date as calendar
from datetime import time as clock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.times import (
    SWEDEN,
    LiftBeforeBriefing,
    LiftInThePast,
    LiftNotOnStep,
    TimeDoesNotExist,
    TimeExistsTwice,
    TimeOutOfReach,
    cache_seconds,
    ceiling,
    check_lift,
    floor,
    from_swedish,
    milliseconds_after,
)

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
LIFT = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
WALL_TIMES = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - the wall clock has no zone
STEPS = st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds))


def written(text: str) -> datetime:
    """A time as a form or a file gives it."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        ("2026-12-14 06:00", "2026-12-14T05:00:00+00:00"),  # winter
        ("2026-06-14 06:00", "2026-06-14T04:00:00+00:00"),  # summer
        ("2027-03-28 01:59", "2027-03-28T00:59:00+00:00"),  # the last minute before the clock moves forward
        ("2027-03-28 03:00", "2027-03-28T01:00:00+00:00"),  # and the next one
        ("2026-10-25 01:59", "2026-10-24T23:59:00+00:00"),  # before the hour that comes twice
        ("2026-10-25 03:00", "2026-10-25T02:00:00+00:00"),  # and after it
        ("2026-10-25 02:30+02:00", "2026-10-25T00:30:00+00:00"),  # the first time, told by its offset
        ("2026-10-25 02:30+01:00", "2026-10-25T01:30:00+00:00"),  # the second
        ("2026-12-14T05:00Z", "2026-12-14T05:00:00+00:00"),
    ],
)
def test_a_time_written_in_sweden_is_an_instant(local: str, instant: str) -> None:
    """Summer and winter, and on both sides of the two changes."""
    assert from_swedish(written(local)).isoformat() == instant


@pytest.mark.parametrize("local", ["2027-03-28 02:00", "2027-03-28 02:30", "2027-03-28 02:59:59.999999"])
def test_a_time_in_the_hour_that_is_skipped_does_not_exist(local: str) -> None:
    """It is refused: any reading of it would be a guess."""
    with pytest.raises(TimeDoesNotExist, match="does not exist"):
        from_swedish(written(local))


@pytest.mark.parametrize("local", ["2026-10-25 02:00", "2026-10-25 02:30", "2026-10-25 02:59:59.999999"])
def test_a_time_in_the_hour_that_comes_twice_is_asked_about(local: str) -> None:
    """The answer is given as an offset, and both are offered."""
    with pytest.raises(TimeExistsTwice) as refusal:
        from_swedish(written(local))
    first, second = (from_swedish(written(str(refusal.value.facts[name]))) for name in ("first", "second"))
    assert second - first == timedelta(hours=1)
    assert "+02:00" in str(refusal.value)
    assert "+01:00" in str(refusal.value)


@pytest.mark.parametrize("local", ["0001-01-01 00:00", "9999-12-31 23:59-12:00", "0001-01-01 00:00+14:00"])
def test_a_time_beyond_the_calendar_is_refused(local: str) -> None:
    """A slip in the year is told in a sentence, whatever the zone does to it."""
    with pytest.raises(TimeOutOfReach, match="year"):
        from_swedish(written(local))


def readings(local: datetime) -> set[datetime]:
    """Every instant that a wall time may mean: none, one or two."""
    try:
        return {from_swedish(local)}
    except TimeDoesNotExist:
        return set()
    except TimeExistsTwice as twice:
        offered = (written(str(twice.facts[name])) for name in ("first", "second"))
        return {from_swedish(time.replace(second=local.second, microsecond=local.microsecond)) for time in offered}


@given(INSTANTS)
def test_an_instant_survives_the_way_to_the_wall_clock_and_back(instant: datetime) -> None:
    """With its offset always; without it, it is among what the wall time may mean."""
    local = instant.astimezone(SWEDEN)
    assert from_swedish(local) == instant
    assert instant in readings(local.replace(tzinfo=None))


@given(WALL_TIMES)
def test_a_wall_time_is_read_back_as_it_was_written(local: datetime) -> None:
    """Whatever it may mean shows the same clock again; only the hour of the change means nothing or two things."""
    instants = readings(local)
    assert {instant.astimezone(SWEDEN).replace(tzinfo=None) for instant in instants} <= {local}
    assert len(instants) == 1 or local.hour == 2 or local.year < 1996


@given(st.integers(2026, 2036), st.sampled_from([3, 10]), st.times())
def test_the_hour_of_the_change_means_nothing_in_spring_and_two_things_in_autumn(
    year: int, month: int, time: clock
) -> None:
    """On the last Sunday of March and of October, every year the rule holds."""
    last_sunday = max(date for day in range(25, 32) if (date := calendar(year, month, day)).weekday() == 6)
    expected = {3: 0, 10: 2}[month] if time.hour == 2 else 1
    assert len(readings(datetime.combine(last_sunday, time))) == expected


@given(WALL_TIMES, st.integers(-14 * 60, 14 * 60))
def test_a_time_with_an_offset_is_taken_as_it_is(local: datetime, minutes: int) -> None:
    """A partner abroad may write their own time."""
    aware = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert from_swedish(aware) == aware
    assert from_swedish(aware).tzinfo is UTC


def test_a_lift_on_a_coming_whole_minute_is_accepted() -> None:
    """With or without a briefing before it."""
    check_lift(LIFT, now=NOW, step=MINUTE)
    check_lift(LIFT, now=NOW, step=MINUTE, briefing_opens_at=LIFT - MINUTE)


@pytest.mark.parametrize("passed", [NOW, NOW - MINUTE])
def test_a_lift_that_has_passed_is_refused(passed: datetime) -> None:
    """The very instant counts as passed: the embargo is open from it on."""
    with pytest.raises(LiftInThePast):
        check_lift(passed, now=NOW, step=MINUTE)


def test_a_lift_between_two_minutes_is_refused_with_both_neighbours() -> None:
    """Caches open on whole minutes only."""
    with pytest.raises(LiftNotOnStep) as refusal:
        check_lift(LIFT + timedelta(seconds=1), now=NOW, step=MINUTE)
    assert refusal.value.facts == {"before": LIFT, "after": LIFT + MINUTE}


@pytest.mark.parametrize("opens", [LIFT, LIFT + MINUTE])
def test_a_briefing_opens_before_the_lift(opens: datetime) -> None:
    """Otherwise nobody could prepare."""
    with pytest.raises(LiftBeforeBriefing):
        check_lift(LIFT, now=NOW, step=MINUTE, briefing_opens_at=opens)


def test_a_lift_in_the_hour_that_comes_twice_is_judged_as_an_instant() -> None:
    """Python calls such a time unequal to every time of another zone; a whole minute is one all the same."""
    lift_at = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Stockholm"))
    check_lift(lift_at, now=NOW - timedelta(days=60), step=MINUTE)
    assert (ceiling(lift_at, MINUTE) - lift_at).total_seconds() == 0


@given(INSTANTS, STEPS)
def test_an_instant_lies_between_its_two_whole_steps(instant: datetime, step: timedelta) -> None:
    """Less than one step from each, and on both when it is whole itself."""
    assert floor(instant, step) <= instant <= ceiling(instant, step)
    assert ceiling(instant, step) - floor(instant, step) in (timedelta(0), step)
    assert floor(floor(instant, step), step) == ceiling(floor(instant, step), step) == floor(instant, step)


@given(INSTANTS, INSTANTS, STEPS)
def test_no_cache_outlives_a_lift(now: datetime, later: datetime, step: timedelta) -> None:
    """An answer given before a lift is never served from a cache after it."""
    lift_at = ceiling(max(now, later), step)
    if now < lift_at:
        assert now + timedelta(seconds=cache_seconds(now, step)) <= lift_at


@pytest.mark.parametrize(
    ("seconds", "cached"), [(0, 60), (0.001, 59), (1, 59), (30, 30), (59, 1), (59.001, 0), (59.999999, 0)]
)
def test_an_answer_may_be_cached_until_the_next_whole_minute(seconds: float, cached: int) -> None:
    """Whole seconds, rounded down; at the lift itself a full minute."""
    assert cache_seconds(LIFT + timedelta(seconds=seconds), MINUTE) == cached


@pytest.mark.parametrize(
    ("microseconds", "milliseconds"),
    [(0, 0.0), (12_345, 12.3), (-12_345, -12.4), (-1, -0.1), (99, 0.0), (60_000_000, 60_000.0)],
)
def test_milliseconds_are_rounded_down_so_that_early_is_never_hidden(microseconds: int, milliseconds: float) -> None:
    """A microsecond early is early, and shows as a negative number in the receipt."""
    shown = milliseconds_after(LIFT + timedelta(microseconds=microseconds), LIFT)
    assert shown == milliseconds
    assert str(shown) != "-0.0"


def test_what_has_not_happened_has_no_milliseconds() -> None:
    """None stays None."""
    assert milliseconds_after(None, LIFT) is None


@given(year=st.integers(2026, 2037), month=st.sampled_from([3, 10]), before=st.integers(0, 300))
def test_two_hours_later_are_two_hours_also_across_a_change_of_the_clock(year: int, month: int, before: int) -> None:
    """Fault 11. A lift is moved as an instant in UTC; that night's wall clock makes it look like one hour or three."""
    change = datetime(year, month, last_sunday(year, month), 1, tzinfo=UTC)
    lift_at = change - before * MINUTE
    later = lift_at + timedelta(hours=2)
    shown, shown_later = lift_at.astimezone(SWEDEN), later.astimezone(SWEDEN)
    assert from_swedish(shown_later) - from_swedish(shown) == timedelta(hours=2)
    looks_like = shown_later.replace(tzinfo=None) - shown.replace(tzinfo=None)
    across = lift_at < change <= later
    assert looks_like == timedelta(hours=2 + across * (1 if month == 3 else -1))
    check_lift(later, now=later - MINUTE, step=MINUTE)
    with pytest.raises(LiftInThePast):
        check_lift(later, now=later, step=MINUTE)


def last_sunday(year: int, month: int) -> int:
    """The day of the month on which the clock changes in Europe."""
    return max(day for day in range(25, 32) if datetime(year, month, day, tzinfo=UTC).weekday() == 6)
