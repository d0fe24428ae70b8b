"""The eye outside: a process of its own that reads the public addresses around T and notes when each first opened.

    T−2 s   one look whether each is still shut; one that is open is noted with that early instant
    T−1 s   connect to each
    T       ask all of them at once; whatever is not open yet is asked again, quickly at first

Run as `python -m campaigns.release.outside`; it reads an order from standard input, one line of JSON, and writes a line
for every address when it opens. It knows nothing but addresses and T, asks as anyone could, and ends with its parent.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from time import sleep

from campaigns.channels.burst import Burst
from campaigns.channels.http import Door, Guard, HttpRequest
from campaigns.release.parent import when_parent_ends
from campaigns.store import openings
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Opening
from campaigns.work.launch.lifting import ComingLift
from campaigns.work.reading import surfaces
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

LOOK_AHEAD = timedelta(seconds=2)
CONNECT_AHEAD = timedelta(seconds=1)
GIVE_UP_AFTER = timedelta(seconds=60)
QUICK_FOR = timedelta(seconds=2)
QUICK_S, SLOW_S = 0.005, 0.5
ANSWER_WITHIN_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A public address, and what it is."""

    surface: str
    address: str
    language: str | None = None


def surfaces_of(place: Workplace, lift: ComingLift) -> list[Surface]:
    """Every address that opens with a campaign: its pages and its own feeds. Of late languages only their pages."""
    with reading(place.engine) as session:
        languages = surfaces(session, lift.campaign_id, opens_at=lift.lift_at if lift.is_late else None)
    base = place.public_address(lift.slug)
    pages = [Surface(surface="page", address=place.public_address(lift.slug, tag), language=tag) for tag in languages]
    if lift.is_late:
        return pages
    feeds = [Surface(surface="feed", address=f"{base}/feed.{kind}") for kind in ("atom", "json")]
    return [Surface(surface="page", address=base), *pages, *feeds]


class Watch:
    """Starts the eye for a lift and stores what it sees. `offset`: what this machine's clock is behind the node's."""

    def __init__(self, place: Workplace, *, offset: Callable[[], timedelta]) -> None:
        self._place, self._offset = place, offset
        self._begun: set[tuple[str, int, datetime]] = set()
        self._eyes: dict[str, subprocess.Popen[str]] = {}

    def begin(self, lift: ComingLift) -> None:
        """Watch a lift, once. A watch that fails costs the receipt its `pull` part, and nothing else."""
        key = (lift.campaign_id, lift.generation, lift.lift_at)
        if key in self._begun:
            return
        self._begun.add(key)
        threading.Thread(target=self._watch, args=(lift,), daemon=True, name="outside").start()

    def end(self, campaign_id: str) -> None:
        """Stop watching: the lift will not come, or not at that time."""
        eye = self._eyes.pop(campaign_id, None)
        if eye is not None:
            eye.terminate()

    def stop(self) -> None:
        """Stop watching anything."""
        for campaign_id in list(self._eyes):
            self.end(campaign_id)

    def _watch(self, lift: ComingLift) -> None:
        try:
            order = {
                "base_url": self._place.base_url,
                "lift_at": lift.lift_at.isoformat(),
                "offset_s": self._offset().total_seconds(),
                "surfaces": [asdict(surface) for surface in surfaces_of(self._place, lift)],
            }
            self._store(lift, [json.loads(line) for line in self._seen(lift.campaign_id, json.dumps(order))])
        except Exception:  # the watch must never disturb the release
            log.exception("the pages of campaign %s were not watched", lift.campaign_id)

    def _seen(self, campaign_id: str, order: str) -> Sequence[str]:
        """All that the eye wrote. Its standard input stays open for as long as we live: so it knows."""
        command = [sys.executable, "-m", __name__]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as eye:  # noqa: S603 - this very module
            assert eye.stdin is not None  # noqa: S101 - both are pipes
            assert eye.stdout is not None  # noqa: S101
            self._eyes[campaign_id] = eye
            eye.stdin.write(order + "\n")
            eye.stdin.flush()
            lines = eye.stdout.readlines()
            self._eyes.pop(campaign_id, None)
            return lines

    def _store(self, lift: ComingLift, sightings: list[dict[str, str]]) -> None:
        with writing(self._place.engine) as session:
            for seen in sightings:
                openings.note(
                    session,
                    Opening(
                        campaign_id=lift.campaign_id,
                        address=seen["address"],
                        surface=seen["surface"],
                        language=seen["language"],
                        opened_at=datetime.fromisoformat(seen["opened_at"]),
                    ),
                )


class Eye:
    """The look itself. `clock` gives aware UTC; nothing here knows the database."""

    def __init__(self, door: Door, surfaces: Sequence[Surface], *, clock: Callable[[], datetime]) -> None:
        self._door, self._now = door, clock
        self._shut = {surface.address: surface for surface in surfaces}

    def watch(self, lift_at: datetime) -> Iterator[tuple[Surface, datetime]]:
        """Every address with the instant at which its first open answer began to arrive."""
        self._sleep_until(lift_at - LOOK_AHEAD)
        yield from self._ask()
        yield from self._ask(at=lift_at)
        while self._shut and self._now() < lift_at + GIVE_UP_AFTER:
            sleep(QUICK_S if self._now() < lift_at + QUICK_FOR else SLOW_S)
            yield from self._ask()

    def _ask(self, *, at: datetime | None = None) -> Iterator[tuple[Surface, datetime]]:
        """Ask for everything that is shut, all at once: now, or at an instant over connections opened just before."""
        with Burst(self._door, deadline_s=ANSWER_WITHIN_S) as burst:
            if at is not None:
                self._sleep_until(at - CONNECT_AHEAD)
            burst.open({address: _reading(address) for address in self._shut}, within_s=CONNECT_AHEAD.total_seconds())
            if at is not None:
                self._sleep_until(at)
            for fired in burst.fire():
                if fired.status == 200:
                    yield self._shut.pop(fired.key), fired.finished_at

    def _sleep_until(self, instant: datetime) -> None:
        while (left := (instant - self._now()).total_seconds()) > 0:
            sleep(min(left, 0.5))


def _reading(address: str) -> HttpRequest:
    return HttpRequest(method="GET", url=address, headers={"Cache-Control": "no-cache"})


def main() -> None:
    """Read the order, watch, and write what is seen."""
    order = json.loads(sys.stdin.readline())
    when_parent_ends(lambda: os._exit(0))
    offset = timedelta(seconds=order["offset_s"])

    def now() -> datetime:
        return datetime.now(UTC) + offset

    door = Door(Guard(allow_private=True), base_url=order["base_url"], clock=now)
    surfaces = [Surface(**surface) for surface in order["surfaces"]]
    for surface, opened_at in Eye(door, surfaces, clock=now).watch(datetime.fromisoformat(order["lift_at"])):
        line = {**asdict(surface), "opened_at": opened_at.isoformat()}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
