"""A language that became ready after T: what would go out in it, asking for a yes, giving it, and calling it off."""

from datetime import datetime

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.times import check_lift
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, site, words
from campaigns.web.workplace.campaign.coverage_pages import language_name
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.late import adding, ending, holding
from campaigns.work.late.desk import Agreed, LateDesk, LateStep, late_desk
from campaigns.work.launch.approving import NotAsked

late_pages = workplace_blueprint("late_pages", __name__)

ASKED = N_("Your proposal waits for a colleague, for 24 hours. Nothing of the language is public yet.")
PUBLISHED = N_("{language} is public now. Pages and feeds have it, and everyone who takes part is told.")
APPROVED = N_("Approved. {language} opens by itself {opens_at}, on its page and in every channel at once.")
CALLED_OFF = N_("Called off. Nothing of {language} has left, and its texts can be edited again.")
HELD = N_("{language} is on hold. Nothing of it opens or leaves until a colleague resumes it.")
RESUMED = N_("Resumed. {language} opens by itself {opens_at}, on its page and in every channel at once.")
WHEN = N_("Choose when it is published.")


@late_pages.get("/kampanj/<campaign_id>/sprak/<language>/publicera")
def late(campaign_id: str, language: str) -> Response:
    """What would go out in the language, and what one can do about it."""
    it = _at_hand(campaign_id)
    found = _desk_of(it, language)
    held = found.agreed is not None and found.agreed.held is not None
    return _page(it, found, Form({} if held else {"when": "now"}))


@late_pages.post("/kampanj/<campaign_id>/sprak/<language>/publicera")
def propose(campaign_id: str, language: str) -> BaseResponse:
    """Ask a colleague to approve it, at once or for a time."""
    must(Permission.ASK_APPROVAL)
    it, form = _at_hand(campaign_id), Form()
    found, opens_at = _desk_of(it, language), _chosen(form)
    known = any(one.proposal.is_mine and one.proposal.lift_at == opens_at for one in found.asked)
    if form.ok and not known:
        with form.attempt():
            adding.propose_language(place(), actor(), it.id, language=found.language, opens_at=opens_at, now=now())
    return _done(it, found, form, ASKED)


@late_pages.post("/kampanj/<campaign_id>/sprak/<language>/publicera/godkann")
def approve(campaign_id: str, language: str) -> BaseResponse:
    """Approve as the second person the revision that was shown, for the time that was shown."""
    must(Permission.APPROVE)
    it, form = _at_hand(campaign_id), Form()
    found = _desk_of(it, language)
    opens_at, understood = _written(form)
    if not understood:
        form.sentences.append(words()._(NotAsked.message))
    elif proven(form):
        with form.attempt():
            adding.approve_language(
                place(), actor(), it.id, language=found.language, revision=form.text("revision"), opens_at=opens_at,
                now=now(),
            )  # fmt: skip
    return _opening(it, found, form, APPROVED, opens_at)


@late_pages.post("/kampanj/<campaign_id>/sprak/<language>/publicera/avbryt")
def call_off(campaign_id: str, language: str) -> BaseResponse:
    """Stop it before its time."""
    must(Permission.HOLD)
    it, form = _at_hand(campaign_id), Form()
    found = _desk_of(it, language)
    with form.attempt():
        ending.call_off_language(place(), actor(), it.id, language=found.language, now=now())
    return _done(it, found, form, CALLED_OFF, language=language_name(found.language))


@late_pages.post("/kampanj/<campaign_id>/sprak/<language>/publicera/pausa")
def hold(campaign_id: str, language: str) -> BaseResponse:
    """Stop it at once; it can go on. Whoever presses twice has stopped it once."""
    must(Permission.HOLD)
    it, form = _at_hand(campaign_id), Form()
    found = _desk_of(it, language)
    if found.step is not LateStep.HELD:
        with form.attempt():
            holding.hold_language(place(), actor(), it.id, language=found.language, now=now())
    return _done(it, found, form, HELD, language=language_name(found.language))


@late_pages.post("/kampanj/<campaign_id>/sprak/<language>/publicera/aterta")
def resume(campaign_id: str, language: str) -> BaseResponse:
    """Let it go on, as another person: as agreed, at a later time, or at once where its time has passed."""
    must(Permission.HOLD)
    it, form = _at_hand(campaign_id), Form()
    found = _desk_of(it, language)
    opens_at = _chosen(form, agreed=found.agreed)
    resumed = found.step is LateStep.WAITING and found.agreed is not None and found.agreed.opens_at == opens_at
    if form.ok and not resumed:
        with form.attempt():
            holding.resume_language(place(), actor(), it.id, language=found.language, opens_at=opens_at, now=now())
    return _opening(it, found, form, RESUMED, opens_at)


def _done(it: AtHand, found: LateDesk, form: Form, sentence: str, **facts: object) -> BaseResponse:
    """Its page again: with what was done, or with what is wrong and all that was filled in."""
    if not form.ok:
        return _page(it, found, form)
    told(words()._(sentence, **facts))
    return go("late_pages.late", campaign_id=it.id, language=found.language)


def _opening(it: AtHand, found: LateDesk, form: Form, sentence: str, opens_at: datetime | None) -> BaseResponse:
    """The same where it will open at an instant. What is public by now has left its page for all languages' one."""
    name = language_name(found.language)
    if form.ok and opens_at is None:
        told(words()._(PUBLISHED, language=name))
        return go("language_pages.matrix", campaign_id=it.id)
    return _done(it, found, form, sentence, language=name, opens_at=opens_at)


def _at_hand(campaign_id: str) -> AtHand:
    must(Permission.READ_BRIEFING)
    return own_at_hand(place(), actor(), campaign_id, now=now())


def _desk_of(it: AtHand, language: str) -> LateDesk:
    return late_desk(place(), actor(), it.id, language, now=now())


def _chosen(form: Form, *, agreed: Agreed | None = None) -> datetime | None:
    """The time that was filled in, or was agreed before; None for at once. What is wrong is said beside it."""
    match form.text("when"):
        case "agreed" if agreed is not None:
            return agreed.opens_at
        case "now":
            return None
        case "later":
            opens_at = form.instant("opens_at")
            if opens_at is not None:
                with form.attempt("opens_at"):
                    check_lift(opens_at, now=now(), step=site().lift_step)
            return opens_at
        case _:
            form.fault("when", words()._(WHEN))
            return None


def _written(form: Form) -> tuple[datetime | None, bool]:
    """The time that the page itself wrote into a hidden field, empty for at once; and whether it is one."""
    written = form.text("opens_at")
    try:
        return (datetime.fromisoformat(written) if written else None), True
    except ValueError:
        return None, False


def _page(it: AtHand, found: LateDesk, form: Form) -> Response:
    return page(
        "work/late/desk.html",
        status=form.status,
        it=it,
        found=found,
        form=form,
        say_fault=say_fault_alone,
        language_name=language_name,
    )
