"""Signing checkpoints of the audit trail with Ed25519, and telling whose signature is a good one.

A checkpoint holds the public key it was signed with, but that alone proves nothing: anyone can make a key. A signature
counts if the key is one of ours, or one that whoever verifies was given by other means.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from campaigns.domain.checkpoints import Checkpoint, End, Verdict
from campaigns.domain.errors import N_, SamklangError
from campaigns.settings import PUBLIC


class NotAKey(SamklangError):
    """A public key that was given to verify with is none."""

    message = N_("{key} is not a public key. It begins with ed25519: and is shown by: audit key")


def new_key() -> str:
    """A new secret key, as it is kept."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def public_half(key: str) -> str:
    """The public key of a secret one, or of a public one, as we write it."""
    public = _public(key) if key.startswith(PUBLIC) else _secret(key).public_key()
    return PUBLIC + urlsafe_b64encode(public.public_bytes_raw()).decode()


def _secret(key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(key))


def sign(key: str, *, service: str, end: End, made_at: datetime) -> Checkpoint:
    """A checkpoint that a secret key vouches for."""
    unsigned = Checkpoint(service=service, end=end, made_at=made_at, public_key=public_half(key))
    return replace(unsigned, signature=urlsafe_b64encode(_secret(key).sign(unsigned.signed)).decode())


def judge(checkpoint: Checkpoint, known: Sequence[str]) -> Verdict | None:
    """What is wrong with the signature of a checkpoint; None if one of the known keys, secret or public, made it."""
    try:
        _public(checkpoint.public_key).verify(urlsafe_b64decode(checkpoint.signature), checkpoint.signed)
    except (ValueError, NotAKey, InvalidSignature):
        return Verdict.BAD_SIGNATURE
    return None if checkpoint.public_key in map(public_half, known) else Verdict.UNKNOWN_KEY


def public_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """Public keys that somebody was given. Raises NotAKey for one that is none."""
    return tuple(PUBLIC + urlsafe_b64encode(_public(key).public_bytes_raw()).decode() for key in keys)


def _public(key: str) -> Ed25519PublicKey:
    try:
        if key.startswith(PUBLIC):
            return Ed25519PublicKey.from_public_bytes(urlsafe_b64decode(key.removeprefix(PUBLIC)))
    except ValueError:
        raise NotAKey(key=key) from None
    raise NotAKey(key=key)
