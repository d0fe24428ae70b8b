"""Notices to members: neutral e-mails that say what happened and when, and lead to a login.

A mailbox is no place for embargoed content, so no notice ever names a campaign, a message or an organisation. There is
no parameter for a name: of the facts only known times are used, and a link may hold nothing but short words and ids.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import escape

from campaigns.channels.base import Rendered
from campaigns.channels.email import Letter, host_of, page, written
from campaigns.domain.errors import N_


class NoticeKind(StrEnum):
    """What a member is told."""

    MEMBER_INVITED = "member_invited"
    PASSWORD_ASKED = "password_asked"  # noqa: S105 - the name of a notice
    ACCOUNT_CHANGED = "account_changed"
    CAMPAIGN_INVITED = "campaign_invited"
    BRIEFING_OPENED = "briefing_opened"
    PARTNER_UNVERIFIED = "partner_unverified"
    QUESTION_ASKED = "question_asked"
    QUESTION_ANSWERED = "question_answered"
    TEXT_CHANGED = "text_changed"
    CONSENT_NEEDED = "consent_needed"
    MESSAGE_LEFT = "message_left"
    TEXT_ASKED = "text_asked"
    REVIEW_WAITS = "review_waits"
    CHANGES_ASKED = "changes_asked"
    SOURCE_CHANGED = "source_changed"
    APPROVED = "approved"
    POSTPONED = "postponed"
    LIFTED_EARLY = "lifted_early"
    LIFTED = "lifted"
    HELD = "held"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    LANGUAGE_ADDED = "language_added"
    LANGUAGE_HELD = "language_held"
    LANGUAGE_RESUMED = "language_resumed"
    LANGUAGE_CALLED_OFF = "language_called_off"
    MATERIAL_CHANGED = "material_changed"
    DELIVERY_NEEDS_PERSON = "delivery_needs_person"
    CHANNEL_SILENT = "channel_silent"
    CHANNEL_PAUSED = "channel_paused"
    REHEARSAL_FAILED = "rehearsal_failed"
    BY_HAND_REMINDER = "by_hand_reminder"
    REMINDER = "reminder"
    DISARMED = "disarmed"
    REARMING_ASKED = "rearming_asked"
    REARMED = "rearmed"


SENTENCES: Mapping[NoticeKind, tuple[str, str]] = {
    NoticeKind.MEMBER_INVITED: (
        N_("An invitation to Samklang"),
        N_("Your organisation has invited you to Samklang. Follow the link and choose how you want to log in."),
    ),
    NoticeKind.PASSWORD_ASKED: (
        N_("A new password for Samklang"),
        N_("Somebody asked for a new password for your account. If it was not you, you need not do anything."),
    ),
    NoticeKind.ACCOUNT_CHANGED: (
        N_("Your account in Samklang was changed"),
        N_("Your password or your way to log in was changed. If it was not you, tell your administrator at once."),
    ),
    NoticeKind.CAMPAIGN_INVITED: (
        N_("Your organisation is invited to a campaign"),
        N_("Your organisation is invited to take part in a coming campaign."),
    ),
    NoticeKind.BRIEFING_OPENED: (
        N_("A briefing is open"),
        N_("A briefing for your organisation is open. You can read it when you have accepted the embargo terms."),
    ),
    NoticeKind.PARTNER_UNVERIFIED: (
        N_("A partner is no longer verified"),
        N_(
            "A steward has withdrawn the verification of an organisation that is invited to a campaign of yours. Its "
            "invitation stands until you take it back, and what it has agreed to leaves as planned."
        ),
    ),
    NoticeKind.QUESTION_ASKED: (
        N_("A partner asks a question"),
        N_("There is a question about a briefing. Please answer it; everyone who is briefed reads the answer."),
    ),
    NoticeKind.QUESTION_ANSWERED: (
        N_("A question is answered"),
        N_("There is an answer to a question about a briefing."),
    ),
    NoticeKind.TEXT_CHANGED: (
        N_("A text has changed"),
        N_("A text that your organisation works from has changed. Please look at what is different."),
    ),
    NoticeKind.CONSENT_NEEDED: (
        N_("Your organisation's consent is needed"),
        N_("A message is waiting for your organisation's consent. Without it the message does not leave."),
    ),
    NoticeKind.MESSAGE_LEFT: (
        N_("A message has left a release"),
        N_("A partner's message is no longer part of a coming release. Everything else goes on as planned."),
    ),
    NoticeKind.TEXT_ASKED: (
        N_("You are asked to help with a text"),
        N_("Somebody asks you to translate or to read a text. You see which one when you have accepted the terms."),
    ),
    NoticeKind.REVIEW_WAITS: (
        N_("A translation waits for you"),
        N_("A translation is ready for another pair of eyes. Please read it and say whether it is right."),
    ),
    NoticeKind.CHANGES_ASKED: (
        N_("A translation needs changes"),
        N_("Somebody has read a text that you have worked on, and asks for changes."),
    ),
    NoticeKind.SOURCE_CHANGED: (
        N_("A Swedish text has changed"),
        N_("A Swedish text that you have translated says something else now. Please look at what is new."),
    ),
    NoticeKind.APPROVED: (
        N_("A release is approved"),
        N_("A release that your organisation takes part in is approved. You need not do anything more."),
    ),
    NoticeKind.POSTPONED: (
        N_("A lift is postponed"),
        N_("The lift of an embargo is postponed. Everything you have prepared is kept, and the embargo goes on."),
    ),
    NoticeKind.LIFTED_EARLY: (
        N_("An embargo will be lifted early"),
        N_("An embargo will be lifted earlier than planned. It holds until then: please look at the new time."),
    ),
    NoticeKind.LIFTED: (
        N_("An embargo is lifted"),
        N_("A campaign that your organisation takes part in is public. You may speak of it freely now."),
    ),
    NoticeKind.HELD: (
        N_("A release is held"),
        N_("A release that your organisation takes part in is held. Nothing leaves until it is resumed."),
    ),
    NoticeKind.RESUMED: (N_("A release is resumed"), N_("A release that was held goes on.")),
    NoticeKind.CANCELLED: (
        N_("A campaign is cancelled"),
        N_("A campaign that your organisation takes part in is cancelled. Nothing leaves, and the embargo goes on."),
    ),
    NoticeKind.CORRECTED: (
        N_("A published text is corrected"),
        N_("A text in a campaign that your organisation takes part in has been corrected."),
    ),
    NoticeKind.WITHDRAWN: (
        N_("A published text is withdrawn"),
        N_("A text in a campaign that your organisation takes part in has been withdrawn."),
    ),
    NoticeKind.LANGUAGE_ADDED: (
        N_("A campaign is there in one more language"),
        N_("A campaign that your organisation takes part in is public in one more language."),
    ),
    NoticeKind.LANGUAGE_HELD: (
        N_("A language is held"),
        N_("The publication of a language is held. Nothing of it opens or leaves until a colleague resumes it."),
    ),
    NoticeKind.LANGUAGE_RESUMED: (
        N_("A language is resumed"),
        N_("The publication of a language that was held goes on."),
    ),
    NoticeKind.LANGUAGE_CALLED_OFF: (
        N_("A language is not published as planned"),
        N_("The publication of a language was called off. Nothing of it has left. Please look at why."),
    ),
    NoticeKind.MATERIAL_CHANGED: (
        N_("Material you have downloaded has changed"),
        N_(
            "Material that your organisation has downloaded was replaced or taken out. Do not print or share the copy "
            "you have: look at what is different first."
        ),
    ),
    NoticeKind.DELIVERY_NEEDS_PERSON: (
        N_("A delivery needs you"),
        N_("A message did not get through by itself, or nobody knows whether it did. Please look, and decide."),
    ),
    NoticeKind.CHANNEL_SILENT: (
        N_("One of your channels does not answer"),
        N_(
            "One of your organisation's channels did not answer when it was tested. Please look at it soon: a release "
            "is coming, and what cannot leave by itself waits for you."
        ),
    ),
    NoticeKind.REHEARSAL_FAILED: (
        N_("A rehearsal found channels that do not answer"),
        N_("A coming release was rehearsed, and not every channel answered. Their organisations have been told."),
    ),
    NoticeKind.CHANNEL_PAUSED: (
        N_("One of your channels is paused"),
        N_(
            "Messages through one of your organisation's channels failed again and again, so it is paused. Please test "
            "it, and use it again when it works. Until then no new release goes through it."
        ),
    ),
    NoticeKind.BY_HAND_REMINDER: (
        N_("Soon it is time to publish by hand"),
        N_("Your organisation publishes a text by hand. You get it ready to use by e-mail at the lift, not before."),
    ),
    NoticeKind.REMINDER: (
        N_("A reminder: something still waits for you"),
        N_("Something in a campaign that your organisation takes part in still waits for you. Please look at it soon."),
    ),
    NoticeKind.DISARMED: (
        N_("Publishing is disarmed"),
        N_(
            "Samklang was restored from a backup, copied or moved. Nothing is published until two people have armed it."
        ),
    ),
    NoticeKind.REARMING_ASKED: (
        N_("A colleague asks you to arm publishing again"),
        N_("Publishing is disarmed, and a colleague wants to arm it again. It takes a second person. Please look."),
    ),
    NoticeKind.REARMED: (
        N_("Publishing is armed again"),
        N_("Two people have armed publishing again. Campaigns that are held stay held until somebody resumes them."),
    ),
}

TIMES: Mapping[str, str] = {
    "briefing_opens_at": N_("The briefing opens {time}."),
    "was_lift_at": N_("Before, the lift was planned for {time}."),
    "lift_at": N_("The embargo is lifted {time}."),
    "lifted_at": N_("The embargo was lifted {time}."),
    "answer_by": N_("Please answer no later than {time}."),
    "link_works_until": N_("The link works until {time}."),
}
"""The facts a notice may tell, in this order. Anything else in the facts is left out."""

AFTER_LOGIN = N_("You can read what it is about when you have logged in.")
WHY: Mapping[NoticeKind, str] = {
    NoticeKind.PASSWORD_ASKED: N_("Follow the link to choose a new password."),
    NoticeKind.ACCOUNT_CHANGED: N_("Your account shows where you are logged in and how."),
}
"""What the link is for, where it does not lead to news."""
_NEUTRAL_PATH = re.compile(r"(/[a-z-]{1,24}|/[A-Za-z0-9_-]{32,128})+")


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a notice says to everyone who reads the same language."""

    subject: str
    plain: str
    html: str
    language: str
    host: str


