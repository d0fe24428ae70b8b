"""Receivers on loopback that behave as scripted: well, badly, or not at all. Reusable by every test."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Behaviour = Callable[[socket.socket, threading.Event], None]
"""What to do with one connection. The event is set when the server stops; long waits wait on it."""

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


def read_request(connection: socket.socket) -> bytes:
    """One whole request, by its Content-Length; whatever came, if the other side hangs up."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65_536)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    while len(body) < _length(head):
        chunk = connection.recv(65_536)
        if not chunk:
            break
        body += chunk
    return head + b"\r\n\r\n" + body


def is_whole(request: bytes) -> bool:
    """Whether nothing of it is missing."""
    head, end, body = request.partition(b"\r\n\r\n")
    return bool(end) and len(body) >= _length(head)


def _length(head: bytes) -> int:
    return next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)


def answering(answer: bytes) -> Behaviour:
    """Reads the request and answers with these bytes."""

    def behave(connection: socket.socket, _stopped: threading.Event) -> None:
        read_request(connection)
        connection.sendall(answer)

    return behave


def status(code: int, *headers: str, body: bytes = b"") -> bytes:
    """The bytes of an answer."""
    lines = [f"HTTP/1.1 {code} Scripted", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


def silent(connection: socket.socket, stopped: threading.Event) -> None:
    """Reads the request and never says a word."""
    read_request(connection)
    stopped.wait()


def dripping(start: bytes, drop: bytes, *, pause_s: float) -> Behaviour:
    """Answers with a start, then one drop after each pause, for ever. Every drop resets a naive timeout."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        read_request(connection)
        connection.sendall(start)
        while not stopped.wait(pause_s):
            connection.sendall(drop)

    return behave


def endless(start: bytes, block: bytes) -> Behaviour:
    """Answers as fast as it can and never ends."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        read_request(connection)
        connection.sendall(start)
        while not stopped.is_set():
            connection.sendall(block)

    return behave


def hanging_up(connection: socket.socket, _stopped: threading.Event) -> None:
    """Reads the request and resets the connection without an answer."""
    read_request(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


class Server:
    """A receiver at a free loopback port, one thread a connection; remembers every request it read.

    Without a behaviour it keeps the request and answers 204.
    """

    def __init__(self, behave: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.stopped = threading.Event()
        self._behave = behave or self._keep
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._listener.settimeout(0.1)
        self.port = int(self._listener.getsockname()[1])
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Condition()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/in"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stopped.set()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def hang_up(self, *, after: int = 0) -> None:
        """Close every connection, as a receiver does with idle ones; first wait until this many are open."""
        with self._lock:
            assert self._lock.wait_for(lambda: len(self._open) >= after, timeout=5), "too few connections"
            for connection in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                self.connections += 1
                self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(None)
        try:
            if self._tls:
                connection.settimeout(5)
                connection = self._tls.wrap_socket(connection, server_side=True)
                connection.settimeout(None)
            with self._lock:
                self._open.add(connection)
                self._lock.notify_all()
            self._behave(connection, self.stopped)
        except OSError:
            pass  # the other side has had enough, which is what most tests want
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _keep(self, connection: socket.socket, _stopped: threading.Event) -> None:
        request = read_request(connection)
        if is_whole(request):
            self.requests.append(request)
            connection.sendall(OK)


def cutting(port: int, *, when: Callable[[bytes], bool]) -> Behaviour:
    """Stands before another server and hands everything on; of the answers to some requests not a byte comes back."""

    def behave(connection: socket.socket, _stopped: threading.Event) -> None:
        request = read_request(connection)
        with socket.create_connection(("127.0.0.1", port)) as beyond:
            beyond.sendall(request)
            answer = b"".join(iter(lambda: beyond.recv(65_536), b""))
        if when(request):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        else:
            connection.sendall(answer)

    return behave


def resolver(*answers: Sequence[str]) -> Callable[[str, int], Sequence[str]]:
    """A resolver that gives each answer once, and the last one for ever. Its `asked` lists what it was asked."""
    left = list(answers)

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return left.pop(0) if len(left) > 1 else left[0]

    asked: list[tuple[str, int]] = []
    resolve.asked = asked  # type: ignore[attr-defined] # a list on a function is simpler than a class here
    return resolve


@contextmanager
def closed_port() -> Iterator[int]:
    """A loopback port that nobody listens on while it is used: it is bound and never opened."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


def certificate(folder: Path, *names: str) -> tuple[ssl.SSLContext, Path]:
    """TLS for a server under the given host names and addresses, and the file of the authority to trust for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Samklang test")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context, pem


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
