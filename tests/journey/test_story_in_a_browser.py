"""The whole story as people live it, through the pages alone: from the first link to the receipt.

Without JavaScript at a desk; on a phone; and with a partner that writes from right to left.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import SOON, needs_chromium, onward
from factories import rows
from journey.people import DESKTOP, PHONE, Person, Town, sv, town_over
from playwright.sync_api import Browser, expect
from release.worlds import Inbox, wait_for
from sqlmodel import col

from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import ChannelKind
from campaigns.domain.times import SWEDEN
from campaigns.release.outside import Watch
from campaigns.store.tables import Delivery
from campaigns.work.accounts.first_start import first_start_token

pytestmark = [pytest.mark.browser, pytest.mark.slow, needs_chromium]
PARTNER = "Ungdomsjouren (exempel)"
PUBLIC = "/kampanj/vinterlov"
CORE = {"headline": "Pengarna kommer aldrig", "long": "Barn luras med löften om pengar. Orolig? Ring 114 14."}
CORE_AR = {"headline": "المال لا يأتي أبدا", "long": "يخدعون الأطفال بوعود المال. هل أنت قلق؟ اتصل 114 14."}
OURS = {
    "sv": {"headline": "Vi lyssnar på dig", "long": "Hos oss får du prata i lugn och ro. Eller ring 114 14."},
    "ar": {"headline": "نحن نستمع إليك", "long": "تحدث معنا بهدوء. أو اتصل 114 14."},
}
QUESTION, ANSWER = "Får vi skriva om vår chatt?", "Ja, gärna med adressen."
READ_AT = "https://ungdomsjouren.example.org/anslag"


@dataclass(frozen=True)
class Way:
    """How people come to the pages."""

    window: Any = field(default_factory=lambda: DESKTOP)
    javascript: bool = True
    language: str = "sv"


WAYS = {
    "without JavaScript": Way(javascript=False),
    "on a phone": Way(window=PHONE),
    "right to left": Way(language="ar"),
}


@pytest.fixture(autouse=True)
def _nobody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    """The eye outside is a process with the real time, and this town's time is another."""
    monkeypatch.setattr(Watch, "begin", lambda *_: None)


@dataclass
class Cast:
    """Everybody."""

    administrator: Person
    communicator: Person
    approver: Person
    partner: Person


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_many_voices_one_moment(sqlite_template: Path, tmp_path: Path, browser: Browser, way: Way) -> None:
    """Nobody sees anything early, everybody sees it at T, and the receipt proves it."""
    with town_over(sqlite_template, tmp_path / "town", browser) as town, Inbox() as inbox:
        people = everybody_comes(town, way)
        partner_adds_channels(people.partner, inbox)
        lift_at = datetime.combine(town.now().astimezone(SWEDEN).date(), datetime.min.time(), SWEDEN).replace(hour=12)
        campaign = communicator_registers(people.communicator, way, lift_at)
        if way.language != "sv":
            the_translation_becomes_ready(people, campaign, way.language)
        communicator_opens_the_briefing(people.communicator, campaign)
        partner_accepts_and_asks(people.partner, campaign)
        partner_writes_and_consents(people.partner, campaign, way)
        communicator_answers_and_asks_for_approval(people.communicator, campaign)
        approver_approves(people.approver, campaign)
        assert town.stranger(PUBLIC) == 404
        assert {came.event["type"] for came in inbox.came} == {"channel.ping"}
        the_embargo_is_lifted(town, inbox, lift_at)
        everybody_sees_it(town, people, way)
        partner_has_published_by_hand(people.partner, campaign)
        the_receipt_proves_it(people, campaign)
        assert len(inbox.ids) == len(inbox.came)


