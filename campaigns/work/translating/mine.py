"""The texts a member was asked for by name, in any campaign; before the terms are accepted only that there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import TextState
from campaigns.domain.translating import SOURCE, Job, Lack, lacks
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Assignment, Campaign, Member, Message, Organisation, Text
from campaigns.work.loading import is_over
from campaigns.work.translating.progress import ToldBack, Unread, progress_with, told_back
from campaigns.work.translating.unread import unread_revisions
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Task:
    """One text to work on, and for what. `campaign`, `name` and `lacks` are empty until the terms are accepted."""

    assignment_id: str
    campaign_id: str
    message_id: str
    language: str
    job: Job
    note: str
    asked_by: str
    organisation: str
    asked_at: datetime
    lift_at: datetime
    is_open: bool
    campaign: str
    name: str
    state: TextState
    lacks: tuple[Lack, ...]

    @property
    def waits_for_me(self) -> bool:
        """Whether there is something to do now."""
        wanted = {
            Job.TRANSLATE: {Lack.TEXT, Lack.TRANSLATION, Lack.FRESHNESS},
            Job.REVIEW: {Lack.REVIEW} if self.state in {TextState.TRANSLATED, TextState.PUBLISHED} else set(),
            Job.BACK_TRANSLATE: {Lack.BACK_TRANSLATION} if self.state is not TextState.MISSING else set(),
        }
        return not self.is_open or not wanted[self.job].isdisjoint(self.lacks)


@dataclass(frozen=True, kw_only=True)
class AskedBy:
    """Who asks, for the page with the embargo terms, which names no campaign."""

    campaign_id: str
    organisation: str
    lift_at: datetime
    has_accepted: bool


def my_tasks(place: Workplace, actor: Actor, *, now: datetime) -> list[Task]:
    """What the member is asked for, acting for this organisation: what waits for them first, then the next lift."""
    with reading(place.engine) as session:
        return tasks_of(session, actor, now=now)


def tasks_of(session: Session, actor: Actor, *, now: datetime) -> list[Task]:
    """The same, in the caller's session. Nothing for a role that reads no briefings."""
    if not actor.may(Permission.READ_BRIEFING):
        return []
    opened = case((visibility.asked_texts_are_open(actor, now), True), else_=False)
    rows = session.exec(
        select(Assignment, Message, Campaign, opened)
        .join(Message, col(Message.id) == col(Assignment.message_id))
        .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
        .where(
            col(Assignment.member_id) == actor.member_id,
            col(Assignment.organisation_id) == actor.organisation_id,
            col(Assignment.ended_at).is_(None),
            visibility.exists_for(actor, now),
            visibility.its_author_takes_part(),
        )
        .order_by(col(Campaign.lift_at), col(Assignment.asked_at))
    ).all()
    rows = [row for row in rows if not is_over(row[2].stage)]
    texts = _texts(session, rows)
    names = _names(session, rows)
    told, unread = told_back(session, [text.id for text in texts.values()]), unread_revisions(session, texts.values())
    found = [_task(row, texts, names, told, unread) for row in rows]
    return sorted(found, key=lambda task: not task.waits_for_me)


Row = tuple[Assignment, Message, Campaign, bool]


def _texts(session: Session, rows: Sequence[Row]) -> dict[tuple[str, str], Text]:
    ids = [message.id for _, message, _, opened in rows if opened]
    found = session.exec(select(Text).where(col(Text.message_id).in_(ids)))
    return {(text.message_id, text.language): text for text in found}


def _names(session: Session, rows: Sequence[Row]) -> dict[str, str]:
    members = {asked.asked_by for asked, _, _, _ in rows}
    organisations = {message.organisation_id for _, message, _, _ in rows}
    found = dict(session.exec(select(Member.id, Member.name).where(col(Member.id).in_(members))).all())
    return found | dict(
        session.exec(select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(organisations))).all()
    )


def _task(row: Row, texts: dict[tuple[str, str], Text], names: dict[str, str], told: ToldBack, unread: Unread) -> Task:
    asked, message, campaign, opened = row
    text, source = texts.get((message.id, asked.language)), texts.get((message.id, SOURCE))
    both = [(message, one) for one in (source, text) if one is not None]
    progress = progress_with(campaign, both, told, unread)[text.id] if text else None
    return Task(
        assignment_id=asked.id,
        campaign_id=campaign.id,
        message_id=message.id,
        language=asked.language,
        job=asked.job,
        note=asked.note if opened else "",
        asked_by=names.get(asked.asked_by, ""),
        organisation=names.get(message.organisation_id, ""),
        asked_at=asked.asked_at,
        lift_at=campaign.lift_at,
        is_open=bool(opened),
        campaign=campaign.name if opened else "",
        name=message.name if opened else "",
        state=text.state if text else TextState.MISSING,
        lacks=lacks(progress, language=asked.language) if opened else (),
    )


def asked_by(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> AskedBy:
    """Who asks the member for a text of this campaign. Raises NotThere for whoever is not asked."""
    with reading(place.engine) as session:
        row = session.exec(
            select(Campaign, Organisation, visibility.has_accepted(actor))
            .join(Organisation, col(Organisation.id) == col(Campaign.owner_id))
            .where(col(Campaign.id) == campaign_id, visibility.is_asked_in(actor), visibility.exists_for(actor, now))
        ).first()
        if row is None:
            raise NotThere
        campaign, owner, accepted = row
        return AskedBy(
            campaign_id=campaign.id,
            organisation=owner.name,
            lift_at=campaign.lift_at,
            has_accepted=bool(accepted),
        )
