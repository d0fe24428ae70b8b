"""Administration: what needs a steward, the tables that come with Samklang, and the health of the service."""

from flask import Response

from campaigns import data
from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.places import region_code
from campaigns.web.site import now
from campaigns.web.workplace.desk import actor, must, page
from campaigns.web.workplace.parts import parts, place
from campaigns.web.workplace.stewards.parts import steward_blueprint
from campaigns.work.service.doctor import CHECKS
from campaigns.work.service.health import health
from campaigns.work.stewards.overview import attention
from campaigns.work.stewards.tables import NONE, table_use

GROUPS = {
    "core": N_("most used"),
    "minority": N_("national minority language"),
    "large": N_("spoken by many in Sweden"),
}
"""What the groups of the table of languages mean."""

steward_pages = steward_blueprint("stewards", __name__, Permission.VERIFY)


@steward_pages.get("/forvaltning")
def home() -> Response:
    """What needs a steward."""
    found = health(place(), parts().settings, actor(), now=now()) if actor().may(Permission.SEE_HEALTH) else None
    return page("work/stewards/home.html", needs=attention(place(), actor()), health=found, checks=CHECKS)


@steward_pages.get("/forvaltning/sprak")
def language_table() -> Response:
    """The languages that people choose between."""
    use = table_use(place(), actor()).languages
    rows = list(data.languages().values())
    return page("work/stewards/languages.html", rows=rows, use=use, unused=NONE, groups=GROUPS)


@steward_pages.get("/forvaltning/platser")
def place_table() -> Response:
    """The places: police regions with their counties."""
    counties = data.places().counties.values()
    regions = [
        (region, region_code(region), [county for county in counties if county.police_region == region])
        for region in data.places().regions.values()
    ]
    return page("work/stewards/places.html", regions=regions, use=table_use(place(), actor()).places, unused=NONE)


@steward_pages.get("/forvaltning/halsa")
def state_of_health() -> Response:
    """How the service is, as far as it is known here and now."""
    return _health(dials=False)


@steward_pages.post("/forvaltning/halsa")
def examine_all() -> Response:
    """The same with the mail server and every channel asked. Nothing is stored, so there is nothing to go on from."""
    return _health(dials=True)


def _health(*, dials: bool) -> Response:
    must(Permission.SEE_HEALTH)
    found = health(place(), parts().settings, actor(), now=now(), dials=dials)
    return page("work/stewards/health.html", health=found, checks=CHECKS, dialled=dials)
