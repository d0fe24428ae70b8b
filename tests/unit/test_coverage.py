"""Coverage: which languages reach which counties and regions, and where the gaps are."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns import data
from campaigns.domain.coverage import Coverage, Reach, cover

PLACES = data.places()


def covered(*voices: tuple[str, list[str]], places: tuple[str, ...] = ("SE",)) -> Coverage:
    """A campaign in Swedish and Somali."""
    return cover(PLACES, languages=("sv", "so"), places=places, voices=voices)


def test_the_nation_covers_every_county() -> None:
    """And a language nobody speaks reaches none."""
    found = covered(("sv", ["SE"]))
    assert found.everywhere == ("sv",)
    assert all(county.languages == ("sv",) for county in found.counties)
    (gap,) = found.gaps
    assert (gap.language, gap.everywhere) == ("so", True)


def test_a_region_covers_its_counties_and_the_others_are_the_gap() -> None:
    """Somali reaches all regions but Nord."""
    found = covered(("sv", ["SE"]), ("so", [code for code in PLACES.regions if code != "SE-REGION-NORD"]))
    (gap,) = found.gaps
    assert (gap.language, gap.regions, gap.counties, gap.everywhere) == ("so", ("Nord",), (), False)


def test_a_municipality_reaches_only_part_of_its_county() -> None:
    """So the county is named among the gaps, and counts for nothing on the map."""
    found = covered(("so", ["SE-M-1280"]))
    skane = next(county for county in found.counties if county.code == "SE-M")
    assert skane.by_language["so"] is Reach.PART
    assert skane.languages == ()
    gap = next(gap for gap in found.gaps if gap.language == "so")
    assert "Skåne län" in gap.counties


def test_a_place_the_campaign_is_not_meant_for_is_no_gap() -> None:
    """A campaign for Skåne misses nothing in the north."""
    found = covered(("sv", ["SE-M"]), ("so", ["SE-M"]), places=("SE-M",))
    assert found.gaps == ()
    assert not next(county for county in found.counties if county.code == "SE-BD").is_meant


def test_every_county_is_there_once() -> None:
    """Twenty-one counties in seven regions."""
    found = covered()
    assert len(found.regions) == 7
    assert sorted(county.code for county in found.counties) == sorted(PLACES.counties)


@given(st.lists(st.sampled_from(PLACES.names()), max_size=4), st.sampled_from(PLACES.names()))
def test_another_voice_never_takes_reach_away(where: list[str], more: str) -> None:
    """However places are combined."""
    order = [Reach.NONE, Reach.PART, Reach.ALL]
    before, after = covered(("so", where)), covered(("so", where), ("so", [more]))
    for one, other in zip(before.counties, after.counties, strict=True):
        assert order.index(one.by_language["so"]) <= order.index(other.by_language["so"])
