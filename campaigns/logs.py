"""What a log may hold of an error: type and place. Its words may name hosts and people, or what is under embargo."""

import json
import logging
import socket
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

from campaigns.domain.errors import SamklangError

_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def said(error: BaseException) -> str:
    """`ValueError at feeds.py:31`: the type, and where it was raised; the type alone if it never was.

    Where a database is behind it, its own code for what is wrong stands there too: `Unready (SQLITE_FULL) at ...`.
    """
    frames, code = extract_tb(error.__traceback__), _code_of_database(error)
    name = f"{type(error).__name__} ({code})" if code else type(error).__name__
    return f"{name} at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else name


def _code_of_database(error: BaseException | None) -> str | None:
    """SQLite's name of the error, or the SQLSTATE: codes hold no words."""
    while error is not None:
        driver = getattr(error, "orig", error)
        code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
        if code:
            return str(code)
        error = error.__cause__
    return None


def without_words(record: logging.LogRecord) -> bool:
    """A filter, for a logger or a handler: `said` stands where an error or its traceback would.

    So `log.exception`, and an error among the arguments, are safe whoever writes them.
    """
    if record.exc_info and record.exc_info[1]:
        record.exc_text, record.exc_info = said(record.exc_info[1]), None
    record.msg = _bare(record.msg)
    if isinstance(record.args, Mapping):
        record.args = {name: _bare(value) for name, value in record.args.items()}
    elif record.args:
        record.args = tuple(_bare(value) for value in record.args)
    return True


def _bare(value: object) -> object:
    """An error without its words; one of ours that was given no facts says nothing but its own sentence."""
    if isinstance(value, BaseException) and not (isinstance(value, SamklangError) and not value.facts):
        return said(value)
    return value


class JsonLines(logging.Formatter):
    """One JSON object a line: when (UTC), level, logger, message, the machine and process, and the ids in `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. It holds no error's words, also where nobody thought of the filter."""
        without_words(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "node": f"{socket.gethostname()}:{record.process}",
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["error"] = record.exc_text
        return json.dumps(line | dict(_extra(record)), ensure_ascii=False)


def _extra(record: logging.LogRecord) -> Iterator[tuple[str, object]]:
    """What was given as `extra`: words and numbers as they are, of anything else only what type it is."""
    for name, value in vars(record).items():
        if name not in _OF_EVERY_RECORD:
            plain = value is None or isinstance(value, str | int | float)
            yield name, value if plain else _type_of(value)


def _type_of(value: object) -> str:
    return said(value) if isinstance(value, BaseException) else type(value).__name__
