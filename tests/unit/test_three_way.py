"""Two people's edits of one text, brought together."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.three_way import Conflict, three_way
from campaigns.domain.word_diff import words_of

WORDS = st.sampled_from(["ett", "två", "tre", "fyra", "fem", "المال", "เ", ".", "\n\n"])
TEXTS = st.lists(WORDS, max_size=15).map(" ".join) | st.text(max_size=20)
BASE = "Pengarna kommer aldrig. Barnen får skulden. Ring 114 14 om du är orolig."


@given(TEXTS, TEXTS)
def test_the_edit_of_one_alone_is_kept(base: str, edit: str) -> None:
    """Whichever of the two it is, also when both made the same edit."""
    assert three_way(base, edit, base).text == edit
    assert three_way(base, base, edit).text == edit
    assert three_way(base, edit, edit).text == edit


@given(TEXTS, TEXTS, TEXTS)
def test_no_word_that_anybody_wrote_is_lost(base: str, mine: str, theirs: str) -> None:
    """Every new word of either is agreed on or named in a conflict."""
    parts = three_way(base, mine, theirs).parts
    kept = {word for part in parts for text in _texts(part) for word in words_of(text)}
    assert (set(words_of(mine)) | set(words_of(theirs))) - set(words_of(base)) <= kept


@given(TEXTS, TEXTS, TEXTS)
def test_it_makes_no_difference_who_is_who(base: str, mine: str, theirs: str) -> None:
    """Only the names in a conflict change places."""
    turned = [
        Conflict(base=part.base, mine=part.theirs, theirs=part.mine) if isinstance(part, Conflict) else part
        for part in three_way(base, theirs, mine).parts
    ]
    assert list(three_way(base, mine, theirs).parts) == turned


@given(TEXTS, TEXTS, TEXTS)
def test_choosing_mine_everywhere_keeps_all_of_mine(base: str, mine: str, theirs: str) -> None:
    """The words that are new in mine stand in the merged text, as many times as I wrote them."""
    chosen = three_way(base, mine, theirs).taking_mine
    assert chosen == three_way(base, theirs, mine).taking_theirs
    written = [word for word in words_of(mine) if word not in words_of(base)]
    assert all(words_of(chosen).count(word) >= written.count(word) for word in written)


def test_edits_of_different_sentences_are_joined() -> None:
    """Nobody needs to choose."""
    mine = BASE.replace("aldrig", "inte")
    theirs = BASE.replace("orolig", "rädd eller orolig") + " Vi lyssnar."
    assert three_way(BASE, mine, theirs).text == theirs.replace("aldrig", "inte")


def test_edits_of_the_same_words_are_a_conflict_and_the_rest_is_agreed_on() -> None:
    """With what stood there and what each made of it."""
    merged = three_way(BASE, BASE.replace("skulden", "betala"), BASE.replace("skulden", "hot"))
    assert merged.text is None
    assert merged.conflicts == (Conflict(base="skulden", mine="betala", theirs="hot"),)


def test_edits_of_neighbouring_words_are_a_conflict() -> None:
    """Each alone makes sense; together they say what nobody wrote."""
    merged = three_way("Röda bilar kör", "Blåa bilar kör", "Röda cyklar kör")
    assert merged.conflicts == (Conflict(base="Röda bilar", mine="Blåa bilar", theirs="Röda cyklar"),)


def test_what_one_took_away_and_the_other_edited_is_a_conflict() -> None:
    """A sentence that somebody cared about does not vanish unseen."""
    gone = BASE.replace(" Barnen får skulden.", "")
    merged = three_way(BASE, gone, BASE.replace("skulden", "betala"))
    assert len(merged.conflicts) == 1
    assert "betala" in merged.conflicts[0].theirs


def test_both_begin_an_empty_text_differently() -> None:
    """There is nothing in common, so all of it is chosen."""
    assert three_way("", "Ett", "Två").conflicts == (Conflict(base="", mine="Ett", theirs="Två"),)


def _texts(part: str | Conflict) -> tuple[str, ...]:
    return (part,) if isinstance(part, str) else (part.mine, part.theirs)
