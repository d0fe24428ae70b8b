"""Planning and freezing a large release: approval, a new time, and a hold.

    python tests/benchmarks/planning.py                                   # 1,000 and 10,000 organisations, SQLite
    python tests/benchmarks/planning.py --database postgresql --organisations 1000 10000

Every organisation has one member, a webhook, a list and a person who publishes by hand, and a message of its own in
Swedish, of some 150 words, to which it has consented. Each size runs in a process of its own, so that its peak of
memory is its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from parts import Installation, Kind, installation, machine  # isort: skip - it sets the path

from factories import Office
from sqlalchemy import Connection, event, insert
from sqlmodel import SQLModel

from campaigns.domain.lifecycle import TextState
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import writing
from campaigns.store.tables import (
    Channel,
    Consent,
    Invitation,
    Member,
    Membership,
    Message,
    Organisation,
    Text,
    TextVersion,
)
from campaigns.work.launch.approving import approve, ask_approval
from campaigns.work.launch.scheduling import hold, postpone, resume
from campaigns.work.workplace import open_workplace

PARAGRAPH = "Den som oroar sig för ett barn kan ringa oss, eller **114 14**. Vi lyssnar, och vi dömer ingen. " * 2


def crowd(office: Office, campaign_id: str, organisations: int) -> None:
    """The organisations with all that is theirs, straight into the tables."""
    now, core, sealed = office.now, office.core_message(campaign_id), office.place.vault.close("whsec_" + "eHh4" * 10)
    rows: dict[type[SQLModel], list[dict[str, Any]]] = {}

    def add(table: type[SQLModel], **values: Any) -> None:
        rows.setdefault(table, []).append(table(**values).model_dump())

    for n in range(organisations):
        o, name = f"o{n:06}", f"Organisation {n} (exempel)"
        add(Organisation, id=o, name=name, slug=o, kind=OrganisationKind.HELPLINE, created_at=now)
        add(Member, id=f"m{n}", email=f"m{n}@example.org", name="exempel", created_at=now)
        add(Membership, member_id=f"m{n}", organisation_id=o, roles=["editor", "publisher"], created_at=now)
        for kind, address in (
            (ChannelKind.WEBHOOK, f"http://127.0.0.1:9/{n}"),
            (ChannelKind.EMAIL, f"lista{n}@example.org"),
            (ChannelKind.BY_HAND, f"hand{n}@example.org"),
        ):
            secrets = [sealed] if kind is ChannelKind.WEBHOOK else []
            add(
                Channel,
                id=f"c{kind}{n}",
                organisation_id=o,
                kind=kind,
                address=address,
                secrets=secrets,
                created_at=now,
            )
        add(Invitation, campaign_id=campaign_id, organisation_id=o, invited_at=now)
        add(Message, id=f"b{n}", campaign_id=campaign_id, organisation_id=o, name=f"b{n}", answers_id=core,
            channels=["webhook", "email", "by_hand"], created_at=now)  # fmt: skip
        said = {"language": "sv", "revision": "r", "edited_by": f"m{n}", "edited_at": now}
        words = {"headline": f"{n}: vi lyssnar", "long": f"{n}. " + f"{PARAGRAPH}\n\n" * 4, "short": "Ring 114 14."}
        add(Text, id=f"t{n}", message_id=f"b{n}", state=TextState.TRANSLATED, **said, **words)
        version = {name: value for name, value in said.items() if name != "language"}
        add(TextVersion, text_id=f"t{n}", version=1, content=words, **version)
        add(Consent, id=f"k{n}", text_id=f"t{n}", revision="r", member_id=f"m{n}", given_at=now)
    with writing(office.place.engine) as session:
        for table, values in rows.items():
            session.connection().execute(insert(table), values)


def timed(act: Callable[[], object]) -> dict[str, float]:
    """Seconds by the clock, and of processor time, which others on the machine stretch less."""
    began, worked = time.monotonic(), time.process_time()
    act()
    return {"clock": round(time.monotonic() - began, 2), "processor": round(time.process_time() - worked, 2)}


class Locked:
    """How long the writing transactions within took: while one is open, others wait."""

    def __init__(self, found: Installation) -> None:
        self._engine, self._began, self._worked = found.engine, 0.0, 0.0
        self.seconds = {"clock": 0.0, "processor": 0.0}

    def _begin(self, connection: Connection) -> None:
        writes = connection.get_execution_options().get("samklang_write")
        self._began, self._worked = (time.monotonic(), time.process_time()) if writes else (0.0, 0.0)

    def _commit(self, _connection: Connection) -> None:
        if self._began:
            self.seconds["clock"] += round(time.monotonic() - self._began, 2)
            self.seconds["processor"] += round(time.process_time() - self._worked, 2)

    def __enter__(self) -> None:
        event.listen(self._engine, "begin", self._begin)
        event.listen(self._engine, "commit", self._commit)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "begin", self._begin)
        event.remove(self._engine, "commit", self._commit)


def frozen(found: Installation, organisations: int) -> dict[str, Any]:
    """Ask, approve, postpone, hold and resume, with the most memory that this process took."""
    office = Office(open_workplace(found.settings, found.engine, clock=lambda: Office.NOW))
    campaign_id = office.briefed()
    crowd(office, campaign_id, organisations)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    office.make_ready(campaign_id)
    revision, deliveries = "", 0
    locked = Locked(found)

    def ask() -> None:
        nonlocal revision
        revision = ask_approval(office.place, office.communicator, campaign_id, now=office.now)

    def approved() -> None:
        nonlocal deliveries
        with locked:
            done = approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
        deliveries = done.deliveries

    place, now, later = office.place, office.now, Office.LIFT + timedelta(hours=1)
    seconds = {
        "ask": timed(ask),
        "approve": timed(approved),
        "postpone": timed(lambda: postpone(place, office.communicator, campaign_id, lift_at=later, now=now)),
        "hold": timed(lambda: hold(place, office.approver, campaign_id, now=now)),
        "resume": timed(lambda: resume(place, office.approver, campaign_id, now=now)),
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "organisations": organisations,
        "deliveries": deliveries,
        "seconds": seconds,
        "approve_held_the_lock_s": locked.seconds,
        "memory_mb": {"before": round(before), "peak": round(peak)},
        "database": found.database,
    }


def in_own_process(kind: Kind, organisations: int) -> dict[str, Any]:
    """One size, measured in a process of its own."""
    command = [sys.executable, __file__, "--database", kind, "--one", str(organisations)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ourselves
    found: dict[str, Any] = json.loads(said)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--organisations", type=int, nargs="+", default=[1000, 10_000], help="default: 1000 10000")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite", help="default: sqlite")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        with installation(arguments.database, SMTP_URL="smtp://127.0.0.1:9") as found:
            print(json.dumps(frozen(found, arguments.one)))  # noqa: T201 - read by the one that started it
        return
    before = machine(arguments.database)
    runs = [in_own_process(arguments.database, organisations) for organisations in arguments.organisations]
    each = [run["seconds"]["approve"]["processor"] / run["deliveries"] for run in runs]
    found_here = {
        "machine": before | {"database": runs[0]["database"]},
        "runs": runs,
        "processor_time_a_delivery_against_the_first": [round(one / each[0], 2) for one in each],
    }
    print(json.dumps(found_here, indent=2))  # noqa: T201 - this is what the script is for


if __name__ == "__main__":
    main()
