"""What a log may hold of an error: type and place. Its words may name hosts and people, or what is under embargo."""

import logging
from pathlib import Path
from traceback import extract_tb


def said(error: BaseException) -> str:
    """`ValueError at feeds.py:31`: the type, and where it was raised; the type alone if it never was."""
    frames = extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(frames[-1].filename).name}:{frames[-1].lineno}"


def without_words(record: logging.LogRecord) -> bool:
    """A filter, for a logger or a handler: `said` stands where a traceback would, so `log.exception` is safe."""
    if record.exc_info and record.exc_info[1]:
        record.exc_text, record.exc_info = said(record.exc_info[1]), None
    return True
