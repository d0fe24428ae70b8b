"""The first start: the police organisation and its first member, made by whoever holds the link that `serve` prints."""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.web.accounts import registration
from campaigns.web.site import asked_language, now, site, speak, words
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import parts, place
from campaigns.work.accounts import first_start as work

first_start = Blueprint("first_start", __name__)


@first_start.route("/forsta-start/<token>", methods=["GET", "POST"])
def start(token: str) -> BaseResponse:
    """Who runs the service. Once there is a member, there is nothing here."""
    site().ready()
    secret_key = parts().settings.secret_key
    work.must_be_first_start(place(), token, secret_key=secret_key)
    speak(asked_language() or "sv")
    form = Form()
    if request.method == "POST":
        with form.attempt():
            member_id = work.start_first(
                place(),
                token=token,
                secret_key=secret_key,
                organisation=form.text("organisation"),
                name=form.text("name"),
                email=form.text("email"),
                locale=words().language,
                now=now(),
            )
        if form.ok:
            return registration.begin(member_id)
    return make_response(render_template("invitation/first_start.html", form=form), form.status)
