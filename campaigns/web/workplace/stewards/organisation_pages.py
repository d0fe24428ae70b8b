"""Organisations in administration: finding them, verifying them, adding one."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns import data
from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.organisations import OrganisationKind
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, go, page, told
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.showing import ui_choices
from campaigns.web.workplace.stewards.parts import asked_number, language_choices, place_choices, steward_blueprint
from campaigns.work.stewards.organisations import (
    Newcomer,
    Welcomed,
    invite_administrator,
    verify,
    welcome,
    withdraw_verification,
)
from campaigns.work.stewards.overview import Wanted, organisation_file, organisation_list

steward_organisations = steward_blueprint("steward_organisations", __name__, Permission.VERIFY)


@steward_organisations.get("/forvaltning/organisationer")
def organisations() -> Response:
    """All of them, by name, or those that one looks for."""
    wanted = Wanted(
        words=request.args.get("q", "")[:200],
        kind=_asked_kind(),
        verified={"ja": True, "nej": False}.get(request.args.get("verifierad", "")),
        alone="ensam" in request.args,
    )
    found = organisation_list(place(), actor(), wanted, page=asked_number("sida") or 1)
    form = Form(request.args.to_dict(), typed=False)
    return page("work/stewards/organisations.html", found=found, form=form, wanted=wanted, kinds=OrganisationKind)


def _asked_kind() -> OrganisationKind | None:
    asked = request.args.get("slag", "")
    return OrganisationKind(asked) if asked in set(OrganisationKind) else None


@steward_organisations.get("/forvaltning/organisationer/<organisation_id>")
def organisation(organisation_id: str) -> Response:
    """One of them, with its people and channels."""
    return _organisation(organisation_id, Form(typed=False), Form(typed=False))


def _organisation(organisation_id: str, form: Form, invitation: Form) -> Response:
    found = organisation_file(place(), actor(), organisation_id, now=now())
    status = max(form.status, invitation.status)
    facts = {"found": found, "form": form, "invitation": invitation}
    tables = {"languages_table": data.languages(), "places_table": data.places(), "locales": ui_choices()}
    return page("work/stewards/organisation.html", status=status, **facts, **tables)


@steward_organisations.post("/forvaltning/organisationer/<organisation_id>/verifiera")
def verify_it(organisation_id: str) -> BaseResponse:
    """Say that it is who it says it is."""
    form = Form()
    with form.attempt():
        verify(place(), actor(), organisation_id, note=form.text("note"), now=now())
    if form.ok:
        told(words()._(N_("The organisation is verified. It can be briefed from now on.")))
        return go("steward_organisations.organisation", organisation_id=organisation_id)
    return _organisation(organisation_id, form, Form(typed=False))


@steward_organisations.post("/forvaltning/organisationer/<organisation_id>/aterta")
def withdraw_it(organisation_id: str) -> BaseResponse:
    """Take the verification back."""
    form = Form()
    with form.attempt():
        withdraw_verification(place(), actor(), organisation_id, note=form.text("note"), now=now())
    if form.ok:
        told(words()._(N_("The verification is withdrawn. The organisation gets no new invitations.")))
        return go("steward_organisations.organisation", organisation_id=organisation_id)
    return _organisation(organisation_id, form, Form(typed=False))


@steward_organisations.post("/forvaltning/organisationer/<organisation_id>/administrator")
def invite_one(organisation_id: str) -> BaseResponse:
    """Invite somebody who can invite the others."""
    form = Form()
    welcomed = _invite(form, organisation_id)
    if welcomed is None:
        return _organisation(organisation_id, Form(typed=False), form)
    return _welcomed(welcomed, form.text("email"))


def _invite(form: Form, organisation_id: str) -> Welcomed | None:
    name, email, locale = form.text("name"), form.text("email"), form.text("locale")
    if form.need("email"):
        with form.attempt():
            return invite_administrator(
                place(), actor(), organisation_id, name=name, email=email, locale=locale, now=now()
            )
    return None


@steward_organisations.route("/forvaltning/organisationer/ny", methods=["GET", "POST"])
def new_organisation() -> BaseResponse:
    """Add one that was checked, and invite its first administrator."""
    form = Form({"place": ["SE"], "language": ["sv"], "locale": "sv"})
    welcomed = _welcome(form) if form.is_typed else None
    if welcomed is not None:
        return _welcomed(welcomed, form.text("administrator_email"))
    return page(
        "work/stewards/new_organisation.html",
        status=form.status,
        form=form,
        kinds=OrganisationKind,
        places=place_choices(),
        languages_to_choose=language_choices(),
        locales=ui_choices(),
    )


def _welcome(form: Form) -> Welcomed | None:
    kind = form.text("kind")
    if kind not in set(OrganisationKind):
        form.fault("kind", words()._(N_("Choose what kind of organisation it is.")))
    newcomer = Newcomer(
        name=form.text("name"),
        kind=OrganisationKind(kind) if form.ok else OrganisationKind.OTHER,
        places=form.many("place"),
        languages=form.many("language"),
        note=form.text("note"),
        administrator_name=form.text("administrator_name"),
        administrator_email=form.text("administrator_email"),
        locale=form.text("locale"),
    )
    if form.ok:
        with form.attempt():
            return welcome(place(), actor(), newcomer, now=now())
    return None


def _welcomed(welcomed: Welcomed, email: str) -> BaseResponse:
    """Go on where the mail carries the link. Without a mail server it is shown here, this once."""
    if welcomed.token is None:
        told(words()._(N_("The invitation is on its way to {email}."), email=email))
        return go("steward_organisations.organisation", organisation_id=welcomed.organisation_id)
    link = site().absolute(f"/inbjudan/{welcomed.token}")
    return page("work/stewards/welcomed.html", welcomed=welcomed, link=link, email=email)
