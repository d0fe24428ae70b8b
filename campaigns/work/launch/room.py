"""The launch room: one campaign's release before, at and after T, for the police who look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.receipt import Opened, summary
from campaigns.store import deliveries as claims
from campaigns.store.engine import reading
from campaigns.store.tables import AccountSession, Campaign, Member, Release
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.launch.deliveries import (
    DeliveryLine,
    as_delivered,
    lines_of,
    openings_of,
    release_that_stands,
)
from campaigns.work.launch.lifting import waits_to_open
from campaigns.work.launch.proposals import LIFT_EARLY, WITHDRAW, OpenProposal, open_proposals
from campaigns.work.workplace import Workplace

AROUND_T = timedelta(minutes=2)
STILL_FRESH = timedelta(minutes=30)
SEEN_WITHIN = timedelta(minutes=10)
OVERDUE_AFTER = timedelta(minutes=1)


class Phase(StrEnum):
    """How far a release has come."""

    UNAPPROVED = "unapproved"  # there is nothing to launch yet
    WAITING = "waiting"  # approved, T is to come
    HELD = "held"  # stopped before T
    OUT = "out"  # T has come
    OVER = "over"  # cancelled or withdrawn


class Pace(StrEnum):
    """How soon the room should be looked at again."""

    NOW = "now"  # every second or so
    SOON = "soon"
    NEVER = "never"  # nothing will change by itself


@dataclass(frozen=True, kw_only=True)
class Present:
    """A colleague who is logged in and was seen a moment ago."""

    name: str
    seen_at: datetime


@dataclass(frozen=True, kw_only=True)
class Spread:
    """When the deliveries of T left, in milliseconds after it; None where none has left."""

    first: float | None
    half: float | None
    last: float | None
    early: int


@dataclass(frozen=True, kw_only=True)
class LaterLanguage:
    """A late language that is approved and not open. `held_by` and `held_at` while it is on hold."""

    language: str
    opens_at: datetime
    held_by: str
    held_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LaunchRoom:
    """Everything the room shows. `overdue`: something should have left by now and nobody has taken it up."""

    phase: Phase
    pace: Pace
    lift_at: datetime
    deliveries: tuple[DeliveryLine, ...]
    openings: tuple[Opened, ...]
    spread: Spread
    proposals: tuple[OpenProposal, ...]
    present: tuple[Present, ...]
    approved_at: datetime | None
    approved_by: str
    overdue: bool
    later: tuple[LaterLanguage, ...]

    @property
    def out(self) -> int:
        """How many have arrived."""
        return sum(line.state is DeliveryState.LIVE for line in self.deliveries)

    @property
    def left(self) -> tuple[float, ...]:
        """When each that was meant for T left, in milliseconds after it."""
        return tuple(line.sent_ms for line in self.deliveries if line.at_lift and line.sent_ms is not None)

    @property
    def armed(self) -> int:
        """How many are loaded and connected."""
        return sum(line.state is DeliveryState.ARMED for line in self.deliveries)

    @property
    def counted(self) -> int:
        """How many there are, without those that were cancelled."""
        return sum(line.state is not DeliveryState.CANCELLED for line in self.deliveries)

    @property
    def needing(self) -> tuple[DeliveryLine, ...]:
        """Those about which a person must decide."""
        return tuple(line for line in self.deliveries if line.needs_a_person)

    @property
    def by_hand(self) -> tuple[DeliveryLine, ...]:
        """Those that were handed to a person who has not said yet that they are out."""
        return tuple(line for line in self.deliveries if line.is_by_hand)

    @property
    def moving(self) -> int:
        """How many a machine still works on."""
        return sum(line.is_under_way for line in self.deliveries)

    @property
    def organisations(self) -> tuple[str, ...]:
        """To whom it goes."""
        return tuple(dict.fromkeys(line.organisation for line in self.deliveries))

    @property
    def languages(self) -> tuple[str, ...]:
        """In which languages."""
        return tuple(dict.fromkeys(line.language for line in self.deliveries if line.language))


def launch_room(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> LaunchRoom:
    """The room of one's own campaign, in as many queries for a thousand deliveries as for one. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        release = release_that_stands(session, campaign.id)
        lines = lines_of(session, campaign, release)
        phase = _phase(campaign, now)
        approved_by = _name_of(session, release)
        return LaunchRoom(
            phase=phase,
            pace=pace_of(phase, lines, lift_at=campaign.lift_at, now=now),
            lift_at=campaign.lift_at,
            deliveries=lines,
            openings=openings_of(session, campaign.id),
            spread=_spread(lines, campaign.lift_at),
            proposals=open_proposals(session, actor, campaign.id, {LIFT_EARLY, WITHDRAW}, now=now),
            present=_present(session, campaign.owner_id, now),
            approved_at=release.approved_at if release else None,
            approved_by=approved_by,
            overdue=claims.has_due(session, now=now - OVERDUE_AFTER),
            later=_later(session, campaign.id, now),
        )


