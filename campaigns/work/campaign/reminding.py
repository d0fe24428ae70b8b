"""Reminding partners that something is still missing: a neutral mail, and never more often than twice a day."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from campaigns.channels.notices import NoticeKind
from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.lifecycle import REMEDIES, NotInThisStage, Stage
from campaigns.domain.release import ChannelKind
from campaigns.store import audit
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign
from campaigns.work.campaign.board import REMINDED, REMINDER_RESTS, BoardRow, board_of
from campaigns.work.loading import members_of, own_campaign
from campaigns.work.telling import tell
from campaigns.work.workplace import Workplace


class NobodyWaits(Refused):
    """A reminder without anything to do only teaches people to ignore reminders."""

    message = N_("There is nobody to remind: whoever still has something to do was reminded less than 12 hours ago.")


class NothingLeftToDo(Refused):
    """The same for one organisation."""

    message = N_("{organisation} has nothing left to do, so there is nothing to remind of.")


class RemindedLately(Refused):
    """People are reminded, not chased."""

    message = N_("{organisation} was reminded {reminded_at}. You can remind it again from {again_at}.")


class NoMailServer(Refused):
    """A reminder that cannot leave is not one."""

    message = N_("This installation has no mail server, so nobody can be reminded by e-mail. Call or write instead.")


def remind(
    place: Workplace, actor: Actor, campaign_id: str, *, organisation_id: str | None = None, now: datetime
) -> tuple[str, ...]:
    """Remind one organisation, or every one that waits, by a mail to its members. Gives the names of the reminded.

    Raises NotThere for an organisation that does not take part, NotInThisStage, RemindedLately, NothingLeftToDo,
    NobodyWaits or NoMailServer.
    """
    actor.must(Permission.BRIEF)
    with writing(place.engine) as session:
        campaign = own_campaign(session, actor, campaign_id)
        _must_be_possible(place, campaign)
        rows = [row for row in board_of(session, campaign, now=now).rows if not row.is_police]
        chosen = [_one(rows, organisation_id)] if organisation_id else _all(rows)
        _send(session, place, campaign, chosen, now)
        details = {"organisations": [row.organisation_id for row in chosen]}
        audit.record(session, actor, REMINDED, now=now, campaign_id=campaign.id, details=details)
        return tuple(row.name for row in chosen)


def _must_be_possible(place: Workplace, campaign: Campaign) -> None:
    if campaign.stage is not Stage.BRIEFING:
        raise NotInThisStage(stage=campaign.stage, move=N_("remind partners"), remedy=REMEDIES[campaign.stage])
    if ChannelKind.EMAIL not in place.channels:
        raise NoMailServer


def _one(rows: Sequence[BoardRow], organisation_id: str) -> BoardRow:
    row = next((row for row in rows if row.organisation_id == organisation_id), None)
    if row is None:
        raise NotThere
    if not row.assessed.waits:
        raise NothingLeftToDo(organisation=row.name)
    if not row.may_be_reminded and row.reminded_at is not None:
        again_at = row.reminded_at + REMINDER_RESTS
        raise RemindedLately(organisation=row.name, reminded_at=row.reminded_at, again_at=again_at)
    return row


def _all(rows: Sequence[BoardRow]) -> list[BoardRow]:
    waiting = [row for row in rows if row.may_be_reminded]
    if not waiting:
        raise NobodyWaits
    return waiting


def _send(session: Session, place: Workplace, campaign: Campaign, rows: Sequence[BoardRow], now: datetime) -> None:
    members = members_of(session, [row.organisation_id for row in rows])
    tell(session, place, NoticeKind.REMINDER, members, campaign=campaign, now=now)
