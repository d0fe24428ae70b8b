"""The coverage of the country: which languages reach which county, as a map of squares and as a table."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response

from campaigns.data import languages
from campaigns.domain.access import Permission
from campaigns.domain.coverage import Coverage, Gap, Reach, Reached
from campaigns.domain.errors import N_
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, must, page, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.campaign import coverage
from campaigns.work.campaign.at_hand import own_at_hand

coverage_pages = workplace_blueprint("coverage_pages", __name__)

TILES = {
    "BD": (3, 0), "AC": (2, 1), "Z": (1, 2), "Y": (2, 2), "W": (1, 3), "X": (2, 3), "S": (0, 4), "T": (1, 4),
    "U": (2, 4), "C": (3, 4), "O": (0, 5), "D": (2, 5), "AB": (3, 5), "N": (0, 6), "F": (1, 6), "E": (2, 6),
    "G": (1, 7), "H": (2, 7), "I": (3, 7), "M": (0, 8), "K": (1, 8),
}  # fmt: skip
"""Where each county stands on the map: column from the west, row from the north. A square each, roughly in place."""

REACHES = {
    Reach.ALL: ("live", "✓", N_("is reached")),
    Reach.PART: ("wait", "◐", N_("is partly reached")),
    Reach.NONE: ("stop", "✗", N_("is not reached")),
    Reach.OUTSIDE: ("plain", "·", N_("not meant for here")),
}
STEP = 62


@dataclass(frozen=True, kw_only=True)
class Tile:
    """One square of the map: its letters, where its corner is, and how full it is."""

    letters: str
    county: Reached
    x: int
    y: int
    shade: str


def tiles(found: Coverage) -> Iterator[Tile]:
    """The squares, from the north to the south."""
    counties = {county.code.removeprefix("SE-"): county for county in found.counties}
    for letters, (column, row) in TILES.items():
        county = counties[letters]
        yield Tile(letters=letters, county=county, x=column * STEP, y=row * STEP, shade=_shade(county, found))


def _shade(county: Reached, found: Coverage) -> str:
    if not county.is_meant:
        return "outside"
    reached = len(county.languages)
    if reached == len(found.languages):
        return "all"
    return "some" if reached else "none"


def language_name(tag: str) -> str:
    """What a language is called in the interface's language."""
    language = languages()[tag]
    return words().called(language)


def gap_sentences(gap: Gap) -> list[str]:
    """Where a language does not get, in whole sentences."""
    name = language_name(gap.language)
    name = name[:1].upper() + name[1:]
    if gap.everywhere:
        return [words()._(N_("{language} reaches no region yet."), language=name)]
    found = []
    if gap.regions:
        found.append(words()._(N_("{language} does not reach {places}."), language=name, places=list(gap.regions)))
    if gap.counties:
        found.append(
            words()._(N_("{language} does not reach the whole of {places}."), language=name, places=list(gap.counties))
        )
    return found


@coverage_pages.get("/kampanj/<campaign_id>/tackning")
def country(campaign_id: str) -> Response:
    """Languages by county, with the gaps in words."""
    must(Permission.REHEARSE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    covered = coverage.coverage(place(), actor(), campaign_id, now=now())
    return page(
        "work/board/coverage.html",
        it=it,
        covered=covered,
        coverage=covered.coverage,
        tiles=list(tiles(covered.coverage)),
        reaches=REACHES,
        gap_sentences=gap_sentences,
        size=(4 * STEP, 9 * STEP),
    )
