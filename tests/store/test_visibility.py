"""The embargo's SQL twin says the same as the rule: over random campaigns, readers and instants, on both databases."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Engine
from sqlmodel import Session, col, select
from visible_world import A_MOMENT, LONG_AGO, READERS, Stored, every_stage_around, people, store_campaigns, worlds

from campaigns.domain.access import Actor
from campaigns.domain.embargo import Standing, What, is_public, may_read, text_is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import Stage, TextState
from campaigns.store import visibility
from campaigns.store.engine import writing
from campaigns.store.tables import Campaign, MaterialSet, Message, Release, ReleasedText, Text
from campaigns.work import reading as work_reading

IN_ONE_DATABASE = [HealthCheck.function_scoped_fixture]  # each example leaves the database as it found it
World = tuple[list[Stored], datetime]


@pytest.fixture
def world_engine(engine: Engine) -> Engine:
    """A database of each kind, with the organisations and members of the small world."""
    with writing(engine) as session:
        for row in people():
            session.add(row)
            session.flush()
    return engine


def found(session: Session, condition: ColumnElement[bool]) -> set[str]:
    """The ids of the campaigns that a condition lets through."""
    return set(session.exec(select(Campaign.id).where(condition)))


def downloads(session: Session, condition: ColumnElement[bool]) -> set[str]:
    """The ids of the sets of material that a condition lets through."""
    return set(
        session.exec(
            select(MaterialSet.id).join(Campaign, col(Campaign.id) == col(MaterialSet.campaign_id)).where(condition)
        )
    )


LIFT, OPENS = datetime(2026, 12, 14, 5, 0, tzinfo=UTC), datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
BOUNDARIES = [at + step * A_MOMENT for at in (OPENS, LIFT) for step in (-1, 0, 1)]


def ruled(campaigns: list[Stored], what: What, now: datetime, *, actor: Actor | None) -> set[str]:
    """The ids of the campaigns of which the rule lets this reader read this."""
    return {
        f"c{number}"
        for number, one in enumerate(campaigns)
        if may_read(one.standing_of(actor) if actor else Standing.PUBLIC, what, one.embargo, now=now)
    }


@pytest.mark.parametrize("now", BOUNDARIES, ids=str)
def test_at_the_very_instants_that_matter_queries_and_rule_agree_to_the_microsecond(
    world_engine: Engine, now: datetime
) -> None:
    """A moment before, at, and a moment after the briefing's opening and T, in every stage and for every reader."""
    campaigns = every_stage_around(LIFT, OPENS)
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        agrees_for_the_public(session, campaigns, now)
        for actor in READERS:
            agrees_for_a_member(session, campaigns, now, actor)


@settings(max_examples=60, suppress_health_check=IN_ONE_DATABASE)
@given(world=worlds())
def test_what_the_queries_find_for_the_public_is_what_the_rule_lets_it_read(world_engine: Engine, world: World) -> None:
    """Exactly the same set: nothing early, and nothing shut that should be open."""
    campaigns, now = world
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        agrees_for_the_public(session, campaigns, now)


def agrees_for_the_public(session: Session, campaigns: list[Stored], now: datetime) -> None:
    """The queries' sets are the rule's."""
    public = {f"c{number}" for number, one in enumerate(campaigns) if is_public(one.embargo, now=now)}
    assert found(session, visibility.is_public(now)) == public
    for what in (What.CORE_TEXT, What.MATCHING_TEXT, What.MATERIAL):
        assert public == ruled(campaigns, what, now, actor=None)
    assert downloads(session, visibility.material_is_public(now)) == {f"{one} open" for one in public}
    exists_now = found(session, visibility.exists_for_the_public(now))
    assert exists_now == ruled(campaigns, What.EXISTENCE, now, actor=None)


@settings(max_examples=80, suppress_health_check=IN_ONE_DATABASE)
@given(world=worlds(), actor=st.sampled_from(READERS))
def test_what_the_queries_find_for_a_member_is_what_the_rule_lets_it_read(
    world_engine: Engine, world: World, actor: Actor
) -> None:
    """Invited, revoked, accepted for this organisation or another, owner or not: one rule, said twice."""
    campaigns, now = world
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        agrees_for_a_member(session, campaigns, now, actor)


