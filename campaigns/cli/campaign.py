"""`campaign`: import a file, export one, write the public record, list them all."""

from dataclasses import asdict
from pathlib import Path

import click

from campaigns.cli.naming import campaign_called
from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, stage_word, table, tell, tell_secrets, warn, when_and_until, working
from campaigns.cli.words import WORDS, _
from campaigns.domain.errors import N_, SamklangError
from campaigns.work.archive.writing import write_record
from campaigns.work.campaign.exporting import export as export_campaign
from campaigns.work.campaign.registering import register, register_for
from campaigns.work.campaign_file.reading import read_campaign_path
from campaigns.work.campaign_file.writing import write_campaign_file
from campaigns.work.launch.reporting import campaign_list


class FileExists(SamklangError):
    """An export never overwrites."""

    message = N_("The file {file} exists already. Choose another name.")


@click.group(help=_("Campaigns: import, export, archive, list."))
def campaign() -> None:
    """Gather the commands."""


@campaign.command(
    "import",
    short_help=_("Register the campaign in a file."),
    help=_("Register the campaign in a YAML file. All faults are listed at once, and nothing is half imported."),
    epilog=_("Example: python app.py campaign import gangsnacket.yaml --owner Polisen"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--owner", help=_("The police organisation that registers it, if there are several."))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def import_(room: Room, file: Path, owner: str | None, *, json_: bool) -> None:
    """Import a file."""
    now = room.clock.now()
    draft, warnings = read_campaign_path(file, now=now, step=room.settings.lift_step)
    if owner:
        registered = register_for(room.place, room.actor, draft, owner=owner, now=now)
    else:
        registered = register(room.place, room.actor, draft, now=now)
    notes = [*warnings, *registered.notes]
    warn(notes)
    if json_:
        as_json({
            "id": registered.campaign_id, "slug": draft.slug, "lift_at": draft.lift_at, "warnings": len(notes),
            "organisations": [asdict(organisation) for organisation in registered.organisations],
        })  # fmt: skip
        return
    tell(
        _("Registered {name} under embargo until {lift_at}. Address from then on: {address}").format(
            name=draft.name,
            lift_at=when_and_until(draft.lift_at, now),
            address=room.place.public_address(draft.slug),
        )
    )
    for organisation in registered.organisations:
        tell(_("Added {name}.").format(name=organisation.name))
        tell_secrets(organisation.webhook_secrets)


@campaign.command(
    "export",
    short_help=_("Write a campaign as YAML."),
    help=_("Write a campaign as YAML, in the format that import reads."),
    epilog=_("Example: python app.py campaign export gangsnacket --output copy.yaml"),
)
@click.argument("slug")
@click.option("--output", type=click.Path(path_type=Path), help=_("A new file; without it, standard output."))
@click.pass_obj
def export(room: Room, slug: str, output: Path | None) -> None:
    """Export a campaign."""
    with campaign_called(slug):
        text = write_campaign_file(export_campaign(room.place, room.actor, slug))
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise FileExists(file=str(output)) from None
    tell(_("{slug} is now in {file}. It holds embargoed texts: keep it safe.").format(slug=slug, file=output))


@campaign.command(
    "archive",
    short_help=_("Write the public record of a campaign."),
    help=_(
        "Write the public record of a campaign into a new ZIP, for the registry and the archive: a page to read with "
        "its secrecy marking, every text as it was published, questions and answers, the receipt, the events and the "
        "material, with sums to check it by."
    ),
    epilog=_("Example: python app.py campaign archive gangsnacket gangsnacket-2026.zip"),
)
@click.argument("slug")
@click.argument("file", metavar="FILE.zip", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def archive(room: Room, slug: str, file: Path, *, json_: bool) -> None:
    """Write the public record."""
    now = room.clock.now()
    with campaign_called(slug), working(_("Writing the archive …")):
        record = write_record(room.place, room.actor, slug, file, WORDS, now=now)
    if json_:
        as_json({"file": str(file), "campaign": slug, "texts": len(record.texts), "bytes": file.stat().st_size})
        return
    tell(_("The public record of {name} is now in {file}.").format(name=record.name, file=file))
    if record.embargo_until is not None:
        when = WORDS.when(record.embargo_until)
        tell(_("What it holds is under embargo until {when}.").format(when=when))
    tell(_("It holds drafts too, also those that were never published: keep it safe."))


@campaign.command(
    "list",
    short_help=_("Every campaign and its lift."),
    help=_("Every campaign with its stage and its lift."),
    epilog=_("Example: python app.py campaign list --json"),
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def list_(room: Room, *, json_: bool) -> None:
    """List campaigns."""
    now = room.clock.now()
    lines = campaign_list(room.place, room.actor, now=now)
    if json_:
        as_json([asdict(line) for line in lines])
        return
    if not lines:
        tell(_("No campaign is registered yet. Begin with: python app.py campaign import FILE.yaml"))
        return
    table(
        [_("Address"), _("Campaign"), _("Stage"), _("Lift"), ""],
        [
            (line.slug, line.name, stage_word(line.stage), WORDS.when(line.lift_at), WORDS.until(line.lift_at, now))
            for line in lines
        ],
    )
