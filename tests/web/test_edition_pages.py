"""Local editions at the desk and in public: writing one, following, offering, fetching, and what nobody else finds."""

import html
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from desks import Desk, make_workplace_app
from edition_scenes import PART, edition, offered
from factories import Office, rows
from flask import Flask
from making import make_all
from work.test_editions import correct

from campaigns.domain.access import Actor, Role
from campaigns.store.tables import LocalEdition
from campaigns.web.site import KEY
from campaigns.work.editions import writing
from campaigns.work.launch import correcting
from campaigns.work.launch.scheduling import cancel

ATOM = "{http://www.w3.org/2005/Atom}"
FORM = {
    "language": "sv",
    "title": "Luleå",
    "introduction": "Vi träffas på torsdagar.",
    "questions": "Vad har du sett?\n\nVem ringer du?",
    "contact2_name": "Ungdomens hus (exempel)",
    "contact2_phone": "0920-45 30 00",
}


class Place:
    """An approved campaign with a partner, and their browsers."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.partner = office, office.partner()
        self.campaign_id = office.approved(self.partner, name="Gängsnacket", slug="gangsnacket")
        self.app: Flask = make_workplace_app(office, folder)
        self.base = f"/arbete/kampanj/{self.campaign_id}/lokalt"

    def desk(self, actor: Actor | None = None) -> Desk:
        """A browser, the partner's if nobody else's."""
        return Desk(self.app, self.office.place, actor or self.partner, now=self.office.now)

    def one(self) -> LocalEdition:
        """The edition there is."""
        return rows(self.office.place, LocalEdition)[0]

    def lift(self) -> None:
        """A minute after T, recorded."""
        self.office.now = Office.LIFT
        self.office.record_live(self.campaign_id)
        self.office.now += timedelta(minutes=1)
        make_all(self.office)

    def public(self) -> str:
        """The address of the edition for everyone."""
        return f"/material/gangsnacket/sv/lokalt/{self.one().slug}"


@pytest.fixture
def place(sqlite_office: Office, tmp_path: Path) -> Place:
    """On SQLite: what is asked of the database is tried on both elsewhere."""
    return Place(sqlite_office, tmp_path)


def test_an_edition_is_written_and_its_documents_fetched_with_the_embargo_line(place: Place) -> None:
    """A row of contacts that is left empty does not count."""
    desk = place.desk()
    assert "har ingen utgåva" in desk.get(place.base).text
    answer = desk.post(f"{place.base}/ny", FORM)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert [one["name"] for one in place.one().contacts] == ["Ungdomens hus (exempel)"]
    assert place.one().questions == ["Vad har du sett?", "Vem ringer du?"]
    assert "Dokumenten tas fram." in desk.get(path).text
    make_all(place.office)
    page = desk.get(path).text
    assert "EMBARGO till" in page
    assert f'href="{path}/filer/gangsnacket_v1_sv_samtalskort.pdf"' in page
    assert desk.get(f"{path}/filer/samtalskort.pdf").get_data().startswith(b"True")
    preview = desk.get(f"{path}/forhandsvisning")
    assert "EMBARGO" in preview.text
    assert "style-src 'sha256-" in preview.headers["Content-Security-Policy"]
    assert preview.headers["Cache-Control"] == "private, no-store"


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(place: Place) -> None:
    """The rows that hold something have moved up, and the faults with them."""
    wrong = FORM | {
        "language": "",
        "contact2_phone": "ring",
        "contact4_link": "javascript:x",
        "title": "\u202eL",
    }
    answer = place.desk().post(f"{place.base}/ny", wrong)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    for field in ("language", "title", "contact1_phone", "contact2_name", "contact2_link"):
        assert f'id="e-{field}"' in page
    assert 'value="javascript:x"' in page
    assert "Vi träffas på torsdagar." in page
    assert rows(place.office.place, LocalEdition) == []


def test_a_personal_number_is_warned_about(place: Place) -> None:
    """It stops nothing: it may be something else."""
    desk = place.desk()
    path = desk.post(f"{place.base}/ny", FORM | {"introduction": "811228-9874"}).headers["Location"]
    assert 'id="w-introduction"' in desk.get(path).text


def test_two_people_do_not_overwrite_each_other(place: Place) -> None:
    """What was written stays in the form, with the sentence that says why."""
    edition_id = edition(place.office, place.partner, place.campaign_id)
    desk, path = place.desk(), f"/arbete/lokalt/{edition_id}"
    assert desk.post(path, FORM | {"version": "1"}).status_code == 303
    answer = desk.post(path, FORM | {"version": "1", "title": "Boden"})
    assert answer.status_code == 422
    assert 'value="Boden"' in answer.text
    assert place.one().title == "Luleå"


def test_from_t_an_offered_edition_is_at_its_own_address_without_a_cookie(place: Place) -> None:
    """Before, that address is answered like nonsense; once it is taken back, it says so and leads on."""
    edition_id = offered(place.office, place.partner, place.campaign_id)
    make_all(place.office)
    anyone, nonsense = place.app.test_client(), "/material/gangsnacket/sv/lokalt/finns-inte"
    file = f"{place.public()}/samtalskort.pdf"
    for address in (place.public(), file):
        assert anyone.get(address).get_data() == anyone.get(nonsense).get_data()
    place.lift()
    page = anyone.get(place.public())
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "Lokal utgåva från Ungdomsjouren (exempel)." in html.unescape(page.text)
    assert place.public() in anyone.get("/material/gangsnacket/sv").text
    assert anyone.get(file).get_data().startswith(b"False")
    assert "Alla får hämta den." in place.desk().get(f"/arbete/lokalt/{edition_id}").text
    place.desk().post(f"/arbete/lokalt/{edition_id}/ta-tillbaka")
    place.office.now += timedelta(seconds=5)
    for address in (file, place.public()):
        gone = anyone.get(address)
        assert gone.status_code == 410
        assert "Den här lokala utgåvan erbjuds inte längre" in gone.text
        assert 'href="/material/gangsnacket/sv"' in gone.text
        assert "Set-Cookie" not in gone.headers
        assert PART.title not in gone.text


def test_an_earlier_version_of_an_edition_says_what_has_taken_its_place(place: Place) -> None:
    """After a correction: gone, with a page that leads to the file that counts; what never was is nonsense."""
    offered(place.office, place.partner, place.campaign_id)
    place.lift()
    correct(place.office, place.campaign_id)
    make_all(place.office)
    anyone, old = place.app.test_client(), "gangsnacket_v1_sv_samtalskort.pdf"
    answer = anyone.get(f"{place.public()}/{old}?ui=en")
    assert answer.status_code == 410
    assert "This is the address of version 1." in answer.text
    assert f'href="{place.public()}/{old.replace("v1", "v2")}"' in answer.text
    assert f'href="{place.public()}?ui=en"' in answer.text
    nonsense = anyone.get("/finns-inte").get_data()
    for never in ("gangsnacket_v3_sv_samtalskort.pdf", "gangsnacket_v1_ar_samtalskort.pdf", "x.pdf"):
        assert anyone.get(f"{place.public()}/{never}").get_data() == nonsense


def test_an_edition_of_a_withdrawn_campaign_leads_to_what_its_page_says(place: Place) -> None:
    """The page and every file."""
    offered(place.office, place.partner, place.campaign_id)
    place.lift()
    office = place.office
    correcting.propose_withdraw(office.place, office.communicator, place.campaign_id, now=office.now)
    correcting.confirm_withdraw(office.place, office.approver, place.campaign_id, now=office.now)
    anyone = place.app.test_client()
    for address in (
        place.public(),
        f"{place.public()}/gangsnacket_v1_sv_samtalskort.pdf",
        f"{place.public()}/allt.zip",
    ):
        answer = anyone.get(address)
        assert answer.status_code == 410
        assert "Kampanjen har dragits tillbaka" in answer.text
        assert 'href="/kampanj/gangsnacket"' in answer.text


def test_an_edition_that_is_not_offered_is_not_there_for_anyone(place: Place) -> None:
    """Not even when the campaign is public."""
    edition(place.office, place.partner, place.campaign_id)
    place.lift()
    for address in (place.public(), f"{place.public()}/samtalskort.pdf"):
        assert place.app.test_client().get(address).status_code == 404


def test_after_a_correction_the_page_shows_the_words_and_one_step_follows(place: Place) -> None:
    """The public page says that the local part is older; after that it does not."""
    edition_id = offered(place.office, place.partner, place.campaign_id)
    place.lift()
    correct(place.office, place.campaign_id)
    make_all(place.office)
    desk, path, anyone = place.desk(), f"/arbete/lokalt/{edition_id}", place.app.test_client()
    said = "Den lokala delen följer en tidigare version av budskapet."
    assert said in anyone.get(place.public()).text
    page = desk.get(path).text
    assert "<ins>" in page
    assert desk.post(f"{path}/folj", {"seen": "något annat"}).status_code == 422
    found = writing.mark_of([])
    assert found not in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert desk.post(f"{path}/folj", {"seen": seen}).status_code == 303
    place.office.now += timedelta(seconds=5)
    assert said not in anyone.get(place.public()).text


def test_who_was_not_invited_makes_one_after_t_from_the_library(place: Place) -> None:
    """The library's page leads there."""
    stranger = place.office.partner("Ute (exempel)")
    assert place.desk(stranger).get(place.base).status_code == 404
    place.lift()
    desk = place.desk(stranger)
    assert place.base in desk.get("/arbete/material").text
    assert desk.post(f"{place.base}/ny", FORM).status_code == 303
    assert desk.get(f"/arbete/lokalt/{place.one().id}").status_code == 200


