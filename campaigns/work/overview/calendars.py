"""A member's own calendar: when embargoes are lifted and briefings open, and never what they are about.

Calendars are read by phones and services we do not know. So an entry holds a time and an address behind the login; the
address of the calendar itself is secret, and only its hash is kept.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import false, or_
from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import Stage
from campaigns.store import audit, visibility
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Member, Membership
from campaigns.work.accounts.joining import acting
from campaigns.work.workplace import Workplace

KEPT_FOR = timedelta(days=90)
"""How long past entries stay: a calendar is for what comes."""


class EntryKind(StrEnum):
    """What happens at an instant."""

    BRIEFING = "briefing"  # the briefing opens
    LIFT = "lift"  # the embargo is lifted


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One instant. `revision` grows whenever the campaign is moved; `is_certain` is false while it is held."""

    kind: EntryKind
    campaign_id: str
    at: datetime
    revision: int
    is_certain: bool
    path: str


@dataclass(frozen=True, kw_only=True)
class MemberCalendar:
    """What the calendar of one member holds, in the member's language."""

    locale: str
    entries: tuple[CalendarEntry, ...]


def has_calendar(place: Workplace, actor: Actor) -> bool:
    """Whether the member has a calendar address that works."""
    with reading(place.engine) as session:
        return _member(session, actor).calendar_hash is not None


def open_calendar(place: Workplace, actor: Actor, *, now: datetime) -> str:
    """Make the member's calendar address, or a new one instead of it. Returns its secret part, shown this once."""
    token = secrets.token_urlsafe(32)
    with writing(place.engine) as session:
        member = _member(session, actor)
        member.calendar_hash = _hash(token)
        session.add(member)
        audit.record(session, actor, "calendar.opened", now=now)
    return token


def close_calendar(place: Workplace, actor: Actor, *, now: datetime) -> None:
    """Let the member's calendar address lead nowhere."""
    with writing(place.engine) as session:
        member = _member(session, actor)
        member.calendar_hash = None
        session.add(member)
        audit.record(session, actor, "calendar.closed", now=now)


def _member(session: Session, actor: Actor) -> Member:
    found = session.get(Member, actor.member_id) if actor.member_id else None
    if found is None:
        raise NotThere
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def read_calendar(place: Workplace, token: str, *, now: datetime) -> MemberCalendar:
    """What a calendar address shows now, for the organisations its member belongs to now. Raises NotThere."""
    with reading(place.engine) as session:
        member = session.exec(
            select(Member).where(col(Member.calendar_hash) == _hash(token), col(Member.active))
        ).first()
        if member is None:
            raise NotThere
        entries = [entry for row in _campaigns(session, member, now) for entry in _entries(place, row)]
        return MemberCalendar(locale=member.locale, entries=tuple(sorted(entries, key=lambda entry: entry.at)))


def _campaigns(session: Session, member: Member, now: datetime) -> Sequence[Campaign]:
    rows = session.exec(select(Membership).where(col(Membership.member_id) == member.id)).all()
    actors = [acting(member.id, row.organisation_id, row.roles) for row in rows]
    known = [
        visibility.is_owned_by(actor) | (visibility.is_invited(actor) & visibility.exists_for(actor, now))
        for actor in actors
    ]
    return session.exec(
        select(Campaign).where(
            or_(false(), *known),
            col(Campaign.stage).not_in([Stage.CANCELLED, Stage.WITHDRAWN]),
            col(Campaign.lift_at) > now - KEPT_FOR,
        )
    ).all()


def _entries(place: Workplace, campaign: Campaign) -> list[CalendarEntry]:
    times = {EntryKind.BRIEFING: campaign.briefing_opens_at, EntryKind.LIFT: campaign.lift_at}
    return [
        CalendarEntry(
            kind=kind,
            campaign_id=campaign.id,
            at=at,
            revision=campaign.generation,
            is_certain=campaign.stage is not Stage.HELD,
            path=place.path_of(campaign.id),
        )
        for kind, at in times.items()
    ]
