"""Which notices a member wants by e-mail."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, go, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.accounts import muting

notice_pages = workplace_blueprint("notice_pages", __name__)


@notice_pages.route("/konto/aviseringar", methods=["GET", "POST"])
def choices() -> BaseResponse:
    """Choose which notices come; the grave ones always do."""
    found = muting.notice_choices(place(), actor())
    form = Form({"wanted": [choice.kind for choice in found if choice.wanted]})
    if request.method == "POST":
        muting.choose_notices(place(), actor(), wanted=form.many("wanted"), now=now())
        told(words()._(N_("Your choice of notices is saved.")))
        return go("notice_pages.choices")
    free = [(choice.kind, words()._(choice.subject)) for choice in found if not choice.is_grave]
    grave = [words()._(choice.subject) for choice in found if choice.is_grave]
    return page("work/organisation/notices.html", form=form, free=free, grave=grave, email=desk().email)
