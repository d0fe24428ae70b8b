"""What every test needs: no way out of this machine, warnings as errors, a real database of each kind."""

from collections.abc import Iterator

import pytest
from pytest_socket import enable_socket, socket_allow_hosts

LOOPBACK = ["127.0.0.1", "::1", "localhost"]


@pytest.fixture(autouse=True)
def _only_loopback() -> Iterator[None]:
    """Refuse every connection that would leave this machine."""
    socket_allow_hosts(LOOPBACK, allow_unix_socket=True)
    yield
    enable_socket()


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks."""
    config.addinivalue_line("markers", "browser: needs Chromium (Debian: apt-get install chromium)")
    config.addinivalue_line("markers", "slow: starts real processes and kills them")
