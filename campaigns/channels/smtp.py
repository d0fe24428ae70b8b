"""The mail server: where it is, connections opened ahead, and what became of one message.

SMTP has no way to drop a second copy. What matters is therefore the line between *not handed over* and *maybe handed
over*: everything before the message's last byte is the first, a lost connection after it the second.
"""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from campaigns.channels.errors import TransportError
from campaigns.channels.http import trusting, utc_now
from campaigns.domain.errors import N_, BadSetting
from campaigns.domain.release import Answer, Outcome

ADDRESS = re.compile(r"[^\s<>,;:\x00-\x1f\x7f]+@[^\s<>,;:@\x00-\x1f\x7f]+")
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}

NOT_SMTP = N_("it must begin with smtp://, smtps:// or smtp+starttls:// and name a host")
HALF_A_LOGIN = N_("it names a user or a password, and the other is missing")
LOGIN_IN_CLEAR = N_("a password would travel unprotected: use smtps:// or smtp+starttls://")


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """The setting SMTP_URL, taken apart."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.scheme}://{self.host}:{self.port})"  # logs never show the login


def mail_server(url: str, *, name: str = "SAMKLANG_SMTP_URL") -> MailServer:
    """Read `smtp://`, `smtps://` or `smtp+starttls://`, with user and password percent-encoded. Raises BadSetting.

    A login over plain smtp is accepted only to loopback.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSetting(name=name, reason=NOT_SMTP) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in {"", "/"} or parts.query or port == 0:
        raise BadSetting(name=name, reason=NOT_SMTP)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise BadSetting(name=name, reason=HALF_A_LOGIN)
    if user and parts.scheme == "smtp" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise BadSetting(name=name, reason=LOGIN_IN_CLEAR)
    return MailServer(
        scheme=parts.scheme, host=parts.hostname, port=port or PORTS[parts.scheme], user=user, password=password
    )


class Mailer:
    """Opens connections to one mail server. It is the operator's own setting, so it may be on a private network."""

    def __init__(
        self,
        server: MailServer,
        *,
        timeout_s: float = 10.0,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = utc_now,
        own_name: str | None = None,
    ) -> None:
        self.clock = clock
        self._server, self._timeout_s, self._own_name = server, timeout_s, own_name
        self._tls = tls or trusting()

    def open(self) -> "OpenMailer":
        """Connect, EHLO, STARTTLS, AUTH, NOOP. Raises TransportError with nothing sent; permanent for a wrong login."""
        try:
            return OpenMailer(self._connected(), clock=self.clock)
        except smtplib.SMTPAuthenticationError as error:
            permanent = error.smtp_code >= 500
            raise TransportError(
                reason=f"login refused, SMTP {error.smtp_code}", sent=False, permanent=permanent
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise TransportError(reason=N_("the server lacks STARTTLS or AUTH"), sent=False, permanent=True) from error
        except smtplib.SMTPResponseException as error:
            raise TransportError(reason=f"SMTP {error.smtp_code}", sent=False) from error
        except ssl.SSLCertVerificationError as error:
            raise TransportError(reason=N_("the mail server's certificate is not valid"), sent=False) from error
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise TransportError(reason=N_("no connection to the mail server"), sent=False) from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.scheme == "smtps":
            smtp = smtplib.SMTP_SSL(timeout=self._timeout_s, context=self._tls, local_hostname=self._own_name)
        else:
            smtp = smtplib.SMTP(timeout=self._timeout_s, local_hostname=self._own_name)
        try:
            smtp._host = server.host  # type: ignore[attr-defined] # noqa: SLF001 - connect() alone forgets it, and TLS needs the name
            self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        code, _ = smtp.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, b"")
        smtp.ehlo_or_helo_if_needed()
        if server.scheme == "smtp+starttls":
            smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
        if server.user:
            smtp.login(server.user, server.password)
        code, _ = smtp.noop()
        if code != 250:
            raise smtplib.SMTPResponseException(code, b"")


class OpenMailer:
    """A connection that is ready. Several messages may go over it, one after the other; it ends with `close`."""

    def __init__(self, smtp: smtplib.SMTP, *, clock: Callable[[], datetime]) -> None:
        self._smtp, self._clock = smtp, clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, if anybody still listens."""
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()

    def is_alive(self) -> bool:
        """Whether the server still answers."""
        try:
            return self._smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def send(self, sender: str, to: str, message: bytes) -> Outcome:
        """One message. Never raises for anything the server does."""
        if not all(ADDRESS.fullmatch(address) for address in (sender, to)):
            return self._outcome(Answer.REFUSED, None, "not a mail address")  # the library would quietly cut it short
        try:
            refused = self._envelope(sender, to)
        except (smtplib.SMTPNotSupportedError, ValueError):
            self._reset()
            return self._outcome(Answer.REFUSED, None, "the mail server cannot take this address")
        except (smtplib.SMTPException, OSError):
            self._smtp.close()
            return self._outcome(Answer.NOT_SENT, None, "the connection was lost before the message")
        if refused is not None:
            self._reset()
            return self._of_code(refused, None)
        return self._data(message)

    def _envelope(self, sender: str, to: str) -> int | None:
        """MAIL, RCPT and DATA up to the server's word to go on; the code of a refusal, or None."""
        wide = not (sender + to).isascii()
        code, _ = self._smtp.mail(sender, ["SMTPUTF8", "BODY=8BITMIME"] if wide else [])
        if code != 250:
            return code
        code, _ = self._smtp.rcpt(to)
        if code not in {250, 251}:
            return code
        code, _ = self._smtp.docmd("DATA")
        return None if code == 354 else code

    def _data(self, message: bytes) -> Outcome:
        sent_at = self._clock()
        lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        stuffed = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
        try:
            self._smtp.send(stuffed + (b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"))
            code, _ = self._smtp.getreply()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()
            return self._outcome(Answer.UNCLEAR, sent_at, "the connection was lost after the message")
        return self._of_code(code, sent_at)

    def _of_code(self, code: int, sent_at: datetime | None) -> Outcome:
        """What a reply means. One that is no reply leaves it open whether the message was taken, if it was sent."""
        if code == 250 and sent_at is not None:
            return self._outcome(Answer.ACCEPTED, sent_at, "")
        odd = Answer.TRY_AGAIN if sent_at is None else Answer.UNCLEAR
        answer = {4: Answer.TRY_AGAIN, 5: Answer.REFUSED}.get(code // 100, odd)
        return self._outcome(answer, sent_at, f"SMTP {code}")

    def _reset(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.rset()

    def _outcome(self, answer: Answer, sent_at: datetime | None, reason: str) -> Outcome:
        return Outcome(answer=answer, sent_at=sent_at, finished_at=self._clock(), reason=reason)
