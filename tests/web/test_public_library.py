"""The public library over samples: open from T, filtered without scripts, its files taken up where they broke off."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public_samples import BEFORE, COMING, LIFT, make_app
from sample_shelves import PAGE, TEXT, SampleShelves
from werkzeug.http import parse_content_range_header

from campaigns.web import keeping
from campaigns.web.keeping import Kept

FILE = "/material/gangsnacket/sv/gangsnacket_v2_sv_samtalskort.pdf"
LATEST = "/material/gangsnacket/sv/samtalskort.pdf"
NONSENSE = "/finns-inte"


@pytest.fixture
def shelves() -> SampleShelves:
    """The library, which remembers what was counted."""
    return SampleShelves({"gangsnacket": LIFT, "kommande": COMING})


@pytest.fixture
def reader(shelves: SampleShelves) -> FlaskClient:
    """Anyone, three hours after T."""
    return make_app(shelves=shelves).test_client()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/sv",
        "/sv/",
        "/xx",
        "/sv/SHA256SUMS",
        "/alla/allt.zip",
        "/sv/samtalskort.pdf",
        "/sv/kommande_v2_sv.zip",
    ],
)
def test_before_t_an_address_of_the_library_answers_like_nonsense(
    client: FlaskClient, address: str, method: str
) -> None:
    """Status, headers in their order, body; with a range and with an ETag too."""
    for asked in ({}, {"Range": "bytes=0-1"}, {"If-None-Match": "*"}, {"If-Range": '"x"', "Range": "bytes=0-1"}):
        nonsense = client.open(NONSENSE, method=method, headers=asked)
        embargoed = client.open(f"/material/kommande{address}", method=method, headers=asked)
        assert (embargoed.status, list(embargoed.headers)) == (nonsense.status, list(nonsense.headers))
        assert embargoed.data == nonsense.data


def test_it_opens_at_the_instant_itself_and_the_list_says_nothing_before() -> None:
    """T is the first public instant."""
    assert b"gangsnacket" not in make_app(now=BEFORE).test_client().get("/material").data
    opened = make_app(now=LIFT).test_client()
    assert b"gangsnacket" in opened.get("/material").data
    assert opened.get(FILE).status_code == 200


def test_every_page_leads_on_to_files_that_are_there(reader: FlaskClient) -> None:
    """From the list to a campaign to a language to each file; no cookie anywhere."""
    seen, coming = set(), ["/material"]
    while coming:
        address = coming.pop()
        answer = reader.get(address)
        assert answer.status_code == 200, address
        assert "Set-Cookie" not in answer.headers
        seen.add(address)
        if answer.mimetype == "text/html" and "default-src 'none'; style-src 'self'" in str(answer.headers):
            found = re.findall(r'href="(?:https://samklang.example.se)?(/material[^"#]*)"', answer.text)
            coming += [one.replace("&amp;", "&") for one in found if one not in {*seen, *coming}]
    assert {FILE, "/material/gangsnacket", "/material/gangsnacket/ar", "/material/gangsnacket/sv/SHA256SUMS"} <= seen
    assert any("ui=en" in address for address in seen)


def test_a_page_says_version_correction_and_what_is_still_missing(reader: FlaskClient) -> None:
    """What it replaces, what changed, what is coming, what there is not."""
    page = reader.get("/material/gangsnacket/sv?ui=en").text
    assert "Version 2, corrected" in page
    assert "it replaces version 1" in page
    assert "The core message “Pengarna kommer aldrig” was changed." in page
    assert "Text message: none, because there is no SMS in this language." in page
    campaign = reader.get("/material/gangsnacket?ui=en").text
    assert re.search(r"Still being made: <bdi[^>]*>Soomaali</bdi>", campaign)
    assert re.search(r"There is no printed material in <bdi[^>]*>ትግርኛ</bdi>", campaign)
    assert "No." not in campaign  # why is for the police


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ("?kampanj=gangsnacket", ["/material/gangsnacket/sv", "/material/gangsnacket/ar"], []),
        ("?sprak=ar", ["/material/gangsnacket/ar"], ["/material/gangsnacket/sv"]),
        ("?typ=samtalskort&sprak=sv", [FILE], ["/material/gangsnacket/ar/"]),
        ("?kampanj=finns-inte", ["/material"], ["/material/gangsnacket"]),
        ("?typ=finns-inte", ["/material/gangsnacket/sv"], [FILE]),
    ],
)
def test_the_list_is_narrowed_by_its_address_alone(
    reader: FlaskClient, query: str, shown: list[str], hidden: list[str]
) -> None:
    """A form without scripts; what was kept and fits no more says so."""
    links = re.findall(r'href="([^"]+)"', reader.get(f"/material{query}").text)
    assert [one for one in shown if one not in links] == []
    assert [one for one in hidden if any(link.startswith(one) for link in links)] == []


def test_a_file_says_what_it_is_and_is_for_saving(reader: FlaskClient) -> None:
    """Its type, a name with its version also under the address that stays, its sum, and that nobody shall guess."""
    for address in (FILE, LATEST):
        answer = reader.get(address)
        assert (answer.data, answer.mimetype) == (TEXT, "application/pdf")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="gangsnacket_v2_sv_samtalskort.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Cache-Control"] == "public, max-age=40"
    head = reader.head(FILE)
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(TEXT)))
    assert reader.get("/material/gangsnacket/alla/allt.zip").data == TEXT + PAGE


def test_a_page_of_material_is_shown_with_its_own_style_and_nothing_else(reader: FlaskClient) -> None:
    """One policy, by the hash of its one sheet: no script, no picture from elsewhere, no form."""
    answer = reader.get("/material/gangsnacket/sv/samtalskort.html")
    [policy] = answer.headers.getlist("Content-Security-Policy")
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert re.search(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; img-src data:;", policy)
    assert "unsafe" not in policy
    assert "script" not in policy


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.one_of(st.none(), st.integers(0, 1400)), last=st.one_of(st.none(), st.integers(0, 1400)))
def test_any_part_is_exactly_those_bytes(reader: FlaskClient, first: int | None, last: int | None) -> None:
    """And says which; what is nowhere is 416 with the length, and what is no range at all is the whole file."""
    asked = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    answer, size = reader.get(FILE, headers={"Range": asked}), len(TEXT)
    if answer.status_code == 200:
        assert answer.data == TEXT
        assert (first is None and last is None) or (None not in {first, last} and last < first)  # type: ignore[operator]
        return
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    if answer.status_code == 416:
        assert answer.headers["Content-Range"] == f"bytes */{size}"
        assert last == 0 if first is None else first >= size
        return
    assert answer.status_code == 206
    told = parse_content_range_header(answer.headers["Content-Range"])
    assert told is not None
    assert answer.data == TEXT[told.start : told.stop]
    begins = size - min(last or 0, size) if first is None else first
    ends = size if first is None or last is None else min(last + 1, size)
    assert (told.start, told.stop, told.length) == (begins, ends, size)


@given(cuts=st.lists(st.integers(1, len(TEXT) - 1), max_size=6, unique=True))
def test_what_broke_off_can_be_taken_up_any_number_of_times(cuts: list[int]) -> None:
    """Put together it is the file."""
    shelves = SampleShelves({"gangsnacket": LIFT})
    reader = make_app(shelves=shelves).test_client()
    tag = reader.head(FILE).headers["ETag"]
    points = [0, *sorted(cuts), len(TEXT)]
    parts = [
        reader.get(FILE, headers={"Range": f"bytes={start}-{stop - 1}", "If-Range": tag}).data
        for start, stop in pairwise(points)
    ]
    assert b"".join(parts) == TEXT
    assert len(shelves.counted) == 1


def test_a_part_of_another_version_is_never_given(reader: FlaskClient) -> None:
    """The whole of what counts now instead."""
    answer = reader.get(FILE, headers={"Range": "bytes=5-", "If-Range": '"older"'})
    assert (answer.status_code, answer.data) == (200, TEXT)


def test_who_has_it_is_told_so_and_not_counted(reader: FlaskClient, shelves: SampleShelves) -> None:
    """304 by the ETag; heads, resumed parts and questions are no downloads."""
    tag = reader.get(FILE).headers["ETag"]
    assert shelves.counted == [("gangsnacket_v2_sv_samtalskort.pdf", None)]
    assert reader.get(FILE, headers={"If-None-Match": tag}).status_code == 304
    reader.head(FILE)
    reader.get(FILE, headers={"Range": "bytes=9-"})
    assert len(shelves.counted) == 1


def test_a_picture_that_the_page_shows_is_seen_and_not_counted(reader: FlaskClient, shelves: SampleShelves) -> None:
    """People see what they would download; to look at the page is no download of it."""
    page = reader.get("/material/gangsnacket/ar").text
    shown = re.search(r'<img class="glance" src="([^"]+)" alt="([^"]+)"', page)
    assert shown is not None
    assert shown[1] == "/material/gangsnacket/ar/gangsnacket_v2_ar_bild_1200x630.png?visas"
    assert reader.get(shown[1]).data == TEXT
    assert shelves.counted == []
    reader.get(shown[1].removesuffix("?visas"))
    assert len(shelves.counted) == 1


def test_sums_can_be_checked_with_the_usual_program(reader: FlaskClient) -> None:
    """`sha256sum -c SHA256SUMS`, beside the files."""
    lines = reader.get("/material/gangsnacket/sv/SHA256SUMS").text.splitlines()
    named = r"[0-9a-f]{64}  gangsnacket_v2_sv[a-z_]*(1200x630)?\.(pdf|html|png|zip)"
    assert all(re.fullmatch(named, line) for line in lines)
    assert len(lines) == 4
    assert reader.get("/material/gangsnacket/alla/SHA256SUMS").status_code == 404


def test_finished_pages_may_be_kept_and_files_never_are(shelves: SampleShelves) -> None:
    """A ZIP of some megabytes has no place in the memory of a web process; a part of it is no answer to others."""
    app = make_app(shelves=shelves)
    keeping.install(app, Kept(keep_for=timedelta(seconds=2), step=timedelta(seconds=60)))
    reader = app.test_client()
    for _ in range(3):
        assert reader.get("/material/gangsnacket").status_code == 200
        assert reader.get(FILE, headers={"Range": "bytes=0-3"}).data == TEXT[:4]
        assert reader.get(FILE).data == TEXT
    assert (shelves.asked, len(shelves.counted)) == (1, 6)


def test_a_large_file_is_read_in_pieces() -> None:
    """Nothing reads all of it before the first byte leaves."""

    class Watching(SampleShelves):
        read_so_far = 0

        def read(self, download: object, start: int, stop: int) -> Iterator[bytes]:
            for piece in super().read(download, start, stop):  # type: ignore[arg-type] # it is one
                self.read_so_far += len(piece)
                yield piece

    shelves = Watching({"gangsnacket": LIFT})
    answer = make_app(shelves=shelves).test_client().get(FILE, buffered=False)
    assert shelves.read_so_far <= 100
    assert answer.data == TEXT


@pytest.mark.parametrize(
    ("old", "now_at"),
    [
        ("sv/gangsnacket_v1_sv_samtalskort.pdf", "sv/gangsnacket_v2_sv_samtalskort.pdf"),
        ("ar/gangsnacket_v1_ar.zip", "ar/gangsnacket_v2_ar.zip"),
        ("alla/gangsnacket_v1.zip", "alla/gangsnacket_v2.zip"),
    ],
)
def test_an_earlier_version_says_that_it_is_replaced_and_by_what(reader: FlaskClient, old: str, now_at: str) -> None:
    """Gone, with a page; nothing is counted and nobody is sent on unseen."""
    answer = reader.get(f"/material/gangsnacket/{old}?ui=en")
    assert (answer.status_code, answer.mimetype) == (410, "text/html")
    assert "This is the address of version 1." in answer.text
    assert f'href="/material/gangsnacket/{now_at}"' in answer.text
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=40"


def test_an_earlier_version_of_what_is_being_made_says_so(reader: FlaskClient) -> None:
    """There is nothing to link to for some seconds."""
    answer = reader.get("/material/gangsnacket/so/gangsnacket_v1_so_samtalskort.pdf?ui=en")
    assert answer.status_code == 410
    assert "The newest version is being made." in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "gangsnacket/sv/gangsnacket_v3_sv_samtalskort.pdf",
        "gangsnacket/sv/gangsnacket_v0_sv_samtalskort.pdf",
        "gangsnacket/sv/gangsnacket_v01_sv_samtalskort.pdf",
        "gangsnacket/sv/gangsnacket_v1_ar_samtalskort.pdf",
        "gangsnacket/sv/gangsnacket_v1_sv_finnsinte.pdf",
        "gangsnacket/sv/kommande_v1_sv_samtalskort.pdf",
        "gangsnacket/so/gangsnacket_v1_sv_samtalskort.pdf",
        "gangsnacket/ti/gangsnacket_v1_ti_samtalskort.pdf",
        "kommande/sv/kommande_v1_sv_samtalskort.pdf",
        "finns-inte/sv/finns-inte_v1_sv_samtalskort.pdf",
    ],
)
def test_what_never_was_an_earlier_version_of_something_public_is_nonsense(reader: FlaskClient, address: str) -> None:
    """A version to come, another campaign or language, one under embargo: byte for byte."""
    found, nonsense = reader.get(f"/material/{address}"), reader.get(NONSENSE)
    assert (found.status, found.data, list(found.headers)) == (nonsense.status, nonsense.data, list(nonsense.headers))
