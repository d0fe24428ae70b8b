"""The worker's end of the process that makes material: an order to it, and what comes back, unless it must stop."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from campaigns.release.maker import MODULE
from campaigns.store.shelves import Made
from campaigns.work.library.making import Outcome

ROOT = Path(__file__).parents[2]
LOOK_EVERY_S = 0.5
AT_ONCE = 1 << 20


class MakerFailed(Exception):
    """The process ended, or told of an error by its type."""


class MustStop(Exception):
    """Something more important comes. The process was ended in the middle of its work."""


class Maker:
    """One process, started when it is first needed and ended when there is nothing more to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._read = b""

    def make(self, content: dict[str, Any], *, version: int, embargoed: bool, go_on: Callable[[], bool]) -> Outcome:
        """Have a shelf made. `go_on` is asked twice a second. Raises MakerFailed or MustStop."""
        process = self._started()
        order = {"content": content, "version": version, "embargoed": embargoed}
        try:
            assert process.stdin is not None  # noqa: S101 - it is a pipe
            process.stdin.write(json.dumps(order).encode() + b"\n")
            process.stdin.flush()
            told = json.loads(self._line(go_on))
            if "failed" in told:
                raise MakerFailed(told["failed"])
            return self._outcome(told, go_on)
        except (OSError, ValueError) as error:
            self.end()
            raise MakerFailed(type(error).__name__) from None
        except MustStop:
            self.end()
            raise

    def end(self) -> None:
        """End the process at once, whatever it does."""
        process, self._process, self._read = self._process, None, b""
        if process is not None:
            process.kill()
            process.communicate()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", MODULE],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._process

    def _outcome(self, told: dict[str, Any], go_on: Callable[[], bool]) -> Outcome:
        files = tuple(
            Made(
                name=file["name"],
                latest=file["latest"],
                kind=file["kind"],
                media_type=file["media_type"],
                stretches=tuple(self._bytes(size, go_on) for size in file["stretches"]),
            )
            for file in told["files"]
        )
        return Outcome(
            files=files,
            not_made=told["not_made"],
            left_out=tuple(told["left_out"]),
            problem=told["problem"],
            facts=told["facts"],
        )

    def _line(self, go_on: Callable[[], bool]) -> bytes:
        while b"\n" not in self._read:
            self._more(go_on)
        line, _, self._read = self._read.partition(b"\n")
        return line

    def _bytes(self, size: int, go_on: Callable[[], bool]) -> bytes:
        while len(self._read) < size:
            self._more(go_on)
        found, self._read = self._read[:size], self._read[size:]
        return found

    def _more(self, go_on: Callable[[], bool]) -> None:
        assert self._process is not None  # noqa: S101 - it was started
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        output = self._process.stdout.fileno()
        while not select.select([output], [], [], LOOK_EVERY_S)[0]:
            if not go_on():
                raise MustStop
        found = os.read(output, AT_ONCE)
        if not found:
            self.end()
            raise MakerFailed("it ended")
        self._read += found
