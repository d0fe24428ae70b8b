"""Consent: an organisation's yes to one exact revision, and taking it back."""

from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Consent, Delivery, Message, ReleasedText, Text
from campaigns.work.loading import own_message
from campaigns.work.matching import standing_consent
from campaigns.work.telling import owners, tell
from campaigns.work.workplace import Workplace
from campaigns.work.writing import TextsAreFrozen, faults_of, must_pass


class NotThatText(Refused):
    """Consent is to what was read, not to whatever stands there now."""

    message = N_("The text was changed after you read it. Read it as it is now and give your consent to that.")


class ConsentIsPublished(Refused):
    """What is public is withdrawn, which leaves a tombstone; it cannot be made never to have been."""

    message = N_("The message has been public since {lift_at}. Withdraw it instead.")


def consent(place: Workplace, actor: Actor, text_id: str, *, revision: str, now: datetime) -> None:
    """Say yes, for the organisation, to exactly this revision. Saying it twice is one yes.

    Raises BadInput with the faults that must be mended first, NotThatText or TextsAreFrozen.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        text, message, campaign = _own_text(session, actor, text_id)
        if text.revision != revision:
            raise NotThatText
        if campaign.stage in {Stage.APPROVED, Stage.HELD}:
            raise TextsAreFrozen
        must_pass(faults_of(session, campaign, message, text))
        _say_yes(session, actor, text, now)
        details = {"text": text.id, "revision": revision}
        audit.record(session, actor, "consent.given", now=now, campaign_id=campaign.id, details=details)


def _say_yes(session: Session, actor: Actor, text: Text, now: datetime) -> None:
    given = session.exec(
        select(Consent).where(col(Consent.text_id) == text.id, col(Consent.revision) == text.revision)
    ).first()
    given = given or Consent(
        id=new_id(), text_id=text.id, revision=text.revision, member_id=actor.member_id or "", given_at=now
    )
    if given.taken_back_at is not None:
        given.taken_back_at, given.given_at, given.member_id = None, now, actor.member_id or ""
    session.add(given)
    session.flush()


def take_back(place: Workplace, actor: Actor, text_id: str, *, now: datetime) -> None:
    """Take the yes back before the lift: the message leaves the release, the rest goes, and the police are told.

    Raises ConsentIsPublished after the lift, NotThere if there was no consent.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        text, _, campaign = _own_text(session, actor, text_id)
        if is_public(campaign.embargo, now=now):
            raise ConsentIsPublished(lift_at=campaign.lift_at)
        given = standing_consent(session, text)
        if given is None:
            raise NotThere
        given.taken_back_at = now
        session.add(given)
        _leave_release(session, text, now)
        tell(session, place, NoticeKind.CONSENT_NEEDED, owners(session, campaign), campaign=campaign, now=now)
        details = {"text": text.id, "revision": text.revision}
        audit.record(session, actor, "consent.taken_back", now=now, campaign_id=campaign.id, details=details)


def _leave_release(session: Session, text: Text, now: datetime) -> None:
    """Before the lift the frozen text is taken out whole: it was never public, so no tombstone is left."""
    frozen = session.exec(
        select(ReleasedText).where(col(ReleasedText.text_id) == text.id, col(ReleasedText.superseded_at).is_(None))
    ).all()
    for released in frozen:
        released.superseded_at = now
        session.add(released)
    waiting = session.exec(
        select(Delivery).where(col(Delivery.released_text_id).in_([released.id for released in frozen]))
    )
    for delivery in waiting:
        delivery.state = DeliveryState.CANCELLED
        delivery.fence += 1
        session.add(delivery)


def _own_text(session: Session, actor: Actor, text_id: str) -> tuple[Text, Message, Campaign]:
    text = session.get(Text, text_id)
    if text is None:
        raise NotThere
    message, campaign = own_message(session, actor, text.message_id)
    session.refresh(text, with_for_update=True)
    return text, message, campaign
