"""All languages of a campaign beside all its core messages: what is ready, what it lacks, and who is at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import Severity
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.domain.translating import SOURCE, Lack, Progress, lacks
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Member, Message, Text
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.texts.writing import faults_beside
from campaigns.work.translating.asking import Asked, asked_for
from campaigns.work.translating.progress import progress_of
from campaigns.work.translating.source_changes import Behind, behind, is_judged
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One core message in one language. `lacks` is empty for one that is ready; `faults` are those to mend."""

    state: TextState
    stale: bool
    lacks: tuple[Lack, ...]
    faults: int
    asked: tuple[Asked, ...]

    @property
    def is_ready(self) -> bool:
        return not self.lacks and not self.faults

    @property
    def is_unread(self) -> bool:
        """Whether the public has it, and nobody but who wrote it has read it."""
        return self.state is TextState.PUBLISHED and Lack.REVIEW in self.lacks


@dataclass(frozen=True, kw_only=True)
class Column:
    """One core message. `behind` are translations made from earlier Swedish words, `judged` whether that was said."""

    message_id: str
    name: str
    revision: str
    behind: tuple[Behind, ...]
    judged: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One language: a cell for each message, and what was decided of it, by whom."""

    language: str
    cells: tuple[Cell, ...]
    left_out_by: str | None
    in_swedish_by: str | None

    @property
    def is_ready(self) -> bool:
        return all(cell.is_ready for cell in self.cells)

    @property
    def is_unread(self) -> bool:
        """Whether a text in it is public and waits for a reader."""
        return any(cell.is_unread for cell in self.cells)

    @property
    def is_decided(self) -> bool:
        return self.left_out_by is not None or self.in_swedish_by is not None


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """The whole of it. `may_choose` while the release can still be changed."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    may_choose: bool

    @property
    def ready(self) -> int:
        return sum(row.is_ready or row.is_decided for row in self.rows)


def translation_matrix(place: Workplace, actor: Actor, campaign_id: str) -> Matrix:
    """The languages of one's own campaign. Raises NotThere for every other."""
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        messages = session.exec(
            select(Message)
            .where(col(Message.campaign_id) == campaign.id, col(Message.answers_id).is_(None))
            .order_by(col(Message.position), col(Message.created_at))
        ).all()
        texts = _texts(session, messages)
        decided = _deciders(session, campaign)
        progress = progress_of(session, campaign, list(texts.values()))
        asked = asked_for(session, [message.id for message in messages])
        return Matrix(
            columns=tuple(_column(session, campaign, message, texts) for message in messages),
            rows=tuple(_row(campaign, tag, messages, texts, progress, asked, decided) for tag in campaign.languages),
            may_choose=campaign.stage in {Stage.DRAFT, Stage.BRIEFING},
        )


Texts = Mapping[tuple[str, str], tuple[Message, Text]]


def _texts(session: Session, messages: Sequence[Message]) -> Texts:
    by_id = {message.id: message for message in messages}
    rows = session.exec(select(Text).where(col(Text.message_id).in_(by_id)))
    return {(text.message_id, text.language): (by_id[text.message_id], text) for text in rows}


def _column(session: Session, campaign: Campaign, message: Message, texts: Texts) -> Column:
    _, source = texts.get((message.id, SOURCE), (message, None))
    translations = [text for one, text in texts.values() if one is message and text.language != SOURCE]
    earlier = behind(session, campaign, source, translations) if source else ()
    return Column(
        message_id=message.id,
        name=message.name,
        revision=source.revision if source else "",
        behind=earlier,
        judged=bool(earlier) and source is not None and is_judged(session, source),
    )


def _row(
    campaign: Campaign,
    language: str,
    messages: Sequence[Message],
    texts: Texts,
    progress: Mapping[str, Progress],
    asked: Mapping[str, list[Asked]],
    decided: Mapping[str, str],
) -> Row:
    return Row(
        language=language,
        cells=tuple(_cell(campaign, message, language, texts, progress, asked) for message in messages),
        left_out_by=decided.get(campaign.left_out[language], "") if language in campaign.left_out else None,
        in_swedish_by=decided.get(campaign.in_swedish[language], "") if language in campaign.in_swedish else None,
    )


def _cell(
    campaign: Campaign,
    message: Message,
    language: str,
    texts: Texts,
    progress: Mapping[str, Progress],
    asked: Mapping[str, list[Asked]],
) -> Cell:
    who = tuple(asked.get(f"{message.id}.{language}", ()))
    if (message.id, language) not in texts:
        missing = lacks(None, language=language)
        return Cell(state=TextState.MISSING, stale=False, lacks=missing, faults=0, asked=who)
    _, text = texts[message.id, language]
    _, source = texts.get((message.id, SOURCE), (message, None))
    faults = faults_beside(campaign, message, text, source=source)
    return Cell(
        state=text.state,
        stale=progress[text.id].stale,
        lacks=lacks(progress[text.id], language=language),
        faults=sum(fault.severity is Severity.ERROR for fault in faults),
        asked=who,
    )


def _deciders(session: Session, campaign: Campaign) -> Mapping[str, str]:
    ids = {*campaign.left_out.values(), *campaign.in_swedish.values()}
    return dict(session.exec(select(Member.id, Member.name).where(col(Member.id).in_(sorted(ids)))).all())
