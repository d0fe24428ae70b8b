"""Recordings: only the sound is copied. Names, places, pictures and whatever hangs before or behind stay behind."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from mutagen import MutagenError
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from campaigns.domain.errors import N_
from campaigns.interchange.received.formats import DAMAGED, Clean, Format, refuse

NO_SOUND = N_("There is no sound in the file that can be played. Save it as MP3 and choose that file.")
ONLY_SOUND = N_("The file holds film or pictures beside the sound. Save the sound alone, as MP3, and choose that file.")
NOT_OGG = N_("Of Ogg only Vorbis and Opus are taken. Save it as MP3 and choose that file.")

FEWEST_FRAMES = 4  # about a tenth of a second

_BITRATES = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""kbit/s of MPEG-1 and MPEG-2 layer III by index. Source: ISO/IEC 11172-3 and 13818-3."""
_RATES = {0b11: (44_100, 48_000, 32_000), 0b10: (22_050, 24_000, 16_000), 0b00: (11_025, 12_000, 8_000)}
_LAYER_III = 0b01


def clean_mp3(raw: bytes) -> Clean:
    """The frames of sound, one after the other, and no other byte. Raises BadInput where there are none."""
    frames = list(_frames(raw))
    if len(frames) < FEWEST_FRAMES:
        refuse(NO_SOUND)
    return Clean(format=Format.MP3, media_type="audio/mpeg", content=b"".join(frames))


def _frames(raw: bytes) -> Iterator[bytes]:
    """Frames that another frame, or the end, follows: a sync word inside a picture's bytes is none."""
    at = _after_tag(raw)
    while 0 <= (at := raw.find(b"\xff", at)) < len(raw) - 4:
        length = _frame_length(raw, at)
        follows = at + length
        if length and follows <= len(raw) and _may_follow(raw, follows):
            yield raw[at:follows]
            at = follows
        else:
            at += 1


def _after_tag(raw: bytes) -> int:
    """Where an ID3v2 tag ends; its length is written in seven bits a byte."""
    if raw[:3] != b"ID3" or len(raw) < 10:
        return 0
    size = 0
    for part in raw[6:10]:
        size = size << 7 | part & 0x7F
    return 10 + size


def _may_follow(raw: bytes, at: int) -> bool:
    """Whether another frame, a tag or the end stands here."""
    is_over = at >= len(raw) - 4 or raw[at : at + 3] == b"TAG" or raw[at : at + 8] == b"APETAGEX"
    return is_over or _frame_length(raw, at) > 0


def _frame_length(raw: bytes, at: int) -> int:
    """The bytes of the layer III frame that begins here, or 0 where none does."""
    if at + 4 > len(raw):
        return 0
    header = int.from_bytes(raw[at : at + 4], "big")
    version, layer = header >> 19 & 0b11, header >> 17 & 0b11
    bitrate, rate, padding = header >> 12 & 0xF, header >> 10 & 0b11, header >> 9 & 1
    if header >> 21 != 0x7FF or layer != _LAYER_III or version not in _RATES or rate == 0b11 or bitrate in {0, 0xF}:
        return 0
    is_first = version == 0b11
    per_second = _BITRATES[1 if is_first else 2][bitrate] * 1000
    return (144 if is_first else 72) * per_second // _RATES[version][rate] + padding


def clean_ogg(raw: bytes) -> Clean:
    """Vorbis or Opus without comments. Raises BadInput for Ogg that holds anything else, such as film."""
    if raw[28:35] == b"\x01vorbis":
        kind: type[OggVorbis | OggOpus] = OggVorbis
    elif raw[28:36] == b"OpusHead":
        kind = OggOpus
    else:
        refuse(NOT_OGG)
    written = io.BytesIO(b"".join(_pages(raw)))
    try:
        sound = kind(written)
        written.seek(0)
        sound.delete(written)
    except (MutagenError, EOFError, ValueError, IndexError, struct.error):
        refuse(DAMAGED)
    return Clean(format=Format.OGG, media_type="audio/ogg", content=written.getvalue())


def _pages(raw: bytes) -> Iterator[bytes]:
    """The pages of the one stream of sound. Source: RFC 3533."""
    at, stream = 0, raw[14:18]
    while raw[at : at + 4] == b"OggS" and at + 27 <= len(raw):
        segments = raw[26 + at]
        length = 27 + segments + sum(raw[at + 27 : at + 27 + segments])
        page = raw[at : at + length]
        if page[14:18] != stream:
            refuse(ONLY_SOUND)
        yield page
        at += length


@dataclass(frozen=True)
class _Box:
    """A box of an MPEG-4 file: where it begins, where its content begins, and where it ends."""

    kind: bytes
    start: int
    inside: int
    end: int


_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_KEPT = frozenset(
    {
        *(b"ftyp", b"mdat", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvhd", b"tkhd", b"mdhd", b"hdlr", b"smhd"),
        *(b"dinf", b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"edts", b"sgpd", b"sbgp"),
    }
)
_BRANDS = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash"})
_TIMES = frozenset({b"mvhd", b"tkhd", b"mdhd"})


def clean_m4a(raw: bytes) -> Clean:
    """The same boxes at the same places, with zeros where names, places and times stood. Raises BadInput.

    The table of a recording holds the places of its sound in the file, so nothing is moved: a box that is not needed
    becomes free space.
    """
    if raw[8:12] not in _BRANDS:
        refuse(NO_SOUND)
    written = bytearray(raw)
    end = 0
    handlers: list[bytes] = []
    for box in _boxes(raw, 0, len(raw), depth=0):
        if box.kind not in _KEPT:
            written[box.start + 4 : box.start + 8] = b"free"
            written[box.inside : box.end] = bytes(box.end - box.inside)
        elif box.kind == b"hdlr":
            handlers.append(raw[box.inside + 8 : box.inside + 12])
            written[box.inside + 24 : box.end] = bytes(box.end - box.inside - 24)
        elif box.kind in _TIMES:
            _forget_times(written, box)
        end = max(end, box.end)
    if b"soun" not in handlers:
        refuse(NO_SOUND)
    if set(handlers) != {b"soun"}:
        refuse(ONLY_SOUND)
    return Clean(format=Format.M4A, media_type="audio/mp4", content=bytes(written[:end]))


def _boxes(raw: bytes, start: int, end: int, *, depth: int) -> Iterator[_Box]:
    """Every box, and those in boxes that are only shelves. What is no box ends the file. Source: ISO/IEC 14496-12."""
    while start + 8 <= end:
        size, kind = struct.unpack(">I4s", raw[start : start + 8])
        inside = start + 8
        if size == 1 and start + 16 <= end:
            (size,), inside = struct.unpack(">Q", raw[start + 8 : start + 16]), start + 16
        elif size == 0:
            size = end - start
        if size < inside - start or start + size > end:
            if depth:
                refuse(DAMAGED)
            return
        yield _Box(kind, start, inside, start + size)
        if kind in _CONTAINERS and depth < 6:
            yield from _boxes(raw, inside, start + size, depth=depth + 1)
        start += size


def _forget_times(written: bytearray, box: _Box) -> None:
    """When it was recorded and changed: two numbers of four bytes, or of eight in version 1."""
    width = 16 if written[box.inside] == 1 else 8
    first = box.inside + 4
    if first + width > box.end:
        refuse(DAMAGED)
    written[first : first + width] = bytes(width)
