"""E-mail: one message a delivery, with its text in plain and in HTML. Mail servers drop no second copy."""

import re
from binascii import b2a_qp
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from campaigns.channels.base import Destination, DoesNotFit, Outgoing, Rendered
from campaigns.channels.errors import TransportError
from campaigns.channels.smtp import Mailer, OpenMailer
from campaigns.domain.errors import N_
from campaigns.domain.languages import Direction
from campaigns.domain.release import Answer, ChannelKind, Event, Outcome, Traits

MESSAGE = "message/rfc822"
BOUNDARY = "=_" + "0" * 32
"""It cannot stand in what is quoted: there an equals sign is followed by two hexadecimal digits or a line's end."""
PLAIN = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")
DATE = re.compile(rb"^Date: [^\r\n]+", re.MULTILINE)
SHORT = 76
NO_HEADLINE = N_("it has no headline")
LINE_BREAK = N_("its headline has a line break")
NO_TEXT = N_("it has no text")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One e-mail before it becomes bytes. `to` is empty where the address is only known when it leaves."""

    delivery_id: str
    sender: str
    to: str = ""
    subject: str
    plain: str
    html: str
    language: str
    direction: Direction
    at: datetime
    host: str
    in_reply_to: str | None = None


def message_id(delivery_id: str, *, host: str) -> str:
    """The Message-ID of a delivery, the same on every try."""
    return f"<{delivery_id}@{host}>"


def host_of(base_url: str) -> str:
    """The host in Message-IDs."""
    return urlsplit(base_url).hostname or "localhost"


def written(letter: Letter) -> Rendered:
    """The bytes of a letter, the same every time: the boundary comes from the delivery, the date from the plan.

    A line break in an address or subject raises ValueError; nothing a partner wrote can add a header.
    """
    boundary = f"=_{letter.delivery_id}"
    head = b"".join(_line(name, value) for name, value in _headers(letter) if value)
    head += f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode("ascii")
    head += _line("Content-Language", letter.language)
    parts = _parts(letter.plain, letter.html).replace(BOUNDARY.encode(), boundary.encode())
    return Rendered(content_type=MESSAGE, body=head + b"\r\n" + parts, headers={})


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    earlier = message_id(letter.in_reply_to, host=letter.host) if letter.in_reply_to else ""
    yield "From", letter.sender
    yield "To", letter.to
    yield "Subject", letter.subject
    yield "Date", format_datetime(letter.at)
    yield "Message-ID", message_id(letter.delivery_id, host=letter.host)
    yield "In-Reply-To", earlier
    yield "References", earlier
    yield "Auto-Submitted", "auto-generated"
    yield "MIME-Version", "1.0"


@lru_cache(maxsize=64)
def _line(name: str, value: str) -> bytes:
    """One header. Only what may need folding or encoding goes through the library, which takes its time."""
    if name != "Subject" and len(name) + len(value) < SHORT and PLAIN.fullmatch(value):
        return f"{name}: {value}\r\n".encode("ascii")
    return SMTP.fold_binary(*SMTP.header_store_parse(name, value))


@lru_cache(maxsize=64)
def _parts(plain: str, html: str) -> bytes:
    """Both texts with a boundary to be replaced. A notice to thousands is encoded once."""
    return b"".join(
        f'--{BOUNDARY}\r\nContent-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode("ascii")
        + _quoted(text)
        + b"\r\n"
        for kind, text in (("plain", plain), ("html", html))
    ) + f"--{BOUNDARY}--\r\n".encode("ascii")


def _quoted(text: str) -> bytes:
    """Quoted-printable, with every kind of line break as CRLF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    return b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def redated(body: bytes, at: datetime) -> bytes:
    """A letter with another date. Raises ValueError for bytes that are no letter."""
    head, end, parts = body.partition(b"\r\n\r\n")
    head, dates = DATE.subn(_line("Date", format_datetime(at)).rstrip(), head)
    if dates != 1:
        raise ValueError("a letter has exactly one date")
    return head + end + parts


def page(*, heading: str, body: str, link: str, language: str, direction: Direction) -> str:
    """A small page: heading, text, link. `body` is HTML that is clean already."""
    title, address = escape(heading), escape(link)
    end = f'<p dir="ltr"><a href="{address}">{address}</a></p>' if link else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{direction}">\n'
        f'<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title></head>\n"
        f"<body><main>\n<h1>{title}</h1>\n{body}\n{end}\n</main></body>\n</html>\n"
    )


