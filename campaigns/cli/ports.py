"""Whether a port can be listened on, asked before anything is started.

The web server shares its port between its processes (SO_REUSEPORT). So the system would let a second server in beside
the first, and visitors would meet now one, now the other.
"""

import errno
import os
import socket

from campaigns.domain.errors import N_, SamklangError

ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with what the operator chose
"""Addresses that mean every address of this machine, and where this machine itself then finds the server."""


class PortTaken(SamklangError):
    """Another program listens there."""

    message = N_("Port {port} is taken. Choose another with --port.")


class CannotListen(SamklangError):
    """An address that is not this machine's, or a port that only root may open."""

    message = N_("Samklang cannot listen on {host}, port {port}: {reason}. Choose others with --host and --port.")


def free_address(host: str, port: int) -> str:
    """The numeric address of the host, where nobody listens on the port. Raises PortTaken or CannotListen."""
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(kind, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port that was just left is free
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port=str(port)) from None
        reason = error.strerror or os.strerror(errno.EADDRNOTAVAIL)
        raise CannotListen(host=host, port=str(port), reason=reason) from None
    return str(address[0])


def web_address(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    host = ANYWHERE.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def answers(host: str, port: int) -> bool:
    """Whether somebody takes calls there now."""
    try:
        with socket.create_connection((ANYWHERE.get(host, host), port), timeout=1):
            return True
    except OSError:
        return False
