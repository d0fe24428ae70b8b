"""What the public pages ask, and how the tasks answer it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from campaigns.domain.reading import CampaignCard, CampaignPage, Feed, SitemapEntry
from campaigns.work.reading import public_campaign, public_campaigns, public_feed, public_sitemap


class PublicReading(Protocol):
    """What is public at an instant. Everything else raises NotThere, the same for not yet, never and nonsense."""

    def campaigns(self, *, language: str, now: datetime) -> Sequence[CampaignCard]:
        """Public campaigns, newest first, each in the given language where it has it."""

    def campaign(self, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
        """One public campaign. Raises NotThere."""

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
