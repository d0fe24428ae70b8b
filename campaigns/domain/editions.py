"""A local edition: what an organisation puts beside a campaign's message for its own place, and what is wrong with it.

The message and its key facts are no part of it, so they cannot be changed here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.domain.errors import N_, Fault
from campaigns.domain.text_digits import digits_of
from campaigns.domain.text_signs import forbidden_signs, personal_numbers, placeholders
from campaigns.domain.uploads import is_safe_link

LONGEST_TITLE = 80
LONGEST_PLACE = 80
LONGEST_INTRODUCTION = 1_200
LONGEST_QUESTION = 200
MOST_QUESTIONS = 8
MOST_CONTACTS = 6
LONGEST_NAME = 80
LONGEST_OFFER = 160
LONGEST_PHONE = 30
LONGEST_LINK = 300
MOST_EDITIONS = 20
"""Of one organisation in one campaign."""

TITLE_NEEDED = N_("Give the edition a title, such as the name of your association or municipality.")
TOO_LONG = N_("This is longer than {limit} characters. Shorten it.")
TOO_MANY_QUESTIONS = N_("There are more than {limit} questions. A circle has time for fewer.")
QUESTION_TOO_LONG = N_("Question {number} is longer than {limit} characters. Shorten it.")
CONTACT_NAME_NEEDED = N_("Say who it is.")
ONE_WAY_NEEDED = N_("Give a phone number, an e-mail address or a link, so that they can be reached.")
NOT_A_PHONE = N_("Write the number with digits, spaces and hyphens, such as 0920-45 30 00.")
NOT_AN_ADDRESS = N_("This is not an e-mail address.")
NOT_A_LINK = N_("Give a whole address that begins with https:// or http:// and holds no user name.")

_PHONE = re.compile(r"\+?[0-9][0-9 ()\u2010-\u2012-]*")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]+@[^\s@<>\"(),:;\\\[\]]+\.[^\s@.<>\"(),:;\\\[\]]+")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody near the reader, what one gets there, and at least one way to reach them."""

    name: str
    offers: str = ""
    phone: str = ""
    email: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class LocalPart:
    """All that an organisation writes itself, in the edition's language. `introduction` is Markdown."""

    title: str
    place: str = ""
    introduction: str = ""
    contacts: tuple[Contact, ...] = ()
    questions: tuple[str, ...] = ()


def local_faults(part: LocalPart) -> list[Fault]:
    """Everything that is wrong with it, at the field where it stands; contacts are `contact1_phone` and so on.

    What looks like a personal identity number is a warning.
    """
    found = [] if part.title else [Fault(message=TITLE_NEEDED, field="title")]
    found += _words(part.title, "title", LONGEST_TITLE)
    found += _words(part.place, "place", LONGEST_PLACE)
    found += _words(part.introduction, "introduction", LONGEST_INTRODUCTION)
    found += _questions(part.questions)
    for number, contact in enumerate(part.contacts, start=1):
        found += _contact(contact, f"contact{number}")
    return found


def _words(words: str, field: str, limit: int) -> Iterator[Fault]:
    if len(words) > limit:
        yield Fault(message=TOO_LONG, field=field, facts={"limit": limit})
    yield from forbidden_signs(words, field)
    yield from placeholders(words, field)
    yield from personal_numbers(words, field)


def _questions(questions: tuple[str, ...]) -> Iterator[Fault]:
    if len(questions) > MOST_QUESTIONS:
        yield Fault(message=TOO_MANY_QUESTIONS, field="questions", facts={"limit": MOST_QUESTIONS})
    for number, question in enumerate(questions, start=1):
        if len(question) > LONGEST_QUESTION:
            facts = {"number": number, "limit": LONGEST_QUESTION}
            yield Fault(message=QUESTION_TOO_LONG, field="questions", facts=facts)
        yield from _words(question, "questions", max(len(question), LONGEST_QUESTION))


def _contact(contact: Contact, field: str) -> Iterator[Fault]:
    if not contact.name:
        yield Fault(message=CONTACT_NAME_NEEDED, field=f"{field}_name")
    yield from _words(contact.name, f"{field}_name", LONGEST_NAME)
    yield from _words(contact.offers, f"{field}_offers", LONGEST_OFFER)
    if not (contact.phone or contact.email or contact.link):
        yield Fault(message=ONE_WAY_NEEDED, field=f"{field}_phone")
    if contact.phone and not _is_phone(contact.phone):
        yield Fault(message=NOT_A_PHONE, field=f"{field}_phone")
    yield from personal_numbers(contact.phone, f"{field}_phone")
    if contact.email and not (len(contact.email) <= LONGEST_LINK and _EMAIL.fullmatch(contact.email)):
        yield Fault(message=NOT_AN_ADDRESS, field=f"{field}_email")
    yield from forbidden_signs(contact.email, f"{field}_email")
    if contact.link and not _is_link(contact.link):
        yield Fault(message=NOT_A_LINK, field=f"{field}_link")


def _is_phone(phone: str) -> bool:
    return bool(_PHONE.fullmatch(phone)) and len(phone) <= LONGEST_PHONE and 3 <= len(digits_of(phone)) <= 15


def _is_link(link: str) -> bool:
    secure = "https://" + link.removeprefix("http://") if link.startswith("http://") else link
    return len(link) <= LONGEST_LINK and is_safe_link(secure)
