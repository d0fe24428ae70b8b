"""The embargo terms in administration: every version, what changed between two, and publishing a new one."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.word_diff import word_diff
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, page, told
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.stewards.parts import asked_number, steward_blueprint
from campaigns.work.stewards.terms import LIFT_AT, PublishedTerms, publish_terms, terms_history

steward_terms = steward_blueprint("steward_terms", __name__, Permission.KEEP_TERMS)


@steward_terms.get("/forvaltning/villkor")
def terms() -> Response:
    """Every version, the one that holds now first."""
    return page("work/stewards/terms.html", versions=terms_history(place(), actor()))


@steward_terms.get("/forvaltning/villkor/jamfor")
def compare_terms() -> Response:
    """What changed from one version to another; without a choice, in the newest. Raises NotThere."""
    versions = {found.version: found for found in terms_history(place(), actor())}
    new = _one(versions, asked_number("till") or max(versions))
    old = _one(versions, asked_number("fran") or max(1, new.version - 1))
    parts = {
        "sv": word_diff(old.swedish, new.swedish),
        "en": word_diff(old.english, new.english),
    }
    return page("work/stewards/terms_compared.html", versions=sorted(versions), old=old, new=new, parts=parts)


def _one(versions: dict[int, PublishedTerms], number: int) -> PublishedTerms:
    if number not in versions:
        raise NotThere
    return versions[number]


@steward_terms.route("/forvaltning/villkor/ny", methods=["GET", "POST"])
def new_terms() -> BaseResponse:
    """Write a new version, beginning from the one that holds. A second look shows what would change."""
    current = terms_history(place(), actor())[0]
    form = Form({"swedish": current.swedish, "english": current.english, "newer_than": current.version})
    if form.is_typed and request.form.get("step") == "publish":
        _publish(form)
        if form.ok:
            told(words()._(N_("The new terms hold from now on. Members accept them before their next briefing.")))
            return go("steward_terms.terms")
    parts = {
        "sv": word_diff(current.swedish, form.raw("swedish")),
        "en": word_diff(current.english, form.raw("english")),
    }
    changed = form.is_typed and any(kind != "same" for found in parts.values() for kind, _ in found)
    facts = {"form": form, "current": current, "parts": parts, "changed": changed, "lift_at": LIFT_AT}
    return page("work/stewards/new_terms.html", status=form.status, **facts)


def _publish(form: Form) -> None:
    if not proven(form):
        return
    newer_than = form.text("newer_than")
    with form.attempt():
        publish_terms(
            place(),
            actor(),
            swedish=form.raw("swedish"),
            english=form.raw("english"),
            newer_than=int(newer_than) if newer_than.isdecimal() else 0,
            now=now(),
        )
