"""The audit trail in administration: read, filtered and taken out. Nothing here changes anything."""

from datetime import date, datetime, time, timedelta

from flask import Response, request

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.times import SWEDEN
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, page
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.stewards.parts import asked_number, steward_blueprint
from campaigns.work.audit.checkpoint_sentences import facts_of, sentence_of
from campaigns.work.audit.checkpointing import checkpoint_for
from campaigns.work.audit.reading import (
    AuditFilter,
    AuditLine,
    as_csv,
    as_json_lines,
    audit_choices,
    audit_lines,
    audit_page,
    chain,
)
from campaigns.work.audit.sentences import GROUPS, Group

steward_audit = steward_blueprint("steward_audit", __name__, Permission.SEE_AUDIT)
FIELDS = ("fran", "till", "grupp", "medlem", "organisation", "kampanj")


@steward_audit.get("/forvaltning/granskning")
def events() -> Response:
    """The newest events, or those that one looks for."""
    form = Form({name: request.args.get(name, "") for name in FIELDS}, typed=False)
    wanted = _wanted(form)
    found = audit_page(place(), actor(), wanted, before=asked_number("fore"), now=now())
    return page(
        "work/stewards/audit.html",
        status=form.status,
        found=found,
        form=form,
        chain=chain(place(), actor(), now=now(), doubted=found.altered),
        choices=audit_choices(place(), actor(), now=now()),
        sentence_of=sentence_of,
        facts_of=facts_of,
        groups=[(group.value, words()._(name)) for group, name in GROUPS.items()],
        asked={name: value for name in FIELDS if (value := form.text(name))},
    )


def _wanted(form: Form) -> AuditFilter:
    group = form.text("grupp")
    until = _day(form, "till")
    return AuditFilter(
        since=_day(form, "fran"),
        until=until + timedelta(days=1) if until else None,
        group=Group(group) if group in set(Group) else None,
        member_id=form.text("medlem"),
        organisation_id=form.text("organisation"),
        campaign_id=form.text("kampanj"),
    )


def _day(form: Form, name: str) -> datetime | None:
    """The beginning of a day in Sweden."""
    if not form.text(name):
        return None
    try:
        return datetime.combine(date.fromisoformat(form.text(name)), time(), SWEDEN)
    except ValueError:
        form.fault(name, words()._(N_("Give a date such as 2026-12-14.")))
        return None


@steward_audit.get("/forvaltning/granskning.csv")
def as_sheet() -> Response:
    """The events that one looks for, for a spreadsheet."""
    return _file(as_csv(_all_wanted(), words()), "text/csv; charset=utf-8", "granskning.csv")


@steward_audit.get("/forvaltning/granskning.jsonl")
def as_lines() -> Response:
    """The same as they are stored, one a line."""
    return _file(as_json_lines(_all_wanted()), "application/x-ndjson; charset=utf-8", "granskning.jsonl")


@steward_audit.get("/forvaltning/granskning/kontrollpunkt.json")
def checkpoint() -> Response:
    """Where the trail ends now, signed: a file to keep on another machine. Nothing is stored here."""
    made = checkpoint_for(place(), actor(), now=now())
    return _file(made.as_text(), "application/json", made.file_name)


def _all_wanted() -> list[AuditLine]:
    form = Form({name: request.args.get(name, "") for name in FIELDS}, typed=False)
    return audit_lines(place(), actor(), _wanted(form), now=now())


def _file(content: str, kind: str, name: str) -> Response:
    return Response(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
