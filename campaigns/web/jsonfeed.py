"""JSON Feed 1.1. It has no tombstones, so a withdrawn entry stays as a sentence that says so."""

import json

from campaigns.domain.reading import Attachment, EditionEntry, FeedEntry
from campaigns.domain.uploads import UploadKind
from campaigns.web.feed_about import FeedAbout, changed, entry_urn, pieces_of, written


def json_feed(about: FeedAbout) -> bytes:
    """The feed as a document."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": about.title,
        "home_page_url": about.home,
        "feed_url": about.address,
        "language": about.language,
        "authors": [{"name": "Samklang", "url": about.base_url}],
        "items": [
            _edition(entry, about) if isinstance(entry, EditionEntry) else _item(entry, about) for entry in about.items
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _item(entry: FeedEntry, about: FeedAbout) -> dict[str, object]:
    voice = entry.voice
    item: dict[str, object] = {
        "id": entry_urn(entry),
        "url": about.entry_address(entry),
        "date_published": written(voice.published_at),
        "date_modified": written(changed(entry)),
        "authors": [{"name": voice.organisation}],
        "tags": [entry.campaign_name],
    }
    return item | (_withdrawn(about) if voice.withdrawn_at else {**_content(entry), **_pieces(entry, about)})


def _edition(entry: EditionEntry, about: FeedAbout) -> dict[str, object]:
    pack = {
        "url": about.pack_address(entry),
        "mime_type": entry.pack_type,
        "title": about.pack_title(),
        "size_in_bytes": entry.pack_size,
    }
    item: dict[str, object] = {
        "id": entry_urn(entry),
        "url": about.entry_address(entry),
        "date_published": written(entry.published_at),
        "date_modified": written(entry.updated_at),
        "authors": [{"name": entry.organisation}],
        "tags": [entry.campaign_name],
        "language": entry.language,
        "title": entry.title,
        "summary": entry.short,
        "content_html": entry.html,
    }
    return item | ({"attachments": [pack]} if entry.pack else {})


def _content(entry: FeedEntry) -> dict[str, object]:
    voice = entry.voice
    return {
        "language": voice.language,
        "title": voice.headline,
        "summary": voice.short,
        "content_html": voice.html,
    }


def _pieces(entry: FeedEntry, about: FeedAbout) -> dict[str, object]:
    """Files as attachments. A film is a link without a type or a size, which an attachment cannot be: it is ours."""
    files = [_file(entry, piece, about) for piece in pieces_of(entry) if not piece.link]
    films = [
        {"url": piece.link, "title": piece.title, "language": piece.language}
        for piece in pieces_of(entry)
        if piece.link
    ]
    found: dict[str, object] = {"attachments": files} if files else {}
    return found | ({"_samklang": {"about": about.base_url, "links": films}} if films else {})


def _file(entry: FeedEntry, piece: Attachment, about: FeedAbout) -> dict[str, object]:
    ours = {"about": about.base_url, "language": piece.language}
    described = {"alternative": piece.alternative} if piece.kind is UploadKind.IMAGE else {}
    return {
        "url": about.file_address(entry, piece),
        "mime_type": piece.media_type,
        "title": piece.title,
        "size_in_bytes": piece.size,
        "_samklang": ours | described,
    }


def _withdrawn(about: FeedAbout) -> dict[str, object]:
    return {
        "language": about.words.language,
        "content_text": about.words._("The message was withdrawn."),
        "_samklang": {"about": about.base_url, "withdrawn": True},
    }
