"""Ending with whoever started us, even after kill -9."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from time import sleep

IN_ORDER_WITHIN_S = 5.0


def when_parent_ends(then: Callable[[], None]) -> None:
    """Call once standard input, a pipe that the parent holds open and writes nothing to, has come to its end."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):  # past Python's buffers, which want to read to the end
            pass
        then()

    threading.Thread(target=wait, daemon=True, name="parent").start()


def end_with_forking_parent() -> None:
    """End this process, made by multiprocessing, once its parent has ended: in order if it can, and else at once."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        sleep(IN_ORDER_WITHIN_S)
        os._exit(1)

    threading.Thread(target=wait, daemon=True, name="parent").start()
