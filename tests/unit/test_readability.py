"""Hints for plain Swedish and easy-to-read Swedish: advice that says where, why, and what to do."""

from itertools import pairwise

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from campaigns.data import SAMPLE_CAMPAIGN
from campaigns.domain.readability import Hint, HintKind, hints
from campaigns.domain.text_measures import Readability, lix, sentences

SAMPLE = yaml.safe_load(SAMPLE_CAMPAIGN.read_text(encoding="utf-8"))
PASSIVE, NEGATION, NUMERAL = HintKind.PASSIVE, HintKind.NEGATION, HintKind.NUMERAL
WORDS = st.sampled_from(
    [
        "inte",
        "t.ex.",
        "lovades",
        "finns",
        "10 000",
        "45 %",
        "eftersom",
        ",",
        ".",
        ":",
        "\n\n",
        "## ",
        "- ",
        "https://x.se/a,b",
    ]
)
TEXTS = st.lists(WORDS, max_size=30).map(" ".join) | st.text()


def found(text: str, kind: HintKind, language: str = "sv-simple") -> list[str]:
    """What a text's hints of a kind point at."""
    return [text[hint.start : hint.end] for hint in hints(text, language=language) if hint.kind is kind]


@given(TEXTS, st.sampled_from(["sv", "sv-simple", "en", ""]))
def test_every_hint_points_at_words_of_the_text(text: str, language: str) -> None:
    """Whatever the text, in the order of the text, with a sentence that is whole."""
    given_hints = hints(text, language=language)
    assert list(given_hints) == sorted(given_hints, key=lambda hint: (hint.start, hint.end, hint.kind))
    for hint in given_hints:
        assert 0 <= hint.start < hint.end <= len(text)
        assert text[hint.start : hint.end].strip()
        assert "{" not in str(hint).replace(text[hint.start : hint.end], "")


@given(TEXTS)
def test_sentences_follow_each_other_and_hold_every_word(text: str) -> None:
    """None overlaps, none is empty."""
    spans = list(sentences(text))
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize("language", ["en", "ar", "fi", ""])
def test_other_languages_get_no_hints(language: str) -> None:
    """The words are Swedish; nothing is guessed."""
    assert hints("Det är inte t.ex. lovades", language=language) == ()


def test_a_text_without_words_measures_nothing() -> None:
    """And has no hints."""
    assert lix("") == lix(" \n\n...") == 0
    assert Readability.of(lix("")) is Readability.VERY_EASY
    assert hints("", language="sv-simple") == ()


def test_a_sentence_of_fifteen_words_is_short_enough() -> None:
    """One more is not, and the hint holds the whole sentence."""
    fifteen = "Ett " * 14 + "slut."
    assert found(fifteen, HintKind.LONG_SENTENCE) == []
    assert found(f"Hej. {'Ett ' * 15}slut. Hej.", HintKind.LONG_SENTENCE) == [f"{'Ett ' * 15}slut."]


def test_an_abbreviation_ends_no_sentence_and_a_link_is_one_word_of_none() -> None:
    """A capital after it begins one all the same."""
    text = "Ta med t.ex. en bok. Läs m.m. Sedan äter vi. Se https://x.se/a.b, c."
    assert [text[start:end] for start, end in sentences(text)] == [
        "Ta med t.ex. en bok.",
        "Läs m.m.",
        "Sedan äter vi.",
        "Se https://x.se/a.b, c.",
    ]
    assert found("https://example.se/inte/aldrig", NEGATION) == []


def test_a_heading_is_a_sentence_of_its_own() -> None:
    """However little space follows."""
    text = "## Läget nu\nBarn söks upp.\n- En sak"
    assert [text[start:end] for start, end in sentences(text)] == ["Läget nu", "Barn söks upp.", "En sak"]


@pytest.mark.parametrize(
    ("sentence", "several"),
    [
        ("Du är vuxen.", False),
        ("Gängen ljuger om pengar.", False),
        ("Ring oss när du är orolig.", False),
        ("Ring oss, så hjälper vi dig.", False),
        ("Barnet får skulder, hot och krav, och det står ensamt.", True),
        ("Ring oss när du är orolig, eftersom vi kan hjälpa.", True),
        ("Vi hjälper dig – alltid – om du vill.", True),
    ],
)
def test_one_thought_a_sentence(sentence: str, several: bool) -> None:  # noqa: FBT001 - a column of a table
    """Told from commas and joining words; easy-to-read Swedish only."""
    assert bool(found(sentence, HintKind.SEVERAL_THOUGHTS)) == several
    assert found(sentence, HintKind.SEVERAL_THOUGHTS, "sv") == []


