"""What a log may hold of an error: its type and its place, and never its words."""

import json
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from campaigns.domain.errors import Refused, Unready
from campaigns.logs import JsonLines, said, without_words
from campaigns.store.engine import writing

CANARY = "kanariefagel"
ROOT = Path(__file__).parents[2]


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


class Said:
    """What a logger wrote."""

    def __init__(self) -> None:
        self.written = StringIO()
        self.log = logging.getLogger("trial of logs")

    @property
    def text(self) -> str:
        return self.written.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line, which must be an object by itself."""
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def logging_to(formatter: logging.Formatter, *, filtered: bool = True) -> Iterator[Said]:
    """A logger with a handler of its own."""
    found = Said()
    handler = logging.StreamHandler(found.written)
    handler.setFormatter(formatter)
    if filtered:
        handler.addFilter(without_words)
    found.log.addHandler(handler)
    try:
        yield found
    finally:
        found.log.removeHandler(handler)


def leaky() -> ValueError:
    """An error with a word in it that nobody may see."""
    with pytest.raises(ValueError, match=CANARY) as found:
        raise ValueError(f"bad text: {CANARY}")
    return found.value


@pytest.mark.parametrize("formatter", [logging.Formatter("%(message)s"), JsonLines()], ids=["text", "json"])
def test_no_way_of_logging_an_error_tells_its_words(formatter: logging.Formatter) -> None:
    """With its traceback, as an argument, as a named argument, as the message itself, and beside it."""
    with logging_to(formatter) as found:
        error = leaky()
        found.log.error("it failed", exc_info=error)
        found.log.error("it failed: %s", error)
        found.log.error("it failed: %(error)s", {"error": error})
        found.log.error(error)
        found.log.error("it failed", extra={"because": error, "more": {CANARY: [CANARY]}})
        found.log.error("%s", Unready(reason=CANARY))
        found.log.error("it failed", stack_info=False, exc_info=Unready(reason=CANARY))
        said_in_all = found.text
    assert CANARY not in said_in_all
    assert said_in_all.count("ValueError at test_logs.py") >= 4
    assert said_in_all.count("Unready") == 2


def test_an_error_of_ours_without_facts_keeps_its_sentence() -> None:
    """It is the same for everybody, and tells what to do."""
    with logging_to(logging.Formatter("%(message)s")) as found:
        found.log.error("delivery %s: %s", "d1", Refused())
    assert found.text == f"delivery d1: {Refused()}\n"


def test_a_line_of_json_says_when_where_and_what() -> None:
    """UTC to the millisecond, and the ids that were given with it."""
    before = datetime.now(UTC)
    with logging_to(JsonLines(), filtered=False) as found:
        found.log.warning("armed %d of\n”%s”", 3, "åäö", extra={"campaign": "c1", "number": 7, "nothing": None})
        found.log.error("it failed", exc_info=leaky())
    first, second = found.lines
    at = datetime.fromisoformat(first.pop("at"))
    assert first == {
        "level": "warning", "logger": "trial of logs", "node": f"{socket.gethostname()}:{os.getpid()}",
        "message": "armed 3 of\n”åäö”", "campaign": "c1", "number": 7, "nothing": None,
    }  # fmt: skip
    assert before.replace(microsecond=before.microsecond // 1000 * 1000) <= at <= datetime.now(UTC)
    assert re.search(r"\.\d{3}Z\"", found.text)
    assert re.fullmatch(r"ValueError at test_logs\.py:\d+", second["error"])


FAILS = f"""
import logging, sys, threading
from campaigns.cli.discretion import be_discreet
be_discreet()
logging.getLogger("trial").warning("said")
def fail(): raise ValueError("{CANARY}")
thread = threading.Thread(target=fail, name="hand")
thread.start(); thread.join()
fail()
"""


@pytest.mark.parametrize("kind", ["text", "json", ""])
def test_a_process_that_fails_unexpectedly_does_not_tell_why_in_words(kind: str, tmp_path: Path) -> None:
    """Nor one of its threads; in the format that is set, line by line."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "SAMKLANG_LOG_FORMAT": kind}
    ended = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", FAILS], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert CANARY not in ended.stdout + ended.stderr
    lines = ended.stderr.splitlines()
    if kind == "json":
        found = [json.loads(line) for line in lines]
        assert [one["level"] for one in found] == ["warning", "critical", "critical"]
        assert [one.get("error", "").split(" at ")[0] for one in found] == ["", "ValueError", "ValueError"]
        assert "thread hand" in found[1]["message"]
    else:
        assert "WARNING trial: said" in lines[0]
        assert sum("ValueError at <string>" in line for line in lines) == 2


def test_a_database_says_by_its_code_what_is_wrong(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Whoever reads the log can tell a full disk from a locked file; words, which could hold anything, stay out."""
    with writing(sqlite_engine) as other:
        other.connection()  # the lock is taken now
        impatient = create_engine(f"sqlite:///{tmp_path / 'samklang.sqlite3'}", connect_args={"timeout": 0})
        with pytest.raises(Unready) as locked, writing(impatient) as session:
            session.connection().exec_driver_sql("DELETE FROM deliveries")
        impatient.dispose()
    assert said(locked.value).startswith("Unready (SQLITE_BUSY) at engine.py:")
