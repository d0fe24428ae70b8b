"""Handing out a file: whole, from where it broke off, or only its head. Its ETag is its sum, so the same is the same.

The bytes come from the database a few parts at a time, so a large file costs no memory and a slow reader holds nothing.
"""

import base64
import re
from collections.abc import Callable, Iterator
from enum import Enum
from hashlib import sha256

from flask import Response, request
from werkzeug.http import quote_etag

from campaigns.domain.library import Download

Read = Callable[[Download, int, int], Iterator[bytes]]
STYLE = re.compile(rb"<style>(.*?)</style>", re.DOTALL)
HTML = "text/html"
SHOWN = "visas"
"""Stands in the query of a picture's address where a page of ours shows it: nobody downloads it there."""
RANGE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,18})-(?P<last>[0-9]{0,18})|-(?P<suffix>[0-9]{1,18}))", re.IGNORECASE)
"""One range, as RFC 9110 writes it: from a byte on, from one to another, or the last so many."""


class Whole(Enum):
    """Answers to a request for a part that are not a part."""

    ALL = "all"  # nothing, or nothing we can give, was asked for: the whole file is always right
    NONE = "none"  # it lies beyond the end


def part_asked(size: int, etag: str, asked: str | None, if_range: str | None) -> tuple[int, int] | Whole:
    """First and last-but-one byte of the one range that is asked for; several ranges are answered with all (RFC 9110).

    `etag` is without quotation marks. A range that is asked for only if the file is still the same counts only for
    exactly that ETag; we tell no dates, so a date never fits.
    """
    if not asked or (if_range is not None and if_range.strip() != quote_etag(etag)):
        return Whole.ALL
    found = RANGE.fullmatch(asked.strip())
    if found is None:
        return Whole.ALL
    first, last, suffix = found["first"], found["last"], found["suffix"]
    if suffix:
        return (max(size - int(suffix), 0), size) if int(suffix) else Whole.NONE
    if last and int(last) < int(first):
        return Whole.ALL
    return (int(first), min(int(last) + 1, size) if last else size) if int(first) < size else Whole.NONE


def handed_out(download: Download, read: Read, count: Callable[[], None]) -> Response:
    """The answer to a request for a file. What begins at the first byte is counted; neither a look at the head is, nor
    a picture that a page shows.
    """
    item = download.item
    part = part_asked(item.size, item.sha256, request.headers.get("Range"), request.headers.get("If-Range"))
    if request.method == "HEAD":
        part = Whole.ALL
    if part is Whole.NONE:
        return _labelled(Response(status=416), download, {"Content-Range": f"bytes */{item.size}"})
    start, stop = (0, item.size) if isinstance(part, Whole) else part
    if start == 0 and request.method == "GET" and not _is_known() and SHOWN not in request.args:
        count()
    facts = {"Content-Length": str(stop - start)}
    if not isinstance(part, Whole):
        facts["Content-Range"] = f"bytes {start}-{stop - 1}/{item.size}"
    if item.media_type.startswith(HTML):
        facts["Content-Security-Policy"] = _policy(b"".join(read(download, 0, item.size)))
    answer = Response(read(download, start, stop), status=200 if isinstance(part, Whole) else 206)
    return _labelled(answer, download, facts)


def _is_known() -> bool:
    """Whether the reader only asks if what it has is still right."""
    return "If-None-Match" in request.headers


def _labelled(answer: Response, download: Download, facts: dict[str, str]) -> Response:
    item = download.item
    shown = "inline" if item.media_type.startswith(HTML) else "attachment"
    answer.headers["Content-Type"] = item.media_type
    answer.headers["Content-Disposition"] = f'{shown}; filename="{item.name}"'
    answer.headers["Accept-Ranges"] = "bytes"
    answer.set_etag(item.sha256)
    answer.headers.update(facts)
    return answer


def page_of_material(page: bytes) -> Response:
    """A page of material that is kept nowhere."""
    return Response(page, content_type=f"{HTML}; charset=utf-8", headers={"Content-Security-Policy": _policy(page)})


def _policy(page: bytes) -> str:
    """A page of material may be styled by its own sheet and shows its own picture; it can do nothing else."""
    styles = (base64.b64encode(sha256(style).digest()).decode() for style in STYLE.findall(page))
    allowed = " ".join(f"'sha256-{style}'" for style in styles)
    return (
        f"default-src 'none'; style-src {allowed}; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
