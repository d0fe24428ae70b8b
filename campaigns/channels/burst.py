"""The burst: all messages of one instant leave at that instant, over connections that were opened ahead.

    open()       resolve, judge, connect and shake hands with everyone at once; who does not answer is remembered
    keep_warm()  connect again where the other side hung up while waiting
    fire()       first every request leaves, then answers are read as they land; no receiver delays another

Sockets never block and one selector watches all of them, so a silent, dripping or endless receiver costs its own entry
and nothing else. Only the head of an answer is read: for a push the status is the answer.
"""

import resource
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from queue import SimpleQueue
from selectors import DefaultSelector
from time import monotonic
from types import TracebackType
from typing import Self

from campaigns.channels.addresses import Target
from campaigns.channels.errors import TransportError
from campaigns.channels.http import Door, HttpRequest, retry_after
from campaigns.channels.line import SETTLED, Line, Phase
from campaigns.domain.errors import N_

MOST_LOOKING_UP = 32
MOST_CONNECTING = 1024
SPARE_HANDLES = 256  # database, logs, web server: what this process opens beside the burst


_TOO_SLOW = TransportError(reason=N_("the name was not looked up in time"), sent=False)


@dataclass(frozen=True, kw_only=True)
class Fired:
    """What became of one request. Either `status` or `error` is there.

    `sent_at` is read just before the first byte, so that nothing can have left earlier; None if nothing left.
    `error.sent` False: nothing left, the ordinary way may try at once.
    """

    key: str
    sent_at: datetime | None
    finished_at: datetime
    status: int | None = None
    retry_after: timedelta | None = None
    error: TransportError | None = None


