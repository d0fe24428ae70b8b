"""`requests`, made to dial what was judged: the connection goes to the pinned address, Host and TLS keep the name."""

import socket
import ssl
from collections.abc import Mapping
from typing import Any, Protocol

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from campaigns.channels.addresses import Target


class Dialler(Protocol):
    """What a pinned connection needs from an attempt."""

    target: Target

    def dial(self) -> socket.socket: ...

    def opened(self) -> None: ...


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, dialler: Dialler, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialler = dialler

    def _new_conn(self) -> socket.socket:
        return self._dialler.dial()

    def connect(self) -> None:
        super().connect()
        self._dialler.opened()


class _SecureConnection(HTTPSConnection):
    def __init__(self, *args: Any, dialler: Dialler, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._dialler = dialler

    def _new_conn(self) -> socket.socket:
        return self._dialler.dial()

    def connect(self) -> None:
        super().connect()
        self._dialler.opened()


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PinnedAdapter(HTTPAdapter):
    """An adapter for one attempt. It knows no proxy, and no other host than the attempt's target."""

    def __init__(self, dialler: Dialler, *, tls: ssl.SSLContext) -> None:
        super().__init__(max_retries=0)
        place = dialler.target.place
        self._pool: HTTPConnectionPool = (
            _SecurePool(place.host, place.port, maxsize=1, ssl_context=tls, dialler=dialler)
            if place.secure
            else _PlainPool(place.host, place.port, maxsize=1, dialler=dialler)
        )

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,  # noqa: ARG002 - the target is pinned; these four are requests' interface
        verify: bool | str | None,  # noqa: ARG002, FBT001
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
        cert: str | tuple[str, str] | None = None,  # noqa: ARG002
    ) -> HTTPConnectionPool:
        return self._pool

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """The pool's own TLS context verifies; requests would load its list of authorities again at every attempt."""

    def request_url(self, request: requests.PreparedRequest, proxies: object) -> str:  # noqa: ARG002 - no proxies here
        return request.path_url

    def close(self) -> None:
        self._pool.close()
        super().close()