def _later(session: Session, campaign_id: str, now: datetime) -> tuple[LaterLanguage, ...]:
    rows = session.exec(
        select(Release, Member.name)
        .outerjoin(Member, col(Member.id) == col(Release.held_by))
        .where(
            col(Release.campaign_id) == campaign_id,
            waits_to_open(),
            col(Release.held_at).is_not(None) | (col(Release.opens_at) > now),
        )
        .order_by(col(Release.opens_at), col(Release.language))
    )
    return tuple(
        LaterLanguage(language=one.language, opens_at=one.opens_at, held_by=name or "", held_at=one.held_at)
        for one, name in rows
        if one.opens_at is not None
    )


def _phase(campaign: Campaign, now: datetime) -> Phase:
    if is_public(campaign.embargo, now=now):
        return Phase.OUT
    return {
        Stage.DRAFT: Phase.UNAPPROVED,
        Stage.BRIEFING: Phase.UNAPPROVED,
        Stage.APPROVED: Phase.WAITING,
        Stage.HELD: Phase.HELD,
    }.get(campaign.stage, Phase.OVER)


def pace_of(phase: Phase, lines: Sequence[DeliveryLine], *, lift_at: datetime, now: datetime) -> Pace:
    """Look often around T and while deliveries are on their way shortly after it; stop once all has settled."""
    if phase is Phase.UNAPPROVED:
        return Pace.NEVER
    if phase in {Phase.WAITING, Phase.HELD}:
        return Pace.NOW if phase is Phase.WAITING and lift_at - now <= AROUND_T else Pace.SOON
    if any(line.is_under_way for line in lines):
        return Pace.NOW if now - lift_at <= AROUND_T else Pace.SOON
    waits_for_people = any(line.is_by_hand or line.needs_a_person for line in lines)
    return Pace.SOON if waits_for_people and now - lift_at <= STILL_FRESH else Pace.NEVER


def _spread(lines: Sequence[DeliveryLine], lift_at: datetime) -> Spread:
    said = summary(as_delivered(lines), lift_at=lift_at)
    sent = said["sent_ms"]
    return Spread(first=sent["first"], half=sent["p50"], last=sent["last"], early=said["early"])


def _name_of(session: Session, release: Release | None) -> str:
    if release is None:
        return ""
    return session.exec(select(Member.name).where(col(Member.id) == release.approved_by)).first() or ""


def _present(session: Session, organisation_id: str, now: datetime) -> tuple[Present, ...]:
    """Colleagues only: the police see who of their own is at a desk, and nobody else's people."""
    rows = session.exec(
        select(Member.name, func.max(AccountSession.seen_at))
        .join(AccountSession, col(AccountSession.member_id) == col(Member.id))
        .where(
            col(AccountSession.organisation_id) == organisation_id,
            col(AccountSession.seen_at) > now - SEEN_WITHIN,
            col(AccountSession.expires_at) > now,
        )
        .group_by(col(Member.id), col(Member.name))
        .order_by(col(Member.name))
    )
    return tuple(Present(name=name, seen_at=seen_at) for name, seen_at in rows)
