"""How long whoever tried in vain must wait before the next try. The pauses grow, and end by themselves."""

from dataclasses import dataclass
from datetime import timedelta

FORGOTTEN_AFTER = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Patience:
    """So many tries are free; the next wait `first`, then twice as long each time, and never longer than `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def pause(self, failures: int) -> timedelta:
        """How long to wait after so many failures."""
        if failures < self.free:
            return timedelta()
        return min(self.first * (1 << min(failures - self.free, 20)), self.longest)


ACCOUNT = Patience(free=5, first=timedelta(seconds=30), longest=timedelta(minutes=30))
"""Somebody guesses the password of one account."""

FACTOR = Patience(free=5, first=timedelta(minutes=1), longest=timedelta(hours=1))
"""Somebody who knows the password guesses codes: of a million, three are right at a time."""

ADDRESS = Patience(free=30, first=timedelta(seconds=30), longest=timedelta(minutes=15))
"""Somebody tries many accounts from one place. A whole office may share one address, so more are free."""

LETTERS = Patience(free=3, first=timedelta(minutes=10), longest=timedelta(hours=12))
"""Somebody has letters sent to one account again and again."""