def test_it_is_offered_by_consent_and_deleted(place: Place) -> None:
    """What is offered is exactly what was on the screen."""
    edition_id = edition(place.office, place.partner, place.campaign_id, PART)
    desk, path = place.desk(), f"/arbete/lokalt/{edition_id}"
    assert desk.post(f"{path}/erbjud", {"version": "7"}).status_code == 422
    assert desk.post(f"{path}/erbjud", {"version": "1"}).status_code == 303
    assert place.one().offered_at is not None
    assert desk.post(f"{path}/ta-bort").status_code == 303
    assert rows(place.office.place, LocalEdition) == []
    assert desk.get(path).status_code == 404


def test_an_offered_edition_is_found_by_everyone_from_t_and_by_nobody_before(place: Place) -> None:
    """In the library, on the campaign's page of material, in the sitemap, in search and in the workplace as new."""
    other = place.office.partner("Andra (exempel)")
    offered(place.office, place.partner, place.campaign_id, PART)
    anyone, desk = place.app.test_client(), place.desk(other)
    public = ("/material", "/material?kampanj=gangsnacket", "/material/gangsnacket", "/sitemap.xml")
    for address in public:
        assert PART.title not in anyone.get(address).text
        assert "/lokalt/" not in anyone.get(address).text
    assert PART.title not in desk.get("/arbete/material").text
    assert PART.title in place.desk().get("/arbete/material").text
    place.lift()
    assert "1 lokal utgåva" in anyone.get("/material").text
    assert "1 lokal utgåva" not in anyone.get("/material?sprak=en").text
    assert place.public() in anyone.get("/material/gangsnacket").text
    assert place.public() in anyone.get("/sitemap.xml").text
    assert place.public() in place.desk(other).get("/arbete/sok?q=luleå").text
    assert f"/arbete/lokalt/{place.one().id}" in place.desk().get("/arbete/sok?q=luleå").text
    desk = place.desk(other)
    page = desk.get("/arbete/material").text
    assert place.public() in page
    assert "nytt</span>" in page.partition("Från andra:")[2]
    desk.post("/arbete/material/sett")
    assert "nytt</span>" not in desk.get("/arbete/material").text.partition("Från andra:")[2]