def everybody_comes(town: Town, way: Way) -> Cast:
    """The first start, three invitations, and three people who accept."""

    def somebody(name: str, email: str) -> Person:
        return town.person(name, email, javascript=way.javascript, window=way.window)

    people = Cast(
        administrator=somebody("Ada Först", "ada@polisen.example.org"),
        communicator=somebody("Kim Skriver", "kim@polisen.example.org"),
        approver=somebody("Gun Godkänner", "gun@polisen.example.org"),
        partner=somebody("Pia Partner", "pia@ungdomsjouren.example.org"),
    )
    administrator_starts(people.administrator)
    invites(people.administrator, people.communicator, "communicator")
    invites(people.administrator, people.approver, "approver")
    adds_partner(people.administrator, people.partner)
    for person in (people.communicator, people.approver, people.partner):
        person.joins()
        person.sees(person.name.split()[0])
    return people


def administrator_starts(ada: Person) -> None:
    """Open the one link, and be the first."""
    link = f"/forsta-start/{first_start_token(ada.town.settings.secret_key)}"
    ada.goes(link)
    ada.write(organisation="Polisen (exempel)", name=ada.name, email=ada.email)
    ada.press("Begin")
    ada.registers()
    assert len(ada.recovery_codes) == 10
    assert ada.town.stranger(link) == 404


def invites(ada: Person, whom: Person, role: str) -> None:
    """By the form; the letter is sent by the worker."""
    ada.goes("/arbete/organisation/medlemmar")
    ada.write(email=whom.email, name=whom.name)
    ada.tick("role", role)
    ada.press("Invite")
    ada.reads("The invitation is made", "Shown this once")


def adds_partner(ada: Person, pia: Person) -> None:
    """An organisation with its first administrator."""
    ada.goes("/arbete/forvaltning/organisationer/ny")
    ada.write(name=PARTNER, administrator_name=pia.name, administrator_email=pia.email, note="Ringde växeln.")
    ada.page.locator("main select[name=kind]").select_option("helpline")
    ada.press("Add and invite")
    ada.sees(pia.email)


def partner_adds_channels(pia: Person, inbox: Inbox) -> None:
    """First the roles of an editor and a publisher, as the only one there; then a webhook and a notice board."""
    pia.goes("/arbete/organisation/medlemmar")
    pia.follow("Change")
    pia.tick("role", "editor", "publisher")
    pia.press("Save")
    add_channel(pia, "webhook", inbox.url)
    assert pia.page.locator("#secret").input_value().startswith("whsec_")
    pia.follow("I have copied it, go on")
    add_channel(pia, "by_hand", "anslag@ungdomsjouren.example.org")
    pia.reads("The channel is added. Test it now, so that you know it works.")


def add_channel(pia: Person, kind: str, address: str) -> None:
    """By the form."""
    pia.goes("/arbete/organisation/kanaler")
    pia.tick("kind", kind)
    pia.write(address=address)
    pia.press("Add the channel")


def communicator_registers(kim: Person, way: Way, lift_at: datetime) -> str:
    """The least, then briefing and key fact, then the core message in every language. Gives the campaign's address."""
    kim.goes("/arbete/kampanj/ny")
    opens = lift_at - timedelta(hours=2, minutes=30)
    kim.write(
        name="Vinterlovet", slug="vinterlov", **CORE, secrecy_decided_by="kommunikationsdirektör",
        **{"briefing_opens_at-date": f"{opens:%Y-%m-%d}", "briefing_opens_at-time": f"{opens:%H:%M}",
           "lift_at-date": f"{lift_at:%Y-%m-%d}", "lift_at-time": f"{lift_at:%H:%M}"},
    )  # fmt: skip
    kim.tick("places", "SE")
    kim.tick("languages", *{"sv", way.language})
    kim.press("Register under embargo")
    kim.reads("The campaign is registered, under embargo. Nobody outside your organisation knows of it yet.")
    campaign = kim.path
    kim.goes(f"{campaign}/uppgifter")
    onward(kim.page.locator("main button[name=add][value=phone]"))
    kim.page.locator("main input[name$='-value']").first.fill("114 14")
    kim.write(briefing="## Lägesbild\nUnder lovet söker de nya barn.")
    onward(kim.page.locator(".save-bar button.primary"))
    kim.goes(f"{campaign}/uppgifter")
    expect(kim.page.locator("main input[name$='-value']").first).to_have_value("114 14")
    kim.goes(f"{campaign}/budskap")
    for language, words in (("sv", CORE), *((("ar", CORE_AR),) if way.language == "ar" else ())):
        kim.goes(f"{campaign}/budskap")
        onward(kim.page.locator(f"main th a[href$='/{language}']"))
        writes(kim, language, words)
    assert kim.town.stranger(PUBLIC) == 404
    return campaign


