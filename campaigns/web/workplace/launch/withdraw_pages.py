"""Withdrawing a whole campaign after T: one person asks, another confirms, and tombstones are left."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import Stage
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.launch import correcting
from campaigns.work.launch.reach import Reach, reach

withdraw_pages = workplace_blueprint("withdraw_pages", __name__)

PROPOSED = N_("Your proposal waits for a colleague, for 24 hours. Everything is still public.")
WITHDRAWN = N_("The campaign is withdrawn. Its pages say so, and every channel is told.")


@withdraw_pages.get("/kampanj/<campaign_id>/dra-tillbaka")
def withdrawal(campaign_id: str) -> Response:
    """What it means, and who has asked."""
    it = _at_hand(campaign_id)
    return _page(it, Form(), _reach(it))


@withdraw_pages.post("/kampanj/<campaign_id>/dra-tillbaka")
def propose(campaign_id: str) -> BaseResponse:
    """Ask a colleague to confirm it."""
    it, form = _at_hand(campaign_id), Form()
    known = _reach(it)
    if proven(form) and not any(one.is_mine for one in known.withdrawals):
        with form.attempt():
            correcting.propose_withdraw(place(), actor(), it.id, now=now())
    if not form.ok:
        return _page(it, form, known)
    told(words()._(PROPOSED))
    return go("withdraw_pages.withdrawal", campaign_id=it.id)


@withdraw_pages.post("/kampanj/<campaign_id>/dra-tillbaka/bekrafta")
def confirm(campaign_id: str) -> BaseResponse:
    """Confirm it as the second person."""
    it, form = _at_hand(campaign_id), Form()
    if it.stage is not Stage.WITHDRAWN and proven(form):
        with form.attempt():
            correcting.confirm_withdraw(place(), actor(), it.id, now=now())
    if not form.ok:
        return _page(it, form, _reach(it))
    told(words()._(WITHDRAWN))
    return go("launch_pages.room", campaign_id=it.id)


def _at_hand(campaign_id: str) -> AtHand:
    must(Permission.WITHDRAW)
    return own_at_hand(place(), actor(), campaign_id, now=now())


def _reach(it: AtHand) -> Reach:
    return reach(place(), actor(), it.id, now=now())


def _page(it: AtHand, form: Form, found: Reach) -> Response:
    return page("work/launch/withdraw.html", status=form.status, it=it, form=form, reach=found)
