"""The doors of the workplace, made from its URL map, so that no new page is forgotten.

No page for strangers, no write without its token, no write by reading, and nothing of another organisation's.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import Office, dump, settings_for
from journey.workplace_world import World, filled, workplace_rules, world_of
from sqlalchemy import Engine

from campaigns.store.engine import make_engine
from campaigns.work.workplace import open_workplace

BOOKKEEPING = {"sessions", "throttles"}
"""Tables that only say who is logged in and how often somebody tried in vain."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One workplace for all: nothing here shall change it."""
    folder = tmp_path_factory.mktemp("doors")
    file = folder / "samklang.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    engine: Engine = make_engine(f"sqlite:///{file}")
    office: list[Office] = []
    place = open_workplace(settings_for(folder), engine, clock=lambda: office[0].now if office else Office.NOW)
    office.append(Office(place))
    yield world_of(office[0], folder)
    engine.dispose()


def state(world: World) -> dict[str, Any]:
    """Everything that is stored but the bookkeeping of logins."""
    return {table: rows for table, rows in dump(world.place).items() if table not in BOOKKEEPING}


def test_a_stranger_gets_no_page_and_writes_nothing(world: World) -> None:
    """Below /arbete every page leads to the login, real or not; every write is refused."""
    before, stranger = state(world), world.app.test_client()
    for method in ("GET", "POST"):
        for rule in workplace_rules(world.app, method):
            if not rule.rule.startswith("/arbete"):
                continue
            for address in filled(rule, world.values, most=2):
                answer = stranger.open(address, method=method)
                if method == "GET":
                    assert answer.status_code == 302, address
                    assert answer.headers["Location"].startswith("/logga-in"), address
                else:
                    assert answer.status_code in {400, 401, 403, 409}, address
    assert state(world) == before


def test_a_write_without_its_token_is_refused_whoever_asks(world: World) -> None:
    """Every POST of the whole workplace, by each of its people."""
    before, tried = state(world), 0
    for rule in workplace_rules(world.app, "POST"):
        address = next(iter(filled(rule, world.values)))
        for desk in world.desks.values():
            for data in ({}, {"csrf_token": "ett-annat"}):
                answer = desk.client.post(address, data=data)
                assert answer.status_code == 400, f"{address} answered {answer.status_code}"
                tried += 1
    assert tried > 500
    assert state(world) == before


def test_reading_changes_nothing(world: World) -> None:
    """Every page, by each of its people: the database is the same afterwards, and no page breaks."""
    before = state(world)
    for rule in workplace_rules(world.app, "GET"):
        for address in filled(rule, world.values, most=12):
            for name, desk in world.desks.items():
                answer = desk.get(address)
                assert answer.status_code in {200, 302, 303, 404, 409, 410, 422}, f"{name}: {address} {answer.status}"
                if answer.status_code == 200 and rule.rule.startswith("/arbete"):
                    assert answer.headers["Cache-Control"] == "private, no-store", address
                    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"], address
    assert state(world) == before


def test_no_partner_sees_a_word_of_anothers_drafts(world: World) -> None:
    """The study association's draft in the campaign in briefing, looked for in every page of everybody else's."""
    draft = "Samtal hjälper".encode()
    assert draft in world.desks["study"].get(_address_of(world, draft)).get_data()
    for rule in workplace_rules(world.app, "GET"):
        for address in filled(rule, world.values, most=40):
            for name in ("communicator", "approver", "steward", "administrator", "helpline"):
                page = world.desks[name].get(address).get_data()
                assert draft not in page, f"{name} reads it at {address}"


def _address_of(world: World, words: bytes) -> str:
    """Where its own people read a draft."""
    for rule in workplace_rules(world.app, "GET"):
        for address in filled(rule, world.values, most=40):
            if words in world.desks["study"].get(address).get_data():
                return address
    pytest.fail("its own people cannot read it either")


def test_no_page_needs_javascript_or_styles_that_the_policy_forbids(world: World) -> None:
    """No inline script, handler or style anywhere: the browser would drop it without a word."""
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=\"|\sstyle=\"|javascript:", re.IGNORECASE)
    for rule in workplace_rules(world.app, "GET"):
        for address in filled(rule, world.values, most=6):
            for name, desk in world.desks.items():
                answer = desk.get(address)
                if answer.mimetype == "text/html":
                    found = forbidden.search(answer.get_data(as_text=True))
                    assert found is None, f"{name}: {address} holds {found}"