def writes(person: Person, language: str, words: dict[str, str]) -> None:
    """In the editor, in the direction of the language; then save."""
    direction = "rtl" if language == "ar" else "ltr"
    expect(person.page.locator("#f-headline")).to_have_attribute("dir", direction)
    expect(person.page.locator("#f-long")).to_have_attribute("dir", direction)
    expect(person.page.locator(".editor .preview")).to_have_attribute("dir", direction)
    person.write(**words, short=words["long"])
    person.press("Save")
    expect(person.page.locator("#f-headline")).to_have_value(words["headline"])
    expect(person.page.locator("#checks")).not_to_contain_text(sv("They speak as soon as something is saved."))


def the_translation_becomes_ready(people: Cast, campaign: str, language: str) -> None:
    """Handed over, read by another, told in Swedish, and confirmed by its author."""
    kim, gun = people.communicator, people.approver
    for person, step in ((kim, "Hand over for review"), (gun, "It is right: let it pass")):
        opens_in_matrix(person, campaign, language)
        person.press(step)
    gun.follow("Tell in Swedish what it says")
    gun.write(says="Pengarna kommer aldrig. De lurar barn med löften om pengar. Orolig? Ring 114 14.")
    gun.press("Send")
    opens_in_matrix(kim, campaign, language)
    kim.press("It says what was meant")
    kim.reads("Nothing is missing: this text can go out in its language.")


def opens_in_matrix(person: Person, campaign: str, language: str) -> None:
    """From all languages at a glance to the one."""
    person.goes(f"{campaign}/sprak")
    person.page.locator(f"#sprak-{language} td a.cell").first.click()


def communicator_opens_the_briefing(kim: Person, campaign: str) -> None:
    """Those who are told get a letter; the time of the briefing comes."""
    kim.goes(f"{campaign}/partner")
    kim.press("Invite and tell them")
    if PARTNER not in kim.page.locator("main section").first.inner_text():
        kim.goes(f"{campaign}/partner?q=Ungdom")
        kim.press("Invite")
    kim.sees(PARTNER)
    kim.town.later(minutes=31)


def partner_accepts_and_asks(pia: Person, campaign: str) -> None:
    """Nothing of the campaign is seen before the terms are accepted."""
    pia.goes(campaign)
    expect(pia.page.locator("body")).not_to_contain_text("Vinterlovet")
    pia.press("We accept the terms")
    pia.goes(f"{campaign}/underlag")
    pia.sees("Under lovet söker de nya barn.", "Pengarna kommer aldrig", "114 14")
    pia.goes(f"{campaign}/fragor")
    pia.write(question=QUESTION)
    pia.press("Send the question")
    pia.sees(QUESTION)
    pia.reads("waits for an answer")


def partner_writes_and_consents(pia: Person, campaign: str, way: Way) -> None:
    """An answer in their own words, through both channels, with their yes."""
    pia.goes(f"{campaign}/vara-budskap")
    pia.press("Write our answer")
    message = pia.path
    onward(pia.page.locator(f"main .more-languages a[href$='/{way.language}']"))
    writes(pia, way.language, OURS[way.language])
    if way.language == "ar":
        direction = pia.page.locator("#f-long").evaluate("(it) => getComputedStyle(it).direction")
        assert direction == "rtl"
        expect(pia.page.locator(".editor .preview")).to_contain_text("114 14", timeout=SOON)
        assert pia.page.locator(".editor .preview").evaluate("(it) => getComputedStyle(it).direction") == "rtl"
    pia.goes(message)
    pia.tick("channels", "webhook", "by_hand")
    pia.press("Save the channels")
    pia.reads("The channels are saved.")
    pia.goes(f"{message}/{way.language}/klartecken")
    pia.sees(OURS[way.language]["headline"])
    pia.press("Give consent")
    pia.reads("Your organisation has given its consent to this text.", "consent given")


