"""Own material as the public reads it: never loaded before T, nor without its organisation's consent."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from campaigns.domain.errors import NotThere
from campaigns.domain.reading import Attachment
from campaigns.store import upload_visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Upload
from campaigns.work.campaign.drafts import slug_of
from campaigns.work.uploads.bodies import part_of_body


def attachment_of(upload: Upload) -> Attachment:
    """A piece as its readers see it."""
    extension = f".{upload.extension}" if upload.extension else ""
    return Attachment(
        upload_id=upload.id,
        kind=upload.kind,
        language=upload.language,
        title=upload.title,
        alternative=upload.alternative,
        link=upload.link,
        sha256=upload.sha256 or "",
        media_type=upload.media_type,
        extension=upload.extension,
        file_name=f"{slug_of(upload.title)}_{upload.language.lower()}{extension}",
        size=upload.size,
        width=upload.width,
        height=upload.height,
    )


def attachments_by_message(
    session: Session, *, now: datetime, slug: str | None = None, messages: Collection[str] | None = None
) -> Mapping[str, tuple[Attachment, ...]]:
    """What anyone may have beside the messages of a campaign, or beside these messages, by the message's id."""
    wanted = [
        *([] if slug is None else [col(Campaign.slug) == slug]),
        *([] if messages is None else [col(Upload.message_id).in_(list(messages))]),
    ]
    found: dict[str, list[Attachment]] = defaultdict(list)
    for upload in session.exec(_public(now).where(*wanted)):
        found[upload.message_id].append(attachment_of(upload))
    return {message_id: tuple(pieces) for message_id, pieces in found.items()}


def public_attachment(engine: Engine, *, slug: str, upload_id: str, now: datetime) -> Attachment:
    """A public file. Raises NotThere, the same for not yet, never, withdrawn, and a link."""
    with reading(engine) as session:
        return attachment_of(_file(session, slug, upload_id, now))


def public_attachment_bytes(
    engine: Engine, *, slug: str, upload_id: str, start: int, stop: int, now: datetime
) -> bytes:
    """Its bytes from `start` up to `stop`. Raises NotThere."""
    with reading(engine) as session:
        upload = _file(session, slug, upload_id, now)
        return part_of_body(session, upload.sha256 or "", start=start, stop=stop)


def _file(session: Session, slug: str, upload_id: str, now: datetime) -> Upload:
    wanted = col(Campaign.slug) == slug, col(Upload.id) == upload_id, col(Upload.sha256).is_not(None)
    found = session.exec(_public(now).where(*wanted)).first()
    if found is None:
        raise NotThere
    return found


def _public(now: datetime) -> SelectOfScalar[Upload]:
    return (
        select(Upload)
        .join(Campaign, col(Campaign.id) == col(Upload.campaign_id))
        .where(upload_visibility.is_public(now))
        .order_by(col(Upload.created_at), col(Upload.title), col(Upload.id))
    )
