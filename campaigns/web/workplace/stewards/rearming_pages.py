"""Publishing that is disarmed: why, since when, what to look at first, and two people who arm it again."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, page, told
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import parts, place
from campaigns.web.workplace.stewards.parts import steward_blueprint
from campaigns.work.service.doctor import MOST_OFF
from campaigns.work.service.rearming import ask_to_rearm, publishing, rearm

rearming_pages = steward_blueprint("rearming_pages", __name__, Permission.REARM)

ASKED = N_("Your question waits for a colleague, for 24 hours. Nothing has changed yet.")
REARMED = N_("Publishing is armed again. Campaigns on hold stay on hold until somebody resumes them.")


@rearming_pages.get("/forvaltning/publicering")
def state() -> Response:
    """How it stands, and what can be done about it."""
    return _page(Form())


@rearming_pages.post("/forvaltning/publicering")
def ask() -> BaseResponse:
    """Ask a colleague to confirm."""
    form = Form()
    if proven(form):
        with form.attempt():
            ask_to_rearm(place(), actor(), now=now())
    return _page(form) if not form.ok else _done(ASKED)


@rearming_pages.post("/forvaltning/publicering/bekrafta")
def confirm() -> BaseResponse:
    """Confirm as the second person."""
    form = Form()
    if proven(form):
        with form.attempt():
            rearm(place(), actor(), now=now())
    return _page(form) if not form.ok else _done(REARMED)


def _done(sentence: str) -> BaseResponse:
    told(words()._(sentence))
    return go("rearming_pages.state")


def _page(form: Form) -> Response:
    found = publishing(place(), actor(), now=now())
    address = parts().settings.base_url
    return page("work/stewards/publishing.html", status=form.status, form=form, it=found, address=address, off=MOST_OFF)
