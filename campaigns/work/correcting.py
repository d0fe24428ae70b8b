"""After T: correcting a text, withdrawing a message or a whole campaign. Nothing disappears without a trace."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, NeedsAnotherPerson, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState, Move, after
from campaigns.domain.release import Event
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Channel, Delivery, Message, Organisation, Proposal, ReleasedText, Text
from campaigns.work.approving import freeze_text
from campaigns.work.consenting import NotThatText
from campaigns.work.loading import own_campaign, own_message
from campaigns.work.matching import standing_consent
from campaigns.work.planning import plan_event
from campaigns.work.scheduling import open_proposal, settle_proposal
from campaigns.work.telling import briefed_members, tell
from campaigns.work.workplace import Workplace
from campaigns.work.writing import faults_of, must_pass

WITHDRAW = "withdraw"


class NotPublicYet(Refused):
    """Before T there is nothing to correct or withdraw: the text is simply edited."""

    message = N_("The text is not public yet. Edit it, or take your consent back.")


class NothingToCorrect(Refused):
    """The text says what is already published."""

    message = N_("The text says exactly what is published. Edit it first.")


class ConsentNeeded(Refused):
    """A correction is a new revision, and a new revision needs a new yes."""

    message = N_("This revision has no consent yet. Give your organisation's consent to the corrected text first.")


class AlreadyWithdrawn(Refused):
    """Withdrawing is once and for all."""

    message = N_("It was withdrawn {withdrawn_at}.")


def correct(place: Workplace, actor: Actor, text_id: str, *, revision: str, now: datetime) -> None:
    """Publish the text as it now stands instead of what was published; pages and feeds say that it was corrected.

    A partner's text needs its organisation's consent to this revision. A core text is confirmed by an approver who did
    not write it. Raises NotThatText, NothingToCorrect, ConsentNeeded, NeedsAnotherPerson or BadInput.
    """
    with writing(place.engine) as session:
        text, message, campaign = _public_text(session, actor, text_id, now)
        if text.revision != revision:
            raise NotThatText
        _may_correct(session, actor, message, text)
        must_pass(faults_of(session, campaign, message, text))
        published = _published(session, text)
        if published.revision == text.revision:
            raise NothingToCorrect
        organisation = session.get_one(Organisation, message.organisation_id)
        published.superseded_at = now
        session.add(published)
        corrected = freeze_text(
            session,
            campaign,
            published.release_id,
            (message, text, organisation),
            version=published.version + 1,
            now=now,
        )
        _send_after(session, place, campaign, published, corrected, Event.MESSAGE_CORRECTED, now)
        tell(session, place, NoticeKind.CORRECTED, briefed_members(session, campaign), campaign=campaign, now=now)
        details = {"text": text.id, "from": published.revision, "to": text.revision}
        audit.record(session, actor, "text.corrected", now=now, campaign_id=campaign.id, details=details)


def _may_correct(session: Session, actor: Actor, message: Message, text: Text) -> None:
    if message.answers_id is None:
        actor.must(Permission.APPROVE)
        if text.edited_by == actor.member_id:
            raise NeedsAnotherPerson
        return
    actor.must(Permission.CONSENT)
    if standing_consent(session, text) is None:
        raise ConsentNeeded


def withdraw_message(place: Workplace, actor: Actor, text_id: str, *, now: datetime) -> None:
    """Withdraw one text of one's own organisation after T. A tombstone stays, and its channels are told."""
    with writing(place.engine) as session:
        text, message, campaign = _public_text(session, actor, text_id, now)
        actor.must(Permission.CONSENT if message.answers_id else Permission.WITHDRAW)
        published = _published(session, text)
        if published.withdrawn_at is not None:
            raise AlreadyWithdrawn(withdrawn_at=published.withdrawn_at)
        published.withdrawn_at = now
        session.add(published)
        _send_after(session, place, campaign, published, published, Event.MESSAGE_WITHDRAWN, now)
        tell(session, place, NoticeKind.WITHDRAWN, briefed_members(session, campaign), campaign=campaign, now=now)
        details = {"text": text.id}
        audit.record(session, actor, "text.withdrawn", now=now, campaign_id=campaign.id, details=details)


