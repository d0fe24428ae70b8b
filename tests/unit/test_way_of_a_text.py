"""The way of a text in a language: what it lacks, which moves there are, and what may be called a typo."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns import data
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.domain.gate import SAID, gate
from campaigns.domain.lifecycle import TextState
from campaigns.domain.texts import TextContent
from campaigns.domain.translating import (
    TEXT_MOVES,
    Lack,
    NotInThisState,
    Progress,
    TextMove,
    holds_key_facts,
    lacks,
    may_be_a_typo,
    moved,
)

SWEDISH = data.languages()["sv"]
PHONE = KeyFact(kind=FactKind.PHONE, value="114 14")
SENTENCE = KeyFact(kind=FactKind.SENTENCE, wordings=(("sv", "Barn får inte pengarna de blivit lovade."),))
PROGRESS = st.builds(
    Progress,
    state=st.sampled_from(TextState),
    stale=st.booleans(),
    holds_facts=st.booleans(),
    back_translated=st.booleans(),
    confirmed=st.booleans(),
)
DONE = {TextState.REVIEWED, TextState.APPROVED, TextState.PUBLISHED}


@given(PROGRESS, st.sampled_from(["en", "so", "sv-simple"]))
def test_a_translation_is_ready_only_when_another_has_read_it_it_is_fresh_and_its_facts_were_told_back(
    progress: Progress, language: str
) -> None:
    """The whole rule, said another way."""
    told = not progress.holds_facts or progress.confirmed or language == "sv-simple"
    ready = progress.state in DONE and not progress.stale and told
    assert (lacks(progress, language=language) == ()) is ready


@given(PROGRESS)
def test_the_swedish_text_lacks_nothing_but_itself(progress: Progress) -> None:
    """It is read by whoever approves the release."""
    assert lacks(progress, language="sv") == ((Lack.TEXT,) if progress.state is TextState.MISSING else ())
    assert lacks(None, language="sv") == (Lack.TEXT,)


@pytest.mark.parametrize(("state", "move"), sorted(product(TextState, TextMove)), ids=str)
def test_every_move_leads_where_the_table_says_or_is_refused(state: TextState, move: TextMove) -> None:
    """Nothing passes that was not handed over, and what is frozen does not move."""
    if (state, move) in TEXT_MOVES:
        assert moved(state, move) is TEXT_MOVES[state, move]
    else:
        with pytest.raises(NotInThisState):
            moved(state, move)
    assert (TextState.DRAFT, TextMove.PASS) not in TEXT_MOVES


@given(
    st.lists(st.sampled_from(["sv", "en", "so", "ar"]), unique=True),
    st.sets(st.sampled_from(["en", "so"])),
    st.dictionaries(st.sampled_from(["sv", "en", "so", "ar"]), PROGRESS),
)
def test_the_gate_names_each_language_that_is_neither_ready_nor_decided_once(
    languages: list[str], decided: set[str], progress: dict[str, Progress]
) -> None:
    """One sentence each: the first thing to do."""
    faults = gate(languages=languages, decided=decided, texts={"m": progress})
    wanted = {
        tag: lacks(progress.get(tag), language=tag)[0]
        for tag in languages
        if tag not in decided and lacks(progress.get(tag), language=tag)
    }
    assert {str(fault.facts["language"]): fault.message for fault in faults} == {
        tag: SAID[lack] for tag, lack in wanted.items()
    }
    assert len(faults) == len(wanted)


def said(long: str, **parts: str) -> TextContent:
    """A Swedish text."""
    return TextContent(headline="Rubrik", long=long, **parts)


BEFORE = "Barn får inte pengarna de blivit lovade. Ring 114 14 före den 14 december, se https://example.se/a."


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("Ring", "RIng"),
        BEFORE.replace(", se", " och se"),
        BEFORE + " Tack.",
        BEFORE.replace(". Ring", ".\n\nRing"),
    ],
    ids=["letter", "word", "sentence", "paragraph"],
)
def test_what_touches_nothing_that_must_be_kept_may_be_a_typo(after: str) -> None:
    """A letter, a word, a line."""
    assert may_be_a_typo(said(BEFORE), said(after), facts=[PHONE, SENTENCE], swedish=SWEDISH)


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace(" inte", ""),
        BEFORE.replace("får inte", "får"),
        BEFORE + " Det är inte sant.",
        BEFORE.replace("114 14", "114 41"),
        BEFORE.replace("14 december", "15 december"),
        BEFORE.replace("/a", "/b"),
        BEFORE.replace("Barn får", "Barnen får"),
        "",
    ],
    ids=["negation", "negation again", "new negation", "phone", "date", "link", "key sentence", "all of it"],
)
def test_what_must_be_kept_is_never_changed_as_a_typo(after: str) -> None:
    """One word turns the message round: no author's word is enough for that."""
    assert not may_be_a_typo(said(BEFORE), said(after), facts=[PHONE, SENTENCE], swedish=SWEDISH)


def test_a_part_that_begins_or_ends_is_no_typo() -> None:
    """Its translations would lack it."""
    assert not may_be_a_typo(said(BEFORE), said(BEFORE, sms="Ring oss"), facts=[], swedish=SWEDISH)


@given(st.text(alphabet="abå 1inte.14", max_size=60))
def test_changing_nothing_may_always_be_called_a_typo(text: str) -> None:
    """Whatever stands there."""
    assert may_be_a_typo(said(text), said(text), facts=[PHONE, SENTENCE], swedish=SWEDISH)


def test_a_text_without_key_facts_needs_nobody_to_tell_it_back() -> None:
    """One with the number does, wherever it stands."""
    assert not holds_key_facts(said("Hej."), [PHONE], swedish=SWEDISH)
    assert holds_key_facts(said("Hej.", sms="Ring 114 14"), [PHONE], swedish=SWEDISH)
    assert holds_key_facts(said(BEFORE), [SENTENCE], swedish=SWEDISH)
    assert not holds_key_facts(said(BEFORE), [], swedish=SWEDISH)
