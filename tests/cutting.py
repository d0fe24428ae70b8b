"""A TCP line that can be cut: a proxy on loopback that forwards, delays, stalls, refuses, or swallows answers."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import Self

CHUNK = 65_536
NOT_LINGERING = struct.pack("ii", 1, 0)
"""Closing resets the connection, as when a machine is gone."""

Upstream = tuple[str, int] | Path
"""Where it leads: a host and port, or a Unix socket."""


@dataclass(frozen=True, kw_only=True)
class Mode:
    """How the line behaves. What is open when it changes behaves so from the next bytes on.

    `refused`: new connections are reset. `stalled`: nothing goes either way, and nobody is told. `delay_s`: before each
    piece. `cut_after_client`, `cut_after_server`: reset once that many bytes came from that side and were forwarded.
    `swallow_after`: once the client has sent these bytes, the server gets all of it, and its answer is cut off.
    """

    refused: bool = False
    stalled: bool = False
    delay_s: float = 0.0
    cut_after_client: int | None = None
    cut_after_server: int | None = None
    swallow_after: bytes | None = None


OPEN = Mode()


class CutLine:
    """The proxy. It counts connections, and the answers it swallowed."""

    def __init__(self, upstream: Upstream, mode: Mode = OPEN) -> None:
        self.connections = self.swallowed = 0
        self._upstream, self._mode = upstream, mode
        self._changed = threading.Condition()
        self._stopped = False
        self._pairs: set[_Pair] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.settimeout(0.1)
        self._accepting = threading.Thread(target=self._accept, daemon=True, name="cut line")
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._accepting.join()
        self.cut()
        self._listener.close()

    @property
    def mode(self) -> Mode:
        """As it is now."""
        return self._mode

    def behave(self, mode: Mode = OPEN, **changed: object) -> None:
        """Behave in another way from now on."""
        with self._changed:
            self._mode = replace(mode, **changed)  # type: ignore[arg-type] # the names of the fields
            self._changed.notify_all()

    def cut(self) -> None:
        """Reset every connection that is open."""
        for pair in list(self._pairs):
            pair.reset()

    def await_passage(self) -> Mode:
        """Wait while it is stalled; gives how it behaves then. Raises ConnectionError once it is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or not self._mode.stalled)
            if self._stopped:
                raise ConnectionError
            return self._mode

    def forget(self, pair: "_Pair", *, swallowed: bool) -> None:
        """A connection has ended."""
        with self._changed:
            self._pairs.discard(pair)
            self.swallowed += swallowed

    def _accept(self) -> None:
        while not self._stopped:
            with suppress(TimeoutError):
                client, _ = self._listener.accept()
                client.settimeout(None)
                self.connections += 1
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        if self._mode.refused:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOT_LINGERING)
            client.close()
            return
        pair = _Pair(self, client)
        self._pairs.add(pair)
        threading.Thread(target=pair.run, args=(self._upstream,), daemon=True, name="cut pair").start()


class _Pair:
    """One connection and its other half."""

    def __init__(self, line: CutLine, client: socket.socket) -> None:
        self._line, self._client = line, client
        self._server: socket.socket | None = None
        self._sent, self._swallows, self._swallowed = b"", False, False
        self._from_client = self._from_server = 0

    def run(self, upstream: Upstream) -> None:
        try:
            self._line.await_passage()
            self._server = server = _connected(upstream)
            back = threading.Thread(target=self._pump, args=(server, self._client, self._backward), daemon=True)
            back.start()
            self._pump(self._client, server, self._forward)
            back.join()
        except OSError:
            pass  # nobody is there, which the client learns in a moment
        finally:
            self.reset()
            self._line.forget(self, swallowed=self._swallowed)

    def reset(self) -> None:
        for end in (self._client, self._server):
            if end is None:
                continue
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOT_LINGERING)
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
            end.close()

    def _pump(self, source: socket.socket, other: socket.socket, pass_on: Callable[..., None]) -> None:
        """Pass on what comes, and that it has ended."""
        try:
            while piece := source.recv(CHUNK):
                mode = self._line.await_passage()
                sleep(mode.delay_s)
                pass_on(piece, other, mode)
            self._line.await_passage()
            other.shutdown(socket.SHUT_WR)
        except OSError:
            self.reset()

    def _forward(self, piece: bytes, server: socket.socket, mode: Mode) -> None:
        self._from_client += len(piece)
        if mode.swallow_after is not None:
            self._sent += piece
            self._swallows = mode.swallow_after in self._sent
        _send_up_to(server, piece, so_far=self._from_client, most=mode.cut_after_client)

    def _backward(self, piece: bytes, client: socket.socket, mode: Mode) -> None:
        if self._swallows:
            self._swallowed = True
            raise ConnectionError
        self._from_server += len(piece)
        _send_up_to(client, piece, so_far=self._from_server, most=mode.cut_after_server)


def _send_up_to(to: socket.socket, piece: bytes, *, so_far: int, most: int | None) -> None:
    """Send a piece, `so_far` counts it; once there were as many bytes as may pass, raise ConnectionError."""
    over = 0 if most is None else max(so_far - most, 0)
    to.sendall(piece[: len(piece) - over])
    if most is not None and so_far >= most:
        raise ConnectionError


def _connected(upstream: Upstream) -> socket.socket:
    if isinstance(upstream, Path):
        found = socket.socket(socket.AF_UNIX)
        found.connect(str(upstream))
        return found
    return socket.create_connection(upstream, timeout=5)
