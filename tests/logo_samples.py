"""Logos as organisations have them, and as somebody who means harm would: drawn here."""

import io
from functools import cache

from PIL import Image, ImageDraw

TEAL, ORANGE = (10, 90, 102), (194, 80, 15)


def logo(
    size: tuple[int, int] = (600, 200),
    *,
    kind: str = "PNG",
    clear: bool = False,
    colour: tuple[int, int, int] = TEAL,
    margin: int = 0,
) -> bytes:
    """A plate with a circle on it; `clear` on nothing, `margin` pixels of nothing around it."""
    paper = (0, 0, 0, 0) if clear else (255, 255, 255, 255)
    width, height = size
    drawn = Image.new("RGBA", (width + 2 * margin, height + 2 * margin), paper)
    pen = ImageDraw.Draw(drawn)
    pen.rectangle((margin, margin, margin + width - 1, margin + height - 1), fill=colour)
    radius = min(size) // 3
    middle = (margin + width // 2, margin + height // 2)
    pen.ellipse((middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius), fill=ORANGE)
    written = io.BytesIO()
    (drawn if kind != "JPEG" else drawn.convert("RGB")).save(written, kind)
    return written.getvalue()


@cache
def plain_logo() -> bytes:
    """One that is taken."""
    return logo()
