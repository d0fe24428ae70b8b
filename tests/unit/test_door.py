"""The door against receivers that redirect, stall, drip, flood, lie about who they are, or never answer."""

import gzip
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest
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

from campaigns.channels.errors import AddressRefused, TransportError
from campaigns.channels.http import Door, Guard, HttpRequest, trusting

TRIAL = Guard(allow_private=True, connect_s=2.0, total_s=2.0)
SHORT = Guard(allow_private=True, connect_s=0.5, total_s=0.6)


def door(guard: Guard = TRIAL, *, tls: ssl.SSLContext | None = None, answers: list[str] | None = None) -> Door:
    """A door for trials; every name leads to loopback unless told otherwise."""
    return Door(guard, base_url="https://samklang.example.se", resolve=resolver(answers or ["127.0.0.1"]), tls=tls)


def post(url: str, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> HttpRequest:
    """A request as a channel makes it."""
    return HttpRequest(
        method="POST", url=url, headers={"Content-Type": "application/json", **(headers or {})}, body=body
    )


def test_a_request_arrives_as_it_was_made() -> None:
    """Body, headers and the name of the host, with nothing asked for that would have to be inflated."""
    with Server() as server:
        answer = door().send(post(f"http://partner.example.org:{server.port}/in?a=b", b"hej", headers={"X-Id": "7"}))
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /in?a=b HTTP/1.1"
    assert f"Host: partner.example.org:{server.port}" in lines
    assert "Accept-Encoding: identity" in lines
    assert "X-Id: 7" in lines
    assert any(line.startswith("User-Agent: Samklang") and "samklang.example.se" in line for line in lines)
    assert body == b"hej"
    assert answer.status == 204
    assert answer.sent_at <= answer.finished_at
    assert answer.sent_at.utcoffset() is not None


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_never_followed(code: int) -> None:
    """Neither inside, nor in a loop, nor to the outside."""
    with Server() as inside, Server(answering(status(code, f"Location: {inside.url}"))) as server:
        assert door().send(post(server.url)).status == code
        assert server.connections == 1
    assert inside.connections == 0


def test_without_the_trial_setting_loopback_is_never_dialled() -> None:
    """The guard stands before the connection."""
    with Server() as server:
        for url in (server.url, server.url.replace("http:", "https:"), f"https://name.example.org:{server.port}/"):
            with pytest.raises(AddressRefused):
                door(Guard()).send(post(url))
    assert server.connections == 0


def test_a_name_that_changes_its_answer_is_dialled_where_it_was_judged() -> None:
    """DNS rebinding: the second answer is never asked for, and the library does not ask by itself."""
    resolve = resolver(["127.0.0.1"], ["127.0.0.2"])
    with Server() as server:
        there = Door(TRIAL, base_url="", resolve=resolve)
        assert there.send(post(f"http://rebinding.example.org:{server.port}/")).status == 204
    assert resolve.asked == [("rebinding.example.org", server.port)]  # type: ignore[attr-defined] # see servers.resolver


def test_the_second_address_is_dialled_when_the_first_does_not_answer() -> None:
    """Many hosts have an IPv6 address that does not work."""
    with Server() as server:
        answer = door(answers=["::1", "127.0.0.1"]).send(post(f"http://partner.example.org:{server.port}/"))
    assert answer.status == 204


@pytest.mark.parametrize(
    "behave",
    [
        silent,
        dripping(b"", b"H", pause_s=0.05),
        dripping(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", pause_s=0.05),
        dripping(b"HTTP/1.1 200 OK\r\nX-A: ", b"b", pause_s=0.05),
        dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause_s=0.05),
    ],
    ids=["silent", "drips its status", "drips headers", "drips one header", "drips interim answers"],
)
def test_a_receiver_without_an_answer_is_cut_at_the_deadline(behave: Behaviour) -> None:
    """Every byte resets a naive timeout; the deadline is for the whole attempt. It may have arrived."""
    with Server(behave) as server, pytest.raises(TransportError) as failure:
        door(SHORT).send(post(server.url))
    assert failure.value.sent
    assert failure.value.reason == "no answer in time"


@pytest.mark.parametrize(
    "behave",
    [
        endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"b" * 10_000),
        endless(b"", b"no http at all"),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        hanging_up,
        answering(b""),
    ],
    ids=["endless headers", "an endless header", "not HTTP", "endless interim answers", "reset", "closed"],
)
def test_a_receiver_that_answers_nonsense_leaves_the_attempt_unclear(behave: Behaviour) -> None:
    """The request left, so nobody can say that it did not arrive."""
    with Server(behave) as server, pytest.raises(TransportError) as failure:
        door(SHORT).send(post(server.url))
    assert failure.value.sent
    assert not failure.value.permanent


