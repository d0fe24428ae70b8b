"""The public API: what the pages and feeds show, for programs. Its description is `data/openapi.yaml`.

It reads through the same doors as the pages, so it opens when they do, and what is not public is answered by the same
page for people as any other address that is not there.
"""

import json
from typing import Any

from flask import Blueprint, Response, request, url_for

from campaigns.data import languages, openapi
from campaigns.domain.errors import NotThere
from campaigns.domain.library import Case, Item, Shelf
from campaigns.domain.reading import Attachment, CampaignCard, CampaignPage, Voice
from campaigns.web.feed_about import written
from campaigns.web.keeping import KEPT_STATUS, may_be_kept
from campaigns.web.library_words import ALL
from campaigns.web.site import now, site
from campaigns.web.templating import campaign_url

api = Blueprint("api", __name__, url_prefix="/api/v1")

may_be_kept(api)


@api.before_request
def _closed_when_in_doubt() -> None:
    site().ready()


@api.after_request
def _for_every_site(response: Response) -> Response:
    """Any site's pages may read it: it is public, and knows no session. What is not there has the usual headers."""
    if response.status_code in KEPT_STATUS - {404}:
        response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@api.get("/openapi.json")
def description() -> Response:
    """The description of all this, with the address of this installation."""
    return _json({**openapi(), "servers": [{"url": site().base_url}]})


@api.get("/campaigns")
def campaigns() -> Response:
    """Every public campaign, the newest first."""
    language = _asked_language() or "sv"
    return _json({"campaigns": [_card(card) for card in site().reading.campaigns(language=language, now=now())]})


@api.get("/campaigns/<slug>/<language>")
def campaign(slug: str, language: str) -> Response:
    """One campaign in one language, with every message; 410 with its name and times where it was withdrawn."""
    page = site().reading.campaign(slug=slug, language=language, now=now())
    return _json(_campaign(page), status=410 if page.withdrawn_at else 200)


@api.get("/material")
def material() -> Response:
    """Everything that can be downloaded."""
    return _json({"campaigns": [_case(case) for case in site().shelves.cases(now=now(), language=_asked_language())]})


@api.get("/material/<slug>")
def material_of(slug: str) -> Response:
    """What can be downloaded of one campaign."""
    found = site().shelves.cases(now=now(), slug=slug, language=_asked_language())
    return _json({"campaigns": [_case(case) for case in found]})


def _asked_language() -> str | None:
    """The language that was asked for. Raises NotThere for one that nobody could have meant."""
    asked = request.args.get("language")
    if asked and asked not in languages():
        raise NotThere
    return asked or None


def _json(told: dict[str, Any], *, status: int = 200) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, indent=1), status=status, content_type="application/json")


def _card(card: CampaignCard) -> dict[str, Any]:
    return {
        "slug": card.slug,
        "name": card.name,
        "address": site().absolute(campaign_url(card.slug)),
        "api": site().absolute(url_for("api.campaign", slug=card.slug, language=card.language)),
        "lifted_at": written(card.lift_at),
        "languages": list(card.languages),
        "language": card.language,
        "headline": card.headline,
        "summary": card.short,
        "voices": card.voices,
        "withdrawn_at": written(card.withdrawn_at) if card.withdrawn_at else None,
    }


def _campaign(page: CampaignPage) -> dict[str, Any]:
    return {
        "slug": page.slug,
        "name": page.name,
        "address": site().absolute(campaign_url(page.slug, page.language)),
        "lifted_at": written(page.lift_at),
        "updated_at": written(page.updated_at),
        "language": page.language,
        "languages": list(page.languages),
        "topics": list(page.topics),
        "example": page.example,
        "withdrawn_at": written(page.withdrawn_at) if page.withdrawn_at else None,
        "messages": [_message(voice, page.slug) for voice in (*page.core, *page.voices)],
    }


def _message(voice: Voice, slug: str) -> dict[str, Any]:
    return {
        "id": voice.entry_id,
        "organisation": voice.organisation,
        "organisation_slug": voice.organisation_slug,
        "organisation_kind": voice.organisation_kind,
        "is_core": voice.is_core,
        "language": voice.language,
        "direction": languages()[voice.language].direction,
        "headline": voice.headline,
        "summary": voice.short,
        "html": voice.html,
        "published_at": written(voice.published_at),
        "updated_at": written(voice.updated_at),
        "corrected": voice.corrected,
        "withdrawn_at": written(voice.withdrawn_at) if voice.withdrawn_at else None,
        "attachments": [_attachment(one, slug) for one in voice.attachments],
    }


def _attachment(one: Attachment, slug: str) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "language": one.language,
        "title": one.title,
        "alternative": one.alternative,
        "address": one.link or site().absolute(url_for("attachments.file", slug=slug, upload_id=one.upload_id)),
        "media_type": one.media_type,
        "bytes": one.size,
        "sha256": one.sha256,
    }


def _case(case: Case) -> dict[str, Any]:
    return {
        "slug": case.slug,
        "name": case.name,
        "address": site().absolute(url_for("material.campaign", slug=case.slug)),
        "lifted_at": written(case.lift_at),
        "example": case.example,
        "everything": _file(case.pack, case.slug, ALL) if case.pack else None,
        "languages": [_shelf(shelf, case.slug) for shelf in case.made],
    }


def _shelf(shelf: Shelf, slug: str) -> dict[str, Any]:
    return {
        "language": shelf.language,
        "version": shelf.version,
        "files": [_file(item, slug, shelf.language) for item in shelf.items],
    }


def _file(item: Item, slug: str, language: str) -> dict[str, Any]:
    def address(name: str) -> str:
        return site().absolute(url_for("material_files.download", slug=slug, language=language, filename=name))

    return {
        "kind": item.kind,
        "name": item.name,
        "address": address(item.name),
        "always": address(item.latest),
        "media_type": item.media_type,
        "bytes": item.size,
        "sha256": item.sha256,
    }
