"""The fixed words of material: whole, in step with Swedish, and Swedish where a language has none."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from material_samples import LIFT, SAMPLE_TAGS, SWEDISH

from campaigns.data import languages, material_words
from campaigns.domain.facts import FactKind, KeyFact
from campaigns.materials.words import SOURCE, MaterialWords, known_help

SV = material_words()["sv"]
# For those who translate and those who unpack; they read Swedish or English.
NOT_FOR_READERS = {"word_swedish", "word_avoid", "readme", *(key for key in SV if key.startswith("kit"))}


def words_in(tag: str) -> MaterialWords:
    """The words of a language."""
    return MaterialWords(language=languages()[tag], swedish=SWEDISH)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value of lists and tables."""
    if isinstance(value, str):
        yield value
    else:
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_in(part)


def shape(value: Any) -> Any:
    """What a value is made of, without its words."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return [shape(part) for part in value] if isinstance(value, list) else set(re.findall(r"\{\w+\}", value))


@pytest.mark.parametrize("tag", list(material_words()))
def test_every_language_keeps_the_shape_and_the_fields_of_swedish(tag: str) -> None:
    """A list that is too short or a field that is misspelt would break a page for its readers alone."""
    assert tag in languages()
    for key, value in material_words()[tag].items():
        assert shape(value) == shape(SV[key]), key


@pytest.mark.parametrize("tag", SAMPLE_TAGS)
def test_the_sample_campaign_has_its_fixed_words_in_all_its_languages(tag: str) -> None:
    """Easy Swedish borrows from Swedish; every other language has everything that its readers see."""
    lacking = SV.keys() - material_words()[tag].keys() - NOT_FOR_READERS
    assert lacking == (set() if tag != "sv-simple" else {"folder", "poster", "script"})


def test_only_swedish_and_english_are_not_marked_as_examples() -> None:
    """No translation here was reviewed by a native speaker."""
    assert {tag for tag, words in material_words().items() if words["status"] == SOURCE} == {"sv", "en"}


def test_no_fixed_word_holds_a_telephone_number() -> None:
    """Numbers are key facts of the campaign; a number in a fixed text could not be corrected."""
    numbers = [text for words in material_words().values() for text in texts_in(words) if re.search(r"\d{3}", text)]
    assert [text for text in numbers if "SHA256" not in text] == []


def test_a_language_without_words_is_given_swedish_ones_that_say_so() -> None:
    """A reader's screen reader must not read Swedish as Polish."""
    word = words_in("pl").word("help")
    assert (word.text, word.language.tag) == ("Här finns hjälp", "sv")
    assert {one.language.tag for one in words_in("pl").list("talk_list")} == {"sv"}


def test_a_word_that_nobody_has_is_an_error_of_ours() -> None:
    """It is not printed as its key."""
    with pytest.raises(KeyError):
        words_in("ar").word("no such word")


def test_times_are_swedish_and_say_their_zone() -> None:
    """In winter, in summer, and in the hour of autumn that comes twice."""
    sv = words_in("sv")
    assert sv.when(LIFT).text == "måndag 14 december 2026 kl. 06.00, svensk tid (UTC+1)"
    assert sv.when(datetime(2026, 7, 1, 4, 0, tzinfo=UTC)).text.endswith("kl. 06.00, svensk tid (UTC+2)")
    first, second = (sv.when(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)).text for hour in (0, 1))
    assert first.endswith("kl. 02.30, svensk tid (UTC+2)")
    assert second.endswith("kl. 02.30, svensk tid (UTC+1)")


def test_a_time_without_words_of_its_own_is_whole_in_swedish() -> None:
    """Never a Polish month in a Swedish sentence."""
    when = words_in("pl").when(LIFT)
    assert (when.text, when.language.tag) == (words_in("sv").when(LIFT).text, "sv")


def test_known_numbers_are_explained_in_the_language_and_the_urgent_one_stands_first() -> None:
    """What another number is for was written in Swedish, and says so."""
    facts = [
        KeyFact(kind=FactKind.PHONE, value="114 14", says="polisen"),
        KeyFact(kind=FactKind.PHONE, value="08-123 45", says="kommunens jour"),
        KeyFact(kind=FactKind.LINK, value="https://example.se/x"),
        KeyFact(kind=FactKind.PHONE, value="112", says="fara"),
    ]
    found = [(one.phone or one.link, one.says, one.language.tag) for one in known_help(facts, words_in("en"))]
    assert found == [
        ("112", "Danger right now", "en"),
        ("114 14", "The police, when it is not urgent", "en"),
        ("08-123 45", "kommunens jour", "sv"),
        ("https://example.se/x", "Read more", "en"),
    ]
