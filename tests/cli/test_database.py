"""`db upgrade`, `backup` and `restore`, and tables of another version."""

import os
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet
from factories import Office
from shell import Shell

from campaigns.domain.access import Actor
from campaigns.domain.errors import NotAllowed
from campaigns.domain.lifecycle import Stage
from campaigns.settings import Settings
from campaigns.store.engine import make_engine
from campaigns.work.organisations import organisation
from campaigns.work.service import rearming
from campaigns.work.workplace import Workplace, open_workplace


def test_upgrade_says_what_it_found(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Up to date, or brought there."""
    assert "Tabellerna var redan aktuella" in shell("db", "upgrade").out
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "ny"))
    found = shell("db", "upgrade", "--json").json
    assert found["before"] is None
    assert shell("db", "upgrade", "--json").json == {"before": found["after"], "after": found["after"]}


def test_a_backup_is_restored_with_publishing_disarmed(
    shell: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody but this user may read the copy, and its approved campaign comes back held."""
    shell_office.approved(shell_office.partner(), slug="gangsnacket")
    copy = tmp_path / "samklang.backup"
    made = shell("db", "backup", str(copy), "--json")
    assert (made.code, made.err) == (0, "")
    assert copy.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "ny"))
    restored = shell("db", "restore", str(copy))
    assert restored.out.startswith(f"{made.json['rows']} rader återställda. Godkända kampanjer är pausade")
    said = " ".join(restored.out.split())
    assert "inget öppnas eller skickas förrän två medlemmar har hävt spärren" in said
    assert "http://127.0.0.1:8000/arbete/forvaltning/publicering" in said
    assert shell("release", "status", "gangsnacket", "--json").json["stage"] == Stage.HELD


def test_restoring_says_which_keys_to_copy_and_what_cannot_be_sent_without_them(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A webhook whose secret cannot be opened would otherwise first fail at T."""
    hook = "https://example.org/in"
    assert shell("organisation", "add", "X", "--kind", "helpline", "--webhook", hook).code == 0
    copy = tmp_path / "samklang.backup"
    assert shell("db", "backup", str(copy)).code == 0
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "ny"))
    with_keys = shell("db", "restore", str(copy)).out
    assert "kopiera credentials.keys, secret.key och audit.key" in with_keys
    assert str(tmp_path / "ny") in with_keys
    assert hook not in with_keys
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "nyare"))
    monkeypatch.setenv("SAMKLANG_CREDENTIALS_KEYS", Fernet.generate_key().decode())
    without = shell("db", "restore", str(copy)).out
    assert without.endswith(f"eftersom hemligheterna inte går att öppna:\n  {hook}\n")


def test_where_all_keys_are_lost_two_people_are_invited_anew_and_arm_the_copy(
    shell: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nobody of before can log in; the operator still cannot do it without two members."""
    shell_office.approved(shell_office.partner(), slug="gangsnacket")
    copy = tmp_path / "samklang.backup"
    assert shell("db", "backup", str(copy)).code == 0
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "ny"))
    monkeypatch.setenv("SAMKLANG_CREDENTIALS_KEYS", Fernet.generate_key().decode())
    monkeypatch.setenv("SAMKLANG_SECRET_KEY", "y" * 40)
    assert shell("db", "restore", str(copy)).code == 0
    environment = {name: value for name, value in os.environ.items() if name.startswith("SAMKLANG_")}
    settings = Settings.from_env(environment)
    place = open_workplace(settings, make_engine(settings.database_url), clock=lambda: shell.now)
    with pytest.raises(NotAllowed):
        rearming.ask_to_rearm(place, Actor.operator(), now=shell.now)
    people = [_invited(shell, place, role) for role in ("steward", "approver")]
    rearming.ask_to_rearm(place, people[0], now=shell.now)
    rearming.rearm(place, people[1], now=shell.now)
    place.engine.dispose()
    assert {one["check"]: one["level"] for one in shell("doctor", "--json").json}["publishing"] == "ok"


