"""Translators' files on their pages, and the editor that weighs a translation part by part, without JavaScript."""

import base64
import io
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from desks import Desk, at_desk
from factories import Office, dump, rows, text
from sqlmodel import col
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from campaigns.domain.access import Role
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.texts import Variant
from campaigns.domain.translating import Job
from campaigns.interchange import LARGEST_FILE, Format
from campaigns.store.engine import writing
from campaigns.store.tables import GlossaryTerm, Member, Text
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.partners import matching
from campaigns.work.translating.asking import ask_for_text

SWEDISH = text("Pengarna kommer aldrig", "Gängen ljuger. Ring 114 14 i dag.")
ARABIC = text("المال لا يأتي", "العصابات تكذب. اتصل على 114 14.")


class Case:
    """A campaign in briefing with a core message in Swedish and Arabic, and the communicator's browser."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        core = (MessageDraft(name="huvudbudskap", texts={"sv": SWEDISH, "ar": ARABIC}),)
        self.campaign_id = office.briefed(languages=("sv", "ar", "so"), core_messages=core)
        self.core = office.core_message(self.campaign_id)
        self.desk = at_desk(office, folder, office.communicator)
        self.editor = f"/arbete/text/{self.core}/ar"
        self.files = f"/arbete/kampanj/{self.campaign_id}/sprak/ar/filer"
        with writing(office.place.engine) as session:
            session.add(
                GlossaryTerm(
                    id="t", swedish="gäng", language="ar", preferred="عصابة", avoid=["مافيا"], edited_at=office.now
                )
            )

    def text(self, language: str = "ar") -> Text:
        return rows(self.office.place, Text, col(Text.message_id) == self.core, col(Text.language) == language)[0]

    def file(self, form: Format = Format.CSV) -> bytes:
        answer = self.desk.get(f"{self.files}/{form.value}")
        assert answer.status_code == 200
        return bytes(answer.data)

    def write(self, **parts: str) -> None:
        words = {part.value: ARABIC[part] for part in Variant} | parts
        self.desk.post(self.editor, {**words, "expected_version": str(self.text().version)})

    def upload(self, raw: bytes, *, desk: Desk | None = None, path: str = "") -> TestResponse:
        desk = desk or self.desk
        fields = {"csrf_token": desk.csrf(), "do": "look", "file": FileStorage(io.BytesIO(raw), filename="ifylld.csv")}
        boundary, body = encode_multipart(fields)
        sent = f"multipart/form-data; boundary={boundary}"
        return desk.client.post(path or self.files, data=body, content_type=sent)

    def swedish_changes(self) -> None:
        matching.edit_text(
            self.office.place, self.office.communicator, self.core, language="sv",
            content=replace(SWEDISH, long="Gängen ljuger alltid. Ring 114 14 i dag."), expected_version=1,
            now=self.office.now,
        )  # fmt: skip


@pytest.fixture
def case(sqlite_office: Office, tmp_path: Path) -> Case:
    """One for each test."""
    return Case(sqlite_office, tmp_path)


def hidden(page: str, name: str) -> str:
    """What a hidden field carries."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def test_each_part_stands_beside_its_swedish_one_in_its_own_direction(case: Case) -> None:
    """Key facts underlined, the glossary dotted, numbers isolated, and what the checks say of each part."""
    page = case.desk.get(case.editor).get_data(as_text=True)
    assert page.count('class="pair with-source"') == 5
    assert '<mark class="fact"><bdi dir="ltr">114 14</bdi></mark>' in page
    assert '<span class="term">Gängen</span>' in page
    assert len(re.findall(r'<(?:input|textarea)[^>]* lang="ar" dir="rtl"', page)) == 5
    assert "1 av 1 nyckelfakta finns med." in page
    assert "Ordlistan:" in page


def test_a_missing_key_fact_and_a_word_to_avoid_are_said_beside_the_part(case: Case) -> None:
    """Without JavaScript when it is saved; the number that can be put in keeps its order from right to left."""
    words = {
        "headline": ARABIC.headline,
        "long": "مافيا",
        "short": "",
        "sms": "",
        "spoken": "",
        "expected_version": "1",
    }
    case.desk.post(case.editor, words)
    page = case.desk.get(case.editor).get_data(as_text=True)
    assert "0 av 1 nyckelfakta finns med." in page
    assert 'data-insert="114\u00a014" data-into="f-long"' in page
    assert "”مافيا” bör undvikas. Ordlistan säger ”عصابة”." in page


