"""E-mail and by hand: the bytes, and what a mail server's behaviour means, tried against a real one on loopback."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st
from servers import Server, certificate, closed_port

from campaigns.channels.base import Destination, DoesNotFit, Outgoing, Rendered
from campaigns.channels.by_hand import ByHand
from campaigns.channels.email import Email, Letter, written
from campaigns.channels.http import trusting
from campaigns.channels.smtp import Mailer, MailServer, mail_server
from campaigns.domain.errors import BadSetting
from campaigns.domain.release import Answer, Event
from campaigns.domain.texts import TextContent

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
BASE = "https://samklang.example.se"
SENDER = "Samklang <samklang@example.se>"
READER = Destination(address="redaktion@example.org")


class Inbox:
    """A mail server that answers as scripted, keeps what it accepts, and may drop the line after the message."""

    def __init__(self, *, rcpt: str = "250 OK", data: str = "250 OK", drops: bool = False) -> None:
        self.messages: list[bytes] = []
        self._rcpt, self._data, self._drops = rcpt, data, drops

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self._rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self._rcpt

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        if self._drops:
            server.transport.abort()
        return self._data


@contextmanager
def running(inbox: Inbox, **options: Any) -> Iterator[int]:
    """The server on a free loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def email(port: int, *, scheme: str = "smtp", tls: ssl.SSLContext | None = None, login: str = "") -> Email:
    """The channel, to a server on loopback; a login is `user:password`."""
    user, _, password = login.partition(":")
    server = MailServer(scheme=scheme, host="127.0.0.1", port=port, user=user, password=password)
    return Email(Mailer(server, timeout_s=3.0, tls=tls, own_name="localhost"), sender=SENDER, base_url=BASE)


NOWHERE = email(9)
BY_HAND = ByHand(NOWHERE, _=str, language="sv", report_path=lambda delivery: f"/partner/leverans/{delivery}")


def outgoing(**changes: Any) -> Outgoing:
    """A partner's message in Arabic."""
    made = Outgoing(
        delivery_id="0123456789abcdef0123456789abcdef",
        event=Event.MESSAGE_PUBLISHED,
        campaign_id="c1",
        campaign_name="Gängsnacket",
        campaign_url=f"{BASE}/kampanj/gangsnacket",
        message_id="m1",
        organisation="Ungdomsgården (exempel)",
        language="ar",
        direction="rtl",
        content=TextContent(headline="عنوان <الخبر>", long="**نص**", short="قصير"),
        plain="نص\n.\n.نقطة",
        html="<p><strong>نص</strong></p>",
        url=f"{BASE}/kampanj/gangsnacket/ar",
        planned_at=T,
    )
    return replace(made, **changes)


