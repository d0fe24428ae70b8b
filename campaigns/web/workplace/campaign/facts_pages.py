"""The pages on which a campaign is registered and its facts and briefing are written, by several people at once."""

from typing import cast

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.data import languages, places
from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.times import SWEDEN
from campaigns.i18n import say
from campaigns.web.site import now, words
from campaigns.web.workplace.campaign import facts_form
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign import facts as facts_work
from campaigns.work.campaign.at_hand import AtHand, own_at_hand
from campaigns.work.campaign.facts_rules import FIELD_NAMES

facts_pages = workplace_blueprint("facts_pages", __name__)

SAVED = N_("Saved.")
SAVED_TOGETHER = N_("Saved. What others changed meanwhile was kept too: {fields}.")
SAVED_AT = N_("Saved {time}")


@facts_pages.get("/kampanj/<campaign_id>/uppgifter")
def facts(campaign_id: str) -> Response:
    """The facts as they stand, to be changed."""
    must(Permission.EDIT_CORE)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    found = facts_work.facts_at_hand(place(), actor(), campaign_id, now=now())
    return _shown(it, Form({**facts_form.initial(found.facts), "version": found.version}), found)


@facts_pages.post("/kampanj/<campaign_id>/uppgifter")
def save(campaign_id: str) -> BaseResponse:
    """Save them. A button that adds or takes away a row saves nothing; a script asks for its answer in short."""
    must(Permission.EDIT_CORE)
    it, form = own_at_hand(place(), actor(), campaign_id, now=now()), Form()
    if facts_form.only_rows_changed():
        return _shown(it, form)
    outcome = _save(it, form)
    if isinstance(outcome, facts_work.SomeoneElseSaved):
        return _meeting(it, outcome)
    if outcome is not None:
        return _saved(it, outcome)
    if _wants_short():
        return _problem([*form.sentences, *(said for faults in form.faults.values() for said in faults)], 422)
    return _shown(it, form)


def _save(it: AtHand, form: Form) -> facts_work.SavedFacts | facts_work.SomeoneElseSaved | None:
    """What became of it; None with the fault noted in the form."""
    version = int(form.text("version")) if form.text("version").isdecimal() else 0
    found: list[facts_work.SavedFacts | facts_work.SomeoneElseSaved] = []
    with form.attempt():
        content = _chosen(it, form, version)
        try:
            found.append(
                facts_work.save_facts(place(), actor(), it.id, content=content, expected_version=version, now=now())
            )
        except facts_work.SomeoneElseSaved as error:
            found.append(error)
    return next(iter(found), None)


def _saved(it: AtHand, done: facts_work.SavedFacts) -> BaseResponse:
    if _wants_short():
        said = words()._(SAVED_AT).format(time=f"{now().astimezone(SWEDEN):%H.%M}")
        return jsonify(said=said, version=done.version, joined=bool(done.joined))
    fields = [FIELD_NAMES[name] for name in done.joined]
    told(words()._(SAVED_TOGETHER, fields=fields) if fields else words()._(SAVED))
    return go("facts_pages.facts", campaign_id=it.id)


def _chosen(it: AtHand, form: Form, version: int) -> dict[str, object]:
    """What was typed, and where two people's changes met, what was chosen."""
    content = facts_form.content(form)
    picks = {name: form.text(f"pick-{name}") for name in FIELD_NAMES if form.text(f"pick-{name}")}
    if "theirs" in picks.values():
        theirs = facts_work.facts_of_version(place(), actor(), it.id, version)
        content |= {name: getattr(theirs, name) for name, pick in picks.items() if pick == "theirs"}
    return content | {name: form.raw(f"own-{name}") for name, pick in picks.items() if pick == "own"}


def _wants_short() -> bool:
    return request.headers.get("Accept") == "application/json"


def _problem(sentences: list[str], status: int) -> Response:
    answer = jsonify(problem=" ".join(sentences))
    answer.status_code = status
    return answer


def _meeting(it: AtHand, error: facts_work.SomeoneElseSaved) -> Response:
    """Both changed the same: what each wrote, side by side, and a choice."""
    if _wants_short():
        return _problem([say(error, words())], 409)
    return page(
        "work/campaign/facts_meeting.html",
        status=409,
        it=it,
        error=error,
        sentence=say(error, words()),
        meetings=facts_work.meetings_shown(error),
        carried=facts_form.carried(error.merged),
    )


def _shown(it: AtHand, form: Form, found: facts_work.FactsAtHand | None = None) -> Response:
    found = found or facts_work.facts_at_hand(place(), actor(), it.id, now=now())
    return page(
        "work/campaign/facts.html",
        status=form.status,
        it=it,
        form=form,
        found=found,
        fact_rows=facts_form.fact_rows(form),
        material_rows=facts_form.material_rows(form),
        fact_kinds=facts_form.FACT_KINDS,
        closed=[FIELD_NAMES[name] for name in FIELD_NAMES if name in found.closed],
        **choices_of_places_and_languages(),
    )


def choices_of_places_and_languages() -> dict[str, object]:
    """What one ticks: places with a name of their own, and languages in their groups, named in Swedish."""
    table = places()
    groups: dict[str, list[tuple[str, str]]] = {}
    for language in languages().values():
        groups.setdefault(language.group, []).append((language.tag, language.swedish))
    return {
        "place_choices": [(code, table.name(code)) for code in table.names()],
        "language_groups": cast("object", groups),
    }


@facts_pages.get("/kampanj/<campaign_id>/uppgifter/historik")
def history(campaign_id: str) -> Response:
    """Every version: who, when, and what changed, word by word."""
    must(Permission.READ_BRIEFING)
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    kept = facts_work.facts_history(place(), actor(), campaign_id)
    return page("work/campaign/facts_history.html", it=it, kept=kept, field_names=FIELD_NAMES)
