"""The checks every text must pass before anyone is asked to approve it."""

import random
import time
import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from campaigns.data import languages
from campaigns.domain.errors import Fault, Severity
from campaigns.domain.texts import (
    LENGTHS,
    FactKind,
    KeyFact,
    Readability,
    TextContent,
    Variant,
    check_text,
    fold_digits,
    likeness,
    lix,
)

NEGATION = "Barn som utför uppdrag åt gängen får inte pengarna de blivit lovade."
IN_ENGLISH = "Children who carry out a job for the gangs do not get the money they were promised."
LINK = "https://example.se/gangsnacket"
POLICE = KeyFact(kind=FactKind.PHONE, value="114 14", says="polisen, inte akut")
EMERGENCY = KeyFact(kind=FactKind.PHONE, value="112", says="akut fara")
PAGE = KeyFact(kind=FactKind.LINK, value=LINK)
SENTENCE = KeyFact(kind=FactKind.SENTENCE, wordings=(("sv", NEGATION), ("en", IN_ENGLISH)))
ZEROS = [code for code in range(0x20000) if unicodedata.decimal(chr(code), None) == 0]
SPACES = ["", " ", "\u00a0", "\u202f", "\u2009", "-", "\u2011", ".", "\n", "\u2066 \u2069"]


def faults(
    long: str, *facts: KeyFact, tag: str = "sv", source: str | None = None, headline: str = "Rubrik", **variants: str
) -> list[Fault]:
    """The faults of a text that is right in everything a test does not name."""
    content = TextContent(headline=headline, long=long, **variants)
    translated_from = None if source is None else TextContent(headline="Source", long=source)
    return check_text(content, language=languages()[tag], facts=facts, source=translated_from)


def errors(found: list[Fault]) -> list[str]:
    return [fault.field for fault in found if fault.severity is Severity.ERROR]


def test_a_complete_text_has_no_faults() -> None:
    """The sample campaign's own Swedish text, as it would be written."""
    long = f"{NEGATION}\n\nRing polisen på 114 14. Vid akut fara ring 112. Stöd finns på {LINK}"
    assert faults(long, POLICE, EMERGENCY, PAGE, SENTENCE, short=long, sms="Orolig? 114 14, akut 112.") == []


def test_headline_and_long_text_are_required() -> None:
    """White space is not a text; the other parts may be left out."""
    assert errors(faults(" \n", headline="")) == ["headline", "long"]


@pytest.mark.parametrize(
    "written",
    [
        "114 14",
        "11414",
        "114\u00a014",
        "114-14",
        "114.14",
        "114\n14",
        "**114 14**",
        "114&nbsp;14",
        "۱۱۴ ۱۴",
        "١١٤ ١٤",
        "114\u200f 14",
        "[114 14](tel:11414)",
        "114 14, 112",
        "114 14. 112",
        "114 14 och 112",
        "114 14 - 112",
        "114 - 14",
    ],
)
def test_a_phone_is_found_however_it_is_written(written: str) -> None:
    """Scripts, spacing and line breaks differ; the number is the same."""
    assert faults(f"Ring {written} i dag", POLICE) == []


@pytest.mark.parametrize(
    "written",
    ["1125", "1 12 5", "0112", "020-112", "114 112", "112 112", "11 200", "hundratolv", "https://example.se/112"],
)
def test_a_phone_is_not_found_inside_another_number(written: str) -> None:
    """A reader must be able to tell the number from its neighbours, so it stands as a whole."""
    assert errors(faults(f"Ring {written} nu", EMERGENCY)) == ["long"]


@given(
    digits=st.text("0123456789", min_size=3, max_size=10),
    zeros=st.lists(st.sampled_from(ZEROS), min_size=10, max_size=10),
    joints=st.lists(st.sampled_from(SPACES), min_size=10, max_size=10),
)
def test_a_phone_is_found_in_the_digits_of_any_script_with_any_spacing(
    digits: str, zeros: list[int], joints: list[str]
) -> None:
    """Even where the scripts are mixed within one number."""
    written = "".join(chr(zero + int(digit)) + joint for digit, zero, joint in zip(digits, zeros, joints, strict=False))
    fact = KeyFact(kind=FactKind.PHONE, value=digits)
    assert errors(faults(f"Ring {written} dygnet runt", fact)) == []