def read(rendered: Rendered) -> EmailMessage:
    """The mail as a reader's program sees it."""
    mail = message_from_bytes(rendered.body, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def part(rendered: Rendered, subtype: str) -> str:
    """One of the two texts of a mail."""
    body = read(rendered).get_body((subtype,))
    assert body is not None
    return str(body.get_content())


def deliver(channel: Email | ByHand, message: Outgoing | None = None, to: Destination = READER) -> tuple[Answer, str]:
    """One attempt."""
    message = message or outgoing()
    outcome = channel.deliver(channel.render(message), to, delivery_id=message.delivery_id, now=T)
    return outcome.answer, outcome.reason


def test_a_mail_holds_both_texts_in_their_language_and_direction() -> None:
    """Headers say who, when, in which language, and that a machine sent it."""
    rendered = NOWHERE.render(outgoing(in_reply_to="f" * 32))
    mail = read(rendered)
    assert mail["Subject"] == "عنوان <الخبر>"
    assert mail["From"] == SENDER
    assert mail["Message-ID"] == "<0123456789abcdef0123456789abcdef@samklang.example.se>"
    assert mail["In-Reply-To"] == mail["References"] == f"<{'f' * 32}@samklang.example.se>"
    assert mail["Date"].datetime == T
    assert mail["Content-Language"] == "ar"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    assert "نص" in part(rendered, "plain")
    html = part(rendered, "html")
    assert '<html lang="ar" dir="rtl">' in html
    assert "<h1>عنوان &lt;الخبر&gt;</h1>" in html
    assert f'href="{BASE}/kampanj/gangsnacket/ar"' in html


def test_the_same_message_gives_the_same_mail() -> None:
    """Boundary, date and id come from the delivery, not from the moment."""
    assert NOWHERE.render(outgoing()).body == NOWHERE.render(outgoing()).body
    assert NOWHERE.render(outgoing()).body.isascii()
    assert max(map(len, NOWHERE.render(outgoing(plain="å" * 5_000)).body.split(b"\r\n"))) <= 998


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_is_written_is_read_as_it_was(plain: str, html: str) -> None:
    """Dots, equals signs and trailing spaces included; only line breaks become one kind."""
    letter = Letter(
        delivery_id="0" * 31 + "1",
        sender="a@example.org",
        subject="x",
        plain=plain,
        html=html,
        language="sv",
        direction="ltr",
        at=T,
        host="example.org",
    )
    parts = [part for part in read(written(letter)).iter_parts() if isinstance(part, EmailMessage)]
    said = [part.get_payload(decode=True) for part in parts]
    assert said == [re.sub("\r\n?|\n", "\r\n", text).encode() for text in (plain, html)]


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\0", "\u2028", "\x85", "\v"])
def test_a_headline_cannot_add_a_header(sign: str) -> None:
    """Found when the release is frozen."""
    for channel in (NOWHERE, BY_HAND):
        with pytest.raises(DoesNotFit):
            channel.render(outgoing(content=TextContent(headline=f"A{sign}Bcc: b@example.org", long="b")))


def test_a_message_without_a_text_does_not_fit() -> None:
    """And the sentence says whose, in which language, for which channel."""
    with pytest.raises(DoesNotFit, match=r"Ungdomsgården .* ar .* email"):
        NOWHERE.render(outgoing(plain="", content=TextContent(headline="a")))
    with pytest.raises(DoesNotFit):
        NOWHERE.render(outgoing(campaign_name="", content=TextContent(long="a")))


def test_a_delivery_is_accepted_as_it_was_rendered() -> None:
    """Lines that begin with a dot survive; To is added when it leaves, and nothing else."""
    inbox = Inbox()
    with running(inbox) as port:
        assert deliver(email(port)) == (Answer.ACCEPTED, "")
        assert email(port).check(READER, now=T) is None
    (message,) = inbox.messages
    assert message == b"To: redaktion@example.org\r\n" + NOWHERE.render(outgoing()).body


def test_many_messages_leave_over_one_connection_that_was_opened_ahead() -> None:
    """At T nobody waits for a handshake."""
    inbox = Inbox()
    with running(inbox) as port, email(port).mailer.open() as opened:
        assert opened.is_alive()
        answers = [opened.send("a@example.se", "b@example.org", b"Subject: %d\n\n.\nhej" % n).answer for n in range(20)]
    assert answers == [Answer.ACCEPTED] * 20
    assert inbox.messages[7] == b"Subject: 7\r\n\r\n.\r\nhej\r\n"


@pytest.mark.parametrize(
    ("inbox", "answer"),
    [
        (Inbox(rcpt="550 No such user"), (Answer.REFUSED, "SMTP 550")),
        (Inbox(rcpt="450 Greylisted"), (Answer.TRY_AGAIN, "SMTP 450")),
        (Inbox(data="554 Spam"), (Answer.REFUSED, "SMTP 554")),
        (Inbox(data="451 Disk"), (Answer.TRY_AGAIN, "SMTP 451")),
        (Inbox(drops=True), (Answer.UNCLEAR, "the connection was lost after the message")),
        (Inbox(data="200 Hm\r\nodd"), (Answer.UNCLEAR, "SMTP 200")),
    ],
    ids=["rcpt 5xx", "rcpt 4xx", "data 5xx", "data 4xx", "drops", "odd"],
)
def test_what_a_mail_server_says_means_one_thing(inbox: Inbox, answer: tuple[Answer, str]) -> None:
    """A line that is lost after the message leaves it unclear, and nobody sends it again blindly."""
    with running(inbox) as port:
        assert deliver(email(port)) == answer


def test_a_refused_reader_does_not_spoil_the_connection_for_the_next() -> None:
    """The conversation is reset."""
    inbox = Inbox()
    with running(inbox) as port, email(port).mailer.open() as opened:
        assert opened.send("a@example.se", "b@example.org\r\nDATA", b"x").answer is Answer.REFUSED
        assert opened.send("a@example.se", "b@example.org", b"x").answer is Answer.ACCEPTED
    assert len(inbox.messages) == 1


def test_an_address_cannot_add_a_header_or_a_command() -> None:
    """Refused with nothing sent."""
    inbox = Inbox()
    with running(inbox) as port:
        to = Destination(address="b@example.org\r\nBcc: c@example.org")
        assert deliver(email(port), to=to)[0] is Answer.REFUSED
    assert not inbox.messages


def test_no_mail_server_means_that_nothing_was_sent() -> None:
    """Also one that hangs up at once, or greets with a refusal."""

    def rude(connection: socket.socket, _stopped: object) -> None:
        connection.sendall(b"554 Go away\r\n")

    with closed_port() as port, Server(rude) as server:
        assert deliver(email(port)) == (Answer.NOT_SENT, "no connection to the mail server")
        assert email(port).check(READER, now=T) == "no connection to the mail server"
        assert deliver(email(server.port))[0] is Answer.NOT_SENT


def test_starttls_and_login_are_made_before_anything_is_said(tmp_path: Path) -> None:
    """A wrong certificate or a wrong password ends the attempt, and a missing STARTTLS is never skipped."""
    context, authority = certificate(tmp_path, "127.0.0.1")
    _, stranger = certificate(_folder_in(tmp_path), "127.0.0.1")

    def judge(_s: object, _e: object, _c: object, _m: object, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    inbox = Inbox()
    with running(inbox, tls_context=context, require_starttls=True, authenticator=judge, auth_required=True) as port:
        trusted = trusting(str(authority))
        good = email(port, scheme="smtp+starttls", tls=trusted, login="a:right")
        assert deliver(good) == (Answer.ACCEPTED, "")
        assert good.check(READER, now=T) is None
        wrong = email(port, scheme="smtp+starttls", tls=trusted, login="a:wrong")
        assert deliver(wrong) == (Answer.REFUSED, "login refused, SMTP 535")
        untrusted = email(port, scheme="smtp+starttls", tls=trusting(str(stranger)))
        assert deliver(untrusted) == (Answer.NOT_SENT, "the mail server's certificate is not valid")
    with running(Inbox()) as port:
        assert deliver(email(port, scheme="smtp+starttls", tls=trusted))[0] is Answer.REFUSED
    assert len(inbox.messages) == 1


def _folder_in(folder: Path) -> Path:
    """Another folder, for another authority."""
    other = folder / "other"
    other.mkdir()
    return other


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", MailServer(scheme="smtp", host="localhost", port=25)),
        ("smtp://127.0.0.1:8025/", MailServer(scheme="smtp", host="127.0.0.1", port=8025)),
        (
            "smtps://a%40b:c%2Fd@mail.example.se",
            MailServer(scheme="smtps", host="mail.example.se", port=465, user="a@b", password="c/d"),
        ),
        ("smtp+starttls://mail.example.se", MailServer(scheme="smtp+starttls", host="mail.example.se", port=587)),
    ],
)
def test_the_setting_for_mail_is_read(url: str, server: MailServer) -> None:
    """Three schemes with their usual ports."""
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "http://a",
        "smtp://",
        "smtp://a:b",
        "smtp://a/x",
        "smtps://a@b",
        "smtp://u:p@mail.example.se",
        "smtp://a:0",
    ],
)
def test_a_wrong_setting_for_mail_stops_the_start_without_showing_it(url: str) -> None:
    """The sentence names the setting and never the password."""
    with pytest.raises(BadSetting, match="SMTP_URL") as error:
        mail_server(url)
    assert "u:p" not in str(error.value)
    assert "p" not in repr(MailServer(scheme="x", host="a", port=1, user="u", password="p")).removeprefix("MailServer")


