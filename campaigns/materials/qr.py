"""A QR code as SVG: one path, black on nothing, four modules of quiet around it."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import qrcode

_QUIET = 4


@lru_cache(maxsize=64)
def qr_svg(address: str) -> str:
    """The code for an address; a damaged or stained print still reads (a quarter may be lost)."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=_QUIET)
    code.add_data(address)
    code.make()
    modules = code.get_matrix()
    path = "".join(_bars(modules))
    side = len(modules)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path d="{path}"/></svg>'
    )


def _bars(modules: list[list[bool]]) -> Iterator[str]:
    for y, row in enumerate(modules):
        x = 0
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                yield f"M{x} {y}h{width}v1h-{width}z"
            x += width
