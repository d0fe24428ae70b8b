"""A process that makes material and does nothing else: `python -m campaigns.release.maker`, started by a worker.

It stands behind everything else on the machine, knows no database, and ends when the worker does, for then its standard
input, over which orders come, is closed. An order is a line of JSON; the answer is a line of JSON, then the bytes of
the files. What goes wrong is told by its type alone, never in its own words.
"""

import json
import os
import sys
from typing import IO, Any

from campaigns.store.shelves import Made
from campaigns.work.library.making import Outcome, make_shelf, refused

MODULE = __name__ if __name__ != "__main__" else "campaigns.release.maker"
LAST = 19
"""The lowest priority there is: at T the machine belongs to the release."""


def main() -> None:
    """Answer orders until there are no more."""
    os.nice(LAST)
    for line in sys.stdin.buffer:
        answer(json.loads(line), sys.stdout.buffer)


def answer(order: dict[str, Any], output: IO[bytes]) -> None:
    """Make what is ordered, and write it."""
    try:
        outcome = make_shelf(order["content"], version=order["version"], embargoed=order["embargoed"])
    except Exception as error:  # noqa: BLE001 - whatever it is, the worker must hear of it and try the next
        _write(output, {"failed": type(error).__name__}, refused(""))
        return
    _write(output, {}, outcome)


def _write(output: IO[bytes], head: dict[str, Any], outcome: Outcome) -> None:
    told = {
        "files": [_described(made) for made in outcome.files],
        "not_made": dict(outcome.not_made),
        "left_out": list(outcome.left_out),
        "problem": outcome.problem,
        "facts": dict(outcome.facts),
    }
    output.write(json.dumps(head | told).encode() + b"\n")
    for made in outcome.files:
        for stretch in made.stretches:
            output.write(stretch)
    output.flush()


def _described(made: Made) -> dict[str, Any]:
    return {
        "name": made.name,
        "latest": made.latest,
        "kind": made.kind,
        "media_type": made.media_type,
        "stretches": [len(stretch) for stretch in made.stretches],
    }


if __name__ == "__main__":
    main()
