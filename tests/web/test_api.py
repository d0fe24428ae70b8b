"""The public API: it says what its description says, opens with the pages, and tells nothing before."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from public_samples import BASE, BEFORE, COMING, LIFT, make_app
from werkzeug.test import TestResponse

from campaigns.data import openapi
from campaigns.domain.errors import Unready

READ = [
    ("/api/v1/campaigns", "/api/v1/campaigns", 200),
    ("/api/v1/campaigns?language=ar", "/api/v1/campaigns", 200),
    ("/api/v1/campaigns/gangsnacket/sv", "/api/v1/campaigns/{slug}/{language}", 200),
    ("/api/v1/campaigns/gangsnacket/ar", "/api/v1/campaigns/{slug}/{language}", 200),
    ("/api/v1/campaigns/aterkallad/sv", "/api/v1/campaigns/{slug}/{language}", 410),
    ("/api/v1/material", "/api/v1/material", 200),
    ("/api/v1/material?language=ar", "/api/v1/material", 200),
    ("/api/v1/material/gangsnacket", "/api/v1/material/{slug}", 200),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", 200),
]
HIDDEN = ["/api/v1/campaigns/kommande/sv", "/api/v1/campaigns/kommande/en", "/api/v1/material/kommande"]


@pytest.fixture
def reader() -> FlaskClient:
    """Somebody's program, while one campaign is public."""
    return make_app(now=LIFT).test_client()


def addresses_in(told: Any) -> Iterator[str]:
    """Every whole address of ours in an answer."""
    if isinstance(told, dict):
        for value in told.values():
            yield from addresses_in(value)
    elif isinstance(told, list):
        for value in told:
            yield from addresses_in(value)
    elif isinstance(told, str) and told.startswith(BASE):
        yield told


def schema(path: str, status: int) -> dict[str, Any]:
    """What the description says of an answer."""
    described = openapi()["paths"][path]["get"]["responses"][str(status)]["content"]["application/json"]["schema"]
    return {**described, "components": openapi()["components"]}


@pytest.mark.parametrize(("address", "path", "status"), READ, ids=[address for address, _, _ in READ])
def test_every_answer_is_as_it_is_described(reader: FlaskClient, address: str, path: str, status: int) -> None:
    """Field by field, with none besides; for any site's pages, for as long as a page may be kept."""
    answer = reader.get(address)
    assert (answer.status_code, answer.content_type) == (status, "application/json")
    checked = Draft202012Validator(schema(path, status), format_checker=FormatChecker())
    assert [fault.message for fault in checked.iter_errors(answer.json)] == []
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == reader.get("/").headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


def test_what_is_described_is_what_there_is() -> None:
    """No address too many on either side, and each status that is promised can be had."""
    routes = {
        re.sub(r"<([a-z_]+)>", r"{\1}", rule.rule)
        for rule in make_app().url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert routes == set(openapi()["paths"])
    assert {path for _, path, _ in READ} == routes
    Draft202012Validator.check_schema({"components": openapi()["components"]})
    for references in re.findall(r"'\$ref': '#/components/(\w+)/(\w+)'", str(openapi())):
        assert openapi()["components"][references[0]][references[1]]


@pytest.mark.parametrize("address", [address for address, _, status in READ if status == 200])
def test_every_address_it_gives_leads_somewhere(reader: FlaskClient, address: str) -> None:
    """Pages, files and further answers."""
    given = set(addresses_in(reader.get(address).json))
    assert given
    for found in given:
        assert reader.get(found.removeprefix(BASE) or "/").status_code in {200, 410}, found


@pytest.mark.parametrize("address", HIDDEN)
def test_what_is_not_public_is_answered_like_nonsense_and_opens_at_t(address: str) -> None:
    """Byte for byte, header for header; a list is the same as if it did not exist."""
    early, nonsense = make_app(now=LIFT).test_client().get(address), make_app(now=LIFT).test_client().get("/nonsens")
    assert early.status_code == 404
    assert (early.data, list(early.headers)) == (nonsense.data, list(nonsense.headers))
    lists = [make_app(now=BEFORE).test_client().get(f"/api/v1/{name}") for name in ("campaigns", "material")]
    assert [answer.json for answer in lists] == [{"campaigns": []}] * 2
    if address.endswith("/sv"):
        assert make_app(now=COMING).test_client().get(address).status_code == 200


def test_a_message_says_what_its_page_says(reader: FlaskClient) -> None:
    """Withdrawn and corrected too, each with its own language and direction."""
    told = reader.get("/api/v1/campaigns/gangsnacket/ar").json
    assert told is not None
    core, *voices = told["messages"]
    assert (core["is_core"], core["language"], core["direction"]) == (True, "ar", "rtl")
    assert {(voice["language"], voice["direction"]) for voice in voices} == {("ar", "rtl"), ("sv", "ltr")}
    assert [voice["corrected"] for voice in voices].count(True) == 1
    (gone,) = (voice for voice in voices if voice["withdrawn_at"])
    assert (gone["headline"], gone["html"], gone["summary"]) == ("", "", "")


@pytest.mark.parametrize("address", ["/api/v1/campaigns?language=xx", "/api/v1/material?language=%00", "/api/v1/x"])
def test_what_nobody_could_have_meant_is_not_there(reader: FlaskClient, address: str) -> None:
    """A language that does not exist is told apart from one that has nothing."""
    assert reader.get(address).status_code == 404
    assert "Access-Control-Allow-Origin" not in reader.get(address).headers


def _in_doubt() -> None:
    raise Unready(reason="the clock is 4 seconds off")


@pytest.mark.parametrize("address", [address for address, _, _ in READ])
def test_it_is_closed_while_the_clock_is_in_doubt(address: str) -> None:
    """As everything is."""
    answer: TestResponse = make_app(ready=_in_doubt).test_client().get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
