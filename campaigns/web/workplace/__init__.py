"""The workplace: every page for whoever is signed in, laid on the public web with its look and its errors."""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from campaigns.settings import Settings
from campaigns.web.accounts.sessions import DatabaseSessions
from campaigns.web.workplace import showing
from campaigns.web.workplace.parts import KEY, Parts
from campaigns.web.workplace.showroom import showroom
from campaigns.work.workplace import Workplace

BLUEPRINTS: tuple[Blueprint, ...] = (showroom,)
"""Every set of signed-in pages. One that is not here does not exist."""


def install(app: Flask, *, place: Workplace, settings: Settings) -> None:
    """Lay the workplace on the application."""
    app.extensions[KEY] = Parts(place=place, settings=settings)
    app.secret_key = settings.secret_key
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: nobody loses a text to a clock
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants a Referer, and our pages send none
    app.session_interface = DatabaseSessions()
    CSRFProtect(app)
    showing.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
