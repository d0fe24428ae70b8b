"""The kinds of material, in which formats each is made, and what its file is called."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Format = Literal["pdf", "html", "docx", "png", "txt", "csv"]

MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "zip": "application/zip",
    "json": "application/json",
}


class Kind(StrEnum):
    """What one can download. The value is the Swedish word in file names."""

    CARD = "samtalskort"  # conversation card, one A4
    FOLDER = "folder"  # Swedish and the language side by side
    GUIDE = "cirkelledare"  # circle leader's guide, three meetings
    POSTER = "affisch"
    SOCIAL = "bild"  # social cards
    SMS = "sms"
    SCRIPT = "upplasning"  # to read aloud
    GLOSSARY = "ordlista"
    KIT = "oversattning"  # translator's kit


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One file of a kind: its format and, where a kind has several of a format, which."""

    kind: Kind
    format: Format
    which: str = ""


PIECES: tuple[Piece, ...] = (
    Piece(kind=Kind.CARD, format="pdf"),
    Piece(kind=Kind.CARD, format="html"),
    Piece(kind=Kind.CARD, format="docx"),
    Piece(kind=Kind.FOLDER, format="pdf"),
    Piece(kind=Kind.GUIDE, format="pdf"),
    Piece(kind=Kind.GUIDE, format="docx"),
    Piece(kind=Kind.POSTER, format="pdf", which="a3"),
    Piece(kind=Kind.POSTER, format="pdf", which="a4"),
    Piece(kind=Kind.SOCIAL, format="png", which="1200x630"),
    Piece(kind=Kind.SOCIAL, format="png", which="1080x1080"),
    Piece(kind=Kind.SOCIAL, format="txt", which="alternativtext"),
    Piece(kind=Kind.SMS, format="txt"),
    Piece(kind=Kind.SCRIPT, format="txt"),
    Piece(kind=Kind.GLOSSARY, format="pdf"),
    Piece(kind=Kind.GLOSSARY, format="csv"),
    Piece(kind=Kind.KIT, format="docx"),
)


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that was made. Its name is ASCII."""

    name: str
    kind: Kind
    media_type: str
    content: bytes


def file_name(*, slug: str, version: int, language: str, piece: Piece) -> str:
    """`gangsnacket_v3_ar_samtalskort.pdf`, `gangsnacket_v3_ar_affisch_a3.pdf`."""
    parts = [stem(slug=slug, version=version), language, piece.kind.value, piece.which]
    return "_".join(part for part in parts if part) + f".{piece.format}"


def stem(*, slug: str, version: int) -> str:
    """What every file name of a campaign's version begins with: `gangsnacket_v3`."""
    return f"{ascii_name(slug)}_v{version}"


def ascii_name(text: str) -> str:
    """Letters without their marks, digits and hyphens; nothing that a path, a shell or an old archive minds."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60] or "kampanj"
