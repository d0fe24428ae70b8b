"""Webhooks: what they say, how they are signed, and what answers mean."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from servers import Server, answering, closed_port, hanging_up, status
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from campaigns.channels.base import Destination, Outgoing, Rendered
from campaigns.channels.burst import Burst, Fired
from campaigns.channels.errors import TransportError
from campaigns.channels.http import Door, Guard
from campaigns.channels.webhook import (
    BadSecret,
    Webhook,
    key_of,
    new_secret,
    outcome_of,
    outcome_of_failure,
    outcome_of_fired,
    request,
    sign,
)
from campaigns.domain.release import Answer, Event
from campaigns.domain.texts import TextContent

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
SECRET = new_secret()
CHANNEL = Webhook(Door(Guard(allow_private=True, total_s=2.0), base_url="https://samklang.example.se"))


def outgoing(event: Event = Event.MESSAGE_PUBLISHED) -> Outgoing:
    """A partner's message in Arabic."""
    return Outgoing(
        delivery_id="d1",
        event=event,
        campaign_id="c1",
        campaign_name="Gängsnacket",
        campaign_url="https://samklang.example.se/kampanj/gangsnacket",
        message_id="m1",
        organisation="Ungdomsgården (exempel)",
        language="ar",
        direction="rtl",
        content=TextContent(headline="عنوان", long="**نص**", sms="رسالة"),
        plain="نص",
        html="<p><strong>نص</strong></p>",
        url="https://samklang.example.se/kampanj/gangsnacket/ar",
        planned_at=T,
    )


def told(event: Event) -> dict[str, object]:
    """The event as a receiver reads it."""
    read: dict[str, object] = json.loads(CHANNEL.render(outgoing(event)).body)
    return read


def test_a_published_message_says_all_that_was_written_and_nothing_empty() -> None:
    """Variants nobody wrote are left out."""
    assert told(Event.MESSAGE_PUBLISHED) == {
        "type": "message.published",
        "timestamp": "2026-12-14T05:00:00Z",
        "data": {
            "campaign": {
                "id": "c1",
                "name": "Gängsnacket",
                "url": "https://samklang.example.se/kampanj/gangsnacket",
            },
            "message": {
                "id": "m1",
                "organisation": "Ungdomsgården (exempel)",
                "language": "ar",
                "direction": "rtl",
                "headline": "عنوان",
                "long": "**نص**",
                "sms": "رسالة",
                "html": "<p><strong>نص</strong></p>",
                "url": "https://samklang.example.se/kampanj/gangsnacket/ar",
                "published_at": "2026-12-14T05:00:00Z",
                "updated_at": "2026-12-14T05:00:00Z",
            },
        },
    }


def test_a_lifted_campaign_names_no_message_and_a_withdrawn_one_is_not_repeated() -> None:
    """Whoever withdraws a text does not send it once more."""
    assert "message" not in json.dumps(told(Event.CAMPAIGN_LIFTED)["data"])
    data = told(Event.MESSAGE_WITHDRAWN)["data"]
    assert isinstance(data, dict)
    assert data["message"] == {"id": "m1", "organisation": "Ungdomsgården (exempel)", "language": "ar"}


def test_the_same_message_gives_the_same_bytes() -> None:
    """What was approved is what leaves."""
    assert CHANNEL.render(outgoing()) == CHANNEL.render(outgoing())


def test_an_independent_verifier_accepts_every_signature_while_a_key_rotates() -> None:
    """Receivers with the old key and with the new one both read the message."""
    old, new, other = new_secret(), new_secret(), new_secret()
    now = datetime.now(UTC)
    body = CHANNEL.render(outgoing()).body
    headers = sign(body, delivery_id="d1", secrets=(new, old), at=now)
    for secret in (old, new):
        assert Verifier(secret).verify(body, headers)["type"] == "message.published"
    with pytest.raises(WebhookVerificationError):
        Verifier(other).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(new).verify(body.replace(b"m1", b"m2"), headers)
    assert Verifier(new).sign("d1", now, body.decode()) == headers["webhook-signature"].split(" ")[0]


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_ö",
        "whsec_" + base64.b64encode(b"short").decode(),
        pytest.param(SECRET[6:], id="without its beginning"),
        "whsec_" + "A" * 90,
    ],
)
def test_a_key_that_is_no_key_is_refused(secret: str) -> None:
    """Better a clear sentence than signatures that nobody can verify."""
    with pytest.raises(BadSecret):
        key_of(secret)


