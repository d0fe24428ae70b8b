"""Own material before approval: handing it in, saying what it is, and taking it away again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import Stage
from campaigns.domain.uploads import MEGABYTE, MOST_OF_A_MESSAGE, Told, UploadKind, told_faults, upload_revision
from campaigns.interchange.received import Clean, clean
from campaigns.interchange.received.subtitles import warnings_of
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Message, ReleasedUpload, Upload, UploadConsent
from campaigns.work.campaign.drafts import one_line, prose
from campaigns.work.loading import is_over, own_message
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.texts.news import ask_for_consent
from campaigns.work.texts.writing import must_pass
from campaigns.work.uploads.bodies import drop_body, keep_body, sha256_of
from campaigns.work.workplace import Workplace

MOST_BYTES_OF_A_MESSAGE = 200 * MEGABYTE
STILL_CHANGING = frozenset({Stage.DRAFT, Stage.BRIEFING})
MAY_REMOVE = STILL_CHANGING | {Stage.CANCELLED}

HERE_ALREADY = N_("This very file is here already, as “{title}”. Choose another one, or change what is said of that.")
TOO_MANY = N_("{most} pieces go with this message already. Take one away first.")
TOO_MUCH = N_("The files of this message may be {most} MB together. Take one away first, or make this one smaller.")


class MaterialIsFrozen(Refused):
    """What was approved is what is published."""

    message = N_(
        "The release is approved, and its material is frozen with it. To change it, the police take the approval back."
    )


class MaterialIsPublic(Refused):
    """After T nothing is slipped in beside what was approved."""

    message = N_("The campaign is public, so material is neither added nor changed any more. It can be withdrawn.")


class SomeoneElseChanged(Refused):
    """Two people changed the same piece; the later save would hide the earlier."""

    message = N_("Someone changed this after you opened it. Look at what it says now, and change that.")


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A piece that was stored, with what one should look at once more."""

    upload_id: str
    revision: str
    warnings: tuple[Fault, ...]


def add_upload(
    place: Workplace, actor: Actor, message_id: str, *, kind: UploadKind, told: Told, raw: bytes = b"", now: datetime
) -> HandedIn:
    """Hand in a file, or a link for a film in sign language, with a message of one's own organisation.

    Raises BadInput with everything that is wrong with the file (at `file`) and with what is said of it, or
    MaterialIsFrozen, MaterialIsPublic or CampaignIsOver.
    """
    told = _tidy(told)
    with reading(place.engine) as session:
        campaign = _open_message(session, actor, message_id, now)[1]
        faults = told_faults(kind, told, languages=tuple(campaign.languages))
    found, more = _cleaned(kind, raw)  # outside of any transaction: a large image takes its time
    must_pass([*more, *faults])
    with writing(place.engine) as session:
        message, campaign = _open_message(session, actor, message_id, now)
        upload = _stored(session, actor, message, kind=kind, told=told, found=found, now=now)
        _tell(session, place, campaign, message, actor=actor, now=now)
        details = {"upload": upload.id, "kind": kind.value, "revision": upload.revision, "sha256": upload.sha256}
        audit.record(session, actor, "upload.added", now=now, campaign_id=campaign.id, details=details)
        return HandedIn(upload_id=upload.id, revision=upload.revision, warnings=(*more, *faults))


def _tidy(told: Told) -> Told:
    return Told(
        language=told.language,
        title=one_line(told.title),
        alternative=prose(told.alternative),
        link=told.link.strip(),
    )


def _cleaned(kind: UploadKind, raw: bytes) -> tuple[Clean | None, list[Fault]]:
    """The file as it may be published, or what is wrong with it."""
    if kind is UploadKind.SIGN_VIDEO:
        return None, []
    try:
        found = clean(kind, raw)
    except BadInput as error:
        return None, list(error.faults)
    return found, warnings_of(found.content) if kind is UploadKind.SUBTITLES else []


def _open_message(session: Session, actor: Actor, message_id: str, now: datetime) -> tuple[Message, Campaign]:
    message, campaign = own_message(session, actor, message_id)
    _may_change(actor, message, campaign, now)
    return message, campaign


def _may_change(actor: Actor, message: Message, campaign: Campaign, now: datetime) -> None:
    actor.must(Permission.WRITE_MATCHING if message.answers_id else Permission.EDIT_CORE)
    if is_over(campaign.stage):
        raise CampaignIsOver(stage=campaign.stage)
    if is_public(campaign.embargo, now=now):
        raise MaterialIsPublic
    if campaign.stage not in STILL_CHANGING:
        raise MaterialIsFrozen