@pytest.mark.parametrize(
    "behave",
    [endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 10_000), dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x", pause_s=0.05)],
    ids=["flood", "drip"],
)
def test_an_endless_body_is_cut_and_the_status_kept(behave: Behaviour) -> None:
    """The receiver has said what it had to say; the rest is not waited for."""
    with Server(behave) as server:
        answer = door(SHORT).send(post(server.url))
    assert answer.status == 200
    assert answer.cut
    assert len(answer.body) <= SHORT.most_bytes


def test_a_compressed_answer_is_never_inflated() -> None:
    """A bomb stays as small as it came."""
    bomb = gzip.compress(b"\0" * 20_000_000)
    with Server(answering(status(200, "Content-Encoding: gzip", body=bomb))) as server:
        answer = door().send(post(server.url))
    assert answer.body == bomb[: TRIAL.most_bytes]


def test_a_closed_port_means_that_nothing_was_sent() -> None:
    """So the engine may try again without a doubt."""
    with closed_port() as port, pytest.raises(TransportError) as failure:
        door().send(post(f"http://127.0.0.1:{port}/"))
    assert not failure.value.sent
    assert not failure.value.permanent


@pytest.mark.parametrize(
    "header", [{"X-A": "a\r\nX-B: b"}, {"X-A\n": "a"}, {"X-A": "a\0"}, {"X A": "a"}, {"X-A": "ö\n"}]
)
def test_a_line_break_in_a_header_is_refused(header: dict[str, str]) -> None:
    """Nothing that a partner wrote can add a header or a second request."""
    with Server() as server, pytest.raises(TransportError) as failure:
        door().send(post(server.url, headers=header))
    assert failure.value.permanent
    assert not failure.value.sent
    assert server.connections == 0


def test_proxies_and_logins_from_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine's proxy would defeat the judged address; its netrc would give away a password."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login mallory password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with Server() as proxy, Server() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert door().send(post(server.url)).status == 204
    assert proxy.connections == 0
    assert b"authorization" not in server.requests[0].lower()


def test_tls_is_verified_for_the_name_and_dialled_at_the_address(tmp_path: Path) -> None:
    """SNI and certificate go by the name, the connection by the judged address."""
    context, authority = certificate(tmp_path, "partner.example.org")
    with Server(tls=context) as server:
        url = f"https://partner.example.org:{server.port}/"
        assert door(tls=trusting(str(authority))).send(post(url)).status == 204


def test_a_certificate_for_another_name_ends_the_attempt_before_anything_is_sent(tmp_path: Path) -> None:
    """Not even the headers leave."""
    context, authority = certificate(tmp_path, "other.example.org")
    with Server(tls=context) as server, pytest.raises(TransportError, match="certificate") as failure:
        door(tls=trusting(str(authority))).send(post(f"https://partner.example.org:{server.port}/"))
    assert not failure.value.sent
    assert not server.requests


def test_a_certificate_nobody_vouches_for_ends_the_attempt(tmp_path: Path) -> None:
    """The usual authorities decide, and no setting turns it off."""
    context, _ = certificate(tmp_path, "partner.example.org")
    with Server(tls=context) as server, pytest.raises(TransportError, match="certificate") as failure:
        door().send(post(f"https://partner.example.org:{server.port}/"))
    assert not failure.value.sent


def test_a_stalled_handshake_is_cut_with_nothing_sent(tmp_path: Path) -> None:
    """A receiver that speaks no TLS and drips costs one deadline."""
    _, authority = certificate(tmp_path, "127.0.0.1")
    with Server(dripping(b"", b"\x16", pause_s=0.05)) as server, pytest.raises(TransportError) as failure:
        door(SHORT, tls=trusting(str(authority))).send(post(server.url.replace("http:", "https:")))
    assert not failure.value.sent
