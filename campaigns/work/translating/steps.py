"""Handing a translation over, reviewing it, asking for changes: two people read every text."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, must_not_be_an_author
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.translating import SOURCE, Job, TextMove, moved
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Member, Message, Text, TextReview
from campaigns.work.loading import text_of
from campaigns.work.telling import tell, tell_once_settled, who_may
from campaigns.work.texts.writing import (
    faults_beside,
    is_stale,
    must_not_be_frozen,
    must_not_wait_to_open,
    must_pass,
)
from campaigns.work.translating.asking import NothingToTranslate, asked_members
from campaigns.work.translating.reach import Reach, locked_reach, permission_to_write, text_within
from campaigns.work.translating.unread import authors_unread, close, unread_corrections
from campaigns.work.workplace import Workplace

LONGEST_NOTE = 4_000


class NotThatRevision(Refused):
    """One says yes to what one has read."""

    message = N_("The text was saved again after you opened it. Read it as it is now.")


class StillStale(Refused):
    """A text that does not follow its source is not finished."""

    message = N_("The Swedish text has changed since this was translated. Look at what is new, and save the text.")


class SayWhat(Refused):
    """Nobody can mend what is not said."""

    message = N_("Write what needs to be changed.")


def hand_over(place: Workplace, actor: Actor, message_id: str, *, language: str, revision: str, now: datetime) -> None:
    """The translator is done with this revision: it waits for another person to review it.

    Raises BadInput with every fault that is an error, StillStale, NotThatRevision, NotInThisState or TextsAreFrozen.
    """
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must(Job.TRANSLATE)
        text = text_as_read(session, found, revision, now=now)
        text.state = moved(text.state, TextMove.HAND_OVER)
        source = text_of(session, message_id, SOURCE)
        must_pass(faults_beside(found.campaign, found.message, text, source=source))
        if is_stale(text, source):
            raise StillStale
        session.add(text)
        waiting = reviewers_of(session, found.message, language)
        tell_once_settled(
            session, place, NoticeKind.REVIEW_WAITS, waiting, campaign=found.campaign, now=now, besides=actor
        )
        record_step(session, actor, "text.handed_over", found, text, now)


def let_pass(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    revision: str,
    beside: str | None = None,
    note: str = "",
    now: datetime,
) -> None:
    """Another person than its translators has read this revision, and it is right.

    `beside` is the revision of the Swedish text that they read beside it: another one by now is NotThatRevision too.

    Raises NeedsAnotherPerson for whoever wrote any of it since it was last approved, and what `hand_over` raises.
    """
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must(Job.REVIEW)
        text = text_as_read(session, found, revision, beside=beside, now=now)
        waiting = unread_corrections(session, [text.id]).get(text.id)
        must_not_be_an_author(actor.member_id, authors_unread(session, text, waiting))
        if is_stale(text, text_of(session, message_id, SOURCE)):
            raise StillStale
        text.state = moved(text.state, TextMove.PASS)
        session.add(text)
        store_review(session, text, actor, passed=True, note=note, now=now)
        if waiting is not None and waiting.revision == text.revision:
            close(session, waiting, actor, now=now)
        record_step(session, actor, "text.reviewed", found, text, now)


def send_back(
    place: Workplace, actor: Actor, message_id: str, *, language: str, revision: str, note: str, now: datetime
) -> None:
    """Ask for changes: the text is a draft again, and its translators are told. Raises SayWhat without a word why."""
    if not note.strip():
        raise SayWhat
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        if not found.may(Job.BACK_TRANSLATE):
            found.must(Job.REVIEW)
        text = text_as_read(session, found, revision, now=now)
        text.state = moved(text.state, TextMove.SEND_BACK)
        session.add(text)
        store_review(session, text, actor, passed=False, note=note, now=now)
        translators = translators_of(session, found.message, text)
        tell(session, place, NoticeKind.CHANGES_ASKED, translators, campaign=found.campaign, now=now, besides=actor)
        record_step(session, actor, "text.sent_back", found, text, now)


def text_as_read(session: Session, found: Reach, revision: str, *, beside: str | None = None, now: datetime) -> Text:
    """The text, if it says what the member has read, beside that Swedish text, and may still change. Locked."""
    must_not_be_frozen(found.campaign, now=now)
    if found.language == SOURCE:
        raise NothingToTranslate
    text = text_within(session, found)
    must_not_wait_to_open(session, text, now=now)
    source = text_of(session, found.message.id, SOURCE) if beside else None
    if text.revision != revision or (source is not None and source.revision != beside):
        raise NotThatRevision
    return text


def store_review(session: Session, text: Text, actor: Actor, *, passed: bool, note: str, now: datetime) -> None:
    """Keep what a reader said of a text as it stands."""
    session.add(
        TextReview(
            id=new_id(),
            text_id=text.id,
            revision=text.revision,
            passed=passed,
            note=note.strip()[:LONGEST_NOTE],
            member_id=actor.member_id or "",
            reviewed_at=now,
        )
    )


def translators_of(session: Session, message: Message, text: Text, *, writers: Collection[str] = ()) -> list[Member]:
    """Who is told what a reader wants changed: who was asked to translate, and who wrote it in the organisation."""
    found = list(asked_members(session, message.id, [text.language], Job.TRANSLATE))
    wrote = {text.edited_by, *writers}
    others = who_may(session, message.organisation_id, permission_to_write(message))
    return found + [one for one in others if one.id in wrote and one not in found]


def reviewers_of(session: Session, message: Message, language: str) -> Sequence[Member]:
    """Who is told that a text waits for review: those who were asked to, else who write for the organisation."""
    asked = asked_members(session, message.id, [language], Job.REVIEW)
    return asked or who_may(session, message.organisation_id, permission_to_write(message))


def record_step(session: Session, actor: Actor, action: str, found: Reach, text: Text, now: datetime) -> None:
    """Write into the audit trail what was done to which revision of a text."""
    details = {"text": text.id, "language": text.language, "revision": text.revision}
    audit.record(session, actor, action, now=now, campaign_id=found.campaign.id, details=details)
