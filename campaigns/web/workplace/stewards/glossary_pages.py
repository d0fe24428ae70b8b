"""The glossary in administration: how a Swedish term is said in each language."""

from collections.abc import Callable

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns import data
from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, page, told
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.stewards.parts import language_choices, steward_blueprint
from campaigns.work.stewards.glossary import (
    GlossaryEntry,
    Wording,
    add_term,
    approve_term,
    change_term,
    glossary,
    glossary_entry,
    remove_term,
)

steward_glossary = steward_blueprint("steward_glossary", __name__, Permission.KEEP_GLOSSARY)

APPROVED = N_("{term} is approved. Coming material is made anew with it; what is public gets it with its next version.")


@steward_glossary.get("/forvaltning/ordlista")
def terms() -> Response:
    """Every entry, or those of one language."""
    asked = request.args.get("sprak", "")
    language = asked if asked in data.languages() else None
    form = Form({"sprak": language or ""}, typed=False)
    entries = glossary(place(), actor(), language=language)
    return page(
        "work/stewards/glossary.html", entries=entries, form=form, language=language, to_choose=language_choices()
    )


@steward_glossary.route("/forvaltning/ordlista/ny", methods=["GET", "POST"])
def new_term() -> BaseResponse:
    """Add an entry. The language one looked at is chosen already."""
    form = Form({"language": request.args.get("sprak", "")})
    return _edited(form, lambda: add_term(place(), actor(), _wording(form), now=now()))


@steward_glossary.route("/forvaltning/ordlista/<term_id>", methods=["GET", "POST"])
def term(term_id: str) -> BaseResponse:
    """Change an entry, or take it away."""
    entry = glossary_entry(place(), actor(), term_id)
    form = Form(_said(entry))
    return _edited(form, lambda: change_term(place(), actor(), term_id, _wording(form), now=now()), entry=entry)


@steward_glossary.post("/forvaltning/ordlista/<term_id>/ta-bort")
def remove(term_id: str) -> BaseResponse:
    """Take an entry away."""
    language = glossary_entry(place(), actor(), term_id).wording.language
    remove_term(place(), actor(), term_id, now=now())
    told(words()._(N_("The term is taken out of the glossary.")))
    return go("steward_glossary.terms", sprak=language)


@steward_glossary.post("/forvaltning/ordlista/<term_id>/godkann")
def approve(term_id: str) -> BaseResponse:
    """It may be printed as it was on the screen."""
    entry, sent = glossary_entry(place(), actor(), term_id), Form()
    with sent.attempt():
        approve_term(place(), actor(), term_id, seen=sent.text("seen"), now=now())
    if not sent.ok:
        form = Form(_said(entry), typed=False)
        form.sentences, form.faults = sent.sentences, sent.faults
        return page("work/stewards/term.html", status=form.status, form=form, to_choose=language_choices(), entry=entry)
    told(words()._(APPROVED, term=entry.wording.swedish))
    return go("steward_glossary.terms", sprak=entry.wording.language)


def _said(entry: GlossaryEntry) -> dict[str, str]:
    kept = entry.wording
    said = {"swedish": kept.swedish, "language": kept.language, "preferred": kept.preferred, "note": kept.note}
    return said | {"avoid": "\n".join(kept.avoid)}


def _edited(form: Form, keep: Callable[[], object], **facts: object) -> BaseResponse:
    if form.is_typed:
        with form.attempt():
            keep()
        if form.ok:
            told(words()._(N_("{term} is saved."), term=form.text("swedish")))
            return go("steward_glossary.terms", sprak=form.text("language"))
    return page("work/stewards/term.html", status=form.status, form=form, to_choose=language_choices(), **facts)


def _wording(form: Form) -> Wording:
    return Wording(
        swedish=form.text("swedish"),
        language=form.text("language"),
        preferred=form.text("preferred"),
        avoid=tuple(dict.fromkeys(form.lines("avoid"))),
        note=form.text("note"),
    )
