"""Coverage: which languages reach which counties and police regions, carried by partners who said yes.

Everyone can read a campaign on the web. Coverage is about the voices people already listen to where they live.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.places import Places, region_code


class Reach(StrEnum):
    """How far a language gets in a place."""

    ALL = "all"
    PART = "part"  # some municipality of a county, or some county of a region
    NONE = "none"
    OUTSIDE = "outside"  # the campaign is not meant for this place


@dataclass(frozen=True, kw_only=True)
class Reached:
    """One county, or one police region, and how far each language gets there."""

    code: str
    name: str
    by_language: Mapping[str, Reach]

    @property
    def is_meant(self) -> bool:
        """Whether the campaign concerns this place at all."""
        return any(reach is not Reach.OUTSIDE for reach in self.by_language.values())

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that reach the whole place."""
        return tuple(tag for tag, reach in self.by_language.items() if reach is Reach.ALL)


@dataclass(frozen=True, kw_only=True)
class Region:
    """A police region with its counties."""

    whole: Reached
    counties: tuple[Reached, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Where a language does not get: whole regions by name, and single counties of regions it reaches in part."""

    language: str
    regions: tuple[str, ...]
    counties: tuple[str, ...]
    everywhere: bool


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The whole country, or as much of it as the campaign is meant for."""

    languages: tuple[str, ...]
    regions: tuple[Region, ...]

    @property
    def counties(self) -> tuple[Reached, ...]:
        """Every county, region by region."""
        return tuple(county for region in self.regions for county in region.counties)

    @property
    def everywhere(self) -> tuple[str, ...]:
        """The languages that reach every region the campaign is meant for."""
        gaps = {gap.language for gap in self.gaps}
        return tuple(tag for tag in self.languages if tag not in gaps)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is not reached, language by language."""
        found = (_gap(self.regions, tag) for tag in self.languages)
        return tuple(gap for gap in found if gap is not None)


def cover(
    table: Places, *, languages: Sequence[str], places: Iterable[str], voices: Iterable[tuple[str, Sequence[str]]]
) -> Coverage:
    """`places` are the campaign's own; each of `voices` is a language and the places of whoever speaks it."""
    reach: dict[str, set[str]] = {tag: set() for tag in languages}
    for tag, where in voices:
        if tag in reach:
            reach[tag].update(where)
    meant = set(places)
    counties = {
        county.code: Reached(
            code=county.code,
            name=county.name,
            by_language={tag: _in_county(table, county.code, reach[tag], meant) for tag in languages},
        )
        for county in table.counties.values()
    }
    return Coverage(
        languages=tuple(languages),
        regions=tuple(_region(table, code, name, counties, languages) for code, name in table.regions.items()),
    )


def _in_county(table: Places, code: str, reached: Iterable[str], meant: Iterable[str]) -> Reach:
    if not any(table.overlap(code, place) for place in meant):
        return Reach.OUTSIDE
    around, found = table.around(code), set(reached)
    if around & found:
        return Reach.ALL
    return Reach.PART if any(code in table.around(place) for place in found) else Reach.NONE


def _region(table: Places, code: str, name: str, counties: Mapping[str, Reached], languages: Sequence[str]) -> Region:
    within = tuple(
        counties[county.code] for county in table.counties.values() if region_code(county.police_region) == code
    )
    whole = {tag: _together([county.by_language[tag] for county in within]) for tag in languages}
    return Region(whole=Reached(code=code, name=name, by_language=whole), counties=within)


def _together(reaches: Iterable[Reach]) -> Reach:
    found = set(reaches) - {Reach.OUTSIDE}
    if not found:
        return Reach.OUTSIDE
    return next(iter(found)) if len(found) == 1 else Reach.PART


def _gap(regions: Sequence[Region], tag: str) -> Gap | None:
    meant = [region for region in regions if region.whole.by_language[tag] is not Reach.OUTSIDE]
    none = tuple(region.whole.name for region in meant if region.whole.by_language[tag] is Reach.NONE)
    partly = [region for region in meant if region.whole.by_language[tag] is Reach.PART]
    counties = tuple(
        county.name
        for region in partly
        for county in region.counties
        if county.by_language[tag] in {Reach.NONE, Reach.PART}
    )
    if not none and not counties:
        return None
    return Gap(language=tag, regions=none, counties=counties, everywhere=bool(none) and len(none) == len(meant))
