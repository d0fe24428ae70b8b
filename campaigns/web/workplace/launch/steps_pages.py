"""Grave steps, each on a page of its own that says what will happen, to whom, and whether it can be undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import Stage
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.launch import correcting, scheduling
from campaigns.work.launch.reach import reach
from campaigns.work.workplace import Workplace

steps_pages = workplace_blueprint("steps_pages", __name__)


class Task(Protocol):
    """A task that concerns a whole campaign and needs nothing else."""

    def __call__(self, place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step that one person takes. `stages` are those it starts from, `leads_to` where a second press finds it.

    `happens`, `undone` and `others` are sentences: what it does, whether it can be undone, who else is needed.
    """

    task: Task
    stages: frozenset[Stage]
    leads_to: Stage
    name: str
    happens: tuple[str, ...]
    undone: str
    others: str
    button: str
    kind: str
    done: str


ALONE = N_("You can do this alone. Everyone who is briefed is told by e-mail.")
STEPS: Mapping[str, Step] = {
    "pausa": Step(
        task=scheduling.hold,
        stages=frozenset({Stage.APPROVED}),
        leads_to=Stage.HELD,
        name=N_("Hold the campaign"),
        happens=(
            N_("Nothing opens and nothing leaves until somebody resumes, not even when the planned time comes."),
            N_("The approval stands, and so do all texts and consents."),
        ),
        undone=N_("Yes: resume before the planned time, or postpone to a new one."),
        others=ALONE,
        button=N_("Hold now"),
        kind="danger",
        done=N_("On hold. Nothing opens or leaves until somebody resumes."),
    ),
    "aterta": Step(
        task=scheduling.resume,
        stages=frozenset({Stage.HELD}),
        leads_to=Stage.APPROVED,
        name=N_("Resume the campaign"),
        happens=(N_("Everything goes on towards the planned time, with the same texts and the same approval."),),
        undone=N_("Yes: hold it again, until one second before the embargo is lifted."),
        others=ALONE,
        button=N_("Resume"),
        kind="primary",
        done=N_("Resumed. It goes out at the planned time."),
    ),
    "oppna-igen": Step(
        task=scheduling.reopen,
        stages=frozenset({Stage.APPROVED, Stage.HELD}),
        leads_to=Stage.BRIEFING,
        name=N_("Take the approval back"),
        happens=(
            N_("The texts can be edited again, by the police and by partners."),
            N_("The approved release is lost: approval must be asked for and given anew before anything goes out."),
            N_("If that does not happen in time, nothing is published when the embargo was to be lifted."),
        ),
        undone=N_("No, but a new approval can be asked for at once."),
        others=N_(
            "You can do this alone. Everyone who is briefed is told, and two people are needed to approve again."
        ),
        button=N_("Take the approval back"),
        kind="danger",
        done=N_("The approval is taken back. The texts can be edited, and approval must be asked for anew."),
    ),
    "avsluta": Step(
        task=correcting.close,
        stages=frozenset({Stage.LIVE}),
        leads_to=Stage.CLOSED,
        name=N_("End the work on the campaign"),
        happens=(
            N_("Pages, feeds and messages stay public."),
            N_("Texts can no longer be corrected; the whole campaign can still be withdrawn."),
        ),
        undone=N_("No."),
        others=N_("You can do this alone."),
        button=N_("End the work"),
        kind="danger",
        done=N_("The work is ended. Everything stays public."),
    ),
}
SIGNS = "<any(pausa,aterta,'oppna-igen',avsluta):sign>"


@steps_pages.get(f"/kampanj/<campaign_id>/{SIGNS}")
def step(campaign_id: str, sign: str) -> Response:
    """What the step does, before anybody takes it."""
    return _page(_at_hand(campaign_id), sign, Form())


@steps_pages.post(f"/kampanj/<campaign_id>/{SIGNS}")
def take(campaign_id: str, sign: str) -> BaseResponse:
    """Take it. Whoever presses twice has taken it once."""
    it, form, chosen = _at_hand(campaign_id), Form(), STEPS[sign]
    if it.stage is not chosen.leads_to:
        with form.attempt():
            chosen.task(place(), actor(), it.id, now=now())
    if not form.ok:
        return _page(it, sign, form)
    told(words()._(chosen.done))
    return go("launch_pages.room", campaign_id=it.id)


def _at_hand(campaign_id: str) -> AtHand:
    must(Permission.HOLD)
    return own_at_hand(place(), actor(), campaign_id, now=now())


def _page(it: AtHand, sign: str, form: Form) -> Response:
    chosen = STEPS[sign]
    stage = Stage.LIVE if it.public and it.stage is Stage.APPROVED else it.stage
    return page(
        "work/launch/step.html",
        status=form.status,
        it=it,
        step=chosen,
        sign=sign,
        form=form,
        reach=reach(place(), actor(), it.id, now=now()),
        can=stage in chosen.stages,
    )