@given(st.text("0123456789", min_size=3, max_size=8), st.text("0123456789 -.", max_size=12))
def test_a_number_with_more_digits_is_another_number(digits: str, more: str) -> None:
    """Whatever joins them, digits that follow directly change the number."""
    assume(any(sign.isdigit() for sign in more))
    fact = KeyFact(kind=FactKind.PHONE, value=digits)
    assert errors(faults(f"Ring {digits}{'7' + more} nu", fact)) == ["long"] or digits in more.replace(" ", "")


@given(st.text())
def test_folding_keeps_every_position_and_is_done_once(text: str) -> None:
    """So a fault found in the folded text can be shown in the text itself."""
    folded = fold_digits(text)
    assert len(folded) == len(text)
    assert fold_digits(folded) == folded
    assert not [sign for sign in folded if sign.isdecimal() and not sign.isascii()]


@pytest.mark.parametrize(
    ("written", "folded"),
    [("۱۱۴ ۱۴", "114 14"), ("፩፩፪", "112"), ("１１２", "112"), ("114 14²", "114 14²"), ("٣٫٥", "3٫5")],
)
def test_digits_of_living_scripts_are_folded_and_footnotes_are_not(written: str, folded: str) -> None:
    """Ethiopic digits count, superscripts do not."""
    assert fold_digits(written) == folded


@pytest.mark.parametrize("written", ["10 000", "10,000", "10.000", "10\u00a0000", "10000", "١٠٬٠٠٠", "10’000"])
def test_an_amount_is_the_same_with_every_separator(written: str) -> None:
    """Languages separate thousands in their own ways."""
    assert faults(f"Skulden är {written} kronor", KeyFact(kind=FactKind.NUMBER, value="10 000")) == []


@pytest.mark.parametrize("written", ["1000", "100 000", "10", "10,5"])
def test_another_amount_is_not_the_key_fact(written: str) -> None:
    """A lost zero is found."""
    assert errors(faults(f"Skulden är {written} kronor", KeyFact(kind=FactKind.NUMBER, value="10 000"))) == ["long"]


def test_a_decimal_comma_is_a_decimal_point() -> None:
    """3,5 in Swedish is 3.5 in English, and never 35."""
    fact = KeyFact(kind=FactKind.NUMBER, value="3,5")
    assert faults("3.5 per cent", fact, tag="en") == []
    assert errors(faults("35 per cent", fact, tag="en")) == ["long"]


def test_a_date_is_kept_when_its_day_stands_as_a_number() -> None:
    """Months are written in words; the 14 of 114 14 is no day."""
    fact = KeyFact(kind=FactKind.DATE, value="2026-12-14")
    for written in ("den 14 december", "14 de diciembre de 2026", "2026-12-14", "14/12", "14.12.2026"):
        assert faults(f"Vi ses {written}.", fact) == []
    assert errors(faults("Ring 114 14.", fact)) == ["long"]


def test_a_date_in_another_calendar_is_left_to_the_reviewer() -> None:
    """The 23rd of Azar is the 14th of December."""
    [fault] = faults("۲۳ آذر ۱۴۰۵", KeyFact(kind=FactKind.DATE, value="2026-12-14"), tag="fa")
    assert fault.severity is Severity.WARNING


@pytest.mark.parametrize(
    "written",
    [
        NEGATION.upper(),
        NEGATION.replace(" ", "\n"),
        NEGATION.replace("får inte", "**får inte**"),
        "> " + NEGATION.replace("åt ", "åt\n> "),
        unicodedata.normalize("NFD", NEGATION),
        f"Kom ihåg: {NEGATION[0].lower()}{NEGATION[1:-1]}, och det är en lögn.",
    ],
)
def test_a_key_sentence_is_found_in_any_dress(written: str) -> None:
    """Case, line breaks, emphasis, decomposed letters and what follows do not change what it says."""
    assert faults(written, SENTENCE) == []


