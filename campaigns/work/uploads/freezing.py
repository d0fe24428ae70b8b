"""Own material in a release: what of it goes out, frozen with the texts and thawed with them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, or_, select

from campaigns.domain.ids import new_id
from campaigns.store.tables import Campaign, Message, Release, ReleasedUpload, Upload, UploadConsent

Pieces = Sequence[tuple[Upload, bool]]
"""Material, each piece with whether it is the police's own."""


def chosen_uploads(session: Session, campaign: Campaign, message_ids: Iterable[str]) -> Pieces:
    """What goes out beside these messages.

    The police's all goes; a partner's only with its organisation's consent to exactly what it is now. Nothing goes in a
    language that was left out.
    """
    consented = exists().where(
        col(UploadConsent.upload_id) == col(Upload.id),
        col(UploadConsent.revision) == col(Upload.revision),
        col(UploadConsent.taken_back_at).is_(None),
    )
    is_core = col(Message.answers_id).is_(None)
    rows = session.exec(
        select(Upload, is_core)
        .join(Message, col(Message.id) == col(Upload.message_id))
        .where(col(Upload.campaign_id) == campaign.id, or_(is_core, consented))
        .order_by(col(Message.position), col(Upload.created_at), col(Upload.title), col(Upload.id))
    ).all()
    going = set(message_ids)
    return [
        (upload, bool(core))
        for upload, core in rows
        if upload.message_id in going and upload.language not in campaign.left_out
    ]


def hashed(uploads: Pieces) -> dict[str, list[list[str]]]:
    """What approval binds to beside the texts. Nothing where there is none, so that such a revision is as before."""
    listed = sorted([upload.message_id, upload.id, upload.revision] for upload, _ in uploads)
    return {"uploads": listed} if listed else {}


def makers_of(uploads: Pieces) -> frozenset[str]:
    """Who handed in or worded any of the police's own: they do not approve it."""
    makers = (maker for upload, core in uploads if core for maker in (upload.created_by, upload.edited_by))
    return frozenset(maker for maker in makers if maker is not None)


def freeze_uploads(session: Session, campaign: Campaign, release: Release, uploads: Pieces) -> None:
    """Note which pieces a release holds, and in which revision."""
    for upload, _ in uploads:
        session.add(
            ReleasedUpload(
                id=new_id(),
                release_id=release.id,
                campaign_id=campaign.id,
                upload_id=upload.id,
                message_id=upload.message_id,
                organisation_id=upload.organisation_id,
                revision=upload.revision,
            )
        )


def uploads_leave(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    """Take what a release holds out of it again before T. It was never public, so no tombstone is left."""
    held = session.exec(select(ReleasedUpload).where(*which, col(ReleasedUpload.superseded_at).is_(None)))
    for released in held:
        released.superseded_at = now
        session.add(released)


def frozen_uploads(session: Session, campaign: Campaign, *, message_id: str | None = None) -> Pieces:
    """What the release that stands holds and was not withdrawn; beside one message, if it is named."""
    beside = [] if message_id is None else [col(ReleasedUpload.message_id) == message_id]
    rows = session.exec(
        select(Upload, col(Message.answers_id).is_(None))
        .join(ReleasedUpload, col(ReleasedUpload.upload_id) == col(Upload.id))
        .join(Message, col(Message.id) == col(Upload.message_id))
        .where(
            col(ReleasedUpload.campaign_id) == campaign.id,
            col(ReleasedUpload.superseded_at).is_(None),
            col(ReleasedUpload.withdrawn_at).is_(None),
            *beside,
        )
        .order_by(col(Message.position), col(Upload.created_at), col(Upload.title), col(Upload.id))
    )
    return [(upload, bool(core)) for upload, core in rows]
