"""Registering a campaign: in a form with the least one needs, or from a file that holds all of it."""

from datetime import datetime, timedelta

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, BadInput
from campaigns.domain.times import SWEDEN
from campaigns.i18n import say_fault
from campaigns.web.site import now, words
from campaigns.web.workplace.campaign import facts_form
from campaigns.web.workplace.campaign.facts_pages import choices_of_places_and_languages
from campaigns.web.workplace.campaign.lift_picker import chosen, moments, offsets, soon
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.drafts import CampaignDraft
from campaigns.work.campaign.facts import register_first
from campaigns.work.campaign.registering import Registered, register
from campaigns.work.campaign_file.reading import read_campaign_file

register_pages = workplace_blueprint("register_pages", __name__)

NEEDED = ("name", "headline", "languages", "places", "secrecy_ground", "secrecy_decided_by", "contact_name")
REGISTERED = N_("The campaign is registered, under embargo. Nobody outside your organisation knows of it yet.")
NO_FILE = N_("Choose a file, or write the campaign in the field.")
NOT_TEXT = N_("The file is not text in UTF-8. Save it so, and choose it again.")
URGENT_LIFT = timedelta(minutes=15)


@register_pages.get("/kampanj/ny")
def new() -> Response:
    """An empty form; with `bradskande` its times are minutes away."""
    must(Permission.REGISTER)
    urgent = "bradskande" in request.args
    opens, lift = (soon(timedelta()), soon(URGENT_LIFT)) if urgent else (_morning(7, 9), _morning(21, 6))
    return _shown(
        Form(
            {
                "languages": ["sv"],
                "secrecy_ground": words()._(N_("none")),
                "contact_name": desk().name,
                "contact_email": desk().email,
                **moments(briefing_opens_at=opens, lift_at=lift),
            }
        ),
        urgent=urgent,
    )


def _morning(days: int, hour: int) -> datetime:
    day = now().astimezone(SWEDEN) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


@register_pages.post("/kampanj/ny")
def register_it() -> BaseResponse:
    """Register what was typed."""
    must(Permission.REGISTER)
    form = Form()
    opens, lift = chosen(form, "briefing_opens_at"), chosen(form, "lift_at")
    campaign_id = ""
    if _has_all(form) and opens and lift:
        with form.attempt():
            campaign_id = register_first(
                place(),
                actor(),
                content=facts_form.content(form),
                slug=form.text("slug"),
                headline=form.text("headline"),
                long=form.raw("long"),
                lift_at=lift,
                briefing_opens_at=opens,
                now=now(),
            )
    if campaign_id:
        told(words()._(REGISTERED))
        return go("campaign_home.campaign", campaign_id=campaign_id)
    return _shown(form, urgent=False)


def _has_all(form: Form) -> bool:
    if not form.lines("municipalities"):
        return form.need(*NEEDED)
    return form.need(*(name for name in NEEDED if name != "places"))


def _shown(form: Form, *, urgent: bool) -> Response:
    return page(
        "work/campaign/new.html",
        status=form.status,
        form=form,
        urgent=urgent,
        twice={name: offsets(form, name) for name in ("briefing_opens_at", "lift_at")},
        **choices_of_places_and_languages(),
    )


@register_pages.get("/kampanj/ny/fil")
def file() -> Response:
    """Where a file is chosen."""
    must(Permission.REGISTER)
    return page("work/campaign/file.html", form=Form(), faults=(), draft=None)


@register_pages.post("/kampanj/ny/fil")
def read_file() -> BaseResponse:
    """Show what a file holds and every fault with its line; or register it, if that was what the button said."""
    must(Permission.REGISTER)
    form = Form()
    text = _text_of(form)
    if text is None:
        return page("work/campaign/file.html", status=422, form=form, faults=(), draft=None, text=form.raw("text"))
    try:
        draft, found = read_campaign_file(text.encode(), now=now(), step=place().lift_step)
    except BadInput as error:
        faults = [say_fault(fault, words()) for fault in error.faults]
        return page("work/campaign/file.html", status=422, form=form, faults=faults, draft=None, text=text)
    warnings = [say_fault(fault, words()) for fault in found]
    done: list[Registered] = []
    if form.text("do") == "register":
        with form.attempt():
            done.append(register(place(), actor(), draft, now=now()))
    if done:
        return _registered(draft, done[0])
    return page(
        "work/campaign/file.html",
        status=form.status,
        form=form,
        faults=(),
        warnings=warnings,
        draft=draft,
        text=text,
    )


def _text_of(form: Form) -> str | None:
    """What was chosen, or else what was written; None with the fault noted."""
    given = request.files.get("file")
    raw = given.read() if given and given.filename else form.raw("text").encode()
    if not raw.strip():
        form.fault("file", words()._(NO_FILE))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        form.fault("file", words()._(NOT_TEXT))
        return None


def _registered(draft: CampaignDraft, done: Registered) -> BaseResponse:
    """On to the campaign; new webhooks' secrets are shown first, as they are shown this one time."""
    secrets = [(one.name, dict(one.webhook_secrets)) for one in done.organisations if one.webhook_secrets]
    if secrets:
        return page("work/campaign/file_secrets.html", campaign_id=done.campaign_id, name=draft.name, secrets=secrets)
    told(words()._(REGISTERED))
    return go("campaign_home.campaign", campaign_id=done.campaign_id)