@pytest.mark.parametrize("written", [NEGATION.replace("inte ", ""), NEGATION.replace("lovade", "lovades")])
def test_a_changed_key_sentence_is_an_error(written: str) -> None:
    """The key message hinges on a negation."""
    assert errors(faults(written, SENTENCE)) == ["long"]


def test_easy_swedish_takes_the_swedish_wording_unless_it_has_its_own() -> None:
    """A variant of a language is checked by its language's sentence."""
    assert errors(faults("Gängen luras.", SENTENCE, tag="sv-simple")) == ["long"]
    own = KeyFact(kind=FactKind.SENTENCE, wordings=(("sv", NEGATION), ("sv-simple", "Gängen luras.")))
    assert faults("Gängen luras.", own, tag="sv-simple") == []


def test_a_language_without_a_wording_needs_a_reviewer() -> None:
    """A machine says so once, and stops nothing."""
    [fault] = faults("نص", SENTENCE, tag="ar", short="نص")
    assert (fault.field, fault.severity) == ("long", Severity.WARNING)
    assert NEGATION in str(fault)


@pytest.mark.parametrize("written", [f"Läs {LINK}.", f"[Läs]({LINK})", f"<{LINK}>", f"**{LINK}**", f"x {LINK}؟"])
def test_a_link_stands_literally(written: str) -> None:
    """With whatever punctuation around."""
    assert faults(written, PAGE) == []


@pytest.mark.parametrize("written", [LINK + "2", LINK + "/x", LINK.upper(), "https://evil.example/" + LINK, LINK[8:]])
def test_another_link_is_not_the_key_fact(written: str) -> None:
    """Longer, shorter and wrapped addresses lead elsewhere."""
    assert "long" in errors(faults(f"Läs {written} nu", PAGE))


def test_short_and_sms_are_judged_more_mildly() -> None:
    """A short text must keep the phones; an SMS is only reminded of them."""
    found = faults(f"{NEGATION} 112 {LINK}", EMERGENCY, PAGE, SENTENCE, short="Kort.", sms="Kort.")
    assert [(fault.field, fault.severity.value) for fault in found] == [
        ("short", "error"), ("short", "warning"), ("short", "warning"), ("sms", "warning"),
    ]  # fmt: skip


def test_links_must_be_those_of_the_source() -> None:
    """A lost or an added link is an error, and named."""
    found = faults("Read https://b.example", source="Läs https://a.example", tag="en")
    assert [fault.facts["link"] for fault in found] == ["https://a.example", "https://b.example"]
    assert errors(found) == ["long", "long"]


def test_numbers_unlike_the_source_are_a_warning() -> None:
    """The spelling of a number does not matter, its digits do."""
    assert faults("In 2026, 10,000 kronor, 08-123 45 67", source="År 2026, 10 000 kr, 08 - 123 45 67", tag="en") == []
    found = faults("In 2025", source="År 2026", tag="en")
    assert [(fault.facts["number"], fault.severity.value) for fault in found] == [
        ("2026", "warning"),
        ("2025", "warning"),
    ]


def test_a_missing_key_phone_is_told_once() -> None:
    """Not as a key fact and as a difference from the source as well."""
    assert len(faults("Call us", EMERGENCY, source="Ring 112", tag="en")) == 1


@pytest.mark.parametrize("tag", ["en", "sv-simple"])
def test_a_text_equal_to_its_source_is_probably_not_translated(tag: str) -> None:
    """Other white space does not make it a translation."""
    [fault] = faults("Prata med\nditt barn.", source="Prata med ditt  barn.", tag=tag)
    assert (fault.field, fault.severity) == ("long", Severity.WARNING)


