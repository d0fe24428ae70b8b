"""A translation as its readers see it: both texts, what it still lacks, what was said of it, and what one may do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.errors import Fault, NotThere
from campaigns.domain.lifecycle import TextState
from campaigns.domain.text_marks import as_read, marked
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import SOURCE, TEXT_MOVES, Job, Lack, Progress, TextMove, lacks
from campaigns.domain.word_diff import word_diff
from campaigns.store.engine import reading
from campaigns.store.tables import BackTranslation, Member, Text, TextReview, TextVersion
from campaigns.work.loading import text_of
from campaigns.work.texts.desk import Door, door_of
from campaigns.work.texts.glossary_terms import terms_in
from campaigns.work.texts.writing import faults_beside
from campaigns.work.translating.asking import Asked, Candidate, asked_for, candidates
from campaigns.work.translating.progress import progress_of
from campaigns.work.translating.reach import Reach, reach
from campaigns.work.translating.remarks import Remark, remarks_on
from campaigns.work.translating.telling_back import told_now
from campaigns.work.translating.unread import authors_unread, unread_corrections
from campaigns.work.workplace import Workplace

Parts = tuple[tuple[bool, str], ...]
Diff = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a text beside its source, each with the key facts marked.

    `changed` is how the Swedish part has changed since the translation was made; empty where it has not.
    """

    variant: Variant
    source: Parts
    target: Parts
    changed: Diff


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a reviewer said. `is_current`: of the text as it stands now."""

    by: str
    at: datetime
    passed: bool
    note: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class PublicUnread:
    """Who decided to publish the text before another had read it, and when; it waits for a reader."""

    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the text says, told in Swedish by another person."""

    says: str
    by: str
    at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class May:
    """What the member may do with the text as it stands."""

    write: bool
    hand_over: bool
    let_pass: bool
    send_back: bool
    read_afterwards: bool
    tell_back: bool
    confirm: bool
    ask: bool
    settle: bool


@dataclass(frozen=True, kw_only=True)
class TranslationOnDesk:
    """A translation with all that its page says. Version 0 is one not begun. `wrote`: the member wrote some of it.

    `beside` is the revision of the Swedish text, empty where there is none.
    """

    message_id: str
    campaign_id: str
    name: str
    language: str
    is_core: bool
    door: Door
    version: int
    revision: str
    beside: str
    state: TextState
    edited_by: str
    edited_at: datetime | None
    content: TextContent
    parts: tuple[Part, ...]
    progress: Progress | None
    lacks: tuple[Lack, ...]
    faults: tuple[Fault, ...]
    reviews: tuple[Review, ...]
    unread: PublicUnread | None
    told: Told | None
    remarks: tuple[Remark, ...]
    asked: tuple[Asked, ...]
    candidates: tuple[Candidate, ...]
    note_to_me: str
    wrote: bool
    may: May


def translation_on_desk(
    place: Workplace, actor: Actor, message_id: str, language: str, *, now: datetime
) -> TranslationOnDesk:
    """A translation of one's own organisation's message, or one the member was asked for. Raises NotThere."""
    if language == SOURCE:
        raise NotThere
    with reading(place.engine) as session:
        found = reach(session, actor, message_id, language, now=now)
        text = text_of(session, message_id, language)
        if text is None and language not in found.campaign.languages:
            raise NotThere
        return _on_desk(session, found, text, text_of(session, message_id, SOURCE), now)


def _on_desk(
    session: Session, found: Reach, text: Text | None, source: Text | None, now: datetime
) -> TranslationOnDesk:
    progress = _progress(session, found, text, source)
    asked = tuple(
        asked_for(session, [found.message.id], found.language).get(f"{found.message.id}.{found.language}", ())
    )
    waiting = unread_corrections(session, [text.id]).get(text.id) if text else None
    wrote = text is not None and found.actor.member_id in authors_unread(session, text, waiting)
    unread = waiting if waiting and text and waiting.revision == text.revision else None
    told = _told(session, found.actor, text)
    door = door_of(found.campaign, now=now)
    content = text.content if text else TextContent()
    return TranslationOnDesk(
        message_id=found.message.id,
        campaign_id=found.campaign.id,
        name=found.message.name,
        language=found.language,
        is_core=found.message.answers_id is None,
        door=door,
        version=text.version if text else 0,
        revision=text.revision if text else "",
        beside=source.revision if source else "",
        state=text.state if text else TextState.MISSING,
        edited_by=_name(session, text.edited_by) if text else "",
        edited_at=text.edited_at if text else None,
        content=content,
        parts=tuple(_parts(session, found, text, source)),
        progress=progress,
        lacks=lacks(progress, language=found.language),
        faults=_faults(session, found, text, source),
        reviews=_reviews(session, text),
        unread=PublicUnread(by=_name(session, unread.decided_by), at=unread.decided_at) if unread else None,
        told=told,
        remarks=remarks_on(session, found.actor, text) if text else (),
        asked=asked if found.keeps else tuple(one for one in asked if one.member_id == found.actor.member_id),
        candidates=tuple(candidates(session, found)) if found.keeps else (),
        note_to_me=next((one.note for one in asked if one.member_id == found.actor.member_id and one.note), ""),
        wrote=wrote,
        may=_may(found, progress, told, door, wrote=wrote, unread=unread is not None),
    )


