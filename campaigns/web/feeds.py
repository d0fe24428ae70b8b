"""Feeds and the sitemap: which ones there are, and at which address."""

from flask import Blueprint, Response, make_response, request, url_for

from campaigns.data import languages
from campaigns.domain.errors import NotThere
from campaigns.domain.reading import Feed
from campaigns.web.atom import atom
from campaigns.web.feed_about import FeedAbout
from campaigns.web.jsonfeed import json_feed
from campaigns.web.keeping import may_be_kept
from campaigns.web.site import now, site, speak, words
from campaigns.web.sitemap import sitemap_xml
from campaigns.web.templating import campaign_url, default_ui
from campaigns.work.library.shelves import NOTHING

feeds = Blueprint("feeds", __name__)

SELECTIONS = (
    "",
    "/kampanj/<campaign>",
    "/kampanj/<campaign>/<language>",
    "/sprak/<language>",
    "/organisation/<organisation>",
)


may_be_kept(feeds)


@feeds.before_request
def _closed_when_in_doubt() -> None:
    site().ready()


def _selected(campaign: str | None, language: str | None, organisation: str | None) -> Feed:
    if language is not None and language not in languages():
        raise NotThere
    speak(default_ui(language or "sv"))
    return site().reading.feed(now=now(), campaign=campaign, language=language, organisation=organisation)


def _about(feed: Feed) -> FeedAbout:
    home = url_for("public.start")
    if feed.campaign_slug:
        home = campaign_url(feed.campaign_slug, feed.language)
    return FeedAbout(
        feed=feed,
        title=_title(feed),
        address=site().absolute(url_for(request.endpoint or "", **(request.view_args or {}))),
        home=site().absolute(home),
        base_url=site().base_url,
        words=words(),
    )


def _title(feed: Feed) -> str:
    language = languages()[feed.language].autonym if feed.language else None
    return " · ".join(part for part in ("Samklang", feed.campaign_name, feed.organisation, language) if part)


def atom_feed(campaign: str | None = None, language: str | None = None, organisation: str | None = None) -> Response:
    """A selection of the public messages as Atom."""
    feed = _selected(campaign, language, organisation)
    return _typed(atom(_about(feed)), "application/atom+xml; charset=utf-8")


def json_feed_view(
    campaign: str | None = None, language: str | None = None, organisation: str | None = None
) -> Response:
    """The same selection as JSON Feed."""
    feed = _selected(campaign, language, organisation)
    return _typed(json_feed(_about(feed)), "application/feed+json; charset=utf-8")


for _selection in SELECTIONS:
    feeds.add_url_rule(f"{_selection}/feed.atom", "atom", atom_feed)
    feeds.add_url_rule(f"{_selection}/feed.json", "json", json_feed_view)


@feeds.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page with its languages."""
    cases = site().shelves.cases(now=now(), kind=NOTHING)
    editions = site().shelves.offered(now=now())
    found = sitemap_xml(site().reading.sitemap(now=now()), cases, editions, site().absolute)
    return _typed(found, "application/xml; charset=utf-8")


def _typed(body: bytes, content_type: str) -> Response:
    response = make_response(body)
    response.content_type = content_type
    return response
