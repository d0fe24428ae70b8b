"""Which format a file has, by its first bytes, and a sentence for those that are not taken."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from campaigns.domain.errors import N_, BadInput, Fault


class Format(StrEnum):
    """What is taken. The value is how a file of it is named."""

    PDF = "pdf"
    DOCX = "docx"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    MP3 = "mp3"
    OGG = "ogg"
    M4A = "m4a"
    VTT = "vtt"
    SRT = "srt"


@dataclass(frozen=True, kw_only=True)
class Clean:
    """A file as it may be published. `width` and `height` are pixels of an image, 0 for everything else."""

    format: Format
    media_type: str
    content: bytes
    width: int = 0
    height: int = 0


SVG = N_(
    "SVG images are not taken, since they can hold programs. Export the image as PNG and choose that file instead."
)
WEB_PAGE = N_("This is a web page, whatever its name says. Choose an image, a document, a recording or subtitles.")
GIF = N_("GIF images are not taken. Save the image as PNG, without movement, and choose that file instead.")
HEIC = N_("Images in HEIC or AVIF are not taken, since many cannot see them. Save it as JPEG and choose that file.")
OLD_OFFICE = N_(
    "This is a document in an old format of Word, or one with a password. Save it as .docx without a password."
)
WAVE = N_("Recordings in WAV are too large to fetch on a phone. Save it as MP3 and choose that file instead.")
UNKNOWN = N_(
    "What the file holds is none of the kinds that are taken, whatever its name says: PDF and Word (.docx), "
    "PNG, JPEG and WebP, MP3, Ogg and M4A, WebVTT and SRT."
)
DAMAGED = N_("The file is damaged or was cut off. Save it once more, and choose it again.")

_SRT = re.compile(rb"\s*\d+\r?\n\d{1,2}:\d{2}:\d{2}[,.]\d{3} *-->")
_MARKUP = re.compile(rb"\s*<(?:\?xml|!doctype|!--|html|svg|head|body|script)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis"})


def _is_mp3(raw: bytes) -> bool:
    """An ID3 tag, or a frame's sync with a layer III header."""
    return raw[:3] == b"ID3" or (len(raw) > 1 and raw[0] == 0xFF and raw[1] & 0xE6 == 0xE2)


def _is_boxed(raw: bytes) -> bool:
    return raw[4:8] == b"ftyp"


BEGINS: tuple[tuple[Callable[[bytes], bool], Format | str], ...] = (
    (lambda raw: raw.startswith(b"%PDF-"), Format.PDF),
    (lambda raw: raw.startswith(b"PK\x03\x04"), Format.DOCX),
    (lambda raw: raw.startswith(b"\x89PNG\r\n\x1a\n"), Format.PNG),
    (lambda raw: raw.startswith(b"\xff\xd8\xff"), Format.JPEG),
    (lambda raw: raw[:4] == b"RIFF" and raw[8:12] == b"WEBP", Format.WEBP),
    (lambda raw: raw[:4] == b"RIFF" and raw[8:12] == b"WAVE", WAVE),
    (lambda raw: raw.startswith(b"OggS"), Format.OGG),
    (lambda raw: _is_boxed(raw) and raw[8:12] in _IMAGE_BRANDS, HEIC),
    (_is_boxed, Format.M4A),
    (_is_mp3, Format.MP3),
    (lambda raw: raw.startswith((b"GIF87a", b"GIF89a")), GIF),
    (lambda raw: raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), OLD_OFFICE),
    (lambda raw: raw.removeprefix(_BOM).startswith(b"WEBVTT"), Format.VTT),
    (lambda raw: _SRT.match(raw.removeprefix(_BOM)) is not None, Format.SRT),
    (lambda raw: _MARKUP.match(raw.removeprefix(_BOM)) is not None and b"<svg" in raw[:4096].lower(), SVG),
    (lambda raw: _MARKUP.match(raw.removeprefix(_BOM)) is not None, WEB_PAGE),
)


def recognised(raw: bytes) -> Format:
    """The format of a file. Raises BadInput with what to do instead where it is not taken."""
    found = next((format_ for begins, format_ in BEGINS if begins(raw)), UNKNOWN)
    if not isinstance(found, Format):
        refuse(found)
    return found


def refuse(message: str, **facts: object) -> NoReturn:
    """Say what is wrong with the file, beside the field it was chosen in."""
    raise BadInput([Fault(message=message, field="file", facts=facts)])
