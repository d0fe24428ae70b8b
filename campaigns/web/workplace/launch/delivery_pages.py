"""One delivery: where it stands, what a person can decide about it, and what is published by hand."""

from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import DeliveryState
from campaigns.web.icalendar import IcalEvent, icalendar
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, go, must, page, safe_way, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.launch.words import CHOICES
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import at_hand
from campaigns.work.launch import reporting
from campaigns.work.launch.delivery import OneDelivery, one_delivery

delivery_pages = workplace_blueprint("delivery_pages", __name__)

REMINDER = N_("Something to do (Samklang)")
REPORTED = N_("Thank you. The receipt now says that it is out.")
DECIDED = {
    "igen": (reporting.try_again, DeliveryState.PLANNED, N_("It is sent once more, as soon as possible.")),
    "klar": (reporting.mark_as_done, DeliveryState.LIVE, N_("Marked as done. Nothing more is sent.")),
    "lamna": (reporting.leave, DeliveryState.CANCELLED, N_("Left. It is not sent.")),
}


@delivery_pages.get("/leverans/<delivery_id>")
def delivery(delivery_id: str) -> Response:
    """Everything that is known of it."""
    return _page(_found(delivery_id), Form())


@delivery_pages.post("/leverans/<delivery_id>/<any(igen,klar,lamna):choice>")
def decide(delivery_id: str, choice: str) -> BaseResponse:
    """What becomes of a delivery that needs a person. Pressed twice it is decided once."""
    must(Permission.REPORT)
    found, form = _found(delivery_id), Form()
    task, leads_to, done = DECIDED[choice]
    if found.line.state is not leads_to:
        with form.attempt():
            task(place(), actor(), delivery_id, now=now())
    if not form.ok:
        return _page(found, form)
    told(words()._(done))
    otherwise = url_for("delivery_pages.delivery", delivery_id=delivery_id)
    return redirect(safe_way(request.form.get("till"), otherwise), 303)


@delivery_pages.post("/leverans/<delivery_id>/publicerat")
def published(delivery_id: str) -> BaseResponse:
    """A person says that the text is out, and may say where."""
    must(Permission.REPORT)
    found, form = _found(delivery_id), Form()
    if found.line.state is not DeliveryState.LIVE:
        with form.attempt():
            reporting.report_published(place(), actor(), delivery_id, address=form.text("address") or None, now=now())
    if not form.ok:
        return _page(found, form)
    told(words()._(REPORTED))
    return go("delivery_pages.delivery", delivery_id=delivery_id)


@delivery_pages.get("/leverans/<delivery_id>/paminnelse.ics")
def reminder(delivery_id: str) -> Response:
    """T for one's own calendar: a time, a neutral title and an address behind the login."""
    found = _found(delivery_id)
    event = IcalEvent(
        uid=f"delivery-{found.line.id}@{urlsplit(site().base_url).hostname}",
        at=found.line.planned_at,
        title=words()._(REMINDER),
        address=site().absolute(url_for("delivery_pages.delivery", delivery_id=delivery_id)),
        sequence=0,
        is_certain=found.line.state is not DeliveryState.HELD,
    )
    answer = Response(icalendar("Samklang", [event], now=now()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="samklang.ics"'
    return answer


def _found(delivery_id: str) -> OneDelivery:
    must(Permission.READ_BRIEFING)
    return one_delivery(place(), actor(), delivery_id, now=now())


def _page(found: OneDelivery, form: Form) -> Response:
    it = at_hand(place(), actor(), found.campaign_id, now=now())
    return page(
        "work/launch/delivery.html", status=form.status, it=it, found=found, line=found.line, form=form,
        decisions=CHOICES,
    )  # fmt: skip
