"""Feeds and the sitemap, read as a feed reader would read them."""

import json
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from public_samples import BASE, BEFORE, make_app

ATOM = "{http://www.w3.org/2005/Atom}"
TOMBSTONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SELECTIONS = ["", "/kampanj/gangsnacket", "/kampanj/gangsnacket/ar", "/sprak/sv", "/organisation/ungdomsjouren"]


def atom(client: FlaskClient, address: str) -> ET.Element:
    """A feed, parsed."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    return ET.fromstring(answer.data)  # noqa: S314 - our own answer, not a stranger's


@pytest.mark.parametrize("selection", SELECTIONS)
def test_an_atom_feed_has_what_the_standard_requires(client: FlaskClient, selection: str) -> None:
    """RFC 4287: id, title, updated, and a link to itself; entries with id, title, updated, author and content."""
    feed = atom(client, f"{selection}/feed.atom")
    address = f"{BASE}{selection}/feed.atom"
    assert feed.findtext(f"{ATOM}id") == address
    assert [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"] == [address]
    assert feed.findtext(f"{ATOM}title")
    assert feed.findtext(f"{ATOM}updated", "").endswith("Z")
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.get(LANG)
        assert entry.findtext(f"{ATOM}id", "").startswith("urn:samklang:")
        assert entry.findtext(f"{ATOM}title")
        assert entry.findtext(f"{ATOM}updated")
        assert entry.findtext(f"{ATOM}published")
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None
        content = entry.find(f"{ATOM}content")
        assert content is not None
        assert content.get("type") == "html"
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert ids
    assert len(ids) == len(set(ids))


def test_a_corrected_entry_is_newer_than_its_publication(client: FlaskClient) -> None:
    """Feed readers show it again."""
    feed = atom(client, "/organisation/forsamlingen/feed.atom")
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}updated") == "2026-12-14T06:00:00Z"
    assert entry.findtext(f"{ATOM}published") == "2026-12-14T05:00:00Z"


def test_a_withdrawn_entry_leaves_a_tombstone(client: FlaskClient) -> None:
    """RFC 6721: which one, since when, and nothing of what it said."""
    feed = atom(client, "/organisation/anhoriga/feed.atom")
    (stone,) = feed.findall(TOMBSTONE)
    assert stone.get("ref") == "urn:samklang:anhoriga:sv"
    assert stone.get("when") == "2026-12-14T07:00:00Z"
    assert feed.find(f"{ATOM}entry") is None


def test_a_language_feed_holds_that_language(client: FlaskClient) -> None:
    """And says so."""
    feed = atom(client, "/sprak/ar/feed.atom")
    assert feed.get(LANG) == "ar"
    assert {entry.get(LANG) for entry in feed.findall(f"{ATOM}entry")} == {"ar"}


def test_a_feed_with_nothing_in_it_is_still_a_feed() -> None:
    """And never tells when it was asked for."""
    feed = atom(make_app(now=BEFORE).test_client(), "/feed.atom")
    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_what_xml_cannot_hold_is_left_out() -> None:
    """A control character in a text must not break the feed for everyone."""
    from campaigns.web.atom import _clean  # noqa: PLC0415 - the one private function worth its own test

    assert _clean("a\x00b\x0bc\ud800d\te") == "abcd\te"


@pytest.mark.parametrize("selection", SELECTIONS)
def test_a_json_feed_has_what_the_standard_requires(client: FlaskClient, selection: str) -> None:
    """JSON Feed 1.1: version, title, and items with id and content."""
    answer = client.get(f"{selection}/feed.json")
    assert answer.content_type == "application/feed+json; charset=utf-8"
    feed = json.loads(answer.data)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{BASE}{selection}/feed.json"
    assert feed["title"]
    for item in feed["items"]:
        assert item["id"].startswith("urn:samklang:")
        assert item["url"].startswith(f"{BASE}/kampanj/gangsnacket/")
        assert item["authors"][0]["name"]
        assert item["date_published"] <= item["date_modified"]
        assert item.get("content_html") or item.get("content_text")


def test_a_withdrawn_item_says_so_and_no_more(client: FlaskClient) -> None:
    """JSON Feed has no tombstones; a sentence stands in."""
    (item,) = json.loads(client.get("/organisation/anhoriga/feed.json").data)["items"]
    assert item["content_text"] == "Budskapet har dragits tillbaka."
    assert "title" not in item


def test_an_entry_leads_to_its_place_on_the_page(client: FlaskClient) -> None:
    """The fragment exists."""
    (item,) = json.loads(client.get("/organisation/forsamlingen/feed.json").data)["items"]
    path, fragment = item["url"].removeprefix(BASE).split("#")
    assert f'id="{fragment}"' in client.get(path).text


def test_the_sitemap_names_every_page_with_its_sisters(client: FlaskClient) -> None:
    """Each language is a page of its own that names all others."""
    root = ET.fromstring(client.get("/sitemap.xml").data)  # noqa: S314 - our own answer, not a stranger's
    urls = {url[0].text: [link.get("hreflang") for link in url if link.get("rel")] for url in root}
    assert f"{BASE}/tillganglighet" in urls
    assert urls[f"{BASE}/kampanj/gangsnacket/ti"] == [
        "sv",
        "sv-simple",
        "en",
        "ar",
        "fa",
        "ckb",
        "so",
        "ti",
        "de",
        "x-default",
    ]
    assert all(client.get((address or "").removeprefix(BASE)).status_code == 200 for address in urls)
