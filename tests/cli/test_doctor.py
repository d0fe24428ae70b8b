"""`doctor`: what is wrong with an installation, and what to do about it."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from factories import Office
from shell import Shell
from sqlalchemy import Engine

from campaigns.channels.webhook import Webhook
from campaigns.domain.access import Role
from campaigns.domain.release import ChannelKind
from campaigns.materials import fonts
from campaigns.settings import Settings
from campaigns.work.workplace import open_workplace


def levels(found: Any) -> dict[str, str]:
    """The level of each check."""
    return {one["check"]: one["level"] for one in found}


def test_a_fresh_installation_may_release(shell: Shell) -> None:
    """What is only worth a look does not make it unfit."""
    said = shell("doctor", "--json")
    assert (said.code, said.err) == (0, "")
    assert levels(said.json) == {
        "settings": "ok", "database": "ok", "migrations": "ok", "clock": "ok", "keys": "ok", "mail": "warning",
        "worker": "warning", "publishing": "ok", "audit": "ok", "checkpoints": "ok", "deliveries": "ok",
        "members": "ok", "fonts": "ok",
    }  # fmt: skip


def without(monkeypatch: pytest.MonkeyPatch, *modules: str) -> None:
    """A machine where these font packages were not installed."""
    monkeypatch.setattr(
        "campaigns.materials.fonts.find_spec", lambda name: None if name in modules else find_spec(name)
    )


def fonts_said(said: Any) -> list[tuple[str, str]]:
    """What the doctor found of fonts, with its level."""
    return [(one["level"], one["says"]) for one in said.json if one["check"] == "fonts"]


def test_fonts_that_are_optional_are_named_and_stop_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese type is large and many need none: which language lacks it, and what to run, is advice."""
    assert fonts_said(shell("doctor", "--json")) == [("ok", "Alla språk i tabellen går att trycka: 39.")]
    without(monkeypatch, "noto_cjk_sans_otc")
    said = shell("doctor", "--json")
    (found,) = fonts_said(said)
    assert (said.code, found[0]) == (0, "warning")
    assert "kinesiska (förenklad) trycks inte" in found[1]
    assert "pip install '.[cjk]' (eller noto-cjk-sans-otc)" in found[1]
    assert "'.[cjk]'" in "".join(shell("doctor").out.replace("│", " ").split())


def test_fonts_that_belong_to_samklang_and_are_gone_are_an_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each package with every language that it would have been for."""
    without(monkeypatch, "justmytype_intl_africa", "justmytype_intl_rtl")
    said = shell("doctor", "--json")
    found = fonts_said(said)
    assert said.code == 1
    assert [level for level, _ in found] == ["error"] * 3
    assert all(language in found[0][1] for language in ("arabiska", "persiska", "dari", "urdu"))
    assert "jiddisch" in found[1][1]
    assert "tigrinska och amhariska" in found[2][1]
    assert "pip install --force-reinstall justmytype-intl-africa" in found[2][1]


def test_a_package_without_its_files_counts_as_gone(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is installed prints nothing."""
    empty = replace(fonts.PACKAGES[-1], folder=str(tmp_path))
    monkeypatch.setattr(fonts, "PACKAGES", (*fonts.PACKAGES[:-1], empty))
    assert [level for level, _ in fonts_said(shell("doctor", "--json"))] == ["warning"]


def test_people_read_it_as_a_table_in_swedish(shell: Shell) -> None:
    """Each check by its Swedish name."""
    said = shell("doctor")
    assert said.code == 0
    assert [word for word in ("inställningar", "händelselogg", "klocka") if word not in said.out] == []
    assert "Ange SAMKLANG_SMTP_URL" in " ".join(said.out.replace("│", " ").split())


