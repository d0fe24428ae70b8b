"""The workplace: every page for whoever is signed in, laid on the public web with its look and its errors."""

from flask import Blueprint, Flask, abort, request
from flask_wtf import CSRFProtect

from campaigns.domain.errors import NotThere
from campaigns.settings import Settings
from campaigns.web.accounts import security
from campaigns.web.accounts.account_pages import account_pages
from campaigns.web.accounts.forgotten import forgotten
from campaigns.web.accounts.logging_in import logging_in
from campaigns.web.accounts.passkey_pages import passkey_pages
from campaigns.web.accounts.registration import registration
from campaigns.web.accounts.sessions import DatabaseSessions
from campaigns.web.workplace import showing
from campaigns.web.workplace.campaign.board_pages import board_pages
from campaigns.web.workplace.campaign.coverage_pages import coverage_pages
from campaigns.web.workplace.campaign.facts_pages import facts_pages
from campaigns.web.workplace.campaign.home import campaign_home
from campaigns.web.workplace.campaign.lift_picker import lift_picker
from campaigns.web.workplace.campaign.listing import campaign_list
from campaigns.web.workplace.campaign.partner_list_pages import partner_list_pages
from campaigns.web.workplace.campaign.register_pages import register_pages
from campaigns.web.workplace.launch.approval_pages import approval_pages
from campaigns.web.workplace.launch.correction_pages import correction_pages
from campaigns.web.workplace.launch.delivery_pages import delivery_pages
from campaigns.web.workplace.launch.lift_pages import lift_pages
from campaigns.web.workplace.launch.receipt_pages import receipt_pages
from campaigns.web.workplace.launch.room_pages import launch_pages
from campaigns.web.workplace.launch.steps_pages import steps_pages
from campaigns.web.workplace.launch.withdraw_pages import withdraw_pages
from campaigns.web.workplace.material import upload_limits
from campaigns.web.workplace.material.edition_pages import edition_pages
from campaigns.web.workplace.material.library_pages import library_pages
from campaigns.web.workplace.material.upload_pages import upload_pages
from campaigns.web.workplace.organisation.channel_pages import organisation_channels
from campaigns.web.workplace.organisation.first_start import first_start
from campaigns.web.workplace.organisation.home_pages import organisation_pages
from campaigns.web.workplace.organisation.invitation_pages import invitation_pages
from campaigns.web.workplace.organisation.logo_pages import logo_pages
from campaigns.web.workplace.organisation.member_pages import member_pages
from campaigns.web.workplace.organisation.notice_pages import notice_pages
from campaigns.web.workplace.partners.campaign_pages import partners_campaign
from campaigns.web.workplace.partners.message_pages import partner_messages
from campaigns.web.workplace.parts import KEY, Parts, is_behind_login
from campaigns.web.workplace.showroom import showroom
from campaigns.web.workplace.start.calendar_feed import calendar_feed, calendar_pages
from campaigns.web.workplace.start.pages import start_pages
from campaigns.web.workplace.start.search_pages import search_pages
from campaigns.web.workplace.stewards.audit_pages import steward_audit
from campaigns.web.workplace.stewards.glossary_pages import steward_glossary
from campaigns.web.workplace.stewards.home_pages import steward_pages
from campaigns.web.workplace.stewards.organisation_pages import steward_organisations
from campaigns.web.workplace.stewards.rearming_pages import rearming_pages
from campaigns.web.workplace.stewards.terms_pages import steward_terms
from campaigns.web.workplace.texts.channel_pages import text_channel_pages
from campaigns.web.workplace.texts.core_pages import text_core_pages
from campaigns.web.workplace.texts.editor_pages import text_pages
from campaigns.web.workplace.texts.history_pages import text_history_pages
from campaigns.web.workplace.texts.preview_pages import preview_pages
from campaigns.web.workplace.translating.asked_pages import translating_pages
from campaigns.web.workplace.translating.file_pages import let_files_in, translator_file_pages
from campaigns.web.workplace.translating.language_pages import language_pages
from campaigns.web.workplace.translating.late_pages import late_pages
from campaigns.web.workplace.translating.reading_pages import translation_pages
from campaigns.work.workplace import Workplace

BLUEPRINTS: tuple[Blueprint, ...] = (
    showroom,
    start_pages,
    search_pages,
    campaign_home,
    campaign_list,
    facts_pages,
    lift_picker,
    partner_list_pages,
    register_pages,
    logging_in,
    forgotten,
    registration,
    account_pages,
    passkey_pages,
    board_pages,
    coverage_pages,
    calendar_feed,
    calendar_pages,
    first_start,
    invitation_pages,
    member_pages,
    notice_pages,
    organisation_channels,
    organisation_pages,
    preview_pages,
    partners_campaign,
    partner_messages,
    text_channel_pages,
    text_core_pages,
    text_history_pages,
    text_pages,
    language_pages,
    late_pages,
    translating_pages,
    translator_file_pages,
    translation_pages,
    upload_pages,
    steward_audit,
    steward_glossary,
    steward_organisations,
    steward_pages,
    rearming_pages,
    steward_terms,
    approval_pages,
    correction_pages,
    delivery_pages,
    launch_pages,
    library_pages,
    edition_pages,
    logo_pages,
    lift_pages,
    receipt_pages,
    steps_pages,
    withdraw_pages,
)
"""Every set of signed-in pages. One that is not here does not exist."""


def install(app: Flask, *, place: Workplace, settings: Settings) -> None:
    """Lay the workplace on the application."""
    app.extensions[KEY] = Parts(place=place, settings=settings)
    app.secret_key = settings.secret_key
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: nobody loses a text to a clock
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants a Referer, and our pages send none
    app.session_interface = DatabaseSessions()
    app.before_request(let_files_in)
    upload_limits.install(app)
    CSRFProtect(app)
    security.install(app, settings)
    showing.install(app)
    app.before_request(_refuse_nul)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)


def _refuse_nul() -> None:
    """Refuse the one sign that PostgreSQL keeps in no text. Nobody types it, and it would break the page."""
    if not is_behind_login(request.path):
        if "\0" in request.path and request.method in {"GET", "HEAD"}:
            raise NotThere
        return
    given = (*request.args.items(multi=True), *request.form.items(multi=True))
    if "\0" in request.path or any("\0" in sign for pair in given for sign in pair):
        abort(400)
