"""Whether a page shows a text: compared as a reader reads it, sign by sign, without what sites dress texts in.

Sites turn quotation marks, set dashes and ellipses, put pictures in the place of emoji, and add paragraphs, menus and
buttons. Letters and digits they leave alone, so these are compared, in their order.
"""

import re
import unicodedata
from html import unescape

_UNSEEN = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_TIMES = re.compile(r"(?<=\d)[x\u00d7](?=\d)")
"""WordPress makes a sign of multiplication of the x in 3x4."""


def shows(shown: str | None, sent: str) -> bool:
    """Whether what is shown, if anything, holds all that was sent, in one piece. Both are HTML."""
    return shown is not None and _read(sent) in _read(shown)


def _read(html: str) -> str:
    """The letters, marks and digits that a reader sees."""
    text = unicodedata.normalize("NFKC", unescape(_UNSEEN.sub("", html)))
    return "".join(sign for sign in _TIMES.sub("", text) if unicodedata.category(sign)[0] in "LMN")
