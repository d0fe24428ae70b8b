"""Settings: one frozen value from the environment, or one sentence that says which is wrong and how it should be."""

import os
import stat
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.errors import BadSetting
from campaigns.i18n import say, words_for
from campaigns.settings import KNOWN, PREFIX, FolderUnusable, Settings, UnknownSetting

SV = words_for("sv")
KEY = urlsafe_b64encode(bytes(range(32))).decode()


def read(folder: Path, **given: str) -> Settings:
    """Settings in a folder; names without the prefix."""
    return Settings.from_env({PREFIX + name: value for name, value in ({"DATA_DIR": str(folder)} | given).items()})


def test_without_any_setting_everything_has_a_value(tmp_path: Path) -> None:
    """Keys are made once, SQLite lies in the data folder, and mail is off."""
    found = read(tmp_path)
    assert found.embedded
    assert found.database_url == f"sqlite:///{tmp_path}/samklang.sqlite3"
    assert (found.base_url, found.mail_from, found.smtp_url) == (
        "http://127.0.0.1:8000", "samklang@127.0.0.1", None,
    )  # fmt: skip
    assert (found.trusted_proxies, found.lift_step, found.language) == (0, timedelta(minutes=1), "sv")
    assert not found.allow_private_receivers
    assert (found.metrics_token, found.log_format) == (None, "text")


def test_an_empty_setting_counts_as_not_set(tmp_path: Path) -> None:
    """`NAME=` in an environment file is how people take a setting away."""
    assert read(tmp_path, **{name: " " for name in KNOWN if name != "DATA_DIR"}) == read(tmp_path)


def test_keys_are_made_once_and_only_this_user_may_read_them(tmp_path: Path) -> None:
    """Two starts, or two processes at once, have the same keys."""
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(lambda _: read(tmp_path), range(8)))
    assert len({(one.secret_key, one.credentials_keys) for one in found}) == 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {"secret.key", "credentials.keys"}


def test_a_new_data_folder_is_for_this_user_alone(tmp_path: Path) -> None:
    """Whatever the umask of the server that made it; a folder that exists is left as it is."""
    mask = os.umask(0o022)
    try:
        read(tmp_path / "new")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_the_key_of_the_audit_trail_is_made_when_it_is_first_needed(tmp_path: Path) -> None:
    """Once, also by several processes at the same time, and for this user alone; one that is set leaves no file."""
    given = {"SECRET_KEY": "x" * 32, "CREDENTIALS_KEYS": KEY}
    found = [read(tmp_path, **given) for _ in range(8)]
    assert list(tmp_path.iterdir()) == []
    with ThreadPoolExecutor(max_workers=8) as pool:
        assert len(set(pool.map(lambda one: one.audit_keys(), found))) == 1
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {"audit.key": 0o600}
    several = read(tmp_path / "d", AUDIT_KEY=f"{KEY}, ed25519:{KEY}\n", **given)
    assert several.audit_keys() == (KEY, f"ed25519:{KEY}")
    assert not (tmp_path / "d").exists()


def test_a_damaged_key_of_the_audit_trail_is_said_when_it_is_needed(tmp_path: Path) -> None:
    """Never repeated, as no secret is."""
    (tmp_path / "audit.key").write_text("hemligt", encoding="ascii")
    with pytest.raises(BadSetting) as error:
        read(tmp_path).audit_keys()
    assert "SAMKLANG_AUDIT_KEY" in say(error.value, SV)
    assert "hemligt" not in say(error.value, SV)


