"""What is not public yet is answered like nonsense, byte for byte and header for header."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Response
from flask.testing import FlaskClient
from public_samples import BEFORE, COMING, LATER, LIFT, make_app

from campaigns.domain.errors import Unready
from campaigns.i18n import words_for

EMBARGOED = [
    "/kampanj/kommande",
    "/kampanj/kommande/",
    "/kampanj/kommande/sv",
    "/kampanj/kommande/ar",
    "/kampanj/kommande/en",
    "/kampanj/kommande/feed.atom",
    "/kampanj/kommande/feed.json",
    "/kampanj/kommande/sv/feed.atom",
    "/kampanj/kommande/en/feed.json",
    "/kampanj/kommande?ui=en",
]
NONSENSE = "/finns-inte"
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", EMBARGOED)
def test_an_embargoed_address_answers_like_nonsense(client: FlaskClient, address: str, method: str) -> None:
    """Status, headers in their order, and body."""
    nonsense = client.open(NONSENSE, method=method)
    embargoed = client.open(address, method=method)
    assert embargoed.status == nonsense.status
    assert list(embargoed.headers) == list(nonsense.headers)
    assert embargoed.data == nonsense.data


@pytest.mark.parametrize("address", ["/kampanj/gangsnacket/pl", "/kampanj/gangsnacket/x", "/sprak/xx/feed.atom"])
def test_a_language_that_is_not_there_answers_like_nonsense(client: FlaskClient, address: str) -> None:
    """A campaign does not tell which languages are still being written."""
    assert client.get(address).data == client.get(NONSENSE).data
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("method", [method for method in METHODS if method not in {"GET", "HEAD"}])
@pytest.mark.parametrize("address", ["/", "/kampanj/gangsnacket", "/feed.atom", "/kampanj/kommande", "/static/x.css"])
def test_other_methods_get_one_answer_everywhere(client: FlaskClient, address: str, method: str) -> None:
    """Flask's own OPTIONS and 405 would tell which addresses exist."""
    answer, nonsense = client.open(address, method=method), client.open(NONSENSE, method=method)
    assert (answer.status_code, answer.data) == (405, nonsense.data)
    assert list(answer.headers) == list(nonsense.headers)
    assert answer.headers["Allow"] == "GET, HEAD"


def test_the_answer_does_not_repeat_the_address(client: FlaskClient) -> None:
    """Nothing that was asked for comes back."""
    assert b"mycket-hemlig" not in client.get("/kampanj/mycket-hemlig?ui=mycket-hemlig").data


@pytest.mark.parametrize("address", ["/", "/en/", "/feed.atom", "/feed.json", "/sprak/sv/feed.atom", "/sitemap.xml"])
def test_no_list_changes_before_the_lift(address: str) -> None:
    """A list is the same whether a campaign is about to be lifted or does not exist."""
    early = make_app(now=BEFORE).test_client().get(address)
    assert b"gangsnacket" not in early.data
    assert "Gängsnacket".encode() not in early.data
    assert b"gangsnacket" in make_app(now=LIFT).test_client().get(address).data


def test_everything_opens_at_the_instant_itself() -> None:
    """T is the first public instant."""
    assert make_app(now=COMING).test_client().get("/kampanj/kommande").status_code == 200


@pytest.mark.parametrize("now", [BEFORE, LIFT, LATER])
@pytest.mark.parametrize("address", ["/", NONSENSE, "/kampanj/gangsnacket", "/kampanj/kommande", "/feed.atom", "/om"])
def test_every_public_answer_is_kept_until_the_next_minute(address: str, now: object) -> None:
    """Found or not: the same figure, so no cache outlives a lift and no header tells which minute matters."""
    answer = make_app(now=now).test_client().get(address)  # type: ignore[arg-type] # parametrize loses the type
    seconds = {BEFORE: 7, LIFT: 60, LATER: 40}[now]  # type: ignore[index] # the same
    assert answer.headers["Cache-Control"] == f"public, max-age={seconds}"
    assert "Last-Modified" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "Vary" not in answer.headers