def agrees_for_a_member(session: Session, campaigns: list[Stored], now: datetime, actor: Actor) -> None:
    """The queries' sets are the rule's, for everything that can be read."""
    twins = {
        What.EXISTENCE: visibility.exists_for(actor, now),
        What.BRIEFING: visibility.briefing_is_open(actor, now),
        What.CORE_TEXT: visibility.briefing_is_open(actor, now) | visibility.is_public(now),
        What.MATERIAL: visibility.briefing_is_open(actor, now) | visibility.is_public(now),
        What.MATCHING_TEXT: visibility.is_owned_by(actor) | visibility.is_public(now),
        What.OWN_DRAFT: visibility.own_drafts_are_open(actor),
    }
    assert set(twins) == set(What)
    for what, condition in twins.items():
        assert found(session, condition) == ruled(campaigns, what, now, actor=actor), what
    public = {f"c{number}" for number, one in enumerate(campaigns) if is_public(one.embargo, now=now)}
    assert downloads(session, visibility.material_is_open(actor, now)) == {
        f"{one} {'open' if one in public else 'under embargo'}"
        for one in ruled(campaigns, What.MATERIAL, now, actor=actor)
    }


@settings(max_examples=40, suppress_health_check=IN_ONE_DATABASE)
@given(world=worlds(), actor=st.sampled_from(READERS))
def test_a_members_standing_is_the_same_from_the_facts_in_the_database(
    world_engine: Engine, world: World, actor: Actor
) -> None:
    """`standing_of` judges what the three conditions find."""
    campaigns, _ = world
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        owned = found(session, visibility.is_owned_by(actor))
        invited = found(session, visibility.is_invited(actor))
        accepted = found(session, visibility.has_accepted(actor))
        for number, one in enumerate(campaigns):
            facts = (f"c{number}" in some for some in (owned, invited, accepted))
            standing = visibility.standing_of(actor, **dict(zip(("owner", "invited", "accepted"), facts, strict=True)))
            assert standing is one.standing_of(actor)


@settings(max_examples=20, suppress_health_check=IN_ONE_DATABASE)
@given(world=worlds())
def test_the_operator_acts_for_no_organisation_and_sees_what_the_public_sees(
    world_engine: Engine, world: World
) -> None:
    """Having no organisation must never mean every organisation."""
    campaigns, now = world
    operator = Actor.operator()
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        assert found(session, visibility.exists_for(operator, now)) == ruled(campaigns, What.EXISTENCE, now, actor=None)
        assert not found(session, visibility.briefing_is_open(operator, now))
        assert not found(session, visibility.own_drafts_are_open(operator))
        assert not found(session, visibility.is_owned_by(operator))


def release_everything(session: Session, campaigns: list[Stored]) -> None:
    """Give every campaign, whatever its stage, a frozen core text, one that was superseded, and a partner's text."""
    for number, one in enumerate(campaigns):
        campaign_id = f"c{number}"
        messages = [
            Message(
                id=f"{campaign_id}-{name}",
                campaign_id=campaign_id,
                organisation_id=owner,
                name=name,
                created_at=LONG_AGO,
            )
            for name, owner in (("core", one.owner), ("answer", "partner"))
        ]
        session.add_all(messages)
        session.add(
            Release(
                id=campaign_id,
                campaign_id=campaign_id,
                revision="r",
                asked_by="communicator",
                approved_by="approver",
                approved_at=LONG_AGO,
            )
        )
        session.flush()
        session.add_all(_text(message) for message in messages)
        session.flush()
        core, answer = messages
        session.add_all(
            _released(message, version, superseded=message is core and version == 1)
            for message, version in ((core, 1), (core, 2), (answer, 1))
        )
    session.flush()


def _text(message: Message) -> Text:
    return Text(
        id=message.id,
        message_id=message.id,
        language="sv",
        state=TextState.APPROVED,
        revision="r",
        edited_at=LONG_AGO,
    )


def _released(message: Message, version: int, *, superseded: bool) -> ReleasedText:
    return ReleasedText(
        id=f"{message.id}-{version}",
        release_id=message.campaign_id,
        campaign_id=message.campaign_id,
        message_id=message.id,
        text_id=message.id,
        organisation_id=message.organisation_id,
        is_core=message.name == "core",
        language="sv",
        version=version,
        revision="r",
        headline=f"secret headline {message.id} {version}",
        long="",
        html=f"<p>secret text {message.id} {version}</p>",
        superseded_at=LONG_AGO if superseded else None,
    )


