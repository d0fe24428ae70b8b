"""A late language leaves through the dispatcher as a release does: all at its instant, and nothing before."""

import threading
from datetime import timedelta

from factories import text
from release.worlds import Inbox, World, all_in, coming, node
from sqlmodel import col, select

from campaigns.domain.access import Actor
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import Event
from campaigns.release.dispatcher import ARM_AHEAD
from campaigns.release.outside import surfaces_of
from campaigns.store.engine import reading
from campaigns.store.tables import Delivery, Release
from campaigns.work.late import adding, ending, holding
from campaigns.work.late.opening import record_lift
from campaigns.work.launch import approving
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.partners import consenting, matching

MOMENT = timedelta(milliseconds=1)


class Late:
    """A public campaign whose English is approved for an hour after T, with a partner's own words in it."""

    def __init__(self, world: World, *addresses: str) -> None:
        self.world, office = world, world.office
        partner = world.partner(*addresses, name="Ungdomsjouren (exempel)")
        self.campaign = office.briefed(partner, lift_at=world.lift_at)
        approving.leave_out(world.place, office.communicator, self.campaign, language="en", now=office.now)
        office.consented(partner, self.campaign, channels=list(world.place.channels))
        office.approve(self.campaign)
        office.now = world.time.now = world.lift_at
        office.record_live(self.campaign)
        self._answer(partner)
        self.opens_at = world.lift_at + timedelta(hours=1)
        revision = adding.propose_language(
            world.place, office.communicator, self.campaign, language="en", opens_at=self.opens_at, now=office.now
        )
        adding.approve_language(
            world.place, office.approver, self.campaign, language="en", opens_at=self.opens_at, revision=revision,
            now=office.now,
        )  # fmt: skip

    def _answer(self, partner: Actor) -> None:
        office, place = self.world.office, self.world.place
        (own,) = matching.own_messages(place, partner, self.campaign, now=office.now)
        saved = matching.edit_text(
            place, partner, own.message_id, language="en", content=text("We listen", "Call us, or 114 14."),
            expected_version=0, now=office.now,
        )  # fmt: skip
        consenting.consent(place, partner, saved.text_id, revision=saved.revision, now=office.now)

    @property
    def release(self) -> Release:
        """The late language's own."""
        with reading(self.world.engine) as session:
            found = session.exec(select(Release).where(col(Release.language) == "en")).one()
            session.expunge(found)
            return found

    @property
    def rows(self) -> list[Delivery]:
        """The deliveries of the late language."""
        release_id = self.release.id
        return [row for row in self.world.deliveries(self.campaign) if row.release_id == release_id]

    def states(self) -> list[State]:
        """Their states."""
        return [row.state for row in self.rows]


def test_everything_of_a_late_language_leaves_at_its_instant_and_nothing_else_is_armed(world: World) -> None:
    """Pushes and letters, once each; it is recorded as open, and no other delivery of the campaign is touched."""
    with Inbox() as inbox:
        late = Late(world, inbox.url, "a@example.org")
        others = {row.id for row in world.deliveries(late.campaign)} - {row.id for row in late.rows}
        world.time.now = late.opens_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        assert all_in(late.states(), State.ARMED)
        assert {row.state for row in world.deliveries(late.campaign) if row.id in others} == {State.PLANNED}
        world.time.now = late.opens_at
        assert node(world).fire(armed)
        assert all_in(late.states(), State.LIVE)
        assert {row.sent_at for row in late.rows} == {late.opens_at}
        assert {came.event["type"] for came in inbox.came} == {"campaign.language_added", "message.published"}
        assert {row.id for row in late.rows if row.kind == "webhook"} == inbox.ids
        assert late.release.opened_at == late.opens_at
        assert coming_lifts(world.engine, until=late.opens_at + timedelta(days=1)) == []


def test_nothing_of_a_late_language_leaves_while_the_clock_stands_before_its_instant(sqlite_world: World) -> None:
    """The campaign is public, and that alone lets nothing out."""
    world = sqlite_world
    with Inbox() as inbox:
        late = Late(world, inbox.url)
        world.time.now = late.opens_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        world.time.now = late.opens_at - MOMENT
        firing = threading.Thread(target=node(world).fire, args=(armed,))
        firing.start()
        firing.join(0.3)
        assert firing.is_alive()
        assert inbox.came == []
        assert late.release.opened_at is None
        world.time.now = late.opens_at
        firing.join(60)
        assert all_in(late.states(), State.LIVE)


