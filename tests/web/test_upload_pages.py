"""Own material in the browser: handed in without losing a word, fetched safely, and what is said of too much."""

import io
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import upload_samples as samples
from desks import Desk, at_desk, make_workplace_app
from factories import Office, rows
from upload_scenes import FILM, TOLD, agreed, film, image
from werkzeug.test import TestResponse

from campaigns.domain.access import Role
from campaigns.domain.uploads import LARGEST, UploadKind
from campaigns.store.tables import Upload
from campaigns.web.workplace.material import upload_limits
from campaigns.work.partners import matching
from campaigns.work.uploads import handing_in

WORDS = {"language": "sv", "title": "Samtalskort för föräldrar", "alternative": "Två personer vid ett köksbord."}

ATOM = "{http://www.w3.org/2005/Atom}"
FORM = "multipart/form-data; boundary=x"


class Case:
    """A partner's message on a campaign in briefing, and their browser."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.partner = office.partner()
        self.campaign_id = office.briefed(self.partner, slug="gangsnacket")
        office.consented(self.partner, self.campaign_id)
        self.message = matching.own_messages(office.place, self.partner, self.campaign_id, now=office.now)[0].message_id
        self.desk = at_desk(office, folder, self.partner)
        self.base = f"/arbete/budskap/{self.message}/eget-material"

    def send(self, sort: str, raw: bytes, name: str = "a.png", **words: str) -> TestResponse:
        data = {**WORDS, **words, "file": (io.BytesIO(raw), name, "image/png")}
        return self.desk.post(f"{self.base}/ny/{sort}", data, content_type="multipart/form-data")

    def uploads(self) -> list[Upload]:
        return rows(self.office.place, Upload)

    def police(self) -> Desk:
        return at_desk(self.office, self.folder, self.office.communicator)

    def published(self) -> str:
        """An approved campaign at T; the address of the partner's image."""
        piece = agreed(self.office, self.partner, image(self.office, self.partner, self.message))
        film(self.office, self.office.communicator, self.office.core_message(self.campaign_id))
        self.office.approve(self.campaign_id)
        self.office.now = Office.LIFT
        self.desk = at_desk(self.office, self.folder, self.partner)
        return f"/kampanj/gangsnacket/fil/{piece}"


def multipart(fields: dict[str, str], raw: bytes) -> bytes:
    """A form with a large file as its bytes: the test client would leave a temporary file behind for it."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n' + raw)
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"


@pytest.fixture
def case(sqlite_office: Office, tmp_path: Path) -> Case:
    """One for each test."""
    return Case(sqlite_office, tmp_path)


def test_a_file_is_handed_in_whatever_its_name_and_the_browser_say(case: Case) -> None:
    """A JPEG that is called .png; then its page shows it and asks for consent."""
    answer = case.send("bild", samples.picture(), "kort.png")
    assert answer.status_code == 303
    (upload,) = case.uploads()
    assert upload.media_type == "image/jpeg"
    page = case.desk.get(answer.headers["Location"]).text
    assert f'alt="{WORDS["alternative"]}"' in page
    assert "Ge vårt klartecken" in page
    assert WORDS["title"] in case.desk.get(case.base).text


@pytest.mark.parametrize(
    ("raw", "says"),
    [(samples.SVG, "SVG-bilder tas inte emot"), (samples.HTML, "Det här är en webbsida"), (b"", "Välj en fil")],
    ids=["svg", "html as png", "nothing"],
)
def test_a_file_that_is_refused_is_answered_beside_its_field_and_no_word_is_lost(
    case: Case, raw: bytes, says: str
) -> None:
    """The page comes back with everything that was typed."""
    answer = case.send("bild", raw, "kort.png")
    assert answer.status_code == 422
    assert says in re.sub(r"\s+", " ", answer.text)
    assert 'aria-describedby="h-file e-file"' in answer.text
    assert WORDS["alternative"] in answer.text
    assert f'value="{WORDS["title"]}"' in answer.text
    assert not case.uploads()


def test_words_that_are_missing_are_asked_for_and_the_file_is_chosen_once_more(case: Case) -> None:
    """A browser cannot be given its file back, so the page says so."""
    answer = case.send("bild", samples.picture(), alternative="", language="")
    assert answer.status_code == 422
    assert "Säg med ord vad bilden visar" in answer.text
    assert "Välj vilket språk det är på" in answer.text
    assert "välj den en gång till" in answer.text


def test_a_film_in_sign_language_is_a_link_with_its_words(case: Case) -> None:
    """And subtitles warn of a personal number on the page that follows."""
    data = {**WORDS, "link": "https://film.example.org/1"}
    answer = case.desk.post(f"{case.base}/ny/teckensprak", data)
    assert 'href="https://film.example.org/1"' in case.desk.get(answer.headers["Location"]).text
    said = samples.VTT.replace("Hej då", "811228-9874").encode()
    answer = case.send("undertexter", said)
    assert "ser ut som ett personnummer" in case.desk.get(answer.headers["Location"]).text


def test_a_file_that_is_too_large_is_explained_and_one_that_is_far_too_large_is_not_received(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to three times the limit the page comes back; beyond it there is a page that says what to do."""
    body = multipart({**WORDS, "csrf_token": case.desk.csrf()}, b"x" * (LARGEST[UploadKind.SUBTITLES] + 1))
    answer = case.desk.client.post(f"{case.base}/ny/undertexter", data=body, content_type=FORM)
    assert answer.status_code == 422
    assert "Filen är större än 1 MB" in answer.text
    assert WORDS["title"] in answer.text
    monkeypatch.setattr(upload_limits, "MOST", 2_000_000)
    answer = case.desk.client.post(f"{case.base}/ny/bild", data=b"x" * 2_000_001, content_type=FORM)
    assert answer.status_code == 413
    assert "en bild 10 MB" in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_stranger_and_every_other_page_may_send_no_more_than_before(case: Case) -> None:
    """A large body is not even read for them."""
    stranger = make_workplace_app(case.office, case.folder).test_client()
    body = b"x" * 1_100_000
    assert stranger.post(f"{case.base}/ny/bild", data=body, content_type=FORM).status_code == 413
    answer = case.desk.client.post("/arbete/forhandsvisning", data=body, content_type=FORM)
    assert answer.status_code == 413
    assert "större än som tas emot här" in answer.text


