"""Which addresses the door dials, and which it refuses before anything is sent."""

from ipaddress import ip_address
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import resolver

from campaigns.channels.addresses import may_be_called
from campaigns.channels.errors import AddressRefused, TransportError
from campaigns.channels.http import Door, Guard

PUBLIC = "93.184.215.14"

INTERNAL = str.split(
    "10.0.0.1 172.16.0.1 192.168.1.1 127.0.0.1 127.255.0.9 0.0.0.0 0.1.2.3 100.64.0.1 100.100.100.200 "
    "169.254.169.254 168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.7 224.0.0.1 "
    "240.0.0.1 255.255.255.255 192.88.99.1 :: ::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::127.0.0.1 ::93.184.215.14 "
    "64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 2002:7f00:1:: 2002:5db8:d70e:: 2001:0:1::1 2001:db8::1 "
    "fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 100::1 3fff::1 5f00::1 2001:20::1 "
)

SPELLINGS = str.split(
    "127.0.0.1 [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1] [fe80::1%25eth0] 2130706433 "
    "0x7f000001 0x7f.1 017700000001 0177.0.0.1 127.1 127.0.0.1. 192.168.257 1.2.3.4.5 １２７.0.0.1 127。0。0。1 "
    "①②⑦.0.0.1 0x 134744072 08.8.8.8 "
)


def door(*answers: list[str], allow_private: bool = False) -> Door:
    """A door whose resolver gives these answers, one after the other."""
    return Door(
        Guard(allow_private=allow_private),
        base_url="https://samklang.example.se",
        resolve=resolver(*answers or [[PUBLIC]]),
    )


def test_a_public_host_is_dialled_at_the_address_it_was_judged_at() -> None:
    """The target carries the judged address and the name for TLS."""
    target = door([PUBLIC]).check_address("https://www.example.org/in?key=1#part")
    assert [str(ip) for ip in target.addresses] == [PUBLIC]
    assert (target.place.host, target.place.port, target.place.path) == ("www.example.org", 443, "/in?key=1")


@pytest.mark.parametrize(
    "address",
    INTERNAL,
)
def test_no_private_or_reserved_address_is_called(address: str) -> None:
    """Every special-purpose range, also inside the IPv6 forms that only carry an IPv4 address."""
    assert not may_be_called(ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f::1", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_called(address: str) -> None:
    """NAT64 is what every IPv4 host looks like from an IPv6-only network."""
    assert may_be_called(ip_address(address))


@pytest.mark.parametrize("address", ["0.0.0.0", "169.254.169.254", "fe80::1", "ff02::1", "::", "fd00:ec2::254"])  # noqa: S104 - an address to refuse
def test_even_a_trial_never_calls_these(address: str) -> None:
    """A trial opens private networks, not a cloud's metadata and not whole segments."""
    assert not may_be_called(ip_address(address), allow_private=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.0.0.1", "fd12::1", PUBLIC])
def test_a_trial_may_call_private_networks(address: str) -> None:
    """Demo and tests have their receivers on loopback."""
    assert may_be_called(ip_address(address), allow_private=True)


@pytest.mark.parametrize(
    "host",
    SPELLINGS,
)
def test_no_spelling_of_an_internal_address_passes(host: str) -> None:
    """Decimal, octal, hexadecimal, short, full-width and mapped forms are refused without asking a resolver."""
    resolve = resolver([PUBLIC])
    with pytest.raises(AddressRefused):
        Door(Guard(), base_url="", resolve=resolve).check_address(f"https://{host}/in")
    assert not resolve.asked  # type: ignore[attr-defined] # see servers.resolver


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.org/",
        "ftp://www.example.org/",
        "//www.example.org/",
        "www.example.org",
        "",
        "https://",
        "https://:443/",
        "https://user:word@www.example.org/",
        "https://@www.example.org/",
        "https://www.example.org:0/",
        "https://www.example.org:65536/",
        "https://www.example.org:a/",
        "https://www.example.org\\@10.0.0.1/",
        "https://www.example.org/\r\nX: y",
        "https://www.example.org/ x",
        "https://www.exa mple.org/",
        "https://www..example.org/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://www.example.org/" + "a" * 2_000,
    ],
)
def test_an_address_that_is_not_plain_https_is_refused(url: str) -> None:
    """Plain http, logins, line breaks, tricks with backslashes: refused for good, with nothing sent."""
    with pytest.raises(AddressRefused) as refusal:
        door().check_address(url)
    assert refusal.value.permanent
    assert not refusal.value.sent


ANY_DOOR = Door(Guard(), base_url="")


@given(st.text(max_size=60))
def test_any_text_is_either_a_place_or_refused(text: str) -> None:
    """No input makes the door stumble, and no accepted place holds anything that would break a request line."""
    for url in (text, f"https://{text}", f"https://www.example.org/{text}"):
        try:
            place = ANY_DOOR.place(url)
        except AddressRefused:
            continue
        assert (place.authority + place.path).isascii()
        assert not any(sign.isspace() for sign in place.authority + place.path)


def test_a_swedish_host_and_path_go_out_in_ascii() -> None:
    """Names as partners write them work."""
    place = door().place("https://räksmörgås.example.se/för alla".replace(" ", "%20") + "?å=ö")
    assert place.url == "https://xn--rksmrgs-5wao1o.example.se/f%C3%B6r%20alla?%C3%A5=%C3%B6"


@pytest.mark.parametrize("answers", [["10.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1", PUBLIC], [PUBLIC, "not an address"]])
def test_one_private_answer_condemns_all(answers: list[str]) -> None:
    """A name that leads inside and outside is not to be trusted with either."""
    with pytest.raises(AddressRefused):
        door(answers).check_address("https://www.example.org/")


def test_a_name_is_resolved_once_an_attempt() -> None:
    """Rebinding: the answer that is judged is the answer that is dialled, since nobody asks again."""
    there = door([PUBLIC], ["127.0.0.1"])
    assert [str(ip) for ip in there.check_address("https://www.example.org/").addresses] == [PUBLIC]
    with pytest.raises(AddressRefused):
        there.check_address("https://www.example.org/")


def test_an_unknown_name_may_be_tried_again() -> None:
    """A resolver that fails today may answer tomorrow; nothing was sent."""

    def fail(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    with pytest.raises(TransportError) as failure:
        Door(Guard(), base_url="", resolve=fail).check_address("https://www.example.org/")
    assert not failure.value.permanent
    assert not failure.value.sent


def test_a_resolver_that_hangs_is_left_behind() -> None:
    """The look-up counts towards the attempt's time."""

    free = Event()

    def hang(host: str, port: int) -> list[str]:
        free.wait()
        return [f"{host}{port}"]

    with pytest.raises(TransportError, match="not looked up in time"):
        Door(Guard(connect_s=0.1), base_url="", resolve=hang).check_address("https://www.example.org/")
    free.set()
