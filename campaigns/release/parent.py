"""Ending with whoever started us: its end of the pipe closes when it ends, even after kill -9."""

import os
import sys
import threading
from collections.abc import Callable


def when_parent_ends(then: Callable[[], None]) -> None:
    """Call once standard input, a pipe that the parent holds open and writes nothing to, has come to its end."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):  # past Python's buffers, which want to read to the end
            pass
        then()

    threading.Thread(target=wait, daemon=True, name="parent").start()
