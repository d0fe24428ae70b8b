"""What the public may read now. Every query here is scoped by `store.visibility`, so nothing can be read early."""

from datetime import datetime

from sqlalchemy import Engine

from campaigns.domain.reading import CampaignCard, CampaignPage, Feed, SitemapEntry


def public_campaigns(engine: Engine, *, language: str, now: datetime) -> list[CampaignCard]:
    """Public campaigns, newest first, each in the given language, else Swedish, else the first it has."""
    raise NotImplementedError


def public_campaign(engine: Engine, *, slug: str, language: str | None, now: datetime) -> CampaignPage:
    """A public campaign in one language; without a language in Swedish, else the first it has.

    Raises NotThere, the same for not yet, never, and a language it does not have.
    """
    raise NotImplementedError


def public_feed(
    engine: Engine,
    *,
    now: datetime,
    campaign: str | None = None,
    language: str | None = None,
    organisation: str | None = None,
    most: int = 100,
) -> Feed:
    """Public messages, newest change first, of a campaign, in a language, by an organisation, or all.

    Raises NotThere for a campaign or organisation with nothing public.
    """
    raise NotImplementedError


def public_sitemap(engine: Engine, *, now: datetime) -> list[SitemapEntry]:
    """Every public campaign, for the sitemap."""
    raise NotImplementedError
