"""The public pages: what they say, in which language, and to whom."""

import logging
from collections.abc import Sequence
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from html_pages import Element, read
from public_samples import BASE, BEFORE, LIFT, SampleReading, make_app

from campaigns.data import languages
from campaigns.domain.reading import CampaignCard

PAGES = ["/", "/sv/", "/en/", "/om", "/en/about", "/tillganglighet", "/en/accessibility", "/kampanj/gangsnacket",
         "/kampanj/gangsnacket/en", "/kampanj/gangsnacket/ar?ui=en", "/kampanj/aterkallad", "/nej"]  # fmt: skip


def page(client: FlaskClient, address: str) -> Element:
    """A page, read."""
    return read(client.get(address).text)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole(client: FlaskClient, address: str) -> None:
    """One heading, one main, a title, a way past the menu, every attribute id once, no style or script inside."""
    document = page(client, address)
    assert document.one("h1").words()
    assert document.one("main").has("id", "main")
    assert "Samklang" in document.one("title").words()
    assert document.one("a", class_="skip").has("href", "#main")
    assert not list(document.all("script"))
    assert not list(document.all("style"))
    ids = [element.attributes["id"] for tag in ("section", "h2", "article") for element in document.all(tag)
           if "id" in element.attributes]  # fmt: skip
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", [*PAGES, "/feed.atom", "/robots.txt", "/readyz", "/static/samklang.css"])
def test_every_answer_carries_the_security_headers(client: FlaskClient, address: str) -> None:
    """Nothing from elsewhere is loaded, framed, sniffed or told where the reader came from."""
    headers = client.get(address, buffered=True).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "max-age=" in headers["Strict-Transport-Security"]


def test_plain_http_promises_no_https() -> None:
    """A trial on this machine must not teach the browser to refuse it."""
    client = make_app(base_url="http://127.0.0.1:8000").test_client()
    assert "Strict-Transport-Security" not in client.get("/").headers


def test_the_start_page_shows_what_is_public(client: FlaskClient) -> None:
    """Headline, when, and the languages by their own names."""
    card, gone = page(client, "/").all("article", class_="card")
    assert "Kampanjen drogs tillbaka måndag 14 december 2026 kl. 07.00 (svensk tid)." in gone.words()
    assert card.one("h3").words() == "Pengarna kommer aldrig"
    assert "måndag 14 december 2026 kl. 06.00 (svensk tid)" in card.words()
    assert "5 röster" in card.words()
    arabic = card.one("li", lang="ar")
    assert (arabic.words(), arabic.attributes["dir"]) == ("العربية", "rtl")


def test_an_empty_start_page_explains_itself() -> None:
    """Nothing is public yet, and the page says what to expect."""
    client = make_app(now=BEFORE).test_client()
    assert "Ingen kampanj är offentlig än." in page(client, "/").words()
    assert "No campaign is public yet." in page(client, "/en/").words()


@pytest.mark.parametrize("tag", ["sv", "sv-simple", "en", "ar", "fa", "ckb", "so", "ti", "de"])
def test_a_campaign_is_in_its_own_language_and_direction(client: FlaskClient, tag: str) -> None:
    """Page and core message in the content's language; the chrome says its own where it differs."""
    document = page(client, f"/kampanj/gangsnacket/{tag}")
    html, chrome = document.one("html"), "en" if tag == "en" else "sv"
    assert (html.attributes["lang"], html.attributes["dir"]) == (tag, languages()[tag].direction)
    head = document.one("header")
    assert head.attributes.get("lang", tag) == chrome
    assert head.attributes.get("dir", "ltr") == "ltr"
    core = document.one("article", class_="core")
    assert (core.attributes["lang"], core.attributes["dir"]) == (tag, languages()[tag].direction)


def test_the_chrome_can_be_english_beside_any_language(client: FlaskClient) -> None:
    """?ui=en changes the words around the text and not the text."""
    document = page(client, "/kampanj/gangsnacket/ar?ui=en")
    assert document.one("html").has("lang", "ar")
    assert document.one("header").has("lang", "en")
    assert "4 more voices" in document.words()
    assert "4 röster till" in page(client, "/kampanj/gangsnacket/ar?ui=xx").words()


def test_the_language_switch_names_each_language_its_own_way(client: FlaskClient) -> None:
    """Autonym, own lang and dir, hreflang, and which one is being read."""
    switch = page(client, "/kampanj/gangsnacket/fa").one("nav", class_="switch")
    links = list(switch.all("a"))
    assert [link.attributes["hreflang"] for link in links] == [
        "sv",
        "sv-simple",
        "en",
        "ar",
        "fa",
        "ckb",
        "so",
        "ti",
        "de",
    ]
    for link in links:
        language = languages()[link.attributes["hreflang"] or ""]
        assert (link.attributes["lang"], link.attributes["dir"]) == (language.tag, language.direction)
        assert link.words() == language.autonym
    assert [link.words() for link in links if link.has("aria-current", "page")] == ["فارسی"]


def test_the_sisters_of_a_page_are_named_for_machines(client: FlaskClient) -> None:
    """Canonical and one alternate for each language, all with whole addresses."""
    document = page(client, "/kampanj/gangsnacket")
    assert document.one("link", rel="canonical").has("href", f"{BASE}/kampanj/gangsnacket/sv")
    alternates = {link.attributes["hreflang"]: link.attributes["href"] for link in document.all("link", rel="alternate")
                  if "hreflang" in link.attributes}  # fmt: skip
    assert alternates["ar"] == f"{BASE}/kampanj/gangsnacket/ar"
    assert alternates["x-default"] == f"{BASE}/kampanj/gangsnacket"


