"""Back-translation: somebody else tells in Swedish what a text says, and the author confirms that it is what was meant.

A real brochure in North Sámi once said "go out" where it should have said "go in"; no check of numbers finds that.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, must_not_be_an_author, two_people
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import MemberId, new_id
from campaigns.domain.translating import Job, is_swedish
from campaigns.store.engine import writing
from campaigns.store.tables import BackTranslation, Text
from campaigns.work.telling import tell_once_settled, who_may
from campaigns.work.translating.asking import NothingToTranslate
from campaigns.work.translating.reach import locked_reach, permission_to_write
from campaigns.work.translating.steps import record_step, text_as_read
from campaigns.work.translating.unread import authors_unread, unread_corrections
from campaigns.work.workplace import Workplace

LONGEST = 10_000


class NothingTold(Refused):
    """An empty back-translation says nothing."""

    message = N_("Write in Swedish what the text says, as close to it as you can.")


class TooLong(Refused):
    """More than any text can say."""

    message = N_("This is {length} characters long and at most {limit} fit. Shorten it.")


class NotToldYet(Refused):
    """There is nothing to confirm."""

    message = N_("Nobody has told in Swedish yet what the text says as it is now.")


def tell_back(
    place: Workplace, actor: Actor, message_id: str, *, language: str, revision: str, says: str, now: datetime
) -> None:
    """Store what this revision says, in Swedish. Whoever wrote any of the text cannot.

    Raises NothingTold, TooLong, NotThatRevision, NeedsAnotherPerson, TextsAreFrozen or NothingToTranslate.
    """
    words = says.replace("\r\n", "\n").strip()
    if not words:
        raise NothingTold
    if len(words) > LONGEST:
        raise TooLong(length=len(words), limit=LONGEST)
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must(Job.BACK_TRANSLATE)
        _must_be_foreign(language)
        text = text_as_read(session, found, revision, now=now)
        waiting = unread_corrections(session, [text.id]).get(text.id)
        must_not_be_an_author(actor.member_id, authors_unread(session, text, waiting))
        session.add(
            BackTranslation(
                id=new_id(),
                text_id=text.id,
                revision=text.revision,
                says=words,
                written_by=actor.member_id or "",
                written_at=now,
            )
        )
        authors = who_may(session, found.message.organisation_id, permission_to_write(found.message))
        tell_once_settled(
            session, place, NoticeKind.REVIEW_WAITS, authors, campaign=found.campaign, now=now, besides=actor
        )
        record_step(session, actor, "text.told_back", found, text, now)


def confirm_told(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    revision: str,
    beside: str | None = None,
    now: datetime,
) -> None:
    """The author confirms that the text, as it was told back in Swedish, says what was meant.

    The author is whoever writes for the organisation whose message it is, and not the one who told it back
    (NeedsAnotherPerson). `beside` is as in `let_pass`. Raises NotToldYet or what `tell_back` raises.
    """
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must_keep()
        _must_be_foreign(language)
        text = text_as_read(session, found, revision, beside=beside, now=now)
        told = told_now(session, text)
        if told is None:
            raise NotToldYet
        two_people(MemberId(told.written_by), actor.member_id)
        told.confirmed_by, told.confirmed_at = actor.member_id, now
        session.add(told)
        record_step(session, actor, "text.confirmed", found, text, now)


def told_now(session: Session, text: Text) -> BackTranslation | None:
    """The newest back-translation of what the text says now."""
    return session.exec(
        select(BackTranslation)
        .where(col(BackTranslation.text_id) == text.id, col(BackTranslation.revision) == text.revision)
        .order_by(col(BackTranslation.written_at).desc(), col(BackTranslation.id))
    ).first()


def _must_be_foreign(language: str) -> None:
    """Nobody needs lättläst told in Swedish."""
    if is_swedish(language):
        raise NothingToTranslate
