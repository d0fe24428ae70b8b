"""What a reader is shown: frozen values between the tasks and the pages. They hold nothing the reader may not know."""

from dataclasses import dataclass
from datetime import datetime

from campaigns.domain.uploads import UploadKind


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file or a link that goes with a message. `alternative` is the alt text of an image, or a transcript.

    `size` is bytes, `width` and `height` are pixels. A link has no file, so `sha256`, `media_type` and `extension` are
    empty; a file has no `link`.
    """

    upload_id: str
    kind: UploadKind
    language: str
    title: str
    alternative: str
    link: str
    sha256: str
    media_type: str
    extension: str
    file_name: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One published message in one language: the police's core message or a partner's.

    `html` is clean, ready to be shown, and `attachments` are in any language. `entry_id` is stable for ever and names
    the message and its language in feeds.
    A withdrawn voice has its names and times, and neither headline nor text.
    """

    entry_id: str
    organisation: str
    organisation_slug: str
    organisation_kind: str
    is_core: bool
    language: str
    headline: str
    html: str
    short: str
    published_at: datetime
    updated_at: datetime
    corrected: bool = False
    withdrawn_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def attachments_here(self) -> tuple[Attachment, ...]:
        """What goes with it in its own language."""
        return tuple(one for one in self.attachments if one.language == self.language)

    @property
    def attachments_elsewhere(self) -> tuple[Attachment, ...]:
        """What goes with it in other languages."""
        return tuple(one for one in self.attachments if one.language != self.language)


@dataclass(frozen=True, kw_only=True)
class CampaignCard:
    """A public campaign in a list.

    `headline`, `short` are those of the first core message in `language` that stands; they are empty when none stands
    in any language. `languages` are those with one that stands.
    """

    slug: str
    name: str
    language: str
    headline: str
    short: str
    lift_at: datetime
    languages: tuple[str, ...]
    voices: int
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CampaignPage:
    """A public campaign in one language.

    `core` is in `language`. `voices` holds each partner message once: in `language` if it exists so, otherwise in
    another language, which its own `language` tells. `languages` are those with a core message; in those of
    `in_swedish` the police decided that it is shown in Swedish, so there `core` is Swedish.
    A withdrawn campaign has its slug, name and times, and nothing else.
    """

    slug: str
    name: str
    language: str
    languages: tuple[str, ...]
    in_swedish: tuple[str, ...] = ()
    core: tuple[Voice, ...]
    voices: tuple[Voice, ...]
    topics: tuple[str, ...]
    lift_at: datetime
    updated_at: datetime
    example: bool = False
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """A published message in a feed, with the campaign it belongs to."""

    campaign_slug: str
    campaign_name: str
    voice: Voice


@dataclass(frozen=True, kw_only=True)
class EditionEntry:
    """A local edition in the feed of its organisation, with its campaign. `slug` is its name in addresses.

    `html` is clean. Its contacts are personal data, and are in no feed: what readers keep cannot be taken back.
    `pack` is the name of its ZIP, of `pack_size` bytes; empty while it is being made.
    """

    slug: str
    campaign_slug: str
    campaign_name: str
    organisation: str
    language: str
    title: str
    html: str
    short: str
    published_at: datetime
    updated_at: datetime
    pack: str = ""
    pack_type: str = ""
    pack_size: int = 0


@dataclass(frozen=True, kw_only=True)
class Feed:
    """Public messages, newest change first. The three selections are None where the feed is not narrowed to one.

    `editions` are those of the organisation, if it is narrowed to one; their order is the same.
    """

    entries: tuple[FeedEntry, ...]
    editions: tuple[EditionEntry, ...] = ()
    campaign_slug: str | None = None
    campaign_name: str | None = None
    language: str | None = None
    organisation: str | None = None
    organisation_slug: str | None = None


@dataclass(frozen=True, kw_only=True)
class SitemapEntry:
    """A public campaign with the languages it can be read in."""

    slug: str
    languages: tuple[str, ...]
    updated_at: datetime
