"""What the partners of the demonstration run: a webhook receiver and a mail server, both on this machine only.

The webhook receiver checks every signature with the independent package `standardwebhooks`, as a partner would.
"""

import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Received:
    """One thing that arrived. `id` is the webhook-id or the Message-ID; `genuine` whether its signature held."""

    at: datetime
    to: str
    id: str
    genuine: bool


class WebhookReceiver:
    """Answers 204 to what is signed right and 401 to what is not. `secrets` are by path."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.received: list[Received] = []
        self._server = _Server((LOOPBACK, 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, name="webhooks")

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def address(self, path: str) -> str:
        """Where events for a path are received."""
        return f"http://{LOOPBACK}:{self._server.server_port}/{path}"

    def judge(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Check the signature and remember what came. Returns the status to answer."""
        at = datetime.now(UTC)
        genuine = self._is_genuine(path, headers, body)
        if headers.get("webhook-id") and b'"channel.ping"' not in body:
            self.received.append(Received(at=at, to=path, id=headers["webhook-id"], genuine=genuine))
        return 204 if genuine else 401

    def _is_genuine(self, path: str, headers: dict[str, str], body: bytes) -> bool:
        try:
            Webhook(self.secrets[path]).verify(body, headers)
        except (KeyError, WebhookVerificationError):
            return False
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


def _handler(receiver: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.judge(self.path.strip("/"), headers, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gives it
            """Say nothing: the live view has the terminal."""

    return Handler


def _free_port() -> int:
    """A port that was free a moment ago: aiosmtpd cannot be asked for any free one."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


class MailServer:
    """A real SMTP server that keeps what it gets."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._controller = Controller(self, hostname=LOOPBACK, port=_free_port())

    def start(self) -> None:
        """Begin to listen."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()

    @property
    def url(self) -> str:
        """Its address as a setting."""
        return f"smtp://{LOOPBACK}:{self._controller.port}"

    async def handle_DATA(self, _server: smtp.SMTP, _session: smtp.Session, envelope: smtp.Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a message."""
        content = envelope.content
        if not content:  # the library hands over nothing at all when the connection is lost right after DATA
            return "451 Nothing came"
        message = message_from_bytes(content if isinstance(content, bytes) else content.encode(), policy=SMTP)
        at = datetime.now(UTC)
        for to in envelope.rcpt_tos:
            self.received.append(Received(at=at, to=to, id=str(message["Message-ID"]), genuine=True))
        return "250 OK"