def test_given_keys_leave_no_files(tmp_path: Path) -> None:
    """Where the environment brings the keys, nothing is written."""
    second = Fernet.generate_key().decode()
    found = read(tmp_path / "d", SECRET_KEY="x" * 32, CREDENTIALS_KEYS=f" {KEY},{second}\n")
    assert found.credentials_keys == (KEY, second)
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("DATABASE_URL", "postgres://u:p@db/x", "postgresql+psycopg://u:p@db/x"),
        ("DATABASE_URL", "postgresql://db/x", "postgresql+psycopg://db/x"),
        ("DATABASE_URL", "sqlite:////var/lib/samklang.db", "sqlite:////var/lib/samklang.db"),
        ("BASE_URL", "https://samklang.example.se/", "https://samklang.example.se"),
        ("SMTP_URL", "smtp+starttls://u:p@mail.example.se", "smtp+starttls://u:p@mail.example.se"),
        ("MAIL_FROM", "samklang@example.se", "samklang@example.se"),
        ("TRUSTED_PROXIES", "2", 2),
        ("LIFT_STEP", "300", timedelta(minutes=5)),
        ("ALLOW_PRIVATE_RECEIVERS", "1", True),
        ("METRICS_TOKEN", "aZ0-._~+/=" * 4, "aZ0-._~+/=" * 4),
        ("LOG_FORMAT", "json", "json"),
        ("LANGUAGE", "en", "en"),
        ("SECRET_KEY", "k" * 32, "k" * 32),
        ("CREDENTIALS_KEYS", KEY, (KEY,)),
        ("AUDIT_KEY", KEY, KEY),
        ("AUDIT_CHECKPOINTS", "/mnt/audit", Path("/mnt/audit")),
    ],
)
def test_a_right_value_is_taken(tmp_path: Path, name: str, value: str, kept: object) -> None:
    """In the form the rest of the code uses."""
    assert getattr(read(tmp_path, **{name: value}), name.lower()) == kept


def test_the_sender_follows_the_public_address(tmp_path: Path) -> None:
    """Mail that seems to come from elsewhere is not delivered."""
    assert read(tmp_path, BASE_URL="https://samklang.example.se:8443").mail_from == "samklang@samklang.example.se"


