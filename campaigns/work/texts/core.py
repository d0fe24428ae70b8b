"""The core messages of a campaign: which there are, in which order, and how far each has come in each language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, BadInput, Fault, NotThere, Refused, Severity
from campaigns.domain.ids import MessageId, new_id
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.translating import SOURCE
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Consent, Member, Message, ReleasedText, Text, TextVersion, Upload
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.campaign.drafts import LONGEST_NAME, one_line, unprintable
from campaigns.work.loading import own_campaign, own_message
from campaigns.work.texts.writing import faults_beside, is_stale
from campaigns.work.uploads.handing_in import take_away
from campaigns.work.workplace import Workplace

STILL_CHANGING = frozenset({Stage.DRAFT, Stage.BRIEFING})
NAME_NEEDED = N_("Give the message a name, such as Main message.")
NAME_TOO_LONG = N_("The name is longer than {limit} characters. Shorten it.")
NAME_TAKEN = N_("There is a message with this name already. Give this one another.")
NAME_UNPRINTABLE = N_("There is a control character in the name. Write the name anew.")


class MessagesAreSettled(Refused):
    """What was approved holds these messages and no others."""

    message = N_("The campaign is {stage}, so messages are not added, moved or removed. Reopen it first.")


class MessageIsAnswered(Refused):
    """To take a core message away would take the partners' own words with it."""

    message = N_("{count} organisations have begun to answer this message, so it stays. Write to them first.")


class MessageWasReleased(Refused):
    """What was once approved stays in the record."""

    message = N_("This message was approved once, so it stays for the record. Leave its texts out instead.")


@dataclass(frozen=True, kw_only=True)
class CoreText:
    """One core message in one language, in short."""

    state: TextState
    stale: bool
    words: int
    faults: int
    by: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CoreMessage:
    """One core message. `answers` is how many organisations have begun to answer it."""

    message_id: str
    name: str
    answers: int
    texts: Mapping[str, CoreText]


@dataclass(frozen=True, kw_only=True)
class CoreMessages:
    """All of them, in order, with the languages of the campaign. `may_change` while nothing is approved."""

    languages: tuple[str, ...]
    messages: tuple[CoreMessage, ...]
    may_change: bool


