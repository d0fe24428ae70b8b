"""The launch room: the page, and the same as a fragment that the page asks for again and again."""

from typing import Any

from flask import Response, render_template

from campaigns.domain.access import Permission
from campaigns.domain.plot import plot
from campaigns.web.site import now
from campaigns.web.workplace.desk import actor, desk, must, page, workplace_blueprint
from campaigns.web.workplace.launch.words import CHOICES, after_lift, remedy, said_error, units
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.launch.room import Pace, launch_room

launch_pages = workplace_blueprint("launch_pages", __name__)

EVERY = {Pace.NOW: 1500, Pace.SOON: 10_000, Pace.NEVER: 0}
"""Milliseconds until the room is looked at again."""
RELOAD = {Pace.NOW: 5, Pace.SOON: 30, Pace.NEVER: 0}
"""Seconds until the whole page is loaded again where there is no JavaScript."""


for _word in (after_lift, remedy, said_error, units):
    launch_pages.add_app_template_global(_word)


@launch_pages.get("/kampanj/<campaign_id>/utskick")
def room(campaign_id: str) -> Response:
    """The whole page."""
    must(Permission.REHEARSE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    return page("work/launch/room.html", **_facts(it))


@launch_pages.get("/kampanj/<campaign_id>/utskick/lage")
def state(campaign_id: str) -> Response:
    """The part of it that changes."""
    must(Permission.REHEARSE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    return Response(render_template("work/launch/state.html", desk=desk(), **_facts(it)))


def _facts(it: AtHand) -> dict[str, Any]:
    found = launch_room(place(), actor(), it.id, now=now())
    return {
        "it": it,
        "room": found,
        "plot": plot(found.left),
        "every": EVERY[found.pace],
        "reload": RELOAD[found.pace],
        "decisions": CHOICES,
    }
