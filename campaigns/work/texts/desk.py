"""One text on the desk of whoever writes it: what it says, what it answers, and whether it may be written now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.release import ChannelKind
from campaigns.domain.text_marks import flowing, marked
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import SOURCE, Job
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Member, Message, ReleasedText, Text
from campaigns.work.launch.typesetting import phones_of
from campaigns.work.loading import is_over, texts_in, wanted_kinds
from campaigns.work.partners.matching import standing_consent
from campaigns.work.texts.checks import TextChecks, leaves_through, public_voices, weighed
from campaigns.work.texts.glossary_terms import terms_in
from campaigns.work.texts.writing import faults_beside, is_stale
from campaigns.work.translating.reach import Reach, reach
from campaigns.work.workplace import Workplace


class Door(StrEnum):
    """Whether a text may be written now."""

    OPEN = "open"  # before approval
    FROZEN = "frozen"  # approved or on hold: what was approved is what is published
    PUBLIC = "public"  # from T: written to be corrected
    OVER = "over"  # nothing more is written on the campaign


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The text one writes from. `parts` are its long text with the key facts marked; `is_core` says whose it is."""

    language: str
    content: TextContent
    parts: tuple[tuple[bool, str], ...]
    is_core: bool


@dataclass(frozen=True, kw_only=True)
class TextOnDesk:
    """A text of the member's own organisation, or one they were asked for by name (then not `keeps`).

    Version 0 is one not yet begun, with an empty `text_id`.

    `released` says whether the public reads it, in this or an earlier wording. `siblings` are the languages of the
    campaign in which the message is written already. `source_revision` is what its Swedish text says now; empty for the
    Swedish text itself.
    """

    message_id: str
    campaign_id: str
    name: str
    language: str
    is_core: bool
    door: Door
    may_write: bool
    may_review: bool
    keeps: bool
    released: bool
    text_id: str
    version: int
    revision: str
    state: TextState
    content: TextContent
    edited_by: str
    edited_at: datetime | None
    consented: bool
    stale: bool
    source_revision: str
    beside: Beside | None
    phones: tuple[str, ...]
    languages: tuple[str, ...]
    siblings: frozenset[str]
    takes: Mapping[Variant, tuple[ChannelKind, ...]]
    checks: TextChecks


def text_on_desk(place: Workplace, actor: Actor, message_id: str, language: str, *, now: datetime) -> TextOnDesk:
    """A text of one's own organisation with all that its page says. Raises NotThere for every other."""
    with reading(place.engine) as session:
        found = reach(session, actor, message_id, language, now=now)
        own = own_texts(session, found.message)
        if language not in found.campaign.languages and language not in own:
            raise NotThere
        return _on_desk(session, found, own, now=now)


def message_on_desk(
    session: Session, actor: Actor, message_id: str, language: str, *, now: datetime
) -> tuple[Message, Campaign, bool]:
    """A message whose text in this language the member may read, its campaign, and whether its briefing is open.

    It is of one's own organisation, or one was asked for it by name. Locks nothing. Raises NotThere for any other.
    """
    found = reach(session, actor, message_id, language, now=now)
    return found.message, found.campaign, found.briefed


def door_of(campaign: Campaign, *, now: datetime) -> Door:
    """Whether the texts of a campaign may be written now."""
    if is_over(campaign.stage):
        return Door.OVER
    if is_public(campaign.embargo, now=now):
        return Door.PUBLIC
    return Door.FROZEN if campaign.stage in {Stage.APPROVED, Stage.HELD} else Door.OPEN


def own_texts(session: Session, message: Message) -> Mapping[str, Text]:
    """The texts of a message, by language."""
    texts = session.exec(select(Text).where(col(Text.message_id) == message.id))
    return {text.language: text for text in texts}


def _on_desk(session: Session, found: Reach, own: Mapping[str, Text], *, now: datetime) -> TextOnDesk:
    message, campaign, language, opened = found.message, found.campaign, found.language, found.briefed
    door, is_core, text = door_of(campaign, now=now), message.answers_id is None, own.get(language)
    core = core_texts(session, message) if opened else {}
    from_own = is_core or not found.is_own
    others = public_voices(session, campaign, message, language) if door is Door.PUBLIC and not is_core else ()
    source = own.get(SOURCE)
    terms = terms_in(session, [language])[language]
    faults = faults_beside(campaign, message, text, source=source, terms=terms) if text else ()
    content = text.content if text else TextContent()
    core_long = core[language].long if language in core else ""
    return TextOnDesk(
        message_id=message.id,
        campaign_id=campaign.id,
        name=message.name,
        language=language,
        is_core=is_core,
        door=door,
        may_write=found.may(Job.TRANSLATE),
        may_review=found.may(Job.REVIEW) or found.may(Job.BACK_TRANSLATE),
        keeps=found.keeps,
        released=text is not None and _is_released(session, text),
        text_id=text.id if text else "",
        version=text.version if text else 0,
        revision=text.revision if text else "",
        state=text.state if text else TextState.MISSING,
        content=content,
        edited_by=name_of(session, text.edited_by) if text else "",
        edited_at=text.edited_at if text else None,
        consented=text is not None and standing_consent(session, text) is not None,
        stale=text is not None and is_stale(text, source),
        source_revision=source.revision if source and language != SOURCE else "",
        beside=_beside(campaign, own if from_own else core, language, from_own=from_own),
        phones=phones_of(campaign),
        languages=tuple(campaign.languages),
        siblings=frozenset(own),
        takes=leaves_through(_kinds(session, campaign, message)),
        checks=weighed(content, faults, language=language, core=core_long, others=others),
    )


def core_texts(session: Session, message: Message) -> Mapping[str, Text]:
    """The core message that a partner's message answers, by language."""
    if message.answers_id is None:
        return {}
    texts = session.exec(select(Text).where(col(Text.message_id) == message.answers_id))
    return {text.language: text for text in texts}


def _beside(campaign: Campaign, texts: Mapping[str, Text], language: str, *, from_own: bool) -> Beside | None:
    """For a partner the core message in the same language, else in Swedish; for a translation its Swedish text."""
    found = texts.get(SOURCE) if from_own else texts.get(language) or texts.get(SOURCE)
    if found is None or (from_own and language == SOURCE):
        return None
    parts = tuple(marked(flowing(found.long), campaign.facts, language=found.language))
    return Beside(language=found.language, content=found.content, parts=parts, is_core=not from_own)


def _is_released(session: Session, text: Text) -> bool:
    standing = select(ReleasedText.id).where(
        col(ReleasedText.text_id) == text.id,
        visibility.text_is_recorded(),
        col(ReleasedText.withdrawn_at).is_(None),
    )
    return session.exec(standing).first() is not None


def _kinds(session: Session, campaign: Campaign, message: Message) -> Sequence[ChannelKind]:
    return wanted_kinds(session, campaign)[message.id]


def name_of(session: Session, member_id: str | None) -> str:
    """What a member is called; empty where nobody is known, as for a text that came in a file."""
    member = session.get(Member, member_id) if member_id else None
    return member.name if member else ""


def core_to_begin_from(place: Workplace, actor: Actor, message_id: str, language: str, *, now: datetime) -> TextContent:
    """The words of the core message in this language, for a partner who begins from them; empty if there are none."""
    with reading(place.engine) as session:
        message, _, opened = message_on_desk(session, actor, message_id, language, now=now)
        if not opened or message.answers_id is None:
            return TextContent()
        core = texts_in(session, [message.answers_id], language).get(message.answers_id)
        return core.content if core else TextContent()
