"""Publishing that is disarmed, in the browser: a banner for the police, a page with what to look at, and two people."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it comes without types
from browsing import WCAG, needs_chromium, served, sign_in
from desks import Desk, make_workplace_app
from factories import Office, rows
from living import Living, living
from playwright.sync_api import Browser
from sqlmodel import col

from campaigns.store.disarming import disarm
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Disarming
from campaigns.work.service import rearming

PAGE = rearming.PAGE
BANNER = "Detta är en kopia, återställd eller flyttad"
SIZES: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))
WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"


class People:
    """Everybody's browser on one application."""

    def __init__(self, world: Living, folder: Path) -> None:
        office = self.office = world.office
        self.world, self.app = world, make_workplace_app(office, folder)
        self.steward, self.approver, self.communicator, self.partner = (
            self.desk(actor) for actor in (world.steward, office.approver, office.communicator, world.helpline)
        )

    def desk(self, actor: object, *, proved_ago: timedelta = timedelta()) -> Desk:
        """A member's browser, who proved the second factor a while ago."""
        now = self.office.now
        return Desk(self.app, self.office.place, actor, now=now, proved_at=now - proved_ago)  # type: ignore[arg-type] # an actor


@pytest.fixture
def people(sqlite_office: Office, tmp_path: Path) -> People:
    """A living world that was restored from a backup, and its people at their desks three days after that."""
    world = living(sqlite_office)
    with writing(sqlite_office.place.engine) as session:
        disarm(session, now=sqlite_office.now)
    sqlite_office.now += timedelta(days=3)
    return People(world, tmp_path)


def text_of(desk: Desk, path: str = PAGE) -> str:
    """A page that answers."""
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def is_armed(people: People) -> bool:
    """Whether anything may be published."""
    return not rows(people.office.place, Disarming, col(Disarming.armed_at).is_(None))


def test_every_page_tells_the_police_and_no_partner(people: People) -> None:
    """With the way to the page for those who may do something about it."""
    for path in ("/arbete/", "/arbete/kampanjer", "/arbete/konto", "/arbete/organisation"):
        assert BANNER in text_of(people.communicator, path)
        assert BANNER not in text_of(people.partner, path)
    assert PAGE in text_of(people.approver, "/arbete/kampanjer")
    assert PAGE not in text_of(people.communicator, "/arbete/kampanjer")


def test_the_first_page_shows_the_task_to_those_who_may_and_not_to_whoever_did_their_part(people: People) -> None:
    """First to both; then to the one who must confirm, with the name of who asked."""
    task, asked = "är en återställd eller flyttad kopia, så inget öppnas", "ber dig att häva publiceringsspärren"
    assert task in text_of(people.steward, "/arbete/")
    assert task in text_of(people.approver, "/arbete/")
    assert task not in text_of(people.communicator, "/arbete/")
    assert people.steward.post(PAGE).status_code == 303
    assert task not in text_of(people.steward, "/arbete/")
    assert asked not in text_of(people.steward, "/arbete/")
    assert asked in text_of(people.approver, "/arbete/")


def test_two_people_arm_it_again_and_everything_calms_down(people: People) -> None:
    """Ask, wait, confirm; campaigns that are held stay held."""
    assert "be en kollega bekräfta" in text_of(people.steward)
    assert people.steward.post(PAGE).headers["Location"] == PAGE
    mine = text_of(people.steward)
    assert "Din fråga väntar på en kollega" in mine
    assert "/bekrafta" not in mine
    assert people.approver.post(f"{PAGE}/bekrafta").status_code == 303
    assert is_armed(people)
    shown = text_of(people.approver)
    assert "Publiceringen är inte spärrad." in shown
    assert "Spärren hävdes" in shown
    assert BANNER not in text_of(people.communicator, "/arbete/")
    assert "held" in {campaign.stage for campaign in rows(people.office.place, Campaign)}


