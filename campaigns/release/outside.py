"""The eye outside: a process of its own that reads the public addresses around T and notes when each first opened.

Run as `python -m campaigns.release.outside`; it reads a JSON order from standard input and writes a JSON line for every
address when it opens. It knows nothing but addresses and T, and asks as anyone could.
"""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from time import sleep

from campaigns.channels.errors import TransportError
from campaigns.channels.http import Door, Guard, HttpRequest
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Opening
from campaigns.work.lifting import ComingLift
from campaigns.work.reading import surfaces
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

BEGIN_AHEAD = timedelta(milliseconds=300)
GIVE_UP_AFTER = timedelta(seconds=60)
PAUSE_S = 0.005


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A public address, and what it is."""

    surface: str
    address: str
    language: str | None = None


def surfaces_of(place: Workplace, lift: ComingLift) -> list[Surface]:
    """Every address that opens with a campaign: its pages and its own feeds."""
    with reading(place.engine) as session:
        languages = surfaces(session, lift.campaign_id)
    base = place.public_address(lift.slug)
    pages = [Surface(surface="page", address=place.public_address(lift.slug, tag), language=tag) for tag in languages]
    feeds = [Surface(surface="feed", address=f"{base}/feed.{kind}") for kind in ("atom", "json")]
    return [Surface(surface="page", address=base), *pages, *feeds]


class Watch:
    """Starts the eye for a lift and stores what it sees."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._begun: set[tuple[str, int]] = set()

    def begin(self, lift: ComingLift) -> None:
        """Watch a lift, once. A watch that fails costs the receipt its `pull` part, and nothing else."""
        key = (lift.campaign_id, lift.generation)
        if key in self._begun:
            return
        self._begun.add(key)
        threading.Thread(target=self._watch, args=(lift,), daemon=True, name="outside").start()

    def _watch(self, lift: ComingLift) -> None:
        try:
            order = {
                "base_url": self._place.base_url,
                "lift_at": lift.lift_at.isoformat(),
                "surfaces": [asdict(surface) for surface in surfaces_of(self._place, lift)],
            }
            seen = subprocess.run(  # noqa: S603 - this very module
                [sys.executable, "-m", __name__], input=json.dumps(order), capture_output=True, text=True, check=True
            ).stdout
            self._store(lift, [json.loads(line) for line in seen.splitlines()])
        except Exception:  # the watch must never disturb the release
            log.exception("the pages of campaign %s were not watched", lift.campaign_id)

    def _store(self, lift: ComingLift, openings: list[dict[str, str]]) -> None:
        with writing(self._place.engine) as session:
            for opening in openings:
                session.merge(
                    Opening(
                        campaign_id=lift.campaign_id,
                        address=opening["address"],
                        surface=opening["surface"],
                        language=opening["language"],
                        opened_at=datetime.fromisoformat(opening["opened_at"]),
                    )
                )


def watch(door: Door, shut: list[Surface], lift_at: datetime) -> Iterator[tuple[Surface, datetime]]:
    """Ask for every address in turn until it opens; gives each with the instant its answer had arrived."""
    sleep(max((lift_at - BEGIN_AHEAD - datetime.now(UTC)).total_seconds(), 0))
    while shut and datetime.now(UTC) < lift_at + GIVE_UP_AFTER:
        for surface in list(shut):
            opened_at = _opened(door, surface)
            if opened_at is not None:
                shut.remove(surface)
                yield surface, opened_at
        sleep(PAUSE_S)


def _opened(door: Door, surface: Surface) -> datetime | None:
    request = HttpRequest(method="GET", url=surface.address, headers={"Cache-Control": "no-cache"})
    try:
        answer = door.send(request)
    except TransportError:
        return None
    return answer.finished_at if answer.status == 200 else None


def main() -> None:
    """Read the order, watch, and write what is seen."""
    order = json.load(sys.stdin)
    door = Door(Guard(allow_private=True), base_url=order["base_url"])
    shut = [Surface(**surface) for surface in order["surfaces"]]
    for surface, opened_at in watch(door, shut, datetime.fromisoformat(order["lift_at"])):
        line = {**asdict(surface), "opened_at": opened_at.isoformat()}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