def test_a_person_gets_the_ready_text_and_where_to_report() -> None:
    """The instructions are in the person's language, the text keeps its own."""
    rendered = BY_HAND.render(outgoing())
    mail = read(rendered)
    assert mail["Subject"] == "Publish now: عنوان <الخبر>"
    assert mail["Content-Language"] == "sv"
    plain, html = part(rendered, "plain"), part(rendered, "html")
    for piece in ("نص", "قصير", f"{BASE}/kampanj/gangsnacket/ar", f"{BASE}/partner/leverans/0123456789abcdef"):
        assert piece in plain
        assert piece in html
    assert '<div lang="ar" dir="rtl">' in html


def test_by_hand_is_handed_over_and_not_yet_out() -> None:
    """Only the person can say that it is published."""
    inbox = Inbox()
    with running(inbox) as port:
        channel = ByHand(email(port), _=str, language="sv", report_path=lambda delivery: f"/d/{delivery}")
        assert deliver(channel) == (Answer.HANDED_OVER, "")
        assert channel.check(READER, now=T) is None
    with running(Inbox(rcpt="550 No")) as port:
        channel = ByHand(email(port), _=str, language="sv", report_path=lambda delivery: f"/d/{delivery}")
        assert deliver(channel)[0] is Answer.REFUSED


def test_a_withdrawn_text_is_not_sent_to_the_person_again() -> None:
    """And a lifted campaign is nothing to publish by hand."""
    rendered = BY_HAND.render(outgoing(event=Event.MESSAGE_WITHDRAWN, content=TextContent(), plain="", html=""))
    assert "withdrawn" in part(rendered, "plain")
    with pytest.raises(DoesNotFit):
        BY_HAND.render(outgoing(event=Event.CAMPAIGN_LIFTED))
