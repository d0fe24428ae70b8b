"""A campaign's own page: where it stands, what remains and who works on it; and the way to cancel it."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.lifecycle import CAMPAIGN_MOVES, Move, Stage
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.campaign.coverage_pages import language_name
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.partners.campaign_pages import ended
from campaigns.web.workplace.partners.campaign_pages import home as partner_home
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, at_hand, own_at_hand
from campaigns.work.campaign.steps import overview
from campaigns.work.late.desk import late_languages
from campaigns.work.launch.scheduling import cancel

campaign_home = workplace_blueprint("campaign_home", __name__)

CANCELLED = N_("The campaign is cancelled. Everyone who was briefed is told.")


@campaign_home.get("/kampanj/<campaign_id>")
def campaign(campaign_id: str) -> Response:
    """For the police the work that is done and remains, for a partner what it can do."""
    try:
        it = at_hand(place(), actor(), campaign_id, now=now())
    except NotThere:
        return ended(campaign_id)  # a partner that had accepted the terms is told of a cancelled one
    if not it.is_own:
        return partner_home(it)
    must(Permission.READ_BRIEFING)
    stage = Stage.LIVE if it.public and it.stage is Stage.APPROVED else it.stage
    return page(
        "work/campaign/home.html",
        it=it,
        found=overview(place(), actor(), it.id, public=it.public),
        late=late_languages(place(), actor(), it.id, now=now()),
        language_name=language_name,
        can_cancel=(stage, Move.CANCEL) in CAMPAIGN_MOVES,
        can_close=(stage, Move.CLOSE) in CAMPAIGN_MOVES,
    )


@campaign_home.get("/kampanj/<campaign_id>/stall-in")
def ask_cancel(campaign_id: str) -> Response:
    """What cancelling means, before it is done."""
    return page("work/campaign/cancel.html", it=_to_end(campaign_id), form=Form())


@campaign_home.post("/kampanj/<campaign_id>/stall-in")
def do_cancel(campaign_id: str) -> BaseResponse:
    """Cancel it, for good."""
    it, form = _to_end(campaign_id), Form()
    if proven(form):
        with form.attempt():
            cancel(place(), actor(), it.id, now=now())
    if form.ok:
        told(words()._(CANCELLED))
        return go("campaign_home.campaign", campaign_id=it.id)
    return page("work/campaign/cancel.html", status=form.status, it=it, form=form)


def _to_end(campaign_id: str) -> AtHand:
    must(Permission.HOLD)
    return own_at_hand(place(), actor(), campaign_id, now=now())
