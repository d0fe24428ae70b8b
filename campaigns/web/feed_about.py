"""What a feed says of itself and of its entries, whatever format it is written in."""

from dataclasses import dataclass
from datetime import UTC, datetime

from campaigns.domain.reading import Attachment, EditionEntry, Feed, FeedEntry
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
        return max((changed(item) for item in self.items), default=NEVER)

    @property
    def items(self) -> list[FeedEntry | EditionEntry]:
        """Messages and local editions, newest change first."""
        return sorted([*self.feed.entries, *self.feed.editions], key=changed, reverse=True)

    @property
    def language(self) -> str:
        return self.feed.language or self.words.language

    def entry_address(self, entry: FeedEntry | EditionEntry) -> str:
        """Where a voice is read on its campaign's page, or the page of an edition."""
        if isinstance(entry, EditionEntry):
            address = f"/material/{entry.campaign_slug}/{entry.language}/lokalt/{entry.slug}"
            return self.base_url.rstrip("/") + address
        page = campaign_url(entry.campaign_slug, entry.voice.language)
        return f"{self.base_url.rstrip('/')}{page}#{anchor(entry.voice)}"

    def file_address(self, entry: FeedEntry, piece: Attachment) -> str:
        """Where a piece that goes with a voice is fetched, or the film it leads to."""
        page = campaign_url(entry.campaign_slug)
        return piece.link or f"{self.base_url.rstrip('/')}{page}/fil/{piece.upload_id}"

    def pack_address(self, entry: EditionEntry) -> str:
        """Where the newest documents of an edition are fetched, all in one."""
        return f"{self.entry_address(entry)}/{entry.pack}"

    def pack_title(self) -> str:
        """What a reader is told of it."""
        return self.words._("Everything in one ZIP")


def pieces_of(entry: FeedEntry) -> tuple[Attachment, ...]:
    """What goes with a voice, that in its own language first."""
    return (*entry.voice.attachments_here, *entry.voice.attachments_elsewhere)


def changed(entry: FeedEntry | EditionEntry) -> datetime:
    """When an entry last changed; being withdrawn is a change."""
    if isinstance(entry, EditionEntry):
        return entry.updated_at
    return entry.voice.withdrawn_at or entry.voice.updated_at


def entry_urn(entry: FeedEntry | EditionEntry) -> str:
    """The name of an entry that stays the same wherever it is published from."""
    if isinstance(entry, EditionEntry):
        return f"urn:samklang:edition:{entry.slug}"
    return f"urn:samklang:{entry.voice.entry_id}"


def written(instant: datetime) -> str:
    """An instant as feeds write it (RFC 3339)."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