@pytest.mark.parametrize("variant", list(Variant))
def test_a_variant_may_be_as_long_as_its_place_allows(variant: Variant) -> None:
    """One character more is an error that tells both numbers."""
    limit = LENGTHS[variant]
    parts = {"headline": "Rubrik", "long": "Text", variant.value: "x" * limit}
    assert faults(**parts) == []
    [fault] = faults(**parts | {variant.value: "x" * (limit + 1)})
    assert (fault.field, fault.facts) == (variant, {"length": limit + 1, "limit": limit})


def test_letters_are_counted_after_composition() -> None:
    """A decomposed å is one letter."""
    assert faults("Text", headline=unicodedata.normalize("NFD", "å" * 120)) == []


@pytest.mark.parametrize(
    ("sms", "length"),
    [("å" * 306, None), ("€" * 154, 308), ("ع" * 134, None), ("ع" * 135, 135), ("x" * 133 + "😀", 135)],
)
def test_an_sms_is_counted_as_it_is_sent(sms: str, length: int | None) -> None:
    """Signs of the extension take two places, and one letter beyond GSM 03.38 halves what fits."""
    found = faults("Text", sms=sms)
    assert [fault.facts["length"] for fault in found] == ([] if length is None else [length])


@pytest.mark.parametrize("override", "\u202a\u202b\u202c\u202d\u202e")
def test_bidi_overrides_are_refused_by_name_and_place(override: str) -> None:
    """They can make a text read otherwise than it is."""
    [fault] = faults(f"abc{override}def")
    assert fault.severity is Severity.ERROR
    assert (str(fault.facts["character"])[:6], fault.facts["position"]) == (f"U+{ord(override):04X}", 4)


def test_the_marks_that_spelling_and_isolates_need_are_kept() -> None:
    """Persian spells with U+200C; isolates keep numbers together."""
    assert faults("می\u200cخواهم \u2066114 14\u2069 \u200d\u200e\u200f\u2067\u2068\n\tx", tag="fa") == []


@pytest.mark.parametrize("control", ["\x00", "\x1b", "\r", "\x7f", "\x85", "\x9f", "\ud800"])
def test_control_characters_are_refused(control: str) -> None:
    """No text needs them, and half a surrogate pair cannot even be stored."""
    assert errors(faults(f"a{control}b")) == ["long"]


@pytest.mark.parametrize("left", ["{name}", "{{ name }}", "{0}", "{}", "%s", "%d", "%(name)s", "{نام}"])
def test_placeholders_left_in_the_text_are_an_error(left: str) -> None:
    """The sentence names what is left."""
    [fault] = faults(f"Hej {left}!")
    assert fault.severity is Severity.ERROR
    assert left in str(fault)


@pytest.mark.parametrize("text", ["50 % sänkt", "100 % säkert", "https://example.se/%d8%b3", "{ se ovan }: nej", "5 %"])
def test_ordinary_signs_are_no_placeholders(text: str) -> None:
    """Per cent and encoded addresses are left alone."""
    assert faults(text) == []


def personal_number(born: date, serial: int, *, coordination: bool = False) -> str:
    """Ten digits with a right check digit, by the definition of the Luhn algorithm."""
    nine = f"{born:%y%m}{born.day + 60 * coordination:02}{serial:03}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return f"{nine}{-total % 10}"


@given(
    born=st.dates(date(1900, 1, 1), date(2029, 12, 31)),
    serial=st.integers(0, 999),
    coordination=st.booleans(),
    century=st.booleans(),
    separator=st.sampled_from(["", "-", "+"]),
)
def test_a_personal_identity_number_is_warned_of_and_never_repeated(
    *,
    born: date,
    serial: int,
    coordination: bool,
    century: bool,
    separator: str,
) -> None:
    """The warning itself is stored and sent, so it must not hold the number."""
    ten = personal_number(born, serial, coordination=coordination)
    written = (f"{born:%Y}"[:2] if century else "") + ten[:6] + separator + ten[6:]
    [fault] = faults(f"Barnet {written} bor här")
    assert fault.severity is Severity.WARNING
    assert ten[6:] not in str(fault)