def addressed(rendered: Rendered, to: str) -> bytes:
    """The frozen bytes, with a To header before them where the address is known only when the message leaves.

    Raises ValueError for a line break in the address.
    """
    if b"\r\nTo: " in rendered.body.partition(b"\r\n\r\n")[0]:
        return rendered.body
    head = EmailMessage(policy=SMTP)
    head["To"] = to
    return head.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n" + rendered.body


def send(mailer: Mailer, use: Callable[[OpenMailer], Outcome]) -> Outcome:
    """Open, use, close; what stands in the way becomes an outcome."""
    try:
        opened = mailer.open()
    except TransportError as error:
        answer = Answer.REFUSED if error.permanent else Answer.NOT_SENT
        return Outcome(answer=answer, finished_at=mailer.clock(), reason=error.reason)
    with opened:
        return use(opened)


class Email:
    """E-mail from one sender address."""

    kind = ChannelKind.EMAIL
    traits = Traits(repeatable=False, greatest_lateness=timedelta(hours=6))

    def __init__(self, mailer: Mailer, *, sender: str, base_url: str) -> None:
        self.sender, self.base_url, self.mailer = sender, base_url, mailer
        self._envelope_sender = parseaddr(sender)[1]

    def render(self, outgoing: Outgoing) -> Rendered:
        return written(self._letter(outgoing))

    def moved(self, body: bytes, *, to: datetime) -> bytes:
        return redated(body, to)

    def check(self, destination: Destination, *, now: datetime) -> str | None:  # noqa: ARG002 - the same for everyone
        """Connect, EHLO, STARTTLS, AUTH, NOOP. Nobody gets a message."""
        try:
            self.mailer.open().close()
        except TransportError as error:
            return error.reason
        return None

    def deliver(
        self,
        rendered: Rendered,
        destination: Destination,
        *,
        delivery_id: str,  # noqa: ARG002 - it is in the Message-ID already
        now: datetime,  # noqa: ARG002 - instants are read at the server's answers
    ) -> Outcome:
        return send(self.mailer, lambda opened: self.hand_over(opened, rendered, destination))

    def hand_over(self, opened: OpenMailer, rendered: Rendered, destination: Destination) -> Outcome:
        """One message over a connection that was opened ahead."""
        try:
            message = addressed(rendered, destination.address)
        except ValueError:
            return Outcome(answer=Answer.REFUSED, finished_at=self.mailer.clock(), reason=N_("not a mail address"))
        return opened.send(self._envelope_sender, parseaddr(destination.address)[1], message)

    def _letter(self, outgoing: Outgoing) -> Letter:
        subject = self._subject(outgoing)
        body, plain = outgoing.html, outgoing.plain or outgoing.content.short
        if not plain and outgoing.event in {Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED}:
            raise self._unfit(outgoing, NO_TEXT)
        link = outgoing.url or outgoing.campaign_url
        return Letter(
            delivery_id=outgoing.delivery_id,
            sender=self.sender,
            subject=subject,
            plain="\n\n".join(part for part in (subject, plain, link) if part) + "\n",
            html=page(
                heading=subject,
                body=body or f"<p>{escape(plain)}</p>" * bool(plain),
                link=link,
                language=outgoing.language or "sv",
                direction=outgoing.direction,
            ),
            language=outgoing.language or "sv",
            direction=outgoing.direction,
            at=outgoing.planned_at,
            host=host_of(self.base_url),
            in_reply_to=outgoing.in_reply_to,
        )

    def _subject(self, outgoing: Outgoing) -> str:
        subject = (outgoing.content.headline or outgoing.campaign_name).strip()
        if not subject:
            raise self._unfit(outgoing, NO_HEADLINE)
        if any(sign in subject for sign in "\r\n\0\v\f\x85\u2028\u2029"):
            raise self._unfit(outgoing, LINE_BREAK)
        return subject

    def _unfit(self, outgoing: Outgoing, reason: str) -> DoesNotFit:
        return DoesNotFit(
            organisation=outgoing.organisation, language=outgoing.language, channel=self.kind.value, reason=reason
        )
