"""The workplace: every page for whoever is signed in, laid on the public web with its look and its errors."""

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from campaigns.settings import Settings
from campaigns.web.accounts.sessions import DatabaseSessions
from campaigns.web.workplace import showing
from campaigns.web.workplace.calendar_feed import calendar_feed, calendar_pages
from campaigns.web.workplace.first_start import first_start
from campaigns.web.workplace.invitation_pages import invitation_pages
from campaigns.web.workplace.member_pages import member_pages
from campaigns.web.workplace.notice_pages import notice_pages
from campaigns.web.workplace.organisation_channels import organisation_channels
from campaigns.web.workplace.organisation_pages import organisation_pages
from campaigns.web.workplace.partner_messages import partner_messages
from campaigns.web.workplace.partner_pages import partner_pages
from campaigns.web.workplace.parts import KEY, Parts
from campaigns.web.workplace.preview_pages import preview_pages
from campaigns.web.workplace.showroom import showroom
from campaigns.web.workplace.text_channel_pages import text_channel_pages
from campaigns.web.workplace.text_core_pages import text_core_pages
from campaigns.web.workplace.text_history_pages import text_history_pages
from campaigns.web.workplace.text_pages import text_pages
from campaigns.work.workplace import Workplace

BLUEPRINTS: tuple[Blueprint, ...] = (
    showroom,
    calendar_feed,
    calendar_pages,
    first_start,
    invitation_pages,
    member_pages,
    notice_pages,
    organisation_channels,
    organisation_pages,
    preview_pages,
    partner_pages,
    partner_messages,
    text_channel_pages,
    text_core_pages,
    text_history_pages,
    text_pages,
)
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
