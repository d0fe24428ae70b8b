"""A text part by part: what is kept, what is missing, what the glossary says, and what could be easier to read."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.data import languages
from campaigns.domain.errors import Severity
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.glossary import Term, TermKind
from campaigns.domain.readability import HintKind, by_sentence
from campaigns.domain.text_marks import as_read, flowing, pieces
from campaigns.domain.text_parts import PartWeighed, glossary_faults, weigh_parts
from campaigns.domain.texts import TextContent, Variant, check_text
from campaigns.markup import render_markdown

PHONE = KeyFact(kind=FactKind.PHONE, value="114 14")
SENTENCE = KeyFact(kind=FactKind.SENTENCE, wordings=(("sv", "Pengarna kommer aldrig."), ("ar", "المال لا يأتي أبدًا.")))
GANG = Term(swedish="gäng", preferred="gang", avoid=("mob",))
WORDS = st.sampled_from(
    ["Pengarna kommer aldrig.", "114 14", "gängen", "Gäng", "t.ex.", "inte", "och", ".", "\n\n", "a\u030a", "😀", "- "]
)
TEXTS = st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=60)


BLOCKS = ("# Rubrik", "- ett", "2. två", "> sagt", "---", "===", "* * *", "", "  ")
PROSE = ("Ring", "114 14.", "  indraget", "slut  ", "slut\\", "*så", "här*", "[ord](https://example.se)")
LINES = st.lists(st.sampled_from(BLOCKS + PROSE), max_size=9).map("\n".join)


def parts_of(content: TextContent, tag: str, *, source: TextContent | None = None) -> dict[Variant, PartWeighed]:
    """Every part of a text in a language, weighed as the editor weighs it."""
    language, facts = languages()[tag], (PHONE, SENTENCE)
    faults = check_text(content, language=language, facts=facts, source=source)
    return dict(weigh_parts(content, faults, language=language, facts=facts, source=source, terms=[GANG]))


@given(TEXTS, st.sampled_from(["sv", "sv-simple", "ar"]))
def test_the_pieces_of_a_text_are_the_text(text: str, tag: str) -> None:
    """No sign is lost or doubled by marking what stands there."""
    found = pieces(text, [PHONE, SENTENCE], language=tag, terms=[GANG])
    assert "".join(piece.words for piece in found) == text
    assert not any(piece.is_fact and piece.term for piece in found)


@given(LINES)
def test_lines_that_flow_say_and_are_what_they_were(text: str) -> None:
    """Whatever is joined was only a space: the page made of it is the same, and has the same blocks."""
    assert render_markdown(flowing(text)).split() == render_markdown(text).split()
    assert flowing(flowing(text)) == flowing(text)


def test_a_broken_line_is_read_as_one_but_a_text_message_keeps_its_own() -> None:
    """A list stays a list; a line of a text message is sent as it is."""
    content = TextContent(long="Det är\nsant.\n\n- ett\n- två", sms="Ring 112.\nNu.")
    assert as_read(content, Variant.LONG) == "Det är sant.\n\n- ett\n- två"
    assert as_read(content, Variant.SMS) == "Ring 112.\nNu."


@given(TEXTS, st.sampled_from(["sv", "sv-simple"]))
def test_the_parts_of_a_hinted_sentence_are_the_sentence(text: str, tag: str) -> None:
    """And each of its hints stands within it."""
    for sentence in by_sentence(text, language=tag):
        assert "".join(words for _, words in sentence.parts) == text[sentence.start : sentence.end]
        assert sentence.hints
        assert all(sentence.start <= hint.start and hint.end <= sentence.end for hint in sentence.hints)


@given(TEXTS, TEXTS)
def test_no_words_make_the_glossary_stop_anything(source: str, target: str) -> None:
    """What it objects to is worth a look, and nothing more."""
    found = glossary_faults(
        TextContent(long=target), language=languages()["en"], source=TextContent(long=source), terms=[GANG]
    )
    assert all(fault.severity is Severity.WARNING for fault in found)


def test_key_facts_are_kept_or_missing_in_each_part_that_has_to_keep_them() -> None:
    """A text message has to keep the phone number and no sentence; a headline nothing."""
    parts = parts_of(TextContent(long="اتصل على 114 14.", sms="اتصل"), "ar")
    assert [(found.fact, found.kept) for found in parts[Variant.LONG].facts] == [(PHONE, True), (SENTENCE, False)]
    assert [(found.fact, found.kept) for found in parts[Variant.SMS].facts] == [(PHONE, False)]
    assert parts[Variant.SMS].facts[0].severity is Severity.WARNING
    assert parts[Variant.HEADLINE].facts == ()
    assert parts[Variant.LONG].kept == 1


def test_a_sentence_that_has_no_wording_in_a_language_is_a_reviewers() -> None:
    """A machine cannot tell."""
    kept = [found.kept for found in parts_of(TextContent(long="Call 114 14."), "en")[Variant.LONG].facts]
    assert kept == [True, None]


def test_what_stands_among_the_facts_is_not_said_twice() -> None:
    """Other faults are."""
    parts = parts_of(TextContent(headline="x" * 200, long="Hej {namn}."), "en")
    assert len(parts[Variant.HEADLINE].faults) == 1
    assert [fault.facts for fault in parts[Variant.LONG].faults] == [{"placeholder": "{namn}"}]


def test_each_term_is_said_once_however_often_it_stands() -> None:
    """Kept, missing or to be avoided."""
    source = TextContent(long="Gänget och gängen. Gäng!")
    missing = parts_of(TextContent(long="The mob, a Mob."), "en", source=source)[Variant.LONG].terms
    assert [finding.kind for finding in missing] == [TermKind.MISSING, TermKind.FORBIDDEN]
    kept = parts_of(TextContent(long="The gang."), "en", source=source)[Variant.LONG].terms
    assert [finding.kind for finding in kept] == [TermKind.KEPT]


def test_swedish_is_measured_and_a_translation_is_not() -> None:
    """A line or two has no LIX."""
    long = "Pengarna kommer aldrig. " * 6
    assert parts_of(TextContent(long=long, short="Hej."), "sv")[Variant.LONG].lix is not None
    assert parts_of(TextContent(long=long, short="Hej."), "sv")[Variant.SHORT].lix is None
    assert parts_of(TextContent(long=long), "en")[Variant.LONG].lix is None


def test_a_negation_in_easy_swedish_wants_a_positive_twin() -> None:
    """In plain Swedish it is left alone."""
    easy = parts_of(TextContent(long="Barnen får aldrig pengarna."), "sv-simple")[Variant.LONG].sentences
    assert [sentence.wants_twin for sentence in easy] == [True]
    assert (True, "aldrig") in easy[0].parts
    assert easy[0].hints[0].kind is HintKind.NEGATION
    assert parts_of(TextContent(long="Barnen får aldrig pengarna."), "sv")[Variant.LONG].sentences == ()


def test_a_part_that_is_far_too_long_is_judged_by_its_length_alone() -> None:
    """No input keeps the checks busy."""
    part = parts_of(TextContent(long="gäng " * 20_000), "en")[Variant.LONG]
    assert (part.facts, part.terms) == ((), ())
    assert len(part.faults) == 1
