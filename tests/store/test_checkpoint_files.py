"""Checkpoints as files: whole, private, never written over, and in a folder that may not answer."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from campaigns.domain.checkpoints import End, NotACheckpoint
from campaigns.store import checkpoint_files
from campaigns.store.checkpoint_files import FolderSilent, in_time, listed, opened, written
from campaigns.store.signing import new_key, sign

MADE = sign(
    new_key(),
    service="https://samklang.example.se",
    end=End(number=7, hash="a" * 64, count=7),
    made_at=datetime(2026, 12, 14, 5, 0, tzinfo=UTC),
)


def test_a_checkpoint_is_readable_by_this_user_alone(tmp_path: Path) -> None:
    """Whatever the umask."""
    mask = os.umask(0)
    try:
        file = written(tmp_path / MADE.file_name, MADE)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert opened(file) == MADE


def test_no_file_is_ever_written_over(tmp_path: Path) -> None:
    """Neither one with something in it nor an empty one, nor through a link that leads nowhere yet."""
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("taken", "empty", "link"):
        with pytest.raises(FileExistsError):
            written(tmp_path / name, MADE)
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "x"
    assert not (tmp_path / "nowhere").exists()


def test_what_could_not_be_finished_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a checkpoint would look like one that somebody damaged."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path / "new", MADE)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_lists_its_checkpoints_the_newest_first(tmp_path: Path) -> None:
    """Other files are not ours, nor what lies in folders below: there one puts those that are only kept."""
    (tmp_path / "kept").mkdir()
    for name in ("audit-2.json", "audit-10.txt", "audit-1.json", "kept/audit-3.json"):
        (tmp_path / name).touch()
    assert [file.name for file in listed(tmp_path)] == ["audit-2.json", "audit-1.json"]
    with pytest.raises(FileNotFoundError):
        listed(tmp_path / "gone")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b" " * 100_000, MADE.as_text().encode()[:-3]])
def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    """Also one that has no end in sight."""
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(NotACheckpoint):
        opened(tmp_path / "x.json")
    with pytest.raises(NotACheckpoint):
        opened(Path("/dev/zero"))


def test_a_folder_that_does_not_answer_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither whoever asks first nor whoever asks while the first question hangs; and it answers again when it can."""
    monkeypatch.setattr(checkpoint_files, "ANSWER_S", 0.05)
    back = Event()
    for ask in (back.wait, lambda: True):
        with pytest.raises(FolderSilent) as error:
            in_time(tmp_path, ask)
        assert error.value.filename == str(tmp_path)
    monkeypatch.setattr(checkpoint_files, "ANSWER_S", 30.0)
    back.set()
    assert in_time(tmp_path, lambda: "here") == "here"
