"""A release worker: one node that wakes for every coming T, sweeps in between, and can be killed at any instant."""

import fcntl
import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from campaigns.domain.errors import N_, SamklangError, Unready
from campaigns.domain.ids import new_id
from campaigns.logs import said
from campaigns.release.alarm import Alarm
from campaigns.release.beat import TELL_EVERY_S, Beat
from campaigns.release.clock import NodeClock
from campaigns.release.dispatcher import ARM_AHEAD, READY_AHEAD, TAKE_UP_UNTIL, Armed, Dispatcher
from campaigns.release.outside import Watch
from campaigns.release.sweeper import Sweeper
from campaigns.release.workshop import Workshop
from campaigns.store import deliveries, home, leases, nodes, shelves
from campaigns.store.engine import reading, writing
from campaigns.work.audit.checkpointing import Keeper
from campaigns.work.late.opening import record_lift
from campaigns.work.launch.calling import call_people, tell_of_lifts
from campaigns.work.launch.lifting import ComingLift, coming_lifts, go_live
from campaigns.work.launch.rehearsing import rehearse_coming
from campaigns.work.organisations.pausing import pause_failing
from campaigns.work.service.rearming import tell_of_disarming
from campaigns.work.workplace import Workplace

log = logging.getLogger(__name__)

SWEEP_EVERY_S = 1.0
LOOK_EVERY_S = 0.5
"""How soon a hold, a new time or another node's end is seen."""
CALL_EVERY_S = 15.0
REHEARSE_EVERY_S = 60.0
MAKE_EVERY_S = 2.0


class AnotherWorker(SamklangError):
    """The embedded database has exactly one worker, so that what a dead one left can be taken over at once."""

    message = N_("Another release worker already runs on this database. One is enough; stop that one first.")


