"""The house keeps its own rules: style, types and the direction of its arrows are tests like any other."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECKS = {
    "style": ["ruff", "check", "--no-cache", "."],
    "format": ["ruff", "format", "--no-cache", "--check", "."],
    "types": ["mypy", "--cache-dir=/dev/null"],
    "arrows": ["lint-imports", "--no-cache"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_the_house_keeps_its_rules(check: str) -> None:
    """ruff, mypy strict and import-linter have nothing to say."""
    program, *arguments = CHECKS[check]
    found = shutil.which(program, path=str(Path(sys.executable).parent))
    assert found is not None, f"{program} is missing beside {sys.executable}; install the extra 'test'"
    done = subprocess.run([found, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own checks
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("sheet", sorted((ROOT / "campaigns/web/static").glob("*.css")), ids=lambda sheet: sheet.name)
def test_every_block_of_a_style_sheet_ends(sheet: Path) -> None:
    """A brace that is lost takes all that follows with it, and no browser says so."""
    open_blocks = 0
    for line in sheet.read_text().splitlines():
        open_blocks += line.count("{") - line.count("}")
        assert open_blocks in {0, 1, 2}, line
        assert not line.startswith((".", "@")) or open_blocks <= 1, line
    assert open_blocks == 0
