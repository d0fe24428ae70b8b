"""The burst: all leave together, and no receiver delays another."""

import resource
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import (
    Behaviour,
    Server,
    answering,
    certificate,
    closed_port,
    dripping,
    endless,
    hanging_up,
    resolver,
    silent,
    status,
)

from campaigns.channels.burst import Burst, Fired, make_room_for
from campaigns.channels.http import Door, Guard, HttpRequest, retry_after, trusting
from campaigns.channels.line import NotHttp, head_in

GUARD = Guard(allow_private=True, connect_s=1.0, total_s=2.0)


@contextmanager
def burst(*, deadline_s: float = 5.0, tls: ssl.SSLContext | None = None) -> Iterator[Burst]:
    """A burst for trials; every name leads to loopback."""
    door = Door(GUARD, base_url="https://samklang.example.se", resolve=resolver(["127.0.0.1"]), tls=tls)
    with Burst(door, deadline_s=deadline_s) as made:
        yield made


def post(url: str, body: bytes = b"hej") -> HttpRequest:
    """A request as a channel makes it."""
    return HttpRequest(method="POST", url=url, headers={"webhook-id": "1"}, body=body)


def one(behave: Behaviour, *, deadline_s: float = 0.4) -> Fired:
    """What becomes of a single request to a receiver that behaves so."""
    with Server(behave) as server, burst(deadline_s=deadline_s) as made:
        made.open({"a": post(server.url)})
        return next(made.fire())


def test_every_request_arrives_once_and_is_answered() -> None:
    """The bytes are those of an ordinary request."""
    with Server() as server, burst() as made:
        made.open({str(n): post(server.url, b"hej %d" % n) for n in range(50)})
        assert made.ready == 50
        fired = list(made.fire())
    assert sorted(f.key for f in fired) == sorted(str(n) for n in range(50))
    assert all(f.status == 204 and f.sent_at and f.sent_at <= f.finished_at for f in fired)
    assert sorted(r.rpartition(b"\r\n")[2] for r in server.requests) == sorted(b"hej %d" % n for n in range(50))
    head = server.requests[0].decode()
    assert head.startswith("POST /in HTTP/1.1\r\nHost: 127.0.0.1:")
    assert "Content-Length: " in head
    assert "User-Agent: Samklang" in head