def test_a_partner_edits_consents_takes_back_and_deletes(case: Case) -> None:
    """Each with its sentence, and back on the page of the piece."""
    case.send("bild", samples.picture())
    (upload,) = case.uploads()
    path = f"/arbete/eget-material/{upload.id}"
    answer = case.desk.post(f"{path}/klartecken", {"revision": "sha256:another"})
    assert answer.status_code == 422
    assert "ändrades efter att du tittade" in answer.text
    case.desk.post(f"{path}/klartecken", {"revision": upload.revision})
    assert "Er organisation har sagt ja" in case.desk.get(path).text
    case.desk.post(path, {**WORDS, "title": "Nytt namn", "revision": upload.revision})
    page = case.desk.get(path).text
    assert "Klartecknet gällde det som sades förut" in page
    assert "Ge vårt klartecken" in page
    (upload,) = case.uploads()
    case.desk.post(f"{path}/klartecken", {"revision": upload.revision})
    case.desk.post(f"{path}/ta-tillbaka")
    assert "Ge vårt klartecken" in case.desk.get(path).text
    assert case.desk.post(f"{path}/ta-bort").headers["Location"] == case.base
    assert not case.uploads()


def test_whoever_may_not_consent_is_told_who_may_and_a_reader_only_looks(case: Case) -> None:
    """No button that leads to a refusal."""
    case.send("bild", samples.picture())
    (upload,) = case.uploads()
    for role, writes in ((Role.EDITOR, True), (Role.READER, False)):
        member = case.office.member(case.partner.organisation_id or "", {role})
        case.office.accept(member, case.campaign_id)
        desk = at_desk(case.office, case.folder, member)
        page = desk.get(f"/arbete/eget-material/{upload.id}").text
        assert "Ge vårt klartecken" not in page
        assert "De här kan ge det" in page
        assert ("Ta bort det" in page) is writes
        assert desk.get(f"{case.base}/ny/bild").status_code == (200 if writes else 404)


def test_files_are_sent_as_downloads_that_nothing_runs_in(case: Case) -> None:
    """At the desk before T, and to anyone after it."""
    address = case.published()
    piece = address.rsplit("/", 1)[1]
    at_the_desk = case.desk.get(f"/arbete/eget-material/{piece}/fil")
    assert at_the_desk.headers["Cache-Control"] == "private, no-store"
    public = make_workplace_app(case.office, case.folder).test_client().get(address)
    assert public.headers["Cache-Control"].startswith("public, max-age=")
    for answer in (at_the_desk, public):
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="samtalskort_sv.jpg"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers.getlist("Content-Security-Policy") == [
            "default-src 'none'; sandbox; frame-ancestors 'none'"
        ]
        assert answer.get_data().startswith(b"\xff\xd8")
        assert "Set-Cookie" not in answer.headers


DATE = "Mon, 23 Nov 2026 09:00:00 GMT"


