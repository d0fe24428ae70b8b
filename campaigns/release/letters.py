"""What of a lift leaves one by one, each with its intent stored before its first byte: letters, over mail connections
opened ahead, and posts, each of which dials for itself.

Mail servers drop no second copy, so a crash between a stored intent and a stored outcome leaves a letter *unknown*.
Therefore an intent is stored only for a letter that has a free connection. One transaction writes the outcomes that
came while the last one was being written, together with the intents of the letters that go next.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue

from sqlmodel import Session

from campaigns.channels.by_hand import ByHand
from campaigns.channels.email import Email
from campaigns.channels.smtp import OpenMailer
from campaigns.domain.release import Answer, Outcome
from campaigns.release.attempts import Held, attempt, judged, patiently, safely, settled
from campaigns.store import deliveries
from campaigns.store.engine import writing
from campaigns.store.leases import LEASE
from campaigns.work.workplace import Workplace

Line = OpenMailer | None
"""A connection that is open; or None: then each letter dials for itself."""


class Letters:
    """What of one lift leaves by mail. `first` leave together with everything else, the others as lines become free.

    Where each dials for itself, `hands` of them are under way at one time.
    """

    def __init__(
        self,
        place: Workplace,
        letters: Sequence[Held],
        lines: Sequence[OpenMailer],
        *,
        node: str,
        clock: Callable[[], datetime],
        hands: int = 1,
    ) -> None:
        self._place, self._node, self._clock = place, node, clock
        self._free: list[Line] = [*lines] or [None] * hands
        self._waiting = deque(letters)
        self.first = [self._waiting.popleft() for _ in self._free[: len(letters)]]
        self._done: SimpleQueue[tuple[Line, Held, Outcome]] = SimpleQueue()

    def intend(self, session: Session, letters: Sequence[Held], *, now: datetime) -> list[Held]:
        """Store the intent to send these; gives those whose claim still stands."""
        return [
            letter
            for letter in letters
            if deliveries.launch_one(
                session, delivery_id=letter.id, fence=letter.fence, node=self._node, now=now, lease=LEASE
            )
        ]

    def send(self, intended: Collection[Held], *, intended_at: datetime) -> None:
        """Send the first ones, whose intent is stored, and then all others. Returns when every outcome is written."""
        under_way = 0
        with ThreadPoolExecutor(len(self._free), thread_name_prefix="letters") as pool:
            while intended or under_way or self._waiting:
                for letter in intended:
                    pool.submit(self._hand_over, self._free.pop(), letter, until=intended_at + LEASE)
                under_way += len(intended)
                done = self._landed() if under_way else []
                under_way -= len(done)
                self._free += [line for line, _, _ in done]
                outcomes = [(letter, outcome) for _, letter, outcome in done]
                intended, intended_at = patiently(partial(self._write, outcomes))

    def _landed(self) -> list[tuple[Line, Held, Outcome]]:
        landed = [self._done.get()]
        while True:
            try:
                landed.append(self._done.get_nowait())
            except Empty:
                return landed

    def _write(self, outcomes: Sequence[tuple[Held, Outcome]]) -> tuple[list[Held], datetime]:
        """Write what became of these, and the intent of as many as there are free lines."""
        results = [judged(self._place, letter, outcome, attempts=letter.attempts + 1) for letter, outcome in outcomes]
        following = list(self._waiting)[: len(self._free)]
        with writing(self._place.engine) as session:
            settled(session, results, node=self._node)
            now = self._clock()
            intended = self.intend(session, following, now=now)
        for _ in following:
            self._waiting.popleft()
        return intended, now

    def _hand_over(self, line: Line, letter: Held, *, until: datetime) -> None:
        """Send one. Whoever slept through the lease sends nothing: the letter is somebody else's by now."""
        now = self._clock()
        if now < until:
            outcome = safely(letter, lambda: self._sent(line, letter), now=now)
        else:
            outcome = Outcome(answer=Answer.NOT_SENT, finished_at=now, reason="the worker was held up")
        alive = outcome.answer not in {Answer.NOT_SENT, Answer.UNCLEAR}
        self._done.put((line if alive else None, letter, outcome))

    def _sent(self, line: Line, letter: Held) -> Outcome:
        """Over the open line; if that turns out to be dead before anything left, once more in the ordinary way."""
        channel = self._place.channels[letter.kind]
        if line is not None and isinstance(channel, Email | ByHand):
            outcome = channel.hand_over(line, letter.rendered, letter.destination)
            if outcome.answer is not Answer.NOT_SENT:
                return outcome
        return attempt(self._place, letter, now=self._clock())