def test_one_person_cannot_do_it_alone(people: People) -> None:
    """Not by confirming what nobody asked, nor one's own question: a sentence, and it stays disarmed."""
    assert people.steward.post(f"{PAGE}/bekrafta").status_code == 422
    people.steward.post(PAGE)
    answer = people.steward.post(f"{PAGE}/bekrafta")
    assert answer.status_code == 422
    assert "Här krävs två personer" in answer.get_data(as_text=True)
    assert not is_armed(people)


def test_asking_and_confirming_want_a_second_factor_that_is_fresh(people: People) -> None:
    """A browser that was left open since the morning arms nothing."""
    stale = timedelta(minutes=11)
    steward, approver = (
        people.desk(actor, proved_ago=stale) for actor in (people.world.steward, people.office.approver)
    )
    assert 'name="code"' in text_of(steward)
    assert steward.post(PAGE, {"code": "123456"}).status_code == 422
    assert not rows(people.office.place, Disarming, col(Disarming.asked_by).is_not(None))
    people.steward.post(PAGE)
    assert 'name="code"' in text_of(approver)
    assert approver.post(f"{PAGE}/bekrafta", {"code": ""}).status_code == 422
    assert not is_armed(people)


def test_the_page_is_not_there_for_anyone_else(people: People) -> None:
    """A communicator and a partner get what nonsense gets."""
    for desk in (people.communicator, people.partner):
        assert desk.get(PAGE).status_code == 404
        assert desk.post(PAGE).status_code == 404
        assert desk.post(f"{PAGE}/bekrafta").status_code == 404
    assert not is_armed(people)


def test_the_page_names_what_to_look_at(people: People) -> None:
    """The address, the clock, each held campaign with its time; a name only for whoever may read it."""
    page = text_of(people.approver)
    for words in ("http://127.0.0.1:8000 leder till den här", "Klockan går rätt", "Trygg hemväg", "Sommarlovskoll"):
        assert words in page
    assert page.count("pausad, och tiden för lyftet har passerat") == 1
    seen = text_of(people.steward)
    assert "Trygg hemväg" not in seen
    assert seen.count("En kommande kampanj") == 2


def test_a_refused_step_says_why_in_the_page_it_was_tried_on(people: People) -> None:
    """Resuming a held campaign before two people have agreed."""
    held = people.world.campaigns["held"]
    answer = people.approver.post(f"/arbete/kampanj/{held}/aterta")
    assert answer.status_code in {409, 422}
    assert "Två personer måste häva spärren först" in answer.get_data(as_text=True)


def test_an_installation_that_was_never_restored_says_so_calmly(sqlite_office: Office, tmp_path: Path) -> None:
    """No banner, no task, and an empty page that says what it is for."""
    people = People(living(sqlite_office), tmp_path)
    assert "Publiceringen är inte spärrad." in text_of(people.steward)
    assert people.steward.post(PAGE).status_code == 422
    assert BANNER not in text_of(people.steward, "/arbete/")


@pytest.fixture
def address(people: People) -> Iterator[str]:
    """The workplace on a port of this machine."""
    with served(people.app) as found:
        yield found


@pytest.mark.browser
@needs_chromium
def test_axe_sees_no_fault_on_any_of_it(people: People, address: str, browser: Browser) -> None:
    """Disarmed, asked by me, asked of me, and armed again; wide and light, narrow and dark, with the banner above."""
    steps = (
        ("disarmed", "steward", lambda: None),
        ("mine", "steward", lambda: people.steward.post(PAGE)),
        ("theirs", "approver", lambda: None),
        ("armed", "approver", lambda: people.approver.post(f"{PAGE}/bekrafta")),
    )
    faults: list[str] = []
    for name, who, happens in steps:
        happens()
        for width, scheme in SIZES:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
            )
            sign_in(context, getattr(people, who).client, address)
            page = context.new_page()
            for path in (PAGE, "/arbete/"):
                page.goto(address + path)
                found = Axe().run(page, options=WCAG).response["violations"]
                faults += [f"{name} {path} {width}: {fault['id']} {fault['nodes'][0]['target']}" for fault in found]
                if page.evaluate(WIDER):
                    faults.append(f"{name} {path}: wider than {width} px")
            context.close()
    assert faults == []
