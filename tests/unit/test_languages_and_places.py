"""The tables that come with Samklang: which languages one can choose, and which places overlap."""

import unicodedata

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from campaigns.data import languages, places
from campaigns.domain.languages import Language
from campaigns.domain.places import NATION, region_code

# The first two digits of a municipality's code are its county's number (Statistics Sweden).
SAMPLES = {"SE-AB-0180": "SE-AB", "SE-M-1280": "SE-M", "SE-O-1480": "SE-O", "SE-BD-2580": "SE-BD", "SE-I-0980": "SE-I"}
EVERY_PLACE = [*places().names(), *SAMPLES]
PLACE = st.sampled_from(EVERY_PLACE)


@pytest.mark.parametrize("language", languages().values(), ids=lambda language: language.tag)
def test_a_language_is_complete(language: Language) -> None:
    """Each row names, formats and directs; Babel knows the locale even where it does not know the tag."""
    assert all(vars_of(language))
    assert str(Locale.parse(language.format_locale)) == language.format_locale
    assert language.swedish == language.swedish.strip().lower()


def vars_of(language: Language) -> tuple[str, ...]:
    return (language.swedish, language.english, language.autonym, language.script, language.group)


@pytest.mark.parametrize("language", languages().values(), ids=lambda language: language.tag)
def test_a_language_runs_the_way_its_own_name_is_written(language: Language) -> None:
    """A slip in the column of directions would turn every page of that language around."""
    first = unicodedata.bidirectional(language.autonym[0])
    assert language.direction == ("rtl" if first in {"R", "AL"} else "ltr")
    assert (language.script in {"Arab", "Hebr"}) == (language.direction == "rtl")


def test_every_language_stands_once() -> None:
    """Names are chosen from as well as tags, so no two rows look alike."""
    rows = languages().values()
    assert len({row.tag for row in rows}) == len({row.swedish for row in rows}) == len(rows) == 39
    assert len({row.autonym for row in rows}) == len(rows)


@pytest.mark.parametrize(
    "tags", [("ckb", "kmr"), ("fa", "prs"), ("se", "sma", "smj"), ("rmn", "rmy", "rmf", "rmu"), ("sv", "sv-simple")]
)
def test_languages_that_others_take_for_one_are_several(tags: tuple[str, ...]) -> None:
    """Sorani is not Kurmanji, and neither Sámi nor Romani is one language."""
    assert set(tags) <= set(languages())


def test_languages_are_offered_in_the_order_of_the_table() -> None:
    """Whatever order they were chosen in; what the table does not know is left out."""
    assert [language.tag for language in languages().in_order(["ar", "xx", "sv", "en", "ar"])] == ["sv", "en", "ar"]
    with pytest.raises(KeyError):
        languages()["xx"]


def test_sweden_has_twenty_one_counties_in_seven_police_regions() -> None:
    """As the police have been organised since 2015."""
    assert len(places().counties) == 21
    assert set(places().regions.values()) == {"Nord", "Mitt", "Stockholm", "Öst", "Väst", "Syd", "Bergslagen"}


def test_a_region_has_a_code_without_swedish_letters() -> None:
    """Codes stand in addresses and files."""
    assert [region_code(name) for name in ("Syd", "Öst", "Väst")] == [
        "SE-REGION-SYD",
        "SE-REGION-OST",
        "SE-REGION-VAST",
    ]
    assert all(code.isascii() for code in places().names())


@pytest.mark.parametrize("code", EVERY_PLACE)
def test_every_place_is_known_and_has_a_name(code: str) -> None:
    """What can be chosen can be shown."""
    assert code in places()
    assert places().name(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "se",
        "SE-",
        "SE-XX",
        "SE-XX-1280",
        "SE-M-128",
        "SE-M-12801",
        "SE-M-١٢٨٠",
        "SE-M-1280\n",
        "SE-REGION-",
        5,
        None,
        [],
    ],
)
def test_nonsense_is_no_place(code: object) -> None:
    """Not even in another script's digits."""
    assert code not in places()


@pytest.mark.parametrize(("municipality", "county"), SAMPLES.items())
def test_a_municipality_lies_in_its_county_its_region_and_the_nation(municipality: str, county: str) -> None:
    """And is shown by its code and its county."""
    region = region_code(places().counties[county].police_region)
    assert places().around(municipality) == {municipality, county, region, NATION}
    assert places().name(municipality) == f"kommun {municipality[-4:]}, {places().counties[county].name}"


def test_names_are_those_people_use() -> None:
    """The nation and a region are named in a sentence, a county by its own name."""
    assert [places().name(code) for code in (NATION, "SE-REGION-OST", "SE-M")] == [
        "hela landet",
        "polisregion Öst",
        "Skåne län",
    ]


@given(PLACE, PLACE)
def test_two_places_overlap_the_same_both_ways(one: str, other: str) -> None:
    """And a place always overlaps itself and the nation."""
    assert places().overlap(one, other) == places().overlap(other, one)
    assert places().overlap(one, one)
    assert places().overlap(one, NATION)


@given(PLACE, PLACE, PLACE)
def test_what_lies_within_a_place_lies_within_all_that_hold_it(small: str, middle: str, large: str) -> None:
    """Holding is transitive, so no level can be forgotten."""
    if middle in places().around(small) and large in places().around(middle):
        assert large in places().around(small)


@pytest.mark.parametrize(
    ("one", "other"), [("SE-M", "SE-I"), ("SE-REGION-SYD", "SE-AB-0180"), ("SE-M-1280", "SE-M-1281")]
)
def test_neighbours_do_not_overlap(one: str, other: str) -> None:
    """A subscription to one county brings nothing from the next."""
    assert not places().overlap(one, other)