def test_the_etag_is_only_a_hash_of_what_is_sent() -> None:
    """The same bytes at another time have the same tag, and asking again is cheap."""
    first = make_app(now=LIFT).test_client().get("/feed.atom")
    later = make_app(now=LATER).test_client().get("/feed.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 304
    assert later.headers["Cache-Control"] == "public, max-age=40"


def _in_doubt() -> None:
    raise Unready(reason="the clock is 4 seconds off")


@pytest.mark.parametrize("address", ["/", "/kampanj/gangsnacket", "/kampanj/kommande", "/feed.json", "/sitemap.xml"])
def test_campaigns_stay_closed_while_the_clock_is_in_doubt(address: str) -> None:
    """Rather nothing than something too early; and nobody keeps that answer."""
    answer = make_app(ready=_in_doubt).test_client().get(address)
    assert answer.status_code == 503
    assert answer.headers["Cache-Control"] == "no-store"
    assert "clock is 4" not in answer.text


def _without_database() -> None:
    words = 'connection to server at "192.0.2.7", port 5432 failed: FATAL: password failed for user "samklang_rw"'
    raise Unready(reason=words) from ConnectionError(words)


@pytest.mark.parametrize("address", ["/readyz", "/", "/kampanj/gangsnacket", "/feed.atom"])
def test_the_public_is_not_told_why_campaigns_are_closed(address: str, caplog: pytest.LogCaptureFixture) -> None:
    """A driver names the database's host and user. The log says what kind of error it was, and not those either."""
    answer = make_app(ready=_without_database).test_client().get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    [told] = caplog.messages
    assert re.fullmatch(r"not ready: Unready at test_nothing_early\.py:\d+, from ConnectionError", told)
    for hidden in ("192.0.2.7", "samklang_rw", "5432", "FATAL"):
        assert hidden not in answer.text + caplog.text


def test_many_readers_do_not_fill_the_log_with_one_reason(caplog: pytest.LogCaptureFixture) -> None:
    """Once a minute is enough, and another reason is told at once."""
    app, hour_later = make_app(), LIFT + timedelta(hours=1)
    site = app.extensions["samklang"]
    for told, now, why in ((1, LIFT, _in_doubt), (2, LIFT, _without_database), (3, hour_later, _without_database)):
        app.extensions["samklang"] = replace(site, clock=lambda now=now: now, ready=why)
        assert {app.test_client().get("/").status_code for _ in range(5)} == {503}
        assert len(caplog.messages) == told


def test_an_answer_that_fails_after_its_view_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    """Flask's own line would hold the whole traceback."""
    app = make_app()

    @app.after_request
    def fail(_response: Response) -> Response:
        raise ValueError("Pengarna kommer aldrig")

    assert app.test_client().get("/healthz").status_code == 500
    assert "ValueError at test_nothing_early.py:" in caplog.text
    assert "Pengarna" not in caplog.text


def test_readiness_is_one_plain_sentence_in_both_languages() -> None:
    """A process that lives is told apart from one that is ready; why it is not is for the log and the doctor."""
    doubtful, sure = make_app(ready=_in_doubt).test_client(), make_app().test_client()
    assert doubtful.get("/readyz").status_code == 503
    sentences = [words_for(language)._("Samklang is not ready.") for language in ("sv", "en")]
    assert doubtful.get("/readyz").text.splitlines() == sentences
    assert sure.get("/readyz").status_code == sure.get("/healthz").status_code == 200
    assert doubtful.get("/healthz").status_code == 200
    assert sure.get("/readyz").headers["Cache-Control"] == "no-store"


def test_nothing_redirects(client: FlaskClient) -> None:
    """A redirect would repeat a Host that anyone can make up."""
    for address in ("/sv", "/en", "/sv/", "//kampanj//gangsnacket", "/kampanj/gangsnacket/", "/om/"):
        assert client.get(address, headers={"Host": "evil.example.org"}).status_code in {200, 404}
