"""What all channels share: the frozen message that goes out, where it goes, and what a channel can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from campaigns.domain.errors import N_, Refused
from campaigns.domain.languages import Direction
from campaigns.domain.release import ChannelKind, Event, Outcome, Traits
from campaigns.domain.texts import TextContent


class DoesNotFit(Refused):
    """The text is too long or lacks a part this channel needs. Found when the release is frozen, not at T."""

    message = N_("{organisation}: the text in {language} does not fit {channel}: {reason}")


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file or a film that goes with a message, at an address that answers from T.

    `type` is its media type, `size` bytes; a film is a link, so both and `sha256` are empty. `alternative` is the alt
    text of an image, or a transcript.
    """

    kind: str
    url: str
    type: str = ""
    size: int = 0
    sha256: str = ""
    language: str
    title: str
    alternative: str = ""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One event, ready to be rendered for a channel. Times are aware UTC.

    `plain` is `content.long` without its Markdown. `content`, `plain` and `html` are empty for `campaign.lifted` and
    `message.withdrawn`, which carry no text.
    """

    delivery_id: str
    event: Event
    campaign_id: str
    campaign_name: str
    campaign_url: str
    message_id: str | None = None
    organisation: str = ""
    language: str = ""
    direction: Direction = "ltr"
    content: TextContent = field(default_factory=TextContent)
    plain: str = ""
    html: str = ""
    url: str = ""
    planned_at: datetime
    updated_at: datetime | None = None
    in_reply_to: str | None = None
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """Bytes that are ready to leave, frozen with the release."""

    content_type: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where a channel leads. `secrets`, in the clear, live only in memory: signing keys, newest first, or one login."""

    address: str
    secrets: tuple[str, ...] = field(default=(), repr=False)


class Channel(Protocol):
    """One kind of channel. `traits` tell the engine what may be repeated and how late is too late."""

    kind: ChannelKind
    traits: Traits

    def render(self, outgoing: Outgoing) -> Rendered:
        """The bytes that will leave. Pure: the same input gives the same bytes. Raises DoesNotFit."""

    def moved(self, body: bytes, *, to: datetime) -> bytes:
        """The same bytes for another T, before anything was corrected: as if rendered for it, and only the time anew.

        Pure. Raises ValueError for bytes that this channel did not render.
        """

    def check(self, destination: Destination, *, now: datetime) -> str | None:
        """Rehearse: is the address reachable and are the credentials right? None, or what is wrong. Shows nothing."""

    def deliver(self, rendered: Rendered, destination: Destination, *, delivery_id: str, now: datetime) -> Outcome:
        """One attempt. Never raises for anything the other side does."""


@runtime_checkable
class LooksUp(Protocol):
    """A channel where one can look whether a message arrived. Its traits say `looks_up`."""

    def look_up(self, rendered: Rendered, destination: Destination, *, delivery_id: str, now: datetime) -> Outcome:
        """Is it there? Never raises for anything the other side does, and changes nothing there.

        ACCEPTED: yes, at that address. NOT_AS_SENT: yes, but a person must look at it. NOT_SENT: certainly not.
        Anything else: it cannot be told now.
        """
