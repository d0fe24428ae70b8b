"""Atom 1.0 (RFC 4287); withdrawn entries leave a tombstone (RFC 6721)."""

import re
from xml.etree import ElementTree as ET

from campaigns.domain.reading import Attachment, EditionEntry, FeedEntry
from campaigns.web.feed_about import FeedAbout, changed, entry_urn, pieces_of, written

NAMESPACES = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:at": "http://purl.org/atompub/tombstones/1.0"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(about: FeedAbout) -> bytes:
    """The feed as a document."""
    root = ET.Element("feed", {**NAMESPACES, "xml:lang": about.language})
    _add(root, "id", about.address)
    _add(root, "title", about.title)
    _add(root, "updated", written(about.updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=about.address)
    _add(root, "link", rel="alternate", type="text/html", hreflang=about.language, href=about.home)
    _add(ET.SubElement(root, "author"), "name", "Samklang")
    _add(root, "generator", "Samklang", uri=about.base_url)
    for entry in about.items:
        if isinstance(entry, EditionEntry):
            _edition(root, entry, about)
        else:
            _tombstone(root, entry, about) if entry.voice.withdrawn_at else _entry(root, entry, about)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(root: ET.Element, entry: FeedEntry, about: FeedAbout) -> None:
    voice = entry.voice
    element = ET.SubElement(root, "entry", {"xml:lang": voice.language})
    _add(element, "id", entry_urn(entry))
    _add(element, "title", voice.headline)
    _add(element, "published", written(voice.published_at))
    _add(element, "updated", written(changed(entry)))
    _add(ET.SubElement(element, "author"), "name", voice.organisation)
    _add(element, "link", rel="alternate", type="text/html", hreflang=voice.language, href=about.entry_address(entry))
    for piece in pieces_of(entry):
        _piece(element, entry, piece, about)
    _add(element, "category", term=entry.campaign_slug, label=entry.campaign_name)
    _add(element, "summary", voice.short)
    _add(element, "content", voice.html, type="html")


def _edition(root: ET.Element, entry: EditionEntry, about: FeedAbout) -> None:
    element = ET.SubElement(root, "entry", {"xml:lang": entry.language})
    _add(element, "id", entry_urn(entry))
    _add(element, "title", entry.title)
    _add(element, "published", written(entry.published_at))
    _add(element, "updated", written(entry.updated_at))
    _add(ET.SubElement(element, "author"), "name", entry.organisation)
    here = about.entry_address(entry)
    _add(element, "link", rel="alternate", type="text/html", hreflang=about.words.language, href=here)
    if entry.pack:
        said = {"hreflang": entry.language, "title": about.pack_title(), "length": str(entry.pack_size)}
        _add(element, "link", rel="enclosure", type=entry.pack_type, href=about.pack_address(entry), **said)
    _add(element, "category", term=entry.campaign_slug, label=entry.campaign_name)
    _add(element, "summary", entry.short)
    _add(element, "content", entry.html, type="html")


def _piece(element: ET.Element, entry: FeedEntry, piece: Attachment, about: FeedAbout) -> None:
    """A file is enclosed; a film is a page of somebody else's, so it is only related."""
    said = {"href": about.file_address(entry, piece), "hreflang": piece.language, "title": piece.title}
    if piece.link:
        _add(element, "link", rel="related", **said)
    else:
        _add(element, "link", rel="enclosure", type=piece.media_type, length=str(piece.size), **said)


def _tombstone(root: ET.Element, entry: FeedEntry, about: FeedAbout) -> None:
    element = ET.SubElement(root, "at:deleted-entry", ref=entry_urn(entry), when=written(changed(entry)))
    _add(element, "link", rel="alternate", type="text/html", href=about.entry_address(entry))
    _add(element, "at:comment", about.words._("The message was withdrawn."), **{"xml:lang": about.words.language})


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> None:
    element = ET.SubElement(parent, tag, {name: _clean(value) for name, value in attributes.items()})
    element.text = None if text is None else _clean(text)


def _clean(text: str) -> str:
    """Leave out what no XML document may hold; ElementTree would write it all the same."""
    return _NOT_XML.sub("", text)
