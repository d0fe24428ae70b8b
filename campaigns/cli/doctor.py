"""`doctor`: is this installation healthy, and what is to be done?"""

from contextlib import suppress

import click
from sqlalchemy import Engine

from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, table, tell, working
from campaigns.cli.words import WORDS, _
from campaigns.domain.errors import SamklangError
from campaigns.work.service.doctor import CHECKS, Finding, examine
from campaigns.work.workplace import open_workplace

SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


@click.command(
    short_help=_("Is this installation healthy?"),
    help=_("Check settings, database, clock, keys, mail, worker, audit trail and every channel, and say what to do."),
    epilog=_("Example: python app.py doctor --json"),
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def doctor(room: Room, *, json_: bool) -> int:
    """Examine the installation; 1 if something makes it unfit to release."""
    with working(_("Checking …")):
        findings = _findings(room)
    if json_:
        as_json([{"check": one.name, "level": one.level, "says": _said(one)} for one in findings])
    else:
        table(
            ["", _("Check"), _("Result")],
            [(SIGNS[one.level], WORDS._(CHECKS[one.name]), _said(one)) for one in findings],
        )
    if any(one.level == "error" for one in findings):
        if not json_:
            tell(_("Something must be mended before a release."))
        return 1
    return 0


def _findings(room: Room) -> list[Finding]:
    place = open_workplace(room.settings, _database(room), clock=room.clock.now)
    return list(examine(room.settings, place, offset=room.clock.measure, now=room.clock.now()))


def _database(room: Room) -> Engine:
    """The embedded database as any other command would open it; if it cannot be, as it is, to say what is wrong."""
    if room.settings.embedded:
        with suppress(SamklangError):
            return room.engine
    return room.raw_engine


def _said(finding: Finding) -> str:
    return WORDS._(finding.says).format(**WORDS.in_words(finding.facts))
