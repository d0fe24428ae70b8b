"""An organisation's yes to its own material: to exactly what it is and what is said of it, until it is taken back."""

from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.uploads import told_faults
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, ReleasedUpload, Upload, UploadConsent
from campaigns.work.launch.following import material_changed
from campaigns.work.launch.scheduling import too_late_to_stop
from campaigns.work.loading import is_over
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.partners.consenting import ConsentIsPublished
from campaigns.work.texts.writing import must_pass
from campaigns.work.uploads.handing_in import STILL_CHANGING, MaterialIsFrozen, own_upload
from campaigns.work.workplace import Workplace


class NotThatPiece(Refused):
    """Consent is to what was seen, not to whatever stands there now."""

    message = N_("This was changed after you looked at it. Look at it as it is now and give your consent to that.")


class NeedsNoConsent(Refused):
    """What goes with a core message is approved with it."""

    message = N_("This goes with a core message, so it is approved with the release and needs no consent.")


def consent_to_upload(place: Workplace, actor: Actor, upload_id: str, *, revision: str, now: datetime) -> None:
    """Say yes, for the organisation, to exactly this revision of its material. Saying it twice is one yes.

    Raises NotThatPiece, NeedsNoConsent, MaterialIsFrozen, CampaignIsOver, or BadInput with what must be mended first.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        upload, message, campaign = own_upload(session, actor, upload_id)
        if message.answers_id is None:
            raise NeedsNoConsent
        if upload.revision != revision:
            raise NotThatPiece
        _may_consent(campaign)
        must_pass(told_faults(upload.kind, upload.told, languages=tuple(campaign.languages)))
        _say_yes(session, actor, upload, now)
        details = {"upload": upload.id, "revision": revision}
        audit.record(session, actor, "upload.consent_given", now=now, campaign_id=campaign.id, details=details)


def _may_consent(campaign: Campaign) -> None:
    if is_over(campaign.stage):
        raise CampaignIsOver(stage=campaign.stage)
    if campaign.stage not in STILL_CHANGING:
        raise MaterialIsFrozen


def _say_yes(session: Session, actor: Actor, upload: Upload, now: datetime) -> None:
    given = session.exec(
        select(UploadConsent).where(
            col(UploadConsent.upload_id) == upload.id, col(UploadConsent.revision) == upload.revision
        )
    ).first()
    given = given or UploadConsent(
        id=new_id(), upload_id=upload.id, revision=upload.revision, member_id=actor.member_id or "", given_at=now
    )
    if given.taken_back_at is not None:
        given.taken_back_at, given.given_at, given.member_id = None, now, actor.member_id or ""
    session.add(given)
    session.flush()


def take_back_upload(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> None:
    """Take the yes back before the lift: the piece leaves the release, everything else goes.

    Raises NotThere if there was no consent, ConsentIsPublished from one second before the lift for what is published
    then, CampaignIsOver when nothing can leave any more.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        upload, _, campaign = own_upload(session, actor, upload_id)
        given = standing_upload_consent(session, upload)
        if given is None:
            raise NotThere
        frozen = _frozen(session, upload)
        too_late = too_late_to_stop(campaign, now=now)
        if too_late and frozen is not None:
            raise ConsentIsPublished(lift_at=campaign.lift_at)
        if is_over(campaign.stage):
            raise CampaignIsOver(stage=campaign.stage)
        given.taken_back_at = now
        session.add(given)
        if frozen is not None:
            frozen.superseded_at = now
            session.add(frozen)
            session.flush()
            material_changed(session, place, campaign, upload.message_id, now=now)
        details = {"upload": upload.id, "revision": upload.revision}
        audit.record(session, actor, "upload.consent_taken_back", now=now, campaign_id=campaign.id, details=details)


def standing_upload_consent(session: Session, upload: Upload) -> UploadConsent | None:
    """The organisation's yes to exactly what the piece is now, if there is one."""
    return session.exec(
        select(UploadConsent).where(
            col(UploadConsent.upload_id) == upload.id,
            col(UploadConsent.revision) == upload.revision,
            col(UploadConsent.taken_back_at).is_(None),
        )
    ).first()


def _frozen(session: Session, upload: Upload) -> ReleasedUpload | None:
    return session.exec(
        select(ReleasedUpload).where(
            col(ReleasedUpload.upload_id) == upload.id, col(ReleasedUpload.superseded_at).is_(None)
        )
    ).first()
