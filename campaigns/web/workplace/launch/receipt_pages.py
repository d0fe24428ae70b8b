"""The receipt: what left, when and to where, to read, to print and to keep as a file."""

import json

from flask import Response

from campaigns.domain.access import Permission
from campaigns.domain.errors import NotThere
from campaigns.web.site import now
from campaigns.web.workplace.desk import actor, must, page, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import at_hand
from campaigns.work.launch.receipt import Receipt, receipt_for

receipt_pages = workplace_blueprint("receipt_pages", __name__)


@receipt_pages.get("/kampanj/<campaign_id>/kvitto")
def receipt(campaign_id: str) -> Response:
    """In words and as a table; what it is for, where there is none yet."""
    must(Permission.READ_BRIEFING)
    it = at_hand(place(), actor(), campaign_id, now=now())
    return page("work/launch/receipt.html", it=it, found=_if_there(campaign_id))


@receipt_pages.get("/kampanj/<campaign_id>/kvitto.json")
def as_json(campaign_id: str) -> Response:
    """The same for programs and archives. Raises NotThere where there is none yet."""
    must(Permission.READ_BRIEFING)
    found = receipt_for(place(), actor(), campaign_id, now=now())
    answer = Response(json.dumps(found.written, ensure_ascii=False, indent=2), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="kvitto.json"'
    return answer


def _if_there(campaign_id: str) -> Receipt | None:
    try:
        return receipt_for(place(), actor(), campaign_id, now=now())
    except NotThere:
        return None