def core_messages(place: Workplace, actor: Actor, campaign_id: str) -> CoreMessages:
    """The core messages of one's own campaign. Raises NotThere for every other."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        messages = _core(session, campaign)
        texts = _texts(session, messages)
        answers = _answers(session, messages)
        return CoreMessages(
            languages=tuple(campaign.languages),
            messages=tuple(_shown(campaign, one, texts[one.id], answers.get(one.id, 0)) for one in messages),
            may_change=campaign.stage in STILL_CHANGING,
        )


def _core(session: Session, campaign: Campaign) -> Sequence[Message]:
    return session.exec(
        select(Message)
        .where(col(Message.campaign_id) == campaign.id, col(Message.answers_id).is_(None))
        .order_by(col(Message.position), col(Message.created_at))
    ).all()


def _texts(session: Session, messages: Sequence[Message]) -> Mapping[str, dict[str, tuple[Text, str]]]:
    """The texts of each message by language, with who wrote last."""
    found: dict[str, dict[str, tuple[Text, str]]] = {message.id: {} for message in messages}
    rows = select(Text, Member.name).outerjoin(Member, col(Member.id) == col(Text.edited_by))
    for text, name in session.exec(rows.where(col(Text.message_id).in_(found))):
        found[text.message_id][text.language] = (text, name or "")
    return found


def _answers(session: Session, messages: Sequence[Message]) -> Mapping[str, int]:
    ids = [message.id for message in messages]
    counted = select(Message.answers_id, func.count()).where(col(Message.answers_id).in_(ids))
    return {core: count for core, count in session.exec(counted.group_by(col(Message.answers_id))) if core}


def _shown(campaign: Campaign, message: Message, texts: Mapping[str, tuple[Text, str]], answers: int) -> CoreMessage:
    source = texts[SOURCE][0] if SOURCE in texts else None
    shown = {tag: _short(campaign, message, text, source, name) for tag, (text, name) in texts.items()}
    return CoreMessage(message_id=message.id, name=message.name, answers=answers, texts=shown)


def _short(campaign: Campaign, message: Message, text: Text, source: Text | None, name: str) -> CoreText:
    faults = faults_beside(campaign, message, text, source=source)
    return CoreText(
        state=text.state,
        stale=is_stale(text, source),
        words=len(text.long.split()),
        faults=sum(1 for fault in faults if fault.severity is Severity.ERROR),
        by=name,
        at=text.edited_at,
    )


def add_core_message(place: Workplace, actor: Actor, campaign_id: str, *, name: str, now: datetime) -> MessageId:
    """Add a core message, last and without words. Raises BadInput for its name, or MessagesAreSettled."""
    actor.must(Permission.EDIT_CORE)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _must_still_change(campaign)
        messages = _core(session, campaign)
        message = Message(
            id=new_id(),
            campaign_id=campaign.id,
            organisation_id=campaign.owner_id,
            name=_fit_name(name, {one.name.casefold() for one in messages}),
            position=max((one.position for one in messages), default=-1) + 1,
            created_at=now,
        )
        session.add(message)
        details = {"message": message.id}
        audit.record(session, actor, "core_message.added", now=now, campaign_id=campaign.id, details=details)
        return MessageId(message.id)


def _must_still_change(campaign: Campaign) -> None:
    if campaign.stage not in STILL_CHANGING:
        raise MessagesAreSettled(stage=campaign.stage)


def _fit_name(name: str, taken: set[str]) -> str:
    fit = one_line(name)
    wrong = {
        NAME_NEEDED: not fit,
        NAME_TOO_LONG: len(fit) > LONGEST_NAME,
        NAME_UNPRINTABLE: unprintable(fit) is not None,
        NAME_TAKEN: fit.casefold() in taken,
    }
    if any(wrong.values()):
        sentence = next(sentence for sentence, is_wrong in wrong.items() if is_wrong)
        raise BadInput([Fault(message=sentence, field="name", facts={"limit": LONGEST_NAME})])
    return fit


def move_core_message(place: Workplace, actor: Actor, message_id: str, *, earlier: bool, now: datetime) -> None:
    """Move a core message one step. At the end of the list nothing moves. Raises MessagesAreSettled."""
    actor.must(Permission.EDIT_CORE)
    with writing(place.engine) as session:
        message, campaign = _own_core(session, actor, message_id)
        _must_still_change(campaign)
        order = list(_core(session, campaign))
        at = order.index(message)
        to = max(0, min(at - 1 if earlier else at + 1, len(order) - 1))
        order.insert(to, order.pop(at))
        for position, one in enumerate(order):
            one.position = position
            session.add(one)
        details = {"messages": [one.id for one in order]}
        audit.record(session, actor, "core_message.moved", now=now, campaign_id=campaign.id, details=details)


def remove_core_message(place: Workplace, actor: Actor, message_id: str, *, now: datetime) -> None:
    """Take a core message away with its texts, while nobody has answered it and none of it was ever approved.

    Raises MessagesAreSettled, MessageIsAnswered or MessageWasReleased.
    """
    actor.must(Permission.EDIT_CORE)
    with writing(place.engine) as session:
        message, campaign = _own_core(session, actor, message_id)
        _must_still_change(campaign)
        answers = _answers(session, [message]).get(message.id, 0)
        if answers:
            raise MessageIsAnswered(count=answers)
        if session.exec(select(ReleasedText.id).where(col(ReleasedText.message_id) == message.id)).first():
            raise MessageWasReleased
        _take_away(session, message)
        details = {"message": message_id}
        audit.record(session, actor, "core_message.removed", now=now, campaign_id=campaign.id, details=details)


def _own_core(session: Session, actor: Actor, message_id: str) -> tuple[Message, Campaign]:
    message, campaign = own_message(session, actor, message_id)
    if message.answers_id is not None:
        raise NotThere
    return message, campaign


def _take_away(session: Session, message: Message) -> None:
    texts = session.exec(select(Text.id).where(col(Text.message_id) == message.id)).all()
    session.exec(delete(Consent).where(col(Consent.text_id).in_(texts)))
    session.exec(delete(TextVersion).where(col(TextVersion.text_id).in_(texts)))
    session.exec(delete(Text).where(col(Text.id).in_(texts)))
    take_away(session, session.exec(select(Upload).where(col(Upload.message_id) == message.id)).all())
    session.delete(message)
    session.flush()
