"""The demo's stage: one page on which one steps into any role with one click, without password or second factor.

It is laid on an application by `install` alone, and only the demo's own web process calls that: no setting, no request
and no other command leads here. Even so it answers nobody but this very machine.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, redirect, render_template, request
from sqlmodel import col, select
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Role
from campaigns.domain.errors import NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.engine import reading
from campaigns.store.tables import Member, Membership, Organisation
from campaigns.web.workplace.desk import sign_in
from campaigns.web.workplace.parts import place

ADDRESS = "/logga-in/scen"
stage = Blueprint("stage", __name__, url_prefix=ADDRESS)


@dataclass(frozen=True, kw_only=True)
class Part:
    """Somebody one can be: a member, and the organisation they act for."""

    member_id: str
    name: str
    organisation_id: str
    organisation: str
    roles: tuple[Role, ...]


def install(app: Flask) -> None:
    """Lay the stage on the demo's application, and a way to it on every page of the workplace."""
    app.register_blueprint(stage)
    app.jinja_env.globals["stage_address"] = ADDRESS


@stage.before_request
def _only_this_machine() -> None:
    """NotThere for a request from elsewhere, through a proxy, or under another name than this machine's own."""
    asked = urlsplit(f"//{request.host}").hostname or ""
    if not (_is_loopback(request.remote_addr or "") and (asked == "localhost" or _is_loopback(asked))):
        raise NotThere
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        raise NotThere


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


@stage.get("")
def choose() -> Response:
    """Everyone one can be, the police first."""
    return Response(render_template("demo/stage.html", cast=_cast()))


@stage.post("")
def step_in() -> BaseResponse:
    """Be somebody. Raises NotThere for whoever is not in the cast."""
    member_id, organisation_id = request.form.get("member", ""), request.form.get("organisation", "")
    with reading(place().engine) as session:
        member = session.get(Member, member_id)
        if member is None or session.get(Membership, (member_id, organisation_id)) is None:
            raise NotThere
        uniquifier = member.uniquifier
    sign_in(member_id=member_id, uniquifier=uniquifier, organisation_id=organisation_id)
    return redirect("/arbete/", 303)


def _cast() -> dict[str, list[Part]]:
    with reading(place().engine) as session:
        rows = session.exec(
            select(Member, Membership, Organisation)
            .join(Membership, col(Membership.member_id) == col(Member.id))
            .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
            .where(col(Member.active))
            .order_by(col(Organisation.kind) != OrganisationKind.POLICE, col(Organisation.name), col(Member.name))
        ).all()
        cast: dict[str, list[Part]] = {}
        for member, membership, organisation in rows:
            part = Part(
                member_id=member.id,
                name=member.name,
                organisation_id=organisation.id,
                organisation=organisation.name,
                roles=tuple(Role(role) for role in membership.roles),
            )
            cast.setdefault(organisation.name, []).append(part)
    return cast
