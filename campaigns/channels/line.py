"""One connection of a burst: a small machine that never blocks. Another waits; each step takes what is there."""

import errno
import re
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import Enum
from http.client import HTTPException, parse_headers
from io import BytesIO
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic

from campaigns.channels.addresses import Target, family_of
from campaigns.channels.attempt import note_of
from campaigns.channels.errors import TransportError
from campaigns.domain.errors import N_

SETTLED = 0
"""No event is waited for: the step is done, well or badly."""

BOTH = EVENT_READ | EVENT_WRITE


class Phase(Enum):
    """How far a line has come."""

    CONNECTING = "connecting"
    SHAKING_HANDS = "shaking hands"
    READY = "ready"  # the request may leave
    OVER = "over"  # answered, failed or closed


@dataclass(frozen=True, kw_only=True)
class Head:
    """Status and headers of an answer."""

    status: int
    headers: Message


class NotHttp(ValueError):
    """What came back cannot be read as an answer."""


class Line:
    """One receiver: its judged addresses, its connection, the prepared bytes, and the head of its answer."""

    def __init__(self, key: str, *, target: Target, wire: bytes, tls: ssl.SSLContext, most_bytes: int) -> None:
        self.key, self.target, self.wire = key, target, wire
        self.phase = Phase.OVER
        self.error: TransportError | None = None
        self.head: Head | None = None
        self.sent_at: datetime | None = None
        self.until = 0.0
        self.left = False  # whether anything of the message may have left this machine
        self._tls, self._most_bytes = tls, most_bytes
        self._sock: socket.socket | None = None
        self._rest = list(target.addresses)
        self._share = 0.0
        self._written = self._received = 0
        self._buffer = bytearray()

    @property
    def fd(self) -> int:
        return self._sock.fileno() if self._sock else -1

    def close(self) -> None:
        self.phase = Phase.OVER
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def fail(self, reason: str) -> int:
        """Give up. What follows depends on whether anything may have left."""
        self.close()
        self.error = TransportError(reason=reason, sent=self.left)
        return SETTLED

    # Opening: each step returns the events to wait for.

    def start(self, *, seconds: float) -> int:
        """Connect anew, sharing the seconds out among the addresses."""
        self.close()
        self.error = None
        self._rest = list(self.target.addresses)
        self._share = seconds / len(self._rest)
        return self.next_address()

    def next_address(self) -> int:
        """Try the next judged address; without one left the line has failed."""
        self.close()
        while self._rest:
            ip = self._rest.pop(0)
            try:
                self._sock = socket.socket(family_of(ip), socket.SOCK_STREAM)
            except OSError:
                return self.fail(N_("too many open connections"))
            self._sock.settimeout(0)
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._sock.connect_ex((str(ip), self.target.place.port)) in {0, errno.EINPROGRESS}:
                self.phase, self.until = Phase.CONNECTING, monotonic() + self._share
                return EVENT_WRITE
            self.close()
        return self.fail(N_("no connection"))

    def advance(self) -> int:
        """Go on with connecting and shaking hands, now that something happened."""
        if self._sock is None:
            return SETTLED
        if self.phase is Phase.CONNECTING:
            if self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return self.next_address()
            if not self.target.place.secure:
                self.phase = Phase.READY
                return SETTLED
            self.phase = Phase.SHAKING_HANDS
        return self._shake_hands(self._sock)

    def _shake_hands(self, sock: socket.socket) -> int:
        host = self.target.place.host
        try:
            if not isinstance(sock, ssl.SSLSocket):  # wrapping may fail already, if the other side has hung up
                sock = self._sock = self._tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            sock.do_handshake()
        except ssl.SSLWantReadError:
            return EVENT_READ
        except ssl.SSLWantWriteError:
            return EVENT_WRITE
        except (OSError, ValueError) as error:
            return self.fail(note_of(error, sent=False))
        self.phase = Phase.READY
        return SETTLED

    def is_alive(self) -> bool:
        """Whether the other side still waits for the request. A word from it before ours is no good sign either."""
        if self._sock is None or self.phase is not Phase.READY:
            return False
        try:
            if isinstance(self._sock, ssl.SSLSocket):
                self._sock.recv(1)  # also takes in session tickets, which are no word
            else:
                self._sock.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return True
        except OSError:
            return False
        return False

    # Firing.

    @property
    def wants(self) -> int:
        """The events to wait for while the request is under way."""
        return EVENT_READ if self._written == len(self.wire) else BOTH

    def read_and_write(self) -> int:
        """One turn: take the answer first, since one may come before all of the request has left."""
        if self.pull() == SETTLED:
            return SETTLED
        return EVENT_READ if self._written == len(self.wire) else self.push()

    def push(self) -> int:
        """Write what the connection takes."""
        if self._sock is None:
            return SETTLED
        try:
            while self._written < len(self.wire):
                self._written += self._sock.send(memoryview(self.wire)[self._written :])
                self.left = True
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            self.left = True  # a part of a record may be on its way
            return BOTH
        except OSError:
            return self.fail(
                N_("the connection was lost while sending") if self.left else N_("the connection was closed")
            )
        return EVENT_READ

    def pull(self) -> int:
        """Read what is there, at most up to the cap; settled as soon as the head of the answer is complete."""
        while self._sock is not None:
            try:
                chunk = self._sock.recv(16_384)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return self.wants
            except OSError:
                return self.fail(N_("the connection was lost before an answer"))
            if not chunk:
                return self.fail(N_("the connection was closed before an answer"))
            self._take(chunk)
        return SETTLED

    def _take(self, chunk: bytes) -> None:
        self._buffer += chunk
        self._received += len(chunk)
        try:
            self.head = head_in(self._buffer)
        except NotHttp:
            self.fail(N_("the answer is not HTTP"))
            return
        if self.head is not None:
            self.close()
        elif self._received > self._most_bytes:
            self.fail(N_("the answer has no end"))


def head_in(buffer: bytearray) -> Head | None:
    """The head of the final answer once it is complete; interim answers are removed. Raises NotHttp."""
    while (end := re.search(rb"\r?\n\r?\n", buffer)) is not None:
        status, headers = re.match(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\r\n]*)?\r?(?=\n)", buffer), buffer[: end.end()]
        if status is None:
            raise NotHttp
        if status[1].startswith(b"1") and status[1] != b"101":
            del buffer[: end.end()]
            continue
        return Head(status=int(status[1]), headers=_parsed(bytes(headers[status.end() + 1 :])))
    if len(buffer) >= 5 and not buffer.startswith(b"HTTP/"):
        raise NotHttp
    return None


def _parsed(lines: bytes) -> Message:
    try:
        return parse_headers(BytesIO(lines))
    except (HTTPException, ValueError):
        raise NotHttp from None
