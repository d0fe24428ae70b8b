"""The settings: one frozen value from the environment. A bad one stops the start with one sentence."""

import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from campaigns.domain.errors import N_, BadSetting
from campaigns.domain.languages import ui_languages

PREFIX = "SAMKLANG_"
PUBLIC = "ed25519:"
"""How the public half of a key of the audit trail begins; the secret half is bare, as the other keys are."""
KNOWN = {
    "DATABASE_URL": "SQLAlchemy address; default: SQLite in DATA_DIR",
    "DATA_DIR": "folder of the embedded database and its keys; default: ./data",
    "SECRET_KEY": "signs links and sessions, at least 32 characters; default: made once in DATA_DIR",
    "CREDENTIALS_KEYS": "Fernet keys for channel secrets, newest first, separated by commas; default: made in DATA_DIR",
    "AUDIT_KEY": "key that signs checkpoints of the audit trail, then others that count; default: made in DATA_DIR",
    "AUDIT_CHECKPOINTS": "folder for signed checkpoints of the audit trail, daily and after each lift; default: none",
    "BASE_URL": "the public address; default: http://127.0.0.1:8000",
    "SMTP_URL": "mail server, smtp://user:password@host:port, smtps:// or smtp+starttls://; default: no mail",
    "MAIL_FROM": "sender of all mail; default: samklang@ and the host of BASE_URL",
    "TRUSTED_PROXIES": "how many reverse proxies stand in front; default: 0",
    "LIFT_STEP": "seconds between possible lifts, also the longest public cache; default: 60",
    "ALLOW_PRIVATE_RECEIVERS": "1 lets webhooks go to private addresses and plain http, for trials only; default: 0",
    "METRICS_TOKEN": "lets whoever presents it read /metrics, at least 32 characters; default: /metrics does not exist",
    "LOG_FORMAT": "text, or json for one object a line; default: text",
    "LANGUAGE": "language of the command line, sv or en; default: sv",
}
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{32,}")
_MAIL_ADDRESS = re.compile(r"[^\s<>,;:@\x00-\x1f\x7f]+@[^\s<>,;:@\x00-\x1f\x7f]+")


class UnknownSetting(BadSetting):
    """A misspelt setting would otherwise be a setting that quietly does nothing."""

    message = N_("There is no setting {name}. Did you mean {nearest}? These exist: {known}.")


class NotInRange(BadSetting):
    """A number that cannot be, or is meant for something else."""

    message = N_("The setting {name} is wrong: it must be a whole number from 0 to {most}.")


class FolderUnusable(BadSetting):
    """The data folder holds the keys and the embedded database, so nothing works without it."""

    message = N_("The data folder {folder} cannot be used: {reason}. Choose another with SAMKLANG_DATA_DIR.")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be set. See KNOWN for what each one means."""

    database_url: str = field(repr=False)
    data_dir: Path
    secret_key: str = field(repr=False)
    credentials_keys: tuple[str, ...] = field(repr=False)
    audit_key: str | None = field(repr=False)
    audit_checkpoints: Path | None
    base_url: str
    smtp_url: str | None = field(repr=False)
    mail_from: str
    trusted_proxies: int
    lift_step: timedelta
    allow_private_receivers: bool
    metrics_token: str | None = field(repr=False)
    log_format: str
    language: str

    @property
    def embedded(self) -> bool:
        """Whether the database is SQLite in a file of this machine: then exactly one worker may run."""
        return self.database_url.startswith("sqlite")

    @property
    def audit_key_file(self) -> Path:
        """Where the key of the audit trail lies if none is set."""
        return self.data_dir / "audit.key"

    def audit_keys(self) -> tuple[str, ...]:
        """The key that signs checkpoints of the audit trail, then others whose signatures count.

        Unless it is set, it is made when somebody first asks: an installation that signs nothing needs none. Raises
        BadSetting.
        """
        made = urlsafe_b64encode(secrets.token_bytes(32)).decode()
        return _audit_keys(self.audit_key or _kept(self.audit_key_file, made))

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings; an empty one counts as not set. Raises BadSetting, also for an unknown SAMKLANG_ name."""
        given = _given(environment)
        data_dir = Path(given.get("DATA_DIR", "data")).absolute()
        base_url = _address(given.get("BASE_URL", "http://127.0.0.1:8000"))
        return cls(
            database_url=_database(given.get("DATABASE_URL"), data_dir),
            data_dir=data_dir,
            secret_key=_secret_key(given.get("SECRET_KEY"), data_dir),
            credentials_keys=_credentials_keys(given.get("CREDENTIALS_KEYS"), data_dir),
            audit_key=_audit_key(given.get("AUDIT_KEY")),
            audit_checkpoints=_audit_checkpoints(given.get("AUDIT_CHECKPOINTS")),
            base_url=base_url,
            smtp_url=_smtp(given.get("SMTP_URL")),
            mail_from=_sender(given.get("MAIL_FROM"), base_url),
            trusted_proxies=_number("TRUSTED_PROXIES", given.get("TRUSTED_PROXIES", "0"), most=10),
            lift_step=timedelta(seconds=_lift_step(given.get("LIFT_STEP", "60"))),
            allow_private_receivers=_yes_or_no("ALLOW_PRIVATE_RECEIVERS", given.get("ALLOW_PRIVATE_RECEIVERS", "0")),
            metrics_token=_metrics_token(given.get("METRICS_TOKEN")),
            log_format=_log_format(given.get("LOG_FORMAT", "text")),
            language=_language(given.get("LANGUAGE", "sv")),
        )


def _wrong(name: str, reason: str) -> BadSetting:
    return BadSetting(name=PREFIX + name, reason=reason)


