"""Digits as people write them in any script, and the numbers they make: how a phone number is found in a text.

A *group* is an unbroken run of digits. Groups that only a joint separates make a *chain*, and a chain is one number:

- tight reading: a joint is one hyphen or dot, or white space of at most three characters without an empty line;
- loose reading: white space, hyphens and dots may mix in a joint ("08 - 123 45 67").

A number stands in a text when a **whole** chain of either reading has its digits. So 112 is not found in 1125, nor in
"020-112", nor in "114 112", where a reader cannot tell it from 114112 either. It is found in "114 14, 112",
"114 14. 112" and "114 14 - 112". Marks of direction inside a number are ignored.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_GROUP = re.compile("[0-9]+")
# Ethiopic is the one living script whose digits Unicode does not call decimal. Superscripts are left out on purpose:
# "114 14²" is a number with a footnote.
_FOREIGN_DIGIT = re.compile(r"[^\D0-9]|[\u1369-\u1371]")
_DASHES_AND_DOT = frozenset("-\u2010\u2011\u2012\u2013.")
_LONGEST_JOINT = 3
_MARKS_OF_DIRECTION = dict.fromkeys([0x200C, 0x200D, 0x200E, 0x200F, 0x2060, *range(0x2066, 0x206A)])
_THOUSANDS = "[ \u00a0\u2009\u202f.,'\u2019\u066c]"
_NUMBER = re.compile(rf"(?:[0-9]{{1,3}}(?:{_THOUSANDS}[0-9]{{3}}(?![0-9]))+|[0-9]+)(?:[.,\u066b][0-9]+)?")
_COMMA_IN_THOUSANDS = re.compile("(?<=[0-9])[,'\u2019\u066c](?=[0-9]{3}(?![0-9]))")
_DECIMAL_MARK = re.compile("[.,\u066b](?=[0-9]+$)")
# Groups of digits that right-to-left text would put in the wrong order. A range of two ("12-17") is left to the text.
_DIGIT_GROUPS = re.compile(r"(?<![\d+])\+?\d++(?:[ \u00a0\u202f\u2010-\u2013./:-]\d++)+")
_RANGE = re.compile(r"\d+[\u2010-\u2013-]\d+")


def fold_digits(text: str) -> str:
    """The text with the digits of every script as 0-9, and everything else untouched; positions stay the same."""
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.digit(digit[0])), text)


def digits_of(text: str) -> str:
    """Only the digits, folded."""
    return "".join(_GROUP.findall(fold_digits(text)))


@dataclass(frozen=True, kw_only=True)
class Chain:
    """One number in a text: the groups of its folded digits, and where it stands there."""

    groups: tuple[str, ...]
    start: int
    end: int

    @property
    def digits(self) -> str:
        return "".join(self.groups)


def chains(text: str, *, loose: bool = False) -> Iterator[Chain]:
    """The numbers of a text, in order, under the tight or the loose reading."""
    found: list[re.Match[str]] = []
    for group in _GROUP.finditer(fold_digits(text)):
        if found and not _joined(text[found[-1].end() : group.start()], loose=loose):
            yield _chain(found)
            found = []
        found.append(group)
    if found:
        yield _chain(found)


def _chain(found: list[re.Match[str]]) -> Chain:
    return Chain(groups=tuple(group[0] for group in found), start=found[0].start(), end=found[-1].end())


def _joined(gap: str, *, loose: bool) -> bool:
    if len(gap) > 3 * _LONGEST_JOINT:
        return False
    joint = gap.translate(_MARKS_OF_DIRECTION)
    if len(joint) > _LONGEST_JOINT or joint.count("\n") > 1:
        return False
    spaces = [sign for sign in joint if sign.isspace()]
    dashes = [sign for sign in joint if sign in _DASHES_AND_DOT]
    if len(spaces) + len(dashes) < len(joint):
        return False
    return loose or not dashes or (len(dashes) == 1 and not spaces)


def phone_numbers(text: str) -> frozenset[str]:
    """The digits of every chain, under both readings."""
    return frozenset(chain.digits for loose in (False, True) for chain in chains(text, loose=loose))


def long_numbers_missing(*, there: str, here: str) -> dict[str, str]:
    """Numbers of 3 to 15 digits, as a phone number has them, that stand there and not here.

    Their digits, and how they are written there. A comma before three digits counts as a joint: 10,000 is 10 000.
    """
    present = phone_numbers(_COMMA_IN_THOUSANDS.sub(".", fold_digits(here)))
    joined = _COMMA_IN_THOUSANDS.sub(".", fold_digits(there))
    missing = {}
    for wide in chains(joined, loose=True):
        if wide.digits in present:
            continue
        for narrow in chains(joined[wide.start : wide.end]):
            if 3 <= len(narrow.digits) <= 15 and narrow.digits not in present:
                missing[narrow.digits] = there[wide.start + narrow.start : wide.start + narrow.end]
    return missing


def digit_groups(text: str) -> Iterator[re.Match[str]]:
    """Where digits stand in groups that must keep their order in right-to-left text: phones, dates, times, codes."""
    return (groups for groups in _DIGIT_GROUPS.finditer(text) if not _RANGE.fullmatch(groups[0]))


def quantities(text: str) -> frozenset[str]:
    """The amounts in a text, written alike: no separators of thousands, and a dot before decimals.

    Before exactly three digits a dot or comma is read as a separator of thousands, in every language.
    """
    return frozenset(_plain(match[0]) for match in _NUMBER.finditer(fold_digits(text)))


def _plain(number: str) -> str:
    whole, decimals = number, ""
    mark = _DECIMAL_MARK.search(number)
    if mark and len(number) - mark.end() != 3:
        whole, decimals = number[: mark.start()], "." + number[mark.end() :]
    return "".join(_GROUP.findall(whole)) + decimals
