"""Receivers that take a message and whose answer is lost, that refuse, that ask to be left alone, and changing keys."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cutting import CutLine, Mode
from release.worlds import Inbox, LiveOffice, Time, World, all_in, listening, real_now, settings_for, soon, wait_for
from servers import Server, read_request, status
from sqlalchemy import Engine
from sqlmodel import col, select
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from campaigns.demo.receivers import MailServer
from campaigns.domain.access import Role
from campaigns.domain.lifecycle import DeliveryState as State
from campaigns.domain.release import ChannelKind
from campaigns.release.dispatcher import Dispatcher
from campaigns.release.sweeper import Sweeper
from campaigns.store.engine import reading
from campaigns.store.tables import Channel
from campaigns.work.launch.lifting import coming_lifts
from campaigns.work.organisations.channels_kept import channels_of, rotate_secret
from campaigns.work.workplace import open_workplace

LOST = Mode(swallow_after=b"")
"""Whatever is sent arrives, and no answer comes back."""
AFTER_THE_MESSAGE = Mode(swallow_after=b"\r\n.\r\n")
"""The mail server takes the whole message, and its word about it is lost."""


@contextmanager
def sweeping(world: World) -> Iterator[Sweeper]:
    """A sweeper that is stopped in the end."""
    sweeper = Sweeper(world.place, node="node", clock=world.time)
    try:
        yield sweeper
    finally:
        sweeper.stop()


def swept(sweeper: Sweeper) -> None:
    """One sweep, with every attempt at its end."""
    sweeper.sweep()
    wait_for(lambda: not sweeper.under_way)


def lift(world: World) -> None:
    """T: everything that is armed leaves at once."""
    world.time.now = world.lift_at
    (coming,) = coming_lifts(world.engine, until=world.time.now)
    dispatcher = Dispatcher(world.place, node="node", clock=world.time)
    dispatcher.fire(dispatcher.arm(coming))


def upstream(url: str) -> tuple[str, int]:
    """Where a line to this receiver leads."""
    port = urlsplit(url).port
    assert port
    return "127.0.0.1", port


@pytest.mark.parametrize("at_the_lift", [True, False], ids=["at T", "later"])
def test_a_push_whose_answer_is_lost_is_repeated_under_its_id(world: World, *, at_the_lift: bool) -> None:
    """Fault 20. It arrived and nobody here knows: it comes again, and whoever remembers ids acts once."""
    with Inbox() as inbox, CutLine(upstream(inbox.url), LOST) as line, sweeping(world) as sweeper:
        campaign = world.approved(world.partner(f"http://127.0.0.1:{line.port}/in", name="Ungdomsjouren (exempel)"))
        if at_the_lift:
            lift(world)
        else:
            world.time.now = world.lift_at
            swept(sweeper)
        assert all_in(world.states(campaign), State.PLANNED)
        wait_for(lambda: line.swallowed == 2)
        assert len(inbox.came) == len(inbox.ids) == 2
        line.behave()
        world.time.now += timedelta(seconds=7)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
        assert inbox.ids == {row.id for row in world.deliveries(campaign)}
        assert len(inbox.came) == 4
        bodies = {(came.id, str(came.event)) for came in inbox.came}
        assert len(bodies) == 2


@pytest.mark.parametrize("at_the_lift", [True, False], ids=["at T", "later"])
def test_a_letter_whose_answer_is_lost_is_a_persons_and_never_sent_again(
    engine: Engine, tmp_path: Path, *, at_the_lift: bool
) -> None:
    """Fault 21. The mail server has the message; the line breaks before its word: unknown, for ever if need be."""
    with listening(MailServer()) as mail, CutLine(upstream(mail.url)) as line:
        world = World.at(engine, tmp_path, _At(line.port, mail))
        campaign = world.approved(world.partner("a@example.org", name="Ungdomsjouren (exempel)"))
        with sweeping(world) as sweeper:
            swept(sweeper)  # the notices
            line.behave(AFTER_THE_MESSAGE)
            if at_the_lift:
                lift(world)
            else:
                world.time.now = world.lift_at
                swept(sweeper)
            assert all_in(world.states(campaign), State.UNKNOWN)
            line.behave()
            for _ in range(3):
                world.time.now += timedelta(hours=3)
                sweeper.recover()
                swept(sweeper)
        assert all_in(world.states(campaign), State.UNKNOWN)
        assert [came.to for came in mail.received].count("a@example.org") == 1


class _At(MailServer):
    """A mail server that is reached by another port than its own."""

    def __init__(self, port: int, real: MailServer) -> None:
        self._port, self.received = port, real.received

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._port}"


def test_a_push_cut_off_before_it_was_whole_is_repeated_and_comes_once(sqlite_world: World) -> None:
    """Half of the request went through: the receiver never acted, and the next try is whole."""
    world = sqlite_world
    with (
        Inbox() as inbox,
        CutLine(upstream(inbox.url), Mode(cut_after_client=100)) as line,
        sweeping(world) as sweeper,
    ):
        campaign = world.approved(world.partner(f"http://127.0.0.1:{line.port}/in", name="Ungdomsjouren (exempel)"))
        world.time.now = world.lift_at
        swept(sweeper)
        assert all_in(world.states(campaign), State.PLANNED)
        assert inbox.came == []
        line.behave()
        world.time.now += timedelta(seconds=7)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
        assert len(inbox.came) == len(inbox.ids) == 2


ANSWERS = {
    "busy": (status(429, "Retry-After: 90"), State.PLANNED, 90),
    "gone": (status(410), State.REFUSED, None),
    "broken": (status(503), State.PLANNED, 5),
    "no longer ours": (status(401), State.REFUSED, None),
}


@pytest.mark.parametrize("at_the_lift", [True, False], ids=["at T", "later"])
def test_each_answer_has_its_own_consequence_and_touches_no_other_receiver(
    sqlite_world: World, *, at_the_lift: bool
) -> None:
    """Fault 19. 429 waits as long as it was asked to, 5xx climbs the ladder, 410 and 401 are a person's."""
    world, receivers = sqlite_world, {name: Inbox(*[answer] * 2) for name, (answer, _, _) in ANSWERS.items()}
    with receivers["busy"], receivers["gone"], receivers["broken"], receivers["no longer ours"], Inbox() as well:
        partners = [world.partner(receiver.url, name=f"{name} (exempel)") for name, receiver in receivers.items()]
        campaign = world.approved(*partners, world.partner(well.url, name="well (exempel)"))
        with sweeping(world) as sweeper:
            if at_the_lift:
                lift(world)
            else:
                world.time.now = world.lift_at
                swept(sweeper)
            rows = {row.recipient: row for row in world.deliveries(campaign)}
            assert rows[well.url].state is State.LIVE
            for name, (_, state, pause_s) in ANSWERS.items():
                row = rows[receivers[name].url]
                assert row.state is state, name
                waits = (row.due_at - world.lift_at).total_seconds()
                assert pause_s is None or pause_s <= waits <= pause_s * 1.2, name
            world.time.now += timedelta(seconds=91)
            swept(sweeper)
        states = {row.recipient: row.state for row in world.deliveries(campaign)}
        expected = {"busy": State.LIVE, "broken": State.LIVE, "gone": State.REFUSED, "no longer ours": State.REFUSED}
        assert {name: states[receivers[name].url] for name in ANSWERS} == expected
        assert {name: len(receivers[name].came) for name in ANSWERS} == {
            "busy": 4,
            "broken": 4,
            "gone": 2,
            "no longer ours": 2,
        }