def test_what_is_called_off_after_arming_does_not_leave(sqlite_world: World) -> None:
    """It was armed, and one person stopped it: nothing leaves, nothing opens."""
    world = sqlite_world
    with Inbox() as inbox:
        late = Late(world, inbox.url)
        world.time.now = late.opens_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        ending.call_off_language(
            world.place, world.office.communicator, late.campaign, language="en", now=world.time.now
        )
        world.time.now = late.opens_at
        node(world).fire(armed)
        assert inbox.came == []
        assert late.release.opened_at is None
        assert all_in(late.states(), State.CANCELLED)


def test_what_is_held_after_arming_leaves_when_it_is_resumed_and_at_no_other_time(world: World) -> None:
    """It was armed, and one person held it: nothing leaves at its instant. Resumed, all leaves at the new one, once."""
    office = world.office
    with Inbox() as inbox:
        late = Late(world, inbox.url, "a@example.org")
        ids, english = {row.id for row in late.rows}, {"language": "en"}
        world.time.now = late.opens_at - ARM_AHEAD
        armed = node(world).arm(coming(world))
        holding.hold_language(world.place, office.communicator, late.campaign, **english, now=world.time.now)
        world.time.now = late.opens_at
        node(world).fire(armed)
        assert inbox.came == []
        assert late.release.opened_at is None
        assert all_in(late.states(), State.HELD)
        later = late.opens_at + timedelta(hours=1)
        holding.resume_language(
            world.place, office.approver, late.campaign, **english, opens_at=later, now=world.time.now
        )
        world.time.now = later - ARM_AHEAD
        armed = node(world).arm(coming(world))
        world.time.now = later
        assert node(world).fire(armed)
        assert all_in(late.states(), State.LIVE)
        assert {row.id for row in late.rows} == ids
        assert {row.sent_at for row in late.rows} == {later}
        assert len(inbox.came) == len(inbox.ids) == 2
        assert late.release.opened_at == later


def test_what_is_held_and_resumed_between_two_sweeps_leaves_once(sqlite_world: World) -> None:
    """The worker saw neither: what it armed first is void, what it took up again leaves, at the agreed instant."""
    world, english = sqlite_world, {"language": "en"}
    office = world.office
    with Inbox() as inbox:
        late = Late(world, inbox.url, "a@example.org")
        world.time.now = late.opens_at - ARM_AHEAD
        dispatcher = node(world)
        armed = dispatcher.arm(coming(world))
        holding.hold_language(world.place, office.communicator, late.campaign, **english, now=world.time.now)
        holding.resume_language(
            world.place, office.approver, late.campaign, **english, opens_at=late.opens_at, now=world.time.now
        )
        assert dispatcher.take_up(armed) == len(late.rows)
        world.time.now = late.opens_at
        assert dispatcher.fire(armed)
        assert all_in(late.states(), State.LIVE)
        assert len(inbox.came) == len(inbox.ids) == 2
        assert {row.attempts for row in late.rows} == {1}


def test_holding_a_language_touches_nothing_else_of_its_campaign(sqlite_world: World) -> None:
    """Other languages of the same instant, and what is tried again, keep claim and generation."""
    world = sqlite_world
    late = Late(world, "http://127.0.0.1:9/in")
    before = _others(late)
    holding.hold_language(world.place, world.office.communicator, late.campaign, language="en", now=world.time.now)
    assert before
    assert _others(late) == before


def _others(late: Late) -> dict[str, tuple[State, int, int]]:
    own = late.release.id
    rows = [row for row in late.world.deliveries(late.campaign) if row.release_id not in {own, None}]
    return {row.id: (row.state, row.generation, row.fence) for row in rows}


def test_an_instant_that_no_worker_saw_is_caught_up_with(sqlite_world: World) -> None:
    """The page opened by the clock; what a worker records when it comes is the same."""
    world = sqlite_world
    late = Late(world, "http://127.0.0.1:9/in")
    world.time.now = late.opens_at + timedelta(minutes=7)
    (lift,) = coming_lifts(world.engine, until=world.time.now)
    record_lift(world.place, lift, now=world.time.now)
    assert late.release.opened_at == world.time.now
    assert {row.due_at for row in late.rows if row.event is Event.LANGUAGE_ADDED} == {late.opens_at}


def test_the_eye_outside_watches_only_the_pages_of_the_late_language(sqlite_world: World) -> None:
    """All the others are open already."""
    world = sqlite_world
    Late(world, "http://127.0.0.1:9/in")
    seen = surfaces_of(world.place, coming(world))
    assert [(one.surface, one.language) for one in seen] == [("page", "en")]
    assert seen[0].address.endswith("/en")
