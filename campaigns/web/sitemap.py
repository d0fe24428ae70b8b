"""The sitemap: every public page, each with its sisters in other languages."""

from collections.abc import Callable, Iterable, Mapping
from xml.etree import ElementTree as ET

from campaigns.domain.library import Case
from campaigns.domain.reading import SitemapEntry
from campaigns.web.feed_about import written
from campaigns.web.interface_urls import lasting_pages
from campaigns.web.templating import campaign_url, campaign_urls
from campaigns.work.editions.listing import ListedEdition

NAMESPACES = {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9", "xmlns:xhtml": "http://www.w3.org/1999/xhtml"}


def sitemap_xml(
    entries: Iterable[SitemapEntry],
    cases: Iterable[Case],
    editions: Iterable[ListedEdition],
    absolute: Callable[[str], str],
) -> bytes:
    """The sitemap as a document; `cases` are what can be downloaded, `absolute` makes whole addresses of paths."""
    root = ET.Element("urlset", NAMESPACES)
    for pages in lasting_pages():
        _pages(root, {language: absolute(path) for language, path in pages.items()})
    for entry in entries:
        pages = {tag: absolute(path) for tag, path in campaign_urls(entry.slug, entry.languages).items()}
        _pages(root, pages, changed=written(entry.updated_at), default=absolute(campaign_url(entry.slug)))
    for case in cases:
        pages = {shelf.language: absolute(f"/material/{case.slug}/{shelf.language}") for shelf in case.made}
        _pages(root, pages, default=absolute(f"/material/{case.slug}"))
    for one in editions:
        path = f"/material/{one.campaign}/{one.language}/lokalt/{one.slug}"
        _pages(root, {one.language: absolute(path)})
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _pages(root: ET.Element, pages: Mapping[str, str], *, changed: str = "", default: str = "") -> None:
    for address in pages.values():
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = address
        if changed:
            ET.SubElement(url, "lastmod").text = changed
        for language, sister in {**pages, **({"x-default": default} if default else {})}.items():
            ET.SubElement(url, "xhtml:link", rel="alternate", hreflang=language, href=sister)
