"""New files that hold what is under embargo: whole or not there at all, for this user alone, and never over another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from campaigns.domain.errors import N_, SamklangError

BESIDE = ("", "-wal", "-shm")
"""What may lie there of an unfinished file; SQLite has two more beside it."""


@contextmanager
def new_file(file: Path, *, refused: type[SamklangError]) -> Iterator[Path]:
    """A path to write to: what stands there at the end becomes the file. Raises `refused` with a `reason`.

    If it ends with an error nothing is left.
    """
    if file.exists():
        raise refused(reason=N_("the file exists already; choose another name"))
    if not file.parent.is_dir():
        raise refused(reason=N_("the folder does not exist"))
    partial = file.with_name(file.name + ".partial")
    _remove(partial)
    try:
        partial.touch(mode=0o600)  # from its first byte
        yield partial
        partial.rename(file)
    except OSError as error:
        raise refused(reason=error.strerror) from error
    finally:
        _remove(partial)


def _remove(partial: Path) -> None:
    for suffix in BESIDE:
        partial.with_name(partial.name + suffix).unlink(missing_ok=True)
