"""Texts: every save is a version that stays, an edit states what it was made from, and nobody overwrites unseen."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select, update

from campaigns import data
from campaigns.domain.access import Actor
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import N_, BadInput, Fault, Refused, Severity
from campaigns.domain.glossary import Term
from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.text_parts import glossary_faults
from campaigns.domain.texts import TextContent, check_text
from campaigns.domain.translating import SOURCE
from campaigns.store.tables import BackTranslation, Campaign, Message, ReleasedText, Text, TextVersion
from campaigns.work.loading import locked_text_of, text_of


class SomeoneElseWrote(Refused):
    """Two people edited the same text; the later save would hide the earlier."""

    message = N_(
        "Someone saved this text after you opened it: it is now version {current} and you began from {expected}. "
        "Read that version, put your changes into it and save again."
    )


class TextsAreFrozen(Refused):
    """What was approved is what is published."""

    message = N_("The texts are frozen because the release was approved. Ask the police to reopen it before you edit.")


class WaitsToOpen(Refused):
    """What was approved is what is published, for a late language too."""

    message = N_(
        "This text is approved and opens {opens_at}. To edit it, have its publication called off first, or take your "
        "organisation's consent back."
    )


class WaitsHeld(Refused):
    """A hold is no reopening: what was approved is what goes on."""

    message = N_(
        "This text is approved, and its language is on hold. To edit it, have its publication called off first, or "
        "take your organisation's consent back."
    )


class NotACampaignLanguage(Refused):
    """A text in a language the campaign does not list would never be shown."""

    message = N_("The campaign is not in {language}. Choose among {possible}, or ask the police to add it.")


def save_text(
    session: Session,
    campaign: Campaign,
    message: Message,
    language: str,
    content: TextContent,
    *,
    actor: Actor | None,
    expected_version: int,
    source_seen: str | None = None,
    finished: bool = False,
    now: datetime,
) -> Text:
    """Store a text as its next version, in the caller's transaction. `expected_version` is 0 for one not yet begun.

    It is a draft again, whatever it was; `finished` is for a translation that comes whole, as in a file.
    Saving what stands there already makes no new version, whatever version it was written from: a save whose answer
    was lost may be sent again. Where the source has changed it says that the text still fits: that is a version by
    whoever says so, for somebody else to review.
    `source_seen` is the revision of the Swedish text that its writer had before them, if it is not the newest one.
    Raises SomeoneElseWrote, TextsAreFrozen or NotACampaignLanguage.
    """
    must_not_be_frozen(campaign, now=now)
    if language not in campaign.languages:
        raise NotACampaignLanguage(language=language, possible=list(campaign.languages))
    text = locked_text_of(session, message.id, language)
    if text is not None:
        must_not_wait_to_open(session, text, now=now)
    newest = _source_revision(session, message, language)
    source = source_seen if newest is not None and source_seen else newest
    if text is not None and text.revision == content.revision:
        follows = text.source_revision in {source, newest}
        return text if follows else _still_right(session, text, source, actor=actor, now=now)
    current = text.version if text else 0
    if current != expected_version:
        raise SomeoneElseWrote(current=current, expected=expected_version)
    text = text or Text(
        id=new_id(), message_id=message.id, language=language, state=TextState.DRAFT, version=0, revision="",
        edited_at=now,
    )  # fmt: skip
    _made_from(session, text, source)
    _write(text, content, actor, now)
    if finished and language != SOURCE:
        text.state = TextState.TRANSLATED
    return _stored(session, text)


def must_not_be_frozen(campaign: Campaign, *, now: datetime) -> None:
    """Raise TextsAreFrozen between approval and T. From T, recorded or not, a text is edited to be corrected."""
    if campaign.stage in {Stage.APPROVED, Stage.HELD} and not is_public(campaign.embargo, now=now):
        raise TextsAreFrozen


def must_not_wait_to_open(session: Session, text: Text, *, now: datetime) -> None:
    """Raise WaitsToOpen or WaitsHeld for a text of a late language that is approved and not open yet."""
    waits = opens_later(session, text, now=now)
    if waits is not None and waits.held_at is not None:
        raise WaitsHeld
    if waits is not None:
        raise WaitsToOpen(opens_at=waits.opens_at)


def opens_later(session: Session, text: Text, *, now: datetime) -> ReleasedText | None:
    """The frozen words of a late language that is approved, or held, and not open; None for any other text."""
    return session.exec(
        select(ReleasedText).where(
            col(ReleasedText.text_id) == text.id,
            col(ReleasedText.superseded_at).is_(None),
            col(ReleasedText.opened_at).is_(None),
            (col(ReleasedText.opens_at) > now) | col(ReleasedText.held_at).is_not(None),
        )
    ).first()


def _still_right(session: Session, text: Text, source: str | None, *, actor: Actor | None, now: datetime) -> Text:
    """Nothing new is said, and it fits its source as that is now: whoever reviewed it for another reads it again."""
    if text.state in {TextState.TRANSLATED, TextState.REVIEWED}:
        text.state = TextState.DRAFT
    _made_from(session, text, source)
    text.version += 1
    text.edited_by = actor.member_id if actor else None
    text.edited_at = now
    return _stored(session, text)


def _made_from(session: Session, text: Text, source: str | None) -> None:
    """Note the source. That it says what was meant was confirmed of the words of then, so it is confirmed anew."""
    if text.source_revision not in {None, source}:
        session.exec(
            update(BackTranslation)
            .where(col(BackTranslation.text_id) == text.id)
            .values(confirmed_by=None, confirmed_at=None)
        )
    text.source_revision = source


def _stored(session: Session, text: Text) -> Text:
    session.add(text)
    session.flush()
    session.add(_version(text))
    session.flush()
    return text


def _source_revision(session: Session, message: Message, language: str) -> str | None:
    if language == SOURCE:
        return None
    return session.exec(
        select(Text.revision).where(col(Text.message_id) == message.id, col(Text.language) == SOURCE)
    ).first()


def _write(text: Text, content: TextContent, actor: Actor | None, now: datetime) -> None:
    for variant, words in asdict(content).items():
        setattr(text, variant, words)
    text.version += 1
    text.revision = content.revision
    text.state = TextState.DRAFT
    text.edited_by = actor.member_id if actor else None
    text.edited_at = now


def _version(text: Text) -> TextVersion:
    return TextVersion(
        text_id=text.id,
        version=text.version,
        content=asdict(text.content),
        revision=text.revision,
        edited_by=text.edited_by,
        edited_at=text.edited_at,
    )


def authors_since_release(session: Session, text_ids: Iterable[str]) -> frozenset[str]:
    """Who wrote any version of these texts that no approval has covered yet, in one query.

    What was released was approved by another person already, so of a correction only the versions after it count. A
    version saved from the machine itself has no known author.
    """
    ids = list(text_ids)
    released = (
        select(TextVersion.text_id, func.max(TextVersion.version).label("version"))
        .join(
            ReleasedText,
            (col(ReleasedText.text_id) == col(TextVersion.text_id))
            & (col(ReleasedText.revision) == col(TextVersion.revision)),
        )
        .where(col(TextVersion.text_id).in_(ids))
        .group_by(col(TextVersion.text_id))
        .subquery()
    )
    authors = session.exec(
        select(TextVersion.edited_by)
        .outerjoin(released, released.c.text_id == col(TextVersion.text_id))
        .where(col(TextVersion.text_id).in_(ids), col(TextVersion.version) > func.coalesce(released.c.version, 0))
        .distinct()
    )
    return frozenset(author for author in authors if author is not None)


def faults_of(session: Session, campaign: Campaign, message: Message, text: Text) -> list[Fault]:
    """What the checks say of one text, each fault named by its language and variant."""
    return faults_beside(campaign, message, text, source=text_of(session, message.id, SOURCE))


def faults_beside(
    campaign: Campaign, message: Message, text: Text, *, source: Text | None, terms: Sequence[Term] = ()
) -> list[Fault]:
    """The same with the message's Swedish text at hand, and the glossary's terms of the language where they count."""
    return faults_in(campaign, message, text.content, text.language, source=source, terms=terms)


def faults_in(
    campaign: Campaign,
    message: Message,
    content: TextContent,
    language: str,
    *,
    source: Text | None,
    terms: Sequence[Term] = (),
) -> list[Fault]:
    """The same for words that need not be saved. Only a core text is compared: a partner's are its own words."""
    is_translated_core = message.answers_id is None and language != SOURCE
    known, swedish = data.languages()[language], source.content if source and language != SOURCE else None
    found = [
        *check_text(content, language=known, facts=campaign.facts, source=swedish if is_translated_core else None),
        *glossary_faults(content, language=known, source=swedish, terms=terms),
    ]
    return [
        Fault(
            message=fault.message,
            field=f"{message.name}.{language}.{fault.field}",
            facts=fault.facts,
            severity=fault.severity,
        )
        for fault in found
    ]


def must_pass(faults: list[Fault]) -> None:
    """Raise BadInput with every fault that is an error; warnings stop nothing."""
    errors = [fault for fault in faults if fault.severity is Severity.ERROR]
    if errors:
        raise BadInput(errors)


def is_stale(text: Text, source: Text | None) -> bool:
    """Whether the Swedish text it was made from has changed since. Computed, never stored."""
    return source is not None and text.source_revision is not None and text.source_revision != source.revision