def test_a_message_is_never_sent_unsigned() -> None:
    """No key, no request."""
    with pytest.raises(BadSecret):
        sign(b"{}", delivery_id="d1", secrets=(), at=T)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (200, Answer.ACCEPTED),
        (204, Answer.ACCEPTED),
        (301, Answer.REFUSED),
        (308, Answer.REFUSED),
        (400, Answer.REFUSED),
        (401, Answer.REFUSED),
        (410, Answer.REFUSED),
        (408, Answer.TRY_AGAIN),
        (429, Answer.TRY_AGAIN),
        (500, Answer.TRY_AGAIN),
        (503, Answer.TRY_AGAIN),
        (101, Answer.REFUSED),
    ],
)
def test_a_status_means_one_thing(code: int, answer: Answer) -> None:
    """Only what may go better next time is tried again."""
    outcome = outcome_of(code, sent_at=T, finished_at=T, retry_after=timedelta(seconds=9))
    assert outcome.answer is answer
    assert outcome.retry_after == (timedelta(seconds=9) if answer is Answer.TRY_AGAIN else None)


@pytest.mark.parametrize(
    ("sent", "permanent", "answer"),
    [
        (False, False, Answer.NOT_SENT),
        (False, True, Answer.REFUSED),
        (True, False, Answer.UNCLEAR),
        (True, True, Answer.UNCLEAR),
    ],
)
def test_a_failure_means_what_may_have_left(sent: bool, permanent: bool, answer: Answer) -> None:  # noqa: FBT001 - a table's columns
    """In doubt it is unclear."""
    error = TransportError(reason="x", sent=sent, permanent=permanent)
    assert outcome_of_failure(error, sent_at=None, finished_at=T).answer is answer
    assert outcome_of_fired(Fired(key="a", sent_at=None, finished_at=T, error=error)).answer is answer


def deliver(url: str) -> tuple[Answer, str]:
    """One attempt to an address."""
    destination = Destination(address=url, secrets=(SECRET,))
    outcome = CHANNEL.deliver(CHANNEL.render(outgoing()), destination, delivery_id="d1", now=datetime.now(UTC))
    return outcome.answer, outcome.reason


def test_a_delivery_arrives_signed_under_its_stable_id() -> None:
    """The receiver verifies it with another implementation than ours."""
    with Server() as server:
        assert deliver(server.url) == (Answer.ACCEPTED, "")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert headers["Webhook-Id" if "Webhook-Id" in headers else "webhook-id"] == "d1"
    assert headers["Content-Type"] == "application/json"
    assert Verifier(SECRET).verify(body, headers)["type"] == "message.published"


def test_what_the_other_side_does_never_raises() -> None:
    """Every way to fail is an outcome."""
    with Server(answering(status(410))) as gone, Server(hanging_up) as resets, closed_port() as port:
        assert deliver(gone.url) == (Answer.REFUSED, "HTTP 410")
        assert deliver(resets.url)[0] is Answer.UNCLEAR
        assert deliver(f"http://127.0.0.1:{port}/")[0] is Answer.NOT_SENT
    assert deliver("http://169.254.169.254/")[0] is Answer.REFUSED
    unsigned = Destination(address="http://127.0.0.1:9/")
    rendered = Rendered(content_type="application/json", body=b"{}", headers={})
    assert CHANNEL.deliver(rendered, unsigned, delivery_id="d1", now=T).answer is Answer.REFUSED


def test_the_ping_is_signed_and_tells_nothing() -> None:
    """A rehearsal shows no word of any campaign."""
    with Server() as server, Server(answering(status(401))) as closed:
        assert CHANNEL.check(Destination(address=server.url, secrets=(SECRET,)), now=T) is None
        assert CHANNEL.check(Destination(address=closed.url, secrets=(SECRET,)), now=T) == "HTTP 401"
    body = json.loads(server.requests[0].rpartition(b"\r\n")[2])
    assert body == {"type": "channel.ping", "timestamp": "2026-12-14T05:00:00Z", "data": {}}


def test_the_burst_sends_the_same_signed_request() -> None:
    """At T the same bytes leave as on any other try."""
    door = Door(Guard(allow_private=True), base_url="https://samklang.example.se")
    rendered = CHANNEL.render(replace(outgoing(), delivery_id="d2"))
    with Server() as server, Burst(door, deadline_s=5) as burst:
        destination = Destination(address=server.url, secrets=(SECRET,))
        burst.open({"d2": request(rendered, destination, delivery_id="d2", at=datetime.now(UTC))})
        (fired,) = burst.fire()
    assert outcome_of_fired(fired).answer is Answer.ACCEPTED
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert Verifier(SECRET).verify(body, headers)
    assert body == rendered.body
