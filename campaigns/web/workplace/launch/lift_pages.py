"""A new T: later by one person, earlier by two. The new time is shown with its weekday before anything is changed."""

from datetime import datetime

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.times import check_lift
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.showing import swedish_day, swedish_hour
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.launch import scheduling
from campaigns.work.launch.reach import Reach, reach

lift_pages = workplace_blueprint("lift_pages", __name__)

POSTPONED = N_("The embargo is now lifted {lift_at}. Everyone who is briefed is told.")
PROPOSED = N_("Your proposal waits for a colleague, for 24 hours. Nothing has changed yet.")
LIFTED = N_("Confirmed. The embargo is now lifted {lift_at}, and everyone who is briefed is told.")


@lift_pages.get("/kampanj/<campaign_id>/skjut-upp")
def later(campaign_id: str) -> Response:
    """When it is planned, and a new time to fill in."""
    it = _at_hand(campaign_id)
    return _postpone(it, Form(_as_typed(it.lift_at)), None)


@lift_pages.post("/kampanj/<campaign_id>/skjut-upp")
def postpone(campaign_id: str) -> BaseResponse:
    """Show the new time in full first; move T once that very time is confirmed."""
    it, form = _at_hand(campaign_id), Form()
    wanted = _checked(it, form)
    if wanted is None or form.text("confirmed") != wanted.isoformat():
        return _postpone(it, form, wanted)
    if it.lift_at != wanted:
        with form.attempt("lift_at"):
            scheduling.postpone(place(), actor(), it.id, lift_at=wanted, now=now())
    if not form.ok:
        return _postpone(it, form, None)
    told(words()._(POSTPONED, lift_at=wanted))
    return go("launch_pages.room", campaign_id=it.id)


@lift_pages.get("/kampanj/<campaign_id>/lyft-i-fortid")
def earlier(campaign_id: str) -> Response:
    """What was asked for, and a form to ask."""
    it = _at_hand(campaign_id)
    return _early(it, Form(_as_typed(it.lift_at)))


@lift_pages.post("/kampanj/<campaign_id>/lyft-i-fortid")
def propose(campaign_id: str) -> BaseResponse:
    """Ask a colleague to confirm an earlier T."""
    it, form = _at_hand(campaign_id), Form()
    wanted = _checked(it, form)
    known = [one for one in _reach(it).early if one.is_mine and one.lift_at == wanted]
    if wanted is not None and proven(form) and not known:
        with form.attempt("lift_at"):
            scheduling.propose_lift_early(place(), actor(), it.id, lift_at=wanted, now=now())
    if not form.ok:
        return _early(it, form)
    told(words()._(PROPOSED))
    return go("lift_pages.earlier", campaign_id=it.id)


@lift_pages.post("/kampanj/<campaign_id>/lyft-i-fortid/bekrafta")
def confirm(campaign_id: str) -> BaseResponse:
    """Confirm as the second person exactly the time that was proposed."""
    it, form = _at_hand(campaign_id), Form()
    wanted = _stored(form)
    if wanted is not None and it.lift_at != wanted and proven(form):
        with form.attempt():
            scheduling.confirm_lift_early(place(), actor(), it.id, lift_at=wanted, now=now())
    if not form.ok or wanted is None:
        return _early(it, form)
    told(words()._(LIFTED, lift_at=wanted))
    return go("launch_pages.room", campaign_id=it.id)


def _at_hand(campaign_id: str) -> AtHand:
    must(Permission.RESCHEDULE)
    return own_at_hand(place(), actor(), campaign_id, now=now())


def _reach(it: AtHand) -> Reach:
    return reach(place(), actor(), it.id, now=now())


def _as_typed(instant: datetime) -> dict[str, object]:
    return {"lift_at-date": swedish_day(instant), "lift_at-time": swedish_hour(instant)}


def _stored(form: Form) -> datetime | None:
    """An instant that the page itself wrote into a hidden field."""
    try:
        return datetime.fromisoformat(form.text("lift_at"))
    except ValueError:
        form.sentences.append(words()._(scheduling.NothingToConfirm.message))
        return None


def _checked(it: AtHand, form: Form) -> datetime | None:
    """The time that was filled in, if it can be one at all; what is wrong is said beside it."""
    wanted = form.instant("lift_at")
    if wanted is None:
        return None
    with form.attempt("lift_at"):
        check_lift(wanted, now=now(), step=site().lift_step, briefing_opens_at=it.briefing_opens_at)
    return wanted if form.ok else None


def _postpone(it: AtHand, form: Form, wanted: datetime | None) -> Response:
    return page("work/launch/postpone.html", status=form.status, it=it, form=form, wanted=wanted, reach=_reach(it))


def _early(it: AtHand, form: Form) -> Response:
    return page("work/launch/early.html", status=form.status, it=it, form=form, reach=_reach(it))