def test_an_edition_of_a_cancelled_campaign_is_listed_and_deleted(place: Place) -> None:
    """Its own page is closed; the list of all leads to deleting, and says why."""
    edition_id = edition(place.office, place.partner, place.campaign_id, PART)
    desk = place.desk()
    assert f"/arbete/lokalt/{edition_id}" in desk.get("/arbete/lokala-utgavor").text
    assert "/arbete/lokala-utgavor" in desk.get("/arbete/material").text
    cancel(place.office.place, place.office.approver, place.campaign_id, now=place.office.now)
    assert desk.get(f"/arbete/lokalt/{edition_id}").status_code == 404
    page = desk.get("/arbete/lokala-utgavor").text
    assert "kampanjen är över" in page
    assert f'action="/arbete/lokalt/{edition_id}/ta-bort"' in page
    assert desk.post(f"/arbete/lokalt/{edition_id}/ta-bort").headers["Location"].endswith("/arbete/lokala-utgavor")
    assert rows(place.office.place, LocalEdition) == []
    assert "har ingen utgåva" in desk.get("/arbete/lokala-utgavor").text


def test_an_editor_is_told_why_an_offered_edition_is_not_deleted(place: Place) -> None:
    """Whoever may take it back does it."""
    edition_id = offered(place.office, place.partner, place.campaign_id, PART)
    editor = place.office.member(place.partner.organisation_id or "", {Role.EDITOR})
    place.office.accept(editor, place.campaign_id)
    answer = place.desk(editor).post(f"/arbete/lokalt/{edition_id}/ta-bort")
    assert answer.status_code in {403, 422}
    assert rows(place.office.place, LocalEdition) != []


