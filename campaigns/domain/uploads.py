"""An organisation's own material: files and links that go with one of its messages, and who may read them when.

The rule about reading stands twice on purpose, here and as SQL in `store/upload_visibility.py`; a property test holds
the two together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from campaigns.domain.embargo import Embargo, Standing, What, is_public, may_read
from campaigns.domain.errors import N_, Fault
from campaigns.domain.text_signs import forbidden_signs, personal_numbers
from campaigns.domain.texts import revision_of


class UploadKind(StrEnum):
    """What is handed in. All but the last are files."""

    DOCUMENT = "document"
    IMAGE = "image"
    AUDIO = "audio"
    SUBTITLES = "subtitles"
    SIGN_VIDEO = "sign_video"  # a link to a film in sign language


MEGABYTE = 1_000_000
LARGEST: Mapping[UploadKind, int] = {
    UploadKind.DOCUMENT: 20 * MEGABYTE,
    UploadKind.IMAGE: 10 * MEGABYTE,
    UploadKind.AUDIO: 25 * MEGABYTE,
    UploadKind.SUBTITLES: MEGABYTE,
}
"""The most bytes of a file of each kind; what a phone on a bad line can still fetch, and a mail could carry."""

LONGEST_TITLE = 200
LONGEST_ALT = 500
LONGEST_TRANSCRIPT = 50_000
LONGEST_LINK = 1_000
MOST_OF_A_MESSAGE = 40

TITLE_NEEDED = N_("Give it a title, so that it can be told from the rest.")
TITLE_TOO_LONG = N_("The title is longer than {limit} characters. Shorten it.")
LANGUAGE_NEEDED = N_("Choose the language it is in, among the languages of the campaign.")
ALT_NEEDED = N_("Say in words what the image shows. Whoever does not see it hears this instead.")
ALT_TOO_LONG = N_("The description is longer than {limit} characters. Put the rest into the message itself.")
AUDIO_NEEDS_TRANSCRIPT = N_("Write out what is said. Whoever does not hear it reads this instead.")
VIDEO_NEEDS_TRANSCRIPT = N_("Write out what is signed. Whoever does not know sign language reads this instead.")
TRANSCRIPT_TOO_LONG = N_("The text is longer than {limit} characters. Hand in a shorter recording.")
NOT_A_SAFE_LINK = N_("Give a whole address that begins with https:// and holds no user name.")
LINK_TOO_LONG = N_("The address is longer than {limit} characters. Copy the shorter one that the film's page offers.")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What an organisation says of its material. `alternative` is the alt text of an image, or a transcript.

    `link` is the address of a film and empty for a file.
    """

    language: str
    title: str
    alternative: str = ""
    link: str = ""


def told_faults(kind: UploadKind, told: Told, *, languages: tuple[str, ...]) -> list[Fault]:
    """Everything that is wrong with what is said of it, and a warning for what looks like a personal number."""
    return [*_language(told, languages), *_title(told), *_alternative(kind, told), *_link(kind, told)]


def _language(told: Told, languages: tuple[str, ...]) -> Iterator[Fault]:
    if told.language not in languages:
        yield Fault(message=LANGUAGE_NEEDED, field="language")


def _title(told: Told) -> Iterator[Fault]:
    yield from _words(told.title, "title", LONGEST_TITLE, missing=TITLE_NEEDED, too_long=TITLE_TOO_LONG)


def _alternative(kind: UploadKind, told: Told) -> Iterator[Fault]:
    match kind:
        case UploadKind.IMAGE:
            limit, missing, too_long = LONGEST_ALT, ALT_NEEDED, ALT_TOO_LONG
        case UploadKind.AUDIO:
            limit, missing, too_long = LONGEST_TRANSCRIPT, AUDIO_NEEDS_TRANSCRIPT, TRANSCRIPT_TOO_LONG
        case UploadKind.SIGN_VIDEO:
            limit, missing, too_long = LONGEST_TRANSCRIPT, VIDEO_NEEDS_TRANSCRIPT, TRANSCRIPT_TOO_LONG
        case UploadKind.DOCUMENT | UploadKind.SUBTITLES:
            return
    yield from _words(told.alternative, "alternative", limit, missing=missing, too_long=too_long)


def _words(words: str, field: str, limit: int, *, missing: str, too_long: str) -> Iterator[Fault]:
    if not words.strip():
        yield Fault(message=missing, field=field)
    if len(words) > limit:
        yield Fault(message=too_long, field=field, facts={"limit": limit})
    yield from forbidden_signs(words, field)
    yield from personal_numbers(words, field)


def _link(kind: UploadKind, told: Told) -> Iterator[Fault]:
    if kind is not UploadKind.SIGN_VIDEO:
        return
    if len(told.link) > LONGEST_LINK:
        yield Fault(message=LINK_TOO_LONG, field="link", facts={"limit": LONGEST_LINK})
    elif not is_safe_link(told.link):
        yield Fault(message=NOT_A_SAFE_LINK, field="link")


def is_safe_link(address: str) -> bool:
    """Whether a reader can be sent there: https, a host with a dot, no user name, and no blank or hidden sign."""
    try:
        parts = urlsplit(address)
        plain = address.isprintable() and len(address.split()) == 1 and "\\" not in address
        named = "." in (parts.hostname or "").strip(".") and parts.username is None and parts.port != 0
    except ValueError:
        return False
    return plain and named and parts.scheme == "https"


def upload_revision(kind: UploadKind, told: Told, *, sha256: str) -> str:
    """The hash that consent and approval bind to: every word that is said of it, and the file's own hash."""
    return revision_of(
        {
            "kind": kind.value,
            "language": told.language,
            "title": told.title,
            "alternative": told.alternative,
            "link": told.link,
            "sha256": sha256,
        }
    )


def may_read_upload(
    standing: Standing, embargo: Embargo, *, is_own: bool, is_core: bool, is_released: bool, now: datetime
) -> bool:
    """Whether a reader of this standing may read a piece of material at this instant.

    `is_own`: it is of the reader's own organisation. `is_core`: it goes with a core message. `is_released`: it is part
    of what was approved, exactly as it stands now, and was not withdrawn. A partner's is nobody else's before T, not
    even for the police.
    """
    if is_released and is_public(embargo, now=now):
        return True
    if is_own:
        return may_read(standing, What.OWN_DRAFT, embargo, now=now)
    return is_core and may_read(standing, What.BRIEFING, embargo, now=now)
