"""`release`: rehearse, see where it stands, and the receipt."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from campaigns.cli.naming import campaign_called
from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, milliseconds, stage_word, table, tell, working
from campaigns.cli.words import WORDS, _
from campaigns.domain.errors import N_, SamklangError
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind, Event
from campaigns.work.launch.rehearsing import rehearse as rehearse_release
from campaigns.work.launch.reporting import NotApproved, Status, release_receipt
from campaigns.work.launch.reporting import status as release_status

SURFACES = {"page": N_("page"), "feed": N_("feed")}


class NothingWasReleased(SamklangError):
    """A cancelled campaign needs no approval any more."""

    message = N_("{campaign} was cancelled before its lift, so nothing left and there is no receipt.")


@click.group(help=_("Releases: rehearse, status, receipt."))
def release() -> None:
    """Gather the commands."""


@release.command(
    short_help=_("Ask every channel whether it is ready."),
    help=_("Ask every channel whether it would take a message now. Nothing of the campaign is shown to anyone."),
    epilog=_("Example: python app.py release rehearse gangsnacket"),
)
@click.argument("slug")
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def rehearse(room: Room, slug: str, *, json_: bool) -> int:
    """Rehearse a release; 1 if a channel is not ready."""
    with campaign_called(slug), working(_("Asking every channel …")):
        now = room.clock.now()
        results = rehearse_release(room.place, room.actor, slug, now=now)
        stage = release_status(room.place, room.actor, slug, now=now).stage
    problems = [result for result in results if result.problem]
    if json_:
        as_json([asdict(result) for result in results])
    elif not results:
        tell(
            _("No organisation takes part yet: partners take part when the briefing is opened.")
            if stage is Stage.DRAFT
            else _("No channel takes part yet. Add one with: python app.py organisation add-channel")
        )
    else:
        table(
            [_("Organisation"), _("Channel"), _("Address"), _("Ready")],
            [
                (row.organisation, WORDS.value(row.kind), row.address, WORDS.value(row.problem or _("yes")))
                for row in results
            ],
        )
    return 1 if problems else 0


@release.command(
    short_help=_("Where a release stands."),
    help=_("Where a release stands: what is ready before the lift, what has arrived after it."),
    epilog=_("Example: python app.py release status gangsnacket"),
)
@click.argument("slug")
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def status(room: Room, slug: str, *, json_: bool) -> None:
    """Tell where a release stands."""
    now = room.clock.now()
    with campaign_called(slug):
        found = release_status(room.place, room.actor, slug, now=now)
    if json_:
        as_json(asdict(found))
        return
    tell(f"{found.campaign}: {stage_word(found.stage)}, {WORDS.when(found.lift_at)}, {WORDS.until(found.lift_at, now)}")
    if found.disarmed_at is not None:
        disarmed = _("Publishing is disarmed since {when}: nothing leaves until two members have armed it again.")
        tell(disarmed.format(when=WORDS.when(found.disarmed_at)))
    _readiness(found)
    _deliveries(found)


def _readiness(found: Status) -> None:
    if not found.readiness:
        tell(_("No text has been written yet."))
        return
    table(
        [_("Organisation"), _("Texts"), _("Ready to go out")],
        [(row.organisation, " ".join(row.languages), " ".join(row.consented) or "–") for row in found.readiness],
    )


def _deliveries(found: Status) -> None:
    if not found.deliveries:
        tell(_("Nothing is planned to leave yet: the release has not been approved."))
        return
    counted = ", ".join(f"{WORDS.value(state)} {number}" for state, number in sorted(found.deliveries.items()))
    tell(_("Deliveries by state: {counted}").format(counted=counted))
    for row in found.needs_person:
        tell(
            _("Needs a person: {organisation}, {channel}, {language}: {state} ({error})").format(
                organisation=row.organisation,
                channel=WORDS.value(ChannelKind(row.channel)),
                language=row.language or "–",
                state=WORDS.value(row.state),
                error=WORDS.value(row.error or "–"),
            )
        )


@release.command(
    short_help=_("What left when, and how it was answered."),
    help=_("The receipt: planned, sent and confirmed instants of every delivery, in milliseconds from the lift."),
    epilog=_("Example: python app.py release receipt gangsnacket --json > receipt.json"),
)
@click.argument("slug")
@click.option("--output", type=click.Path(path_type=Path), help=_("A file for the JSON."))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def receipt(room: Room, slug: str, output: Path | None, *, json_: bool) -> None:
    """Show the receipt."""
    with campaign_called(slug):
        try:
            found = release_receipt(room.place, room.actor, slug)
        except NotApproved as refused:
            if refused.facts["stage"] is Stage.CANCELLED:
                raise NothingWasReleased(campaign=refused.facts["campaign"]) from None
            raise
    if output is not None:
        write_receipt(found, output)
    if json_:
        as_json(found)
    else:
        show_receipt(found)


def write_receipt(found: dict[str, Any], file: Path) -> None:
    """The receipt as JSON in a file."""
    file.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def show_receipt(found: dict[str, Any]) -> None:
    """The receipt as a sentence and tables, each organisation's deliveries together."""
    tell(sentence_of(found["summary"]))
    table(
        [_("Organisation"), _("Channel"), _("Event"), _("Language"), _("State"), _("Sent"), _("Confirmed"), _("Tries")],
        [
            (
                line["organisation"],
                WORDS.value(ChannelKind(line["channel"])),
                WORDS.value(Event(line["event"])),
                line["language"] or "–",
                WORDS.value(DeliveryState(line["state"])),
                milliseconds(line["sent_ms"]),
                milliseconds(line["confirmed_ms"]),
                str(line["attempts"]),
            )
            for line in sorted(found["deliveries"], key=lambda line: str(line["organisation"]))
        ],
        title=_("Deliveries, in milliseconds from the lift {when}").format(when=_lift_of(found)),
    )
    if found["pull"]:
        table(
            [_("Surface"), _("Language"), _("Address"), _("Open")],
            [
                (
                    WORDS._(SURFACES.get(line["surface"], line["surface"])),
                    line["language"] or "–",
                    line["address"],
                    milliseconds(line["opened_ms"]),
                )
                for line in found["pull"]
            ],
            title=_("Pages and feeds, as a reader outside saw them open"),
        )


def _lift_of(found: dict[str, Any]) -> str:
    return WORDS.when(datetime.fromisoformat(found["lift_at"]))


def sentence_of(summary: dict[str, Any]) -> str:
    """The summary as a sentence."""
    counted = _(
        "{live} of {deliveries} deliveries are out; {early} early, {late} late, {failed} refused, {unknown} unclear."
    ).format(**{name: summary[name] for name in ("live", "deliveries", "early", "late", "failed", "unknown")})
    return f"{counted} {_times_of(summary)}".rstrip()


def _times_of(summary: dict[str, Any]) -> str:
    """How long it took, as a sentence; empty before anything was sent."""
    if summary["sent_ms"]["first"] is None:
        return ""
    return _(
        "First sent {first} after the lift, half by {half}, the last by {last}; the last confirmed by {confirmed}."
    ).format(
        first=milliseconds(summary["sent_ms"]["first"]),
        half=milliseconds(summary["sent_ms"]["p50"]),
        last=milliseconds(summary["sent_ms"]["last"]),
        confirmed=milliseconds(summary["confirmed_ms"]["last"]),
    )
