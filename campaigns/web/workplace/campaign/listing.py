"""The list of campaigns: one's own for the police, those a partner may know of."""

from collections import Counter

from flask import Response, request

from campaigns.web.site import now
from campaigns.web.workplace.desk import actor, page, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.listing import Part, campaigns_at_hand

campaign_list = workplace_blueprint("campaign_list", __name__)


@campaign_list.get("/kampanjer")
def campaigns() -> Response:
    """All of them, one part of them, or those whose name holds some words."""
    lines = campaigns_at_hand(place(), actor(), now=now())
    asked, wanted = request.args.get("visa", ""), request.args.get("q", "").strip()
    shown = [line for line in lines if asked in {"", line.part.value} and wanted.casefold() in line.at.name.casefold()]
    return page(
        "work/campaign/list.html",
        lines=lines,
        shown=shown,
        asked=asked,
        wanted=wanted,
        parts=tuple(Part),
        counts=Counter(line.part for line in lines),
    )
