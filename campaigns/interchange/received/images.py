"""Images: decoded under bounds and encoded anew, so that neither place, camera nor anything hidden is left."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from campaigns.domain.errors import N_
from campaigns.interchange.received.formats import DAMAGED, Clean, Format, refuse

MOST_PIXELS = 40_000_000
"""What the best phones take; decoded it is 120 MB for a moment."""
LONGEST_SIDE = 4_000
SMALLEST_SIDE = 16
JPEG_QUALITY, WEBP_QUALITY = 88, 85

TOO_MANY_PIXELS = N_("The image has {width} × {height} pixels, which is more than is taken. Save it in a smaller size.")
TOO_SMALL = N_("The image has only {width} × {height} pixels. Choose a larger one.")
MOVES = N_("The image moves. Choose one that stands still: movement disturbs those who read beside it.")

_NAMES = {Format.PNG: "PNG", Format.JPEG: "JPEG", Format.WEBP: "WEBP"}
_TYPES = {Format.PNG: "image/png", Format.JPEG: "image/jpeg", Format.WEBP: "image/webp"}


def clean_image(raw: bytes, wanted: Format) -> Clean:
    """The picture itself in the same format, upright, at most 4,000 pixels in length. Raises BadInput."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what is refused or dropped here
            return _clean(raw, wanted)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError):
        refuse(DAMAGED)
    except Image.DecompressionBombError:
        refuse(TOO_MANY_PIXELS, width="?", height="?")


def _clean(raw: bytes, wanted: Format) -> Clean:
    with Image.open(io.BytesIO(raw), formats=[_NAMES[wanted]]) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            refuse(TOO_MANY_PIXELS, width=width, height=height)
        if min(width, height) < SMALLEST_SIDE:
            refuse(TOO_SMALL, width=width, height=height)
        if getattr(opened, "n_frames", 1) > 1:
            refuse(MOVES)
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    picture = _plain(upright, wanted)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    return Clean(
        format=wanted,
        media_type=_TYPES[wanted],
        content=_encoded(picture, wanted),
        width=picture.width,
        height=picture.height,
    )


def _plain(picture: Image.Image, wanted: Format) -> Image.Image:
    """Only the colours, on a new canvas: whatever else was known of the picture stays behind."""
    clear = picture.has_transparency_data and wanted is not Format.JPEG
    coloured = picture.convert("RGBA" if clear else "RGB")
    bare = Image.new(coloured.mode, coloured.size)
    bare.paste(coloured)
    return bare


def _encoded(picture: Image.Image, wanted: Format) -> bytes:
    written = io.BytesIO()
    match wanted:
        case Format.JPEG:
            picture.save(written, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        case Format.WEBP:
            picture.save(written, "WEBP", quality=WEBP_QUALITY, method=4)
        case _:
            picture.save(written, "PNG", optimize=True)
    return written.getvalue()
