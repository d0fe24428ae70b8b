"""How many queries something takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from campaigns.work.workplace import Workplace


@contextmanager
def counted(place: Workplace) -> Iterator[list[str]]:
    """The SELECT statements that are run."""
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(place.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(place.engine, "before_cursor_execute", see)
