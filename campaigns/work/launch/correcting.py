"""After T: correcting a text, withdrawing a message or a whole campaign. Nothing disappears without a trace."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission, must_not_be_an_author
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import Move, Stage, after
from campaigns.domain.release import Event
from campaigns.domain.translating import SOURCE, Lack
from campaigns.store import audit, visibility
from campaigns.store.edition_traces import leave_traces
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Delivery, Message, Organisation, Proposal, ReleasedText, Text
from campaigns.work.late.ending import end_held, overtake
from campaigns.work.launch.correction_checks import lacks_of
from campaigns.work.launch.following import follow_up
from campaigns.work.launch.freezing import freeze_text
from campaigns.work.launch.lifting import go_live, mark_published
from campaigns.work.launch.planning import content_of
from campaigns.work.launch.scheduling import open_proposal, settle_proposal
from campaigns.work.launch.typesetting import Typesetter, phones_of
from campaigns.work.library.wanting import want_material
from campaigns.work.loading import is_over, own_campaign, own_message
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.partners.consenting import NotThatText
from campaigns.work.partners.leaving import WAITING, stop
from campaigns.work.partners.matching import standing_consent
from campaigns.work.service.publishing import must_be_armed
from campaigns.work.telling import briefed_members, tell
from campaigns.work.texts.writing import authors_since_release, faults_of, must_pass
from campaigns.work.translating.afterwards import ask_afterwards
from campaigns.work.translating.unread import authors_unread, unread_corrections
from campaigns.work.workplace import Workplace

WITHDRAW = "withdraw"
WITHDRAW_TEXT = "withdraw_text"


class NotPublicYet(Refused):
    """Before T there is nothing to correct or withdraw: the text is simply edited."""

    message = N_("The text is not public yet. Edit it, or take your consent back.")


class NotInRelease(Refused):
    """The campaign is public, this text is not: its consent was taken back, or it came too late."""

    message = N_("This text was not part of the release, so there is nothing public to correct or withdraw.")


class NothingToCorrect(Refused):
    """The text says what is already published."""

    message = N_("The text says exactly what is published. Edit it first.")


class ConsentNeeded(Refused):
    """A correction is a new revision, and a new revision needs a new yes."""

    message = N_("This revision has no consent yet. Give your organisation's consent to the corrected text first.")


class NotReadByAnother(Refused):
    """A correction in another language can turn a message round as well as the translation could."""

    message = N_(
        "Nobody else has read this correction, or told in Swedish what it says. Have that done, or decide by name to "
        "publish it without."
    )


class AlreadyWithdrawn(Refused):
    """Withdrawing is once and for all."""

    message = N_("It was withdrawn {withdrawn_at}.")


def correct(
    place: Workplace, actor: Actor, text_id: str, *, revision: str, unread: bool = False, now: datetime
) -> None:
    """Publish the text as it now stands instead of what was published; pages and feeds say that it was corrected.

    A partner's text needs its organisation's consent to this revision. A core text is confirmed by an approver who
    wrote nothing of it since it was published. A translation of one that holds key facts is read by another first, and
    told in Swedish where it touches them: else NotReadByAnother, unless the approver decides so by name (`unread`);
    then another is asked to read it afterwards.

    Raises NotThatText, NothingToCorrect, ConsentNeeded,
    NeedsAnotherPerson, AlreadyWithdrawn, CampaignIsOver or BadInput. PublishingIsDisarmed too: new words become public,
    and the ones they follow may be older than what was last published elsewhere. To withdraw is always possible.
    """
    with writing(place.engine) as session:
        text, message, campaign = _public_text(session, actor, text_id, now)
        if is_over(campaign.stage):
            raise CampaignIsOver(stage=campaign.stage)
        must_be_armed(session)
        if text.revision != revision:
            raise NotThatText
        _may_correct(session, actor, message, text)
        must_pass(faults_of(session, campaign, message, text))
        published = _still_published(session, text, now)
        if published.revision == text.revision:
            raise NothingToCorrect
        lacks = lacks_of(session, campaign, message, text, content_of(published))
        if lacks and not unread:
            raise NotReadByAnother
        written_by = authors_unread(session, text, unread_corrections(session, [text.id]).get(text.id))
        organisation = session.get_one(Organisation, message.organisation_id)
        published.superseded_at = now
        session.add(published)
        corrected = freeze_text(
            session,
            campaign,
            published.release_id,
            (message, text, organisation),
            Typesetter(phones_of(campaign)),
            version=published.version + 1,
            now=now,
        )
        corrected.opens_at, corrected.opened_at = published.opens_at, published.opened_at
        session.flush()
        follow_up(session, place, campaign, published, corrected, Event.MESSAGE_CORRECTED, now=now)
        _overtake_late(session, place, campaign, published, actor, now)
        want_material(session, place, campaign, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.CORRECTED, members, campaign=campaign, now=now, besides=actor)
        details = {"text": text.id, "from": published.revision, "to": text.revision}
        if Lack.REVIEW in lacks:
            ask_afterwards(
                session, place, campaign, message, text, corrected, written_by=written_by, actor=actor, now=now
            )
        if lacks:
            details |= {"lacks": ", ".join(lack.value for lack in lacks)}
            audit.record(session, actor, "text.corrected_unread", now=now, campaign_id=campaign.id, details=details)
        else:
            audit.record(session, actor, "text.corrected", now=now, campaign_id=campaign.id, details=details)


def _may_correct(session: Session, actor: Actor, message: Message, text: Text) -> None:
    if message.answers_id is None:
        actor.must(Permission.APPROVE)
        must_not_be_an_author(actor.member_id, authors_since_release(session, [text.id]))
        return
    actor.must(Permission.CONSENT)
    if standing_consent(session, text) is None:
        raise ConsentNeeded


def propose_withdraw_message(place: Workplace, actor: Actor, text_id: str, *, now: datetime) -> None:
    """Ask a colleague to confirm that one core text is withdrawn. Nothing changes until then.

    It lapses after a day, and when the text is corrected: nobody asked to withdraw the words that then stand there.
    A partner needs nobody else for its own text, so for that there is nothing to ask (NotAllowed).
    """
    actor.must(Permission.WITHDRAW)
    with writing(place.engine) as session:
        text, _, campaign = _public_text(session, actor, text_id, now)
        published = _still_published(session, text, now)
        _propose(session, campaign, WITHDRAW_TEXT, actor, now, revision=published.id)
        details = {"text": text.id}
        audit.record(session, actor, "text.withdrawal_asked", now=now, campaign_id=campaign.id, details=details)


def withdraw_message(place: Workplace, actor: Actor, text_id: str, *, now: datetime) -> None:
    """Withdraw one text of one's own organisation after T. A tombstone stays, and its channels are told.

    A partner withdraws its own text alone. A core text takes two people: raises NothingToConfirm unless one asked, and
    NeedsAnotherPerson for the one who did.
    """
    with writing(place.engine) as session:
        text, message, campaign = _public_text(session, actor, text_id, now)
        actor.must(Permission.CONSENT if message.answers_id else Permission.WITHDRAW)
        published = _still_published(session, text, now)
        if message.answers_id is None:
            asked = open_proposal(session, campaign, WITHDRAW_TEXT, actor, revision=published.id, now=now)
            settle_proposal(session, asked, actor, now)
        published.withdrawn_at = now
        session.add(published)
        follow_up(session, place, campaign, published, published, Event.MESSAGE_WITHDRAWN, now=now)
        _overtake_late(session, place, campaign, published, actor, now)
        want_material(session, place, campaign, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.WITHDRAWN, members, campaign=campaign, now=now, besides=actor)
        details = {"text": text.id}
        audit.record(session, actor, "text.withdrawn", now=now, campaign_id=campaign.id, details=details)


def propose_withdraw(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Ask a colleague to confirm that a public campaign is withdrawn. Nothing changes until another person does.

    What was asked for lapses after 24 hours: a withdrawal answers what happens now, so it is asked for anew.
    """
    actor.must(Permission.WITHDRAW)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _may_withdraw(campaign, now)
        _propose(session, campaign, WITHDRAW, actor, now)
        audit.record(session, actor, "withdrawal.asked", now=now, campaign_id=campaign.id)