def test_voices_stand_beside_the_core_message_in_their_own_language(client: FlaskClient) -> None:
    """A voice without a text in the page's language comes in another, which it says."""
    voices = list(page(client, "/kampanj/gangsnacket/ar").one("section", class_="voices").all("article"))
    assert [voice.attributes["lang"] for voice in voices] == ["ar", "sv", "sv", "sv"]
    assert [len(list(voice.all("span", class_="language"))) for voice in voices] == [0, 1, 1, 1]
    name = voices[0].one("bdi", class_="name")
    assert (name.attributes["lang"], name.words()) == ("sv", "Ungdomsjouren (exempel)")
    assert "stödlinje" in voices[0].words()


def test_corrected_and_withdrawn_voices_say_so(client: FlaskClient) -> None:
    """A corrected text tells when; a withdrawn one leaves its name and a sentence, nothing of what it said."""
    voices = list(page(client, "/kampanj/gangsnacket").one("section", class_="voices").all("article"))
    assert "Rättat måndag 14 december 2026 kl. 07.00 (svensk tid)." in voices[2].words()
    assert "Budskapet drogs tillbaka måndag 14 december 2026 kl. 08.00 (svensk tid)." in voices[3].words()
    assert not list(voices[3].all("h3"))


def test_a_withdrawn_campaign_leaves_a_tombstone(client: FlaskClient) -> None:
    """Gone, and said so, so that those who shared it understand."""
    answer = client.get("/kampanj/aterkallad")
    assert answer.status_code == 410
    assert "Kampanjen har dragits tillbaka" in answer.text
    assert "og:title" not in answer.text


def test_example_campaigns_say_that_they_are_examples(client: FlaskClient) -> None:
    """Nobody should take a sample for a word of the police."""
    assert "Exempeltext, inte en officiell text eller översättning." in page(client, "/kampanj/gangsnacket/so").words()


@pytest.mark.parametrize("address", PAGES)
def test_only_public_campaigns_offer_themselves_for_sharing(client: FlaskClient, address: str) -> None:
    """Open Graph tags, with whole addresses, and nowhere else."""
    document = page(client, address)
    properties = {meta.attributes.get("property"): meta.attributes["content"] for meta in document.all("meta")
                  if "property" in meta.attributes}  # fmt: skip
    assert bool(properties) == address.startswith("/kampanj/gangsnacket")
    if properties:
        assert (properties["og:url"] or "").startswith(f"{BASE}/kampanj/gangsnacket/")
        assert properties["og:title"]
        assert properties["og:locale"] in {"sv_SE", "en_GB", "ar"}


def test_help_is_always_near(client: FlaskClient) -> None:
    """The two numbers can be pressed on every campaign page."""
    help_block = page(client, "/kampanj/gangsnacket/ti").one("section", class_="help")
    assert [link.attributes["href"] for link in help_block.all("a")] == ["tel:112", "tel:11414"]


class BrokenReading(SampleReading):
    """A reading whose error holds something secret."""

    def campaigns(self, *, language: str, now: datetime) -> Sequence[CampaignCard]:
        raise RuntimeError(f"hemlig rubrik {language} {now}")


def test_an_unexpected_error_is_calm_and_tells_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """The page is kind and the log names the kind of error and the place, never its words."""
    with caplog.at_level(logging.ERROR):
        answer = make_app(reading=BrokenReading()).test_client().get("/")
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Något gick fel hos oss" in answer.text
    assert "hemlig" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_the_clock_is_read_once_a_request() -> None:
    """A page that is read twice across the lift would be half open."""
    readings: list[datetime] = []
    app = make_app(now=LIFT)
    site = app.extensions["samklang"]

    def clock() -> datetime:
        readings.append(LIFT)
        return LIFT

    object.__setattr__(site, "clock", clock)
    app.test_client().get("/kampanj/gangsnacket")
    assert len(readings) == 1


def test_static_files_are_kept_for_ever_under_an_address_that_changes(client: FlaskClient) -> None:
    """The hash of the content is in the address; without it nothing is promised."""
    address = page(client, "/").one("link", rel="stylesheet").attributes["href"] or ""
    assert "?v=" in address
    assert client.get(address, buffered=True).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/static/samklang.css", buffered=True).headers["Cache-Control"] == "no-cache"
    assert client.get("/static/../site.py").status_code == 404


def test_what_people_wrote_is_escaped(client: FlaskClient) -> None:
    """The language switch of the interface, asked for with markup, stays a word that is not known."""
    assert "<script>" not in client.get("/kampanj/gangsnacket?ui=<script>").text


def test_security_txt_has_a_contact_and_an_end(client: FlaskClient) -> None:
    """RFC 9116: both are required, and the end lies ahead."""
    text = client.get("/.well-known/security.txt").text
    assert "Contact: mailto:samklang@samklang.example.se\n" in text
    assert "Expires: 2027-06-12T00:00:00Z\n" in text


def test_robots_are_shown_the_way(client: FlaskClient) -> None:
    """Everything that can be read is public."""
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").text
