"""What the pages of a release say of a delivery: how long after T, what went wrong, what a person can do about it."""

from datetime import timedelta

from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import DeliveryState
from campaigns.web.site import words
from campaigns.work.launch.deliveries import DeliveryLine

REFUSED = N_(
    "The other side said no and would say so again. Ask {organisation} to look at its channel, then try again. "
    "If they publish it in another way instead, mark it as done."
)
LOOK_FIRST = N_(
    "It left here, but no answer came, so it may have arrived. Look where it should stand before you decide: "
    "trying again without looking could publish it twice."
)
HARMLESS = N_(
    "It left here, but no answer came, so it may have arrived. The receiver drops a second copy with the same number, "
    "so trying again does no harm."
)
LOOKS_FIRST = N_(
    "It may be there already. Look at it, and mark it as done if it is as it should be. Trying again does no harm: it "
    "is looked for first, and sent only if it is not there."
)
LATE = N_(
    "It could not leave in time. Decide whether it is still right to send it now; {organisation} may have published "
    "it in another way already."
)
CHOICES = (
    ("igen", N_("Try again"), N_("sends it once more, now, with the same number")),
    ("klar", N_("Mark as done"), N_("says that it is out; nothing is sent")),
    ("lamna", N_("Leave it"), N_("decides that it shall not be sent")),
)
"""What a person can decide: the end of the address, the button, and what it means."""


def remedy(line: DeliveryLine) -> str:
    """What to do about a delivery that needs a person."""
    return words()._(_remedy(line), organisation=line.organisation)


def _remedy(line: DeliveryLine) -> str:
    if line.state is DeliveryState.UNKNOWN:
        known = HARMLESS if line.is_repeatable else LOOK_FIRST
        return LOOKS_FIRST if line.looks_first else known
    return REFUSED if line.state is DeliveryState.REFUSED else LATE


def after_lift(milliseconds: float | None) -> str:
    """A length of time from T as it stands in a table: 12,3 ms, 1,4 s, 5 minuter. Before T it has a minus."""
    if milliseconds is None:
        return "–"
    size, sign = abs(milliseconds), "−" if milliseconds < 0 else ""
    if size < 1000:
        return f"{sign}{words().number(size)} ms"
    if size < 60_000:
        return f"{sign}{words().number(round(size / 1000, 1))} s"
    return sign + words().span(timedelta(milliseconds=size))


def units(length: timedelta) -> tuple[int, int, int, int]:
    """Days, hours, minutes and whole seconds of a length of time, whichever way it goes."""
    seconds = int(abs(length.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return days, hours, minutes, seconds


def said_error(error: str | None) -> str:
    """What the other end answered, in the reader's language where it is a sentence of ours."""
    return words()._(error) if error else ""
