"""By hand: a person gets the ready text at T and publishes it where no machine may: a Facebook page, a notice board."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape

from campaigns.channels.base import Destination, DoesNotFit, Outgoing, Rendered
from campaigns.channels.email import LINE_BREAK, NO_TEXT, Email, Letter, host_of, page, written
from campaigns.channels.smtp import OpenMailer
from campaigns.domain.errors import N_
from campaigns.domain.release import Answer, ChannelKind, Event, Outcome, Traits

PUBLISH = N_("Publish now: {headline}")
CORRECT = N_("Correct now: {headline}")
WITHDRAW = N_("Take this text down now")
ASKED = {
    Event.MESSAGE_PUBLISHED: N_("The embargo is lifted. Here is your organisation's text, ready to publish."),
    Event.MESSAGE_CORRECTED: N_("Your organisation's text has been corrected. Please replace the one you published."),
    Event.MESSAGE_WITHDRAWN: N_("Your organisation's text has been withdrawn. Please take down what you published."),
}
SHORT = N_("Short version")
REPORT = N_("When you have done so, say so here, so that the receipt is complete:")


class ByHand:
    """A mail with the text to a person; only that person can say that it is out.

    `_` puts sentences into the language of the people who publish; `report_path` leads to where they report.
    """

    kind = ChannelKind.BY_HAND
    traits = Traits(repeatable=False, greatest_lateness=timedelta(hours=24))

    def __init__(
        self, email: Email, *, _: Callable[[str], str], language: str, report_path: Callable[[str], str]
    ) -> None:
        self._email, self._say, self._language, self._report_path = email, _, language, report_path

    def render(self, outgoing: Outgoing) -> Rendered:
        content = outgoing.content
        if outgoing.event not in ASKED or (outgoing.event is not Event.MESSAGE_WITHDRAWN and not _says(outgoing)):
            raise self._unfit(outgoing, NO_TEXT)
        if any(sign in content.headline for sign in "\r\n\0\v\f\x85\u2028\u2029"):
            raise self._unfit(outgoing, LINE_BREAK)
        return written(self._letter(outgoing))

    def moved(self, body: bytes, *, to: datetime) -> bytes:
        return self._email.moved(body, to=to)

    def check(self, destination: Destination, *, now: datetime) -> str | None:
        return self._email.check(destination, now=now)

    def deliver(self, rendered: Rendered, destination: Destination, *, delivery_id: str, now: datetime) -> Outcome:
        return _handed_over(self._email.deliver(rendered, destination, delivery_id=delivery_id, now=now))

    def hand_over(self, opened: OpenMailer, rendered: Rendered, destination: Destination) -> Outcome:
        """One mail over a connection that was opened ahead."""
        return _handed_over(self._email.hand_over(opened, rendered, destination))

    def _letter(self, outgoing: Outgoing) -> Letter:
        subject, report = (
            self._subject(outgoing),
            self._email.base_url.rstrip("/") + self._report_path(outgoing.delivery_id),
        )
        asked, then = self._say(ASKED[outgoing.event]), self._say(REPORT)
        parts = [asked, *self._text(outgoing), outgoing.url, f"{then}\n{report}"]
        return Letter(
            delivery_id=outgoing.delivery_id,
            sender=self._email.sender,
            subject=subject,
            plain="\n\n".join(part for part in parts if part) + "\n",
            html=page(
                heading=subject,
                body=f"<p>{escape(asked)}</p>\n{self._html(outgoing)}\n<p>{escape(then)}</p>",
                link=report,
                language=self._language,
                direction="ltr",
            ),
            language=self._language,
            direction="ltr",
            at=outgoing.planned_at,
            host=host_of(self._email.base_url),
            in_reply_to=outgoing.in_reply_to,
        )

    def _subject(self, outgoing: Outgoing) -> str:
        if outgoing.event is Event.MESSAGE_WITHDRAWN:
            return self._say(WITHDRAW)
        template = CORRECT if outgoing.event is Event.MESSAGE_CORRECTED else PUBLISH
        return self._say(template).format(headline=outgoing.content.headline)

    def _text(self, outgoing: Outgoing) -> list[str]:
        content = outgoing.content
        short = f"{self._say(SHORT)}:\n{content.short}" if content.short else ""
        return [content.headline, outgoing.plain, short]

    def _html(self, outgoing: Outgoing) -> str:
        """The text in its own language and direction, so that it can be marked and copied as one piece."""
        content = outgoing.content
        parts = [
            f"<h2>{escape(content.headline)}</h2>" if content.headline else "",
            outgoing.html or (f"<p>{escape(outgoing.plain)}</p>" if outgoing.plain else ""),
        ]
        text = _piece("".join(parts), outgoing)
        short = _piece(f"<p>{escape(content.short)}</p>", outgoing) if content.short else ""
        link = f'<p dir="ltr">{escape(outgoing.url)}</p>' if outgoing.url else ""
        return text + (f"\n<h2>{escape(self._say(SHORT))}</h2>\n{short}" if short else "") + link

    def _unfit(self, outgoing: Outgoing, reason: str) -> DoesNotFit:
        return DoesNotFit(
            organisation=outgoing.organisation, language=outgoing.language, channel=self.kind.value, reason=reason
        )


def _handed_over(outcome: Outcome) -> Outcome:
    return replace(outcome, answer=Answer.HANDED_OVER) if outcome.answer is Answer.ACCEPTED else outcome


def _says(outgoing: Outgoing) -> bool:
    return bool(outgoing.content.headline and (outgoing.plain or outgoing.content.short))


def _piece(html: str, outgoing: Outgoing) -> str:
    return f'<div lang="{escape(outgoing.language)}" dir="{outgoing.direction}">{html}</div>' if html else ""