def _stored(
    session: Session,
    actor: Actor,
    message: Message,
    *,
    kind: UploadKind,
    told: Told,
    found: Clean | None,
    now: datetime,
) -> Upload:
    _must_fit(session, message, told, found)
    sha256 = keep_body(session, found.content, now=now) if found else None
    upload = Upload(
        id=new_id(),
        campaign_id=message.campaign_id,
        message_id=message.id,
        organisation_id=message.organisation_id,
        kind=kind,
        language=told.language,
        title=told.title,
        alternative=told.alternative,
        link=told.link if kind is UploadKind.SIGN_VIDEO else "",
        sha256=sha256,
        media_type=found.media_type if found else "",
        extension=found.format.value if found else "",
        size=len(found.content) if found else 0,
        width=found.width if found else 0,
        height=found.height if found else 0,
        revision="",
        created_by=actor.member_id,
        edited_by=actor.member_id,
        edited_at=now,
        created_at=now,
    )
    upload.revision = upload_revision(kind, upload.told, sha256=sha256 or "")
    session.add(upload)
    session.flush()
    return upload


def _must_fit(session: Session, message: Message, told: Told, found: Clean | None) -> None:
    ours = col(Upload.message_id) == message.id
    count, size = session.exec(select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(ours)).one()
    if count >= MOST_OF_A_MESSAGE:
        raise BadInput([Fault(message=TOO_MANY, field="file", facts={"most": MOST_OF_A_MESSAGE})])
    if found is None:
        return
    if size + len(found.content) > MOST_BYTES_OF_A_MESSAGE:
        raise BadInput([Fault(message=TOO_MUCH, field="file", facts={"most": MOST_BYTES_OF_A_MESSAGE // MEGABYTE})])
    same = ours, col(Upload.sha256) == sha256_of(found.content), col(Upload.language) == told.language
    title = session.exec(select(Upload.title).where(*same)).first()
    if title is not None:
        raise BadInput([Fault(message=HERE_ALREADY, field="file", facts={"title": title})])


def _tell(
    session: Session, place: Workplace, campaign: Campaign, message: Message, *, actor: Actor, now: datetime
) -> None:
    """A partner's piece goes nowhere without its publisher."""
    if message.answers_id and campaign.stage is Stage.BRIEFING and not actor.may(Permission.CONSENT):
        ask_for_consent(session, place, campaign, message.organisation_id, actor=actor, now=now)


def edit_upload(
    place: Workplace, actor: Actor, upload_id: str, *, told: Told, revision: str, now: datetime
) -> HandedIn:
    """Say something else of a piece; consent to what was said before holds no more. The file stays as it is.

    `revision` is the one that was on the screen. Raises BadInput, SomeoneElseChanged, and what `add_upload` raises.
    """
    told = _tidy(told)
    with writing(place.engine) as session:
        upload, message, campaign = own_upload(session, actor, upload_id)
        _may_change(actor, message, campaign, now)
        if upload.revision != revision:
            raise SomeoneElseChanged
        faults = told_faults(upload.kind, told, languages=tuple(campaign.languages))
        must_pass(faults)
        upload.language, upload.title, upload.alternative = told.language, told.title, told.alternative
        upload.link = told.link if upload.kind is UploadKind.SIGN_VIDEO else ""
        upload.revision = upload_revision(upload.kind, upload.told, sha256=upload.sha256 or "")
        upload.edited_by, upload.edited_at = actor.member_id, now
        session.add(upload)
        if upload.revision != revision:
            _tell(session, place, campaign, message, actor=actor, now=now)
        details = {"upload": upload.id, "from": revision, "to": upload.revision}
        audit.record(session, actor, "upload.edited", now=now, campaign_id=campaign.id, details=details)
        return HandedIn(upload_id=upload.id, revision=upload.revision, warnings=tuple(faults))


def own_upload(session: Session, actor: Actor, upload_id: str) -> tuple[Upload, Message, Campaign]:
    """A piece of the member's own organisation with its message and campaign, locked. Raises NotThere."""
    upload = session.get(Upload, upload_id)
    if upload is None:
        raise NotThere
    message, campaign = own_message(session, actor, upload.message_id)
    session.refresh(upload, with_for_update=True)
    return upload, message, campaign


def remove_upload(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> None:
    """Take a piece away before T, for good: it was never public. The audit trail keeps its hash.

    Raises MaterialIsFrozen, MaterialIsPublic or CampaignIsOver.
    """
    with writing(place.engine) as session:
        upload, message, campaign = own_upload(session, actor, upload_id)
        if campaign.stage not in MAY_REMOVE:
            _may_change(actor, message, campaign, now)
        actor.must(Permission.WRITE_MATCHING if message.answers_id else Permission.EDIT_CORE)
        details = {"upload": upload.id, "revision": upload.revision, "sha256": upload.sha256}
        take_away(session, [upload])
        audit.record(session, actor, "upload.removed", now=now, campaign_id=campaign.id, details=details)


def take_away(session: Session, uploads: Sequence[Upload]) -> None:
    """Delete pieces that were never public, with every yes to them and with bytes that nobody else needs."""
    ids, bodies = [upload.id for upload in uploads], {upload.sha256 for upload in uploads}
    session.exec(delete(UploadConsent).where(col(UploadConsent.upload_id).in_(ids)))
    session.exec(delete(ReleasedUpload).where(col(ReleasedUpload.upload_id).in_(ids)))
    session.exec(delete(Upload).where(col(Upload.id).in_(ids)))
    session.flush()
    for sha256 in bodies:
        drop_body(session, sha256)
