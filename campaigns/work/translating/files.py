"""Files for translators: a sheet goes out, comes back, is looked at, and is saved as the work of whoever sent it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor
from campaigns.domain.errors import N_, BadInput, Fault, Refused, Severity
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import TextContent, Variant, revision_of
from campaigns.domain.word_diff import word_diff
from campaigns.interchange import Delivered, Delivery, Format, file_name, read, write
from campaigns.store import audit
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Text
from campaigns.work.loading import is_over
from campaigns.work.partners.briefing import CampaignIsOver
from campaigns.work.partners.matching import standing_consent
from campaigns.work.telling import tell_once_settled
from campaigns.work.texts.history import sources_when_made
from campaigns.work.texts.meeting import Parts
from campaigns.work.texts.news import Edited, tell_of_edit
from campaigns.work.texts.writing import faults_in, is_stale, must_not_be_frozen, save_text
from campaigns.work.translating.sheets import Translated, Translating, key_of, translating
from campaigns.work.translating.steps import reviewers_of
from campaigns.work.workplace import Workplace

KEPT_STATES = frozenset({TextState.APPROVED, TextState.PUBLISHED})
IS_APPROVED = N_(
    "This text is {state}, and a file does not change it. Leave the row as it was in the file, or write in the editor."
)


class ChangedMeanwhile(Refused):
    """What is saved is what was shown, and nothing else."""

    message = N_(
        "Somebody changed these texts after you looked at the file, so nothing was saved. Look at it once more."
    )


class NothingNew(Refused):
    """A file that says what is here already needs no saving."""

    message = N_("Everything in the file is here already, so there is nothing to save.")


@dataclass(frozen=True, kw_only=True)
class ToTranslate:
    """What can be translated: how many texts, their parts in Swedish, and how many of those are not translated.

    `keeps`: it is one's own organisation's. `closed` is why nothing can be taken in now, if so.
    """

    language: str
    languages: tuple[str, ...]
    is_core: bool
    keeps: bool
    texts: int
    parts: int
    missing: int
    stale: int
    closed: Refused | None


@dataclass(frozen=True, kw_only=True)
class NewText:
    """One text as a file would leave it. `version` and `state` are those it has now, `becomes` the state after.

    `faults` are what the checks say of it then. `stays_stale`: the Swedish text has changed and a part of the
    translation that it concerns is the same as before.
    """

    message_id: str
    name: str
    version: int
    state: TextState
    becomes: TextState
    content: TextContent
    parts: Mapping[Variant, Parts]
    faults: tuple[Fault, ...]
    stays_stale: bool


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a file would change. `mark` stands for all that it was compared with.

    `unchanged` counts the rows that say what stands here; `empty` are the titles of those it leaves without words.
    """

    texts: tuple[NewText, ...]
    unchanged: int
    empty: tuple[str, ...]
    warnings: tuple[Fault, ...]
    mark: str


def to_translate(place: Workplace, actor: Actor, campaign_id: str, language: str, *, now: datetime) -> ToTranslate:
    """What there is to translate to a language. Raises NotThere."""
    with reading(place.engine) as session:
        found = translating(session, actor, campaign_id, language, now=now)
        units = found.sheet.units
        return ToTranslate(
            language=language,
            languages=tuple(found.campaign.languages),
            is_core=found.is_core,
            keeps=found.keeps,
            texts=len(found.texts),
            parts=len(units),
            missing=sum(1 for unit in units if not unit.translation.strip()),
            stale=sum(1 for text in found.texts if text.target and is_stale(text.target, text.source)),
            closed=_closed(found, now),
        )


def _closed(found: Translating, now: datetime) -> Refused | None:
    try:
        _must_be_open(found, now)
    except Refused as why:
        return why
    return None


def _must_be_open(found: Translating, now: datetime) -> None:
    if is_over(found.campaign.stage):
        raise CampaignIsOver(stage=found.campaign.stage)
    must_not_be_frozen(found.campaign, now=now)


def translators_file(
    place: Workplace, actor: Actor, campaign_id: str, language: str, form: Format, *, now: datetime
) -> tuple[str, bytes]:
    """The name and the bytes of a file for a translator. Raises NotThere, NothingToTranslate or TooLongForCell."""
    with reading(place.engine) as session:
        sheet = translating(session, actor, campaign_id, language, now=now).sheet
    return file_name(sheet, form), write(sheet, form)


def look_at_file(
    place: Workplace, actor: Actor, campaign_id: str, language: str, raw: bytes, *, now: datetime
) -> Incoming:
    """What a file would change; nothing is stored. Raises BadInput with every fault and its row.

    Raises NotThere, TextsAreFrozen and CampaignIsOver too.
    """
    with reading(place.engine) as session:
        found = translating(session, actor, campaign_id, language, now=now)
        _must_be_open(found, now)
        return _incoming(session, found, raw)


