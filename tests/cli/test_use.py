"""What every command has in common: help, wrong use, quiet endings, one language."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import click
import pytest
from shell import Shell

from campaigns.cli.main import samklang

APP = Path(__file__).parents[2] / "app.py"
CLICKS_ENGLISH = ("Usage", "Options", "Commands", "Error", "Try '", "Show this message", "Missing", "default:")


def _commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


COMMANDS = list(_commands(samklang))
GROUPS = {("campaign",), ("release",), ("organisation",), ("member",), ("db",), ("audit",)}
SINGLE = [path for path in COMMANDS if path not in GROUPS]


def test_every_command_of_the_interface_is_there() -> None:
    """The names are promised to others."""
    assert set(SINGLE) >= {
        ("demo",), ("serve",), ("worker",), ("doctor",), ("campaign", "import"), ("campaign", "export"),
        ("campaign", "archive"), ("campaign", "list"), ("release", "rehearse"), ("release", "status"),
        ("release", "receipt"), ("organisation", "add"), ("organisation", "add-channel"), ("member", "invite"),
        ("db", "upgrade"), ("db", "backup"), ("db", "restore"),
        ("audit", "checkpoint"), ("audit", "verify"), ("audit", "key"),
    }  # fmt: skip


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_help_is_in_swedish_and_ends_well(shell: Shell, path: tuple[str, ...]) -> None:
    """Also click's own words, and nothing on standard error."""
    said = shell(*path, "--help")
    assert (said.code, said.err) == (0, "")
    assert "Användning: samklang" in said.out
    assert not [word for word in CLICKS_ENGLISH if word in said.out]


@pytest.mark.parametrize("path", SINGLE, ids=" ".join)
def test_help_shows_an_example(shell: Shell, path: tuple[str, ...]) -> None:
    """One line to copy says more than a list of options."""
    said = " ".join(shell(*path, "--help").out.split())
    assert "Exempel: " in said
    assert f"python app.py {' '.join(path)}" in said


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_wrong_use_ends_with_2(shell: Shell, path: tuple[str, ...]) -> None:
    """And says in Swedish what was wrong, on standard error."""
    said = shell.fails(*path, "--finns-inte", code=2)
    assert "Fel: Det finns inget val '--finns-inte'." in said
    assert not [word for word in CLICKS_ENGLISH if word in said]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("kampanj",), "Det finns inget kommando 'kampanj'."),
        (("campaign", "import"), "Argument saknas: 'FILE'."),
        (("organisation", "add", "X"), "Val saknas: '--kind'."),
        (("organisation", "add", "X", "--kind", "polis"), "'polis' är inte något av 'police', 'helpline'"),
        (("member", "invite", "a@example.se", "--organisation", "X", "--role", "boss"), "'boss' är inte något av"),
        (("serve", "--port", "0"), "0 ligger utanför 1<=x<=65535."),
        (("serve", "--port", "x"), "'x' är inget giltigt tal"),
        (("demo", "--lift-in", "4s"), "4s är för kort. Det behövs minst 5 sekunder."),
        (("organisation", "add-channel", "X"), "Ange en kanal: --webhook, --wordpress, --email eller --by-hand."),
        (("demo", "--lift-in", "snart"), "snart är ingen tidslängd som 20s, 2m eller 1h."),
        (("campaign", "list", "extra"), "Ett argument för mycket (extra)"),
        (("campaign", "export"), "Argument saknas: 'SLUG'."),
    ],
)
def test_wrong_use_says_what_was_wrong(shell: Shell, arguments: tuple[str, ...], sentence: str) -> None:
    """In one sentence, after how the command is used."""
    assert sentence in shell.fails(*arguments, code=2)


def test_the_version_is_told(shell: Shell) -> None:
    """Whoever reports a fault is asked for it."""
    said = shell("--version")
    assert said.code == 0
    assert said.out.startswith("Samklang ")


@pytest.mark.parametrize("group", [(), *(path for path in COMMANDS if path not in SINGLE)], ids=" ".join)
def test_no_help_in_a_list_of_commands_is_cut(shell: Shell, group: tuple[str, ...]) -> None:
    """An ellipsis hides the half that matters."""
    listed = shell(*group, "--help").out.partition("Kommandon:")[2]
    assert listed
    assert "..." not in listed


def test_without_a_command_the_commands_are_shown(shell: Shell) -> None:
    """That is wrong use too, and the answer is the help."""
    assert "Kommandon:" in shell.fails(code=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("campaign", "list"),
        ("doctor",),
        ("release", "status", "x"),
        ("db", "upgrade"),
        ("db", "backup", "x"),
        ("worker",),
    ],
    ids=" ".join,
)
def test_a_wrong_setting_stops_every_command_with_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """Nothing is tried with a setting that may mean something else."""
    monkeypatch.setenv("SAMKLANG_SMPT_URL", "smtp://127.0.0.1")
    said = shell.fails(*arguments)
    assert said.startswith("Det finns ingen inställning SAMKLANG_SMPT_URL. Menade du SAMKLANG_SMTP_URL?")
    assert said.count("\n") == 1


def test_the_embedded_database_makes_itself(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The first command on a bare machine works."""
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "ny" / "mapp"))
    assert shell("campaign", "list", "--json").json == []
    assert (tmp_path / "ny" / "mapp" / "samklang.sqlite3").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("folder", ["/proc/samklang", "/dev/null"])
def test_a_data_folder_that_cannot_be_made_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    """With or without keys of its own."""
    monkeypatch.setenv("SAMKLANG_DATA_DIR", folder)
    assert f"Datamappen {folder} går inte att använda" in shell.fails("campaign", "list")
    monkeypatch.delenv("SAMKLANG_SECRET_KEY")
    assert f"Datamappen {folder} går inte att använda" in shell.fails("campaign", "list")


def test_a_database_that_is_away_is_one_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack of driver errors helps nobody."""
    monkeypatch.setenv("SAMKLANG_DATABASE_URL", "postgresql://127.0.0.1:1/samklang")
    assert shell.fails("campaign", "list").startswith("Samklang är inte redo: ")


def _environment(folder: Path, **given: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("SAMKLANG_")}
    return others | {"SAMKLANG_DATA_DIR": str(folder)} | given


def test_a_real_process_speaks_as_its_environment_asks(tmp_path: Path) -> None:
    """`python app.py`, in English, with keys it made itself and nobody else may read."""
    environment = _environment(tmp_path, SAMKLANG_LANGUAGE="en")
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, str(APP), "campaign", "list"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("No campaign is registered yet.")
    assert {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("*.key*")} == {
        "secret.key": 0o600, "credentials.keys": 0o600,
    }  # fmt: skip


def test_a_reader_that_stops_listening_is_no_fault(tmp_path: Path) -> None:
    """`python app.py … | head -1` must not end in Python's own complaints."""
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, str(APP), "doctor", "--json"],
        env=_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_ctrl_c_is_quiet(tmp_path: Path) -> None:
    """A worker that is interrupted finishes and says nothing."""
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, str(APP), "worker"],
        env=_environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        lock, until = tmp_path / "samklang.sqlite3.worker", monotonic() + 20
        while not lock.exists() and monotonic() < until:
            sleep(0.05)
        sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert "Traceback" not in out + err
    assert process.returncode in {0, 130}
