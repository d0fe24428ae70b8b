"""While publishing is disarmed nothing of a campaign can be claimed, armed or launched: the queries say so."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from delivery_rows import LEASE, NOW, campaign, delivery, store
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete
from sqlmodel import Session, col, select

from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.lifecycle import Stage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind, Event
from campaigns.store import audit, deliveries, leases
from campaigns.store.backup import backup, restore
from campaigns.store.disarming import FREE_OF_EMBARGO, disarm, disarmed_since, is_armed, standing
from campaigns.store.engine import make_engine, reading, writing
from campaigns.store.tables import (
    AccountSession,
    Campaign,
    Delivery,
    Disarming,
    Member,
    MemberInvitation,
    Organisation,
    Release,
    Throttle,
)
from campaigns.work.launch.lifting import coming_lifts, go_live

NODE = "n1"
SECONDS = st.integers(-90, 90).map(lambda seconds: timedelta(seconds=seconds))


def only_disarmed(session: Session) -> Disarming:
    """Disarm publishing and leave every row as it is: the queries alone must hold it back."""
    disarming = Disarming(id="d", reason="tried", disarmed_at=NOW)
    session.add(disarming)
    session.flush()
    return disarming


@st.composite
def many(draw: st.DrawFn) -> tuple[list[Campaign], list[Delivery]]:
    """A campaign in every stage with its own lift, and deliveries of every kind, event, state and age."""
    campaigns = [campaign(stage.value, stage=stage, lift_at=NOW + draw(SECONDS)) for stage in Stage]
    rows = st.builds(
        delivery,
        campaign_id=st.sampled_from([one.id for one in campaigns]),
        event=st.sampled_from(Event),
        kind=st.sampled_from(ChannelKind),
        state=st.sampled_from([State.PLANNED, State.ARMED, State.SENDING, State.HELD, State.LATE]),
        due_at=SECONDS.map(lambda by: NOW + by),
        generation=st.integers(1, 2),
        attempts=st.integers(0, 2),
        in_release=st.booleans(),
    )
    return campaigns, draw(st.lists(rows, min_size=1, max_size=12))


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=many(), kind=st.sampled_from(ChannelKind), armed=st.booleans())
def test_only_what_is_free_of_embargo_can_ever_be_claimed_while_disarmed(
    engine: Engine, rows: tuple[list[Campaign], list[Delivery]], kind: ChannelKind, *, armed: bool
) -> None:
    """Whatever stands in the rows, by waves or one by one; and when it is armed, what is public can be claimed too."""
    campaigns, waiting = rows
    due_ones = [
        (one.id, one.event in FREE_OF_EMBARGO, one.campaign_id == Stage.LIVE)
        for one in waiting
        if one.state is State.PLANNED and one.due_at <= NOW
    ]
    _empty(engine)
    store(engine, campaigns, waiting)
    with Session(engine) as session:
        session.connection()
        if not armed:
            only_disarmed(session)
        due = deliveries.has_due(session, now=NOW)
        could = deliveries.count_wave(session, kind=kind, now=NOW, most=99)
        wave = deliveries.claim_wave(session, kind=kind, node=NODE, now=NOW, lease=LEASE, most=99)
        assert could == len(wave)
        claimed = wave + deliveries.claim_due(session, node=NODE, now=NOW, lease=LEASE, most=99)
        assert due is bool(claimed)
        taken = {one.id for one in claimed}
        free = {id_ for id_, is_free, is_public in due_ones if is_free}
        public = {id_ for id_, is_free, is_public in due_ones if is_public}
        assert free <= taken
        assert (taken == free) if not armed else (public <= taken)


def _empty(engine: Engine) -> None:
    with writing(engine) as session:
        for table in (Delivery, Release, Campaign):
            session.connection().execute(delete(table))


def test_nothing_is_armed_launched_or_expected_while_disarmed_and_all_of_it_once_two_people_agreed(
    engine: Engine,
) -> None:
    """The same rows, the same calls; only the row that disarms is closed in between."""
    waiting = [delivery(campaign_id="near"), delivery(campaign_id="near", kind=ChannelKind.EMAIL)]
    _, letter = store(engine, [campaign("near", stage=Stage.APPROVED)], waiting)
    with writing(engine) as session:
        claims = deliveries.arm(session, campaign_id="near", generation=1, node=NODE, now=NOW, lease=LEASE, most=9)
        assert len(claims) == 2
        only_disarmed(session)
    assert _launched(engine, letter) == (0, False)
    assert coming_lifts(engine, until=NOW) == []
    with writing(engine) as session:
        assert not go_live(session, "near", now=NOW)
        assert session.get_one(Campaign, "near").stage is Stage.APPROVED
        assert leases.give_back(session, node=NODE) == 2
        assert not deliveries.has_armable(session, campaign_id="near", generation=1)
        assert not deliveries.arm(session, campaign_id="near", generation=1, node=NODE, now=NOW, lease=LEASE, most=9)
        disarming = session.get_one(Disarming, "d")
        disarming.asked_by, disarming.armed_by, disarming.armed_at = "first", "second", NOW
    with writing(engine) as session:
        deliveries.arm(session, campaign_id="near", generation=1, node=NODE, now=NOW, lease=LEASE, most=9)
    assert _launched(engine, letter) == (1, True)
    assert [lift.campaign_id for lift in coming_lifts(engine, until=NOW)] == ["near"]


def _launched(engine: Engine, letter: str) -> tuple[int, bool]:
    """How many pushes were launched, and whether the letter was."""
    with writing(engine) as session:
        kinds = [ChannelKind.WEBHOOK]
        pushes = deliveries.launch(session, node=NODE, campaign_id="near", kinds=kinds, now=NOW, lease=LEASE)
        fence = session.get_one(Delivery, letter).fence
        sent = deliveries.launch_one(session, delivery_id=letter, fence=fence, node=NODE, now=NOW, lease=LEASE)
    return len(pushes), sent


def test_disarming_leaves_nothing_that_opens_by_the_clock(engine: Engine) -> None:
    """Not one campaign is approved afterwards, and none is public that was not."""
    store(engine, [campaign(stage.value, stage=stage) for stage in Stage], [])
    with writing(engine) as session:
        public = set(session.exec(select(Campaign.id).where(col(Campaign.stage).in_([Stage.LIVE, Stage.CLOSED]))))
        disarm(session, now=NOW + timedelta(days=1))
        stages = dict(session.exec(select(Campaign.id, Campaign.stage)).all())
    assert Stage.APPROVED not in stages.values()
    assert {id_ for id_, stage in stages.items() if stage in {Stage.LIVE, Stage.CLOSED}} == public
    assert stages["approved"] is Stage.HELD


@pytest.mark.parametrize(
    ("lift_at", "stage"),
    [
        (NOW - timedelta(seconds=1), Stage.LIVE),
        (NOW, Stage.LIVE),
        (NOW + timedelta(microseconds=1), Stage.HELD),
    ],
)
def test_what_was_public_by_the_clock_when_the_copy_was_made_stays_public(
    engine: Engine, lift_at: datetime, stage: Stage
) -> None:
    """No worker had recorded it, but somebody did something after T: readers had seen the page."""
    store(engine, [campaign("c", stage=Stage.APPROVED, lift_at=lift_at)], [delivery()])
    with writing(engine) as session:
        audit.record(session, None, "tried", now=NOW)
    with writing(engine) as session:
        disarm(session, now=NOW + timedelta(days=1))
    with reading(engine) as session:
        found = session.get_one(Campaign, "c")
        assert (found.stage, found.lifted_at) == (stage, lift_at if stage is Stage.LIVE else None)
        states = set(session.exec(select(Delivery.state)))
        assert states == {State.LATE if stage is Stage.LIVE else State.HELD}


def test_an_event_with_a_time_that_has_not_come_opens_nothing(engine: Engine) -> None:
    """A clock was wrong once, years ahead: that must not make an embargo public."""
    store(engine, [campaign("c", stage=Stage.APPROVED, lift_at=NOW + timedelta(days=30))], [])
    with writing(engine) as session:
        audit.record(session, None, "tried", now=NOW - timedelta(hours=1))
        audit.record(session, None, "tried", now=NOW + timedelta(days=3000))
        disarm(session, now=NOW)
        assert session.get_one(Campaign, "c").stage is Stage.HELD


def test_sessions_and_mailed_links_of_a_copy_end_and_pauses_after_vain_tries_stay(engine: Engine) -> None:
    """They may have been ended or used after the copy was made. Whoever was slowed down is slowed down here too."""
    later = NOW + timedelta(days=3)
    with writing(engine) as session:
        session.add(Organisation(id="o", name="o", slug="o", kind=OrganisationKind.POLICE, created_at=NOW))
        session.add(Member(id="m", email="m", name="m", uniquifier="before", created_at=NOW))
        session.flush()
        session.add(
            AccountSession(id="s", token_hash="t", member_id="m", created_at=NOW, seen_at=NOW, expires_at=later)
        )
        session.add(invitation("open", expires_at=later))
        session.add(invitation("over", expires_at=NOW - timedelta(days=1)))
        session.add(invitation("used", expires_at=later, accepted_at=NOW))
        session.add(Throttle(key="k", failures=7, since=NOW, blocked_until=later))
    with writing(engine) as session:
        disarm(session, now=NOW)
    with reading(engine) as session:
        assert session.exec(select(AccountSession)).all() == []
        assert session.get_one(Member, "m").uniquifier != "before"
        ends = dict(session.exec(select(MemberInvitation.id, MemberInvitation.expires_at)).all())
        assert ends == {"open": NOW, "over": NOW - timedelta(days=1), "used": later}
        assert session.get_one(Throttle, "k").blocked_until == later


def invitation(id_: str, *, expires_at: datetime, accepted_at: datetime | None = None) -> MemberInvitation:
    """An invitation to the one organisation."""
    return MemberInvitation(
        id=id_,
        organisation_id="o",
        email=id_,
        name=id_,
        token_hash=id_,
        created_at=NOW,
        expires_at=expires_at,
        accepted_at=accepted_at,
    )


def test_a_copy_of_a_copy_begins_anew_so_that_one_who_asked_there_does_not_count_here(
    sqlite_engine: Engine, tmp_path: Path
) -> None:
    """The second one is disarmed once, by its own restore, and its trail holds."""
    store(sqlite_engine, [campaign()], [])
    with writing(sqlite_engine) as session:
        disarm(session, now=NOW)
        first = standing(session)
        assert first is not None
        first.asked_by, first.asked_at = "first", NOW
    backup(sqlite_engine, tmp_path / "copy")
    again = make_engine(f"sqlite:///{tmp_path / 'again.sqlite3'}")
    restore(tmp_path / "copy", again, now=NOW + timedelta(hours=1))
    with reading(again) as session:
        [disarming] = session.exec(select(Disarming)).all()
        assert (disarming.asked_by, disarming.disarmed_at) == (None, NOW + timedelta(hours=1))
        assert list(audit.breaks(session)) == []
        assert session.exec(select(disarmed_since())).one() == NOW + timedelta(hours=1)
        assert not session.exec(select(is_armed())).one()
    again.dispose()


def test_an_installation_that_was_never_restored_is_armed(engine: Engine) -> None:
    """And one that two people have armed again is."""
    with writing(engine) as session:
        assert standing(session) is None
        assert session.exec(select(disarmed_since())).one() is None
        session.add(Disarming(id="d", reason="tried", disarmed_at=NOW, armed_at=NOW))
        session.flush()
        assert standing(session) is None
