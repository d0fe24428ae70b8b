"""The headers of every answer: how long it may be kept, and what a browser may do with it."""

from collections.abc import Mapping

from flask import Flask, Response, request

from campaigns.domain.times import cache_seconds
from campaigns.web.assets import fingerprint
from campaigns.web.site import now, site
from campaigns.web.workplace.parts import is_behind_login

SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
AT_THE_DESK = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FOR_EVER = "public, max-age=31536000, immutable"


def _set_headers(response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    if site().is_https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and response.status_code in {200, 304}:
        return _kept_by_version(response)
    if is_behind_login(request.path):
        return _for_one_person(response)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = f"public, max-age={cache_seconds(now(), site().lift_step)}"
    return _conditional(response)


def _for_one_person(response: Response) -> Response:
    """Never kept by anyone. The little JavaScript there is comes from here."""
    if response.headers["Content-Security-Policy"] == SECURITY["Content-Security-Policy"]:
        response.headers["Content-Security-Policy"] = AT_THE_DESK
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _kept_by_version(response: Response) -> Response:
    current = request.args.get("v") == fingerprint((request.view_args or {})["filename"])
    response.headers["Cache-Control"] = FOR_EVER if current else "no-cache"
    return response


def _conditional(response: Response) -> Response:
    """An ETag over the bytes that are sent and nothing else, so it tells no more than they do."""
    if response.status_code == 200 and "no-store" not in response.headers["Cache-Control"]:
        response.add_etag()
        response.make_conditional(request)
    return response


def install(app: Flask) -> None:
    """One place sets the headers of all answers, found or not: a difference would tell."""
    app.after_request(_set_headers)
