"""What a log may hold of an error: its type and its place, and never its words."""

import logging
import re
from io import StringIO

import pytest

from campaigns.logs import said, without_words


def failing() -> ValueError:
    """An error that was raised here."""
    with pytest.raises(ValueError, match="aldrig") as found:
        raise ValueError("Pengarna kommer aldrig")
    return found.value


def test_an_error_is_its_type_and_its_place() -> None:
    """Enough to find it in the code."""
    assert re.fullmatch(r"ValueError at test_logs\.py:\d+", said(failing()))


def test_an_error_that_was_never_raised_is_its_type() -> None:
    """It has no place."""
    assert said(ValueError("Pengarna kommer aldrig")) == "ValueError"


def test_a_logged_exception_is_one_line_without_its_words() -> None:
    """Whoever writes `log.exception` need not think of it."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(without_words)
    log = logging.getLogger("trial of logs")
    log.addHandler(handler)
    log.error("a sweep failed", exc_info=failing())
    log.removeHandler(handler)
    assert re.fullmatch(r"a sweep failed\nValueError at test_logs\.py:\d+\n", written.getvalue())
