"""A logo as it is printed: any picture that is taken as own material, upright on white, small, and as PNG.

Paper is white, so what is see-through is laid on white here, where one sees it before anything is printed.
"""

import io

from PIL import Image, ImageChops

from campaigns.domain.errors import N_
from campaigns.interchange.received.formats import Clean, Format, recognised, refuse
from campaigns.interchange.received.images import clean_image

LARGEST_LOGO = 5_000_000
"""Bytes of a file as it is handed in."""
PRINTED_WITHIN = (1_200, 400)
"""Pixels; on the largest poster that is still 400 to an inch."""
LEAST_LONGEST_SIDE = 160
WIDEST, TALLEST = 8, 2
"""How many times as wide as high, and as high as wide, a logo may be."""
PALE = 24
"""By how much, of 255, the darkest spot must differ from white for anybody to see it on paper."""

NO_FILE = N_("Choose a picture of the logo. This file is empty, or none was chosen.")
TOO_HEAVY = N_("The file is larger than {most} MB. Save the logo in a smaller size; 1,200 pixels in width are enough.")
NO_PICTURE = N_("A logo is a picture in PNG, JPEG or WebP, and this file holds something else.")
TOO_SMALL = N_("The logo has only {width} × {height} pixels and would be blurred in print. Choose a larger picture.")
TOO_WIDE = N_(
    "The logo is more than {most} times as wide as it is high, so that nobody could read it in print. Choose a more "
    "compact version, or cut off empty margins."
)
TOO_TALL = N_(
    "The logo is more than {most} times as high as it is wide, so that nobody could read it in print. Choose a wider "
    "version, or cut off empty margins."
)
NOTHING_TO_SEE = N_(
    "On white paper nothing of the logo can be seen. Choose the version that is made for a light background."
)


def clean_logo(raw: bytes) -> Clean:
    """The logo, always a PNG on white of at most 1,200 × 400 pixels; the same file gives the same bytes.

    Raises BadInput, with a fault at `file`, for whatever may not be printed.
    """
    if not raw:
        refuse(NO_FILE)
    if len(raw) > LARGEST_LOGO:
        refuse(TOO_HEAVY, most=LARGEST_LOGO // 1_000_000)
    found = recognised(raw)
    if found not in {Format.PNG, Format.JPEG, Format.WEBP}:
        refuse(NO_PICTURE)
    harmless = clean_image(raw, found)
    with Image.open(io.BytesIO(harmless.content)) as opened:
        picture = _cut(_on_white(opened))
    _must_be_readable(picture)
    picture.thumbnail(PRINTED_WITHIN, Image.Resampling.LANCZOS)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return Clean(
        format=Format.PNG,
        media_type="image/png",
        content=written.getvalue(),
        width=picture.width,
        height=picture.height,
    )


def _on_white(picture: Image.Image) -> Image.Image:
    clear = picture.convert("RGBA")
    paper = Image.new("RGB", clear.size, "white")
    paper.paste(clear, mask=clear.getchannel("A"))
    return paper


def _cut(picture: Image.Image) -> Image.Image:
    """Without empty margins, so that every logo is as large as its box allows."""
    ink = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).convert("L")
    box = ink.point(lambda level: 255 if level >= PALE else 0).getbbox()
    if box is None:
        refuse(NOTHING_TO_SEE)
    return picture.crop(box)


def _must_be_readable(picture: Image.Image) -> None:
    width, height = picture.size
    if width > WIDEST * height:
        refuse(TOO_WIDE, most=WIDEST)
    if height > TALLEST * width:
        refuse(TOO_TALL, most=TALLEST)
    if max(width, height) < LEAST_LONGEST_SIDE:
        refuse(TOO_SMALL, width=width, height=height)
