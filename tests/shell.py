"""Commands as people type them, in this process, on a data folder of their own and with a clock that the test sets."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from factories import Office

from campaigns.cli.main import run


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.out)


@dataclass
class Shell:
    """Runs commands. `now` is what the commands take for the present."""

    folder: Path
    read: Callable[[], tuple[str, str]]
    now: datetime = field(default=Office.NOW)

    def __call__(self, *arguments: str) -> Said:
        code = run(arguments)
        out, err = self.read()
        return Said(code=code, out=out, err=err)

    @property
    def database(self) -> Path:
        return self.folder / "samklang.sqlite3"

    def dump(self) -> list[str]:
        """Everything in the database."""
        with closing(sqlite3.connect(self.database)) as connection:
            return list(connection.iterdump())

    def police(self) -> None:
        """A police organisation, which every campaign needs."""
        assert self("organisation", "add", "Polisen (exempel)", "--kind", "police").code == 0

    def fails(self, *arguments: str, code: int = 1) -> str:
        """The one thing a command says when it fails: on standard error, nothing else, and no Python."""
        said = self(*arguments)
        assert (said.code, said.out) == (code, "")
        assert "Traceback" not in said.err
        assert said.err.strip()
        return said.err
