"""Which public translations still wait for somebody to read them, in one query for all."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.lifecycle import TextState
from campaigns.store.tables import ReleasedText, Text, UnreadCorrection
from campaigns.work.texts.writing import authors_since_release


def unread_corrections(session: Session, text_ids: Iterable[str]) -> Mapping[str, UnreadCorrection]:
    """By text, the correction that is public and that nobody has read but those who wrote it."""
    rows = session.exec(
        select(UnreadCorrection)
        .join(ReleasedText, col(ReleasedText.id) == col(UnreadCorrection.released_text_id))
        .where(col(UnreadCorrection.text_id).in_(list(text_ids)), *waits_for_a_reader())
    )
    return {row.text_id: row for row in rows}


def waits_for_a_reader() -> tuple[ColumnElement[bool], ...]:
    """Nobody has read it, and its words are still those that the public has. The released text is joined."""
    return (
        col(UnreadCorrection.read_at).is_(None),
        col(ReleasedText.superseded_at).is_(None),
        col(ReleasedText.withdrawn_at).is_(None),
    )


def authors_unread(session: Session, text: Text, waiting: UnreadCorrection | None) -> frozenset[str]:
    """Who wrote anything of a text that nobody else has read: since its release, and what was released unread."""
    return authors_since_release(session, [text.id]) | frozenset(waiting.written_by if waiting else ())


def close(session: Session, waiting: UnreadCorrection, actor: Actor, *, now: datetime) -> None:
    """Another has read it."""
    waiting.read_by, waiting.read_at = actor.member_id, now
    session.add(waiting)


def unread_revisions(session: Session, texts: Iterable[Text]) -> frozenset[tuple[str, str]]:
    """Text and revision of what stands as it was published and waits for a reader. No query where nothing is out."""
    out = [text.id for text in texts if text.state is TextState.PUBLISHED]
    found = unread_corrections(session, out) if out else {}
    return frozenset((text_id, row.revision) for text_id, row in found.items())
