"""What an organisation says yes to: the exact text as readers will see it, and what was changed since it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns import markup
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import NotThere
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.word_diff import word_diff
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Message, Text, TextVersion
from campaigns.work.launch.typesetting import phones_of
from campaigns.work.workplace import Workplace

Parts = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A text as readers will see it: the long part rendered, and as plain words to paste."""

    html: str
    plain: str


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What is different in a text since a version of it, part by part; empty if nothing is."""

    language: str
    parts: Mapping[Variant, Parts]


def shown(place: Workplace, actor: Actor, message_id: str) -> Mapping[str, Shown]:
    """The texts of one's own message as readers will see them, by language. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = _own(session, actor, message_id)
        phones = phones_of(campaign)
        texts = session.exec(select(Text).where(col(Text.message_id) == message_id)).all()
        composed = {text.language: markup.typeset(text.long, phones) for text in texts}
        return {language: Shown(html=text.html, plain=text.plain) for language, text in composed.items()}


def changed_since(place: Workplace, actor: Actor, message_id: str, *, language: str, revision: str) -> Changed:
    """What was changed in one's own text after a revision of it was read. Raises NotThere."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        _own(session, actor, message_id)
        row = session.exec(
            select(Text, TextVersion)
            .join(TextVersion, col(TextVersion.text_id) == col(Text.id))
            .where(
                col(Text.message_id) == message_id,
                col(Text.language) == language,
                col(TextVersion.revision) == revision,
            )
            .order_by(col(TextVersion.version).desc())
        ).first()
        if row is None:
            return Changed(language=language, parts={})
        return _compared(TextContent(**row[1].content), row[0])


def core_changed_since(
    place: Workplace, actor: Actor, message_id: str, *, text_id: str, version: int, now: datetime
) -> Changed:
    """What is different in a core text since the version that was answered. Raises NotThere.

    Only for the core message that one's own message answers, and only while the briefing is open.
    """
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        row = session.exec(
            select(Text, TextVersion)
            .join(TextVersion, col(TextVersion.text_id) == col(Text.id))
            .join(Message, col(Message.answers_id) == col(Text.message_id))
            .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
            .where(
                col(Message.id) == message_id,
                col(Message.organisation_id) == actor.organisation_id,
                visibility.briefing_is_open(actor, now),
                col(Text.id) == text_id,
                col(TextVersion.version) == version,
            )
        ).first()
        if row is None:
            raise NotThere
        return _compared(TextContent(**row[1].content), row[0])


def _compared(before: TextContent, text: Text) -> Changed:
    after = text.content
    different = [variant for variant in Variant if before[variant] != after[variant]]
    return Changed(
        language=text.language,
        parts={variant: word_diff(before[variant], after[variant]) for variant in different},
    )


def _own(session: Session, actor: Actor, message_id: str) -> Campaign:
    found = session.exec(
        select(Campaign)
        .join(Message, col(Message.campaign_id) == col(Campaign.id))
        .where(
            col(Message.id) == message_id,
            col(Message.organisation_id) == actor.organisation_id,
            visibility.own_drafts_are_open(actor),
        )
    ).first()
    if found is None:
        raise NotThere
    return found
