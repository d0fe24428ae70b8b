"""Plain words in which numbers and links keep their order, whatever direction the text around them has."""

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from campaigns.domain.facts import LINK_TAIL, links_blanked
from campaigns.domain.text_digits import digit_groups

_LINK = re.compile(r"https?://[^\s<>()\[\]{}\"«»“”「」（）《》]+", re.IGNORECASE)
_APART = Markup('<bdi dir="ltr">{}</bdi>')


def isolated(text: str) -> Markup:
    """The words with phones, dates, times and links as they are written: 114 14 is never shown as 14 114."""
    shown, at = Markup(), 0
    for start, end in sorted([*_links(text), *(groups.span() for groups in digit_groups(links_blanked(text)))]):
        shown += escape(text[at:start]) + _APART.format(text[start:end])
        at = end
    return shown + escape(text[at:])


def _links(text: str) -> Iterator[tuple[int, int]]:
    for found in _LINK.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip(LINK_TAIL))
