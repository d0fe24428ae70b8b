"""The editor without JavaScript: what is saved, what is said, and that nothing anybody wrote is lost."""

import json
import re
from pathlib import Path

import pytest
from desks import Desk, at_desk
from factories import Office, rows, text
from sqlmodel import col

from campaigns.domain.access import Role
from campaigns.store.tables import Message, Text, TextVersion
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.partners import consenting, matching

BASE = text("Vi lyssnar", "Pengarna kommer aldrig. Barnen får skulden. Ring 114 14 om du är orolig.")
WORDS = {"headline": BASE.headline, "long": BASE.long, "short": BASE.short, "sms": "", "spoken": ""}


class Case:
    """A partner's Swedish text on a campaign in briefing, and their browser."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.partner = office.partner()
        self.campaign_id = office.briefed(self.partner)
        self.core = office.core_message(self.campaign_id)
        office.answer(self.partner, self.campaign_id, content=BASE)
        self.message = matching.own_messages(office.place, self.partner, self.campaign_id, now=office.now)[0].message_id
        self.desk = at_desk(office, folder, self.partner)
        self.path = f"/arbete/text/{self.message}/sv"

    def police(self) -> Desk:
        return at_desk(self.office, self.folder, self.office.communicator)

    def text(self) -> Text:
        return rows(self.office.place, Text, col(Text.message_id) == self.message, col(Text.language) == "sv")[0]

    def somebody_else_writes(self, **parts: str) -> None:
        self.desk.post(self.path, {**WORDS, **parts, "expected_version": "1"})


@pytest.fixture
def case(sqlite_office: Office, tmp_path: Path) -> Case:
    """One for each test."""
    return Case(sqlite_office, tmp_path)


def field(page: str, name: str) -> str:
    """What a hidden field or a text area of a page holds."""
    hidden = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?([^<]*)</textarea>', page)
    found = hidden or area
    assert found, name
    return found[1]


def test_what_is_written_is_saved_and_one_comes_back_to_the_editor(case: Case) -> None:
    """As the next version."""
    answer = case.desk.post(case.path, {**WORDS, "headline": "Vi finns här", "expected_version": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{case.path}?sparad=2"
    assert (case.text().headline, case.text().version) == ("Vi finns här", 2)
    assert "Sparat som version 2." in case.desk.get(case.path).get_data(as_text=True)


def test_saving_while_writing_is_answered_with_the_version_and_the_checks(case: Case) -> None:
    """In JSON, the checks as HTML."""
    words = {**WORDS, "long": "Utan nummer.", "expected_version": "1"}
    answer = case.desk.post(case.path, words, headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    told = json.loads(answer.data)
    assert told["version"] == 2
    assert "114 14" in told["checks"]
    assert "version 2" in told["saved"]


def test_the_editor_shows_the_core_message_and_what_the_checks_say(case: Case) -> None:
    """With its key facts marked, its languages, and lengths against what fits."""
    page = case.desk.get(case.path).get_data(as_text=True)
    assert '<mark class="fact"><bdi dir="ltr">114 14</bdi></mark>' in page
    assert f"{len(BASE.headline)} av 120 tecken" in page
    assert "LIX" in page
    assert f"/arbete/text/{case.message}/en" in page


def test_a_right_to_left_language_is_written_from_right_to_left(sqlite_office: Office, tmp_path: Path) -> None:
    """Every field of it."""
    core = (MessageDraft(name="första", texts={"sv": BASE}),)
    campaign_id = sqlite_office.briefed(languages=("sv", "ar"), core_messages=core)
    desk = at_desk(sqlite_office, tmp_path, sqlite_office.communicator)
    answer = desk.post(f"/arbete/kampanj/{campaign_id}/budskap", {"name": "Huvudbudskap"})
    page = desk.get(answer.headers["Location"].replace("/sv", "/ar")).get_data(as_text=True)
    assert len(re.findall(r'<(?:input|textarea)[^>]* dir="rtl"', page)) == 5


def test_one_begins_from_the_core_message_when_one_asks_to(case: Case) -> None:
    """Asking stores nothing, and what is begun is not overwritten."""
    page = case.desk.get(f"/arbete/text/{case.message}/en?borja=karnbudskap").get_data(as_text=True)
    assert field(page, "long") == "Call 114 14."
    assert 'data-unsaved="1"' in page
    assert rows(case.office.place, Text, col(Text.language) == "en", col(Text.message_id) == case.message) == []
    begun = case.desk.get(f"{case.path}?borja=karnbudskap").get_data(as_text=True)
    assert field(begun, "long") == BASE.long


def test_edits_that_fit_together_are_shown_and_saved_in_one_click(case: Case) -> None:
    """Never silently: the first answer stores nothing."""
    case.somebody_else_writes(long=BASE.long.replace("aldrig", "inte"))
    mine = {**WORDS, "long": BASE.long.replace("orolig", "rädd"), "expected_version": "1"}
    answer = case.desk.post(case.path, mine)
    assert answer.status_code == 409
    assert case.text().version == 2
    page = answer.get_data(as_text=True)
    joined = BASE.long.replace("aldrig", "inte").replace("orolig", "rädd")
    assert field(page, "long") == joined
    sent = {name: field(page, name) for name in (*WORDS, "expected_version", "began_from")}
    assert case.desk.post(case.path, sent).status_code == 303
    assert (case.text().long, case.text().version) == (joined, 3)


def test_edits_of_the_same_words_are_chosen_between(case: Case) -> None:
    """Without a choice nothing is saved and all three wordings are still there; a third wording may be written."""
    case.somebody_else_writes(headline="Vi hör dig")
    page = case.desk.post(case.path, {**WORDS, "headline": "Vi finns", "expected_version": "1"}).get_data(as_text=True)
    names = ("headline-mine", "headline-theirs", "expected_version", "began_from", *WORDS)
    sent = {name: field(page, name) for name in names}
    assert (sent["headline-mine"], sent["headline-theirs"]) == ("Vi finns", "Vi hör dig")
    unchosen = case.desk.post(case.path, {**sent, "headline": "Utkast"})
    assert unchosen.status_code == 422
    again = unchosen.get_data(as_text=True)
    assert [field(again, name) for name in names[:2]] == ["Vi finns", "Vi hör dig"]
    assert field(again, "headline") == "Utkast"
    assert case.desk.post(case.path, {**sent, "headline-choice": "mine"}).status_code == 303
    assert case.text().headline == "Vi finns"


@pytest.mark.parametrize(("choice", "kept"), [("theirs", "Vi hör dig"), ("own", "Vi båda"), ("nonsense", "Vi hör dig")])
def test_either_wording_or_a_new_one_is_kept(case: Case, choice: str, kept: str) -> None:
    """An answer that is none of the choices saves nothing."""
    case.somebody_else_writes(headline="Vi hör dig")
    page = case.desk.post(case.path, {**WORDS, "headline": "Vi finns", "expected_version": "1"}).get_data(as_text=True)
    sent = {name: field(page, name) for name in ("headline-mine", "headline-theirs", "expected_version", *WORDS)}
    case.desk.post(case.path, {**sent, "headline": "Vi båda", "headline-choice": choice})
    assert case.text().headline == kept


def test_saving_while_writing_stops_when_somebody_else_wrote(case: Case) -> None:
    """It says who must decide: a person."""
    case.somebody_else_writes(headline="Vi hör dig")
    words = {**WORDS, "headline": "Vi finns", "expected_version": "1"}
    answer = case.desk.post(case.path, words, headers={"X-Autosave": "1"})
    assert answer.status_code == 409
    assert json.loads(answer.data)["met"] is True
    assert case.text().headline == "Vi hör dig"


def test_a_frozen_text_is_read_and_not_written(case: Case) -> None:
    """With the reason; what was typed when it froze comes back."""
    case.office.approve(case.campaign_id)
    page = case.desk.get(case.path).get_data(as_text=True)
    assert "Texten är låst" in page
    assert "<textarea" not in page
    assert BASE.long in page
    late = case.desk.post(case.path, {**WORDS, "headline": "Sent skrivet", "expected_version": "1"})
    assert late.status_code == 409
    assert "Sent skrivet" in late.get_data(as_text=True)
    assert case.text().version == 1


def test_a_public_text_is_written_to_be_corrected(sqlite_office: Office, tmp_path: Path) -> None:
    """The page leads to the correction."""
    partner = sqlite_office.partner()
    campaign_id = sqlite_office.live(partner)
    message = rows(sqlite_office.place, Message, col(Message.campaign_id) == campaign_id,
                   col(Message.organisation_id) == partner.organisation_id)[0].id  # fmt: skip
    desk = at_desk(sqlite_office, tmp_path, partner)
    page = desk.get(f"/arbete/text/{message}/sv").get_data(as_text=True)
    text_id = rows(sqlite_office.place, Text, col(Text.message_id) == message)[0].id
    assert f"/arbete/text/{text_id}/ratta" in page
    assert desk.post(f"/arbete/text/{message}/sv", {**WORDS, "expected_version": "1"}).status_code == 303


def test_consent_is_not_lost_by_mistake(case: Case) -> None:
    """While it stands nothing is saved unless a person presses Save."""
    assert 'data-autosave="on"' in case.desk.get(case.path).get_data(as_text=True)
    office = case.office
    found = case.text()
    consenting.consent(office.place, case.partner, found.id, revision=found.revision, now=office.now)
    assert 'data-autosave="off"' in case.desk.get(case.path).get_data(as_text=True)


def test_whoever_may_not_write_finds_no_editor(case: Case) -> None:
    """A reader, another organisation, the police on a partner's text, a partner on the core text, and nonsense."""
    office = case.office
    assert case.partner.organisation_id is not None
    reader = office.member(case.partner.organisation_id, {Role.READER})
    office.accept(reader, case.campaign_id)
    other = office.partner("Annan (exempel)")
    core = f"/arbete/text/{case.core}/sv"
    for actor, path in [
        (reader, case.path), (other, case.path), (office.communicator, case.path), (case.partner, core),
        (case.partner, "/arbete/text/nonsens/sv"), (case.partner, f"/arbete/text/{case.message}/xx"),
    ]:  # fmt: skip
        desk = at_desk(office, case.folder, actor)
        assert desk.get(path).status_code == 404
        assert desk.post(path, {**WORDS, "expected_version": "1"}).status_code == 404
    for path in (f"{case.path}/historik", f"/arbete/budskap/{case.message}/sv/forhandsvisning"):
        assert at_desk(office, case.folder, other).get(path).status_code == 404
        assert at_desk(office, case.folder, office.communicator).get(path).status_code == 404
        assert at_desk(office, case.folder, reader).get(path).status_code == 200
    assert case.text().version == 1