def test_a_key_that_is_changed_between_two_tries_leaves_the_receiver_able_to_verify(
    sqlite_engine: Engine, tmp_path: Path, mail: MailServer
) -> None:
    """Fault 25. Both keys sign from then on, so that whoever has not changed over yet still knows us."""
    kept: list[bytes] = []

    def behave(connection: socket.socket, _stopped: threading.Event) -> None:
        kept.append(read_request(connection))
        connection.sendall(status(503 if len(kept) <= 2 else 204))

    world = today(sqlite_engine, tmp_path, mail)
    with Server(behave) as receiver, sweeping(world) as sweeper:
        partner = world.partner(receiver.url, name="Ungdomsjouren (exempel)")
        campaign = world.office.approved(
            partner, lift_at=world.lift_at, briefing_opens_at=world.time.now - timedelta(hours=1)
        )
        old = signing_key(world)
        world.time.now = world.lift_at
        swept(sweeper)
        administrator = world.office.member(partner.organisation_id or "", {Role.ADMINISTRATOR})
        (channel,) = channels_of(world.place, administrator)
        new = rotate_secret(world.place, administrator, channel.id, stamp=channel.stamp, now=world.time.now)
        world.time.now += timedelta(seconds=7)
        swept(sweeper)
        assert all_in(world.states(campaign), State.LIVE)
    assert [verified(request, old) for request in kept] == [True] * 4
    assert [verified(request, new) for request in kept] == [False, False, True, True]


def today(engine: Engine, folder: Path, mail: MailServer) -> World:
    """A world whose time is near the real one, since the library refuses signatures older than five minutes."""
    time = Time(real_now())
    place = open_workplace(settings_for(folder, smtp_url=mail.url), engine, clock=time)
    office = LiveOffice(place)
    return World(engine=engine, place=place, office=office, time=time, mail=mail, lift_at=soon(seconds=20))


def signing_key(world: World) -> str:
    """That of the only webhook, in the clear."""
    with reading(world.engine) as session:
        row = session.exec(select(Channel).where(col(Channel.kind) == ChannelKind.WEBHOOK)).one()
        return world.place.vault.open(row.secrets[0])


def verified(request: bytes, key: str) -> bool:
    """Whether the receivers' own library takes the signature."""
    head, _, body = request.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    try:
        Webhook(key).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True