def worded(
    kind: NoticeKind,
    *,
    base_url: str,
    path: str,
    facts: Mapping[str, object],
    _: Callable[[str], str],
    when: Callable[[datetime], str],
    language: str,
) -> Wording:
    """A notice's words in a language. `_` translates, `when` writes a time.

    Raises ValueError for a path that is not of short words and random ids.
    """
    if not _NEUTRAL_PATH.fullmatch(path):
        raise ValueError("a notice leads to short words and random ids only")
    subject, told = (_(sentence) for sentence in SENTENCES[kind])
    told = " ".join([told, *_times(facts, _, when)])
    link, login = base_url.rstrip("/") + path, _(WHY.get(kind, AFTER_LOGIN))
    body = f"<p>{escape(told)}</p>\n<p>{escape(login)}</p>"
    return Wording(
        subject=subject,
        plain=f"{told}\n\n{login}\n{link}\n",
        html=page(heading=subject, body=body, link=link, language=language, direction="ltr"),
        language=language,
        host=host_of(base_url),
    )


def render_notice(wording: Wording, *, delivery_id: str, to: str, sender: str, at: datetime) -> Rendered:
    """The bytes of a notice to one reader; `at` is the mail's date. Raises ValueError for line breaks in addresses."""
    letter = Letter(
        delivery_id=delivery_id,
        sender=sender,
        to=to,
        subject=wording.subject,
        plain=wording.plain,
        html=wording.html,
        language=wording.language,
        direction="ltr",
        at=at,
        host=wording.host,
    )
    return written(letter)


def _times(facts: Mapping[str, object], _: Callable[[str], str], when: Callable[[datetime], str]) -> Iterator[str]:
    for name, sentence in TIMES.items():
        time = facts.get(name)
        if isinstance(time, datetime):
            yield _(sentence).format(time=when(time))
