"""Own material in the workplace: what goes with a message, where each piece stands, and its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import NotThere
from campaigns.domain.reading import Attachment
from campaigns.store import upload_visibility, visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Member, Message, ReleasedUpload, Upload, UploadConsent
from campaigns.work.launch.proposals import OpenProposal, open_proposals
from campaigns.work.loading import briefed_campaign
from campaigns.work.texts.desk import Door, door_of
from campaigns.work.uploads.bodies import part_of_body
from campaigns.work.uploads.reading import attachment_of
from campaigns.work.uploads.withdrawing import WITHDRAW_UPLOAD
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A piece of one's own organisation. `in_release`: approved, or public from T; `withdrawn_at`: no more."""

    it: Attachment
    revision: str
    edited_at: datetime
    edited_by: str
    consented: bool
    in_release: bool
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """All that goes with one message. `left_out` are languages that are not part of the release."""

    message_id: str
    campaign_id: str
    name: str
    is_core: bool
    door: Door
    languages: tuple[str, ...]
    left_out: frozenset[str]
    pieces: tuple[Piece, ...]

    def piece(self, upload_id: str) -> Piece:
        """One of them. Raises NotThere."""
        found = next((piece for piece in self.pieces if piece.it.upload_id == upload_id), None)
        if found is None:
            raise NotThere
        return found


def may_hand_in(actor: Actor, *, is_core: bool) -> bool:
    """Whether the member's roles let them hand in material beside such a message."""
    return actor.may(Permission.EDIT_CORE if is_core else Permission.WRITE_MATCHING)


def shelf_of(place: Workplace, actor: Actor, message_id: str, *, now: datetime) -> Shelf:
    """What goes with a message of one's own organisation. Raises NotThere for every other."""
    with reading(place.engine) as session:
        message, campaign = _own_message(session, actor, message_id)
        return _shelf(session, message, campaign, now)


def _own_message(session: Session, actor: Actor, message_id: str) -> tuple[Message, Campaign]:
    """A message of one's own organisation and its campaign. Locks nothing. Raises NotThere for any other."""
    row = session.exec(
        select(Message, Campaign)
        .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
        .where(
            col(Message.id) == message_id,
            col(Message.organisation_id) == actor.organisation_id,
            visibility.own_drafts_are_open(actor),
        )
    ).first()
    if row is None or not actor.may(Permission.READ_BRIEFING):
        raise NotThere
    return row


def _shelf(session: Session, message: Message, campaign: Campaign, now: datetime) -> Shelf:
    rows = session.exec(
        select(Upload, Member.name, ReleasedUpload.id, ReleasedUpload.withdrawn_at)
        .outerjoin(Member, col(Member.id) == col(Upload.edited_by))
        .outerjoin(
            ReleasedUpload,
            (col(ReleasedUpload.upload_id) == col(Upload.id)) & col(ReleasedUpload.superseded_at).is_(None),
        )
        .where(col(Upload.message_id) == message.id)
        .order_by(col(Upload.created_at), col(Upload.title), col(Upload.id))
    ).all()
    consented = _consented(session, message)
    return Shelf(
        message_id=message.id,
        campaign_id=campaign.id,
        name=message.name,
        is_core=message.answers_id is None,
        door=door_of(campaign, now=now),
        languages=tuple(campaign.languages),
        left_out=frozenset(campaign.left_out),
        pieces=tuple(
            Piece(
                it=attachment_of(upload),
                revision=upload.revision,
                edited_at=upload.edited_at,
                edited_by=name or "",
                consented=upload.id in consented,
                in_release=bool(released) and withdrawn_at is None,
                withdrawn_at=withdrawn_at,
            )
            for upload, name, released, withdrawn_at in rows
        ),
    )


