"""A partner's own message: beginning it, writing it in several languages, choosing channels, seeing what is missing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import Fault, NotThere
from campaigns.domain.ids import MessageId, new_id
from campaigns.domain.lifecycle import TextState
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import SOURCE, Job
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Consent, Message, Text
from campaigns.work.loading import briefed_campaign, is_over, lock, own_message, text_of
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.texts.news import Edited, ask_for_consent, tell_of_edit
from campaigns.work.texts.writing import faults_beside, faults_of, is_stale, must_not_be_frozen, save_text
from campaigns.work.translating.reach import locked_reach
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A text after it was saved: its version, the revision to consent to, and what the checks say."""

    text_id: str
    version: int
    revision: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """A text of the member's own organisation."""

    text_id: str
    language: str
    content: TextContent
    version: int
    revision: str
    state: TextState
    stale: bool
    consented: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, kw_only=True)
class OwnMessage:
    """A message of the member's own organisation with its texts."""

    message_id: str
    name: str
    answers: str | None
    channels: tuple[ChannelKind, ...]
    texts: tuple[OwnText, ...]


def begin_message(
    place: Workplace,
    actor: Actor,
    campaign_id: str,
    *,
    answers: str,
    channels: Sequence[ChannelKind] = (),
    now: datetime,
) -> MessageId:
    """Begin the organisation's answer to a core message.

    If it was begun before, that one is returned, with the channels that were chosen for it.
    """
    actor.must(Permission.WRITE_MATCHING)
    with writing(place.engine) as session:
        campaign = briefed_campaign(session, actor, campaign_id, now=now)
        lock(session, campaign)  # two members may begin at once, and both shall get the same message
        if is_over(campaign.stage):
            raise CampaignIsOver(stage=campaign.stage)
        core = session.get(Message, answers)
        if core is None or core.campaign_id != campaign.id or core.answers_id is not None:
            raise NotThere
        begun = session.exec(
            select(Message).where(
                col(Message.answers_id) == core.id, col(Message.organisation_id) == actor.organisation_id
            )
        ).first()
        if begun:
            return MessageId(begun.id)
        message = Message(
            id=new_id(),
            campaign_id=campaign.id,
            organisation_id=actor.organisation_id or "",
            name=core.name,
            answers_id=core.id,
            channels=[kind.value for kind in channels],
            created_at=now,
        )
        session.add(message)
        details = {"message": message.id}
        audit.record(session, actor, "message.begun", now=now, campaign_id=campaign.id, details=details)
        return MessageId(message.id)


def edit_text(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    content: TextContent,
    expected_version: int,
    source_seen: str | None = None,
    now: datetime,
) -> Saved:
    """Save a text of the member's own organisation, core or matching, or one they were asked for, as its next version.

    A draft may have faults: it is saved, and they are listed. Consent to an earlier revision no longer counts.
    `source_seen` is the revision of the Swedish text it was written from: if that has changed since, this is stale.
    Raises SomeoneElseWrote, TextsAreFrozen, NotACampaignLanguage or CampaignIsOver.
    """
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must(Job.TRANSLATE)
        message, campaign = found.message, found.campaign
        agreed = _is_agreed(session, message, language)
        text = save_text(
            session,
            campaign,
            message,
            language,
            content,
            actor=actor,
            expected_version=expected_version,
            source_seen=source_seen,
            now=now,
        )
        details = {"text": text.id, "version": text.version, "revision": text.revision}
        audit.record(session, actor, "text.saved", now=now, campaign_id=campaign.id, details=details)
        faults = tuple(faults_of(session, campaign, message, text))
        edited = Edited(message=message, text=text, was_agreed=agreed, faults=faults)
        tell_of_edit(session, place, campaign, edited, actor=actor, now=now)
        return Saved(text_id=text.id, version=text.version, revision=text.revision, faults=faults)


