"""Files that go with public messages. Before T their addresses answer as nonsense does."""

from flask import Blueprint, Response

from campaigns.web.sending import sent
from campaigns.web.site import now, site

attachments = Blueprint("attachments", __name__)


@attachments.before_request
def _closed_when_in_doubt() -> None:
    site().ready()


@attachments.get("/kampanj/<slug>/fil/<upload_id>")
def file(slug: str, upload_id: str) -> Response:
    """One file, whole or in part."""
    found = site().reading.attachment(slug=slug, upload_id=upload_id, now=now())

    def part(start: int, stop: int) -> bytes:
        return site().reading.attachment_bytes(slug=slug, upload_id=upload_id, start=start, stop=stop, now=now())

    return sent(found, part)
