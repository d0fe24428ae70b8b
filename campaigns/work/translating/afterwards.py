"""A corrected translation that an approver published before another had read it: somebody reads it afterwards.

It waits until one who wrote none of it has read it, or until other words take its place. What they find is put right by
a correction as usual.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, must_not_be_an_author
from campaigns.domain.errors import N_, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import TextState
from campaigns.domain.translating import Job
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, Message, ReleasedText, Text, UnreadCorrection
from campaigns.work.telling import tell, tell_once_settled
from campaigns.work.translating.reach import locked_reach
from campaigns.work.translating.steps import (
    SayWhat,
    record_step,
    reviewers_of,
    store_review,
    text_as_read,
    translators_of,
)
from campaigns.work.translating.unread import authors_unread, close, unread_corrections
from campaigns.work.workplace import Workplace


class NothingToRead(Refused):
    """Somebody else was quicker, or other words are public since."""

    message = N_("This text does not wait for a reader any more.")


def ask_afterwards(
    session: Session,
    place: Workplace,
    campaign: Campaign,
    message: Message,
    text: Text,
    corrected: ReleasedText,
    *,
    written_by: Iterable[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Let a correction wait for its reader, in the transaction that publishes it, and tell who can be that.

    `written_by` are the members who wrote what nobody else has read.
    """
    authors = sorted(written_by)
    session.add(
        UnreadCorrection(
            id=new_id(),
            released_text_id=corrected.id,
            text_id=text.id,
            revision=text.revision,
            written_by=authors,
            decided_by=actor.member_id or "",
            decided_at=now,
        )
    )
    readers = [one for one in reviewers_of(session, message, text.language) if one.id not in authors]
    tell_once_settled(session, place, NoticeKind.REVIEW_WAITS, readers, campaign=campaign, now=now, besides=actor)


def read_afterwards(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    revision: str,
    right: bool,
    note: str = "",
    now: datetime,
) -> None:
    """Say what one found in a correction that is public already. If it is not right, its text is a draft to correct.

    Raises NothingToRead, NeedsAnotherPerson for whoever wrote any of it, SayWhat for a fault without a word of what it
    is, NotThatRevision, CampaignIsOver, or NotThere.
    """
    if not right and not note.strip():
        raise SayWhat
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, language, now=now)
        found.must(Job.REVIEW)
        text = text_as_read(session, found, revision, now=now)
        waiting = unread_corrections(session, [text.id]).get(text.id)
        if waiting is None or waiting.revision != text.revision:
            raise NothingToRead
        must_not_be_an_author(actor.member_id, authors_unread(session, text, waiting))
        close(session, waiting, actor, now=now)
        store_review(session, text, actor, passed=right, note=note, now=now)
        if right:
            record_step(session, actor, "text.read_afterwards", found, text, now)
            return
        text.state = TextState.DRAFT
        session.add(text)
        translators = translators_of(session, found.message, text, writers=waiting.written_by)
        tell(session, place, NoticeKind.CHANGES_ASKED, translators, campaign=found.campaign, now=now, besides=actor)
        record_step(session, actor, "text.found_wrong_afterwards", found, text, now)
