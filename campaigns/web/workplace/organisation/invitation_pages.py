"""Accepting an invitation: who invites, to what, and the one button. A link that leads nowhere always says the same."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, session
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_, Refused
from campaigns.i18n import say
from campaigns.web.accounts import registration
from campaigns.web.site import asked_language, now, site, speak, words
from campaigns.web.workplace.desk import LOGIN, told
from campaigns.web.workplace.organisation.member_pages import explained
from campaigns.web.workplace.parts import place
from campaigns.work.accounts import joining

invitation_pages = Blueprint("invitation_pages", __name__)


@invitation_pages.before_request
def _must_be_ready() -> None:
    site().ready()


def logged_in() -> tuple[str, str] | None:
    """Id and address of whoever is logged in, also if they belong to no organisation now."""
    member_id, uniquifier = session.get("member_id"), session.get("uniquifier")
    if not member_id or not uniquifier or "factor_at" not in session:
        return None
    email = joining.email_of(place(), member_id=member_id, uniquifier=uniquifier)
    return (member_id, email) if email else None


@invitation_pages.get("/inbjudan/<token>")
def invitation(token: str) -> Response:
    """What the link invites to."""
    return _shown(token)


def _shown(token: str, refused: Refused | None = None) -> Response:
    try:
        it = joining.open_invitation(place(), token, now=now())
    except joining.InvitationOver:
        return _over()
    speak(asked_language() or it.locale)
    person = logged_in()
    facts = {
        "it": it,
        "token": token,
        "roles": [explained(role) for role in it.roles],
        "logged_in_as": person[1] if person else "",
        "login": f"{LOGIN}?till=/inbjudan/{token}",
        "sentence": say(refused, words()) if refused else "",
    }
    return make_response(render_template("invitation/invitation.html", **facts), 409 if refused else 200)


def _over() -> Response:
    """Used, too old, or never ours: nobody learns which."""
    speak(asked_language() or "sv")
    return make_response(render_template("invitation/over.html"), 404)


@invitation_pages.post("/inbjudan/<token>")
def accept(token: str) -> BaseResponse:
    """Accept it: a new person goes on to choose a password, a known one is at the desk of the organisation at once."""
    person = logged_in()
    try:
        joined = joining.join(place(), token=token, member_id=person[0] if person else None, now=now())
    except joining.AccountExists:
        return redirect(f"{LOGIN}?till=/inbjudan/{token}", 303)
    except joining.SomeoneElses as refused:
        return _shown(token, refused)
    except joining.InvitationOver:
        return _over()
    if person is None:
        return registration.begin(str(joined.member_id))
    session["organisation_id"] = joined.organisation_id
    g.pop("at_desk", None)
    told(words()._(N_("Welcome. You can now act for this organisation too.")))
    return redirect("/arbete/", 303)
