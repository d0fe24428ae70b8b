"""A file that somebody handed in, on its way to a reader: as a download, inert, and in parts where it is asked so."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.datastructures import Range
from werkzeug.http import quote_etag

from campaigns.domain.reading import Attachment

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""Whatever a browser would make of the bytes: nothing in them is fetched, sent, shown in a frame or run."""


def sent(file: Attachment, part: Callable[[int, int], bytes]) -> Response:
    """The file, or the part of it that was asked for. `part` gives the bytes from one place up to another."""
    asked = _asked(file)
    wanted = asked.range_for_length(file.size) if asked else (0, file.size)
    if wanted is None:
        response = Response(status=416)
        response.headers["Content-Range"] = f"bytes */{file.size}"
    else:
        start, stop = wanted
        response = Response(part(start, stop), 206 if asked else 200)
        if asked:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    response.headers["Content-Type"] = _type_of(file)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Accept-Ranges"] = "bytes"
    response.set_etag(file.sha256)
    return response


def _asked(file: Attachment) -> Range | None:
    """The one part that was asked for of just this file. Several at once are not taken apart: the whole is sent.

    Of a file no date is told, so a part that is asked for only if nothing changed since a date is the whole too.
    """
    asked, only_if = request.range, request.headers.get("If-Range")
    is_one = asked is not None and asked.units == "bytes" and len(asked.ranges) == 1
    is_same = only_if is None or only_if.strip() == quote_etag(file.sha256)
    return asked if is_one and is_same else None


def _type_of(file: Attachment) -> str:
    return f"{file.media_type}; charset=utf-8" if file.extension in {"vtt", "srt"} else file.media_type