def test_a_bare_machine_is_examined_too(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded database makes itself here as for every command."""
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(shell.folder / "ny"))
    said = shell("doctor", "--json")
    assert (said.code, levels(said.json)["migrations"]) == (0, "ok")


def test_a_mail_server_that_does_not_answer_is_an_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for, and nothing would reach anyone."""
    monkeypatch.setenv("SAMKLANG_SMTP_URL", "smtp://127.0.0.1:9")
    said = shell("doctor", "--json")
    assert (said.code, levels(said.json)["mail"]) == (1, "error")
    mail = next(one["says"] for one in said.json if one["check"] == "mail")
    assert mail.startswith("E-postservern tar inte emot vår post: ")


def test_a_channel_that_does_not_work_is_named_with_its_organisation(shell: Shell, shell_office: Office) -> None:
    """It is that organisation's to mend; the others are not stopped by it."""
    shell_office.partner(channels=[(ChannelKind.WEBHOOK, "https://localhost:9/in")])
    said = shell("doctor", "--json")
    assert (said.code, levels(said.json)["channel"]) == (0, "warning")
    channel = next(one["says"] for one in said.json if one["check"] == "channel")
    assert channel.startswith("Ungdomsjouren (exempel), webhook: fungerar inte (den leder till ett privat")


def test_a_channel_whose_key_is_lost_does_not_stop_the_others(
    shell: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is examined; this one says what to do."""
    monkeypatch.setattr(Webhook, "check", lambda *_args, **_facts: None)
    shell_office.partner(channels=[(ChannelKind.WEBHOOK, f"https://example.org/{name}") for name in ("a", "b")])
    with closing(sqlite3.connect(shell.database)) as connection, connection:
        connection.execute("UPDATE channels SET secrets = '[\"x\"]' WHERE address LIKE '%/a'")
    said = shell("doctor", "--json")
    channels = [one for one in said.json if one["check"] == "channel"]
    assert (said.code, sorted(one["level"] for one in channels)) == (0, ["ok", "warning"])
    assert "SAMKLANG_CREDENTIALS_KEYS" in next(one["says"] for one in channels if one["level"] == "warning")


def test_when_our_own_mail_fails_no_organisation_is_blamed(
    shell: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says it; what does not go by mail is examined."""
    monkeypatch.setenv("SAMKLANG_SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setattr(Webhook, "check", lambda *_args, **_facts: None)
    hook = (ChannelKind.WEBHOOK, "https://example.org/in")
    environment = {name: value for name, value in os.environ.items() if name.startswith("SAMKLANG_")}
    with_mail = Settings.from_env(environment)
    shell_office.place = open_workplace(with_mail, shell_office.place.engine, clock=lambda: shell.now)
    mail = [(kind, "lista@example.org") for kind in (ChannelKind.EMAIL, ChannelKind.BY_HAND)]
    shell_office.partner(channels=[hook, *mail])
    said = shell("doctor", "--json")
    assert levels(said.json)["mail"] == "error"
    assert [one["level"] for one in said.json if one["check"] == "channel"] == ["ok"]


def test_an_organisation_that_hangs_on_one_person_is_named(shell: Shell, shell_office: Office) -> None:
    """A second one makes it safe; somebody whose account is closed counts no more."""
    partner = shell_office.partner()
    said = next(one for one in shell("doctor", "--json").json if one["check"] == "members")
    assert (said["level"], "Ungdomsjouren (exempel)" in said["says"]) == ("warning", True)
    assert "Polisen" not in said["says"]
    shell_office.member(partner.organisation_id or "", {Role.EDITOR}, email="kollega@example.org")
    assert levels(shell("doctor", "--json").json)["members"] == "ok"
    with closing(sqlite3.connect(shell.database)) as connection, connection:
        connection.execute("UPDATE members SET active = 0 WHERE email = 'kollega@example.org'")
    assert levels(shell("doctor", "--json").json)["members"] == "warning"


def test_keys_that_others_may_read_are_an_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that mends it."""
    monkeypatch.delenv("SAMKLANG_SECRET_KEY")
    assert levels(shell("doctor", "--json").json)["keys"] == "ok"
    (shell.folder / "secret.key").chmod(0o644)
    said = shell("doctor")
    assert said.code == 1
    assert "chmod 600" in said.out
    assert "Något måste rättas till före ett utskick." in said.out


def test_a_restored_copy_is_unfit_to_release_and_the_doctor_says_who_can_change_that(
    shell: Shell, shell_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error, so that whoever automates a release stops here; `release status` says it too."""
    shell_office.approved(shell_office.partner(), slug="gangsnacket")
    assert shell("db", "backup", str(shell.folder / "x.backup")).code == 0
    assert "spärrad" not in shell("release", "status", "gangsnacket").out
    monkeypatch.setenv("SAMKLANG_DATA_DIR", str(shell.folder / "ny"))
    assert shell("db", "restore", str(shell.folder / "x.backup")).code == 0
    said = shell("doctor", "--json")
    assert (said.code, levels(said.json)["publishing"]) == (1, "error")
    assert "Två medlemmar måste häva spärren" in next(one["says"] for one in said.json if one["check"] == "publishing")
    status = shell("release", "status", "gangsnacket")
    assert (status.code, "Publiceringen är spärrad sedan" in status.out) == (0, True)
    assert shell("release", "status", "gangsnacket", "--json").json["disarmed_at"]


def test_an_altered_audit_trail_is_an_error_that_says_where(shell: Shell, shell_office: Office) -> None:
    """Somebody changed it behind our back."""
    shell_office.registered()
    with closing(sqlite3.connect(shell.database)) as connection, connection:
        connection.execute("UPDATE audit_events SET action = 'x' WHERE number = 2")
    said = shell("doctor", "--json")
    assert (said.code, levels(said.json)["audit"]) == (1, "error")
    assert "vid händelse 2" in next(one["says"] for one in said.json if one["check"] == "audit")


def checkpoints(shell: Shell) -> list[tuple[str, str]]:
    """What is found of checkpoints: the level and the sentence of each."""
    return [(one["level"], one["says"]) for one in shell("doctor", "--json").json if one["check"] == "checkpoints"]


def test_the_folder_for_checkpoints_is_examined(shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not there, nothing in it, fresh, and too old; each with what to do."""
    folder = tmp_path / "mount"
    monkeypatch.setenv("SAMKLANG_AUDIT_CHECKPOINTS", str(folder))
    assert shell("doctor").code == 1
    ((level, says),) = checkpoints(shell)
    assert (level, f"Mappen {folder} för kontrollpunkter går inte att använda" in says) == ("error", True)
    folder.mkdir()
    ((level, says),) = checkpoints(shell)
    assert (level, "ännu ingen kontrollpunkt" in says) == ("warning", True)
    for name in ("1.json", "2.json"):
        assert shell("audit", "checkpoint", str(folder / name)).code == 0
    shell.now += timedelta(hours=5)
    assert checkpoints(shell) == [("ok", "2 kontrollpunkter håller; den nyaste är 5 timmar gammal.")]
    shell.now += timedelta(days=2)
    ((level, says),) = checkpoints(shell)
    assert (level, "Den nyaste kontrollpunkten är 2 dagar och 5 timmar gammal" in says) == ("warning", True)


def test_every_checkpoint_in_the_folder_is_verified(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shell_office: Office
) -> None:
    """The ones that do not hold are errors, the first of them by name."""
    folder = tmp_path / "mount"
    folder.mkdir()
    monkeypatch.setenv("SAMKLANG_AUDIT_CHECKPOINTS", str(folder))
    shell_office.registered()
    for number in range(7):
        assert shell("audit", "checkpoint", str(folder / f"{number}.json")).code == 0
    with closing(sqlite3.connect(shell.database)) as connection, connection:
        connection.execute("DELETE FROM audit_events WHERE number = (SELECT max(number) FROM audit_events)")
    found = checkpoints(shell)
    assert [level for level, _ in found] == ["error"] * 6
    assert f"{folder}/6.json såg" in found[0][1]
    assert found[-1][1].startswith("Ytterligare 2 kontrollpunkter håller inte.")


def test_a_key_that_others_may_read_is_an_error_for_the_audit_trail_too(shell: Shell) -> None:
    """Whoever has it can sign whatever they want."""
    assert shell("audit", "key").code == 0
    assert levels(shell("doctor", "--json").json)["keys"] == "ok"
    (shell.folder / "audit.key").chmod(0o640)
    assert levels(shell("doctor", "--json").json)["keys"] == "error"


def test_nodes_on_one_postgresql_are_told_to_share_the_key(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, postgresql_engine: Engine
) -> None:
    """Each would make its own, in its own data folder."""
    monkeypatch.setenv("SAMKLANG_DATABASE_URL", postgresql_engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("SAMKLANG_AUDIT_CHECKPOINTS", str(tmp_path))
    says = "ge alla samma SAMKLANG_AUDIT_KEY"
    assert [level for level, said in checkpoints(shell) if says in said] == ["warning"]
    monkeypatch.setenv("SAMKLANG_AUDIT_KEY", shell("audit", "key", "--new").out.strip())
    assert [level for level, said in checkpoints(shell) if says in said] == []
