"""What the public pages ask, and how the tasks answer it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from campaigns.domain.reading import Attachment, CampaignCard, CampaignPage, Feed, SitemapEntry
from campaigns.work.reading import public_campaign, public_campaigns, public_feed, public_sitemap
from campaigns.work.uploads.reading import public_attachment, public_attachment_bytes


class PublicReading(Protocol):
    """What is public at an instant. Everything else raises NotThere, the same for not yet, never and nonsense."""

    def campaigns(self, *, language: str, now: datetime) -> Sequence[CampaignCard]:
        """Public campaigns, newest first, each in the given language where it has it."""

    def campaign(self, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
        """One public campaign. Raises NotThere."""

    def attachment(self, *, slug: str, upload_id: str, now: datetime) -> Attachment:
        """A public file that goes with a message. Raises NotThere."""

    def attachment_bytes(self, *, slug: str, upload_id: str, start: int, stop: int, now: datetime) -> bytes:
        """Its bytes from `start` up to `stop`. Raises NotThere."""

    def feed(
        self,
        *,
        now: datetime,
        campaign: str | None = None,
        language: str | None = None,
        organisation: str | None = None,
    ) -> Feed:
        """Public messages, newest change first. Raises NotThere."""

    def sitemap(self, *, now: datetime) -> Sequence[SitemapEntry]:
        """Every public campaign with its languages."""


class WorkReading:
    """The public reading over the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def campaigns(self, *, language: str, now: datetime) -> Sequence[CampaignCard]:
        return public_campaigns(self._engine, language=language, now=now)

    def campaign(self, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
        return public_campaign(self._engine, slug=slug, language=language, now=now)

    def attachment(self, *, slug: str, upload_id: str, now: datetime) -> Attachment:
        return public_attachment(self._engine, slug=slug, upload_id=upload_id, now=now)

    def attachment_bytes(self, *, slug: str, upload_id: str, start: int, stop: int, now: datetime) -> bytes:
        return public_attachment_bytes(self._engine, slug=slug, upload_id=upload_id, start=start, stop=stop, now=now)

    def feed(
        self,
        *,
        now: datetime,
        campaign: str | None = None,
        language: str | None = None,
        organisation: str | None = None,
    ) -> Feed:
        return public_feed(self._engine, now=now, campaign=campaign, language=language, organisation=organisation)

    def sitemap(self, *, now: datetime) -> Sequence[SitemapEntry]:
        return public_sitemap(self._engine, now=now)