class Readiness:
    """What the log says of whether this worker is ready: each reason once, whichever of its rounds meets it first.

    A round that only waited too long for the database's first answer must not hide the worse that the answer shows.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reason: type[Unready] | None = None

    def doubted(self, error: Unready) -> None:
        """A round did not act."""
        with self._lock:
            if type(error) is not self._reason:
                log.error("the worker is not ready: %s", said(error))
            self._reason = type(error)

    def sure(self) -> None:
        """A round acted."""
        with self._lock:
            if self._reason:
                log.warning("the worker is ready again")
            self._reason = None


def node_name() -> str:
    """A name for this process that no other has: machine, process and a random part."""
    return f"{socket.gethostname()}:{os.getpid()}:{new_id()[:8]}"


@dataclass(kw_only=True)
class Worker:
    """One node. `alone` is the lock file of an embedded database, None where several nodes share one."""

    place: Workplace
    clock: NodeClock
    alone: Path | None
    name: str = field(default_factory=node_name)

    def __post_init__(self) -> None:
        self._alarm = Alarm()
        self._checkpoints = Keeper(self.place)
        self._dispatcher = Dispatcher(self.place, node=self.name, clock=self.clock.now)
        self._sweeper = Sweeper(self.place, node=self.name, clock=self.clock.now)
        vital = [act.__name__ for act in (self._look_at_lifts, self._sweep)]
        self._workshop = Workshop(self.place, node=self.name, clock=self.clock.now, may_work=self._has_its_hands_free)
        self._beat = Beat(self.place.engine, node=self.name, clock=self.clock, vital=vital)
        self._watch = Watch(self.place, offset=lambda: self.clock.offset)
        self._armed: dict[str, Armed] = {}
        self._expected: dict[str, ComingLift] = {}
        self._failed: dict[str, Armed | None] = {}
        self._arming = threading.Lock()
        self._lock_file: IO[str] | None = None
        self._readiness = Readiness()
        self._looks = 1

    def start(self) -> None:
        """Begin. Raises AnotherWorker on an embedded database that has one."""
        if self.alone is not None:
            self._lock_file = _lock(self.alone)
            with writing(self.place.engine) as session:
                leases.expire_leases(session, now=self.clock.now())
                nodes.forget_all(session)
                shelves.expire_leases(session, now=self.clock.now())
        self._alarm.start()
        self._alarm.every(LOOK_EVERY_S, "lifts", partial(self._if_ready, self._look_at_lifts))
        self._alarm.every(SWEEP_EVERY_S, "sweep", partial(self._if_ready, self._sweep))
        self._alarm.every(CALL_EVERY_S, "people", partial(self._if_ready, self._call_people))
        self._alarm.every(REHEARSE_EVERY_S, "rehearsals", partial(self._if_ready, self._rehearse))
        self._alarm.every(MAKE_EVERY_S, "material", partial(self._if_ready, self._make_material))
        self._alarm.every(TELL_EVERY_S, "node", self._beat.tell)
        log.info("release worker %s has started", self.name)

    def stop(self) -> None:
        """Finish what has begun, give back what is armed, and end. Material that is being made is dropped."""
        self._workshop.stop()
        self._alarm.stop()
        self._sweeper.stop()
        self._watch.stop()
        for armed in self._armed.values():
            armed.close()
        with suppress(Unready), writing(self.place.engine) as session:
            leases.give_back(session, node=self.name)
        self._beat.stop()
        with suppress(Unready, OSError):
            self._note()
        if self._lock_file is not None:
            self._lock_file.close()
        log.info("release worker %s has stopped", self.name)

    def _if_ready(self, act: Callable[[], None]) -> None:
        """Act unless clock or database are in doubt. Whatever goes wrong is said, and tried again at the next beat."""
        try:
            self.clock.must_be_right()
            act()
            self._readiness.sure()
            self._beat.acted(act.__name__)
        except Unready as error:
            self._readiness.doubted(error)
            self._beat.acted(act.__name__, error)
        except Exception as error:  # a worker that stops sweeping would be silent; this one says so and goes on
            log.exception("%s failed", act.__name__.strip("_").replace("_", " "))
            self._beat.acted(act.__name__, error)

    def _look_at_lifts(self) -> None:
        """Everything that concerns coming lifts: set alarms, follow changes, keep and add to what is armed.

        With nothing armed there is nothing to stop, and every second look is enough.
        """
        self._looks += 1
        if not self._armed and not self._failed and self._looks % 2:
            return
        self._renew()
        self._give_back()
        self._expect_lifts()
        self._take_up()

    def _sweep(self) -> None:
        """Take over from dead workers, and begin what is due. Mostly there is neither, which costs one question."""
        with reading(self.place.engine) as session:
            if deliveries.is_quiet(session, now=self.clock.now()):
                return
        self._sweeper.recover(launching=list(self._armed))
        self._sweeper.sweep()

    def _call_people(self) -> None:
        """Tell who must arm publishing or decide about a delivery, whose channel keeps failing, and what was lifted."""
        tell_of_disarming(self.place, now=self.clock.now())
        call_people(self.place, now=self.clock.now())
        pause_failing(self.place, now=self.clock.now())
        tell_of_lifts(self.place, now=self.clock.now())
        self._checkpoints.keep(now=self.clock.now())
        self._note()

    def _note(self) -> None:
        """Where the trail of an embedded database ends, kept beside it: an older file that takes its place shows."""
        if self.alone is not None:
            home.note(self.place.engine, self.alone)

    def _rehearse(self) -> None:
        """Ask the channels of what is lifted soon whether they answer."""
        rehearse_coming(self.place, now=self.clock.now())

    def _has_its_hands_free(self) -> bool:
        return not self._armed and not self._sweeper.under_way

    def _make_material(self) -> None:
        """Make what can be downloaded, if nothing more important is near."""
        self._workshop.work()

    def _renew(self) -> None:
        ids, campaigns = self._sweeper.under_way, list(self._armed)
        if ids or campaigns:
            with writing(self.place.engine) as session:
                leases.renew(session, node=self.name, ids=ids, campaigns=campaigns, now=self.clock.now())

    def _take_up(self) -> None:
        """Arm also what another node gave back, or left when it died."""
        for armed in list(self._armed.values()):
            if self.clock.now() < armed.lift.lift_at - TAKE_UP_UNTIL:
                self._dispatcher.take_up(armed)

    def _give_back(self) -> None:
        """Plan again what was armed for a lift that this node could not carry out."""
        for campaign_id, armed in list(self._failed.items()):
            if armed is not None:
                self._dispatcher.give_back(armed)
            else:
                with writing(self.place.engine) as session:
                    leases.give_back(session, node=self.name, campaign_id=campaign_id)
            del self._failed[campaign_id]

    def _expect_lifts(self) -> None:
        """Set one alarm a coming lift; catch up on those that came while nobody was awake; forget what was changed."""
        now = self.clock.now()
        lifts = coming_lifts(self.place.engine, until=now + 2 * ARM_AHEAD)
        coming = {lift.campaign_id: lift for lift in reversed(lifts)}  # of one campaign the soonest comes first
        for campaign_id in [gone for gone, lift in self._expected.items() if coming.get(gone) != lift]:
            self._forget(campaign_id)
        for campaign_id, lift in coming.items():
            if lift.lift_at <= now and campaign_id not in self._armed:
                self._catch_up(lift)
            elif campaign_id not in self._expected:
                self._expect(lift)

    def _expect(self, lift: ComingLift) -> None:
        self._expected[lift.campaign_id] = lift
        at = max(lift.lift_at - ARM_AHEAD, self.clock.now()) - self.clock.offset
        self._alarm.at(at, f"arm:{lift.campaign_id}", lambda: self._arm(lift))

    def _forget(self, campaign_id: str) -> None:
        """The lift was held, moved, cancelled, or is done; or a clock was set back and it is far off again.

        What is leaving at this instant ends by itself. What is armed is given back: a change took it away already, a
        clock did not.
        """
        with self._arming:
            self._expected.pop(campaign_id, None)
            self._alarm.forget(f"arm:{campaign_id}")
            armed = self._armed.get(campaign_id)
            if armed is None or armed.lift.lift_at <= self.clock.now():
                return
            self._alarm.forget(f"fire:{campaign_id}")
            del self._armed[campaign_id]
            self._failed[campaign_id] = armed
        armed.close()
        self._watch.end(campaign_id)

    def _arm(self, lift: ComingLift) -> None:
        try:
            armed = self._dispatcher.arm(lift)
        except Exception:  # the next sweep gives back what was claimed and sets the alarm anew
            log.exception("arming campaign %s failed", lift.campaign_id)
            self._fail(lift, None)
            return
        with self._arming:
            wanted = self._expected.get(lift.campaign_id) == lift
            if wanted:
                self._armed[lift.campaign_id] = armed
        if not wanted:
            armed.close()
            self._failed[lift.campaign_id] = armed
            return
        self._watch.begin(lift)
        at = max(lift.lift_at - READY_AHEAD, self.clock.now()) - self.clock.offset
        self._alarm.at(at, f"fire:{lift.campaign_id}", lambda: self._fire(armed))

    def _fire(self, armed: Armed) -> None:
        try:
            self.clock.must_be_right()
            self._dispatcher.ready(armed)
            if not self._dispatcher.fire(armed):
                self._fail(armed.lift, armed)
        except Exception:  # the next sweep gives back what had not left; the campaign then goes the ordinary way
            log.exception("releasing campaign %s failed", armed.lift.campaign_id)
            self._fail(armed.lift, armed)
            armed.close()
        finally:
            with self._arming:
                if self._armed.get(armed.lift.campaign_id) is armed:
                    del self._armed[armed.lift.campaign_id]

    def _fail(self, lift: ComingLift, armed: Armed | None) -> None:
        """Let the next sweep give back what is still ours, and expect the lift anew if it still comes."""
        with self._arming:
            self._failed[lift.campaign_id] = armed
            if self._expected.get(lift.campaign_id) == lift:
                del self._expected[lift.campaign_id]

    def _catch_up(self, lift: ComingLift) -> None:
        """T came while no worker was awake: record that the campaign is live; the sweep sends what is due."""
        self._watch.begin(lift)
        with writing(self.place.engine) as session:
            live = go_live(session, lift.campaign_id, now=self.clock.now())
        if live:
            record_lift(self.place, lift, now=self.clock.now())
            log.warning("campaign %s was released late: no worker was ready at its lift", lift.campaign_id)


def _lock(path: Path) -> IO[str]:
    """Hold the lock for as long as this process lives; the system lets go of it even after kill -9."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AnotherWorker from None
    return file
