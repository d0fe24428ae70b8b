"""Signs that must not stand in a text: hidden direction, control characters, left placeholders, personal numbers."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from itertools import cycle

from campaigns.domain.errors import N_, Fault, Severity
from campaigns.domain.text_digits import fold_digits

BIDI_OVERRIDE = N_(
    "A hidden character ({character}) at position {position} changes the direction of the text; there are {count}. "
    "Remove it. To keep a number together, use an isolate (U+2066 to U+2069)."
)
CONTROL_CHARACTER = N_(
    "A control character ({character}) at position {position} does not belong in a text; there are {count}. Remove it."
)
PLACEHOLDER_LEFT = N_("The placeholder {placeholder} is still in the text. Write what should stand there.")
PERSONAL_NUMBER = N_(
    "At position {position} is what looks like a personal identity number. "
    "Remove it: a text must not point out a person."
)

_OVERRIDES = re.compile("[\u202a-\u202e]")
# Control characters other than newline and tab, and halves of surrogate pairs, which no file can hold.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_PLACEHOLDER = re.compile(
    r"\{{1,2} ?(?:[^\W\d][\w.]{0,40}|\d{0,2}) ?\}{1,2}"  # {name}, {{ name }}, {0}, {}
    r"|%\([^\W\d]\w{0,40}\)[sd]|%[sd]\b"
)
_PERSONAL = re.compile(r"(?<![0-9])(?:19|20)?([0-9]{6})[-+\u2010\u2011\u2012\u2013\u2212]?([0-9]{4})(?![0-9])")
_COORDINATION = 60  # added to the day in a coordination number (samordningsnummer)

# GSM 03.38: the letters of an ordinary SMS. Those of the extension count as two.
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENSION = frozenset("\f^{}\\[~]|€")


def beyond_gsm(text: str) -> str | None:
    """The first character that turns an SMS into UCS-2, where less than half as much fits; None if there is none."""
    return next((sign for sign in text if sign not in _GSM_BASIC and sign not in _GSM_EXTENSION), None)


def sms_length(text: str) -> int:
    """The length an SMS has on the wire: septets in GSM 03.38, 16-bit units in UCS-2."""
    if beyond_gsm(text) is None:
        return sum(2 if sign in _GSM_EXTENSION else 1 for sign in text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def forbidden_signs(text: str, field: str) -> Iterator[Fault]:
    """One fault for bidi overrides and one for control characters, each naming the first and how many there are."""
    for message, signs in ((BIDI_OVERRIDE, _OVERRIDES), (CONTROL_CHARACTER, _CONTROLS)):
        first = signs.search(text)
        if first:
            facts = {"character": _name(first[0]), "position": first.start() + 1, "count": len(signs.findall(text))}
            yield Fault(message=message, field=field, facts=facts)


def _name(sign: str) -> str:
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()


def placeholders(text: str, field: str) -> Iterator[Fault]:
    """Each placeholder once, in order. Give the text without its links: %d can be a part of an address."""
    for placeholder in dict.fromkeys(match[0] for match in _PLACEHOLDER.finditer(text)):
        yield Fault(message=PLACEHOLDER_LEFT, field=field, facts={"placeholder": placeholder})


def personal_numbers(text: str, field: str) -> Iterator[Fault]:
    """A warning where a Swedish personal identity or coordination number stands. The sentence never repeats it."""
    for match in _PERSONAL.finditer(fold_digits(text)):
        if _is_date(match[1]) and _luhn(match[1] + match[2]):
            facts = {"position": match.start() + 1}
            yield Fault(message=PERSONAL_NUMBER, field=field, facts=facts, severity=Severity.WARNING)


def _is_date(digits: str) -> bool:
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    try:
        # The century is not written; of those in question, 2000 + year is a leap year whenever 1900 + year is.
        date(2000 + year, month, day - _COORDINATION if day > _COORDINATION else day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    products = (int(digit) * weight for digit, weight in zip(digits, cycle((2, 1)), strict=False))
    return sum(product - 9 if product > 9 else product for product in products) % 10 == 0
