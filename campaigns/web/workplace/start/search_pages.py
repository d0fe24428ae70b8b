"""Search: what a member may see, in groups that say where each find leads."""

from flask import Response, request

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.web.site import now
from campaigns.web.workplace.desk import actor, desk, page, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.overview.searching import Hit, Kind, search

search_pages = workplace_blueprint("search_pages", __name__)

KINDS = {
    Kind.CAMPAIGN: N_("Campaigns"),
    Kind.CORE: N_("Core messages"),
    Kind.OWN: N_("Our messages"),
    Kind.QUESTION: N_("Questions and answers"),
    Kind.EDITION: N_("Local editions"),
    Kind.ORGANISATION: N_("Organisations"),
    Kind.MEMBER: N_("Colleagues"),
}


@search_pages.get("/sok")
def find() -> Response:
    """What was asked for in `q`, or how to search."""
    wanted = request.args.get("q", "").strip()[:200]
    groups = search(place(), actor(), wanted, now=now())
    return page("work/start/search.html", wanted=wanted, groups=groups, kinds=KINDS, address_of=address_of)


def address_of(hit: Hit) -> str:
    """Where a find leads; empty if there is no page for this member."""
    campaign = f"/arbete/kampanj/{hit.campaign_id}"
    match hit.kind:
        case Kind.CAMPAIGN | Kind.EDITION:
            return _own_or_public(hit)
        case Kind.CORE:
            return f"{campaign}/budskap" if hit.is_mine else f"{campaign}/underlag"
        case Kind.OWN:
            return f"/arbete/budskap/{hit.message_id}"
        case Kind.QUESTION:
            return f"{campaign}/partner" if hit.is_mine else f"{campaign}/fragor"
        case Kind.ORGANISATION:
            return "/arbete/forvaltning/organisationer" if desk().may(Permission.VERIFY) else ""
        case Kind.MEMBER:
            return "/arbete/organisation/medlemmar"


def _own_or_public(hit: Hit) -> str:
    if hit.kind is Kind.EDITION:
        return f"/arbete/lokalt/{hit.edition_id}" if hit.is_mine else f"/material/{hit.slug}"
    return f"/arbete/kampanj/{hit.campaign_id}" if hit.is_mine else f"/kampanj/{hit.slug}"
