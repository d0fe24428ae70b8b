"""A soak: many releases while workers and PostgreSQL are killed at random and receivers drop their answers.

    python tests/benchmarks/soak.py                              # 50 releases, some eight minutes
    python tests/benchmarks/soak.py --releases 10 --seed 7

Two real workers (`python app.py worker`) on one real PostgreSQL. Every few seconds one of the three is killed (with
`kill -9`, or `pg_ctl stop -m immediate`) and comes back a moment later. One webhook answer in ten is dropped after the
event was taken. What the receivers got is the judge. Exits with 1 if anything was early or lost, or came twice without
its id.
"""

import argparse
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parts import APP, Installation, installation, machine  # isort: skip - it sets the path

from factories import Office
from servers import OK, Server, read_request
from sqlmodel import col, select

from campaigns.demo.receivers import MailServer
from campaigns.domain.errors import Unready
from campaigns.domain.lifecycle import UNSETTLED, DeliveryState
from campaigns.domain.release import ChannelKind, Event
from campaigns.domain.times import ceiling
from campaigns.release.clock import system_now
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.workplace import open_workplace

HOOKS, MAILBOXES = 10, 5
STEP = timedelta(seconds=1)
APART = timedelta(seconds=6)
START = timedelta(seconds=20)
DROPS = 0.1


@dataclass
class Receiver:
    """A webhook receiver that takes everything and drops some answers. `came`: id, instant, and what was told."""

    dice: random.Random
    came: list[tuple[str, datetime, str]] = field(default_factory=list)
    dropped: int = 0

    def behave(self, connection: socket.socket, _stopped: threading.Event) -> None:
        """One connection."""
        request = read_request(connection)
        if not request:
            return
        head, _, body = request.partition(b"\r\n\r\n")
        path = head.split(b" ", 2)[1].decode()
        told = json.loads(body)
        message = told["data"].get("message", {})
        what = f"{path} {told['type']} {told['data']['campaign']['id']} {message.get('id')} {message.get('language')}"
        (identity,) = re.findall(r"(?im)^webhook-id: (\S+)", head.decode())
        self.came.append((identity, system_now(), what))
        if self.dice.random() < DROPS:
            self.dropped += 1
            return
        connection.sendall(OK)


@dataclass
class Chaos:
    """Kills one of the workers or the database every few seconds, and lets it come back."""

    found: Installation
    dice: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """One more worker."""
        return subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, str(APP), "worker"], env=self.found.environment, stderr=subprocess.DEVNULL
        )

    def run(self) -> None:
        """Until it is over."""
        self.workers = [self.start_worker() for _ in range(2)]
        while not self.over.wait(self.dice.uniform(2, 6)):
            self._revive()
            if self.dice.random() < 0.2:
                self.kills["postgresql"] += 1
                self.found.crash()
                self.over.wait(self.dice.uniform(0.5, 2))
                self.found.recover()
            else:
                self.kills["workers"] += 1
                number = self.dice.randrange(2)
                self.workers[number].kill()
                self.workers[number].wait()
                self.over.wait(self.dice.uniform(0.2, 2))
                self.workers[number] = self.start_worker()

    def _revive(self) -> None:
        """A worker that ended by itself, as one that finds no database at its start."""
        self.workers = [one if one.poll() is None else self.start_worker() for one in self.workers]

    def calm(self) -> None:
        """No more kills; both workers live."""
        self.over.set()

    def end(self) -> None:
        """End the workers."""
        for worker in self.workers:
            worker.terminate()
        for worker in self.workers:
            worker.wait(30)


def approved(found: Installation, url: str, releases: int) -> dict[str, datetime]:
    """Campaigns that are lifted one after the other, some seconds apart; gives T by id."""
    office = Office(open_workplace(found.settings, found.engine, clock=system_now))
    office.now = began = system_now()
    channels = [(ChannelKind.WEBHOOK, f"{url}/{n}") for n in range(HOOKS)]
    channels += [(ChannelKind.EMAIL, f"mail{n}@example.org") for n in range(MAILBOXES)]
    partner = office.partner("Ungdomsjouren (exempel)", channels=channels)
    first = ceiling(began + START + releases * timedelta(seconds=1), STEP)
    lifts = {}
    for number in range(releases):
        lift_at = first + number * APART
        lifts[office.approved(partner, lift_at=lift_at, briefing_opens_at=began - timedelta(hours=1))] = lift_at
    return lifts


