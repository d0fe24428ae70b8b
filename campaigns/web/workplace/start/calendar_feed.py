"""The member's own calendar: its address, made and closed in the account, and the feed that calendars read."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_
from campaigns.domain.languages import ui_language
from campaigns.i18n import words_for
from campaigns.web.icalendar import IcalEvent, icalendar
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, go, page, told, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.overview import calendars
from campaigns.work.overview.calendars import CalendarEntry, EntryKind

calendar_pages = workplace_blueprint("calendar_pages", __name__)
calendar_feed = Blueprint("calendar_feed", __name__)

TITLES = {
    EntryKind.BRIEFING: N_("A briefing opens (Samklang)"),
    EntryKind.LIFT: N_("An embargo is lifted (Samklang)"),
}


@calendar_pages.route("/konto/kalender", methods=["GET", "POST"])
def calendar() -> Response:
    """Whether there is a calendar address; a new one is shown in the answer and never again."""
    address = ""
    if request.method == "POST":
        token = calendars.open_calendar(place(), actor(), now=now())
        address = site().absolute(f"/kalender/{token}.ics")
    return page("work/organisation/calendar.html", address=address, is_open=calendars.has_calendar(place(), actor()))


@calendar_pages.post("/konto/kalender/stang")
def close() -> BaseResponse:
    """Let the address lead nowhere."""
    calendars.close_calendar(place(), actor(), now=now())
    told(words()._(N_("The calendar is closed. Its address leads nowhere any more.")))
    return go("calendar_pages.calendar")


@calendar_feed.get("/kalender/<token>.ics")
def feed(token: str) -> Response:
    """Times and neutral titles. Raises NotThere for an address that is not, or not any more."""
    site().ready()
    found = calendars.read_calendar(place(), token, now=now())
    said = words_for(ui_language(found.locale))
    host = urlsplit(site().base_url).hostname
    events = [_event(entry, said._(TITLES[entry.kind]), f"{host}") for entry in found.entries]
    return Response(icalendar("Samklang", events, now=now()), mimetype="text/calendar")


def _event(entry: CalendarEntry, title: str, host: str) -> IcalEvent:
    return IcalEvent(
        uid=f"{entry.kind.value}-{entry.campaign_id}@{host}",
        at=entry.at,
        title=title,
        address=site().absolute(entry.path),
        sequence=entry.revision,
        is_certain=entry.is_certain,
    )
