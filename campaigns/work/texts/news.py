"""Who hears that a text was edited: partners of a core text, and whoever gives consent in the organisation's name."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import Fault, Severity
from campaigns.domain.lifecycle import Stage
from campaigns.store.tables import Campaign, Message, Text
from campaigns.work.telling import invited_members, tell, tell_once_settled, who_may
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A text that was saved. `was_agreed`: its organisation had said yes to what it said before."""

    message: Message
    text: Text
    was_agreed: bool
    faults: tuple[Fault, ...]


def tell_of_edit(
    session: Session, place: Workplace, campaign: Campaign, edited: Edited, *, actor: Actor, now: datetime
) -> None:
    """Tell those for whom an edit means work. A draft that is still faulty, or of no campaign under way, means none."""
    if campaign.stage is not Stage.BRIEFING:
        return
    if edited.message.answers_id is None:
        members = invited_members(session, campaign)
        tell_once_settled(session, place, NoticeKind.TEXT_CHANGED, members, campaign=campaign, now=now, besides=actor)
    elif edited.was_agreed:
        ask_for_consent(session, place, campaign, edited.message.organisation_id, actor=actor, now=now)
    elif not actor.may(Permission.CONSENT) and not _has_errors(edited):
        members = who_may(session, edited.message.organisation_id, Permission.CONSENT)
        tell_once_settled(session, place, NoticeKind.CONSENT_NEEDED, members, campaign=campaign, now=now, besides=actor)


def ask_for_consent(
    session: Session, place: Workplace, campaign: Campaign, organisation_id: str, *, actor: Actor, now: datetime
) -> None:
    """Tell at once that a consent that was given holds no more, for without a new one the message does not leave."""
    members = who_may(session, organisation_id, Permission.CONSENT)
    tell(session, place, NoticeKind.CONSENT_NEEDED, members, campaign=campaign, now=now, besides=actor)


def _has_errors(edited: Edited) -> bool:
    return any(fault.severity is Severity.ERROR for fault in edited.faults)
