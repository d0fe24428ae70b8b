"""What a member was asked for by name: the list of it, and the embargo terms before the first text opens."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.translating.words import JOBS, LACKS
from campaigns.work.partners.briefing import accept_terms, terms_now
from campaigns.work.translating.asking import end_assignment
from campaigns.work.translating.mine import asked_by, my_tasks

translating_pages = workplace_blueprint("translating_pages", __name__)

ACCEPTED = N_("You have accepted the terms. Here is what you were asked for.")
ENDED = N_("You have stepped back from the text. What you wrote is kept.")


@translating_pages.get("/oversattning")
def mine() -> Response:
    """Every text one was asked for, what waits first."""
    must(Permission.READ_BRIEFING)
    return _mine(Form(typed=False))


def _mine(form: Form) -> Response:
    tasks = my_tasks(place(), actor(), now=now())
    return page("work/translating/mine.html", status=form.status, form=form, tasks=tasks, jobs=JOBS, said=LACKS)


@translating_pages.post("/oversattning/<assignment_id>/avsta")
def step_back(assignment_id: str) -> BaseResponse:
    """Step back from a text."""
    must(Permission.READ_BRIEFING)
    form = Form()
    with form.attempt():
        end_assignment(place(), actor(), assignment_id, now=now())
    if not form.ok:
        return _mine(form)
    told(words()._(ENDED))
    return go(".mine")


@translating_pages.get("/oversattning/<campaign_id>/villkor")
def terms(campaign_id: str) -> Response:
    """The embargo terms, for whoever was asked for a text."""
    must(Permission.READ_BRIEFING)
    return _terms(campaign_id, Form(typed=False))


@translating_pages.post("/oversattning/<campaign_id>/villkor")
def accept(campaign_id: str) -> BaseResponse:
    """Accept the terms in the version that was shown."""
    must(Permission.READ_BRIEFING)
    asked_by(place(), actor(), campaign_id, now=now())
    form, version = Form(), 0
    written = form.text("version")
    if written.isascii() and written.isdigit() and len(written) < 9:
        version = int(written)
    with form.attempt():
        accept_terms(place(), actor(), campaign_id, version=version, now=now())
    if not form.ok:
        return _terms(campaign_id, form)
    told(words()._(ACCEPTED))
    return go(".mine")


def _terms(campaign_id: str, form: Form) -> Response:
    asked, current = asked_by(place(), actor(), campaign_id, now=now()), terms_now(place())
    return page(
        "work/translating/terms.html",
        status=form.status,
        form=form,
        asked=asked,
        version=current.version,
        wording=current.text(words().language, asked.lift_at),
        tongue=current.tongue(words().language),
    )
