"""What a feed says of itself and of its entries, whatever format it is written in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.domain.reading import Attachment, Feed, FeedEntry
from campaigns.i18n import Words
from campaigns.web.templating import anchor, campaign_url

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class FeedAbout:
    """A feed with its addresses. An empty feed has never changed; saying when it was asked for would tell nothing."""

    feed: Feed
    title: str
    address: str
    home: str
    base_url: str
    words: Words

    @property
    def updated(self) -> datetime:
        return max((changed(entry) for entry in self.feed.entries), default=NEVER)

    @property
    def language(self) -> str:
        return self.feed.language or self.words.language

    def entry_address(self, entry: FeedEntry) -> str:
        """Where a voice is read on its campaign's page."""
        page = campaign_url(entry.campaign_slug, entry.voice.language)
        return f"{self.base_url.rstrip('/')}{page}#{anchor(entry.voice)}"

    def file_address(self, entry: FeedEntry, piece: Attachment) -> str:
        """Where a piece that goes with a voice is fetched, or the film it leads to."""
        page = campaign_url(entry.campaign_slug)
        return piece.link or f"{self.base_url.rstrip('/')}{page}/fil/{piece.upload_id}"


def pieces_of(entry: FeedEntry) -> tuple[Attachment, ...]:
    """What goes with a voice, that in its own language first."""
    return (*entry.voice.attachments_here, *entry.voice.attachments_elsewhere)


def changed(entry: FeedEntry) -> datetime:
    """When an entry last changed; being withdrawn is a change."""
    return entry.voice.withdrawn_at or entry.voice.updated_at


def entry_urn(entry: FeedEntry) -> str:
    """The name of an entry that stays the same wherever it is published from."""
    return f"urn:samklang:{entry.voice.entry_id}"


def written(instant: datetime) -> str:
    """An instant as feeds write it (RFC 3339)."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
