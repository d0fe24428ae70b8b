"""The readiness board of a campaign, reminding those who wait, rehearsing, and the languages of the release."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.readiness import Cell, Lack, Line, Verdict
from campaigns.web.site import now, words
from campaigns.web.workplace.campaign.coverage_pages import language_name
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign import board, coverage, reminding
from campaigns.work.campaign.at_hand import own_at_hand
from campaigns.work.launch import rehearsing

board_pages = workplace_blueprint("board_pages", __name__)

CELLS = {
    Cell.READY: ("live", "✓", N_("ready")),
    Cell.WAITING: ("wait", "…", N_("waits for consent")),
    Cell.WRITING: ("wait", "✎", N_("being written")),
    Cell.STALE: ("wait", "↻", N_("out of date")),
    Cell.MISSING: ("stop", "!", N_("missing")),
    Cell.LEFT_OUT: ("plain", "×", N_("left out")),
    Cell.NONE: ("plain", "–", N_("not planned")),
}
LINES = {
    Line.ANSWERS: ("live", "✓", N_("answers")),
    Line.UNTRIED: ("plain", "?", N_("not tried yet")),
    Line.PAUSED: ("wait", "‖", N_("paused")),
    Line.PROBLEM: ("stop", "!", N_("does not answer")),
    Line.ABSENT: ("stop", "!", N_("is wanted but not there")),
}
VERDICTS = {
    Verdict.GO: ("live", N_("ready")),
    Verdict.PARTLY: ("wait", N_("partly ready")),
    Verdict.NO_GO: ("stop", N_("not ready")),
}
LACKS = {
    Lack.TERMS: N_("Nobody has accepted the embargo terms."),
    Lack.BEGIN: N_("No message is begun."),
    Lack.LANGUAGES: N_("There is no text in {languages}."),
    Lack.WRITE: N_("The text in {languages} is not finished."),
    Lack.REFRESH: N_("The text in {languages} is older than the Swedish one."),
    Lack.CONSENT: N_("The text in {languages} waits for consent."),
    Lack.NO_CHANNEL: N_("There is no channel: the message stands on the campaign's page and nowhere else."),
    Lack.CHANNEL: N_("A channel does not answer or is paused."),
    Lack.ONE_PERSON: N_("Everything hangs on one person."),
}


@board_pages.get("/kampanj/<campaign_id>/beredskap")
def readiness(campaign_id: str) -> Response:
    """Who is ready, what is missing, and who could mend it."""
    return _board(campaign_id, Form(typed=False))


@board_pages.post("/kampanj/<campaign_id>/paminn")
def remind(campaign_id: str) -> BaseResponse:
    """Remind one organisation or all that wait."""
    must(Permission.BRIEF)
    form = Form()
    names: tuple[str, ...] = ()
    with form.attempt():
        names = reminding.remind(
            place(), actor(), campaign_id, organisation_id=form.text("organisation") or None, now=now()
        )
    if not form.ok:
        return _board(campaign_id, form)
    told(words()._(N_("Reminded by e-mail: {organisations}."), organisations=list(names)))
    return go("board_pages.readiness", campaign_id=campaign_id)


@board_pages.post("/kampanj/<campaign_id>/ova")
def rehearse(campaign_id: str) -> BaseResponse:
    """Ask every channel whether it answers. What each said stands on the board afterwards."""
    must(Permission.REHEARSE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    results = rehearsing.rehearse(place(), actor(), it.slug, now=now())
    answering = sum(result.problem is None for result in results)
    told(
        words().ngettext(
            "Rehearsed: {answering} of {count} channel answers. Nothing of the campaign was shown to anyone.",
            "Rehearsed: {answering} of {count} channels answer. Nothing of the campaign was shown to anyone.",
            len(results),
            answering=answering,
        )
    )
    return go("board_pages.readiness", campaign_id=campaign_id, _anchor="channels")


def _board(campaign_id: str, form: Form) -> Response:
    must(Permission.REHEARSE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    return page(
        "work/board/readiness.html",
        status=form.status,
        it=it,
        form=form,
        board=board.board(place(), actor(), campaign_id, now=now()),
        covered=coverage.coverage(place(), actor(), campaign_id, now=now()),
        cells=CELLS,
        lines=LINES,
        verdicts=VERDICTS,
        said=said,
    )


def said(need: board.Need) -> str:
    """What is missing, as a sentence that names the languages."""
    return words()._(LACKS[need.lack], languages=[language_name(tag) for tag in need.languages])