def choose_channels(
    place: Workplace, actor: Actor, message_id: str, *, channels: Sequence[ChannelKind], now: datetime
) -> None:
    """Choose the kinds of channel a message leaves through. Raises TextsAreFrozen or CampaignIsOver.

    Consent is to the words and to where they leave: before T another choice takes it back, and it is given anew. From
    T the choice decides nothing that was not sent, so what was consented to stands.
    """
    with writing(place.engine) as session:
        message, campaign = own_message(session, actor, message_id)
        actor.must(Permission.WRITE_MATCHING if message.answers_id else Permission.EDIT_CORE)
        if is_over(campaign.stage):
            raise CampaignIsOver(stage=campaign.stage)
        must_not_be_frozen(campaign, now=now)
        chosen = [kind.value for kind in channels]
        voids = set(chosen) != set(message.channels) and not is_public(campaign.embargo, now=now)
        taken_back = _take_back_consents(session, message, now) if voids else []
        message.channels = chosen
        session.add(message)
        if taken_back:
            ask_for_consent(session, place, campaign, message.organisation_id, actor=actor, now=now)
        details = {"message": message.id, "channels": chosen, "consents_taken_back": taken_back}
        audit.record(session, actor, "message.channels", now=now, campaign_id=campaign.id, details=details)


def _is_agreed(session: Session, message: Message, language: str) -> bool:
    """Whether the organisation has said yes to what the text says before it is edited."""
    text = text_of(session, message.id, language)
    return text is not None and standing_consent(session, text) is not None


def _take_back_consents(session: Session, message: Message, now: datetime) -> list[str]:
    """Take back every yes to a text of the message; gives the texts' ids."""
    standing = session.exec(
        select(Consent)
        .join(Text, col(Text.id) == col(Consent.text_id))
        .where(col(Text.message_id) == message.id, col(Consent.taken_back_at).is_(None))
        .with_for_update(of=Consent)
    ).all()
    for given in standing:
        given.taken_back_at = now
        session.add(given)
    return sorted({given.text_id for given in standing})


def own_messages(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> list[OwnMessage]:
    """The member's own organisation's messages on a campaign, with what the checks say of each text."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = briefed_campaign(session, actor, campaign_id, now=now)
        messages = session.exec(
            select(Message)
            .where(col(Message.campaign_id) == campaign.id, col(Message.organisation_id) == actor.organisation_id)
            .order_by(col(Message.position), col(Message.created_at))
        ).all()
        texts = _texts_of(session, messages)
        consented = consented_texts(session, campaign.id)
        return [_own(campaign, message, texts[message.id], consented) for message in messages]


def _texts_of(session: Session, messages: Sequence[Message]) -> Mapping[str, list[Text]]:
    """The begun texts of each message, in one query."""
    found: dict[str, list[Text]] = {message.id: [] for message in messages}
    for text in session.exec(select(Text).where(col(Text.message_id).in_(found)).order_by(col(Text.language))):
        found[text.message_id].append(text)
    return found


def _own(campaign: Campaign, message: Message, texts: Sequence[Text], consented: Collection[str]) -> OwnMessage:
    source = next((text for text in texts if text.language == SOURCE), None)
    return OwnMessage(
        message_id=message.id,
        name=message.name,
        answers=message.answers_id,
        channels=tuple(ChannelKind(kind) for kind in message.channels),
        texts=tuple(
            OwnText(
                text_id=text.id,
                language=text.language,
                content=text.content,
                version=text.version,
                revision=text.revision,
                state=text.state,
                stale=is_stale(text, source),
                consented=text.id in consented,
                faults=tuple(faults_beside(campaign, message, text, source=source)),
            )
            for text in texts
        ),
    )


def standing_consent(session: Session, text: Text) -> Consent | None:
    """The organisation's yes to exactly what the text says now, if there is one."""
    return session.exec(
        select(Consent).where(
            col(Consent.text_id) == text.id,
            col(Consent.revision) == text.revision,
            col(Consent.taken_back_at).is_(None),
        )
    ).first()


def consented_texts(session: Session, campaign_id: str) -> frozenset[str]:
    """The ids of all texts of a campaign whose organisation said yes to exactly what they say now, in one query."""
    rows = session.exec(
        select(Consent.text_id)
        .join(Text, col(Text.id) == col(Consent.text_id))
        .join(Message, col(Message.id) == col(Text.message_id))
        .where(
            col(Message.campaign_id) == campaign_id,
            col(Consent.revision) == col(Text.revision),
            col(Consent.taken_back_at).is_(None),
        )
    )
    return frozenset(rows)
