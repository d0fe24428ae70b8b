"""Where a campaign is meant: the nation, a police region, a county or a municipality.

A place is written as a code: `SE` (the nation), `SE-REGION-SYD` (a police region), `SE-M` (a county, ISO 3166-2) or
`SE-M-1280` (a municipality: its county and its four-digit code). Source of the regions: `campaigns/data/places.tsv`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

NATION = "SE"
_MUNICIPALITY = re.compile(r"(SE-[A-Z]{1,2})-([0-9]{4})")


@dataclass(frozen=True, kw_only=True)
class County:
    """A county (län) and the police region (polisregion) it lies in."""

    code: str
    name: str
    police_region: str


def region_code(name: str) -> str:
    """The code of a police region, from its name: `Syd` becomes `SE-REGION-SYD`."""
    folded = name.upper().translate(str.maketrans("ÅÄÖ", "AAO"))
    return f"{NATION}-REGION-{folded}"


class Places:
    """The table of places, and the one question asked of it: do two places overlap?"""

    def __init__(self, counties: Iterable[County]) -> None:
        self.counties = {county.code: county for county in counties}
        self.regions = {region_code(county.police_region): county.police_region for county in self.counties.values()}

    def __contains__(self, code: object) -> bool:
        if not isinstance(code, str):
            return False
        municipality = _MUNICIPALITY.fullmatch(code)
        return code == NATION or code in self.regions or (municipality[1] if municipality else code) in self.counties

    def names(self) -> list[str]:
        """Every code that has a name of its own, for lists of what one may choose."""
        return [NATION, *self.regions, *self.counties]

    def name(self, code: str) -> str:
        """The Swedish name of a place; a municipality is shown by its code and county."""
        if code == NATION:
            return "hela landet"
        if code in self.regions:
            return f"polisregion {self.regions[code]}"
        municipality = _MUNICIPALITY.fullmatch(code)
        if municipality:
            return f"kommun {municipality[2]}, {self.counties[municipality[1]].name}"
        return self.counties[code].name

    def around(self, code: str) -> frozenset[str]:
        """The place itself and every larger place that holds it."""
        municipality = _MUNICIPALITY.fullmatch(code)
        county = self.counties.get(municipality[1] if municipality else code)
        within = {code, NATION}
        if county:
            within |= {county.code, region_code(county.police_region)}
        return frozenset(within)

    def overlap(self, one: str, other: str) -> bool:
        """Whether something meant for one place concerns the other: one of them holds the other."""
        return one in self.around(other) or other in self.around(one)
