"""Which addresses Samklang may call. An address from a partner is input from a stranger: every answer is judged here.

Pure: nothing here resolves or connects. Source: OWASP ASVS 5.0, 1.3.6; IANA's special-purpose address registries.
"""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urlsplit

import idna

from campaigns.channels.errors import AddressRefused
from campaigns.domain.errors import N_

Ip = IPv4Address | IPv6Address

MOST_URL = 2_000
MOST_ADDRESSES = 4

_NAT64 = IPv6Network("64:ff9b::/96")  # what an IPv6-only network with DNS64 answers for every IPv4 host
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # nothing outside it is given to anyone on the internet
_NEVER_V4 = (
    IPv4Network("168.63.129.16/32"),  # a cloud's metadata service that looks like a public address
    IPv4Network("169.254.0.0/16"),  # link-local, and the metadata services of most clouds
    IPv4Network("192.0.0.0/24"),  # protocol assignments, which Python judges differently from version to version
    IPv4Network("192.88.99.0/24"),  # the retired 6to4 relay
)
_NEVER_V6 = (
    IPv6Network("::/96"),  # IPv4-compatible, long retired
    IPv6Network("64:ff9b:1::/48"),  # NAT64 inside a private network
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
    IPv6Network("fd00:ec2::/32"),  # a cloud's metadata service
    IPv6Network("fe80::/10"),
    IPv6Network("fec0::/10"),  # site-local, long retired
)

NOT_A_URL = N_("it is not a complete web address")
NOT_HTTPS = N_("it does not start with https")
HAS_LOGIN = N_("it contains a user name or password")
ODD_NUMBER = N_("it is an IP address in an unusual form")
HAS_ZONE = N_("it names a network interface")
NOT_PUBLIC = N_("it leads to a private or reserved network")


@dataclass(frozen=True, kw_only=True)
class Place:
    """An address taken apart and not yet resolved. `host` is ASCII, without brackets and final dot."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def authority(self) -> str:
        """Host and port as the Host header writes them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A place and the judged addresses it had when it was resolved. Only these are dialled, in this order."""

    place: Place
    addresses: tuple[Ip, ...]


def place_of(url: str, *, plain_http: bool) -> Place:
    """Take an address apart. Raises AddressRefused. Plain http passes only where `plain_http` says so."""
    if len(url) > MOST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise AddressRefused(reason=NOT_A_URL)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused(reason=NOT_A_URL) from None
    if parts.scheme != "https" and not (plain_http and parts.scheme == "http"):
        raise AddressRefused(reason=NOT_HTTPS)
    if "@" in parts.netloc:
        raise AddressRefused(reason=HAS_LOGIN)
    if port == 0 or ("[" in parts.netloc and ":" not in (parts.hostname or "")):
        raise AddressRefused(reason=NOT_A_URL)
    default = 443 if parts.scheme == "https" else 80
    return Place(scheme=parts.scheme, host=_host(parts.hostname), port=port or default, path=_path(parts))


def _path(parts: SplitResult) -> str:
    """Path and query as they go on the wire; what is percent-encoded already stays."""
    keep = "/:@!$&'()*+,;=~%?"
    path = quote(parts.path, safe=keep) or "/"
    return f"{path}?{quote(parts.query, safe=keep)}" if parts.query else path


def _host(host: str | None) -> str:
    if not host:
        raise AddressRefused(reason=NOT_A_URL)
    if ":" in host:
        return _ipv6_literal(host)
    try:
        ascii_host = (host if host.isascii() else idna.encode(host, uts46=True).decode()).rstrip(".").lower()
    except (idna.IDNAError, UnicodeError):
        raise AddressRefused(reason=NOT_A_URL) from None
    if not re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", ascii_host) or len(ascii_host) > 253:
        raise AddressRefused(reason=NOT_A_URL)
    # After the mapping: full-width digits and ideographic full stops have become an IP address by now.
    if re.fullmatch(r"\d+|0x[0-9a-f]*", ascii_host.rpartition(".")[2]):
        _must_be_a_plain_quad(ascii_host)
    return ascii_host


def _ipv6_literal(host: str) -> str:
    if "%" in host:
        raise AddressRefused(reason=HAS_ZONE)
    try:
        return str(IPv6Address(host))
    except ValueError:
        raise AddressRefused(reason=NOT_A_URL) from None


def _must_be_a_plain_quad(host: str) -> None:
    """`2130706433`, `0x7f.1` and `0177.0.0.1` are loopback to a resolver; nobody writes a public address so."""
    try:
        IPv4Address(host)
    except ValueError:
        raise AddressRefused(reason=ODD_NUMBER) from None


def literal(host: str) -> Ip | None:
    """The IP address a host is, or None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def judged(answers: Iterable[str], *, allow_private: bool) -> tuple[Ip, ...]:
    """The addresses in the resolver's order, without repetition. One bad answer condemns all: raises AddressRefused."""
    try:
        found = dict.fromkeys(ip_address(answer) for answer in answers)
    except ValueError:
        raise AddressRefused(reason=NOT_PUBLIC) from None
    if not found or not all(may_be_called(ip, allow_private=allow_private) for ip in found):
        raise AddressRefused(reason=NOT_PUBLIC)
    return tuple(found)[:MOST_ADDRESSES]


def may_be_called(ip: Ip, *, allow_private: bool = False) -> bool:
    """Whether an address is one that anyone on the internet could reach.

    In trials loopback and private networks pass; link-local, multicast and the unspecified address never do.
    """
    inner = _inside(ip)
    if inner.is_multicast or inner.is_unspecified or _is_never(inner):
        return False
    if allow_private and (inner.is_loopback or inner.is_private):
        return True
    return inner.is_global and not inner.is_reserved and (inner.version == 4 or inner in _GLOBAL_UNICAST)


def _inside(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 form only carries."""
    if isinstance(ip, IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return IPv4Address(int(ip) & 0xFFFF_FFFF) if ip in _NAT64 else ip


def _is_never(ip: Ip) -> bool:
    if isinstance(ip, IPv4Address):
        return any(ip in network for network in _NEVER_V4)
    return not ip.is_loopback and (ip.scope_id is not None or any(ip in network for network in _NEVER_V6))


def family_of(ip: Ip) -> socket.AddressFamily:
    return socket.AF_INET if ip.version == 4 else socket.AF_INET6
