"""The bytes of own material: kept once each by their hash, read in parts, dropped when nobody needs them."""

import hashlib
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from campaigns.store.tables import Upload, UploadBody


def sha256_of(content: bytes) -> str:
    """The hash in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def keep_body(session: Session, content: bytes, *, now: datetime) -> str:
    """Store bytes unless they are there already; gives their hash."""
    sha256 = sha256_of(content)
    known = session.exec(select(UploadBody.sha256).where(col(UploadBody.sha256) == sha256)).first()
    if known is None:
        session.add(UploadBody(sha256=sha256, content=content, created_at=now))
        session.flush()
    return sha256


def drop_body(session: Session, sha256: str | None) -> None:
    """Delete bytes that no material is made of any more."""
    if sha256 is None:
        return
    if session.exec(select(Upload.id).where(col(Upload.sha256) == sha256)).first() is None:
        session.exec(delete(UploadBody).where(col(UploadBody.sha256) == sha256))


def part_of_body(session: Session, sha256: str, *, start: int, stop: int) -> bytes:
    """The bytes from `start` up to `stop`; no others leave the database."""
    part = func.substr(UploadBody.content, start + 1, stop - start)
    found = session.exec(select(part).where(col(UploadBody.sha256) == sha256)).first()
    return bytes(found or b"")
