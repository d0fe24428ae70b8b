"""How long the parts of a text are against what fits, counted as the checks count."""

import unicodedata
from dataclasses import dataclass

from campaigns.domain.text_signs import beyond_gsm, sms_length
from campaigns.domain.texts import LENGTHS, Variant

# One message holds 160 septets or 70 UCS-2 units; linked ones a little less each. Source: GSM 03.40.
_SINGLE, _LINKED = (160, 70), (153, 67)


@dataclass(frozen=True)
class Count:
    """`length` of at most `limit` characters; `parts` is how many messages an SMS becomes, 0 for all other parts."""

    length: int
    limit: int
    parts: int = 0

    @property
    def fits(self) -> bool:
        return self.length <= self.limit


def count_of(variant: Variant, text: str) -> Count:
    """How long a part of a text is. An SMS is counted as it goes on the wire."""
    written = unicodedata.normalize("NFC", text)
    if variant is not Variant.SMS:
        return Count(len(written), LENGTHS[variant])
    wide = beyond_gsm(written) is not None
    length = sms_length(written)
    parts = 1 if 0 < length <= _SINGLE[wide] else -(-length // _LINKED[wide])
    return Count(length, 2 * _LINKED[wide], parts)