def test_healthy_receivers_land_before_the_silent_ones_are_cut() -> None:
    """300 receivers of which every twentieth hangs in one way or another: the healthy ones never wait for them."""
    ways = [silent, dripping(b"HTTP/1.1 ", b"2", pause_s=0.05), dripping(b"HTTP/1.1 200 OK\r\nA: ", b"b", pause_s=0.05)]
    with ExitStack() as stack, burst(deadline_s=4.0) as made:
        healthy = stack.enter_context(Server())
        hanging = [stack.enter_context(Server(way)) for way in ways]
        urls = [hanging[n // 20 % 3].url if n % 20 == 0 else healthy.url for n in range(300)]
        made.open({str(n): post(url) for n, url in enumerate(urls)})
        fired = list(made.fire())
    assert [f.status for f in fired[:285]] == [204] * 285
    assert {f.error.reason for f in fired[285:] if f.error} == {"no answer in time"}
    assert all(f.error and f.error.sent for f in fired[285:])
    last_sent = max(f.sent_at for f in fired if f.sent_at)
    assert last_sent < min(f.finished_at for f in fired[285:]), "all left before anyone was given up"


def test_a_flood_does_not_delay_the_others() -> None:
    """An answer without an end is cut at the cap; the rest is read meanwhile."""
    with Server(endless(b"HTTP/1.1 200 OK\r\nA: ", b"b" * 50_000)) as flood, Server() as healthy, burst() as made:
        made.open({"flood": post(flood.url)} | {str(n): post(healthy.url) for n in range(20)})
        fired = {f.key: f for f in made.fire()}
    assert all(fired[str(n)].status == 204 for n in range(20))
    error = fired["flood"].error
    assert error is not None
    assert error.sent


@pytest.mark.parametrize(
    "behave",
    [hanging_up, answering(b""), answering(b"HTTP/1.1 200 OK\r\nA: b"), answering(b"SSH-2.0-hello\r\n\r\n")],
    ids=["reset", "closed", "closed within the headers", "not HTTP"],
)
def test_no_whole_answer_after_sending_is_unclear(behave: Behaviour) -> None:
    """It may have arrived; only looking it up or a stable id can tell."""
    fired = one(behave)
    assert fired.status is None
    assert fired.error is not None
    assert fired.error.sent


def test_only_the_head_of_an_answer_is_waited_for() -> None:
    """A body that drips for ever changes nothing."""
    fired = one(dripping(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 OK\r\n\r\n", b"x", pause_s=0.05))
    assert fired.status == 202


def test_a_busy_receiver_says_when_to_come_back() -> None:
    """Retry-After reaches the engine."""
    fired = one(answering(status(429, "Retry-After: 120")))
    assert (fired.status, fired.retry_after) == (429, timedelta(minutes=2))


def test_who_cannot_be_reached_is_not_sent_and_delays_nobody() -> None:
    """A closed port, an unknown place and a forbidden one are known before T."""
    with closed_port() as port, Server() as server, burst() as made:
        items = {"closed": f"http://127.0.0.1:{port}/", "odd": "http://0x7f.1/", "good": server.url}
        made.open({key: post(url) for key, url in items.items()})
        assert made.failures.keys() == {"closed", "odd"}
        fired = {f.key: f for f in made.fire()}
    assert fired["good"].status == 204
    for key in ("closed", "odd"):
        error = fired[key].error
        assert error is not None
        assert not error.sent
        assert fired[key].sent_at is None


def test_a_name_that_is_not_looked_up_leaves_the_others_time_to_connect() -> None:
    """A resolver that hangs for one host costs that host only."""
    free = Event()

    def resolve(host: str, port: int) -> list[str]:
        if host == "hangs.example.org":
            free.wait()
        return ["127.0.0.1" if port else ""]

    door = Door(GUARD, base_url="https://samklang.example.se", resolve=resolve)
    with Server() as server, Burst(door, deadline_s=5) as made:
        hosts = ("hangs.example.org", "works.example.org")
        made.open({host: post(f"http://{host}:{server.port}/") for host in hosts}, within_s=0.8)
        free.set()
        assert made.failures.keys() == {"hangs.example.org"}
        assert {f.key: f.status for f in made.fire()} == {"hangs.example.org": None, "works.example.org": 204}


def test_a_connection_closed_while_waiting_is_opened_again() -> None:
    """Receivers hang up on idle connections; the engine asks for warmth shortly before T."""
    with Server() as server, burst() as made:
        made.open({str(n): post(server.url) for n in range(10)})
        server.hang_up(after=10)
        sleep(0.1)
        made.keep_warm()
        assert made.ready == 10
        assert [f.status for f in made.fire()] == [204] * 10


def test_a_connection_found_closed_at_the_instant_is_not_sent() -> None:
    """So the engine sends it by the ordinary way at once, without a doubt."""
    with Server() as server, burst() as made:
        made.open({"a": post(server.url)})
        server.hang_up(after=1)
        sleep(0.1)
        (fired,) = made.fire()
    assert fired.error is not None
    assert not fired.error.sent
    assert not server.requests


def test_a_newer_request_leaves_in_place_of_the_prepared_one() -> None:
    """Only to where the connection leads; whoever is not named does not leave at all."""
    with Server() as server, burst() as made:
        made.open({key: post(server.url, b"old") for key in "abc"})
        fired = {f.key: f for f in made.fire({"a": post(server.url, b"new"), "b": post(server.url + "/else", b"new")})}
    assert fired["a"].status == 204
    assert fired["b"].error is not None
    assert not fired["b"].error.sent
    assert len(server.requests) == 1
    assert server.requests[0].endswith(b"new")


def test_large_bodies_leave_in_parts_and_whole() -> None:
    """What does not fit into the connection at once follows when there is room."""
    body = b"x" * 3_000_000
    with Server() as server, burst() as made:
        made.open({str(n): post(server.url, body) for n in range(3)})
        assert [f.status for f in made.fire()] == [204] * 3
    assert all(request.endswith(body) for request in server.requests)


def test_over_tls_everything_holds_too(tmp_path: Path) -> None:
    """Handshakes are made ahead; partial writes, closed connections and wrong names are found."""
    context, authority = certificate(tmp_path, "partner.example.org")
    with Server(tls=context) as server, burst(tls=trusting(str(authority))) as made:
        url = f"https://partner.example.org:{server.port}/in"
        items = {str(n): post(url, b"x" * 300_000) for n in range(10)}
        items["wrong"] = post(f"https://other.example.org:{server.port}/in")
        made.open(items)
        assert made.ready == 10
        server.hang_up(after=10)
        sleep(0.1)
        made.keep_warm()
        fired = {f.key: f for f in made.fire()}
    error = fired.pop("wrong").error
    assert error is not None
    assert not error.sent
    assert "certificate" in error.reason
    assert [f.status for f in fired.values()] == [204] * 10


def test_a_handshake_that_stalls_is_given_up_before_the_instant(tmp_path: Path) -> None:
    """It costs its own entry only."""
    context, authority = certificate(tmp_path, "127.0.0.1")
    stalls = Server(dripping(b"", b"\x16", pause_s=0.05))
    with stalls, Server(tls=context) as server, burst(tls=trusting(str(authority))) as made:
        made.open({"stalls": post(stalls.url.replace("http:", "https:")), "good": post(server.url)})
        assert made.failures.keys() == {"stalls"}
        assert {f.key: f.status for f in made.fire()} == {"stalls": None, "good": 204}


def test_room_is_made_for_many_connections() -> None:
    """The soft limit of open files rises, and never beyond the hard one."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(200, before[0]), before[1]))
        make_room_for(300)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= 300
        make_room_for(10**9)
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= before[1]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("99999999", timedelta(days=1)),
        ("Mon, 14 Dec 2026 05:00:30 GMT", timedelta(seconds=30)),
        ("Mon, 14 Dec 2026 04:00:00 GMT", timedelta()),
        ("Mon, 14 Dec 2037 04:00:00 GMT", timedelta(days=1)),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("9" * 40, None),
        ("Mon, 99 Dec 2026 99:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, pause: timedelta | None) -> None:
    """Seconds or an HTTP date, never more than a day, and nonsense is no answer."""
    assert retry_after(value, now=datetime(2026, 12, 14, 5, 0, tzinfo=UTC)) == pause


ODD_DATES = st.from_regex(r"Mon, [0-9]{1,3} Dec [0-9]{1,9} [0-9:]{0,9} [+-]?[0-9]{0,20}", fullmatch=True)


@given(st.text(max_size=40) | ODD_DATES)
def test_no_retry_after_makes_the_reader_stumble(value: str) -> None:
    """A receiver may write there what it likes."""
    pause = retry_after(value, now=datetime(2026, 12, 14, 5, 0, tzinfo=UTC))
    assert pause is None or timedelta() <= pause <= timedelta(days=1)


@given(st.binary(max_size=80))
def test_no_answer_makes_the_reader_stumble(answer: bytes) -> None:
    """Any bytes are a head, not yet one, or not HTTP."""
    for start in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 503 Busy\r\nRetry-After: "):
        with suppress(NotHttp):
            head = head_in(bytearray(start + answer + b"\r\n\r\n"))
            if head is not None:
                retry_after(head.headers["Retry-After"], now=datetime(2026, 12, 14, 5, 0, tzinfo=UTC))


@pytest.mark.parametrize("start", [b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nA: b\r\n", b"HT", b""])
def test_a_head_that_is_not_whole_is_no_head(start: bytes) -> None:
    """Reading goes on."""
    assert head_in(bytearray(start)) is None


@pytest.mark.parametrize(
    "start", [b"HELLO", b"HTTP/2 200\r\n\r\n", b"HTTP/1.1 099 X\r\n\r\n", b"HTTP/1.1 2000\r\n\r\n"]
)
def test_what_is_not_http_is_not_taken_for_an_answer(start: bytes) -> None:
    """A status must be one."""
    with pytest.raises(NotHttp):
        head_in(bytearray(start))
