"""How far texts have come, as the gate judges it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.lifecycle import TextState
from campaigns.domain.translating import SOURCE, Progress, holds_key_facts
from campaigns.store.tables import BackTranslation, Campaign, Message, Text, TextReview
from campaigns.work.texts.writing import is_stale
from campaigns.work.translating.unread import unread_revisions

Written = tuple[Message, Text]
ToldBack = Mapping[tuple[str, str], bool]
Unread = Collection[tuple[str, str]]


def progress_of(session: Session, campaign: Campaign, texts: Sequence[Written]) -> Mapping[str, Progress]:
    """How far each text has come, by its id, in as many queries for many. The Swedish texts must be among them."""
    told, unread = (
        told_back(session, [text.id for _, text in texts]),
        unread_revisions(session, [one for _, one in texts]),
    )
    return progress_with(campaign, texts, told, unread)


def progress_with(
    campaign: Campaign, texts: Sequence[Written], told: ToldBack, unread: Unread = frozenset()
) -> Mapping[str, Progress]:
    """The same, with what was told back in Swedish at hand, and what is public unread."""
    swedish = {message.id: text for message, text in texts if text.language == SOURCE}
    weighty = {
        message_id: holds_key_facts(text.content, campaign.facts, swedish=data.languages()[SOURCE])
        for message_id, text in swedish.items()
    }
    return {
        text.id: _progress(text, swedish.get(message.id), told, unread, holds_facts=weighty.get(message.id, False))
        for message, text in texts
    }


def _progress(text: Text, source: Text | None, told: ToldBack, unread: Unread, *, holds_facts: bool) -> Progress:
    confirmed = told.get((text.id, text.revision))
    return Progress(
        state=text.state,
        stale=is_stale(text, source),
        holds_facts=holds_facts,
        back_translated=confirmed is not None,
        confirmed=bool(confirmed),
        unread=(text.id, text.revision) in unread,
    )


def told_back(session: Session, text_ids: Iterable[str]) -> ToldBack:
    """For each revision that was told back in Swedish, whether its author confirmed the newest telling of it."""
    rows = session.exec(
        select(BackTranslation.text_id, BackTranslation.revision, BackTranslation.confirmed_at)
        .where(col(BackTranslation.text_id).in_(list(text_ids)))
        .order_by(col(BackTranslation.written_at), col(BackTranslation.id).desc())
    )
    return {(text_id, revision): confirmed_at is not None for text_id, revision, confirmed_at in rows}


def by_message(texts: Sequence[Written], progress: Mapping[str, Progress]) -> dict[str, dict[str, Progress]]:
    """The same by the core message's name and the language, for the gate. Partners' messages are not among them."""
    found: dict[str, dict[str, Progress]] = {}
    for message, text in texts:
        if message.answers_id is None:
            found.setdefault(message.name, {})[text.language] = progress[text.id]
    return found


def state_when_thawed(session: Session, texts: Sequence[Text]) -> Mapping[str, TextState]:
    """Where texts stand that are taken out of a release again, by id: reviewed, if this very revision was."""
    passed = set(
        session.exec(
            select(TextReview.text_id, TextReview.revision).where(
                col(TextReview.text_id).in_([text.id for text in texts]), col(TextReview.passed)
            )
        ).all()
    )
    return {text.id: _thawed(text, reviewed=(text.id, text.revision) in passed) for text in texts}


def _thawed(text: Text, *, reviewed: bool) -> TextState:
    if text.language == SOURCE:
        return TextState.DRAFT
    return TextState.REVIEWED if reviewed else TextState.TRANSLATED
