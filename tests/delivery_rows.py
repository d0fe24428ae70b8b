"""Campaigns and deliveries stored row by row, for the tests of claims."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import select

from campaigns.domain.ids import new_id
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.engine import reading, writing
from campaigns.store.tables import Campaign, Delivery, Member, Organisation, Release

NOW = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
LEASE = timedelta(seconds=30)
A_MOMENT = timedelta(microseconds=1)
POLICE = "police"


def campaign(
    campaign_id: str = "c", *, stage: Stage = Stage.LIVE, lift_at: datetime = NOW, generation: int = 1
) -> Campaign:
    """A campaign's row, public unless the test says otherwise."""
    return Campaign(
        id=campaign_id,
        slug=campaign_id,
        name=campaign_id,
        owner_id=POLICE,
        stage=stage,
        briefing_opens_at=NOW - timedelta(days=9),
        lift_at=lift_at,
        generation=generation,
        created_at=NOW,
    )


def delivery(
    *,
    campaign_id: str | None = "c",
    event: Event = Event.MESSAGE_PUBLISHED,
    kind: ChannelKind = ChannelKind.WEBHOOK,
    state: DeliveryState = DeliveryState.PLANNED,
    due_at: datetime = NOW,
    generation: int = 1,
    attempts: int = 0,
    in_release: bool = True,
) -> Delivery:
    """A delivery's row, planned and due unless the test says otherwise."""
    return Delivery(
        id=new_id(),
        event=event,
        campaign_id=campaign_id,
        release_id=campaign_id if in_release else None,
        kind=kind,
        state=state,
        generation=generation,
        planned_at=due_at,
        due_at=due_at,
        attempts=attempts,
        created_at=NOW,
    )


def store(engine: Engine, campaigns: list[Campaign], deliveries: list[Delivery]) -> list[str]:
    """Store them with a release for each campaign; gives the deliveries' ids."""
    ids = [one.id for one in deliveries]
    with writing(engine) as session:
        if session.get(Organisation, POLICE) is None:
            session.add(Organisation(id=POLICE, name=POLICE, slug=POLICE, kind=OrganisationKind.POLICE, created_at=NOW))
            session.add_all([Member(id=name, email=name, name=name, created_at=NOW) for name in ("first", "second")])
            session.flush()
        session.add_all(campaigns)
        session.flush()
        session.add_all([release(one.id) for one in campaigns])
        session.flush()
        session.add_all(deliveries)
    return ids


def release(campaign_id: str) -> Release:
    """The frozen release of a campaign, with its id."""
    return Release(
        id=campaign_id,
        campaign_id=campaign_id,
        revision="r",
        asked_by="first",
        approved_by="second",
        approved_at=NOW,
    )


def rows(engine: Engine) -> dict[str, Delivery]:
    """All deliveries as they are stored now."""
    with reading(engine) as session:
        found = {row.id: row for row in session.exec(select(Delivery))}
        session.expunge_all()
        return found


def row(engine: Engine, delivery_id: str) -> Delivery:
    """One delivery as it is stored now."""
    return rows(engine)[delivery_id]
