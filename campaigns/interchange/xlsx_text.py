"""Texts in spreadsheet cells: a sign may be written as `_x000D_`, so what looks like that must be told apart.

Source: ECMA-376, part 1, section 22.9.2.19 (ST_Xstring).
"""

import re

LONGEST_CELL = 32_767  # UTF-16 units

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def escaped(text: str) -> str:
    """The text as a cell holds it."""
    return _LOOKS_ESCAPED.sub("_x005F_", text)


def unescaped(cell: str) -> str:
    """The text that a cell holds."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), cell)


def units_of(text: str) -> int:
    """How long a text is as spreadsheet programs count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
