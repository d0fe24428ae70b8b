"""Calendars after iCalendar (RFC 5545): lines end with CR LF, fold at 75 octets, and times are in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 75
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, kw_only=True)
class IcalEvent:
    """One instant in a calendar. `sequence` grows when it is moved; a tentative one may not happen then."""

    uid: str
    at: datetime
    title: str
    address: str
    sequence: int
    is_certain: bool


def icalendar(name: str, events: Iterable[IcalEvent], *, now: datetime) -> bytes:
    """The calendar as a document."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Samklang//Samklang//SV",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        *(line for event in events for line in _event(event, now)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def _event(event: IcalEvent, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{stamp(now)}"
    yield f"DTSTART:{stamp(event.at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"SUMMARY:{escaped(event.title)}"
    yield f"URL:{event.address}"
    yield f"STATUS:{'CONFIRMED' if event.is_certain else 'TENTATIVE'}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def stamp(instant: datetime) -> str:
    """An instant as calendars write it, in UTC."""
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """A text as a value: what separates values is marked, and lines become one."""
    return text.replace("\r\n", "\n").translate(_ESCAPED)


def folded(line: str) -> bytes:
    """A line of content, folded so that none is longer than 75 octets and no character is cut in two."""
    parts: list[str] = []
    part = ""
    for character in line:
        if len((part + character).encode()) > LONGEST - (1 if parts else 0):
            parts.append(part)
            part = ""
        part += character
    parts.append(part)
    return "\r\n ".join(parts).encode() + b"\r\n"