@pytest.mark.parametrize("held", [None, LONG_AGO], ids=["goes on", "held"])
@pytest.mark.parametrize("recorded", [None, LONG_AGO], ids=["by the clock", "recorded"])
@pytest.mark.parametrize("opens", [None, *BOUNDARIES[3:]], ids=str)
def test_a_late_text_is_open_to_the_same_instant_in_rule_and_query(
    world_engine: Engine, opens: datetime | None, recorded: datetime | None, held: datetime | None
) -> None:
    """A moment before, at and after its own instant and T, in every stage; superseded and held words never."""
    campaigns = every_stage_around(LIFT, OPENS)
    with Session(world_engine) as session:
        store_campaigns(session, campaigns)
        release_everything(session, campaigns)
        for text in session.exec(select(ReleasedText)):
            text.opens_at, text.opened_at, text.held_at = opens, recorded, held
            session.add(text)
        session.flush()
        for now in BOUNDARIES:
            found = session.exec(
                select(Campaign.id)
                .join(ReleasedText, col(ReleasedText.campaign_id) == col(Campaign.id))
                .where(visibility.is_public(now), visibility.text_is_open(now), col(ReleasedText.is_core))
            ).all()
            ruled_open = [
                f"c{number}"
                for number, one in enumerate(campaigns)
                if text_is_public(one.embargo, opens_at=opens, held_at=held, opened_at=recorded, now=now)
            ]
            assert sorted(found) == sorted(ruled_open)


def clear(session: Session) -> None:
    """Take away what an example stored."""
    for name in (
        "material_sets", "released_texts", "texts", "releases", "messages", "acceptances", "invitations", "campaigns",
    ):  # fmt: skip
        session.connection().exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - names from the line above


@settings(max_examples=30, suppress_health_check=IN_ONE_DATABASE)
@given(world=worlds(most=6))
@example(world=(every_stage_around(LIFT, OPENS), LIFT - A_MOMENT))
@example(world=(every_stage_around(LIFT, OPENS), LIFT))
def test_the_public_pages_lists_and_feeds_hold_exactly_what_is_public(world_engine: Engine, world: World) -> None:
    """Every public query at once. A withdrawn campaign is a tombstone: its name and times, and no text."""
    campaigns, now = world
    with writing(world_engine) as session:
        clear(session)
        store_campaigns(session, campaigns)
        release_everything(session, campaigns)
    stages = {f"slug-c{number}": one.embargo.stage for number, one in enumerate(campaigns)}
    public = {f"slug-c{number}" for number, one in enumerate(campaigns) if is_public(one.embargo, now=now)}
    tombstones = {slug for slug, stage in stages.items() if stage is Stage.WITHDRAWN}
    cards = work_reading.public_campaigns(world_engine, language="sv", now=now)
    assert sorted(card.slug for card in cards) == sorted(public | tombstones)
    assert {card.slug for card in cards if card.voices} == public
    assert {entry.slug for entry in work_reading.public_sitemap(world_engine, now=now)} == public
    feed = work_reading.public_feed(world_engine, now=now)
    assert sorted(entry.campaign_slug for entry in feed.entries) == sorted([*public, *tombstones] * 2)
    pages = {slug: page_of(world_engine, slug, now) for slug in stages}
    assert {slug for slug, said in pages.items() if said is not None} == public | tombstones
    for slug in tombstones:
        assert "secret headline" not in str(pages[slug])
        assert "secret text" not in str(pages[slug])
    told = "\n".join([*map(str, cards), str(feed), *map(str, pages.values())])
    assert "-core 1" not in told, "a superseded version was shown"
    assert not {slug for slug in set(stages) - public - tombstones if slug.removeprefix("slug-") + "-" in told}
    for slug in set(stages) - public - tombstones:
        with pytest.raises(NotThere):
            work_reading.public_feed(world_engine, now=now, campaign=slug)


def page_of(engine: Engine, slug: str, now: datetime) -> str | None:
    """All that a page says, or None where there is nothing."""
    try:
        return str(work_reading.public_campaign(engine, slug=slug, language=None, now=now))
    except NotThere:
        return None
