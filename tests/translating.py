"""Sheets for translators as tests want them, and texts that are hard to carry."""

from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

from campaigns.data import languages
from campaigns.domain.errors import BadInput, Fault
from campaigns.domain.lifecycle import TextState
from campaigns.interchange import Delivery, Sheet, Unit, read

MADE_AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
CAMPAIGN = "c0ffee" * 5 + "00"
HASH = "sha256:" + "a" * 64
PIECES = st.sampled_from(
    [
        *("\n", "\n\n", "\t", " ", "  ", '"', "'", "''", "`", "\\", "\\n", "\\t", "&", "&amp;", "<b>", "]]>", "#"),
        *("**", "+46", "=1+1", "@", "-", "＝", ";", ",", "%s", "{x}", "_x0041_", "_x005F_", "msgid ", "#~", "#, fuzzy"),
        *("مرحبا", "می‌کنند", "שלום", "\u2066114 14\u2069", "å", "a\u030a", "e\u0301", "ไทย", "钱", "😀", "ቆልዑ"),
        *("\u2028", "\u00a0", "- "),
    ]
)
SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\u202a\u202b\u202c\u202d\u202e")
TEXTS = st.lists(PIECES | SIGNS, min_size=1, max_size=12).map("".join).filter(str.strip)


def unit(number: int = 1, source: str = "Hej", translation: str = "", **more: object) -> Unit:
    """A unit of which a test says only what it is about."""
    facts: dict[str, object] = {"source_hash": HASH, "title": f"huvudbudskap, del {number}", **more}
    return Unit(key=f"{number:032x}.long", source=source, translation=translation, **facts)  # type: ignore[arg-type]


def sheet(*units: Unit, target: str = "ar", **more: object) -> Sheet:
    """A sheet of units, from Swedish."""
    facts: dict[str, object] = {"campaign_id": CAMPAIGN, "notice": "EMBARGO till 14 december 06.00", **more}
    return Sheet(
        slug="gangsnacket",
        version=3,
        source=languages()["sv"],
        target=languages()[target],
        made_at=MADE_AT,
        units=units or (unit(),),
        **facts,  # type: ignore[arg-type]
    )


def ordinary(target: str = "ar") -> Sheet:
    """A sheet as it comes to a translator: one text done, one to review, one not begun."""
    return sheet(
        unit(1, "Ring **114 14**.\n\nHej då!", "اتصل على \u2066114 14\u2069.", notes=("Behåll 114 14",)),
        unit(2, "+46 är Sverige", "+46 هي السويد", state=TextState.REVIEWED),
        unit(3, "Ännu inte översatt"),
        target=target,
    )


def translations(delivery: Delivery) -> dict[str, str]:
    """What a delivery brings, by key."""
    return {row.key: row.translation for row in delivery.rows}


def faults(raw: bytes, expected: Sheet) -> tuple[Fault, ...]:
    """Everything that is wrong with an upload."""
    with pytest.raises(BadInput) as caught:
        read(raw, expected)
    return caught.value.faults


def sentences(raw: bytes, expected: Sheet) -> str:
    """Everything that is wrong with an upload, as a person reads it."""
    return "\n".join(map(str, faults(raw, expected)))
