"""What keeps a release worker from releasing, as it is told to people. A worker stores the type of its error alone."""

from datetime import timedelta
from enum import StrEnum

CLOCK_LOOKS_OFF = timedelta(milliseconds=500)
"""Half of what stops a worker: time enough to set its clock."""


class Problem(StrEnum):
    """Why a worker is not ready, by the type of its error."""

    CLOCK_DISAGREES = "ClockDisagrees"  # more than a second from the database's
    CLOCK_JUMPED = "ClockJumped"  # and must be steady for a minute
    DATABASE_SILENT = "DatabaseSilent"  # it went by its own clock alone for too long
    UNREADY = "Unready"  # the database did not answer
    STALLED = "Stalled"  # it lives, and one of its regular rounds does not end
    OTHER = "other"  # a fault of the program


def problem_named(error: str) -> Problem:
    """What a stored type of error means."""
    return Problem(error) if error in set(Problem) else Problem.OTHER
