"""What a password must be: long and not obvious. No rule asks for digits or signs (NIST SP 800-63B-4, section 3.1.1).

Obvious is what a guesser tries first: common words, names of the person, the organisation or this service, years, walks
over the keyboard, and all of it repeated. Each of these counts for little, and everything else for as many signs as it
has; below `LEAST` the password is refused. So four common words in a row pass, and one word four times does not.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from campaigns.domain.errors import N_, Fault

SHORTEST, LONGEST = 15, 128
LEAST, A_WORD, A_TRIFLE = 10, 3, 1

TOO_SHORT = N_("The password is too short: at least {least} characters. A few words in a row are easy to remember.")
TOO_LONG = N_("The password is too long: at most {most} characters.")
OBVIOUS = N_(
    "This password is among the first that a stranger would try: it is made of common words, names, years, keys "
    "beside each other, or the same thing repeated. Choose a few words that have nothing to do with each other."
)

_ROWS = (
    "1234567890",
    "qwertyuiopå",
    "asdfghjklöä",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyzåäö",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "147258369",
    "qazwsxedcrfvtgbyhnujm",
)
_LEET = str.maketrans("01345$7@!|", "oieasstail")
_YEAR = re.compile(r"(19|20)\d\d")
_REPEATED = re.compile(r"(.+?)\1+")
_SHORTEST_WALK = {True: 3, False: 4}
_SHORTEST_NAME = 3


def normal(password: str) -> str:
    """The same signs, however a keyboard composes them: é is é."""
    return unicodedata.normalize("NFKC", password)


def password_faults(password: str, *, common: Collection[str], names: Iterable[str] = ()) -> list[Fault]:
    """What is wrong with a password, for the field `password`. `names` are the person's own."""
    password = normal(password)
    if len(password) < SHORTEST:
        return [Fault(field="password", message=TOO_SHORT, facts={"least": SHORTEST})]
    if len(password) > LONGEST:
        return [Fault(field="password", message=TOO_LONG, facts={"most": LONGEST})]
    if is_obvious(password, common=common, names=names):
        return [Fault(field="password", message=OBVIOUS)]
    return []


def is_obvious(password: str, *, common: Collection[str], names: Iterable[str] = ()) -> bool:
    """Whether too little is left when words, names, years and walks count for what a guesser pays for them."""
    own = {part for name in names for part in _parts(name)}
    plain = _squeezed(normal(password).casefold())
    readings = (plain, _squeezed(plain.translate(_LEET)))
    return any(_worth(reading, common=common, own=own) < LEAST for reading in readings)


def _parts(name: str) -> Iterator[str]:
    for part in re.split(r"[\W\d_]+", name.casefold()):
        if len(part) >= _SHORTEST_NAME:
            yield part


def _squeezed(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum() or not sign.isascii())


def _worth(text: str, *, common: Collection[str], own: Collection[str]) -> int:
    """How many signs a password is as good as."""
    text, trifles = _without(text, own)
    text, words = _without(text, common)
    text, walks = _without_walks(_YEAR.sub("\n", text))
    rest = "".join(_REPEATED.sub(r"\1", part) for part in text.split("\n"))
    return len(_REPEATED.sub(r"\1", rest)) + A_WORD * words + A_TRIFLE * (trifles + walks)


def _without(text: str, words: Collection[str]) -> tuple[str, int]:
    """The text without these words, the longest first, and how many different ones it had."""
    found = 0
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if word in text:
            text, found = text.replace(word, "\n"), found + 1
    return text, found


def _without_walks(text: str) -> tuple[str, int]:
    """The text without keys beside each other and letters in a row, and how many different walks it had."""
    kept, found, place = [], set(), 0
    while place < len(text):
        length = _walk(text[place:])
        if length:
            found.add(text[place : place + length])
            kept.append("\n")
        else:
            kept.append(text[place])
        place += length or 1
    return "".join(kept), len(found)


def _walk(text: str) -> int:
    """How many signs at the beginning are a walk; 0 if too few for one."""
    length = 0
    while length < len(text) and text[: length + 1] in _walks():
        length += 1
    return length if length >= _SHORTEST_WALK[text[:length].isdigit()] else 0


@lru_cache(maxsize=1)
def _walks() -> frozenset[str]:
    """Every piece of every row, in both directions, and round the corner."""
    lines = [line for row in _ROWS for line in (row + row, (row + row)[::-1])]
    return frozenset(
        line[start:end] for line in lines for start in range(len(line)) for end in range(start + 1, len(line) + 1)
    )
