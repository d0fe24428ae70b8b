"""What is worth knowing of a time before an embargo is set to be lifted then. Advice stops nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from campaigns import data
from campaigns.domain.access import Actor, Permission
from campaigns.domain.calendar_sweden import SchoolHoliday, public_holiday, school_holiday
from campaigns.domain.lifecycle import Stage
from campaigns.domain.times import SWEDEN, check_lift
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.workplace import Workplace

NEAR = timedelta(hours=48)
SHORT_NOTICE = timedelta(days=7)
NIGHT_ENDS, NIGHT_BEGINS = 6, 22


@dataclass(frozen=True, kw_only=True)
class NearLift:
    """Another of the organisation's own campaigns that is lifted about the same time."""

    id: str
    name: str
    lift_at: datetime


@dataclass(frozen=True, kw_only=True)
class LiftAdvice:
    """A time for a lift, with what a communicator would want to know of it."""

    lift_at: datetime
    away: timedelta
    preparation: timedelta
    is_short: bool
    is_night: bool
    is_weekend: bool
    public_holiday: str | None
    school_holiday: SchoolHoliday | None
    counties: tuple[str, ...]
    near: tuple[NearLift, ...]

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to think of."""
        about_the_day = self.is_night or self.is_weekend or self.public_holiday or self.school_holiday
        return not (about_the_day or self.is_short or self.near)


def lift_advice(
    place: Workplace,
    actor: Actor,
    *,
    lift_at: datetime,
    briefing_opens_at: datetime,
    campaign_id: str,
    now: datetime,
) -> LiftAdvice:
    """Advice on a time for one's own campaign. Raises NotThere, or what `domain.times.check_lift` refuses."""
    actor.must(Permission.READ_BRIEFING)
    check_lift(lift_at, now=now, step=place.lift_step, briefing_opens_at=briefing_opens_at)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        near, places = _near(session, actor, campaign_id, lift_at), list(campaign.places)
    local, table = lift_at.astimezone(SWEDEN), data.places()
    school = school_holiday(local.date(), places, table)
    preparation = lift_at - max(briefing_opens_at, now)
    return LiftAdvice(
        lift_at=lift_at,
        away=lift_at - now,
        preparation=preparation,
        is_short=preparation < SHORT_NOTICE,
        is_night=not NIGHT_ENDS <= local.hour < NIGHT_BEGINS,
        is_weekend=local.weekday() >= 5,
        public_holiday=public_holiday(local.date()),
        school_holiday=school,
        counties=tuple(table.name(code) for code in school.counties) if school else (),
        near=near,
    )


def _near(session: Session, actor: Actor, campaign_id: str, lift_at: datetime) -> tuple[NearLift, ...]:
    rows = session.exec(
        select(Campaign)
        .where(
            visibility.is_owned_by(actor),
            col(Campaign.id) != campaign_id,
            col(Campaign.stage).not_in([Stage.CANCELLED, Stage.WITHDRAWN]),
            col(Campaign.lift_at) >= lift_at - NEAR,
            col(Campaign.lift_at) <= lift_at + NEAR,
        )
        .order_by(col(Campaign.lift_at))
    )
    return tuple(NearLift(id=row.id, name=row.name, lift_at=row.lift_at) for row in rows)
