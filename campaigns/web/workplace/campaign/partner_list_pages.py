"""Whom a campaign is told, and what they ask: the pages of the police."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.lifecycle import Stage
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.campaign.partner_list import PartnerList, find_partners, partner_list
from campaigns.work.loading import is_over
from campaigns.work.partners import briefing

partner_list_pages = workplace_blueprint("partner_list_pages", __name__)

INVITED = N_("The organisation is invited, and its members are told.")
REVOKED = N_("The invitation is taken back. The organisation's messages have left the release.")
ANSWERED = N_("The answer is sent. Everyone who is briefed reads it.")


@partner_list_pages.get("/kampanj/<campaign_id>/partner")
def partners(campaign_id: str) -> Response:
    """Everyone who is told or could be, and the questions."""
    return _shown(_own(campaign_id, Permission.READ_BRIEFING), Form())


@partner_list_pages.post("/kampanj/<campaign_id>/partner/oppna")
def open_briefing(campaign_id: str) -> BaseResponse:
    """Invite everyone the campaign concerns."""
    it = _own(campaign_id, Permission.BRIEF)

    def opened() -> str:
        count = briefing.open_briefing(place(), actor(), it.id, now=now())
        return words().ngettext(
            "{count} organisation is invited, and its members are told.",
            "{count} organisations are invited, and their members are told.",
            count,
        )

    return _done(it, opened)


@partner_list_pages.post("/kampanj/<campaign_id>/partner/bjud-in")
def invite(campaign_id: str) -> BaseResponse:
    """Invite one more."""
    it = _own(campaign_id, Permission.BRIEF)

    def invited() -> str:
        organisation_id = request.form.get("organisation", "")
        briefing.invite(place(), actor(), it.id, organisation_id=organisation_id, now=now())
        return words()._(INVITED)

    return _done(it, invited)


@partner_list_pages.get("/kampanj/<campaign_id>/partner/<organisation_id>/ta-tillbaka")
def ask_revoke(campaign_id: str, organisation_id: str) -> Response:
    """What it means to take an invitation back, before it is done."""
    it = _own(campaign_id, Permission.BRIEF)
    return _ask_revoke(it, organisation_id, Form())


@partner_list_pages.post("/kampanj/<campaign_id>/partner/<organisation_id>/ta-tillbaka")
def revoke(campaign_id: str, organisation_id: str) -> BaseResponse:
    """Take it back."""
    it, form = _own(campaign_id, Permission.BRIEF), Form()
    with form.attempt():
        briefing.revoke(place(), actor(), it.id, organisation_id=organisation_id, now=now())
    if form.ok:
        told(words()._(REVOKED))
        return go("partner_list_pages.partners", campaign_id=it.id)
    return _ask_revoke(it, organisation_id, form)


def _ask_revoke(it: AtHand, organisation_id: str, form: Form) -> Response:
    found = partner_list(place(), actor(), it.id)
    one = next((one for one in found.standing if one.partner.id == organisation_id), None)
    if one is None:
        raise NotThere
    return page("work/campaign/revoke.html", status=form.status, it=it, one=one, form=form)


@partner_list_pages.post("/kampanj/<campaign_id>/partner/svar/<question_id>")
def answer(campaign_id: str, question_id: str) -> BaseResponse:
    """Answer a question of this campaign, or answer it anew."""
    it, form = _own(campaign_id, Permission.ANSWER), Form()
    found = partner_list(place(), actor(), it.id)
    if question_id not in {question.id for question in found.questions}:
        raise NotThere
    with form.attempt(f"answer-{question_id}"):
        text = form.raw(f"answer-{question_id}")
        briefing.answer(place(), actor(), question_id, text=text, now=now())
    if form.ok:
        told(words()._(ANSWERED))
        return go("partner_list_pages.partners", campaign_id=it.id, _anchor="questions")
    return _shown(it, form, found)


def _own(campaign_id: str, permission: Permission) -> AtHand:
    must(permission)
    return own_at_hand(place(), actor(), campaign_id, now=now())


def _done(it: AtHand, task: Callable[[], str]) -> BaseResponse:
    """Do it and go back to the list, or show the list with what stands in the way."""
    form = Form()
    with form.attempt():
        told(task())
    if form.ok:
        return go("partner_list_pages.partners", campaign_id=it.id)
    return _shown(it, form)


def _shown(it: AtHand, form: Form, found: PartnerList | None = None) -> Response:
    asked = request.args.get("q", "").strip()
    may_invite = it.stage is not Stage.DRAFT and not is_over(it.stage)
    return page(
        "work/campaign/partners.html",
        status=form.status,
        it=it,
        form=form,
        found=found or partner_list(place(), actor(), it.id),
        asked=asked,
        others=find_partners(place(), actor(), it.id, words=asked) if asked and may_invite else (),
        may_invite=may_invite,
    )
