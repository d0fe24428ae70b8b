"""One attempt to reach an address: its time, its connection, and whether anything of the message may have left."""

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from types import TracebackType
from typing import Self

from campaigns.channels.addresses import Ip, Target, family_of
from campaigns.channels.errors import TransportError
from campaigns.domain.errors import N_


@dataclass(frozen=True, kw_only=True)
class Guard:
    """What an attempt may take. `allow_private` is for trials: private addresses and plain http pass too.

    `total_s` covers one attempt from the look-up to the last byte of the answer; `most_bytes` caps the answer.
    """

    allow_private: bool = False
    connect_s: float = 5.0
    total_s: float = 10.0
    most_bytes: int = 65_536


class Cutter:
    """Ends a connection when its time is up, whatever the other side is doing: silent, dripping or endless.

    A socket's own timeout starts anew with every byte, so it cannot do this. The cut goes through a duplicate handle,
    because the connection's own one may meanwhile belong to a TLS wrapper in another thread.
    """

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._handle = sock.dup()
        self._lock = threading.Lock()
        self._open = True
        self._timer = threading.Timer(max(seconds, 0.0), self._cut)
        self._timer.daemon = True
        self.happened = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._timer.cancel()
        with self._lock:
            self._open = False
            self._handle.close()

    def _cut(self) -> None:
        with self._lock:
            if self._open:
                self.happened = True
                try:
                    self._handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    return  # it was closed already


class Attempt:
    """One attempt's time and connection: dials the judged addresses and remembers whether anything may have left."""

    def __init__(self, target: Target, *, guard: Guard, ends: float, clock: Callable[[], datetime]) -> None:
        self.target = target
        self.sent_at: datetime | None = None
        self.cutter: Cutter | None = None
        self._guard, self._ends, self._clock = guard, ends, clock
        self._stack = ExitStack()

    @property
    def left(self) -> float:
        """Seconds left; never quite nothing, because 0 would mean something else to a socket."""
        return max(self._ends - monotonic(), 0.001)

    @property
    def was_cut(self) -> bool:
        return (self.cutter is not None and self.cutter.happened) or monotonic() >= self._ends

    def dial(self) -> socket.socket:
        """A connection to the first judged address that answers. Raises OSError. The clock starts cutting here."""
        until = monotonic() + min(self._guard.connect_s, self.left)
        addresses = self.target.addresses
        for nth, ip in enumerate(addresses, start=1):
            share = max(until - monotonic(), 0.001) / (len(addresses) - nth + 1)
            try:
                sock = dial(ip, self.target.place.port, seconds=share)
            except OSError:
                if nth == len(addresses):
                    raise
                continue
            sock.settimeout(self.left)
            self.cutter = self._stack.enter_context(Cutter(sock, self.left))
            return sock
        raise OSError("no address")

    def opened(self) -> None:
        """TLS is done; from the next instruction on bytes of the message may leave."""
        self.sent_at = self._clock()

    def close(self) -> None:
        self._stack.close()


def dial(ip: Ip, port: int, *, seconds: float) -> socket.socket:
    """A TCP connection to exactly this address. Raises OSError."""
    sock = socket.socket(family_of(ip), socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(seconds)
        sock.connect((str(ip), port))
    except OSError:
        sock.close()
        raise
    return sock


def failure_of(error: Exception, attempt: Attempt) -> TransportError:
    """What an attempt that raised has become."""
    sent = attempt.sent_at is not None
    if attempt.was_cut:
        return TransportError(reason=N_("no answer in time") if sent else N_("no connection in time"), sent=sent)
    return TransportError(reason=note_of(error, sent=sent), sent=sent)


def note_of(error: BaseException, *, sent: bool) -> str:
    """A short technical note on a failure; libraries' own words may quote content, so none is used."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "the certificate is not valid for this address"
        seen = _cause(seen)
    if sent:
        return "the connection was lost or the answer is not HTTP"
    return "no secure connection" if isinstance(error, ssl.SSLError) else "no connection"


def _cause(error: BaseException) -> BaseException | None:
    inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
    return inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