def _given(environment: Mapping[str, str]) -> dict[str, str]:
    given = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
    for name in sorted(given.keys() - KNOWN.keys()):
        nearest = get_close_matches(name, KNOWN, n=1, cutoff=0.0)[0]
        raise UnknownSetting(name=PREFIX + name, nearest=PREFIX + nearest, known=[PREFIX + known for known in KNOWN])
    return {name: value for name, value in given.items() if value.strip()}


def _database(value: str | None, data_dir: Path) -> str:
    if value is None:
        return f"sqlite:///{data_dir / 'samklang.sqlite3'}"
    for scheme in ("postgres://", "postgresql://"):
        if value.startswith(scheme):
            value = "postgresql+psycopg://" + value.removeprefix(scheme)
    if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise _wrong("DATABASE_URL", N_("it must start with sqlite:/// or postgresql://"))
    try:
        database = make_url(value).database
    except (ArgumentError, ValueError):
        raise _wrong("DATABASE_URL", N_("it is not a complete address of a database")) from None
    if value.startswith("sqlite") and database in {None, "", ":memory:"}:
        raise _wrong("DATABASE_URL", N_("it must name a file: sqlite:////folder/samklang.sqlite3"))
    return value


def _split(value: str) -> SplitResult | None:
    """The parts of an address; None if it, or its port, is not one."""
    try:
        parts = urlsplit(value)
        usable = parts.hostname and parts.port != 0 and value.isprintable() and " " not in value
    except ValueError:
        return None
    return parts if usable else None


def _address(value: str) -> str:
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise _wrong("BASE_URL", N_("it must be a web address such as https://samklang.example.se"))
    return value.rstrip("/")


def _smtp(value: str | None) -> str | None:
    parts = _split(value) if value else None
    if value and (parts is None or parts.scheme not in {"smtp", "smtps", "smtp+starttls"}):
        raise _wrong("SMTP_URL", N_("it must be smtp://, smtps:// or smtp+starttls:// and a host"))
    return value


def _sender(value: str | None, base_url: str) -> str:
    if value is not None and not _MAIL_ADDRESS.fullmatch(value):
        raise _wrong("MAIL_FROM", N_("it must be an e-mail address such as samklang@example.se"))
    return value or f"samklang@{urlsplit(base_url).hostname}"


def _number(name: str, value: str, *, most: int) -> int:
    if not value.isdecimal() or len(value) > len(str(most)) or int(value) > most:
        raise NotInRange(name=PREFIX + name, most=most)
    return int(value)


def _lift_step(value: str) -> int:
    step = _number("LIFT_STEP", value, most=3600)
    if step < 1 or 3600 % step:
        raise _wrong("LIFT_STEP", N_("it must divide an hour: 1, 2, 5, 10, 15, 30, 60, 300 … seconds"))
    return step


def _yes_or_no(name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise _wrong(name, N_("it must be 0 or 1"))
    return value == "1"


def _language(value: str) -> str:
    if value not in ui_languages():
        raise _wrong("LANGUAGE", N_("it must be a language of the interface, such as sv or en"))
    return value


def _metrics_token(value: str | None) -> str | None:
    if value is not None and not _TOKEN.fullmatch(value):
        raise _wrong("METRICS_TOKEN", N_("it must have at least 32 characters: letters, digits and -._~+/="))
    return value


def _log_format(value: str) -> str:
    if value not in {"text", "json"}:
        raise _wrong("LOG_FORMAT", N_("it must be text or json"))
    return value


def _secret_key(value: str | None, data_dir: Path) -> str:
    key = value or _kept(data_dir / "secret.key", secrets.token_urlsafe(48))
    if len(key) < 32:
        raise _wrong("SECRET_KEY", N_("it must have at least 32 characters"))
    return key


def _credentials_keys(value: str | None, data_dir: Path) -> tuple[str, ...]:
    text = value or _kept(data_dir / "credentials.keys", Fernet.generate_key().decode())
    keys = tuple(key.strip() for key in text.replace("\n", ",").split(",") if key.strip())
    if not keys:
        raise _wrong("CREDENTIALS_KEYS", N_("every key must be 32 bytes in URL-safe base64"))
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise _wrong("CREDENTIALS_KEYS", N_("every key must be 32 bytes in URL-safe base64")) from None
    return keys


def _audit_key(value: str | None) -> str | None:
    if value is not None:
        _audit_keys(value)
    return value


def _audit_keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in text.replace("\n", ",").split(",") if key.strip())
    if not keys or keys[0].startswith(PUBLIC):
        raise _wrong("AUDIT_KEY", N_("it must begin with the secret key that signs; make one with: audit key --new"))
    if not all(_is_audit_key(key) for key in keys):
        raise _wrong("AUDIT_KEY", N_("every key must be 32 bytes in URL-safe base64, a public one after ed25519:"))
    return keys


def _is_audit_key(key: str) -> bool:
    try:
        return len(urlsafe_b64decode(key.removeprefix(PUBLIC))) == 32
    except ValueError:
        return False


def _audit_checkpoints(value: str | None) -> Path | None:
    if value and not (value.isprintable() and Path(value).is_absolute()):
        raise _wrong("AUDIT_CHECKPOINTS", N_("it must be the whole path of a folder, such as /mnt/audit"))
    return Path(value) if value else None


def _kept(path: Path, new: str) -> str:
    """A key that is made once, with mode 0600, and read ever after. Two processes that start at once agree on one."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _link_new(path, new)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise FolderUnusable(folder=str(path.parent), reason=error.strerror) from error
    except UnicodeDecodeError as error:
        raise FolderUnusable(folder=str(path.parent), reason=N_("a key in it is damaged")) from error


def _link_new(path: Path, text: str) -> None:
    """Write beside it and link into place: whoever comes second finds a whole file, never an empty one."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(beside, path)
    beside.unlink()
