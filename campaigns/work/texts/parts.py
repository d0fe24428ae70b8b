"""A text part by part: what each is written from, what changed there, and what the checks say of it, saved or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns import data
from campaigns.domain.access import Actor
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.glossary import Term
from campaigns.domain.text_marks import Piece, as_read, pieces
from campaigns.domain.text_parts import PartWeighed, weigh_parts
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.translating import SOURCE
from campaigns.domain.word_diff import word_diff
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Message, Text
from campaigns.work.texts.checks import TextChecks, public_voices, weighed
from campaigns.work.texts.desk import core_texts, message_on_desk, own_texts
from campaigns.work.texts.glossary_terms import terms_in
from campaigns.work.texts.history import Step, last_step, sources_when_made
from campaigns.work.texts.meeting import Parts
from campaigns.work.texts.writing import faults_in, is_stale
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class SourcePart:
    """A part of the Swedish text one translates from. `change` is how it differs from what was translated, if it does.

    `pieces` are its words with key facts and the glossary's terms; empty for a part that is not written.
    """

    pieces: tuple[Piece, ...]
    change: Parts


@dataclass(frozen=True, kw_only=True)
class TextParts:
    """All parts of a text. `source` is empty for one that is not translated from Swedish.

    `last` is what the newest sitting changed; None where there was only one. `change_is_lost` says that the Swedish
    text has changed and that nobody can tell how, because it was not kept.
    """

    weighed: Mapping[Variant, PartWeighed]
    source: Mapping[Variant, SourcePart]
    last: Step | None
    change_is_lost: bool


@dataclass(frozen=True, kw_only=True)
class _Room:
    """What the checks of a text need to know."""

    message: Message
    campaign: Campaign
    own: Mapping[str, Text]
    terms: tuple[Term, ...]
    language: str
    core: str
    others: Sequence[str]

    @property
    def source(self) -> Text | None:
        """The message's own Swedish text, for a text in another language."""
        return self.own.get(SOURCE) if self.language != SOURCE else None

    def weigh(self, content: TextContent) -> tuple[TextChecks, Mapping[Variant, PartWeighed]]:
        """What the checks say of words that need not be saved."""
        faults = faults_in(
            self.campaign, self.message, content, self.language, source=self.own.get(SOURCE), terms=self.terms
        )
        parts = weigh_parts(
            content,
            faults,
            language=data.languages()[self.language],
            facts=self.campaign.facts,
            source=self.source.content if self.source else None,
            terms=self.terms,
        )
        return weighed(content, faults, language=self.language, core=self.core, others=self.others), parts


def text_parts(
    place: Workplace, actor: Actor, message_id: str, language: str, *, content: TextContent | None = None, now: datetime
) -> TextParts:
    """The parts of a text of one's own organisation. `content` is what stands in the editor, if it is not saved.

    Raises NotThere for every other text.
    """
    with reading(place.engine) as session:
        room = _room(session, actor, message_id, language, now=now)
        text = room.own.get(language)
        shown = content or (text.content if text else TextContent())
        before = _source_before(session, room)
        return TextParts(
            weighed=room.weigh(shown)[1],
            source=_source(room, before),
            last=last_step(session, text.id) if text else None,
            change_is_lost=_is_stale(room) and before is None,
        )


def weigh_words(
    place: Workplace, actor: Actor, message_id: str, language: str, *, content: TextContent, now: datetime
) -> tuple[TextChecks, Mapping[Variant, PartWeighed]]:
    """What the checks would say of these words, as a whole and part by part. Stores nothing. Raises NotThere."""
    with reading(place.engine) as session:
        return _room(session, actor, message_id, language, now=now).weigh(content)


def _room(session: Session, actor: Actor, message_id: str, language: str, *, now: datetime) -> _Room:
    message, campaign, opened = message_on_desk(session, actor, message_id, language, now=now)
    own = own_texts(session, message)
    if language not in campaign.languages and language not in own:
        raise NotThere
    core = core_texts(session, message).get(language) if opened else None
    is_compared = message.answers_id is not None and is_public(campaign.embargo, now=now)
    return _Room(
        message=message,
        campaign=campaign,
        own=own,
        terms=terms_in(session, [language])[language],
        language=language,
        core=core.long if core else "",
        others=public_voices(session, campaign, message, language) if is_compared else (),
    )


def _is_stale(room: _Room) -> bool:
    text = room.own.get(room.language)
    return text is not None and room.source is not None and is_stale(text, room.source)


def _source_before(session: Session, room: _Room) -> TextContent | None:
    """What the Swedish text said when this was translated from it; None if it says the same now, or it is not kept."""
    text, source = room.own.get(room.language), room.source
    if text is None or source is None or not is_stale(text, source):
        return None
    return sources_when_made(session, [(text, source)]).get(text.id)


def _source(room: _Room, before: TextContent | None) -> Mapping[Variant, SourcePart]:
    if room.source is None:
        return {}
    now = room.source.content
    return {
        variant: SourcePart(
            pieces=pieces(as_read(now, variant), room.campaign.facts, language=SOURCE, terms=room.terms),
            change=word_diff(before[variant], now[variant]) if before and before[variant] != now[variant] else [],
        )
        for variant in Variant
    }
