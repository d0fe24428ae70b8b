"""E-mail: one message a delivery, with its text in plain and in HTML. Mail servers drop no second copy."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from urllib.parse import urlsplit

from campaigns.channels.base import Destination, DoesNotFit, Outgoing, Rendered
from campaigns.channels.errors import TransportError
from campaigns.channels.smtp import Mailer, OpenMailer
from campaigns.domain.errors import N_
from campaigns.domain.languages import Direction
from campaigns.domain.release import Answer, ChannelKind, Event, Outcome, Traits

MESSAGE = "message/rfc822"
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
    mail = EmailMessage(policy=SMTP)
    mail["From"] = letter.sender
    if letter.to:
        mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = message_id(letter.delivery_id, host=letter.host)
    if letter.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = message_id(letter.in_reply_to, host=letter.host)
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.plain, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = letter.language  # only now: setting content takes away all Content- headers
    mail.set_boundary(f"=_{letter.delivery_id}")
    return Rendered(content_type=MESSAGE, body=mail.as_bytes(), headers={})


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