class Burst:
    """Requests by key, for one instant. `deadline_s`: what each receiver has from its request to its answer's head."""

    def __init__(self, door: Door, *, deadline_s: float) -> None:
        self.failures: dict[str, TransportError] = {}
        self._door, self._deadline_s = door, deadline_s
        self._lines: dict[str, Line] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    @property
    def ready(self) -> int:
        """How many connections are open."""
        return sum(line.phase is Phase.READY for line in self._lines.values())

    def close(self) -> None:
        """Hang up everywhere. Requests that were fired are not touched: they end by themselves."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def open(self, items: Mapping[str, HttpRequest], *, within_s: float | None = None) -> None:
        """Connect to everyone ahead. Whom it does not reach is in `failures`; nothing is raised.

        It takes as long as the slowest receiver, and never longer than `within_s`: half of it at most for looking up
        names. Without it, 2 x `connect_s` and one more for every thousand receivers.
        """
        waves = 2 + len(items) // MOST_CONNECTING
        ends = monotonic() + (waves * self._door.guard.connect_s if within_s is None else within_s)
        make_room_for(len(items))
        for key, target in self._looked_up(items, within_s=(ends - monotonic()) / 2).items():
            self._prepare(key, items[key], target)
        self._connect([self._lines[key] for key in items if key in self._lines], ends=ends)

    def keep_warm(self, *, within_s: float | None = None) -> None:
        """Connect again where the other side has hung up. Takes no time when nobody has."""
        ends = monotonic() + (self._door.guard.connect_s if within_s is None else within_s)
        closed = [line for line in self._lines.values() if line.phase is Phase.READY and not line.is_alive()]
        self._connect(closed, ends=ends)

    def fire(self, items: Mapping[str, HttpRequest] | None = None) -> Iterator[Fired]:
        """Send everything now; the iterator then gives each result as it lands.

        `items` may bring newer requests for the same addresses (signed later); without it those of `open` leave. The
        bytes leave in this call, not in the iteration, and answers are read meanwhile, however slowly one iterates.
        """
        results: SimpleQueue[Fired] = SimpleQueue()
        wanted = dict(items) if items is not None else dict.fromkeys([*self._lines, *self.failures])
        lines = [line for key, request in wanted.items() if (line := self._loaded(key, request))]
        under_way = [line for line in lines if self._leaves(line)]
        self.failures |= {line.key: line.error for line in lines if line.error}
        for line in under_way:
            del self._lines[line.key]
            del wanted[line.key]
        for key in wanted:
            results.put(self._not_sent(key))
        threading.Thread(target=self._read, args=(under_way, results), daemon=True, name="burst").start()
        return (results.get() for _ in range(len(under_way) + len(wanted)))

    def _looked_up(self, items: Mapping[str, HttpRequest], *, within_s: float) -> dict[str, Target]:
        pool = ThreadPoolExecutor(MOST_LOOKING_UP, thread_name_prefix="look-up")
        asked = {key: pool.submit(self._door.check_address, request.url) for key, request in items.items()}
        in_time = wait(asked.values(), timeout=within_s).done
        pool.shutdown(wait=False, cancel_futures=True)
        found: dict[str, Target] = {}
        for key, answer in asked.items():
            error = answer.exception() if answer in in_time else _TOO_SLOW
            if error is not None:
                self.failures[key] = error if isinstance(error, TransportError) else _TOO_SLOW
            else:
                found[key] = answer.result()
        return found

    def _prepare(self, key: str, request: HttpRequest, target: Target) -> None:
        door, earlier = self._door, self._lines.pop(key, None)
        if earlier is not None:
            earlier.close()  # it was given back, and is taken up anew
        try:
            wire = door.wire(request, target)
        except TransportError as error:
            self.failures[key] = error
            return
        self._lines[key] = Line(key, target=target, wire=wire, tls=door.tls, most_bytes=door.guard.most_bytes)

    def _connect(self, lines: Iterable[Line], *, ends: float) -> None:
        """Bring lines to READY side by side, a thousand at a time; whom it does not reach is a failure."""
        todo, busy = deque(lines), set[Line]()
        touched = list(todo)
        with DefaultSelector() as selector:
            while (todo or busy) and monotonic() < ends:
                while todo and len(busy) < MOST_CONNECTING:
                    line = todo.popleft()
                    busy.add(line)
                    begin = partial(line.start, seconds=self._door.guard.connect_s)
                    _wait_for(selector, line, guarded(line, begin), busy)
                for key, _ in selector.select(timeout=0.05):
                    _step(selector, key.data, busy, timed_out=False)
                now = monotonic()
                for line in [line for line in busy if line.until < now]:
                    _step(selector, line, busy, timed_out=True)
        for line in touched:
            self._keep(line)

    def _keep(self, line: Line) -> None:
        if line.phase is Phase.READY:
            self.failures.pop(line.key, None)
            return
        if line.error is None:
            line.fail(N_("no connection in time"))
        if line.error is not None:
            self.failures[line.key] = line.error
        self._lines.pop(line.key, None)

    def _loaded(self, key: str, request: HttpRequest | None) -> Line | None:
        """The line with the bytes that shall leave. A newer request must go where the connection leads."""
        line = self._lines.get(key)
        if line is None or request is None:
            return line
        try:
            moved = self._door.place(request.url) != line.target.place
            line.wire = self._door.wire(request, line.target)
        except TransportError as error:
            line.close()
            line.error = error
            return line
        if moved:
            line.fail(N_("the address has changed since the connection was opened"))
        return line

    def _leaves(self, line: Line) -> bool:
        """The instant itself: one look whether the other side is still there, then as many bytes as it takes."""
        if line.error is not None:
            return False
        if not line.is_alive():
            line.fail(N_("the connection was closed"))
            return False
        line.sent_at, line.until = self._door.clock(), monotonic() + self._deadline_s
        guarded(line, line.push)
        return line.left

    def _not_sent(self, key: str) -> Fired:
        error = self.failures.pop(key, None) or TransportError(reason=N_("no connection was opened ahead"), sent=False)
        self._lines.pop(key, None)
        return Fired(key=key, sent_at=None, finished_at=self._door.clock(), error=error)

    def _read(self, lines: list[Line], results: SimpleQueue[Fired]) -> None:
        """Read all answers. Lines are in the order of their deadlines."""
        waiting = dict.fromkeys(lines)
        try:
            with DefaultSelector() as selector:
                for line in lines:
                    if line.phase is Phase.READY:
                        selector.register(line.fd, line.wants, line)
                    else:
                        results.put(self._fired(line, waiting))
                while waiting:
                    self._turn(selector, waiting, results)
        finally:
            for line in list(waiting):
                line.fail(N_("reading was interrupted"))
                results.put(self._fired(line, waiting))

    def _turn(self, selector: DefaultSelector, waiting: dict[Line, None], results: SimpleQueue[Fired]) -> None:
        first = next(iter(waiting))
        for key, _ in selector.select(timeout=max(first.until - monotonic(), 0)):
            line, before = key.data, key.events
            wants = guarded(line, line.read_and_write)
            if wants == SETTLED:
                selector.unregister(key.fd)
                results.put(self._fired(line, waiting))
            elif wants != before:
                selector.modify(key.fd, wants, line)
        now = monotonic()
        for line in list(waiting):
            if line.until > now:
                break
            selector.unregister(line.fd)
            line.fail(N_("no answer in time"))
            results.put(self._fired(line, waiting))

    def _fired(self, line: Line, waiting: dict[Line, None]) -> Fired:
        waiting.pop(line, None)
        finished_at = self._door.clock()
        if line.head is None:
            return Fired(key=line.key, sent_at=line.sent_at, finished_at=finished_at, error=line.error)
        pause = retry_after(line.head.headers["Retry-After"], now=finished_at)
        return Fired(
            key=line.key,
            sent_at=line.sent_at,
            finished_at=finished_at,
            status=line.head.status,
            retry_after=pause,
        )


def guarded(line: Line, step: Callable[[], int]) -> int:
    """A step whose surprises stay with its own line: one receiver must never end the reading for all."""
    try:
        return step()
    except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
        return line.fail(f"unexpected: {type(error).__name__}")


def _step(selector: DefaultSelector, line: Line, busy: set[Line], *, timed_out: bool) -> None:
    selector.unregister(line.fd)
    _wait_for(selector, line, guarded(line, line.next_address if timed_out else line.advance), busy)


def _wait_for(selector: DefaultSelector, line: Line, events: int, busy: set[Line]) -> None:
    if events == SETTLED:
        busy.discard(line)
    else:
        selector.register(line.fd, events, line)


def make_room_for(connections: int) -> None:
    """Raise the soft limit of open files as far as allowed; whoever still finds no room is a failure of its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + SPARE_HANDLES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed if hard == resource.RLIM_INFINITY else min(needed, hard), hard))
