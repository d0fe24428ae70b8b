"""Choosing when the briefing opens and the embargo is lifted, with what is worth knowing of that time."""

from datetime import datetime, timedelta

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, Refused
from campaigns.domain.lifecycle import Stage
from campaigns.domain.times import SWEDEN, TimeExistsTwice, from_swedish
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import NOT_A_TIME, Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.showing import swedish_day, swedish_hour
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.campaign.lift_advice import LiftAdvice, lift_advice
from campaigns.work.campaign.times import set_times

lift_picker = workplace_blueprint("lift_picker", __name__)

FIELDS = tuple(f"{name}-{part}" for name in ("briefing_opens_at", "lift_at") for part in ("date", "time", "offset"))
TIMES_SET = N_("The times are set. Partners who had been told of other times get a notice of the new ones.")


def moments(**instants: datetime) -> dict[str, object]:
    """Instants as the first values of a form's fields, each told from its double in the autumn night."""
    found: dict[str, object] = {}
    for name, instant in instants.items():
        offset = f"{instant.astimezone(SWEDEN):%z}"
        found |= {f"{name}-date": swedish_day(instant), f"{name}-time": swedish_hour(instant)}
        found[f"{name}-offset"] = f"{offset[:3]}:{offset[3:]}"
    return found


def chosen(form: Form, name: str) -> datetime | None:
    """The instant of a form's date and time, or None with the fault noted.

    An offset counts only in the hour that comes twice: whoever chose one and then another day means that day's own.
    """
    local, offset = _local(form, name), form.text(f"{name}-offset")
    if local is None:
        form.fault(name, words()._(NOT_A_TIME))
        return None
    if offset in dict(offsets(form, name)):
        return datetime.fromisoformat(f"{local.isoformat()}{offset}")
    with form.attempt(name):
        local = from_swedish(local)
    return local if local.tzinfo else None


def _local(form: Form, name: str) -> datetime | None:
    try:
        local = datetime.fromisoformat(f"{form.text(f'{name}-date')}T{form.text(f'{name}-time')}")
    except ValueError:
        return None
    return None if local.tzinfo else local


def offsets(form: Form, name: str) -> tuple[tuple[str, str], ...]:
    """Which of the two is meant, as (offset, words), where the clock shows the time twice; otherwise nothing."""
    local = _local(form, name)
    try:
        if local is not None:
            from_swedish(local)
    except TimeExistsTwice:
        return (
            ("+02:00", words()._(N_("the first time, before the clock is moved back (summer time)"))),
            ("+01:00", words()._(N_("the second time, an hour later (winter time)"))),
        )
    except Refused:
        return ()  # any other fault of the time is said where it is read
    return ()


@lift_picker.get("/kampanj/<campaign_id>/tid")
def times(campaign_id: str) -> Response:
    """The times as they are, or as they are tried out in the address; nothing is changed."""
    must(Permission.RESCHEDULE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    return _shown(it, _tried(it))


@lift_picker.get("/kampanj/<campaign_id>/tid/rad")
def advice(campaign_id: str) -> Response:
    """Only the advice, for the script that shows it while one chooses."""
    must(Permission.RESCHEDULE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    return _shown(it, _tried(it), "work/campaign/times_advice.html")


@lift_picker.post("/kampanj/<campaign_id>/tid")
def set_them(campaign_id: str) -> BaseResponse:
    """Set both times."""
    must(Permission.RESCHEDULE)
    it, form = own_at_hand(place(), actor(), campaign_id, now=now()), Form()
    opens, lift = chosen(form, "briefing_opens_at"), chosen(form, "lift_at")
    if opens and lift:
        with form.attempt("lift_at"):
            set_times(place(), actor(), it.id, lift_at=lift, briefing_opens_at=opens, now=now())
    if form.ok:
        told(words()._(TIMES_SET))
        return go("campaign_home.campaign", campaign_id=it.id)
    return _shown(it, form)


def _tried(it: AtHand) -> Form:
    given = {name: request.args.get(name, "") for name in FIELDS}
    now_set = moments(briefing_opens_at=it.briefing_opens_at, lift_at=it.lift_at)
    return Form(given if any(given.values()) else now_set, typed=False)


def _shown(it: AtHand, form: Form, template: str = "work/campaign/times.html") -> Response:
    can_choose = it.stage in {Stage.DRAFT, Stage.BRIEFING}
    opens, lift = (chosen(form, name) for name in ("briefing_opens_at", "lift_at")) if can_choose else (None, None)
    found = _advice(it, form, opens, lift) if opens and lift and form.ok else None
    return page(
        template,
        status=form.status if request.method == "POST" else 200,
        it=it,
        form=form,
        can_choose=can_choose,
        advice=found,
        opens=opens,
        is_new=(opens, lift) != (it.briefing_opens_at, it.lift_at),
        fields=[(name, form.raw(name)) for name in FIELDS],
        twice={name: offsets(form, name) for name in ("briefing_opens_at", "lift_at")},
    )


def _advice(it: AtHand, form: Form, opens: datetime, lift: datetime) -> LiftAdvice | None:
    found: list[LiftAdvice] = []
    with form.attempt("lift_at"):
        found.append(lift_advice(place(), actor(), lift_at=lift, briefing_opens_at=opens, campaign_id=it.id, now=now()))
    return next(iter(found), None)


def soon(after: timedelta) -> datetime:
    """A whole step from now, at least this long."""
    step = place().lift_step
    whole = now().replace(second=0, microsecond=0) + after
    return whole + step if whole <= now() else whole