def _propose(
    session: Session, campaign: Campaign, action: str, actor: Actor, now: datetime, *, revision: str = ""
) -> None:
    session.add(
        Proposal(
            id=new_id(),
            campaign_id=campaign.id,
            action=action,
            revision=revision,
            proposed_by=actor.member_id or "",
            proposed_at=now,
        )
    )


def confirm_withdraw(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """Withdraw a public campaign, as the second person. Every text becomes a tombstone and every channel is told."""
    actor.must(Permission.WITHDRAW)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _may_withdraw(campaign, now)
        settle_proposal(session, open_proposal(session, campaign, WITHDRAW, actor, now=now), actor, now)
        overtake(session, place, campaign, actor=actor, now=now)
        for published in _all_published(session, campaign, now):
            published.withdrawn_at = now
            session.add(published)
            follow_up(session, place, campaign, published, published, Event.MESSAGE_WITHDRAWN, now=now)
        _stop_lifted(session, campaign)
        _record_live(session, campaign, now)
        leave_traces(session, campaign.id, now=now)
        campaign.stage = after(campaign.stage, Move.WITHDRAW)
        campaign.withdrawn_at = now
        session.add(campaign)
        want_material(session, place, campaign, now=now)
        members = briefed_members(session, campaign)
        tell(session, place, NoticeKind.WITHDRAWN, members, campaign=campaign, now=now, besides=actor)
        audit.record(session, actor, "campaign.withdrawn", now=now, campaign_id=campaign.id)


def close(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None:
    """End the work on a public campaign. It stays public; a late language that is on hold is called off."""
    actor.must(Permission.HOLD)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _record_live(session, campaign, now)
        campaign.stage = after(campaign.stage, Move.CLOSE)
        session.add(campaign)
        end_held(session, place, campaign, actor=actor, now=now)
        audit.record(session, actor, "campaign.closed", now=now, campaign_id=campaign.id)


def _overtake_late(
    session: Session, place: Workplace, campaign: Campaign, published: ReleasedText, actor: Actor, now: datetime
) -> None:
    """A late language that was made from Swedish words which do not stand any more does not open."""
    if published.is_core and published.language == SOURCE:
        overtake(session, place, campaign, actor=actor, message_id=published.message_id, now=now)


def _may_withdraw(campaign: Campaign, now: datetime) -> None:
    if not is_public(campaign.embargo, now=now):
        after(campaign.stage, Move.WITHDRAW)  # says why not and what to do


def _record_live(session: Session, campaign: Campaign, now: datetime) -> None:
    """A campaign that is public by the clock alone becomes live first, as a worker would have recorded it."""
    if go_live(session, campaign.id, now=now):
        mark_published(session, campaign.id)


def _public_text(session: Session, actor: Actor, text_id: str, now: datetime) -> tuple[Text, Message, Campaign]:
    text = session.get(Text, text_id)
    if text is None:
        raise NotThere
    message, campaign = own_message(session, actor, text.message_id)
    session.refresh(text)
    if not is_public(campaign.embargo, now=now):
        if campaign.stage is Stage.WITHDRAWN:
            raise AlreadyWithdrawn(withdrawn_at=campaign.withdrawn_at)
        raise NotPublicYet
    return text, message, campaign


def _still_published(session: Session, text: Text, now: datetime) -> ReleasedText:
    """What the public reads of a text now. Raises NotInRelease, or AlreadyWithdrawn for a tombstone."""
    published = session.exec(
        select(ReleasedText).where(col(ReleasedText.text_id) == text.id, visibility.text_is_open(now))
    ).first()
    if published is None:
        raise NotInRelease
    if published.withdrawn_at is not None:
        raise AlreadyWithdrawn(withdrawn_at=published.withdrawn_at)
    return published


def _all_published(session: Session, campaign: Campaign, now: datetime) -> Sequence[ReleasedText]:
    """Every text the public reads now. Those withdrawn one by one have been told of already."""
    return session.exec(
        select(ReleasedText).where(
            col(ReleasedText.campaign_id) == campaign.id,
            visibility.text_is_open(now),
            col(ReleasedText.withdrawn_at).is_(None),
        )
    ).all()


def _stop_lifted(session: Session, campaign: Campaign) -> None:
    """Nobody is told any more that a campaign was lifted which is withdrawn."""
    waiting = select(Delivery).where(
        col(Delivery.campaign_id) == campaign.id,
        col(Delivery.event).in_([Event.CAMPAIGN_LIFTED, Event.LANGUAGE_ADDED]),
        col(Delivery.state).in_(WAITING),
    )
    for delivery in session.exec(waiting.with_for_update()):
        stop(delivery)
        session.add(delivery)
