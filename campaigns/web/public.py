"""The public pages. What they show is decided by the reading; here it only gets its look and its language."""

from flask import Blueprint, Response, make_response, render_template

from campaigns.web.keeping import may_be_kept
from campaigns.web.site import asked_language, now, site, speak
from campaigns.web.templating import default_ui

public = Blueprint("public", __name__)


may_be_kept(public)


@public.before_request
def _closed_when_in_doubt() -> None:
    site().ready()


@public.get("/", defaults={"language": "sv"})
@public.get("/sv/", defaults={"language": "sv"}, endpoint="start_sv")
@public.get("/<interface:language>/")
def start(language: str) -> str:
    """The campaigns that are public, newest first."""
    speak(language)
    return render_template("start.html", cards=site().reading.campaigns(language=language, now=now()))


@public.get("/kampanj/<slug>", defaults={"language": None})
@public.get("/kampanj/<slug>/<language>")
def campaign(slug: str, language: str | None) -> Response:
    """One campaign in one language: the core message, and every voice beside it."""
    page = site().reading.campaign(slug=slug, language=language, now=now())
    speak(asked_language() or default_ui(page.language))
    if page.withdrawn_at:
        return make_response(render_template("withdrawn.html", page=page), 410)
    return make_response(render_template("campaign.html", page=page))
