"""Every version a text has had: who wrote it, when, and what changed; and taking an earlier one up again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.errors import NotThere
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.word_diff import word_diff
from campaigns.store.engine import reading
from campaigns.store.tables import Member, Text, TextVersion
from campaigns.work.loading import text_of
from campaigns.work.partners.matching import Saved, edit_text
from campaigns.work.texts.desk import message_on_desk
from campaigns.work.texts.meeting import Parts, content_of
from campaigns.work.workplace import Workplace

ONE_SITTING = timedelta(minutes=10)
MOST = 300  # versions; a text that is saved while somebody writes has many
A_FEW = 40


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one person changed in one sitting: the last version of it, and what differs from the step before."""

    version: int
    by: str
    at: datetime
    changes: tuple[tuple[Variant, Parts], ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """The steps of a text, newest first."""

    version: int
    steps: tuple[Step, ...]


def text_history(
    place: Workplace, actor: Actor, message_id: str, language: str, *, every: bool = False, now: datetime
) -> History:
    """The history of a text of one's own organisation. `every` shows each version that was saved. Raises NotThere."""
    with reading(place.engine) as session:
        message, _, _ = message_on_desk(session, actor, message_id, language, now=now)
        text = text_of(session, message.id, language)
        if text is None:
            raise NotThere
        kept = _versions(session, text.id)
    last = kept if every else list(_last_of_sittings(kept))
    steps = [_step(version, before) for version, before in zip(last, [None, *last], strict=False)]
    return History(version=kept[-1][0].version, steps=tuple(reversed(steps)))


def last_step(session: Session, text_id: str) -> Step | None:
    """What was changed in the newest sitting, for whoever goes on from there; None for the first words of a text."""
    last = list(_last_of_sittings(_versions(session, text_id, most=A_FEW)))
    return _step(last[-1], last[-2]) if len(last) > 1 else None


def sources_when_made(session: Session, made: Iterable[tuple[Text, Text]]) -> Mapping[str, TextContent]:
    """What the Swedish texts said when these texts were made from them, by the id of the text, in one query.

    `made` are texts with their Swedish ones. A text whose source was not kept as it was then is left out.
    """
    pairs = [(text, source) for text, source in made if text.source_revision]
    rows = session.exec(
        select(TextVersion.text_id, TextVersion.revision, TextVersion.content).where(
            col(TextVersion.text_id).in_([source.id for _, source in pairs]),
            col(TextVersion.revision).in_([text.source_revision for text, _ in pairs]),
        )
    )
    kept = {(text_id, revision): content_of(content) for text_id, revision, content in rows}
    found = {text.id: kept.get((source.id, text.source_revision or "")) for text, source in pairs}
    return {text_id: content for text_id, content in found.items() if content is not None}


Kept = tuple[TextVersion, str]


def _versions(session: Session, text_id: str, *, most: int = MOST) -> list[Kept]:
    """The newest versions, oldest first, with who wrote them."""
    rows = session.exec(
        select(TextVersion, Member.name)
        .outerjoin(Member, col(Member.id) == col(TextVersion.edited_by))
        .where(col(TextVersion.text_id) == text_id)
        .order_by(col(TextVersion.version).desc())
        .limit(most)
    ).all()
    session.expunge_all()
    return [(version, name or "") for version, name in reversed(rows)]


def _last_of_sittings(kept: Sequence[Kept]) -> Iterator[Kept]:
    for one, following in zip(kept, [*kept[1:], None], strict=True):
        if following is None or not _same_sitting(one[0], following[0]):
            yield one


def _same_sitting(one: TextVersion, other: TextVersion) -> bool:
    return one.edited_by == other.edited_by and other.edited_at - one.edited_at < ONE_SITTING


def _step(one: Kept, before: Kept | None) -> Step:
    version, name = one
    now, then = content_of(version.content), content_of(before[0].content) if before else TextContent()
    changes = (
        (variant, word_diff(then[variant], now[variant])) for variant in Variant if then[variant] != now[variant]
    )
    return Step(version=version.version, by=name, at=version.edited_at, changes=tuple(changes))


def restore_version(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    version: int,
    expected_version: int,
    now: datetime,
) -> Saved:
    """Save what an earlier version said as the newest one: nothing in between is lost.

    Raises NotThere for a version that never was, and all that `edit_text` raises.
    """
    with reading(place.engine) as session:
        message, _, _ = message_on_desk(session, actor, message_id, language, now=now)
        text = text_of(session, message.id, language)
        kept = session.get(TextVersion, (text.id, version)) if text else None
        if kept is None:
            raise NotThere
        content = content_of(kept.content)
    return edit_text(
        place, actor, message_id, language=language, content=content, expected_version=expected_version, now=now
    )
