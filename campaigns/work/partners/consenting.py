"""Consent: an organisation's yes to one exact revision, and taking it back."""

from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Consent, Message, ReleasedText, Text
from campaigns.work.launch.scheduling import LAST_MOMENT, too_late_to_stop
from campaigns.work.loading import is_over, own_message
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.partners.leaving import text_leaves
from campaigns.work.partners.matching import standing_consent
from campaigns.work.texts.writing import faults_of, must_not_be_frozen, must_pass, opens_later
from campaigns.work.workplace import Workplace


class NotThatText(Refused):
    """Consent is to what was read, not to whatever stands there now."""

    message = N_("The text was changed after you read it. Read it as it is now and give your consent to that.")


class ConsentIsPublished(Refused):
    """What is public is withdrawn, which leaves a tombstone; it cannot be made never to have been."""

    message = N_("The message has been public since {lift_at}. Withdraw it instead.")


def consent(place: Workplace, actor: Actor, text_id: str, *, revision: str, now: datetime) -> None:
    """Say yes, for the organisation, to exactly this revision. Saying it twice is one yes.

    Raises BadInput with the faults that must be mended first, NotThatText, TextsAreFrozen or CampaignIsOver.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        text, message, campaign = _own_text(session, actor, text_id)
        if text.revision != revision:
            raise NotThatText
        if is_over(campaign.stage):
            raise CampaignIsOver(stage=campaign.stage)
        must_not_be_frozen(campaign, now=now)
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

    Raises ConsentIsPublished from one second before the lift for what is published then, NotThere if there was no
    consent, CampaignIsOver when nothing can leave any more.
    """
    actor.must(Permission.CONSENT)
    with writing(place.engine) as session:
        text, _, campaign = _own_text(session, actor, text_id)
        given = standing_consent(session, text)
        if given is None:
            raise NotThere
        waits = opens_later(session, text, now=place.latest(now) + LAST_MOMENT) is not None
        too_late = too_late_to_stop(campaign, now=now) and not waits
        if too_late and _is_published(session, text):
            raise ConsentIsPublished(lift_at=campaign.lift_at)
        if is_over(campaign.stage):
            raise CampaignIsOver(stage=campaign.stage)
        given.taken_back_at = now
        session.add(given)
        if not too_late:
            text_leaves(session, place, campaign, text, now=now)
        details = {"text": text.id, "revision": text.revision}
        audit.record(session, actor, "consent.taken_back", now=now, campaign_id=campaign.id, details=details)


def _is_published(session: Session, text: Text) -> bool:
    """Whether the public reads exactly this revision; a correction that waits for its yes is not yet that."""
    published = select(ReleasedText.id).where(
        col(ReleasedText.text_id) == text.id,
        col(ReleasedText.revision) == text.revision,
        col(ReleasedText.superseded_at).is_(None),
    )
    return session.exec(published).first() is not None


def _own_text(session: Session, actor: Actor, text_id: str) -> tuple[Text, Message, Campaign]:
    text = session.get(Text, text_id)
    if text is None:
        raise NotThere
    message, campaign = own_message(session, actor, text.message_id)
    session.refresh(text, with_for_update=True)
    return text, message, campaign