def take_in_file(
    place: Workplace, actor: Actor, campaign_id: str, language: str, raw: bytes, *, mark: str, now: datetime
) -> Incoming:
    """Save what a file brings: all of it or nothing, as translations of whoever sends it.

    `mark` is that of the `Incoming` which was looked at. Raises ChangedMeanwhile, NothingNew, and all that
    `look_at_file` raises.
    """
    with writing(place.engine) as session:
        found = translating(session, actor, campaign_id, language, locked=True, now=now)
        _must_be_open(found, now)
        incoming = _incoming(session, found, raw)
        if incoming.mark != mark:
            raise ChangedMeanwhile
        if not incoming.texts:
            raise NothingNew
        messages = {text.message.id: text for text in found.texts}
        saved = [_save(session, place, found, messages[new.message_id], new, actor, now) for new in incoming.texts]
        _tell_reviewers(session, place, found, saved, actor=actor, now=now)
        details = {"language": language, "texts": [[text.id, text.version] for text in saved]}
        audit.record(session, actor, "texts.imported", now=now, campaign_id=found.campaign.id, details=details)
        return incoming


def _save(
    session: Session,
    place: Workplace,
    found: Translating,
    translated: Translated,
    new: NewText,
    actor: Actor,
    now: datetime,
) -> Text:
    target = translated.target
    was_agreed = target is not None and standing_consent(session, target) is not None
    text = save_text(
        session,
        found.campaign,
        translated.message,
        found.language,
        new.content,
        actor=actor,
        expected_version=new.version,
        source_seen=target.source_revision if target and new.stays_stale else None,
        finished=new.becomes is TextState.TRANSLATED,
        now=now,
    )
    edited = Edited(message=translated.message, text=text, was_agreed=was_agreed, faults=new.faults)
    tell_of_edit(session, place, found.campaign, edited, actor=actor, now=now)
    return text


def _tell_reviewers(
    session: Session, place: Workplace, found: Translating, saved: Sequence[Text], *, actor: Actor, now: datetime
) -> None:
    """Tell each reviewer once, however many texts wait for them now."""
    done = {text.message_id for text in saved if text.state is TextState.TRANSLATED}
    waiting = [text.message for text in found.texts if text.message.id in done]
    members = {one.id: one for message in waiting for one in reviewers_of(session, message, found.language)}
    tell_once_settled(
        session, place, NoticeKind.REVIEW_WAITS, list(members.values()), campaign=found.campaign, now=now, besides=actor
    )


def _incoming(session: Session, found: Translating, raw: bytes) -> Incoming:
    delivery = read(raw, found.sheet)
    rows = {row.key: row for row in delivery.rows}
    _must_change_nothing_approved(found, rows)
    stale = [(text.target, text.source) for text in found.texts if text.target and is_stale(text.target, text.source)]
    made_from = sources_when_made(session, stale)
    stale_ids = {target.id for target, _ in stale}
    new = [_new_text(found, text, rows, stale_ids, made_from) for text in found.texts if any(_changes(text, rows))]
    changed = sum(len(text.parts) for text in new)
    return Incoming(
        texts=tuple(new),
        unchanged=len(delivery.rows) - changed,
        empty=_titles_of_empty(found, delivery),
        warnings=delivery.warnings,
        mark=revision_of([[text.message.id, text.source.version, _version(text)] for text in found.texts]),
    )


def _titles_of_empty(found: Translating, delivery: Delivery) -> tuple[str, ...]:
    titles = found.titles()
    return tuple(titles[key] for key in delivery.empty)


def _version(text: Translated) -> int:
    return text.target.version if text.target else 0


def _changes(text: Translated, rows: Mapping[str, Delivered]) -> Iterator[tuple[Variant, str]]:
    """The parts of a text that a file says in other words, with those words."""
    for variant in text.parts():
        row = rows.get(key_of(text.message, variant))
        if row is not None:
            words = " ".join(row.translation.split()) if variant is Variant.HEADLINE else row.translation
            if words != text.said(variant):
                yield variant, words


def _must_change_nothing_approved(found: Translating, rows: Mapping[str, Delivered]) -> None:
    titles = found.titles()
    faults = [
        Fault(
            message=IS_APPROVED,
            field=titles[key_of(text.message, variant)],
            line=rows[key_of(text.message, variant)].line,
            facts={"state": text.target.state},
        )
        for text in found.texts
        if text.target and text.target.state in KEPT_STATES
        for variant, _ in _changes(text, rows)
    ]
    if faults:
        raise BadInput(faults)


def _new_text(
    found: Translating,
    text: Translated,
    rows: Mapping[str, Delivered],
    stale: set[str],
    made_from: Mapping[str, TextContent],
) -> NewText:
    before = text.target.content if text.target else TextContent()
    changed = dict(_changes(text, rows))
    content = TextContent(**(asdict(before) | {variant.value: words for variant, words in changed.items()}))
    faults = faults_in(found.campaign, text.message, content, found.language, source=text.source, terms=found.terms)
    whole = all(content[variant].strip() for variant in text.parts())
    passes = not any(fault.severity is Severity.ERROR for fault in faults)
    return NewText(
        message_id=text.message.id,
        name=text.message.name,
        version=_version(text),
        state=text.target.state if text.target else TextState.MISSING,
        becomes=TextState.TRANSLATED if whole and passes else TextState.DRAFT,
        content=content,
        parts={variant: word_diff(before[variant], content[variant]) for variant in changed},
        faults=tuple(faults),
        stays_stale=text.target is not None
        and text.target.id in stale
        and not _follows(text, made_from.get(text.target.id), changed),
    )


def _follows(text: Translated, made_from: TextContent | None, changed: Mapping[Variant, str]) -> bool:
    """Whether each part that was changed in Swedish comes in other words too."""
    if made_from is None:
        return False
    now = text.source.content
    return all(variant in changed for variant in Variant if made_from[variant] != now[variant])
