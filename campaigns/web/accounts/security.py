"""Flask-Security, as the keeper of passwords, apps and recovery codes. The pages are our own.

It lives on an application of its own that answers nobody: its hooks (a user looked up at every request, cookies, tokens
in addresses) would otherwise reach the public pages. Ours borrows the keeper and its settings.

    passwords        argon2id, 19 MiB, as OWASP asks; no pepper, so that no lost key locks everybody out
    app secrets      encrypted with keys derived from SAMKLANG_CREDENTIALS_KEYS; the newest key encrypts
    recovery codes   the same, with keys of their own
    links            sealed with a key derived from SAMKLANG_SECRET_KEY
"""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask
from flask_security import Security
from flask_security.recovery_codes import MfRecoveryCodesUtil
from flask_security.totp import Totp
from passlib.exc import TokenError  # type: ignore[import-untyped] # it comes without types
from passlib.totp import TOTP, AppWallet  # type: ignore[import-untyped] # as above

from campaigns.domain.passwords import SHORTEST
from campaigns.settings import Settings
from campaigns.web.accounts.datastore import Accounts, AccountUser
from campaigns.web.site import now
from campaigns.web.workplace.parts import parts

ISSUER = "Samklang"
CODES = 10
WINDOW_S = 30
_ARGON2 = {"argon2__memory_cost": 19456, "argon2__time_cost": 2, "argon2__parallelism": 1}


class AppCodes(Totp):
    """Codes of authenticator apps, by the site's clock. The newest key encrypts, all of them open."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        self._totp = TOTP.using(issuer=issuer, wallet=AppWallet(secrets, default_tag=next(iter(secrets))))

    def counter_of(self, code: str, secret: str, *, after: int | None) -> int | None:
        """The number of the step a code belongs to, if that is about now and later than the step `after`."""
        digits = "".join(code.split()).replace("-", "")
        try:
            match = self._totp.verify(digits, secret, time=now().timestamp(), window=WINDOW_S, last_counter=after)
        except (TokenError, KeyError):  # KeyError: encrypted with a key that is gone
            return None
        return int(match.counter)


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes, each found by what is kept of it: one that no key opens any more must not shift the others."""

    def kept_as(self, user: AccountUser, code: str) -> str | None:
        """The encrypted form of a code as it is kept, or None."""
        asked = "".join(sign for sign in code.casefold() if sign.isalnum())
        return next((kept for kept in user.account.recovery_codes if asked and asked in self._opened(kept)), None)

    def _opened(self, kept: str) -> list[str]:
        return [opened.replace("-", "") for opened in self._decrypt_codes([kept])]


def install(app: Flask, settings: Settings) -> None:
    """Lend the keeper to the application."""
    keeper = Flask("samklang-accounts", static_folder=None, template_folder=None)
    keeper.secret_key = derived(settings.secret_key, "accounts").hex()
    keeper.config.update(_settings(settings))
    Security(
        keeper,
        Accounts(),
        register_blueprint=False,
        totp_cls=AppCodes,
        mf_recovery_codes_util_cls=RecoveryCodes,
    )
    app.extensions["security"] = keeper.extensions["security"]
    app.config.update({name: value for name, value in keeper.config.items() if name.startswith("SECURITY_")})


def _settings(settings: Settings) -> dict[str, Any]:
    return {
        "WTF_CSRF_ENABLED": True,
        "SECURITY_DATETIME_FACTORY": aware_now,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": _ARGON2,
        "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
        "SECURITY_PASSWORD_SALT": derived(settings.secret_key, "passwords").hex(),
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_REQUIRED": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TOTP_ISSUER": ISSUER,
        "SECURITY_TOTP_SECRETS": {
            "k" + sha256(key.encode()).hexdigest()[:10]: derived(key, "apps").hex() for key in settings.credentials_keys
        },
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": CODES,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [
            urlsafe_b64encode(derived(key, "recovery codes")) for key in settings.credentials_keys
        ],
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
    }


def aware_now() -> datetime:
    """The site's clock, aware: the library's own default is naive."""
    return now().astimezone(UTC)


def derived(key: str, use: str) -> bytes:
    """A key for one use alone, so that one that leaks opens nothing else."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"samklang {use}".encode()).derive(key.encode())


def link_key() -> bytes:
    """What links in mails are sealed with."""
    return derived(parts().settings.secret_key, "links")