def propose_withdraw(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Ask a colleague to confirm that a public campaign is withdrawn. Nothing changes until another person does."""
    actor.must(Permission.WITHDRAW)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _may_withdraw(campaign, now)
        session.add(
            Proposal(
                id=new_id(),
                campaign_id=campaign.id,
                action=WITHDRAW,
                proposed_by=actor.member_id or "",
                proposed_at=now,
            )
        )
        audit.record(session, actor, "withdrawal.asked", now=now, campaign_id=campaign.id)


def confirm_withdraw(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Withdraw a public campaign, as the second person. Every text becomes a tombstone and every channel is told."""
    actor.must(Permission.WITHDRAW)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _may_withdraw(campaign, now)
        settle_proposal(session, open_proposal(session, campaign, WITHDRAW), actor, now)
        for published in _all_published(session, campaign):
            published.withdrawn_at = published.withdrawn_at or now
            session.add(published)
            _send_after(session, place, campaign, published, published, Event.MESSAGE_WITHDRAWN, now)
        _record_live(campaign, now)
        campaign.stage = after(campaign.stage, Move.WITHDRAW)
        campaign.withdrawn_at = now
        session.add(campaign)
        tell(session, place, NoticeKind.WITHDRAWN, briefed_members(session, campaign), campaign=campaign, now=now)
        audit.record(session, actor, "campaign.withdrawn", now=now, campaign_id=campaign.id)


def close(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """End the work on a public campaign. It stays public."""
    actor.must(Permission.HOLD)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _record_live(campaign, now)
        campaign.stage = after(campaign.stage, Move.CLOSE)
        session.add(campaign)
        audit.record(session, actor, "campaign.closed", now=now, campaign_id=campaign.id)


def _may_withdraw(campaign: Campaign, now: datetime) -> None:
    if not is_public(campaign.embargo, now=now):
        after(campaign.stage, Move.WITHDRAW)  # says why not and what to do


def _record_live(campaign: Campaign, now: datetime) -> None:
    """A campaign that is public by the clock alone becomes live first, as a worker would have recorded it."""
    if is_public(campaign.embargo, now=now) and campaign.lifted_at is None:
        campaign.stage = after(campaign.stage, Move.GO_LIVE)
        campaign.lifted_at = now


def _public_text(session: Session, actor: Actor, text_id: str, now: datetime) -> tuple[Text, Message, Campaign]:
    text = session.get(Text, text_id)
    if text is None:
        raise NotThere
    message, campaign = own_message(session, actor, text.message_id)
    session.refresh(text)
    if not is_public(campaign.embargo, now=now):
        raise NotPublicYet
    return text, message, campaign


def _published(session: Session, text: Text) -> ReleasedText:
    """What the public reads of a text now. Raises NotPublicYet for one that was not part of the release."""
    published = session.exec(
        select(ReleasedText).where(col(ReleasedText.text_id) == text.id, col(ReleasedText.superseded_at).is_(None))
    ).first()
    if published is None:
        raise NotPublicYet
    return published


def _all_published(session: Session, campaign: Campaign) -> Sequence[ReleasedText]:
    return session.exec(
        select(ReleasedText).where(
            col(ReleasedText.campaign_id) == campaign.id, col(ReleasedText.superseded_at).is_(None)
        )
    ).all()


def _send_after(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    old: ReleasedText,
    new: ReleasedText,
    event: Event,
    now: datetime,
) -> None:
    """Follow up on every delivery of the old text: what left gets the event, what did not leaves as it now is."""
    deliveries = session.exec(
        select(Delivery)
        .where(
            col(Delivery.released_text_id).in_(_versions(session, old)),
            col(Delivery.event).in_([Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED]),
            col(Delivery.state) != DeliveryState.CANCELLED,
        )
        .order_by(col(Delivery.planned_at), col(Delivery.created_at))
        .with_for_update()
    ).all()
    by_channel = {delivery.channel_id: delivery for delivery in deliveries}
    for channel_id, last in by_channel.items():
        channel = session.get_one(Channel, channel_id)
        follow_up = _follow_up(last, event)
        if follow_up is not None:
            session.add(
                plan_event(
                    session,
                    place,
                    campaign,
                    channel,
                    follow_up,
                    new,
                    release_id=new.release_id,
                    at=now,
                    now=now,
                    in_reply_to=_first_of(deliveries, channel_id),
                )
            )


def _versions(session: Session, text: ReleasedText) -> Sequence[str]:
    return session.exec(select(ReleasedText.id).where(col(ReleasedText.text_id) == text.text_id)).all()


def _first_of(deliveries: Sequence[Delivery], channel_id: str | None) -> str:
    return next(delivery.id for delivery in deliveries if delivery.channel_id == channel_id)


def _follow_up(last: Delivery, event: Event) -> Event | None:
    """What to send after the last delivery. One that never left is cancelled and the new text takes its place."""
    if last.state in {DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.HELD}:
        unsent = last.attempts == 0
        last.state = DeliveryState.CANCELLED
        last.fence += 1
        last.claimed_by = last.lease_until = None
        if unsent:
            return None if event is Event.MESSAGE_WITHDRAWN else Event.MESSAGE_PUBLISHED
    return event
