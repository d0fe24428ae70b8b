"""README.md names every command and every setting, so that nobody has to read the code to find one."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from campaigns.cli.main import samklang
from campaigns.settings import KNOWN, PREFIX

README = Path(__file__).parents[2] / "README.md"
TESTS = Path(__file__).parents[1]
A_TEST = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")
FAULTS = 27


def _commands(group: click.Group, path: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path}{name} ")
        else:
            yield path + name


@pytest.mark.parametrize("command", sorted(_commands(samklang)))
def test_every_command_is_in_the_readme(command: str) -> None:
    """By its whole name, as one types it, and marked as one: the word alone may stand there for another reason."""
    assert f"`{command}`" in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_setting_is_in_the_readme(name: str) -> None:
    """With its prefix, so that it can be searched for."""
    assert PREFIX + name in README.read_text(encoding="utf-8")


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    """What was renamed is renamed there too."""
    words = "".join(sign if sign.isupper() or sign == "_" else " " for sign in README.read_text(encoding="utf-8"))
    named = {word.removeprefix(PREFIX) for word in words.split() if word.startswith(PREFIX) and word != PREFIX}
    assert named <= KNOWN.keys()


@pytest.mark.parametrize(("file", "test"), sorted(set(A_TEST.findall(README.read_text(encoding="utf-8")))))
def test_every_test_that_the_readme_names_exists(file: str, test: str) -> None:
    """What is said to be tried is tried."""
    assert f"\ndef {test}(" in (TESTS / file).read_text(encoding="utf-8")


def test_every_fault_that_may_come_is_listed_with_what_tries_it() -> None:
    """None without a number, none without a test."""
    listed = re.findall(r"^\| (\d+) \|.*\|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    tried = re.findall(r"^\| (\d+) \|.*::test_.*\|$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == tried == [str(number) for number in range(1, FAULTS + 1)]
