"""Instants and the wall clock in Sweden. Inside, every time is aware UTC; only people's input and output has a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from campaigns.domain.errors import N_, Refused

SWEDEN = ZoneInfo("Europe/Stockholm")


class TimeDoesNotExist(Refused):
    """Spring: the clock jumps from 02:00 to 03:00 on the last Sunday of March."""

    message = N_(
        "{local} does not exist: the clock moves forward that night. Choose a time before 02:00 or from 03:00."
    )


class TimeExistsTwice(Refused):
    """Autumn: the hour from 02:00 comes twice on the last Sunday of October."""

    message = N_(
        "{local} happens twice: the clock moves back that night. "
        "Write it with its offset: {first} for the first time or {second} for the second."
    )


class TimeOutOfReach(Refused):
    """The calendar ends: an instant in the first or last hours of the years 1 to 9999 may have no time in UTC."""

    message = N_("{local} is not a time that can be used. Check the year.")


class LiftNotOnStep(Refused):
    """Public answers may be cached until the next whole step, so a lift between two steps would open late for some."""

    message = N_("The lift must be on a whole minute. Choose {before} or {after}.")


class LiftInThePast(Refused):
    """A lift that has already passed would publish at once, without anyone having meant it."""

    message = N_("The lift {lift_at} has already passed. Choose a later time.")


class LiftBeforeBriefing(Refused):
    """Partners need the briefing before the lift, or they cannot prepare anything."""

    message = N_("The briefing opens {briefing_opens_at}, which is not before the lift {lift_at}. Open it earlier.")


def from_swedish(local: datetime) -> datetime:
    """The instant of a time written down in Sweden.

    An aware time is taken as it is. A naive one is read as Europe/Stockholm.

    Raises TimeDoesNotExist or TimeExistsTwice in the two nights of the year when the wall clock is not enough, and
    TimeOutOfReach at the ends of the calendar.
    """
    try:
        return _instant(local)
    except OverflowError as error:
        raise TimeOutOfReach(local=_written(local)) from error


def _instant(local: datetime) -> datetime:
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    first = local.replace(tzinfo=SWEDEN, fold=0)
    second = local.replace(tzinfo=SWEDEN, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(SWEDEN).replace(tzinfo=None) != local:
        raise TimeDoesNotExist(local=_written(local))
    raise TimeExistsTwice(local=_written(local), first=_with_offset(first), second=_with_offset(second))


def _written(local: datetime) -> str:
    return local.isoformat(sep=" ", timespec="minutes")


def _with_offset(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


def check_lift(lift_at: datetime, *, now: datetime, step: timedelta, briefing_opens_at: datetime | None = None) -> None:
    """Refuse a lift that is past, between two steps, or before the briefing opens.

    Raises LiftInThePast, LiftNotOnStep or LiftBeforeBriefing.
    """
    before = floor(lift_at, step)
    if before < lift_at:
        raise LiftNotOnStep(before=before, after=before + step)
    if lift_at <= now:
        raise LiftInThePast(lift_at=lift_at)
    if briefing_opens_at is not None and briefing_opens_at >= lift_at:
        raise LiftBeforeBriefing(briefing_opens_at=briefing_opens_at, lift_at=lift_at)


def floor(instant: datetime, step: timedelta) -> datetime:
    """The last whole step at or before an instant."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (instant - epoch) // step * step


def ceiling(instant: datetime, step: timedelta) -> datetime:
    """The first whole step at or after an instant."""
    below = floor(instant, step)
    return below + step if below < instant else below


def cache_seconds(now: datetime, step: timedelta) -> int:
    """How long a public answer may be cached: whole seconds until the next step, rounded down.

    Every lift is on a whole step, so no cache outlives one; the figure is the same for every answer and tells nothing.
    """
    return int((floor(now, step) + step - now).total_seconds())


def milliseconds_after(instant: datetime | None, lift_at: datetime) -> float | None:
    """Milliseconds from the lift to an instant, to a tenth, rounded down: whatever is early is negative."""
    if instant is None:
        return None
    return (instant - lift_at) // timedelta(microseconds=100) / 10