@pytest.mark.parametrize("written", ["121212-1213", "121312-1212", "121232-1212", "0121212-1212", "121212-12125"])
def test_a_number_that_is_nobodys_is_not_warned_of(written: str) -> None:
    """A wrong check digit, month or day, or more digits."""
    assert faults(f"Nummer {written}") == []


CONTENT = st.builds(TextContent, headline=st.text(), long=st.text(), short=st.text(), sms=st.text(), spoken=st.text())
FACT = st.builds(
    KeyFact, kind=st.sampled_from(FactKind), value=st.text(), says=st.text(),
    wordings=st.lists(st.tuples(st.sampled_from(["sv", "ar", "tr", "th"]), st.text())).map(tuple),
)  # fmt: skip


@settings(deadline=None)
@given(CONTENT, st.lists(FACT, max_size=5), st.none() | CONTENT, st.sampled_from(sorted(languages())))
def test_no_text_whatever_breaks_the_checks(
    content: TextContent, facts: list[KeyFact], source: TextContent | None, tag: str
) -> None:
    """And every fault can be said."""
    for fault in check_text(content, language=languages()[tag], facts=facts, source=source):
        assert str(fault)
        assert fault.field in set(Variant)


HOSTILE = [
    "1 ",
    "1",
    "1.",
    "1-",
    "{a",
    "%(",
    "{",
    "a\u0301\u0316",
    "https://",
    "mailto:",
    "> ",
    "\n ",
    "1,000",
    "\u2066 ",
    "&#",
    LINK,
    "Barn som ",
]


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("size", [4 * LENGTHS[Variant.LONG], 100_000])
def test_the_worst_text_is_checked_quickly(unit: str, size: int) -> None:
    """The time grows with the text and not with its square, up to and beyond what is looked at."""
    text = (unit * size)[:size]
    started = time.process_time()
    faults(text, POLICE, PAGE, SENTENCE, source=text[1:], short=text, sms=text, spoken=text)
    lix(text)
    likeness(text, text[1:])
    assert time.process_time() - started < 8  # under two seconds on an idle machine


def test_partners_who_say_the_same_are_alike() -> None:
    """One for the same words in another dress, little for two own voices."""
    assert likeness(NEGATION, NEGATION.upper().replace(".", "!")) == 1
    assert likeness(NEGATION, "I laget räknas du, och här får du en plats utan motprestation.") == 0
    assert 0.5 < likeness(NEGATION, NEGATION + " Prata med ditt barn.") < 1
    assert likeness("孩子不会拿到钱", "孩子不会拿到钱。") == 1
    assert likeness("", "") == 0


@given(st.text(), st.text())
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    """So the order in which partners wrote does not matter."""
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == likeness(other, one)


def test_lix_follows_its_definition() -> None:
    """Six words in two sentences, one of them long: 3 + 100/6."""
    assert lix("Ring oss nu. Vi hjälper dig.") == pytest.approx(6 / 2 + 100 * 1 / 6)
    assert lix("") == 0
    assert lix("Ett två") == 2
    assert lix(f"Läs {LINK} nu") == 2
    assert lix("## Rubrik\n\n- en sak\n- två saker") == 2 - 1 / 3


@given(st.text())
def test_lix_is_never_negative(text: str) -> None:
    """Whatever the text."""
    assert lix(text) >= 0


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (0.0, "very easy"),
        (29.9, "very easy"),
        (30.0, "easy"),
        (45.0, "medium"),
        (50.0, "hard"),
        (60.0, "very hard"),
        (999.0, "very hard"),
    ],
)
def test_lix_has_its_bands(value: float, band: str) -> None:
    """The bands of its author."""
    assert Readability.of(value) == band


def test_faults_do_not_depend_on_the_order_of_key_facts() -> None:
    """A list of facts is a set to the checks."""
    facts = [POLICE, EMERGENCY, PAGE, SENTENCE]
    first = sorted(map(str, faults("Text", *facts)))
    random.Random(1).shuffle(facts)  # noqa: S311 - an order for a test, not a secret
    assert sorted(map(str, faults("Text", *facts))) == first
