"""Webhooks after Standard Webhooks: a signed JSON event by POST. The same `webhook-id` on all tries lets a receiver
drop a second copy, so an unclear attempt may be made again.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets as randomness
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from campaigns.channels.base import Destination, Outgoing, Rendered
from campaigns.channels.burst import Fired
from campaigns.channels.errors import TransportError
from campaigns.channels.http import Door, HttpAnswer, HttpRequest, retry_after
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.release import Answer, ChannelKind, Event, Outcome, Traits

PREFIX = "whsec_"
JSON = "application/json"


class BadSecret(Refused):
    """A signing key that is no key would make signatures nobody can verify."""

    message = N_("The signing key is not valid: it begins with whsec_ and holds 24 to 64 bytes in base64.")


def new_secret() -> str:
    """A new signing key, 32 random bytes."""
    return PREFIX + base64.b64encode(randomness.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a signing key. Raises BadSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret from None
    if not secret.startswith(PREFIX) or not 24 <= len(key) <= 64:
        raise BadSecret
    return key


def sign(body: bytes, *, delivery_id: str, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers. While a key rotates, every key signs, newest first. Raises BadSecret."""
    if not secrets:
        raise BadSecret
    stamp = str(int(at.timestamp()))
    signed = b".".join((delivery_id.encode(), stamp.encode(), body))
    digests = (hmac.new(key_of(secret), signed, hashlib.sha256).digest() for secret in secrets)
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    return {"webhook-id": delivery_id, "webhook-timestamp": stamp, "webhook-signature": signatures}


def instant(at: datetime) -> str:
    """As events write a time: UTC, with a Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def payload(outgoing: Outgoing) -> dict[str, object]:
    """What an event tells. `campaign.lifted` names no message; a withdrawn one is named and not repeated.

    `campaign.language_added` names the language and its page.
    """
    campaign = {"id": outgoing.campaign_id, "name": outgoing.campaign_name, "url": outgoing.campaign_url}
    data: dict[str, object] = {"campaign": campaign}
    if outgoing.event is Event.LANGUAGE_ADDED:
        data["language"] = {"tag": outgoing.language, "direction": outgoing.direction, "url": outgoing.url}
    elif outgoing.event is not Event.CAMPAIGN_LIFTED:
        data["message"] = _message(outgoing)
    return {"type": outgoing.event.value, "timestamp": instant(outgoing.planned_at), "data": data}


def _message(outgoing: Outgoing) -> dict[str, object]:
    ids: dict[str, object] = {
        "id": outgoing.message_id,
        "organisation": outgoing.organisation,
        "language": outgoing.language,
    }
    if outgoing.event is Event.MESSAGE_WITHDRAWN:
        return _without_blanks(ids)
    updated_at = outgoing.updated_at or outgoing.planned_at
    text = asdict(outgoing.content) | {"html": outgoing.html, "url": outgoing.url}
    times = {"published_at": instant(outgoing.planned_at), "updated_at": instant(updated_at)}
    material = [_without_blanks(asdict(one)) for one in outgoing.enclosures]
    parts = ids | {"direction": outgoing.direction} | text | times | {"material": material}
    return _without_blanks(parts)


def _without_blanks(parts: dict[str, object]) -> dict[str, object]:
    """What there is; a name without a value is left out, so receivers see `material` only where there is any."""
    return {name: value for name, value in parts.items() if value}


def packed(event: dict[str, object]) -> Rendered:
    """The bytes of an event, the same every time."""
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    return Rendered(content_type=JSON, body=body, headers={})


def request(rendered: Rendered, destination: Destination, *, delivery_id: str, at: datetime) -> HttpRequest:
    """The signed request for one try. `at` is that try's instant: receivers refuse stamps more than 5 minutes off."""
    signature = sign(rendered.body, delivery_id=delivery_id, secrets=destination.secrets, at=at)
    headers = {"Content-Type": rendered.content_type, **rendered.headers, **signature}
    return HttpRequest(method="POST", url=destination.address, headers=headers, body=rendered.body)


def outcome_of(
    status: int, *, sent_at: datetime | None, finished_at: datetime, retry_after: timedelta | None = None
) -> Outcome:
    """What a status means. Redirects are refusals: the new address has not been judged, signed for or agreed on."""
    if 200 <= status < 300:
        answer = Answer.ACCEPTED
    elif status in {408, 425, 429} or status >= 500:
        answer = Answer.TRY_AGAIN
    else:
        answer = Answer.REFUSED
    pause = retry_after if answer is Answer.TRY_AGAIN else None
    note = "" if answer is Answer.ACCEPTED else _note(status)
    return Outcome(answer=answer, sent_at=sent_at, finished_at=finished_at, reason=note, retry_after=pause)


def _note(status: int) -> str:
    return f"HTTP {status}"


GONE = _note(410)
"""The note on a receiver that says it is gone for good (Standard Webhooks: stop sending)."""


def outcome_of_failure(error: TransportError, *, sent_at: datetime | None, finished_at: datetime) -> Outcome:
    """What an attempt without an answer means."""
    certain = Answer.REFUSED if error.permanent else Answer.NOT_SENT
    answer = Answer.UNCLEAR if error.sent else certain
    return Outcome(answer=answer, sent_at=sent_at, finished_at=finished_at, reason=error.reason)


def outcome_of_fired(fired: Fired) -> Outcome:
    """What a result of the burst means."""
    if fired.status is not None:
        return outcome_of(
            fired.status, sent_at=fired.sent_at, finished_at=fired.finished_at, retry_after=fired.retry_after
        )
    error = fired.error or TransportError(reason=N_("no answer"), sent=True)
    return outcome_of_failure(error, sent_at=fired.sent_at, finished_at=fired.finished_at)


class Webhook:
    """Signed events by POST."""

    kind = ChannelKind.WEBHOOK
    traits = Traits(repeatable=True, greatest_lateness=timedelta(hours=24))

    def __init__(self, door: Door) -> None:
        self.door = door

    def render(self, outgoing: Outgoing) -> Rendered:
        return packed(payload(outgoing))

    def moved(self, body: bytes, *, to: datetime) -> bytes:
        event = json.loads(body)
        event["timestamp"] = instant(to)
        message = event["data"].get("message", {})
        message |= dict.fromkeys(message.keys() & {"published_at", "updated_at"}, instant(to))
        return packed(event).body

    def check(self, destination: Destination, *, now: datetime) -> str | None:
        """A signed `channel.ping` that names no campaign. None, or what is wrong."""
        ping = packed({"type": Event.PING.value, "timestamp": instant(now), "data": {}})
        outcome = self.deliver(ping, destination, delivery_id=new_id(), now=now)
        return None if outcome.answer is Answer.ACCEPTED else outcome.reason

    def deliver(self, rendered: Rendered, destination: Destination, *, delivery_id: str, now: datetime) -> Outcome:
        try:
            answer = self.door.send(request(rendered, destination, delivery_id=delivery_id, at=now))
        except TransportError as error:
            finished_at = self.door.clock()
            return outcome_of_failure(error, sent_at=now if error.sent else None, finished_at=finished_at)
        except BadSecret as error:
            return Outcome(answer=Answer.REFUSED, finished_at=self.door.clock(), reason=str(error))
        return self._settled(answer)

    def _settled(self, answer: HttpAnswer) -> Outcome:
        pause = retry_after(answer.headers.get("Retry-After"), now=answer.finished_at)
        return outcome_of(answer.status, sent_at=answer.sent_at, finished_at=answer.finished_at, retry_after=pause)