def test_the_history_leads_back_to_an_earlier_version(case: Case) -> None:
    """Which is saved as a new one; a version that never was is not there."""
    case.somebody_else_writes(headline="Vi hör dig")
    path = f"{case.path}/historik"
    page = case.desk.get(f"{path}?alla=1").get_data(as_text=True)
    assert "<del>" in page
    assert "exempel" in page
    assert case.desk.post(path, {"version": "1", "expected_version": "2"}).status_code == 303
    assert (case.text().headline, case.text().version) == ("Vi lyssnar", 3)
    assert case.desk.post(path, {"version": "77", "expected_version": "3"}).status_code == 404
    assert case.desk.post(path, {"version": "x", "expected_version": "3"}).status_code == 404
    assert case.desk.post(path, {"version": "2", "expected_version": "1"}).status_code == 422
    assert len(rows(case.office.place, TextVersion, col(TextVersion.text_id) == case.text().id)) == 3


def test_the_police_add_move_and_remove_core_messages(case: Case) -> None:
    """And see each in each language."""
    desk, path = case.police(), f"/arbete/kampanj/{case.campaign_id}/budskap"
    nameless = desk.post(path, {"name": " "})
    assert nameless.status_code == 422
    added = desk.post(path, {"name": "Var finns hjälp?"})
    assert added.status_code == 303
    message = added.headers["Location"].split("/")[3]
    assert desk.post(f"{path}/{message}/flytta", {"to": "up"}).status_code == 303
    page = desk.get(path).get_data(as_text=True)
    assert page.index("Var finns hjälp?") < page.index("huvudbudskap</bdi>")
    assert desk.post(f"{path}/{case.core}/ta-bort").status_code == 422
    assert desk.post(f"{path}/{message}/ta-bort").status_code == 303
    assert "Var finns hjälp?" not in desk.get(path).get_data(as_text=True)


