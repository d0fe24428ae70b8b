"""The police's core messages: each in each language, how far it has come, and who writes."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import own_at_hand
from campaigns.work.texts.core import add_core_message, core_messages, move_core_message, remove_core_message
from campaigns.work.uploads.desk import pieces_counted

text_core_pages = workplace_blueprint("text_core_pages", __name__)

ADDED = N_("The message was added. Begin with its Swedish text.")
REMOVED = N_("The message was removed with its texts.")


@text_core_pages.get("/kampanj/<campaign_id>/budskap")
def messages(campaign_id: str) -> Response:
    """All core messages and their languages."""
    return _shown(campaign_id, Form(typed=False))


@text_core_pages.post("/kampanj/<campaign_id>/budskap")
def add(campaign_id: str) -> BaseResponse:
    """Add a core message."""
    must(Permission.EDIT_CORE)
    form, added = Form(), ""
    with form.attempt():
        added = add_core_message(place(), actor(), campaign_id, name=form.raw("name"), now=now())
    if not form.ok:
        return _shown(campaign_id, form)
    told(words()._(ADDED))
    return go("text_pages.edit", message_id=added, language="sv")


@text_core_pages.post("/kampanj/<campaign_id>/budskap/<message_id>/flytta")
def move(campaign_id: str, message_id: str) -> BaseResponse:
    """Move a core message one step up or down."""
    must(Permission.EDIT_CORE)
    form = Form()
    with form.attempt():
        move_core_message(place(), actor(), message_id, earlier=form.text("to") == "up", now=now())
    return go(".messages", campaign_id=campaign_id) if form.ok else _shown(campaign_id, form)


@text_core_pages.post("/kampanj/<campaign_id>/budskap/<message_id>/ta-bort")
def remove(campaign_id: str, message_id: str) -> BaseResponse:
    """Remove a core message that nobody has answered."""
    must(Permission.EDIT_CORE)
    form = Form()
    with form.attempt():
        remove_core_message(place(), actor(), message_id, now=now())
    if not form.ok:
        return _shown(campaign_id, form)
    told(words()._(REMOVED))
    return go(".messages", campaign_id=campaign_id)


def _shown(campaign_id: str, form: Form) -> Response:
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    must(Permission.EDIT_CORE)
    core = core_messages(place(), actor(), campaign_id)
    return page(
        "work/text/core.html",
        status=form.status,
        it=it,
        core=core,
        form=form,
        pieces=pieces_counted(place(), actor(), campaign_id),
    )
