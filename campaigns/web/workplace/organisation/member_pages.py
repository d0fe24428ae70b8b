"""The members of one's own organisation: who they are, inviting and removing them, and what each may do."""

from collections.abc import Sequence

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import N_
from campaigns.domain.languages import ui_language
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import parts, place
from campaigns.web.workplace.showing import label, ui_choices
from campaigns.work.accounts.lost_factors import clear_factors
from campaigns.work.organisations import inviting, members

member_pages = workplace_blueprint("member_pages", __name__)

ROLE_SAYS = {
    Role.COMMUNICATOR: N_("registers campaigns, writes the briefing and the core messages, and invites partners."),
    Role.APPROVER: N_("approves releases that somebody else has written, and can hold, move or stop them."),
    Role.EDITOR: N_("reads briefings, asks questions and writes your own messages."),
    Role.PUBLISHER: N_("does what an editor does, and gives your organisation's consent to a finished text."),
    Role.TRANSLATOR: N_("reads briefings and writes texts in other languages."),
    Role.READER: N_("reads briefings and asks questions."),
    Role.ADMINISTRATOR: N_("invites colleagues, and keeps channels, topics and contact details."),
    Role.STEWARD: N_("keeps the service itself: organisations, embargo terms, the glossary and the audit trail."),
}


def explained(role: Role) -> str:
    """A role with what it means in one sentence."""
    name = label(role)
    return f"{name[:1].upper()}{name[1:]}: {words()._(ROLE_SAYS[role])}"


def role_choices(roles: Sequence[Role]) -> list[tuple[str, str]]:
    """Roles to choose among, each explained."""
    return [(role.value, explained(role)) for role in roles]


@member_pages.route("/organisation/medlemmar", methods=["GET", "POST"])
def list_members() -> BaseResponse:
    """Everybody, and the form to invite one more. The link of an invitation is shown in the answer to it."""
    form = Form({"locale": words().language})
    if request.method == "POST":
        must(Permission.INVITE)
        link = _invited(form)
        if form.ok:
            return _handed_over(link, form.text("email"))
    return _list(form)


def _list(form: Form) -> Response:
    team = members.team(place(), actor(), now=now())
    return page(
        "work/organisation/members.html",
        status=form.status,
        form=form,
        team=team,
        roles=role_choices(team.roles),
        tongues=ui_choices(),
    )


def _invited(form: Form) -> str:
    """The link of a new invitation; empty when something is wrong with the form."""
    form.need("email", "name", "role")
    roles = _roles(form)
    if not form.ok:
        return ""
    token = ""
    with form.attempt():
        token = inviting.invite_member(
            place(),
            actor(),
            organisation_id=actor().organisation_id or "",
            email=form.text("email"),
            name=form.text("name"),
            roles=roles,
            locale=ui_language(form.text("locale")),
            by_mail=True,
            now=now(),
        )
    return _link(token)


def _roles(form: Form) -> set[Role]:
    """The chosen roles. What is no role at all was not on the page."""
    known = {role.value: role for role in Role}
    return {known[value] for value in form.many("role") if value in known}


def _link(token: str) -> str:
    return site().absolute(f"/inbjudan/{token}")


def _handed_over(link: str, email: str) -> Response:
    by_mail = parts().settings.smtp_url is not None
    ends = now() + inviting.INVITATION_LASTS
    return page("work/organisation/link.html", link=link, email=email, by_mail=by_mail, ends=ends)


def _inviter() -> Actor:
    """Whoever may invite; for anyone else there is nothing here."""
    must(Permission.INVITE)
    return actor()


def _invited_again(it: members.Invited | members.Colleague) -> Response:
    token = inviting.invite_member(
        place(),
        actor(),
        organisation_id=actor().organisation_id or "",
        email=it.email,
        name=it.name,
        roles=it.roles,
        locale=it.locale,
        by_mail=True,
        now=now(),
    )
    return _handed_over(_link(token), it.email)


@member_pages.post("/organisation/medlemmar/inbjudan/<invitation_id>/igen")
def again(invitation_id: str) -> Response:
    """A new link instead of the one before."""
    it = members.invited(place(), _inviter(), invitation_id, now=now())
    return _invited_again(it)


@member_pages.post("/organisation/medlemmar/inbjudan/<invitation_id>/avbryt")
def cancel(invitation_id: str) -> BaseResponse:
    """End an invitation."""
    members.cancel_invitation(place(), _inviter(), invitation_id, now=now())
    told(words()._(N_("The invitation is cancelled. Its link opens nothing any more.")))
    return go("member_pages.list_members")


@member_pages.route("/organisation/medlemmar/<member_id>", methods=["GET", "POST"])
def member(member_id: str) -> BaseResponse:
    """One colleague: what they may do."""
    it = members.colleague(place(), _inviter(), member_id)
    form = Form({"role": [role.value for role in it.roles]})
    if request.method == "POST":
        with form.attempt():
            members.change_roles(place(), actor(), member_id, roles=_kept(form, it), now=now())
        if form.ok:
            told(words()._(N_("The roles of {name} are changed. They count at once."), name=it.name or it.email))
            return go("member_pages.list_members")
    return _one(it, form)


def _kept(form: Form, it: members.Colleague) -> set[Role]:
    """The chosen roles, with those that the page could not offer kept as they are."""
    offered = {Role(value) for value, _ in _offered()}
    return _roles(form) | (set(it.roles) - offered)


def _offered() -> list[tuple[str, str]]:
    return role_choices(members.team(place(), actor(), now=now()).roles)


def _one(it: members.Colleague, form: Form, lost: Form | None = None) -> Response:
    """A colleague's page. `lost` is the form of the lost phone: what is typed there leaves the roles as they are."""
    lost = lost or Form(typed=False)
    return page(
        "work/organisation/member.html",
        status=form.status if lost.ok else lost.status,
        it=it,
        form=form,
        lost=lost,
        roles=_offered(),
    )


@member_pages.post("/organisation/medlemmar/<member_id>/nytt-besked")
def begin_again(member_id: str) -> Response:
    """A new link for somebody who accepted and never chose a password."""
    it = members.colleague(place(), _inviter(), member_id)
    return _invited_again(it)


@member_pages.post("/organisation/medlemmar/<member_id>/tappad-telefon")
def lost_phone(member_id: str) -> BaseResponse:
    """Clear the way for somebody who has neither the app nor a recovery code any more. A grave step."""
    it = members.colleague(place(), _inviter(), member_id)
    lost = Form()
    if proven(lost):
        with lost.attempt():
            clear_factors(place(), actor(), member_id, now=now())
    if not lost.ok:
        return _one(it, Form({"role": [role.value for role in it.roles]}, typed=False), lost)
    told(words()._(N_("{name} can log in with the password, and then sets up a new app."), name=it.name or it.email))
    return go("member_pages.member", member_id=member_id)


@member_pages.post("/organisation/medlemmar/<member_id>/ta-bort")
def remove(member_id: str) -> BaseResponse:
    """Let somebody act for the organisation no more."""
    it = members.colleague(place(), _inviter(), member_id)
    form = Form({"role": [role.value for role in it.roles]}, typed=False)
    with form.attempt():
        members.remove_member(place(), actor(), member_id, now=now())
    if not form.ok:
        return _one(it, form)
    told(words()._(N_("{name} no longer acts for your organisation."), name=it.name or it.email))
    return go("organisation_pages.home" if it.is_oneself else "member_pages.list_members")
