"""Own material under the embargo, in SQL: the same rule as `domain.uploads.may_read_upload`.

Every query here has `uploads`, `messages` and `campaigns` joined.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, exists, func, or_, select
from sqlmodel import col

from campaigns.domain.access import Actor
from campaigns.store import visibility
from campaigns.store.tables import Message, ReleasedText, ReleasedUpload, Upload

Condition = ColumnElement[bool]


def is_released() -> Condition:
    """Part of what was approved, exactly as it stands now, not withdrawn, and beside words that still stand."""
    return exists(
        select(col(ReleasedUpload.id)).where(
            col(ReleasedUpload.upload_id) == col(Upload.id),
            col(ReleasedUpload.revision) == col(Upload.revision),
            col(ReleasedUpload.superseded_at).is_(None),
            col(ReleasedUpload.withdrawn_at).is_(None),
            exists(
                select(col(ReleasedText.id)).where(
                    col(ReleasedText.message_id) == col(ReleasedUpload.message_id),
                    visibility.text_is_recorded(),
                    col(ReleasedText.withdrawn_at).is_(None),
                )
            ),
        )
    )


def withdrawals() -> Subquery:
    """When something beside a message was last withdrawn: `message_id` and `withdrawn_at`, where anything was."""
    return (
        select(col(ReleasedUpload.message_id), func.max(col(ReleasedUpload.withdrawn_at)).label("withdrawn_at"))
        .where(col(ReleasedUpload.withdrawn_at).is_not(None), col(ReleasedUpload.superseded_at).is_(None))
        .group_by(col(ReleasedUpload.message_id))
        .subquery()
    )


def is_public(now: datetime) -> Condition:
    """Anyone may read it."""
    return and_(visibility.is_public(now), is_released())


def is_own(actor: Actor) -> Condition:
    """It is of the organisation the member acts for, who may read its drafts."""
    return and_(col(Upload.organisation_id) == actor.organisation_id, visibility.own_drafts_are_open(actor))


def is_core(actor: Actor, now: datetime) -> Condition:
    """It goes with a core message of a briefing that is open to the member."""
    return and_(col(Message.answers_id).is_(None), visibility.briefing_is_open(actor, now))


def is_open(actor: Actor, now: datetime) -> Condition:
    """The member may read it: as its own, as briefed, or as anyone."""
    return or_(is_own(actor), is_core(actor, now), is_public(now))
