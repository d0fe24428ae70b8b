"""Pictures inside documents: place, camera and comments are cut out, and the picture itself is not touched."""

import struct
from collections.abc import Iterator

_JPEG_STARTS, _PNG_STARTS = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_SCAN, _COMMENT, _ADOBE = 0xDA, 0xFE, 0xEE
_APPLICATIONS = range(0xE1, 0xF0)  # APP1 to APP15; APP0 is the picture's own head
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)


def without_marks(picture: bytes) -> bytes:
    """A JPEG or PNG without what its camera or program wrote beside the picture; anything else as it is."""
    if picture.startswith(_JPEG_STARTS):
        return _JPEG_STARTS + b"".join(_segments(picture))
    if picture.startswith(_PNG_STARTS):
        return _PNG_STARTS + b"".join(_chunks(picture))
    return picture


def _segments(picture: bytes) -> Iterator[bytes]:
    """The segments up to the picture's own data that say how to decode it, then all of that data."""
    at = len(_JPEG_STARTS)
    while at + 4 <= len(picture) and picture[at] == 0xFF:
        marker, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
        if marker == _SCAN or length < 2:
            break
        if marker == _ADOBE or (marker not in _APPLICATIONS and marker != _COMMENT):
            yield picture[at : at + 2 + length]
        at += 2 + length
    yield picture[at:]


def _chunks(picture: bytes) -> Iterator[bytes]:
    at = len(_PNG_STARTS)
    while at + 12 <= len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        if name in _PNG_KEPT:
            yield picture[at : at + 12 + length]
        at += 12 + length