def test_the_core_messages_page_is_for_the_police_alone(case: Case) -> None:
    """A partner finds none of its addresses."""
    path = f"/arbete/kampanj/{case.campaign_id}/budskap"
    assert case.desk.get(path).status_code == 404
    for address in (path, f"{path}/{case.core}/flytta", f"{path}/{case.core}/ta-bort"):
        assert case.desk.post(address, {"name": "x", "to": "up"}).status_code == 404


def test_each_channel_is_shown_without_anything_that_runs(case: Case) -> None:
    """What a partner wrote is words and nothing else."""
    case.somebody_else_writes(headline="<script>x</script>", long="<img src=x onerror=y> **Ring** 114 14")
    page = case.desk.get(f"/arbete/budskap/{case.message}/sv/forhandsvisning").get_data(as_text=True)
    assert "<strong>Ring</strong>" in page
    assert "<script>x" not in page
    assert "<img" not in page


def test_a_translation_is_stale_when_its_source_changed_while_one_wrote(case: Case) -> None:
    """What counts is the Swedish text that lay beside, not the one that has come since; saving it anew mends that."""
    path = f"/arbete/text/{case.core}/en"
    desk = case.police()
    seen = field(desk.get(path).get_data(as_text=True), "source_seen")
    desk.post(f"/arbete/text/{case.core}/sv", {**WORDS, "headline": "Ny rubrik", "expected_version": "1"})
    words = {"headline": "New", "long": "Call 114 14.", "short": "", "sms": "", "spoken": "", "expected_version": "1"}
    assert desk.post(path, {**words, "source_seen": seen}).status_code == 303
    page = desk.get(path).get_data(as_text=True)
    assert 'data-autosave="off"' in page
    assert desk.post(path, {**words, "source_seen": field(page, "source_seen")}).status_code == 303
    assert 'data-autosave="on"' in desk.get(path).get_data(as_text=True)
    core = rows(case.office.place, Text, col(Text.message_id) == case.core, col(Text.language) == "en")[0]
    assert core.version == 3  # that it still fits is a version by whoever says so
