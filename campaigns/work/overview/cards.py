"""What can wait for somebody, as values. Which words and which button a card gets is the page's own matter."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Waits(StrEnum):
    """Something that somebody should do, the most urgent first."""

    REARMING = "rearming"  # a colleague asked to arm publishing again, and another must confirm
    DISARMED = "disarmed"  # nothing is published until two people have armed it again
    DELIVERIES = "deliveries"  # it did not get through, or nobody knows whether it did
    BY_HAND = "by_hand"  # handed to a person who has not said yet that it is out
    WITHDRAWAL = "withdrawal"  # a colleague asked to withdraw, and another must confirm
    LIFT_EARLY = "lift_early"  # a colleague asked to lift early, and another must confirm
    APPROVAL = "approval"  # a colleague asked for approval
    UNREAD = "unread"  # a correction is public that nobody but its writer has read
    LANGUAGE = "language"  # a colleague asked to publish a late language
    TERMS = "terms"  # one's own yes to the embargo terms
    TEXTS = "texts"  # somebody asked, by name, for help with a text
    QUESTIONS = "questions"  # partners ask
    LANGUAGES = "languages"  # core messages lack languages that nobody left out
    CONSENT = "consent"  # a text of one's own waits for consent
    STALE = "stale"  # a translation of one's own is older than its Swedish text
    WRITE = "write"  # no message of one's own yet
    PARTNERS_TERMS = "partners_terms"  # partners in which nobody has accepted the terms
    PARTNERS_CONSENT = "partners_consent"  # partners' texts without consent
    CHANNELS = "channels"  # one's own channels that do not answer
    ONE_CONTACT = "one_contact"  # all hangs on one person
    INVITATIONS = "invitations"  # invited colleagues who have not answered
    UNVERIFIED = "unverified"  # organisations nobody has verified


ORDER: Mapping[Waits, int] = {waits: number for number, waits in enumerate(Waits)}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One thing that waits. `name` is empty without a campaign, or while its name is under embargo for this member."""

    waits: Waits
    count: int = 1
    campaign_id: str | None = None
    name: str = ""
    at: datetime | None = None
    lift_at: datetime | None = None
    languages: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=())


class Step(StrEnum):
    """The first steps of a new organisation."""

    INVITE = "invite"
    REGISTER = "register"
    FOLLOW = "follow"
    CHANNEL = "channel"
