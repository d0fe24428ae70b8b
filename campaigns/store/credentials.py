"""Secrets of channels, encrypted at rest. The keys live outside the database and its backups."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from campaigns.domain.errors import N_, SamklangError


class LostKey(SamklangError):
    """None of the keys opens a stored secret."""

    message = N_("A stored secret cannot be opened. Put the key it was made with back into SAMKLANG_CREDENTIALS_KEYS.")


class Vault:
    """Encrypts with the newest key and opens with any of them, so that keys can be rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def close(self, secret: str) -> str:
        """The secret as it may be stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, stored: str) -> str:
        """The secret in the clear. Raises LostKey."""
        try:
            return self._fernet.decrypt(stored).decode()
        except InvalidToken:
            raise LostKey from None