def test_a_part_of_a_file_can_be_asked_for(case: Case) -> None:
    """As a player does that begins in the middle of a recording."""
    raw = samples.mp3()
    sound = handing_in.add_upload(
        case.office.place, case.partner, case.message, kind=UploadKind.AUDIO, told=TOLD, raw=raw, now=case.office.now
    ).upload_id
    address = f"/arbete/eget-material/{sound}/fil"
    whole = case.desk.get(address)
    data, tag = whole.get_data(), whole.headers["ETag"]
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = case.desk.get(address, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.get_data()) == (206, data[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
    assert case.desk.get(address, headers={"Range": "bytes=-50"}).get_data() == data[-50:]
    past = case.desk.get(address, headers={"Range": f"bytes={len(data)}-"})
    assert (past.status_code, past.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    for headers in (
        {"Range": "bytes=0-1,5-6"},
        *({"Range": "bytes=0-1", "If-Range": other} for other in ('"another"', f"W/{tag}", DATE)),
    ):
        assert case.desk.get(address, headers=headers).get_data() == data
    same = case.desk.get(address, headers={"Range": "bytes=0-1", "If-Range": tag})
    assert same.get_data() == data[:2]


def test_the_public_page_shows_material_beside_its_voice(case: Case) -> None:
    """An image with its alt text, a film with its words; and the file knows a visitor who has it already."""
    address = case.published()
    public = make_workplace_app(case.office, case.folder).test_client()
    page = public.get("/kampanj/gangsnacket/sv").text
    assert f'<img src="{address}" alt="{TOLD.alternative}" width="60" height="40"' in page
    assert 'href="https://film.example.org/1"' in page
    assert "Läs vad som tecknas" in page
    english = public.get("/kampanj/gangsnacket/en").text
    assert "1 more in another language" in english
    tag = public.get(address).headers["ETag"]
    assert public.get(address, headers={"If-None-Match": tag}).status_code == 304
    part = public.get(address, headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.get_data()) == (206, b"\xff\xd8")
    assert part.headers["Cache-Control"].startswith("public, max-age=")


def test_feeds_tell_of_material_with_its_message(case: Case) -> None:
    """A file is enclosed with type, length, language and title; a film is a link beside it. Each address answers."""
    address = case.published()
    public = make_workplace_app(case.office, case.folder).test_client()
    size = len(public.get(address).get_data())
    root = ET.fromstring(public.get("/organisation/ungdomsjouren-exempel/feed.atom").data)  # noqa: S314 - our own answer
    [enclosed] = [one.attrib for one in root.iter(f"{ATOM}link") if one.get("rel") == "enclosure"]
    assert enclosed.pop("href").endswith(address)
    assert enclosed == {
        "rel": "enclosure", "type": "image/jpeg", "length": str(size), "hreflang": "sv", "title": TOLD.title,
    }  # fmt: skip
    whole = ET.fromstring(public.get("/kampanj/gangsnacket/en/feed.atom").data)  # noqa: S314 - our own answer
    [film_link] = [one.attrib for one in whole.iter(f"{ATOM}link") if one.get("rel") == "related"]
    assert (film_link["href"], film_link["hreflang"]) == (FILM.link, "sv")
    items = public.get("/feed.json").get_json(force=True)["items"]
    [item] = [one for one in items if "attachments" in one]
    [attachment] = item["attachments"]
    assert attachment["url"].endswith(address)
    assert (attachment["mime_type"], attachment["size_in_bytes"]) == ("image/jpeg", size)
    assert attachment["_samklang"]["alternative"] == TOLD.alternative
    films = [one["_samklang"]["links"] for one in items if "_samklang" in one]
    assert films
    assert all(links == [{"url": FILM.link, "title": FILM.title, "language": "sv"}] for links in films)
    case.desk.post(f"/arbete/eget-material/{address.rpartition('/')[2]}/dra-tillbaka/bekrafta")
    case.office.now += timedelta(seconds=5)
    assert public.get(address).status_code == 404
    for feed in ("/feed.json", "/feed.atom"):
        assert address not in public.get(feed).text


def test_the_police_find_material_where_they_read_and_approve(case: Case) -> None:
    """Core messages, briefing and approval; of the partner's only how much."""
    police = case.police()
    core = case.office.core_message(case.campaign_id)
    piece = image(case.office, case.office.communicator, core)
    agreed(case.office, case.partner, image(case.office, case.partner, case.message, size=(90, 90)))
    assert "1 del eget material följer med det" in police.get(f"/arbete/kampanj/{case.campaign_id}/budskap").text
    approval = police.get(f"/arbete/kampanj/{case.campaign_id}/godkannande").text
    assert f"/arbete/eget-material/{piece}/fil" in approval
    assert "Ungdomsjouren (exempel)</bdi>: 1 del" in approval
    briefing = case.desk.get(f"/arbete/kampanj/{case.campaign_id}/underlag").text
    assert f"/arbete/eget-material/{piece}/fil" in briefing


def test_withdrawing_asks_for_a_colleague_at_the_police_and_for_nobody_at_a_partner(case: Case) -> None:
    """From the page of the piece."""
    address = case.published()
    mine = address.rsplit("/", 1)[1]
    case.desk.post(f"/arbete/eget-material/{mine}/dra-tillbaka/bekrafta")
    public = make_workplace_app(case.office, case.folder).test_client()
    assert public.get(address).status_code == 404
    (core,) = [upload.id for upload in case.uploads() if upload.kind is UploadKind.SIGN_VIDEO]
    path = f"/arbete/eget-material/{core}"
    first, second = case.police(), at_desk(case.office, case.folder, case.office.approver)
    first.post(f"{path}/dra-tillbaka")
    assert "väntar på en kollega" in first.get(path).text
    second.post(f"{path}/dra-tillbaka/bekrafta")
    assert "https://film.example.org/1" not in public.get("/kampanj/gangsnacket/sv").text
