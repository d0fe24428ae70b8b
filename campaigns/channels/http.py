"""The one door out: everything that leaves over HTTP leaves here, to an address that was judged first.

https only, resolved once, refused if any answer is private, dialled exactly there, no redirects, a total deadline, a
cap on the answer, nothing inflated, no proxy and no netrc from the environment. `Guard` is what may differ in trials.

Each attempt has its own connection. Keeping one open would save a handshake, but a kept connection that the other side
has just closed makes it unclear whether the message arrived; the many messages at T go through `burst.py` instead.
"""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from importlib.metadata import PackageNotFoundError, version
from queue import Empty, SimpleQueue
from time import monotonic

import certifi
import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from campaigns.channels.addresses import Place, Target, judged, literal, place_of
from campaigns.channels.attempt import Attempt, Guard, failure_of
from campaigns.channels.errors import TransportError
from campaigns.channels.pinned import PinnedAdapter
from campaigns.domain.errors import N_

__all__ = ["Door", "Guard", "HttpAnswer", "HttpRequest", "Resolve", "retry_after", "trusting", "user_agent", "utc_now"]

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses as text. Raises OSError."""

MOST_RETRY_AFTER = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class HttpRequest:
    """One request, with its body as bytes. Host, Content-Length, User-Agent and the like are added by the door."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class HttpAnswer:
    """What came back, redirects included: they are never followed. `cut`: the body is not all of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_at: datetime
    finished_at: datetime
    cut: bool = False


def utc_now() -> datetime:
    """The instant now; doors take it as a parameter."""
    return datetime.now(UTC)


def look_up(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver."""
    return [str(answer[4][0]) for answer in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def user_agent(base_url: str) -> str:
    """How Samklang introduces itself."""
    try:
        return f"Samklang/{version('samklang')} (+{base_url})"
    except PackageNotFoundError:
        return f"Samklang (+{base_url})"


def trusting(ca_file: str | None = None) -> ssl.SSLContext:
    """TLS that verifies the certificate and the host name, against the usual authorities or a given file."""
    return ssl.create_default_context(cafile=ca_file or certifi.where())


def retry_after(value: str | None, *, now: datetime) -> timedelta | None:
    """A Retry-After header, in seconds or as an HTTP date; at most a day, None if it says nothing sensible."""
    value = (value or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(timedelta(seconds=int(value)), MOST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(value)
        pause = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, IndexError, OverflowError):  # the library's parser raises all of these for nonsense
        return None
    return min(max(pause, timedelta()), MOST_RETRY_AFTER)


class Door:
    """The way out. One door serves all threads; it keeps no connection and no cookie."""

    def __init__(
        self,
        guard: Guard,
        *,
        base_url: str,
        clock: Callable[[], datetime] = utc_now,
        resolve: Resolve = look_up,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.guard = guard
        self.clock = clock
        self.tls = tls or trusting()
        self._resolve = resolve
        self._user_agent = user_agent(base_url)

    def with_limits(self, *, total_s: float, most_bytes: int) -> "Door":
        """The same door for a channel whose answers take longer or are larger."""
        other = copy(self)
        other.guard = replace(self.guard, total_s=total_s, most_bytes=most_bytes)
        return other

    def place(self, url: str) -> Place:
        """What an address says by itself; for a form that must not wait for a resolver. Raises AddressRefused."""
        place = place_of(url, plain_http=self.guard.allow_private)
        ip = literal(place.host)
        if ip is not None:
            judged([str(ip)], allow_private=self.guard.allow_private)
        return place

    def check_address(self, url: str) -> Target:
        """Take apart, resolve once and judge every answer.

        Raises AddressRefused, or TransportError when the name was not found in time.
        """
        place = self.place(url)
        answers = [place.host] if literal(place.host) else self._resolved(place)
        return Target(place=place, addresses=judged(answers, allow_private=self.guard.allow_private))

    def _resolved(self, place: Place) -> Sequence[str]:
        """The resolver cannot be interrupted; it gets a thread of its own, which is left behind when time is up."""
        answers: SimpleQueue[Sequence[str] | None] = SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(place.host, place.port))
            except (OSError, UnicodeError):
                answers.put(None)

        threading.Thread(target=ask, daemon=True).start()
        try:
            found = answers.get(timeout=min(self.guard.connect_s, self.guard.total_s))
        except Empty:
            raise TransportError(reason=N_("the name was not looked up in time"), sent=False) from None
        if not found:
            raise TransportError(reason=N_("the name was not found"), sent=False)
        return found

    def headers(self, request: HttpRequest) -> dict[str, str]:
        """All headers of a request except Host and Content-Length. Raises TransportError for a line break in one."""
        headers = CaseInsensitiveDict(request.headers)
        headers.update({"User-Agent": self._user_agent, "Accept-Encoding": "identity", "Connection": "close"})
        headers.setdefault("Accept", "*/*")
        if not re.fullmatch(r"[A-Z]{3,10}", request.method):
            raise TransportError(reason=N_("the method is not one of HTTP"), sent=False, permanent=True)
        for name, value in headers.items():
            if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) or not re.fullmatch(r"[\x20-\x7e\t]*", value):
                raise TransportError(reason=N_("a header holds a forbidden character"), sent=False, permanent=True)
        return dict(headers)

    def wire(self, request: HttpRequest, target: Target) -> bytes:
        """The bytes of a request as they go on the connection. Raises TransportError as `headers` does."""
        lines = [f"{request.method} {target.place.path} HTTP/1.1", f"Host: {target.place.authority}"]
        lines += [f"{name}: {value}" for name, value in self.headers(request).items()]
        lines += [f"Content-Length: {len(request.body)}", "", ""]
        return "\r\n".join(lines).encode("ascii") + request.body

    def send(self, request: HttpRequest) -> HttpAnswer:
        """One attempt over a connection of its own. Raises TransportError; an answer of any status is an answer."""
        ends = monotonic() + self.guard.total_s
        headers = self.headers(request)
        target = self.check_address(request.url)
        attempt = Attempt(target, guard=self.guard, ends=ends, clock=self.clock)
        adapter = PinnedAdapter(attempt, tls=self.tls)
        try:
            prepared = requests.Request(request.method, target.place.url, headers=headers, data=request.body).prepare()
            with adapter.send(prepared, stream=True, timeout=attempt.left) as response:
                if attempt.was_cut:  # the library takes headers that end in mid-air for complete ones
                    raise TimeoutError
                return self._answer(response, attempt)
        except (requests.RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
            raise failure_of(error, attempt) from error
        finally:
            attempt.close()
            adapter.close()

    def _answer(self, response: requests.Response, attempt: Attempt) -> HttpAnswer:
        body, cut = self._body(response)
        finished_at = self.clock()
        return HttpAnswer(
            status=response.status_code,
            headers=response.headers,
            body=body,
            cut=cut or attempt.was_cut,
            sent_at=attempt.sent_at or finished_at,
            finished_at=finished_at,
        )

    def _body(self, response: requests.Response) -> tuple[bytes, bool]:
        """The body as it came, up to the cap, and whether something is missing. The status is known by now."""
        body = bytearray()
        try:
            while len(body) <= self.guard.most_bytes:
                chunk = response.raw.read(self.guard.most_bytes + 1 - len(body), decode_content=False)
                if not chunk:
                    return bytes(body), False
                body += chunk
        except (HTTPError, HTTPException, OSError, ValueError):
            return bytes(body[: self.guard.most_bytes]), True
        return bytes(body[: self.guard.most_bytes]), True