@pytest.mark.parametrize(
    ("sentence", "passive"),
    [
        ("Uppdraget beskrivs som enkelt.", "beskrivs"),
        ("Det lovades pengar.", "lovades"),
        ("Bilen ska säljas i dag.", "säljas"),
        ("Barnen kallas till förhör.", "kallas"),
        ("Brevet har skrivits av någon.", "skrivits"),
        ("Rapporten används.", "används"),
        ("Vapnet togs.", "togs"),
        ("Arbetet utförs av polisen.", "utförs"),
        ("Pengar har lovats.", "lovats"),
        ("Huset byggdes.", "byggdes"),
    ],
)
def test_a_passive_is_told_from_its_ending(sentence: str, passive: str) -> None:
    """In the present, the past, the basic form and after *har*."""
    assert found(sentence, PASSIVE) == [passive]


@pytest.mark.parametrize(
    "sentence",
    [
        "Det finns hjälp.",
        "Jag hoppas att du trivs.",
        "Hon minns alltså polis och buss.",
        "Polis, vars, tills, annars, alltså, dess, oss, hos.",
        "Pojkarnas mammas hus.",
        "Barnens pappas arbete.",
        "Sveriges barns rätt.",
        "En bra plats och en insats.",
        "Vi ses och möts. Det känns bra och behövs.",
        "De vuxnas ansvar, ungas röst och allas rätt.",
        "Det hördes att hon lyckades.",
        "Flickornas gruppens Jonas Lukas",
        "Statens gränser. Ett löftes värde.",
        "Det krävs mod. Vi träffas där.",
    ],
)
def test_what_only_looks_like_a_passive_is_left_alone(sentence: str) -> None:
    """Verbs that end with -s without being passive, genitives, and other words."""
    assert found(sentence, PASSIVE) == []


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Ta med t.ex. vatten", "t.ex.", "till exempel"),
        ("Bl. a. vi", "Bl. a.", "bland annat"),
        ("Mat m.m.", "m.m.", "med mera"),
        ("Det är dvs. nu", "dvs.", "det vill säga"),
        ("ca tio", "ca", "cirka"),
        ("pga regn", "pga", "på grund av"),
    ],
)
def test_an_abbreviation_is_shown_with_what_it_stands_for(text: str, short: str, long: str) -> None:
    """With or without blanks in it."""
    (hint,) = (hint for hint in hints(text, language="sv") if hint.kind is HintKind.ABBREVIATION)
    assert text[hint.start : hint.end] == short
    assert str(hint).endswith(f"Write it out: {long}.")


@pytest.mark.parametrize("text", ["cafe", "pgas", "Ring dvsx", "m.m.m", "t. extra"])
def test_letters_inside_words_are_no_abbreviations(text: str) -> None:
    """Only whole ones count."""
    assert found(text, HintKind.ABBREVIATION) == []


def test_a_negation_gets_a_positive_twin_offered() -> None:
    """Easy-to-read Swedish only: in plain Swedish a negation is often the point."""
    assert found("Barnet får inte pengar. Ingen kommer. Aldrig.", NEGATION) == ["inte", "Ingen", "Aldrig"]
    assert found("Barnet får inte pengar.", NEGATION, "sv") == []
    assert found("Internet är intensivt", NEGATION) == []


def test_a_word_of_thirteen_letters_is_long() -> None:
    """Numbers are not words."""
    assert found("Socialtjänst Socialtjänsten 1234567890123", HintKind.LONG_WORD, "sv") == ["Socialtjänsten"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("45 % av barnen, 12,5 procent", ["45 %", "12,5 procent"]),
        ("10 000 barn och 1\u00a0500\u00a0000 kronor", ["10 000", "1\u00a0500\u00a0000"]),
        ("3,5 timmar", ["3,5"]),
        ("250000 kronor", ["250000"]),
        ("Ring 114 14 eller 112.", []),
        ("Ring 08-123 456 78 eller 020-12 34 56", []),
        ("Den 14 december 2026 kl. 06.00", []),
        ("Tre barn, 5 vuxna", []),
    ],
)
def test_a_number_that_is_hard_to_picture(text: str, numbers: list[str]) -> None:
    """Shares, decimals and large amounts; phones, dates and small numbers are left alone."""
    assert found(text, NUMERAL) == numbers


def test_the_sample_campaign_reads_easily() -> None:
    """Its Swedish is easy by LIX, its easy-to-read Swedish easier; of the plain core text there is nothing to say."""
    (core, *_) = SAMPLE["core_messages"]
    plain, easy = core["long"]["sv"], core["long"]["sv-simple"]
    assert lix(easy) < lix(plain) < 30
    assert hints(plain, language="sv") == ()
    assert {hint.kind for hint in hints(easy, language="sv-simple")} <= {HintKind.SEVERAL_THOUGHTS, NEGATION}


def test_the_sample_briefing_is_told_of_its_passives() -> None:
    """And of nothing that is no verb."""
    assert found(SAMPLE["briefing"], PASSIVE, "sv") == ["beskrivs", "drabbas", "hålls", "lyfts"]


def test_a_hint_is_a_value() -> None:
    """Two alike are one."""
    one, other = hints("inte", language="sv-simple") * 2
    assert one == other
    assert isinstance(one, Hint)
