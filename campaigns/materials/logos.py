"""An organisation's logo on a sheet: a picture on white, and how large it is printed."""

from base64 import b64encode
from dataclasses import dataclass

WIDEST_MM, HIGHEST_MM = 52.0, 16.0
"""The box on A4 that every logo is fitted into, so that a large one does not shout beside a small one."""


@dataclass(frozen=True, kw_only=True)
class Logo:
    """A PNG without transparency, its size in pixels, and in Swedish what it shows."""

    png: bytes
    alternative: str
    width: int
    height: int

    @property
    def printed(self) -> tuple[float, float]:
        """Width and height on A4, in millimetres: as large as the box allows, in its own proportions."""
        scale = min(WIDEST_MM / self.width, HIGHEST_MM / self.height)
        return round(self.width * scale, 2), round(self.height * scale, 2)

    @property
    def data_uri(self) -> str:
        """The picture as an address of its own, for a page that needs nothing beside it."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"

    @property
    def svg(self) -> str:
        """The picture in a frame of text, for the press takes its data as text."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}">'
            f'<image width="{self.width}" height="{self.height}" href="{self.data_uri}"/></svg>'
        )
