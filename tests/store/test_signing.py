"""Signatures on checkpoints: made with a secret key, verified with the public one alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.domain.checkpoints import Checkpoint, End, Verdict, read_checkpoint
from campaigns.store.signing import NotAKey, judge, new_key, public_half, public_keys, sign

NOW = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
KEY, OTHER = new_key(), new_key()


def signed(key: str = KEY) -> Checkpoint:
    """A checkpoint of some trail, as it is read again."""
    end = End(number=7, hash="a" * 64, count=7)
    return read_checkpoint(sign(key, service="https://samklang.example.se", end=end, made_at=NOW).as_text())


def test_the_public_key_alone_verifies() -> None:
    """So it can be done on another machine; and the secret key is nowhere in the file."""
    assert judge(signed(), [public_half(KEY)]) is None
    assert KEY not in signed().as_text()


@pytest.mark.parametrize(
    "changed",
    [
        {"service": "https://other.example.se"},
        {"end": End(number=8, hash="a" * 64, count=7)},
        {"end": End(number=7, hash="b" * 64, count=7)},
        {"end": End(number=7, hash="a" * 64, count=6)},
        {"made_at": NOW + timedelta(microseconds=1)},
        {"public_key": public_half(OTHER)},
        {"public_key": "ed25519:"},
        {"public_key": "å"},
        {"signature": ""},
        {"signature": "å"},
        {"signature": "A" * 86 + "=="},
    ],
)
def test_whatever_is_altered_makes_the_signature_bad(changed: dict[str, Any]) -> None:
    """Each thing that it says is under the signature."""
    assert judge(replace(signed(), **changed), [KEY, OTHER]) is Verdict.BAD_SIGNATURE


def test_a_good_signature_of_somebody_else_does_not_count() -> None:
    """The file brings a public key, but anyone can make one."""
    assert judge(signed(OTHER), [public_half(KEY)]) is Verdict.UNKNOWN_KEY
    assert judge(signed(OTHER), []) is Verdict.UNKNOWN_KEY


def test_after_a_rotation_the_checkpoints_of_the_old_key_still_count() -> None:
    """A checkpoint names its key, and several are known: the new secret one, and the old one as either half."""
    for old in (KEY, public_half(KEY)):
        assert judge(signed(KEY), [OTHER, old]) is None
        assert judge(signed(OTHER), [OTHER, old]) is None
    assert signed(KEY).key != signed(OTHER).key


@pytest.mark.parametrize(
    "wrong", ["", "ed25519:", "ed25519:AAAA", "ed25519:å", pytest.param(KEY, id="a secret key"), "rsa:" + "A" * 44]
)
def test_what_is_no_public_key_is_said_so(wrong: str) -> None:
    """A secret key too: nobody should have to give one to verify."""
    with pytest.raises(NotAKey):
        public_keys([public_half(OTHER), wrong])