def _consented(session: Session, message: Message) -> frozenset[str]:
    """The pieces whose organisation said yes to exactly what they are now."""
    return frozenset(
        session.exec(
            select(UploadConsent.upload_id)
            .join(Upload, col(Upload.id) == col(UploadConsent.upload_id))
            .where(
                col(Upload.message_id) == message.id,
                col(UploadConsent.revision) == col(Upload.revision),
                col(UploadConsent.taken_back_at).is_(None),
            )
        )
    )


def shelf_around(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> tuple[Shelf, Piece]:
    """A piece of one's own organisation with all that lies beside it. Raises NotThere for every other."""
    with reading(place.engine) as session:
        message_id = session.exec(select(Upload.message_id).where(col(Upload.id) == upload_id)).first()
        if message_id is None:
            raise NotThere
        message, campaign = _own_message(session, actor, message_id)
        shelf = _shelf(session, message, campaign, now)
        return shelf, shelf.piece(upload_id)


def withdrawals_of(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> tuple[OpenProposal, ...]:
    """Who asked that a public piece of the police is withdrawn, the newest first."""
    with reading(place.engine) as session:
        row = session.exec(
            select(ReleasedUpload.id, ReleasedUpload.campaign_id)
            .join(Campaign, col(Campaign.id) == col(ReleasedUpload.campaign_id))
            .where(
                col(ReleasedUpload.upload_id) == upload_id,
                col(ReleasedUpload.superseded_at).is_(None),
                visibility.is_owned_by(actor),
            )
        ).first()
        if row is None:
            return ()
        asked = open_proposals(session, actor, row[1], {WITHDRAW_UPLOAD}, now=now)
        return tuple(one for one in asked if one.revision == row[0])


def pieces_counted(place: Workplace, actor: Actor, campaign_id: str) -> Mapping[str, int]:
    """How much goes with each of the own organisation's messages in a campaign, by message."""
    with reading(place.engine) as session:
        counted = session.exec(
            select(Upload.message_id, func.count())
            .join(Campaign, col(Campaign.id) == col(Upload.campaign_id))
            .where(col(Upload.campaign_id) == campaign_id, upload_visibility.is_own(actor))
            .group_by(col(Upload.message_id))
        )
        return dict(counted.all())


def core_pieces(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> tuple[Attachment, ...]:
    """What goes with the core messages, for whoever may read the briefing.

    Raises NotThere, TermsNotAccepted or BriefingNotOpen.
    """
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = briefed_campaign(session, actor, campaign_id, now=now)
        rows = session.exec(
            select(Upload)
            .join(Message, col(Message.id) == col(Upload.message_id))
            .join(Campaign, col(Campaign.id) == col(Upload.campaign_id))
            .where(col(Upload.campaign_id) == campaign.id, upload_visibility.is_core(actor, now))
            .order_by(col(Message.position), col(Upload.created_at), col(Upload.title), col(Upload.id))
        )
        return tuple(attachment_of(upload) for upload in rows)


def open_file(place: Workplace, actor: Actor, upload_id: str, *, now: datetime) -> Attachment:
    """A file that the member may read. Raises NotThere, the same for a link, another's, and nonsense."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        return attachment_of(_open(session, actor, upload_id, now))


def open_bytes(place: Workplace, actor: Actor, upload_id: str, *, start: int, stop: int, now: datetime) -> bytes:
    """Its bytes from `start` up to `stop`. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        upload = _open(session, actor, upload_id, now)
        return part_of_body(session, upload.sha256 or "", start=start, stop=stop)


def _open(session: Session, actor: Actor, upload_id: str, now: datetime) -> Upload:
    found = session.exec(
        select(Upload)
        .join(Message, col(Message.id) == col(Upload.message_id))
        .join(Campaign, col(Campaign.id) == col(Upload.campaign_id))
        .where(
            col(Upload.id) == upload_id,
            col(Upload.sha256).is_not(None),
            upload_visibility.is_own(actor) | upload_visibility.is_core(actor, now),
        )
    ).first()
    if found is None:
        raise NotThere
    return found
