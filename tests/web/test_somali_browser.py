"""Somali from missing to approved, in a real browser: a translator of another organisation, a reviewer, the author.

Then one word of the Swedish is changed, the Somali is stale, and the gate says so.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import needs_chromium, onward
from factories import Office, rows, text
from journey.people import sv
from playwright.sync_api import Browser, Page, expect
from rooms import Room
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.domain.lifecycle import TextState
from campaigns.store.tables import Member, Text
from campaigns.work.campaign.drafts import MessageDraft

pytestmark = [pytest.mark.browser, needs_chromium]
SWEDISH = text("Pengarna kommer aldrig", "Barn får inte pengarna. Ring 114 14.")
SOMALI = {"headline": "Lacagtu marna ma timaado", "long": "Carruurtu lacagta ma helaan. Wac 114 14."}


class Newsroom(Room):
    """The police, and a translator of an organisation that nobody has invited."""

    def furnish(self) -> None:
        """A campaign that wants Somali."""
        core = (MessageDraft(name="huvudbudskap", texts={"sv": SWEDISH}),)
        self.campaign_id = self.office.briefed(languages=("sv", "so"), core_messages=core)
        self.core = self.office.core_message(self.campaign_id)
        society = self.office.organisation("Språkföreningen (exempel)", places=("SE-BD",))
        self.translator = self.office.member(society, {Role.TRANSLATOR})

    @property
    def email(self) -> str:
        """The translator's address."""
        return rows(self.office.place, Member, col(Member.id) == self.translator.member_id)[0].email

    @property
    def somali(self) -> Text:
        """The text as it is stored."""
        of_core = col(Text.message_id) == self.core
        return rows(self.office.place, Text, of_core, col(Text.language) == "so")[0]

    @property
    def matrix(self) -> str:
        """Every language at a glance."""
        return f"{self.root}/arbete/kampanj/{self.campaign_id}/sprak"


@pytest.fixture
def newsroom(sqlite_office: Office, tmp_path: Path, browser: Browser) -> Iterator[Newsroom]:
    """One for each test."""
    with Newsroom(sqlite_office, tmp_path, browser).opened() as found:
        yield found


def press(page: Page, msgid: str) -> None:
    """Press a button of the page's own part."""
    onward(page.locator("main").get_by_role("button", name=sv(msgid)).first)


def cell(page: Page, newsroom: Newsroom) -> str:
    """What the matrix says of Somali."""
    page.goto(newsroom.matrix)
    return page.locator("#sprak-so td").first.inner_text()


def test_somali_goes_from_missing_to_approved_and_a_changed_source_closes_the_gate(newsroom: Newsroom) -> None:
    """Nothing of the campaign is shown to the translator before the terms, and nothing but the text after them."""
    kim, gun, amina = (
        newsroom.open("/arbete/", actor=one)
        for one in (newsroom.office.communicator, newsroom.office.approver, newsroom.translator)
    )
    assert sv("missing") in cell(kim, newsroom)
    onward(kim.locator("#sprak-so td a.cell"))
    onward(kim.get_by_role("link", name=sv("Read and review")))
    kim.click("#hjalp summary")
    kim.check("input[name=job][value=translate]")
    kim.fill("#hjalp input[name=email]", newsroom.email)
    press(kim, "Ask")
    translator_writes(newsroom, amina)
    reviewer_reads(newsroom, gun)
    author_confirms(newsroom, kim)
    the_gate_is_open(newsroom, kim)
    source_is_edited(newsroom, kim)
    assert sv("out of date") in cell(kim, newsroom)
    kim.goto(f"{newsroom.root}/arbete/kampanj/{newsroom.campaign_id}/godkannande")
    expect(kim.locator("main")).to_contain_text("gjort från en tidigare svensk text")
    expect(kim.get_by_role("button", name=sv("Ask for approval"))).to_have_count(0)
    amina.goto(f"{newsroom.root}/arbete/text/{newsroom.core}/so")
    expect(amina.locator("main ins").first).to_contain_text("aldrig")


def translator_writes(newsroom: Newsroom, amina: Page) -> None:
    """First the terms, which name nothing; then the text beside its source; then it is handed over."""
    amina.goto(f"{newsroom.root}/arbete/oversattning")
    expect(amina.locator("body")).not_to_contain_text("Gängsnacket")
    onward(amina.get_by_role("link", name=sv("Read the terms")))
    expect(amina.locator("body")).not_to_contain_text("Gängsnacket")
    press(amina, "I accept the terms")
    onward(amina.get_by_role("link", name=sv("Translate"), exact=True))
    expect(amina.locator("main")).to_contain_text("Barn får inte pengarna.")
    for name, words in SOMALI.items():
        amina.fill(f"#f-{name}", words)
    press(amina, "Save")
    expect(amina.locator("#f-headline")).to_have_value(SOMALI["headline"])
    amina.get_by_role("link", name=sv("Read and review")).first.click()
    press(amina, "Hand over for review")
    expect(amina.locator("main")).to_contain_text(sv("The text is handed over. Somebody else reads it now."))
    assert newsroom.somali.state is TextState.TRANSLATED
    for closed in (f"/arbete/kampanj/{newsroom.campaign_id}", f"/arbete/text/{newsroom.core}/sv"):
        answer = amina.goto(newsroom.root + closed)
        assert answer is not None
        assert answer.status == 404


def reviewer_reads(newsroom: Newsroom, gun: Page) -> None:
    """Another lets it pass, and tells in Swedish what it says without seeing the source."""
    gun.goto(f"{newsroom.root}/arbete/text/{newsroom.core}/so/granska")
    press(gun, "It is right: let it pass")
    assert newsroom.somali.state is TextState.REVIEWED
    onward(gun.get_by_role("link", name=sv("Tell in Swedish what it says")))
    expect(gun.locator("main")).not_to_contain_text("Barn får inte pengarna.")
    gun.fill("#f-says", "Pengarna kommer aldrig. Barnen får inte pengarna. Ring 114 14.")
    press(gun, "Send")


def author_confirms(newsroom: Newsroom, kim: Page) -> None:
    """It says what was meant."""
    assert sv("to be confirmed") in cell(kim, newsroom)
    onward(kim.locator("#sprak-so td a.cell"))
    press(kim, "It says what was meant")
    assert sv("reviewed") in cell(kim, newsroom)


def the_gate_is_open(newsroom: Newsroom, kim: Page) -> None:
    """Approval can be asked for."""
    kim.goto(f"{newsroom.root}/arbete/kampanj/{newsroom.campaign_id}/godkannande")
    expect(kim.get_by_role("button", name=sv("Ask for approval"))).to_be_visible()


def source_is_edited(newsroom: Newsroom, kim: Page) -> None:
    """The author changes what it says; it is no typo, since a negation was put in."""
    kim.goto(f"{newsroom.root}/arbete/text/{newsroom.core}/sv")
    kim.fill("#f-long", "Barn får aldrig pengarna, inte en krona. Ring 114 14.")
    press(kim, "Save")
    kim.goto(newsroom.matrix)
    expect(kim.locator("main")).to_contain_text("Det kan inte kallas skrivfel")
    press(kim, "The meaning: tell the translators")
    expect(kim.locator("main")).to_contain_text("Det är noterat att betydelsen ändrades.")