def test_what_is_fetched_is_counted_where_its_organisation_and_the_police_look(place: Place) -> None:
    """Small numbers are not told; one's own fetching is not counted."""
    edition_id = offered(place.office, place.partner, place.campaign_id)
    place.lift()
    mine = [f"/arbete/lokalt/{edition_id}", place.base, "/arbete/lokala-utgavor"]
    shelves = place.app.extensions[KEY].shelves
    anyone = place.app.test_client()
    place.desk().get(f"/arbete/lokalt/{edition_id}/filer/allt.zip")
    for fetched, says in ((0, "Inga nedladdningar än."), (4, "Färre än 5 nedladdningar."), (2, "6 nedladdningar.")):
        for _ in range(fetched):
            assert anyone.get(f"{place.public()}/samtalskort.pdf").status_code == 200
        shelves.store()
        for page in mine:
            assert says in place.desk().get(page).text
    police = place.desk(place.office.communicator).get(f"/arbete/kampanj/{place.campaign_id}/material").text
    assert f'href="{place.public()}"' in police
    assert ">6</td>" in police.partition("Lokala utgåvor")[2]


def test_its_organisations_feed_leads_to_it_and_its_page_to_the_feed(place: Place) -> None:
    """In both formats, with everything in one ZIP as a file that can be fetched."""
    offered(place.office, place.partner, place.campaign_id)
    make_all(place.office)
    anyone, feed = place.app.test_client(), "/organisation/ungdomsjouren-exempel/feed"
    assert anyone.get(f"{feed}.atom").get_data() == anyone.get("/finns-inte").get_data()
    place.lift()
    assert f'href="{feed}.atom"' in anyone.get(place.public()).text
    root = ET.fromstring(anyone.get(f"{feed}.atom").data)  # noqa: S314 - our own answer
    entry = next(one for one in root.iter(f"{ATOM}entry") if one.findtext(f"{ATOM}title") == "Luleå, Norrbotten")
    links = {link.get("rel"): link.attrib for link in entry.findall(f"{ATOM}link")}
    assert links["alternate"]["href"].endswith(place.public())
    path = links["enclosure"]["href"].partition("/material")[2]
    pack = anyone.get(f"/material{path}")
    assert (links["enclosure"]["type"], links["enclosure"]["length"]) == ("application/zip", str(len(pack.get_data())))
    items = anyone.get(f"{feed}.json").get_json(force=True)["items"]
    [item] = [one for one in items if one["url"].endswith(place.public())]
    assert item["id"] == f"urn:samklang:edition:{place.one().slug}"
    assert item["attachments"][0]["url"] == links["enclosure"]["href"]
    assert PART.title not in anyone.get("/kampanj/gangsnacket/feed.atom").text