def deliveries(found: Installation) -> list[Delivery]:
    """Every delivery of a release; patient while the database is away."""
    while True:
        try:
            with reading(found.engine) as session:
                rows = list(session.exec(select(Delivery).where(col(Delivery.event) != Event.NOTICE)))
                session.expunge_all()
                return rows
        except Unready:
            time.sleep(0.5)


def judged(rows: list[Delivery], lifts: dict[str, datetime], receiver: Receiver, mail: MailServer) -> dict[str, Any]:
    """What the receivers got, against what is stored."""
    at = {row.id: lifts[row.campaign_id or ""] for row in rows}
    pushes = {row.id for row in rows if row.kind is ChannelKind.WEBHOOK}
    came = Counter(identity for identity, _, _ in receiver.came)
    ids_of: dict[str, set[str]] = defaultdict(set)
    for identity, _, what in receiver.came:
        ids_of[what].add(identity)
    letters = [(re.findall(r"<(\w+)@", one.id)[0], one.at) for one in mail.received if one.to.startswith("mail")]
    twice = sum(often - 1 for often in Counter(identity for identity, _ in letters).values())
    live = {row.id for row in rows if row.state is DeliveryState.LIVE}
    arrived = came.keys() | {identity for identity, _ in letters}
    moments = [(identity, instant) for identity, instant, _ in receiver.came] + letters
    states = Counter(row.state.value for row in rows)
    return {
        "deliveries": len(rows),
        "states": dict(states),
        "needs_a_person": sum(states[state] for state in ("unknown", "late", "refused")),
        "pushes": len(pushes),
        "pushes_that_arrived": len(pushes & came.keys()),
        "letters_that_arrived": len({identity for identity, _ in letters}),
        "answers_dropped": receiver.dropped,
        "deduplicated_on_id": sum(often - 1 for often in came.values()),
        "early": sum(instant < at[identity] for identity, instant in moments if identity in at),
        "lost": len(live - arrived) + sum(row.state in UNSETTLED for row in rows),
        "doubles_that_no_id_explains": sum(len(ids) - 1 for ids in ids_of.values()) + twice,
        "unheard_of": len(arrived - at.keys()),
        "largest_lateness_s": _lateness(rows, at),
    }


def _lateness(rows: list[Delivery], at: dict[str, datetime]) -> dict[str, float]:
    late = sorted((row.sent_at - at[row.id]).total_seconds() for row in rows if row.sent_at)
    return {
        "p50": round(late[len(late) // 2], 2),
        "p95": round(late[len(late) * 95 // 100], 2),
        "last": round(late[-1], 2),
    }


def soaked(releases: int, seed: int, minutes: float) -> dict[str, Any]:
    """Approve, let chaos reign until the last T, then calm, and wait until all is settled."""
    dice, before = random.Random(seed), machine("PostgreSQL")  # noqa: S311 - dice, no secret
    mail = MailServer()
    mail.start()
    receiver = Receiver(random.Random(seed + 1))  # noqa: S311 - as above
    until = time.monotonic() + minutes * 60
    with Server(receiver.behave) as hooks, installation("postgresql", SMTP_URL=mail.url) as found:
        lifts = approved(found, hooks.url, releases)
        chaos = Chaos(found, dice)
        thread = threading.Thread(target=chaos.run)
        thread.start()
        last = max(lifts.values()) + 2 * APART
        while system_now() < last and time.monotonic() < until:
            time.sleep(0.5)
        chaos.calm()
        thread.join()
        try:
            while any(row.state in UNSETTLED for row in deliveries(found)) and time.monotonic() < until:
                time.sleep(1)
        finally:
            chaos.end()
        rows = deliveries(found)
        with reading(found.engine) as session:
            stages = Counter(str(stage) for stage in session.exec(select(Campaign.stage)))
    mail.stop()
    said = {"machine": before, "seed": seed, "releases": releases, "stages": dict(stages), "kills": dict(chaos.kills)}
    return said | judged(rows, lifts, receiver, mail)


def main() -> None:
    """Soak and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=50, help="how many (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the dice (default: 1)")
    parser.add_argument("--minutes", type=float, default=20, help="at most (default: 20)")
    arguments = parser.parse_args()
    found = soaked(arguments.releases, arguments.seed, arguments.minutes)
    print(json.dumps(found, indent=2))  # noqa: T201 - this is what the script is for
    sys.exit(any(found[name] for name in ("early", "lost", "doubles_that_no_id_explains", "unheard_of")))


if __name__ == "__main__":
    main()