def test_words_are_weighed_while_somebody_writes_and_nothing_is_saved(case: Case) -> None:
    """Part by part, in JSON."""
    before = dump(case.office.place)
    words = {"headline": "x", "long": "اتصل على 114 14", "short": "اتصل", "sms": "", "spoken": ""}
    answer = case.desk.post(f"{case.editor}/kontroll", words)
    told = json.loads(answer.data)
    assert told["parts"]["long"]["kept"] == "1 av 1 nyckelfakta finns med."
    assert told["parts"]["short"]["kept"] == "0 av 1 nyckelfakta finns med."
    assert "114 14" in told["checks"]
    assert dump(case.office.place) == before | {"sessions": dump(case.office.place)["sessions"]}


def test_what_changed_in_the_swedish_stands_above_its_part(case: Case) -> None:
    """Word by word, and only there."""
    case.swedish_changes()
    page = case.desk.get(case.editor).get_data(as_text=True)
    assert "Ändringarna visas ovanför varje del." in page
    assert page.count('class="source-change"') == 1
    assert re.search(r"<ins>.*?alltid", page)


def test_what_the_newest_sitting_changed_stands_at_its_part(case: Case) -> None:
    """For whoever goes on from there; the first words of a text have none."""
    assert "Det som ändrades senast" not in case.desk.get(case.editor).get_data(as_text=True)
    case.office.now += timedelta(hours=1)
    case.write(short="اتصل على 114 14 اليوم.")
    page = case.desk.get(case.editor).get_data(as_text=True)
    assert page.count("Det som ändrades senast") == 1
    assert "Klar? Gå vidare och lämna över den" in page


def test_easy_swedish_is_hinted_sentence_by_sentence(case: Case) -> None:
    """A negation is offered a positive twin; nothing of it stops anything."""
    answer = case.desk.post(
        f"/arbete/text/{case.core}/sv/kontroll", {"long": "Det finns bl.a. inga pengar. Ring 114 14 i dag om du vill."}
    )
    long = json.loads(answer.data)["parts"]["long"]["says"]
    assert "<mark>bl.a.</mark>" in long
    assert "LIX" in long


@pytest.mark.parametrize("form", Format)
def test_a_file_is_downloaded_under_its_name_and_looked_at(case: Case, form: Format) -> None:
    """In each format; one that nobody touched changes nothing."""
    answer = case.desk.get(f"{case.files}/{form.value}")
    assert answer.headers["Content-Disposition"].endswith(f'_v1_ar.{form.value}"')
    assert answer.headers["Cache-Control"] == "private, no-store"
    page = case.upload(answer.data).get_data(as_text=True)
    assert "varje rad i den säger det som redan står här" in page


def test_one_sees_what_changes_and_then_saves_it(case: Case) -> None:
    """The first answer stores nothing."""
    seen = case.upload(case.file().replace("لا يأتي".encode(), "لن يأتي".encode()))
    page = seen.get_data(as_text=True)
    assert case.text().version == 1
    assert "<ins>" in page
    saved = case.desk.post(case.files, {"do": "save", "carried": hidden(page, "carried"), "mark": hidden(page, "mark")})
    assert saved.status_code == 303
    assert (case.text().headline, case.text().version) == ("المال لن يأتي", 2)
    assert "1 text sparades från filen." in case.desk.get(case.files).get_data(as_text=True)


def test_what_changed_meanwhile_is_shown_anew(case: Case) -> None:
    """Nothing is saved until one has seen it."""
    page = case.upload(case.file().replace("لا يأتي".encode(), "لن يأتي".encode())).get_data(as_text=True)
    case.desk.post(
        case.editor, {"headline": "غيره", "long": ARABIC.long, "short": ARABIC.short, "expected_version": "1"}
    )
    answer = case.desk.post(
        case.files, {"do": "save", "carried": hidden(page, "carried"), "mark": hidden(page, "mark")}
    )
    assert answer.status_code == 409
    again = answer.get_data(as_text=True)
    assert "Se på den en gång till" in again
    assert hidden(again, "mark") != hidden(page, "mark")
    assert case.text().headline == "غيره"


