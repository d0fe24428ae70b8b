"""The interface's words: complete in Swedish, and saying times, numbers and states as people do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.data import languages
from campaigns.domain import access, embargo, errors, lifecycle, organisations, release, texts
from campaigns.domain.errors import BadInput, Fault, SamklangError, Unready
from campaigns.domain.languages import ui_language, ui_languages
from campaigns.domain.lifecycle import DeliveryState, Move, Stage, TextState, after
from campaigns.domain.times import LiftInThePast
from campaigns.i18n import say, say_fault, when_in, words_for
from campaigns.i18n.catalogues import broken, gaps, leftovers
from campaigns.i18n.labels import LABELS

T = datetime(2026, 12, 14, 5, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
TRANSLATED = [tag for tag in ui_languages() if tag != "en"]
SV, EN = words_for("sv"), words_for("en")


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_a_translation(language: str) -> None:
    """No sentence is missing, half done or a guess; `python -m campaigns.i18n missing` lists them."""
    assert [message.id for message in gaps(language)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    """A translation that nothing asks for is removed by `python -m campaigns.i18n update`."""
    assert [message.id for message in leftovers(language)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_keeps_the_fields_of_its_sentence(language: str) -> None:
    """A field that is lost or misspelt would break the sentence for the reader."""
    assert [message.id for message in broken(language)] == []


def test_every_state_and_role_has_a_name_in_words() -> None:
    """An enum that is shown has a label for each of its members."""
    for kind, labels in LABELS.items():
        assert set(labels) == set(kind)
    shown = {*LABELS}
    for module in (access, embargo, errors, lifecycle, organisations, release, texts):
        kinds = {kind for kind in vars(module).values() if isinstance(kind, type) and kind in shown}
        assert kinds, module.__name__


def test_an_instant_is_said_with_its_zone() -> None:
    """Nobody has to guess whose clock it is."""
    assert SV.when(T) == "måndag 14 december 2026 kl. 06.00 (svensk tid)"
    assert EN.when(T) == "Monday 14 December 2026 at 06:00 (Swedish time)"


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    """In the last night of October the zone's name is exact."""
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert SV.when(first) == "söndag 25 oktober 2026 kl. 02.30 (svensk sommartid)"
    assert SV.when(first + timedelta(hours=1)) == "söndag 25 oktober 2026 kl. 02.30 (svensk vintertid)"


@pytest.mark.parametrize(
    ("away", "swedish", "english"),
    [
        (T - NOW, "om 21 dagar och 18 timmar", "in 21 days and 18 hours"),
        (timedelta(minutes=-3), "för 3 minuter sedan", "3 minutes ago"),
        (timedelta(seconds=61), "om 1 minut och 1 sekund", "in 1 minute and 1 second"),
        (timedelta(), "nu", "now"),
        (timedelta(days=3, minutes=5), "om 3 dagar", "in 3 days"),
    ],
)
def test_how_far_away_it_is_takes_two_units(away: timedelta, swedish: str, english: str) -> None:
    """Two units are exact enough, and one alone may mislead by half."""
    assert SV.until(NOW + away, NOW) == swedish
    assert EN.until(NOW + away, NOW) == english


def test_numbers_are_grouped_from_five_digits() -> None:
    """Four digits are mostly years."""
    assert SV.number(2026) == "2026"
    assert SV.number(12345.5) == "12\N{NO-BREAK SPACE}345,5"
    assert EN.number(12345) == "12,345"


def test_states_with_the_same_name_in_code_are_told_apart() -> None:
    """A draft, held, live: the same word in code is not the same word for people."""
    assert (SV.value(Stage.LIVE), SV.value(DeliveryState.LIVE)) == ("offentlig", "ute")
    assert SV.value(TextState.DRAFT) == "utkast"


def test_an_error_is_said_whole_in_the_readers_language() -> None:
    """Its facts, and the sentence that is itself a fact, are in that language too."""
    with pytest.raises(SamklangError) as refused:
        after(Stage.LIVE, Move.HOLD)
    said = say(refused.value, SV)
    assert said.startswith("Kampanjens läge är offentlig, så det här går inte: pausa.")
    assert said.endswith("Rätta en text eller dra tillbaka den i stället.")
    assert "public" in say(refused.value, EN)


def test_a_fault_says_where_it_is() -> None:
    """Line and field come first, as in the file."""
    fault = Fault(message=LiftInThePast.message, facts={"lift_at": T}, field="campaign.lift_at", line=12)
    assert say_fault(fault, SV).startswith("rad 12, campaign.lift_at: ")
    assert "14 december 2026 kl. 06.00" in say_fault(fault, SV)
    assert say(BadInput([fault]), EN).splitlines()[1].startswith("line 12, campaign.lift_at: The lift Monday")


def test_a_language_is_called_by_its_name() -> None:
    """Nobody reads tags; what is no tag stays as it was written."""
    fault = Fault(message="{message}: {language}, {languages}", facts={"language": "ar", "languages": ["so", "x"]})
    assert say_fault(replace(fault, facts={**fault.facts, "message": "ar"}), SV) == "ar: arabiska, somaliska och x"


def test_an_empty_fact_stays_empty() -> None:
    """gettext keeps the catalogue's header under the empty sentence; nobody should read that."""
    assert SV.value("") == ""
    assert say(Unready(reason=""), SV).startswith("Samklang är inte redo")


def test_every_content_language_can_say_an_instant() -> None:
    """Also those that Babel knows little of."""
    for language in languages().values():
        assert "14" in when_in(language, T), language.tag
    assert when_in(languages()["ar"], T) == "الاثنين، 14 ديسمبر 2026، 06:00"
    assert when_in(languages()["sma"], T) == "2026-12-14 06:00"


def test_the_interface_speaks_only_its_own_languages() -> None:
    """A language that is not there is an error and not a silent English."""
    assert ui_languages() == ("sv", "en")
    assert [ui_language(asked) for asked in ("en", "sv-simple", "de", None)] == ["en", "sv", "sv", "sv"]
    with pytest.raises(KeyError):
        words_for("de")