def _progress(session: Session, found: Reach, text: Text | None, source: Text | None) -> Progress | None:
    if text is None:
        return None
    both = [(found.message, one) for one in (source, text) if one is not None]
    return progress_of(session, found.campaign, both)[text.id]


def _may(found: Reach, progress: Progress | None, told: Told | None, door: Door, *, wrote: bool, unread: bool) -> May:
    is_open = door in {Door.OPEN, Door.PUBLIC}
    state = progress.state if progress else TextState.MISSING
    lacking = lacks(progress, language=found.language)
    fresh = Lack.FRESHNESS not in lacking
    reads = found.may(Job.REVIEW) and not wrote
    return May(
        write=is_open and found.may(Job.TRANSLATE),
        hand_over=is_open and fresh and found.may(Job.TRANSLATE) and (state, TextMove.HAND_OVER) in TEXT_MOVES,
        let_pass=is_open and fresh and reads and (state, TextMove.PASS) in TEXT_MOVES,
        send_back=is_open
        and (found.may(Job.REVIEW) or found.may(Job.BACK_TRANSLATE))
        and (state, TextMove.SEND_BACK) in TEXT_MOVES,
        read_afterwards=is_open and unread and reads,
        tell_back=is_open and found.may(Job.BACK_TRANSLATE) and not wrote and Lack.BACK_TRANSLATION in lacking,
        confirm=is_open and found.keeps and told is not None and told.confirmed_at is None and not told.is_mine,
        ask=is_open and found.keeps,
        settle=is_open and found.may(Job.TRANSLATE),
    )


def _faults(session: Session, found: Reach, text: Text | None, source: Text | None) -> tuple[Fault, ...]:
    if text is None:
        return ()
    terms = terms_in(session, [found.language])[found.language]
    return tuple(faults_beside(found.campaign, found.message, text, source=source, terms=terms))


def _parts(session: Session, found: Reach, text: Text | None, source: Text | None) -> Sequence[Part]:
    """The parts that either text has, in their order."""
    was = _made_from(session, text, source)
    facts, tag = found.campaign.facts, found.language
    now, here = source.content if source else TextContent(), text.content if text else TextContent()
    return [
        Part(
            variant=variant,
            source=tuple(marked(as_read(now, variant), facts, language=SOURCE)),
            target=tuple(marked(as_read(here, variant), facts, language=tag)),
            changed=tuple(word_diff(was[variant], now[variant])) if was and was[variant] != now[variant] else (),
        )
        for variant in Variant
        if now[variant].strip() or here[variant].strip()
    ]


def _made_from(session: Session, text: Text | None, source: Text | None) -> TextContent | None:
    """The Swedish wording that a translation was made from, if it is not the one that stands now."""
    if text is None or source is None or text.source_revision in {None, source.revision}:
        return None
    kept = session.exec(
        select(TextVersion)
        .where(col(TextVersion.text_id) == source.id, col(TextVersion.revision) == text.source_revision)
        .order_by(col(TextVersion.version).desc())
    ).first()
    return TextContent(**kept.content) if kept else None


def _reviews(session: Session, text: Text | None) -> tuple[Review, ...]:
    if text is None:
        return ()
    rows = session.exec(
        select(TextReview, Member.name)
        .join(Member, col(Member.id) == col(TextReview.member_id))
        .where(col(TextReview.text_id) == text.id)
        .order_by(col(TextReview.reviewed_at).desc(), col(TextReview.id))
    )
    return tuple(
        Review(
            by=name,
            at=row.reviewed_at,
            passed=row.passed,
            note=row.note,
            is_current=row.revision == text.revision,
        )
        for row, name in rows
    )


def _told(session: Session, actor: Actor, text: Text | None) -> Told | None:
    row: BackTranslation | None = told_now(session, text) if text else None
    if row is None:
        return None
    return Told(
        says=row.says,
        by=_name(session, row.written_by),
        at=row.written_at,
        confirmed_by=_name(session, row.confirmed_by),
        confirmed_at=row.confirmed_at,
        is_mine=row.written_by == actor.member_id,
    )


def _name(session: Session, member_id: str | None) -> str:
    member = session.get(Member, member_id) if member_id else None
    return member.name if member else ""
