"""Simulated releases, the outside: a time that only the test moves, and receivers that remember what reached them."""

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from campaigns.channels.burst import Burst, Fired
from campaigns.channels.errors import TransportError
from campaigns.channels.http import Door, Guard, HttpAnswer, HttpRequest
from campaigns.channels.smtp import Mailer, MailServer, OpenMailer
from campaigns.domain.release import Answer, Outcome

MORNING = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
MESSAGE_ID = re.compile(rb"Message-ID:\s*<(\w+)@")
LEAST_STEP_S = 0.0001


class Killed(Exception):
    """The process is dead: from here on nothing of what it does has any effect."""


class Mood(StrEnum):
    """How a receiver behaves for now."""

    UP = "up"  # takes it and says so
    DOWN = "down"  # cannot be reached
    BUSY = "busy"  # asks to be left alone for a while
    LOSES_ANSWERS = "loses answers"  # takes it, and its answer never arrives


class Truth:
    """The time that really passed. Whoever sleeps moves it."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._lock = threading.Lock()

    @property
    def now(self) -> datetime:
        return MORNING + timedelta(seconds=self.passed)

    def steady(self) -> float:
        """A counter that nobody can set."""
        return self.passed

    def sleep(self, seconds: float) -> None:
        """Time passes at once."""
        with self._lock:
            self.passed += max(seconds, LEAST_STEP_S)

    def move_to(self, instant: datetime) -> None:
        """Go on to an instant; never back."""
        with self._lock:
            self.passed = max(self.passed, (instant - MORNING).total_seconds())


class Sender(Protocol):
    """A node as the outside sees it."""

    name: str

    def before_sending(self) -> None:
        """The last moment before the first byte. Raises Killed."""

    def after_sending(self) -> None:
        """The first moment after the last byte. Raises Killed."""

    def was_held_up(self) -> bool:
        """Whether it slept between its claim and this send."""

    def died_in(self, beat: int) -> bool:
        """Whether it died in that beat, and so never wrote what became of it."""

    @property
    def beat(self) -> int:
        """Counts what the node does."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One message that a receiver took: by whom it was sent, in which beat, and whether the answer came through."""

    at: datetime
    id: str
    body: bytes
    is_letter: bool
    sender: Sender
    beat: int
    answered: bool
    held_up: bool


@dataclass
class Receivers:
    """Everybody outside. `judge` looks at each message as it is taken."""

    truth: Truth
    judge: Callable[[Taken], None]
    pushes: Mood = Mood.UP
    mail: Mood = Mood.UP
    taken: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def offer(self, sender: Sender, id_: str, body: bytes, *, is_letter: bool) -> Mood:
        """One message, on its way. Gives how the other side behaved. Raises Killed."""
        sender.before_sending()
        mood = self.mail if is_letter else self.pushes
        if mood in {Mood.UP, Mood.LOSES_ANSWERS}:
            taken = Taken(
                at=self.truth.now,
                id=id_,
                body=body,
                is_letter=is_letter,
                sender=sender,
                beat=sender.beat,
                answered=mood is Mood.UP,
                held_up=sender.was_held_up(),
            )
            with self._lock:
                self.judge(taken)
                self.taken[id_].append(taken)
        sender.after_sending()
        return mood


STATUS = {Mood.UP: 204, Mood.BUSY: 503}


class SimulatedDoor(Door):
    """The way out of one node: it leads to the simulated receivers."""

    def __init__(self, receivers: Receivers, sender: Sender, clock: Callable[[], datetime]) -> None:
        super().__init__(Guard(allow_private=True), base_url="http://127.0.0.1:9", clock=clock)
        self._receivers, self._sender = receivers, sender

    def send(self, request: HttpRequest) -> HttpAnswer:
        """One attempt. Raises TransportError as the real one does."""
        sent_at = self.clock()
        mood = self._receivers.offer(self._sender, request.headers["webhook-id"], request.body, is_letter=False)
        if mood not in STATUS:
            raise TransportError(reason=mood.value, sent=mood is Mood.LOSES_ANSWERS)
        return HttpAnswer(status=STATUS[mood], headers={}, body=b"", sent_at=sent_at, finished_at=self.clock())

    def fired(self, key: str, request: HttpRequest) -> Fired:
        """One request of a burst."""
        sent_at = self.clock()
        try:
            answer = self.send(request)
        except TransportError as error:
            left_at = sent_at if error.sent else None
            return Fired(key=key, sent_at=left_at, finished_at=self.clock(), error=error)
        return Fired(key=key, sent_at=sent_at, finished_at=answer.finished_at, status=answer.status)


class SimulatedBurst:
    """What stands in for `Burst`'s methods: the same, without sockets."""

    _door: SimulatedDoor
    failures: dict[str, TransportError]
    _lines: dict[str, HttpRequest]

    def open(self, items: Mapping[str, HttpRequest], *, within_s: float | None = None) -> None:  # noqa: ARG002 - as the real one
        """Remember what shall leave."""
        self._lines |= items

    def keep_warm(self, *, within_s: float | None = None) -> None:
        """Nobody hangs up here while waiting."""

    def close(self) -> None:
        """Forget."""
        self._lines.clear()

    def fire(self, items: Mapping[str, HttpRequest] | None = None) -> Iterator[Fired]:
        """Let all of it leave, in this call."""
        leaving = dict(self._lines if items is None else items)
        self._lines.clear()
        return iter([self._door.fired(key, request) for key, request in leaving.items()])


def without_sockets() -> dict[tuple[type, str], object]:
    """The methods of the real burst and what to put in their place."""
    return {(Burst, name): getattr(SimulatedBurst, name) for name in ("open", "keep_warm", "close", "fire")}


class SimulatedMailer(Mailer):
    """Opens lines to the simulated mailboxes."""

    def __init__(self, receivers: Receivers, sender: Sender, clock: Callable[[], datetime]) -> None:
        super().__init__(MailServer(scheme="smtp", host="127.0.0.1", port=9), clock=clock)
        self._receivers, self._sender = receivers, sender

    def open(self) -> OpenMailer:
        """A line. Raises TransportError while nobody can be reached."""
        if self._receivers.mail is Mood.DOWN:
            raise TransportError(reason="down", sent=False)
        return SimulatedLine(self._receivers, self._sender, self.clock)


class SimulatedLine(OpenMailer):
    """One line to the mail server."""

    def __init__(self, receivers: Receivers, sender: Sender, clock: Callable[[], datetime]) -> None:
        self._receivers, self._sender, self._clock = receivers, sender, clock

    def close(self) -> None:
        """There is nothing to hang up."""

    def is_alive(self) -> bool:
        """As long as the server can be reached."""
        return self._receivers.mail is not Mood.DOWN

    def send(self, sender: str, to: str, message: bytes) -> Outcome:  # noqa: ARG002 - as the real one
        """One letter."""
        found = MESSAGE_ID.search(message)
        assert found
        sent_at = self._clock()
        mood = self._receivers.offer(self._sender, found[1].decode(), message, is_letter=True)
        answer = {
            Mood.UP: Answer.ACCEPTED,
            Mood.DOWN: Answer.NOT_SENT,
            Mood.BUSY: Answer.TRY_AGAIN,
            Mood.LOSES_ANSWERS: Answer.UNCLEAR,
        }[mood]
        left_at = sent_at if answer in {Answer.ACCEPTED, Answer.UNCLEAR} else None
        return Outcome(answer=answer, sent_at=left_at, finished_at=self._clock(), reason=mood.value)
