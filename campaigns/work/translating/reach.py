"""Who may touch a text: whoever writes for the organisation it belongs to, and whoever was asked for it by name."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.translating import Job
from campaigns.store import visibility
from campaigns.store.tables import Assignment, Campaign, Message, Text
from campaigns.work.loading import is_over, locked_text_of
from campaigns.work.partners.briefing import CampaignIsOver


@dataclass(frozen=True, kw_only=True)
class Reach:
    """A message and what the member may do with its text in one language.

    `is_own`: it belongs to the organisation the member acts for, and that organisation's drafts are open to them.
    `jobs` are what the member was asked for by name. `briefed`: the campaign's briefing is open to them.
    """

    message: Message
    campaign: Campaign
    language: str
    is_own: bool
    jobs: frozenset[Job]
    briefed: bool
    actor: Actor

    @property
    def keeps(self) -> bool:
        """Whether the member writes for the organisation whose text it is, and so also asks others."""
        return self.is_own and self.actor.may(permission_to_write(self.message))

    def may(self, job: Job) -> bool:
        """Whether the member may do this with the text."""
        return self.keeps or job in self.jobs

    def must(self, job: Job) -> None:
        """Raise NotAllowed unless they may."""
        if not self.may(job):
            raise NotAllowed(permission=permission_to_write(self.message))

    def must_keep(self) -> None:
        """Raise NotAllowed for whoever was only asked."""
        if not self.keeps:
            raise NotAllowed(permission=permission_to_write(self.message))


def permission_to_write(message: Message) -> Permission:
    """What it takes to write a message: the police's own, or a partner's."""
    return Permission.WRITE_MATCHING if message.answers_id else Permission.EDIT_CORE


def reach(session: Session, actor: Actor, message_id: str, language: str, *, now: datetime) -> Reach:
    """The message, if the member may read its text in this language. Locks nothing. Raises NotThere."""
    return _reach(session, actor, message_id, language, now=now, locked=False)


def locked_reach(session: Session, actor: Actor, message_id: str, language: str, *, now: datetime) -> Reach:
    """The same with message and campaign locked, for a change. Raises CampaignIsOver when nothing more is written."""
    found = _reach(session, actor, message_id, language, now=now, locked=True)
    if is_over(found.campaign.stage):
        raise CampaignIsOver(stage=found.campaign.stage)
    return found


def _reach(session: Session, actor: Actor, message_id: str, language: str, *, now: datetime, locked: bool) -> Reach:
    own = (col(Message.organisation_id) == actor.organisation_id) & visibility.own_drafts_are_open(actor)
    asked = visibility.is_asked_for(actor, language) & visibility.asked_texts_are_open(actor, now)
    query = (
        select(Message, Campaign, own.label("own"), visibility.briefing_is_open(actor, now))
        .join(Campaign, col(Campaign.id) == col(Message.campaign_id))
        .where(col(Message.id) == message_id, own | asked)
    )
    row = session.exec(query.with_for_update(of=[Message, Campaign]) if locked else query).first()
    if row is None or not actor.may(Permission.READ_BRIEFING):
        raise NotThere
    message, campaign, is_own, briefed = row
    jobs = _jobs(session, actor, message, language)
    return Reach(
        message=message,
        campaign=campaign,
        language=language,
        is_own=bool(is_own),
        jobs=jobs,
        briefed=bool(briefed),
        actor=actor,
    )


def _jobs(session: Session, actor: Actor, message: Message, language: str) -> frozenset[Job]:
    asked = select(Assignment).where(
        col(Assignment.message_id) == message.id,
        col(Assignment.language) == language,
        col(Assignment.member_id) == actor.member_id,
        col(Assignment.organisation_id) == actor.organisation_id,
        col(Assignment.ended_at).is_(None),
    )
    return frozenset(one.job for one in session.exec(asked))


def text_within(session: Session, found: Reach) -> Text:
    """The text itself, locked. Raises NotThere where nothing is written yet."""
    text = locked_text_of(session, found.message.id, found.language)
    if text is None:
        raise NotThere
    return text
