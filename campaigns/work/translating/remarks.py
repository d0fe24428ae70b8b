"""Comments on a text, and suggestions of other words for a place in it. Whoever may read the text may say something."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import Job, Outcome
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Member, Text, TextRemark
from campaigns.work.loading import text_of
from campaigns.work.texts.writing import must_not_be_frozen, save_text
from campaigns.work.translating.reach import Reach, locked_reach
from campaigns.work.workplace import Workplace

LONGEST = 2_000


class NothingSaid(Refused):
    """An empty remark says nothing."""

    message = N_("Write a comment, or the words to change and what to write instead.")


class RemarkTooLong(Refused):
    """A remark is about one place."""

    message = N_("A comment has at most {limit} characters. Shorten it.")


class NotInTheText(Refused):
    """A suggestion replaces words that stand there, at one place."""

    message = N_("“{words}” must stand exactly once in that part of the text. Give a few more words around it.")


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A remark as it is shown. `is_open` until somebody has settled it."""

    id: str
    part: Variant | None
    says: str
    instead_of: str
    suggests: str
    by: str
    at: datetime
    outcome: Outcome
    is_mine: bool

    @property
    def is_open(self) -> bool:
        return self.outcome is Outcome.OPEN

    @property
    def is_suggestion(self) -> bool:
        return bool(self.instead_of)


def remark(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    says: str,
    part: Variant | None = None,
    instead_of: str = "",
    suggests: str = "",
    now: datetime,
) -> str:
    """Say something of a text, or suggest other words for a place in one part of it. Gives the remark's id.

    Raises NothingSaid, RemarkTooLong, NotInTheText, or NotThere for a text that is not begun.
    """
    said, old, new = says.strip(), instead_of.strip(), suggests.strip()
    if not said and not (old and part):
        raise NothingSaid
    if max(len(said), len(old), len(new)) > LONGEST:
        raise RemarkTooLong(limit=LONGEST)
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        text = text_of(session, message_id, language)
        if text is None:
            raise NotThere
        if old and part:
            _replaced(text.content, part, old, new)
        row = TextRemark(
            id=new_id(),
            message_id=message_id,
            language=language,
            part=part.value if part else "",
            says=said,
            instead_of=old if part else "",
            suggests=new if part else "",
            written_by=actor.member_id or "",
            written_at=now,
        )
        session.add(row)
        _record(session, actor, "text.remarked", found, row, now)
        return row.id


def _replaced(content: TextContent, part: Variant, old: str, new: str) -> TextContent:
    """The text with other words at one place. Raises NotInTheText."""
    if content[part].count(old) != 1:
        raise NotInTheText(words=old)
    return replace(content, **{part.value: content[part].replace(old, new)})


def take_suggestion(place: Workplace, actor: Actor, remark_id: str, *, now: datetime) -> int:
    """Put the suggested words into the text, saved as its next version by whoever takes them. Gives its number.

    Raises NotInTheText if the place has changed meanwhile, and TextsAreFrozen.
    """
    with writing(place.engine) as session:
        row, found = _open_remark(session, actor, remark_id, now)
        found.must(Job.TRANSLATE)
        must_not_be_frozen(found.campaign, now=now)
        text = text_of(session, row.message_id, row.language)
        if text is None or not row.instead_of:
            raise NotThere
        content = _replaced(text.content, Variant(row.part), row.instead_of, row.suggests)
        saved = save_text(
            session,
            found.campaign,
            found.message,
            row.language,
            content,
            actor=actor,
            expected_version=text.version,
            source_seen=text.source_revision,
            now=now,
        )
        _settle(session, row, actor, Outcome.TAKEN, now)
        _record(session, actor, "text.suggestion_taken", found, row, now)
        return saved.version


def settle_remark(place: Workplace, actor: Actor, remark_id: str, *, now: datetime) -> None:
    """Close a comment that needs nothing more, or decline a suggestion. Whoever made it may take it back."""
    with writing(place.engine) as session:
        row, found = _open_remark(session, actor, remark_id, now)
        if row.written_by != actor.member_id:
            found.must(Job.TRANSLATE)
        _settle(session, row, actor, Outcome.DECLINED if row.instead_of else Outcome.ANSWERED, now)
        _record(session, actor, "text.remark_settled", found, row, now)


def _open_remark(session: Session, actor: Actor, remark_id: str, now: datetime) -> tuple[TextRemark, Reach]:
    row = session.get(TextRemark, remark_id, with_for_update=True)
    if row is None or row.outcome is not Outcome.OPEN:
        raise NotThere
    return row, locked_reach(session, actor, row.message_id, row.language, now=now)


def _settle(session: Session, row: TextRemark, actor: Actor, outcome: Outcome, now: datetime) -> None:
    row.outcome, row.settled_by, row.settled_at = outcome, actor.member_id, now
    session.add(row)


def remarks_on(session: Session, actor: Actor, text: Text) -> tuple[Remark, ...]:
    """Everything said of a text, what is open first, then the newest first."""
    rows = session.exec(
        select(TextRemark, Member.name)
        .join(Member, col(Member.id) == col(TextRemark.written_by))
        .where(col(TextRemark.message_id) == text.message_id, col(TextRemark.language) == text.language)
        .order_by(col(TextRemark.outcome) != Outcome.OPEN, col(TextRemark.written_at).desc(), col(TextRemark.id))
    )
    return tuple(
        Remark(
            id=row.id,
            part=Variant(row.part) if row.part else None,
            says=row.says,
            instead_of=row.instead_of,
            suggests=row.suggests,
            by=name,
            at=row.written_at,
            outcome=row.outcome,
            is_mine=row.written_by == actor.member_id,
        )
        for row, name in rows
    )


def _record(session: Session, actor: Actor, action: str, found: Reach, row: TextRemark, now: datetime) -> None:
    details = {"message": row.message_id, "language": row.language}
    audit.record(session, actor, action, now=now, campaign_id=found.campaign.id, details=details)