def test_every_fault_of_a_file_is_listed_with_its_row(case: Case) -> None:
    """And nothing is taken in."""
    raw = (
        case.file()
        .replace(f"{case.core}.headline".encode(), b"nonsens.headline")
        .replace(b"114 14.", b"\xe2\x80\xae114 14.")
    )
    answer = case.upload(raw)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Filen har fel, så inget togs in" in page
    assert "rad 2" in page
    assert "rad 3" in page
    assert "Spara översättningarna" not in page
    assert case.text().version == 1


@pytest.mark.parametrize(("raw", "says"), [(b"", "Välj filen"), (b"hej", "ingen av de filer"), (b"PK\x03\x04x", "fel")])
def test_what_is_no_file_of_ours_is_said_so(case: Case, raw: bytes, says: str) -> None:
    """In a sentence, beside the field or above it."""
    answer = case.upload(raw)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)


def test_a_large_file_is_read_and_one_that_is_too_large_is_told_the_limit(case: Case) -> None:
    """Other forms keep their smaller limit."""
    large = case.upload(b"x" * 1_500_000)
    assert large.status_code == 422
    too_large = case.upload(b"x" * (LARGEST_FILE + 100))
    assert "5 MB" in too_large.get_data(as_text=True)
    assert case.upload(b"x" * 1_500_000, path="/arbete/kampanj/ny/fil").status_code == 413


@pytest.mark.parametrize("carried", ["", "inte base64!", base64.b64encode(b"x").decode()])
def test_a_form_that_carries_no_file_saves_nothing(case: Case, carried: str) -> None:
    """Whatever stands in it."""
    assert case.desk.post(case.files, {"do": "save", "carried": carried, "mark": "x"}).status_code == 422
    assert case.text().version == 1


def test_the_files_are_not_there_for_others(case: Case) -> None:
    """A partner, a language the campaign is not in, the source, and a format there is none of."""
    partner = at_desk(case.office, case.folder, case.office.partner())
    for path in (case.files, f"{case.files}/xlf"):
        assert partner.get(path).status_code == 404
    assert case.upload(b"x", desk=partner).status_code == 404
    for path in (case.files.replace("/ar/", "/sv/"), case.files.replace("/ar/", "/fi/"), f"{case.files}/exe"):
        assert case.desk.get(path).status_code == 404


def test_whoever_was_asked_for_a_text_works_in_the_editor_and_in_a_file(case: Case) -> None:
    """From the list of what they were asked for; they see no other page of the campaign."""
    office = case.office
    other = office.organisation("Översättarna (exempel)", kind=OrganisationKind.OTHER)
    translator = office.member(other, {Role.TRANSLATOR})
    email = rows(office.place, Member, col(Member.id) == translator.member_id)[0].email
    ask_for_text(office.place, office.communicator, case.core, language="so", job=Job.TRANSLATE, email=email,
                 now=office.now)  # fmt: skip
    office.accept(translator, case.campaign_id)
    desk, files = at_desk(office, case.folder, translator), case.files.replace("/ar/", "/so/")
    assert files in desk.get("/arbete/oversattning").get_data(as_text=True)
    editor = desk.get(f"/arbete/text/{case.core}/so").get_data(as_text=True)
    assert 'class="pair with-source"' in editor
    assert files in editor
    page = desk.get(files).get_data(as_text=True)
    assert "Andra språk" not in page
    raw = desk.get(f"{files}/csv").data.decode("utf-8-sig")
    filled = raw.replace('aldrig";""', 'aldrig";"Lacagtu ma timaado"').encode("utf-8-sig")
    seen = case.upload(filled, desk=desk, path=files).get_data(as_text=True)
    desk.post(files, {"do": "save", "carried": hidden(seen, "carried"), "mark": hidden(seen, "mark")})
    assert (case.text("so").headline, case.text("so").edited_by) == ("Lacagtu ma timaado", translator.member_id)


def test_approval_hears_of_words_that_the_glossary_avoids(case: Case) -> None:
    """As something worth a look."""
    case.desk.post(
        case.editor, {"headline": "مافيا", "long": ARABIC.long, "short": ARABIC.short, "expected_version": "1"}
    )
    page = case.desk.get(f"/arbete/kampanj/{case.campaign_id}/godkannande").get_data(as_text=True)
    assert "bör undvikas" in page
