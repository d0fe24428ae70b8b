"""The line that the tests of faults cut does what it is told: a cut that does not cut would prove nothing."""

import socket
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from cutting import CutLine, Mode
from servers import Server, read_request

REQUEST = b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody"


@pytest.fixture
def receiver() -> Iterator[Server]:
    """A receiver that keeps what comes and answers 204."""
    with Server() as server:
        yield server


def asked(line: CutLine, *, within_s: float = 5.0) -> bytes:
    """What comes back through the line; nothing if it was cut. Raises TimeoutError if nobody says a word."""
    came = b""
    with suppress(ConnectionError), socket.create_connection(("127.0.0.1", line.port), timeout=within_s) as client:
        client.sendall(REQUEST)
        while piece := client.recv(4096):
            came += piece
    return came


def line_to(receiver: Server, **mode: object) -> CutLine:
    """A line that behaves so."""
    return CutLine(("127.0.0.1", receiver.port), Mode(**mode))  # type: ignore[arg-type] # the names of the fields


@pytest.mark.parametrize("mode", [{}, {"delay_s": 0.05}, {"cut_after_client": 1000}], ids=str)
def test_an_open_line_passes_everything_on(receiver: Server, mode: dict[str, object]) -> None:
    """Both ways, whole."""
    with line_to(receiver, **mode) as line:
        assert asked(line).startswith(b"HTTP/1.1 204")
    assert receiver.requests == [REQUEST]


def test_a_swallowed_answer_reached_the_server_and_not_the_client(receiver: Server) -> None:
    """The request is there, and its sender hears nothing."""
    with line_to(receiver, swallow_after=b"body") as line:
        assert asked(line) == b""
    assert (receiver.requests, line.swallowed) == ([REQUEST], 1)


@pytest.mark.parametrize(("mode", "came"), [({"cut_after_client": 10}, b""), ({"cut_after_server": 8}, b"HTTP/1.1")])
def test_a_line_is_cut_after_so_many_bytes(receiver: Server, mode: dict[str, object], came: bytes) -> None:
    """Not one more passes."""
    with line_to(receiver, **mode) as line:
        assert asked(line) in {came, b""}  # a reset may take with it what was on its way
    assert receiver.requests == ([] if "cut_after_client" in mode else [REQUEST])


def test_a_refused_line_takes_nobody(receiver: Server) -> None:
    """And the next one is taken again."""
    with line_to(receiver, refused=True) as line:
        assert asked(line) == b""
        line.behave()
        assert asked(line).startswith(b"HTTP/1.1 204")


def test_a_stalled_line_says_nothing_and_goes_on_when_it_is_open() -> None:
    """Nothing is lost: what was sent meanwhile arrives."""
    with (
        Server(lambda connection, _: connection.sendall(read_request(connection))) as echo,
        line_to(echo) as line,
        closing(socket.create_connection(("127.0.0.1", line.port), timeout=0.3)) as client,
    ):
        line.behave(stalled=True)
        client.sendall(REQUEST)
        with pytest.raises(TimeoutError):
            client.recv(1)
        line.behave()
        client.settimeout(10)
        assert client.recv(1) == b"P"
