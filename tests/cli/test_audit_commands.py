"""`audit`: checkpoints written, verified here and on a machine that has only the public key, and keys changed."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from factories import Office
from shell import Shell

from campaigns.domain.access import Role
from campaigns.settings import PREFIX
from campaigns.work.audit.reading import AuditFilter, as_json_lines, audit_lines


@pytest.fixture
def filled(shell: Shell, shell_office: Office) -> Shell:
    """A shell on a database with some events."""
    shell_office.registered()
    return shell


def removed(shell: Shell, which: str) -> None:
    """Take events away from outside."""
    with closing(sqlite3.connect(shell.database)) as connection, connection:
        connection.execute(f"DELETE FROM audit_events WHERE number {which}")  # noqa: S608 - our own words


def public_key(shell: Shell) -> str:
    """The public key alone."""
    return shell("audit", "key").out.strip()


def exported(office: Office, file: Path) -> Path:
    """The trail as a steward downloads it."""
    steward = office.member(office.police, {Role.STEWARD})
    lines = audit_lines(office.place, steward, AuditFilter(), now=office.now)
    file.write_text(as_json_lines(lines), encoding="utf-8")
    return file


def test_a_checkpoint_is_written_once_for_this_user_alone(filled: Shell, tmp_path: Path) -> None:
    """And never over a file."""
    file = tmp_path / "c.json"
    said = filled("audit", "checkpoint", str(file))
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Kontrollpunkten {file} gäller händelse ")
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    assert "finns redan och lämnades som den är" in filled.fails("audit", "checkpoint", str(file))
    assert file.read_bytes() == before
    assert "No such file" in filled.fails("audit", "checkpoint", str(tmp_path / "ingen" / "c.json"))
    made = filled("audit", "checkpoint", str(tmp_path / "d.json"), "--json").json
    assert {name: made[name] for name in json.loads(before)} == json.loads((tmp_path / "d.json").read_text())


def test_a_trail_that_holds_is_said_to_with_its_checkpoints(filled: Shell, tmp_path: Path) -> None:
    """Files, folders, and the folder of the setting."""
    assert "Det fanns ingen kontrollpunkt" in filled("audit", "verify").out
    for name in ("1.json", "2.json"):
        assert filled("audit", "checkpoint", str(tmp_path / name)).code == 0
    for arguments, count in ([str(tmp_path / "1.json")], 1), ([str(tmp_path)], 2):
        said = filled("audit", "verify", *arguments)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Händelseloggen är obruten (")
        assert f"{count} kontrollpunkt" in said.out
    found = filled("audit", "verify", str(tmp_path), "--json").json
    assert (found["holds"], [one["verdict"] for one in found["checkpoints"]]) == (True, ["holds", "holds"])


def test_without_files_the_folder_of_the_setting_is_verified(
    filled: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And a folder that is not there is one sentence."""
    folder = tmp_path / "mount"
    monkeypatch.setenv("SAMKLANG_AUDIT_CHECKPOINTS", str(folder))
    assert str(folder) in filled.fails("audit", "verify")
    folder.mkdir()
    assert filled("audit", "checkpoint", str(folder / "1.json")).code == 0
    assert "1 kontrollpunkt håller; den nyaste är från måndag 23 november 2026" in filled("audit", "verify").out


def test_what_is_missing_at_the_end_is_one_sentence_and_exit_1(filled: Shell, tmp_path: Path) -> None:
    """It names the events, the checkpoint, and what a restored backup has to do with it."""
    file = tmp_path / "c.json"
    number = filled("audit", "checkpoint", str(file), "--json").json["number"]
    removed(filled, f"> {number - 2}")
    said = filled.fails("audit", "verify", str(file))
    assert said.startswith(f"Händelserna {number - 1}–{number} som kontrollpunkten {file} såg ")
    assert "Om en säkerhetskopia från tiden före dess har återställts" in said
    assert said.count("\n") == 1
    found = filled("audit", "verify", str(file), "--json")
    assert (found.code, found.err) == (1, "")
    assert (found.json["holds"], found.json["broken"]) == (False, [])
    assert found.json["checkpoints"][0]["missing"] == [[number - 1, number]]


