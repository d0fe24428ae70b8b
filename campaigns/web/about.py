"""The pages about Samklang itself, and the addresses machines look for. They hold nothing of any campaign."""

from datetime import UTC, timedelta

from flask import Blueprint, Response, make_response, render_template, url_for

from campaigns.domain.errors import N_, Unready
from campaigns.domain.languages import ui_languages
from campaigns.domain.times import floor
from campaigns.i18n import words_for
from campaigns.web.errors import log_doubt
from campaigns.web.site import now, site, speak

about = Blueprint("about", __name__)
PROMISED = timedelta(days=180)


@about.get("/om", defaults={"language": "sv"})
@about.get("/<interface:language>/about")
def samklang(language: str) -> str:
    """What Samklang is."""
    speak(language)
    return render_template("about.html")


@about.get("/tillganglighet", defaults={"language": "sv"})
@about.get("/<interface:language>/accessibility")
def accessibility(language: str) -> str:
    """The accessibility statement."""
    speak(language)
    return render_template("accessibility.html")


@about.get("/robots.txt")
def robots() -> Response:
    """Everything that can be read here is public."""
    return _plain(f"User-agent: *\nAllow: /\nSitemap: {site().absolute(url_for('feeds.sitemap'))}\n")


@about.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell about a weakness (RFC 9116)."""
    expires = (floor(now(), timedelta(days=1)) + PROMISED).astimezone(UTC)
    lines = (
        f"Contact: mailto:{site().contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(ui_languages())}",
        f"Canonical: {site().absolute(url_for('about.security'))}",
    )
    return _plain("\n".join(lines) + "\n")


@about.get("/healthz")
def healthz() -> Response:
    """The process is alive."""
    return _unkept(_plain("ok\n"))


@about.get("/readyz")
def readyz() -> Response:
    """Clock and database are trusted, so campaigns are shown. Why they are not is for the log and the doctor."""
    try:
        site().ready()
    except Unready as unready:
        log_doubt(unready)
        return _unkept(_plain(_in_each(N_("Samklang is not ready.")), status=503))
    return _unkept(_plain("ready\n"))


def _in_each(sentence: str) -> str:
    return "".join(f"{words_for(language)._(sentence)}\n" for language in ui_languages())


def _plain(text: str, *, status: int = 200) -> Response:
    response = make_response(text, status)
    response.content_type = "text/plain; charset=utf-8"
    return response


def _unkept(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
