"""Withdrawing own material after T: a partner its own alone, what goes with a core message by two."""

from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import Stage
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Proposal, ReleasedUpload, Upload
from campaigns.work.launch.correcting import AlreadyWithdrawn, NotPublicYet
from campaigns.work.launch.following import material_changed
from campaigns.work.launch.scheduling import open_proposal, settle_proposal
from campaigns.work.telling import briefed_members, tell
from campaigns.work.uploads.handing_in import own_upload
from campaigns.work.workplace import Workplace

WITHDRAW_UPLOAD = "withdraw_upload"


class NotPublished(Refused):
    """The campaign is public, this piece is not."""

    message = N_("This was not part of the release, so there is nothing public to withdraw.")


def propose_withdraw_upload(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> None:
    """Ask a colleague to confirm that a piece beside a core message is withdrawn. It lapses after a day."""
    actor.must(Permission.WITHDRAW)
    with writing(place.engine) as session:
        upload, _, campaign = own_upload(session, actor, upload_id)
        published = _published(session, upload, campaign, now)
        session.add(
            Proposal(
                id=new_id(),
                campaign_id=campaign.id,
                action=WITHDRAW_UPLOAD,
                revision=published.id,
                proposed_by=actor.member_id or "",
                proposed_at=now,
            )
        )
        details = {"upload": upload.id}
        audit.record(session, actor, "upload.withdrawal_asked", now=now, campaign_id=campaign.id, details=details)


def withdraw_upload(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> None:
    """Withdraw a piece after T: nobody can fetch it any more, everyone who was briefed is told, and so is every webhook
    that had its message.

    A partner withdraws its own alone. What goes with a core message takes two people: raises NothingToConfirm unless
    one asked, and NeedsAnotherPerson for the one who did. Raises NotPublicYet, NotPublished or AlreadyWithdrawn.
    """
    with writing(place.engine) as session:
        upload, message, campaign = own_upload(session, actor, upload_id)
        actor.must(Permission.CONSENT if message.answers_id else Permission.WITHDRAW)
        published = _published(session, upload, campaign, now)
        if message.answers_id is None:
            asked = open_proposal(session, campaign, WITHDRAW_UPLOAD, actor, revision=published.id, now=now)
            settle_proposal(session, asked, actor, now)
        published.withdrawn_at = now
        session.add(published)
        session.flush()
        material_changed(session, place, campaign, upload.message_id, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.WITHDRAWN, members, campaign=campaign, now=now, besides=actor)
        details = {"upload": upload.id, "revision": upload.revision}
        audit.record(session, actor, "upload.withdrawn", now=now, campaign_id=campaign.id, details=details)


def _published(session: Session, upload: Upload, campaign: Campaign, now: datetime) -> ReleasedUpload:
    """What the public can fetch of it."""
    if not is_public(campaign.embargo, now=now):
        if campaign.stage is Stage.WITHDRAWN:
            raise AlreadyWithdrawn(withdrawn_at=campaign.withdrawn_at)
        raise NotPublicYet
    published = session.exec(
        select(ReleasedUpload).where(
            col(ReleasedUpload.upload_id) == upload.id, col(ReleasedUpload.superseded_at).is_(None)
        )
    ).first()
    if published is None:
        raise NotPublished
    if published.withdrawn_at is not None:
        raise AlreadyWithdrawn(withdrawn_at=published.withdrawn_at)
    return published
