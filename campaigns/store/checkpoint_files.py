"""Checkpoints as files, in a folder that may be a mount of another machine: slow, full, read-only or gone.

Whoever asks such a folder may wait for ever, so each question is asked by a thread of its own, and whoever asked goes
on after seconds. At most one thread of a process waits for a folder that is gone.
"""

import os
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from threading import Lock, Thread
from typing import TypeVar

from campaigns.domain.checkpoints import Checkpoint, NotACheckpoint, read_checkpoint
from campaigns.domain.errors import N_

Answer = TypeVar("Answer")
ANSWER_S = 5.0
LARGEST = 65_536
"""Bytes. A checkpoint has under a thousand."""
_one_question = Lock()


class FolderSilent(OSError):
    """The folder does not answer: what it is mounted from is probably gone."""

    def __init__(self, folder: Path) -> None:
        super().__init__(None, N_("it does not answer"), str(folder))


def in_time(folder: Path, ask: Callable[[], Answer]) -> Answer:
    """The answer to a question about files in a folder. Raises FolderSilent after ANSWER_S seconds, and OSError."""
    answer: Future[Answer] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001 - it is raised again where the question was asked
            answer.set_exception(error)
        finally:
            _one_question.release()

    if not _one_question.acquire(timeout=ANSWER_S):
        raise FolderSilent(folder)
    Thread(target=run, name="checkpoint folder", daemon=True).start()
    try:
        return answer.result(timeout=ANSWER_S)
    except TimeoutError:
        raise FolderSilent(folder) from None


def listed(folder: Path) -> list[Path]:
    """The checkpoints in a folder, the newest first by their names. Raises OSError."""
    return in_time(folder, lambda: sorted((file for file in folder.iterdir() if file.suffix == ".json"), reverse=True))


def opened(file: Path) -> Checkpoint:
    """The checkpoint in a file. Raises NotACheckpoint and OSError."""
    return read_checkpoint(in_time(file.parent, lambda: _text(file)))


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise NotACheckpoint
    return content.decode(errors="replace")


def written(file: Path, checkpoint: Checkpoint) -> Path:
    """Write a new file that this user alone may read. Raises FileExistsError rather than write over one, and OSError.

    A link would be whole at once, but many mounts have none; so what could not be finished is taken away again.
    """
    in_time(file.parent, lambda: _write(file, checkpoint.as_text().encode()))
    return file


def _write(file: Path, content: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        file.unlink(missing_ok=True)
        raise