def communicator_answers_and_asks_for_approval(kim: Person, campaign: str) -> None:
    """The question has its answer, the board is green, and a second person is asked."""
    kim.goes(f"{campaign}/partner")
    kim.sees(QUESTION)
    kim.page.locator("main textarea[name^='answer-']").first.fill(ANSWER)
    kim.press("Send the answer")
    kim.sees(ANSWER)
    kim.goes(f"{campaign}/beredskap")
    kim.press("Rehearse the release")
    kim.goes(f"{campaign}/beredskap")
    expect(kim.page.locator("table.board .chip.stop")).to_have_count(0)
    kim.goes(f"{campaign}/godkannande")
    kim.press("Ask for approval")
    kim.reads("You asked for this, so it waits for a colleague.")


def approver_approves(gun: Person, campaign: str) -> None:
    """It is long since Gun logged in, so the code is asked for once more."""
    gun.goes(f"{campaign}/godkannande")
    gun.sees(CORE["headline"])
    gun.proves()
    gun.press("Approve")
    gun.reads("Approved and frozen")


def the_embargo_is_lifted(town: Town, inbox: Inbox, lift_at: datetime) -> None:
    """By a worker that starts some seconds before T."""
    town.until(lift_at - timedelta(seconds=6))
    with town.worker():
        assert town.stranger(PUBLIC) == 404
        wait_for(lambda: town.now() >= lift_at and len(inbox.came) > 1)
        wait_for(lambda: town.stranger(PUBLIC) in {200, 302, 303})
        wait_for(lambda: len(inbox.came) >= 3)
        wait_for(lambda: states(town) == {DeliveryState.LIVE})


def states(town: Town) -> set[DeliveryState]:
    """How what leaves by itself has come out."""
    events = col(Delivery.kind) == ChannelKind.WEBHOOK, col(Delivery.release_id).is_not(None)
    return {delivery.state for delivery in rows(town.place, Delivery, *events)}


def everybody_sees_it(town: Town, people: Cast, way: Way) -> None:
    """Both voices on one page, for all who have worked on it and for strangers."""
    stranger = town.person("Någon", "", javascript=way.javascript, window=way.window)
    for person in (stranger, people.administrator, people.communicator, people.approver, people.partner):
        person.goes(f"{PUBLIC}/{way.language}")
        person.sees((CORE_AR if way.language == "ar" else CORE)["headline"], PARTNER)
        person.sees(OURS[way.language]["headline"])
    assert stranger.page.evaluate("document.documentElement.dir") == ("rtl" if way.language == "ar" else "ltr")


def partner_has_published_by_hand(pia: Person, campaign: str) -> None:
    """Say that the notice hangs, and where."""
    pia.goes(campaign)
    pia.follow("Say that it is published")
    pia.write(address=READ_AT)
    pia.press("It is published")
    pia.sees(READ_AT)


def the_receipt_proves_it(people: Cast, campaign: str) -> None:
    """For the police and for the partner: all arrived, nothing early, also in the file."""
    for person in (people.communicator, people.partner):
        person.goes(f"{campaign}/kvitto")
        person.reads("None left too early.")
        chips = person.page.locator("table.grid .chip")
        expect(chips.filter(has_text=sv("out"))).to_have_count(chips.count())
    kim = people.communicator
    with kim.page.expect_download() as found:
        kim.page.get_by_role("link", name=sv("Download (JSON)")).click()
    receipt = json.loads(found.value.path().read_text())
    assert receipt["summary"]["early"] == 0
    assert receipt["summary"]["live"] == receipt["summary"]["deliveries"] > 0
    assert READ_AT in {line["address"] for line in receipt["deliveries"]}