WRONG = [
    ("DATABASE_URL", "mysql://db/x", "sqlite:/// eller postgresql://"),
    ("DATABASE_URL", "postgresql://db:port/x", "ingen fullständig databasadress"),
    ("DATABASE_URL", "sqlite:///", "peka ut en fil"),
    ("DATABASE_URL", "sqlite:///:memory:", "peka ut en fil"),
    ("METRICS_TOKEN", "a" * 31, "minst 32 tecken"),
    ("METRICS_TOKEN", "med mellanslag " * 4, "bokstäver, siffror"),
    ("METRICS_TOKEN", "å" * 32, "bokstäver, siffror"),
    ("LOG_FORMAT", "xml", "text eller json"),
    ("SECRET_KEY", "kort", "minst 32 tecken"),
    ("CREDENTIALS_KEYS", "kort", "32 byte"),
    ("CREDENTIALS_KEYS", "å" * 44, "32 byte"),
    ("CREDENTIALS_KEYS", " , ", "32 byte"),
    ("CREDENTIALS_KEYS", f"{KEY},kort", "32 byte"),
    ("BASE_URL", "samklang.example.se", "webbadress"),
    ("BASE_URL", "ftp://samklang.example.se", "webbadress"),
    ("BASE_URL", "https://", "webbadress"),
    ("BASE_URL", "https://[", "webbadress"),
    ("BASE_URL", "https://samklang.example.se:99999", "webbadress"),
    ("BASE_URL", "https://samklang.example.se/?a=b", "webbadress"),
    ("BASE_URL", "https://samklang.example.se/#a", "webbadress"),
    ("BASE_URL", "https://user:word@samklang.example.se", "webbadress"),
    ("BASE_URL", "https://samklang.example.se/ x", "webbadress"),
    ("SMTP_URL", "mail.example.se", "smtp://"),
    ("SMTP_URL", "smtp://", "smtp://"),
    ("SMTP_URL", "smtp://mail.example.se:99999", "smtp://"),
    ("SMTP_URL", "http://mail.example.se", "smtp://"),
    ("MAIL_FROM", "samklang", "e-postadress"),
    ("MAIL_FROM", "a@example.se\nBcc: b@example.se", "e-postadress"),
    ("TRUSTED_PROXIES", "-1", "heltal"),
    ("TRUSTED_PROXIES", "11", "heltal"),
    ("TRUSTED_PROXIES", "9" * 5000, "heltal"),
    ("TRUSTED_PROXIES", "²", "heltal"),
    ("LIFT_STEP", "0", "gå jämnt upp i en timme"),
    ("LIFT_STEP", "7", "gå jämnt upp i en timme"),
    ("LIFT_STEP", "7200", "heltal"),
    ("LIFT_STEP", "60.0", "heltal"),
    ("ALLOW_PRIVATE_RECEIVERS", "yes", "0 eller 1"),
    ("LANGUAGE", "de", "sv eller en"),
    ("AUDIT_KEY", "kort", "32 byte"),
    ("AUDIT_KEY", "å" * 44, "32 byte"),
    ("AUDIT_KEY", f"{KEY},kort", "32 byte"),
    ("AUDIT_KEY", " , ", "hemliga nyckel"),
    ("AUDIT_KEY", f"ed25519:{KEY}", "hemliga nyckel"),
    ("AUDIT_CHECKPOINTS", "audit", "hela sökvägen"),
    ("AUDIT_CHECKPOINTS", "/mnt/\x00", "hela sökvägen"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_value_stops_the_start_with_one_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    """It names the setting and how it should be."""
    with pytest.raises(BadSetting) as error:
        read(tmp_path, **{name: value})
    said = say(error.value, SV)
    assert said.startswith(f"Inställningen {PREFIX}{name} är fel: ")
    assert sentence in said
    assert "\n" not in said


def test_a_wrong_value_is_never_repeated(tmp_path: Path) -> None:
    """It may hold a password, and what is said at the start ends up in logs."""
    wrong = {
        "METRICS_TOKEN": "hemligt",
        "DATABASE_URL": "mysql://u:hemligt@db",
        "SECRET_KEY": "hemligt",
        "SMTP_URL": "http://u:hemligt@x",
        "AUDIT_KEY": "hemligt",
    }
    for name, value in wrong.items():
        with pytest.raises(BadSetting) as error:
            read(tmp_path, **{name: value})
        assert "hemligt" not in say(error.value, SV) + str(error.value)


def test_every_setting_is_tried_with_a_wrong_value() -> None:
    """A new setting cannot be forgotten above; the folder has tests of its own."""
    assert {name for name, _, _ in WRONG} == KNOWN.keys() - {"DATA_DIR"}


def test_a_data_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """A file in its place, or a key that is no key."""
    file = tmp_path / "fil"
    file.touch()
    with pytest.raises(FolderUnusable) as error:
        read(file)
    assert say(error.value, SV).startswith(f"Datamappen {file} går inte att använda: ")
    (tmp_path / "secret.key").write_bytes(b"\xff\xfe")
    with pytest.raises(FolderUnusable) as error:
        read(tmp_path)
    assert "en nyckel i den är skadad" in say(error.value, SV)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("SMPT_URL", "SMTP_URL"), ("DATABASE", "DATABASE_URL"), ("BASEURL", "BASE_URL"), ("secret_key", "SECRET_KEY")],
)
def test_a_misspelt_setting_stops_the_start_and_says_which_was_meant(tmp_path: Path, written: str, meant: str) -> None:
    """It would otherwise quietly do nothing. All that exist are listed."""
    with pytest.raises(UnknownSetting) as error:
        read(tmp_path, **{written: "x"})
    said = say(error.value, SV)
    if written.isupper():
        assert f"Menade du SAMKLANG_{meant}?" in said
    assert all(PREFIX + name in said for name in KNOWN)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """A settings value may end up in a log or a traceback."""
    secret = {
        "SECRET_KEY": "s" * 40,
        "AUDIT_KEY": KEY,
        "CREDENTIALS_KEYS": KEY,
        "SMTP_URL": "smtps://u:hemligt@mail.example.se",
        "DATABASE_URL": "postgresql://u:hemligt@db/x",
        "METRICS_TOKEN": "hemligt" * 6,
    }
    shown = repr(read(tmp_path, **secret))
    assert not [part for part in ("s" * 40, KEY, "hemligt") if part in shown]


@settings(max_examples=100)
@given(st.sampled_from(sorted(KNOWN.keys() - {"DATA_DIR"})), st.text(max_size=40))
def test_no_value_ends_in_anything_but_settings_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: str
) -> None:
    """Whatever people write."""
    with suppress(BadSetting):
        read(tmp_path_factory.getbasetemp(), **{name: value})
