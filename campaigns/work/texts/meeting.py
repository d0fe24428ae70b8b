"""When two people wrote the same text: both edits brought together, for one of them to look at and save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.domain.access import Actor
from campaigns.domain.errors import NotThere
from campaigns.domain.texts import TextContent, Variant
from campaigns.domain.three_way import Merged, three_way
from campaigns.domain.word_diff import word_diff
from campaigns.store.engine import reading
from campaigns.store.tables import TextVersion
from campaigns.work.loading import text_of
from campaigns.work.texts.desk import message_on_desk, name_of
from campaigns.work.workplace import Workplace

Parts = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Met:
    """One part of a text in three wordings: what both began from, what is saved now, and what one has written."""

    variant: Variant
    base: str
    theirs: str
    mine: str
    merged: Merged

    @property
    def taking_theirs(self) -> Parts:
        """What becomes of the words both began from when theirs count where both changed them."""
        return word_diff(self.base, self.merged.taking_theirs)

    @property
    def taking_mine(self) -> Parts:
        """The same, where mine count. In both, what only one of them changed is kept."""
        return word_diff(self.base, self.merged.taking_mine)

    @property
    def saving_changes(self) -> Parts:
        """What saving the joined text would change in what is saved now."""
        return word_diff(self.theirs, self.merged.text or "")


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """All parts of a text, and who saved it while one wrote. `version` is the saved one, `began_from` one's own."""

    version: int
    began_from: int
    by: str
    at: datetime
    parts: tuple[Met, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nobody needs to choose."""
        return not self.to_choose

    @property
    def to_choose(self) -> tuple[Met, ...]:
        return tuple(part for part in self.parts if part.merged.text is None)

    @property
    def joined(self) -> tuple[Met, ...]:
        """The parts that were brought together and now say something else than what is saved."""
        return tuple(part for part in self.parts if part.merged.text not in {None, part.theirs})


def meet(
    place: Workplace,
    actor: Actor,
    message_id: str,
    *,
    language: str,
    mine: TextContent,
    began_from: int,
    now: datetime,
) -> Meeting:
    """What one wrote beside what somebody else saved meanwhile. Stores nothing. Raises NotThere."""
    with reading(place.engine) as session:
        message, _, _ = message_on_desk(session, actor, message_id, language, now=now)
        text = text_of(session, message.id, language)
        if text is None:
            raise NotThere
        base = _content_of(session, text.id, began_from)
        return Meeting(
            version=text.version,
            began_from=began_from,
            by=name_of(session, text.edited_by),
            at=text.edited_at,
            parts=tuple(_met(variant, base, text.content, mine) for variant in Variant),
        )


def _content_of(session: Session, text_id: str, version: int) -> TextContent:
    kept = session.get(TextVersion, (text_id, version))
    return content_of(kept.content) if kept else TextContent()


def content_of(kept: Mapping[str, str]) -> TextContent:
    """What a version said, as a value."""
    return TextContent(**{variant.value: kept.get(variant.value, "") for variant in Variant})


def _met(variant: Variant, base: TextContent, theirs: TextContent, mine: TextContent) -> Met:
    merged = three_way(base[variant], mine[variant], theirs[variant])
    return Met(variant=variant, base=base[variant], theirs=theirs[variant], mine=mine[variant], merged=merged)
