"""`doctor`: is this installation healthy, and what is to be done?"""

import click

from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, table, tell
from campaigns.cli.words import WORDS, _
from campaigns.work.doctor import Finding, examine
from campaigns.work.workplace import open_workplace

SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


@click.command(
    help=_("Check settings, database, clock, keys, mail, worker, audit trail and every channel, and say what to do."),
    epilog=_("Example: python app.py doctor --json"),
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def doctor(room: Room, *, json_: bool) -> int:
    """Examine the installation; 1 if something makes it unfit to release."""
    place = open_workplace(room.settings, room.raw_engine, clock=room.clock.now)
    findings = list(
        examine(room.settings, place, offset=room.clock.measure, worker_runs=room.worker_runs, now=room.clock.now())
    )
    if json_:
        as_json([{"check": one.name, "level": one.level, "says": _said(one)} for one in findings])
    else:
        table(["", _("Check"), _("Result")], [(SIGNS[one.level], one.name, _said(one)) for one in findings])
    if any(one.level == "error" for one in findings):
        if not json_:
            tell(_("Something must be mended before a release."))
        return 1
    return 0


def _said(finding: Finding) -> str:
    return WORDS._(finding.says).format(**WORDS.in_words(finding.facts))
