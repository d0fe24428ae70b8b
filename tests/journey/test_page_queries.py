"""Each page of the workplace takes as many queries in a crowd as among few: made from the URL map, for every role."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from crowded import Crowd, crowded
from desks import Desk, make_workplace_app
from factories import Office, settings_for
from flask import Flask
from journey.workplace_world import filled, workplace_rules
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from campaigns.domain.access import Actor, Role
from campaigns.domain.lifecycle import Stage
from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

NONSENSE = "finns-inte"


class Sized:
    """A workplace of some size, and how many queries each of its pages takes."""

    def __init__(self, template: Path, folder: Path, **size: int) -> None:
        file = folder / "samklang.sqlite3"
        file.write_bytes(template.read_bytes())
        self.engine: Engine = make_engine(f"sqlite:///{file}")
        place = open_workplace(settings_for(folder), self.engine, clock=lambda: Office.NOW)
        office = Office(place)
        steward = office.member(office.police, {Role.STEWARD, Role.ADMINISTRATOR})
        self.crowd = crowded(office, **size)
        self.app = make_workplace_app(office, folder)
        people: Mapping[str, Actor] = {
            "communicator": office.communicator,
            "approver": office.approver,
            "steward": steward,
            "partner": self.crowd.partner,
        }
        self.desks = {name: Desk(self.app, place, actor, now=office.now) for name, actor in people.items()}

    def count(self, name: str, address: str) -> tuple[int, int]:
        """The status of a page and how many statements it took."""
        seen: list[str] = []

        def see(_c: Connection, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(self.engine, "before_cursor_execute", see)
        try:
            status = self.desks[name].get(address).status_code
        finally:
            event.remove(self.engine, "before_cursor_execute", see)
        return status, len(seen)


def values(crowd: Crowd, stage: Stage) -> dict[str, Sequence[str]]:
    """What stands in the addresses: a campaign in a stage, and the partner's things."""
    known = {
        "campaign_id": [crowd.campaigns[stage]],
        "message_id": [crowd.message_id],
        "text_id": [crowd.text_id],
        "delivery_id": [crowd.delivery_id],
        "organisation_id": [crowd.partner.organisation_id or ""],
        "member_id": [crowd.partner.member_id or ""],
        "upload_id": [crowd.upload_id],
        "edition_id": [crowd.edition_id],
        "sort": ["bild"],
        "language": ["sv"],
        "tag": ["sv"],
        "version": ["1"],
        "number": ["1"],
        "kind": ["webhook"],
        "sign": ["pausa"],
        "choice": ["klar"],
    }
    return _Known(known)


class _Known(dict[str, Sequence[str]]):
    """Whatever else an address asks for is nonsense here: the page is then not there, in few queries."""

    def __contains__(self, _name: object) -> bool:
        return True

    def __missing__(self, _name: str) -> Sequence[str]:
        return [NONSENSE]


@pytest.fixture(scope="module")
def few(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sized]:
    """A handful."""
    sized = Sized(
        sqlite_template, tmp_path_factory.mktemp("few"), organisations=3, members=4, campaigns=5, languages=4,
        partners_each=2,
    )  # fmt: skip
    yield sized
    sized.engine.dispose()


@pytest.fixture(scope="module")
def many(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sized]:
    """Several times as many of everything."""
    sized = Sized(
        sqlite_template, tmp_path_factory.mktemp("many"), organisations=30, members=60, campaigns=25, languages=12,
        partners_each=12,
    )  # fmt: skip
    yield sized
    sized.engine.dispose()


def pages(app: Flask, crowd: Crowd, stage: Stage) -> list[str]:
    """Every page, about a campaign in this stage."""
    return [address for rule in workplace_rules(app, "GET") for address in filled(rule, values(crowd, stage), most=1)]


@pytest.mark.parametrize("stage", [Stage.BRIEFING, Stage.APPROVED, Stage.LIVE])
@pytest.mark.parametrize("name", ["communicator", "approver", "steward", "partner"])
def test_a_page_takes_no_more_queries_in_a_crowd(few: Sized, many: Sized, name: str, stage: Stage) -> None:
    """Three are for the session and who is signed in."""
    more = []
    of_few, of_many = pages(few.app, few.crowd, stage), pages(many.app, many.crowd, stage)
    shown = 0
    for small, large in zip(of_few, of_many, strict=True):
        (status, before), (same, after) = few.count(name, small), many.count(name, large)
        assert status == same, f"{small} {status}, {large} {same}"
        shown += status == 200
        if after > before:
            more.append(f"{small}: {before} queries among few, {after} in a crowd")
    assert more == []
    assert shown > 5
