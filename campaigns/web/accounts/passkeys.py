"""Passkeys (WebAuthn), always with user verification: so one is both factors. A challenge is good for one answer."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import urlsplit

from flask import session
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from campaigns.web.accounts.security import ISSUER
from campaigns.web.site import now, site
from campaigns.web.workplace.parts import place
from campaigns.work.accounts.account import Account
from campaigns.work.accounts.passkeys import (
    KeptPasskey,
    NewPasskey,
    find_passkey,
    passkey_handle,
    passkeys_of,
    use_passkey,
)

KEY = "passkey_challenge"
ANSWER_WITHIN = timedelta(minutes=5)


def possible() -> bool:
    """Whether browsers make passkeys here: only for a name over https, or for localhost."""
    host = _host()
    with suppress(ValueError):
        ip_address(host)
        return False
    return site().is_https or host == "localhost"


def _host() -> str:
    return urlsplit(site().base_url).hostname or ""


def _origin() -> str:
    parts = urlsplit(site().base_url)
    return f"{parts.scheme}://{parts.netloc}"


def to_prove(member_id: str | None = None) -> str:
    """What a browser needs to prove a passkey, as JSON: any it has for us, or one of a member's."""
    options = generate_authentication_options(
        rp_id=_host(),
        allow_credentials=_descriptors(member_id) if member_id else None,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    _challenge(options.challenge)
    return options_to_json(options)


def to_make(account: Account) -> str:
    """What a browser needs to make a passkey for an account, as JSON."""
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=ISSUER,
        user_id=passkey_handle(place(), member_id=account.id).encode(),
        user_name=account.email,
        user_display_name=account.name or account.email,
        exclude_credentials=_descriptors(account.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    _challenge(options.challenge)
    return options_to_json(options)


def _descriptors(member_id: str) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=kept.credential_id, transports=_transports(kept.transports))
        for kept in passkeys_of(place(), member_id)
    ]


def _transports(names: Sequence[str]) -> list[AuthenticatorTransport]:
    known = {transport.value for transport in AuthenticatorTransport}
    return [AuthenticatorTransport(name) for name in names if name in known]


def _challenge(value: bytes) -> None:
    session[KEY] = {"value": urlsafe_b64encode(value).decode(), "at": now().isoformat()}


def _challenged() -> bytes | None:
    """The challenge that was given, taken away by asking for it."""
    given = cast("dict[str, str] | None", session.pop(KEY, None))
    if given is None or now() - datetime.fromisoformat(given["at"]) > ANSWER_WITHIN:
        return None
    return urlsafe_b64decode(given["value"])


def proved(answer: str, *, member_id: str | None = None) -> KeptPasskey | None:
    """The passkey that a browser's answer proves, and nobody else's than the member's, if one is given."""
    challenge, credential = _challenged(), _credential(answer)
    kept = find_passkey(place(), _id_of(credential))
    if challenge is None or kept is None or (member_id is not None and kept.member_id != member_id):
        return None
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=kept.public_key,
            credential_current_sign_count=kept.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    use_passkey(place(), member_id=kept.member_id, passkey_id=kept.id, sign_count=found.new_sign_count, now=now())
    return kept


def made(answer: str) -> NewPasskey | None:
    """The passkey that a browser has made for us, or None."""
    challenge, credential = _challenged(), _credential(answer)
    if challenge is None:
        return None
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return NewPasskey(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        transports=_told_transports(credential),
        device_type=found.credential_device_type.value,
        backed_up=found.credential_backed_up,
    )


def _credential(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _id_of(credential: dict[str, Any]) -> bytes:
    with suppress(ValueError, TypeError):
        return base64url_to_bytes(credential.get("rawId", ""))
    return b""


def _told_transports(credential: dict[str, Any]) -> list[str]:
    response = credential.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [transport.value for transport in _transports(told)] if isinstance(told, list) else []
