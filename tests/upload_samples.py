"""Files as organisations hand them in, and as somebody who means harm would: made here, byte by byte."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
from docx import Document
from mutagen.ogg import OggPage
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = "59.3293"
CANARY = b"kanariefagel"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (60, 40), marked: bool = True) -> bytes:
    """An image in one of the three formats; marked with a camera, a comment and where it was taken."""
    written = io.BytesIO()
    image = Image.new("RGB", size, (20, 90, 160))
    if not marked:
        image.save(written, kind)
        return written.getvalue()
    exif = Image.Exif()
    exif[0x010F] = CANARY.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (59.0, 19.0, 45.0), 3: "E", 4: (18.0, 4.0, 6.0)})
    if kind == "PNG":
        words = PngInfo()
        words.add_text("Author", CANARY.decode())
        image.save(written, kind, exif=exif, pnginfo=words)
    else:
        image.save(written, kind, exif=exif)
    return written.getvalue()


def turned_picture() -> bytes:
    """A JPEG that lies on its side and says so in the part that is taken away."""
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (60, 40)).save(written, "JPEG", exif=exif)
    return written.getvalue()


def moving_picture(kind: str = "PNG") -> bytes:
    """An animation."""
    written = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    frames[0].save(written, kind, save_all=True, append_images=frames[1:])
    return written.getvalue()


def huge_picture() -> bytes:
    """A PNG of a few hundred bytes that says it is 60,000 pixels in each direction."""
    small = bytearray(picture("PNG", marked=False))
    small[16:24] = struct.pack(">II", 60_000, 60_000)
    small[29:33] = struct.pack(">I", zlib.crc32(bytes(small[12:29])))
    return bytes(small)


def pdf(**root: Any) -> bytes:
    """A page with words on it; further entries of its root as they are given. It says who made it."""
    made = pikepdf.new()
    made.add_blank_page(page_size=(200, 200))
    made.pages[0].Contents = made.make_stream(b"BT (Samtalskort) Tj ET")
    made.docinfo["/Author"] = CANARY.decode()
    with made.open_metadata() as words:
        words["dc:creator"] = [CANARY.decode()]
    for name, value in root.items():
        made.Root[f"/{name}"] = made.make_indirect(value)
    return saved(made)


def saved(made: pikepdf.Pdf, **how: Any) -> bytes:
    """The bytes of a PDF."""
    written = io.BytesIO()
    made.save(written, **how)
    return written.getvalue()


def locked_pdf() -> bytes:
    """One that opens with a password only."""
    made = pikepdf.new()
    made.add_blank_page()
    return saved(made, encryption=pikepdf.Encryption(owner="a", user="b"))


def pdf_with_picture() -> bytes:
    """One whose picture says where it was taken."""
    made = pikepdf.new()
    made.add_blank_page()
    image = made.make_stream(picture(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=60, Height=40)
    image.Filter = pikepdf.Name.DCTDecode
    made.pages[0].Contents = made.make_stream(b"/Im0 Do")
    made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    return saved(made, compress_streams=False)


def docx(*, with_picture: bool = False) -> bytes:
    """A Word document as a word processor writes it, with its author's name in it."""
    made, written = Document(), io.BytesIO()
    made.core_properties.author = CANARY.decode()
    made.core_properties.last_modified_by = CANARY.decode()
    made.add_paragraph("Samtalskort: ring 114 14.")
    if with_picture:
        made.add_picture(io.BytesIO(picture()))
    made.save(written)
    return written.getvalue()


def changed_package(raw: bytes, changes: dict[str, bytes], *, replace: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """A package with further or other parts; in the main part `replace[0]` becomes `replace[1]`."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in changes:
                content = before.read(name)
                if name == "word/document.xml" and replace[0]:
                    assert replace[0] in content
                    content = content.replace(*replace)
                after.writestr(name, content)
        for name, content in changes.items():
            after.writestr(name, content)
    return written.getvalue()


def mp3(frames: int = 30) -> bytes:
    """Silence as MPEG-1 layer III, 128 kbit/s, with a tag before and behind it."""
    sound = b"".join(b"\xff\xfb\x90\x64" + bytes(413) for _ in range(frames))
    tag = CANARY + bytes(40 - len(CANARY))
    before = b"ID3\x04\x00\x00\x00\x00\x00" + bytes([len(tag)]) + tag
    return before + sound + b"TAG" + CANARY + bytes(125 - len(CANARY))


def ogg(*, serial: int = 1) -> bytes:
    """A tenth of a second of Opus, with a comment."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48_000, 0, 0)
    comment = b"ARTIST=" + CANARY
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<II", 1, len(comment)) + comment
    written = b""
    for number, (packet, position) in enumerate([(head, 0), (tags, 0), (b"\xf8\xff\xfe" * 20, 4800)]):
        page = OggPage()  # type: ignore[no-untyped-call] # mutagen has no types here
        page.packets, page.serial, page.sequence, page.position = [packet], serial, number, position
        page.first, page.last = number == 0, number == 2
        written += page.write()  # type: ignore[no-untyped-call] # likewise
    return written


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of an MPEG-4 file."""
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def m4a(*, handlers: tuple[bytes, ...] = (b"soun",), brand: bytes = b"M4A ") -> bytes:
    """A recording of a phone, which notes its place; with other handlers it is a film."""
    place = box(b"udta", box(b"\xa9xyz", f"+{PLACE}+18.0686/".encode()), CANARY)
    times = bytes(4) + struct.pack(">II", 3_900_000_000, 3_900_000_001) + bytes(88)
    tracks = b"".join(
        box(b"trak", box(b"tkhd", times), box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12), CANARY + b"\0")))
        for handler in handlers
    )
    return box(b"ftyp", brand, bytes(4)) + box(b"moov", box(b"mvhd", times), tracks, place) + box(b"mdat", b"ljud" * 9)


VTT = (
    "WEBVTT - Samtalskort\n\nNOTE gjord av kanariefagel\n\nSTYLE\n::cue { color: red }\n\n"
    "1\n00:01.000 --> 00:04.500 align:start\n<v Anna>Ring <b>114 14</b>.\n\n00:00:05.000 --> 00:00:06.000\nHej då.\n"
)
SRT = "1\r\n00:00:01,000 --> 00:00:04,500\r\nRing 114 14.\r\n\r\n2\r\n00:00:05,000 --> 00:00:06,000\r\nHej då.\r\n"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
