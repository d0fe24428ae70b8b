"""Approval: what goes out word by word, asking for a yes, and giving it as another person."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.launch import approving
from campaigns.work.launch.approval_desk import approval_desk
from campaigns.work.launch.approval_values import ApprovalDesk, Changed, changed_since

approval_pages = workplace_blueprint("approval_pages", __name__)

ASKED = N_("Approval is asked for. A colleague can now read it and say yes.")
APPROVED = N_("Approved and frozen. It goes out by itself when the embargo is lifted.")
CHANGED = N_("What goes out has changed since you opened the page, so nothing was approved. See below what is new.")


@approval_pages.get("/kampanj/<campaign_id>/godkannande")
def approval(campaign_id: str) -> Response:
    """Exactly what will go out, and what one can do about it."""
    it = _at_hand(campaign_id)
    return _page(it, _desk_of(it), Form())


@approval_pages.post("/kampanj/<campaign_id>/godkannande/be")
def ask(campaign_id: str) -> BaseResponse:
    """Ask for approval of what stands there now."""
    must(Permission.ASK_APPROVAL)
    it, form = _at_hand(campaign_id), Form()
    found = _desk_of(it)
    if found.asked is None or not found.asked.is_mine:
        with form.attempt():
            approving.ask_approval(place(), actor(), it.id, now=now())
    if not form.ok:
        return _page(it, found, form)
    told(words()._(ASKED))
    return go("approval_pages.approval", campaign_id=it.id)


@approval_pages.post("/kampanj/<campaign_id>/godkannande")
def approve(campaign_id: str) -> BaseResponse:
    """Approve the revision that was shown, and no other."""
    must(Permission.APPROVE)
    it, form = _at_hand(campaign_id), Form()
    found, shown = _desk_of(it), form.text("revision")
    if found.frozen is not None and found.revision == shown:
        return go("launch_pages.room", campaign_id=it.id)  # sent twice: it is approved already
    if found.revision != shown:
        form.sentences.append(words()._(CHANGED))
        return _page(it, found, form, changed=changed_since(found, request.form.getlist("seen")))
    if proven(form):
        with form.attempt():
            approving.approve(place(), actor(), it.id, revision=shown, now=now())
    if not form.ok:
        return _page(it, found, form)
    told(words()._(APPROVED))
    return go("launch_pages.room", campaign_id=it.id)


def _at_hand(campaign_id: str) -> AtHand:
    must(Permission.READ_BRIEFING)
    return own_at_hand(place(), actor(), campaign_id, now=now())


def _desk_of(it: AtHand) -> ApprovalDesk:
    return approval_desk(place(), actor(), it.id, now=now())


def _page(it: AtHand, found: ApprovalDesk, form: Form, *, changed: Changed | None = None) -> Response:
    return page(
        "work/approval/desk.html",
        status=form.status,
        it=it,
        found=found,
        form=form,
        changed=changed,
        say_fault=say_fault_alone,
    )
