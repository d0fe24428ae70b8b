"""A workshop whose maker is quick: what it makes are a few words, so that tests are about who gets what, and when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from factories import Office

from campaigns.domain.errors import SamklangError
from campaigns.domain.library import ZIP
from campaigns.release.workshop import Workshop
from campaigns.store.shelves import Made
from campaigns.work.library.making import Outcome, refused
from campaigns.work.workplace import Workplace


class QuickMaker:
    """Makes one card and a ZIP a language. `refuses` are languages that cannot be set; `calls` is what was made."""

    def __init__(self) -> None:
        self.refuses: dict[str, SamklangError] = {}
        self.fails: list[Exception] = []
        self.calls: list[tuple[str, int, bool]] = []

    def make(self, content: dict[str, Any], *, version: int, embargoed: bool, go_on: Callable[[], bool]) -> Outcome:
        """What the real one gives, only less of it."""
        assert go_on()
        if self.fails:
            raise self.fails.pop(0)
        tag = content["language"]
        self.calls.append((tag, version, embargoed))
        if tag in self.refuses:
            return refused(self.refuses[tag].message, self.refuses[tag].facts)
        said = "\n".join([str(embargoed), *(said["long"] for _, said in content["messages"])])
        said += "".join(f"\n{by}: {said['long']}" for by, said in content["voices"])
        stem = f"{content['slug']}_v{version}_{tag}"
        card = said.encode()
        return Outcome(
            files=(
                _file(f"{stem}_samtalskort.pdf", "samtalskort.pdf", "samtalskort", "application/pdf", card),
                _file(f"{stem}.zip", "allt.zip", ZIP, "application/zip", b"head", card, b"tail"),
            ),
            not_made={},
            facts={},
        )

    def end(self) -> None:
        """There is no process."""


def _file(name: str, latest: str, kind: str, media_type: str, *stretches: bytes) -> Made:
    return Made(name=name, latest=latest, kind=kind, media_type=media_type, stretches=stretches)


def workshop_of(
    place: Workplace, clock: Callable[[], datetime], *, node: str = "one", may_work: Callable[[], bool] = lambda: True
) -> tuple[Workshop, QuickMaker]:
    """A workshop with a quick maker."""
    workshop, maker = Workshop(place, node=node, clock=clock, may_work=may_work), QuickMaker()
    workshop._maker = maker  # type: ignore[assignment] # it does as much as is asked of it
    return workshop, maker


def make_all(office: Office) -> QuickMaker:
    """Everything that waits, at the office's own time."""
    workshop, maker = workshop_of(office.place, lambda: office.now)
    workshop.work()
    return maker
