"""The Swedish text was changed after it was translated: its author says whether the meaning changed.

Until they say so, it counts as changed: every translation made from earlier words is stale. Saving happens while one
writes, so the question is put about the whole of what changed since each translation was made, not about each save.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.ids import new_id
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import SOURCE, Job, SourceEdit, may_be_a_typo
from campaigns.domain.word_diff import word_diff
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, SourceChange, Text, TextVersion
from campaigns.work.loading import text_of
from campaigns.work.telling import tell
from campaigns.work.texts.writing import is_stale, must_not_be_frozen
from campaigns.work.translating.asking import asked_members
from campaigns.work.translating.reach import locked_reach
from campaigns.work.translating.steps import NotThatRevision
from campaigns.work.workplace import Workplace


class NoTypo(Refused):
    """What every version must keep is never changed in passing."""

    message = N_(
        "This is no typo: the change touches a key fact, a number, a link, a negation, or a part that was empty. "
        "Say that the meaning changed, so that every translation is looked at."
    )


class NothingChanged(Refused):
    """Every translation follows the Swedish text already."""

    message = N_("Every translation was made from the Swedish text as it is now.")


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The translations that were made from one earlier wording of the Swedish text, and what has changed since."""

    revision: str
    changes: tuple[tuple[Variant, Sequence[tuple[str, str]]], ...]
    languages: tuple[str, ...]
    may_be_a_typo: bool


def behind(session: Session, campaign: Campaign, source: Text, translations: Sequence[Text]) -> tuple[Behind, ...]:
    """Earlier wordings that translations were made from, the newest first, each with its languages."""
    stale = [text for text in translations if is_stale(text, source)]
    if not stale:
        return ()
    wordings = _wordings(session, source, {text.source_revision or "" for text in stale})
    swedish = data.languages()[SOURCE]
    return tuple(
        Behind(
            revision=revision,
            changes=_changes(content, source.content),
            languages=tuple(sorted(text.language for text in stale if text.source_revision == revision)),
            may_be_a_typo=may_be_a_typo(content, source.content, facts=campaign.facts, swedish=swedish),
        )
        for revision, content in wordings.items()
    )


def _changes(was: TextContent, now: TextContent) -> tuple[tuple[Variant, Sequence[tuple[str, str]]], ...]:
    return tuple((part, word_diff(was[part], now[part])) for part in Variant if was[part] != now[part])


def _locked_translations(session: Session, source: Text) -> Sequence[Text]:
    return session.exec(
        select(Text).where(col(Text.message_id) == source.message_id, col(Text.language) != SOURCE).with_for_update()
    ).all()


def _wordings(session: Session, source: Text, revisions: set[str]) -> Mapping[str, TextContent]:
    rows = session.exec(
        select(TextVersion)
        .where(col(TextVersion.text_id) == source.id, col(TextVersion.revision).in_(sorted(revisions)))
        .order_by(col(TextVersion.version).desc())
    )
    found: dict[str, TextContent] = {}
    for row in rows:
        found.setdefault(row.revision, TextContent(**row.content))
    return found


def judge_change(
    place: Workplace, actor: Actor, message_id: str, *, kind: SourceEdit, revision: str, now: datetime
) -> tuple[str, ...]:
    """Say what the change of the Swedish text, as it stands in `revision`, means for the translations made before it.

    A typo only: they count as made from this revision, and what they were reviewed for stands. It is refused (NoTypo)
    where the change touches what every version must keep. The meaning: they stay stale and their translators are told.
    Gives the languages it was said of. Raises NothingChanged, NotThatRevision or TextsAreFrozen.
    """
    with writing(place.engine) as session:
        found = locked_reach(session, actor, message_id, SOURCE, now=now)
        found.must_keep()
        must_not_be_frozen(found.campaign, now=now)
        source = text_of(session, message_id, SOURCE)
        if source is None:
            raise NotThere
        if source.revision != revision:
            raise NotThatRevision
        translations = _locked_translations(session, source)
        earlier = behind(session, found.campaign, source, translations)
        if not earlier:
            raise NothingChanged
        languages = tuple(sorted(language for one in earlier for language in one.languages))
        if kind is SourceEdit.TYPO:
            _let_stand(session, source, earlier, translations)
        else:
            translators = asked_members(session, message_id, languages, Job.TRANSLATE)
            tell(
                session, place, NoticeKind.SOURCE_CHANGED, translators, campaign=found.campaign, now=now, besides=actor
            )
        _store(session, source, actor, kind, languages, now)
        details = {"text": source.id, "revision": revision, "change": kind.value, "languages": list(languages)}
        audit.record(session, actor, "source.judged", now=now, campaign_id=found.campaign.id, details=details)
        return languages


def _let_stand(session: Session, source: Text, earlier: Sequence[Behind], translations: Sequence[Text]) -> None:
    if not all(one.may_be_a_typo for one in earlier):
        raise NoTypo
    standing = {language for one in earlier for language in one.languages}
    for text in translations:
        if text.language in standing:
            text.source_revision = source.revision
            session.add(text)


def _store(
    session: Session, source: Text, actor: Actor, kind: SourceEdit, languages: Sequence[str], now: datetime
) -> None:
    session.add(
        SourceChange(
            id=new_id(),
            message_id=source.message_id,
            kind=kind,
            revision=source.revision,
            languages=list(languages),
            judged_by=actor.member_id or "",
            judged_at=now,
        )
    )


def is_judged(session: Session, source: Text) -> bool:
    """Whether somebody has said what the Swedish text as it stands now means for its translations."""
    said = select(SourceChange.id).where(
        col(SourceChange.message_id) == source.message_id, col(SourceChange.revision) == source.revision
    )
    return session.exec(said).first() is not None