def test_where_the_chain_breaks_is_said(filled: Shell) -> None:
    """Also without any checkpoint."""
    removed(filled, "= 2")
    assert (
        filled.fails("audit", "verify")
        == "Händelseloggen är bruten vid händelse 3: den har ändrats utanför Samklang.\n"
    )


def test_a_checkpoint_with_a_bad_signature_is_named(filled: Shell, tmp_path: Path) -> None:
    """Each problem is a line of its own."""
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    assert filled("audit", "checkpoint", str(good)).code == 0
    bad.write_text(good.read_text().replace('"service": "http:', '"service": "https:'))
    said = filled.fails("audit", "verify", str(good), str(bad), str(tmp_path / "gone.json"))
    assert [line.split(" har ")[0].split(" går ")[0] for line in said.splitlines()] == [
        f"Kontrollpunkten {bad}", str(tmp_path / "gone.json"),
    ]  # fmt: skip


def test_another_machine_verifies_with_the_public_key_alone(
    filled: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No database, no secret key, and nothing is made there."""
    lines = exported(shell_office, tmp_path / "granskning.jsonl")
    file, key = tmp_path / "c.json", public_key(filled)
    assert filled("audit", "checkpoint", str(file)).code == 0
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(elsewhere))
    arguments = ("audit", "verify", "--events", str(lines), "--key", key, str(file))
    assert "1 kontrollpunkt håller" in filled(*arguments).out
    assert not elsewhere.exists()
    whole = lines.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.write_text("".join(whole[:-1]), encoding="utf-8")
    assert filled.fails(*arguments).startswith(f"Händelse {len(whole)} som kontrollpunkten {file} såg ")
    lines.write_text("".join(whole[:1]) + whole[1].replace('"at"', '"At"'), encoding="utf-8")
    assert "Rad 2 i " in filled.fails(*arguments)
    assert "är ingen offentlig nyckel" in filled.fails("audit", "verify", "--key", "hemligt", str(file))


def test_the_public_key_is_shown_and_the_secret_one_never(filled: Shell) -> None:
    """Alone on standard output, so that it can be piped; what it is goes beside it."""
    said = filled("audit", "key")
    assert said.code == 0
    assert said.out.startswith("ed25519:")
    assert said.out.count("\n") == 1
    assert str(filled.folder / "audit.key") in said.err
    secret = (filled.folder / "audit.key").read_text()
    assert secret not in said.out + said.err
    assert filled("audit", "key", "--json").json["public_key"] == said.out.strip()


def test_a_key_is_changed_and_old_checkpoints_still_count(
    filled: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`--new` prints the whole value, the old public key behind the new one; nothing changes until it is set."""
    old, old_key = tmp_path / "old.json", public_key(filled)
    assert filled("audit", "checkpoint", str(old)).code == 0
    value = filled("audit", "key", "--new").out.strip()
    assert value.endswith(f",{old_key}")
    assert public_key(filled) == old_key
    monkeypatch.setenv(f"{PREFIX}AUDIT_KEY", value)
    new, new_key = tmp_path / "new.json", public_key(filled)
    assert new_key != old_key
    assert filled("audit", "checkpoint", str(new)).code == 0
    assert filled("audit", "verify", str(old), str(new)).code == 0
    assert filled("audit", "key", "--json").json["others"] == [old_key]
    monkeypatch.setenv(f"{PREFIX}AUDIT_KEY", value.split(",")[0])
    assert "är signerad med nyckeln" in filled.fails("audit", "verify", str(old), str(new))
    assert filled("audit", "verify", "--key", old_key, str(old), str(new)).code == 0
