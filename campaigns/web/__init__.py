"""The web: what the public reads, rendered on the server, open by the clock at read time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from campaigns.i18n.catalogues import ROOT
from campaigns.web import assets, errors, headers, keeping, library_words, templating
from campaigns.web.about import about
from campaigns.web.api import api
from campaigns.web.attachments import attachments
from campaigns.web.feeds import feeds
from campaigns.web.interface_urls import InterfaceLanguage
from campaigns.web.keeping import Kept
from campaigns.web.material import files, material
from campaigns.web.public import public
from campaigns.web.reading import PublicReading, WorkReading
from campaigns.web.shelving import PublicShelves, WorkShelves
from campaigns.web.site import KEY, Site

__all__ = ["PublicReading", "WorkReading", "WorkShelves", "build_app"]


def build_app(
    *,
    reading: PublicReading,
    shelves: PublicShelves,
    clock: Callable[[], datetime],
    ready: Callable[[], None],
    lift_step: timedelta,
    base_url: str,
    trusted_proxies: int = 0,
    contact: str | None = None,
    keep_for: timedelta = timedelta(),
) -> Flask:
    """The public web application.

    `clock` gives aware UTC and is read once a request. `ready` raises Unready while clock or database are in doubt; the
    campaigns are closed for as long. `lift_step` is the longest any public answer may be cached. `contact` is an e-mail
    address, samklang@ and the host of `base_url` if none is given. `keep_for` is how long a finished public answer may
    be given again.
    """
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # its answer tells which addresses exist
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.extensions[KEY] = Site(
        reading=reading,
        clock=clock,
        ready=ready,
        lift_step=lift_step,
        base_url=base_url,
        contact=contact or f"samklang@{urlsplit(base_url).hostname}",
        shelves=shelves,
    )
    app.url_map.converters["interface"] = InterfaceLanguage
    keeping.install(app, Kept(keep_for=keep_for, step=lift_step))
    _never_redirect(app)
    for part in (assets, templating, library_words, headers, errors):
        part.install(app)
    for blueprint in (public, attachments, feeds, about, material, files, api):
        app.register_blueprint(blueprint)
    _behind(app, trusted_proxies)
    return app


def _never_redirect(app: Flask) -> None:
    """A redirect to the tidy form of an address repeats the request's Host, which anyone can make up."""
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False


def _behind(app: Flask, proxies: int) -> None:
    if proxies:
        # The assignment is Flask's documented way to wrap an application.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
