"""Local editions under the embargo: the SQL says what the rule says, over random campaigns, readers and instants."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Engine
from sqlmodel import Session, col, select
from visible_world import LONG_AGO, READERS, Stored, people, store_campaigns, worlds

from campaigns.domain.access import Actor
from campaigns.domain.embargo import UNDER_EMBARGO, Standing, What, is_public, may_read
from campaigns.domain.library import Making
from campaigns.store import edition_visibility
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, LocalEdition, MaterialSet, Organisation

World = tuple[list[Stored], datetime]
OWNERS = ("partner", "other-partner")
VERIFIED = frozenset({"partner"})


@pytest.fixture
def world_engine(engine: Engine) -> Engine:
    """A database of each kind with the small world, in which one partner is verified and the other is not."""
    with writing(engine) as session:
        for row in people():
            session.add(row)
            session.flush()
        for organisation in session.exec(select(Organisation)):
            organisation.verified_at = LONG_AGO if organisation.id in VERIFIED else None
            session.add(organisation)
    return engine


def store_editions(session: Session, campaigns: list[Stored]) -> None:
    """Each partner has one edition that is offered and one that is not, each made with the embargo line and without."""
    for number in range(len(campaigns)):
        for owner in OWNERS:
            for offer in ("offered", "kept"):
                name = f"c{number} {owner} {offer}"
                session.add(
                    LocalEdition(
                        id=name,
                        campaign_id=f"c{number}",
                        organisation_id=owner,
                        language="sv",
                        slug=name,
                        title=name,
                        version=1,
                        offered_at=LONG_AGO if offer == "offered" else None,
                        edited_at=LONG_AGO,
                        created_at=LONG_AGO,
                    )
                )
                session.add_all(_made(number, name, kind) for kind in ("under embargo", "open", "old"))
    session.flush()


def _made(number: int, name: str, kind: str) -> MaterialSet:
    return MaterialSet(
        id=f"{name} {kind}",
        campaign_id=f"c{number}",
        edition_id=name,
        language="sv",
        embargoed=kind == "under embargo",
        version=1,
        digest="x",
        state=Making.MADE,
        wanted_at=LONG_AGO,
        superseded_at=LONG_AGO if kind == "old" else None,
    )


def found(session: Session, condition: ColumnElement[bool]) -> set[str]:
    """The editions that a condition lets through."""
    joined = select(LocalEdition.id).join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
    return set(session.exec(joined.where(condition)))


def sets_found(session: Session, condition: ColumnElement[bool]) -> set[str]:
    """The sets that a condition lets through."""
    return set(
        session.exec(
            select(MaterialSet.id)
            .join(LocalEdition, col(LocalEdition.id) == col(MaterialSet.edition_id))
            .join(Campaign, col(Campaign.id) == col(LocalEdition.campaign_id))
            .where(condition)
        )
    )


def may_have(one: Stored, actor: Actor, now: datetime) -> bool:
    """The rule: briefed before T, verified after it, and never the police who own the campaign."""
    if actor.organisation_id == one.owner:
        return False
    standing = one.standing_of(actor)
    if standing is Standing.BRIEFED and may_read(standing, What.BRIEFING, one.embargo, now=now):
        return True
    return is_public(one.embargo, now=now) and actor.organisation_id in VERIFIED


def may_delete(one: Stored, actor: Actor, now: datetime) -> bool:
    """The rule: whoever may have it, and once nobody of the organisation may any more, all of them."""
    if actor.organisation_id not in OWNERS:
        return False
    public = is_public(one.embargo, now=now)
    invited = one.standing_of(actor) in {Standing.INVITED, Standing.BRIEFED}
    some_may = (invited and (public or one.embargo.stage in UNDER_EMBARGO)) or (
        public and actor.organisation_id in VERIFIED
    )
    return may_have(one, actor, now) or not some_may


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(most=5), actor=st.sampled_from(READERS))
def test_an_edition_is_found_exactly_by_those_who_may_read_it(world_engine: Engine, world: World, actor: Actor) -> None:
    """By anyone once it is public and offered, by its own organisation before; each with the right documents."""
    campaigns, now = world
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        store_editions(session, campaigns)
        public = {f"c{number}" for number, one in enumerate(campaigns) if is_public(one.embargo, now=now)}
        offered = {f"{campaign} {owner} offered" for campaign in public for owner in OWNERS}
        assert found(session, edition_visibility.is_public(now)) == offered
        assert sets_found(session, edition_visibility.set_is_public(now)) == {f"{one} open" for one in offered}
        deletable = {
            f"c{number} {actor.organisation_id} {offer}"
            for number, one in enumerate(campaigns)
            for offer in ("offered", "kept")
            if may_delete(one, actor, now)
        }
        assert found(session, edition_visibility.may_be_deleted(actor, now)) == deletable
        own = {
            f"c{number} {actor.organisation_id} {offer}"
            for number, one in enumerate(campaigns)
            for offer in ("offered", "kept")
            if actor.organisation_id in OWNERS and may_have(one, actor, now)
        }
        assert found(session, edition_visibility.is_own(actor, now)) == own
        assert sets_found(session, edition_visibility.set_is_own(actor, now)) == {
            f"{name} {'open' if name.split()[0] in public else 'under embargo'}" for name in own
        }