def _invited(shell: Shell, place: Workplace, role: str) -> Actor:
    """Somebody whom the operator invited and who followed the link."""
    made = shell(
        "member", "invite", f"{role}@example.org", "--organisation", "Polisen (exempel)", "--role", role, "--json"
    )
    return organisation.join(place, token=made.json["link"].rsplit("/", 1)[1], now=shell.now)


def test_a_backup_never_overwrites_and_needs_a_place(shell: Shell, tmp_path: Path) -> None:
    """Each refusal is one sentence, and leaves nothing half written."""
    taken = tmp_path / "taken.backup"
    taken.write_text("x", encoding="utf-8")
    before = set(tmp_path.iterdir())
    assert shell.fails("db", "backup", str(taken)).startswith("Säkerhetskopian skrevs inte: filen finns redan;")
    assert "mappen finns inte" in shell.fails("db", "backup", str(tmp_path / "ingen" / "x.backup"))
    assert "Säkerhetskopian skrevs inte: " in shell.fails("db", "backup", "/proc/x.backup")
    assert taken.read_text(encoding="utf-8") == "x"
    assert {path for path in tmp_path.iterdir() if ".sqlite3" not in path.name} == {
        path for path in before if ".sqlite3" not in path.name
    }


def test_what_is_no_backup_is_refused(
    shell: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A text, a copy that was cut short, another's database; and the database to restore into must be empty."""
    copy = tmp_path / "samklang.backup"
    shell_office.registered()
    assert shell("db", "backup", str(copy)).code == 0
    assert "databasen är inte tom" in shell.fails("db", "restore", str(copy))
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(tmp_path / "ny"))
    half, text = tmp_path / "halv.backup", tmp_path / "text.backup"
    half.write_bytes(copy.read_bytes()[:9000])
    text.write_text("hej", encoding="utf-8")
    reasons = {
        text: "det är ingen säkerhetskopia från Samklang",
        half: "den är skadad eller avklippt",
        tmp_path / "finns-inte": "filen finns inte",
    }
    for file, reason in reasons.items():
        assert f"Säkerhetskopian går inte att använda: {reason}" in shell.fails("db", "restore", str(file))
    assert shell("campaign", "list", "--json").json == []


def test_a_shared_database_is_upgraded_only_when_asked(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, postgresql_server: str
) -> None:
    """Several nodes may run on it; each command says what to run, and doctor does too."""
    server = postgresql_server.replace("+psycopg", "")
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE not_at_head TEMPLATE template0")
    monkeypatch.setenv("SAMKLANG_DATABASE_URL", server.format(name="not_at_head"))
    said = shell.fails("campaign", "list")
    assert said.startswith("Databasens tabeller har version –, men här behövs ")
    assert said.rstrip().endswith("Kör: python app.py db upgrade")
    examined = shell("doctor", "--json")
    assert examined.code == 1
    assert {one["check"]: one["level"] for one in examined.json}["migrations"] == "error"
    assert "Tabellerna har nu version" in shell("db", "upgrade").out
    assert shell("campaign", "list", "--json").json == []
    assert {one["check"]: one["level"] for one in shell("doctor", "--json").json}["migrations"] == "ok"


def test_a_database_of_a_newer_version_is_left_alone(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, postgresql_server: str
) -> None:
    """On both kinds. Upgrading would be the wrong advice: the newer version has to be installed here too."""
    server = postgresql_server.replace("+psycopg", "")
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE from_the_future TEMPLATE template0")
    for address in (f"sqlite:///{shell.database}", server.format(name="from_the_future")):
        monkeypatch.setenv("SAMKLANG_DATABASE_URL", address)
        assert shell("db", "upgrade").code == 0
        engine = make_engine(address.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        for command in (("campaign", "list"), ("serve", "--no-worker"), ("worker",), ("db", "upgrade")):
            said = shell.fails(*command)
            assert "9999" in said
            assert "Installera den nyare versionen även här" in said
        examined = {one["check"]: one for one in shell("doctor", "--json").json}
        assert examined["migrations"]["level"] == "error"
        assert "Installera den nyare versionen" in examined["migrations"]["says"]
        with engine.begin() as connection:
            assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "9999"
        engine.dispose()
