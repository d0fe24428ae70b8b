"""The glossary against a text and its translation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.data import languages
from campaigns.domain.glossary import Term, TermKind, check_terms, hits

GANG = Term(swedish="gäng", preferred="gang", avoid=("mob", "crew"))
PIECES = st.sampled_from(
    ["gäng", "gängen", "gang", "mob", "العصابة", "\u064e", "ตำรวจ", "I", "İ", "ß", " ", ".", "\u200c", "a\u030a"]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.text()
TERMS = st.builds(Term, swedish=TEXTS, preferred=TEXTS, avoid=st.lists(TEXTS, max_size=2).map(tuple))


def in_source(source: str, *terms: str) -> list[str]:
    """What stands of terms in a Swedish text."""
    listed = [Term(swedish=term, preferred="x") for term in terms]
    return [source[start:end] for _, start, end in hits(source, listed)]


def said(target: str, tag: str, preferred: str, *avoid: str) -> list[tuple[str, str]]:
    """What is found in a translation of a text that holds the term, in short."""
    term = Term(swedish="gäng", preferred=preferred, avoid=avoid)
    source = "Gänget"
    return [
        (finding.kind.value, (target if finding.kind is TermKind.FORBIDDEN else source)[finding.start : finding.end])
        for finding in check_terms(source, target, [term], languages()[tag])
    ]


@given(TEXTS, TEXTS, st.lists(TERMS, max_size=3), st.sampled_from(list(languages())))
def test_every_finding_points_into_its_text(source: str, target: str, terms: list[Term], tag: str) -> None:
    """Whatever texts and terms hold."""
    for finding in check_terms(source, target, terms, languages()[tag]):
        text = target if finding.kind is TermKind.FORBIDDEN else source
        assert 0 <= finding.start < finding.end <= len(text)
        assert bool(finding.message) == (finding.kind is not TermKind.KEPT)
        assert str(finding) or finding.kind is TermKind.KEPT


@given(st.sampled_from(list(languages())))
def test_a_language_says_its_own_name(tag: str) -> None:
    """The preferred term as it stands is found in every script, between blanks and in marks of direction."""
    autonym = languages()[tag].autonym.partition(" (")[0]
    for target in (autonym, f" {autonym} ", f"\u2067{autonym}\u2069", autonym.upper()):
        assert said(target, tag, autonym) == [("kept", "Gänget")]


@given(TEXTS, st.lists(TERMS, max_size=4))
def test_hits_do_not_overlap_and_come_in_order(source: str, terms: list[Term]) -> None:
    """So that they can be marked in the text."""
    places = [(start, end) for _, start, end in hits(source, terms)]
    assert all(one[1] <= other[0] for one, other in pairwise(places))


def test_a_swedish_term_is_found_with_its_endings() -> None:
    """In any case, and not in the middle of another word."""
    assert in_source("Gänget, gängens och GÄNGEN", "gäng") == ["Gänget", "gängens", "GÄNGEN"]
    assert in_source("Flickor och flickornas, skulder", "flicka", "skuld") == ["Flickor", "flickornas", "skulder"]
    assert in_source("Gängledare, storgäng, gängse", "gäng") == []
    assert in_source("De kriminella nätverken", "kriminellt nätverk", "kriminella nätverk") == ["kriminella nätverken"]


def test_the_longer_of_two_terms_counts() -> None:
    """*Kriminellt gäng* has its own words."""
    assert in_source("ett kriminellt gäng", "gäng", "kriminellt gäng") == ["kriminellt gäng"]


@pytest.mark.parametrize(
    ("tag", "preferred", "target"),
    [
        ("en", "gang", "The gangs lie."),
        ("en", "criminal gang", "Criminal\ngangs lie."),
        ("ar", "عصابة", "للعصابة"),
        ("ar", "عصابات", "والعصابات تكذب"),
        ("ar", "العصابة", "الْعِصَابَة"),
        ("ar", "إرهاب", "بالارهاب"),
        ("fa", "باند", "باندهای تبهکار"),
        ("fa", "می‌کنند", "میکنند"),
        ("ckb", "باند", "بەڵێنی باندەکان"),
        ("tr", "çete", "Çetelerin sözü"),
        ("tr", "ışık", "IŞIK"),
        ("fi", "jengi", "jengeille jengiläisistä"),
        ("th", "แก๊ง", "พวกแก๊งโกหก"),
        ("zh-Hans", "帮派", "犯罪帮派在撒谎"),
        ("ti", "ጉጅለ", "ጉጅለታት"),
        ("sv-simple", "gäng", "Gängen ljuger"),
        ("yi", "באַנדע", "די באנדע"),
    ],
)
def test_the_preferred_term_is_found_as_the_language_bends_it(tag: str, preferred: str, target: str) -> None:
    """With endings, with small words before it, pointed or not, and without blanks where there are none."""
    assert said(target, tag, preferred) == [("kept", "Gänget")]


@pytest.mark.parametrize(
    ("tag", "preferred", "target"),
    [
        ("en", "gang", "The mafia lies."),
        ("en", "gang", "Gangrene."),
        ("en", "gang", "pregang"),
        ("ar", "عصابة", "الشرطة"),
        ("th", "กา", "เกาะ"),
        ("th", "มา", "มาะ"),
        ("so", "koox", "booliska"),
        ("en", "gang", ""),
    ],
)
def test_a_term_that_is_not_there_is_missing(tag: str, preferred: str, target: str) -> None:
    """A part of another word is not it, and half a syllable is not either."""
    assert said(target, tag, preferred) == [("missing", "Gänget")]


def test_what_should_be_avoided_is_pointed_at_in_the_translation() -> None:
    """As it is written there, and with what to say instead."""
    (kept, forbidden) = check_terms("Gänget", "Gangs and a Mob.", [GANG], languages()["en"])
    assert kept.kind is TermKind.KEPT
    assert "Gangs and a Mob."[forbidden.start : forbidden.end] == "Mob"
    assert str(forbidden) == "“Mob” should be avoided. The glossary says “gang”."


def test_what_should_be_avoided_is_found_without_the_term_in_the_source() -> None:
    """A word that offends offends anywhere."""
    (finding,) = check_terms("Hej", "the mob", [GANG], languages()["en"])
    assert finding.kind is TermKind.FORBIDDEN


def test_a_word_to_avoid_may_stand_in_the_words_to_say() -> None:
    """*Gang* alone is too little, *criminal gang* is right."""
    assert said("criminal gangs", "en", "criminal gang", "gang") == [("kept", "Gänget")]
    assert said("criminal gangs, gangs", "en", "criminal gang", "gang") == [("kept", "Gänget"), ("forbidden", "gangs")]


def test_an_empty_term_finds_nothing() -> None:
    """Half-filled rows of a glossary harm nobody."""
    assert check_terms("Gänget", "x", [Term(swedish=" ", preferred="", avoid=("",))], languages()["en"]) == ()
