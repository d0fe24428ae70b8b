"""`db`: migrations, a consistent copy, and back from one."""

from pathlib import Path

import click

from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, tell, working
from campaigns.cli.words import _
from campaigns.store import backup as copies
from campaigns.store import migrations
from campaigns.store.engine import check_database
from campaigns.work.service.rearming import PAGE
from campaigns.work.service.restoring import locked_channels


@click.group(help=_("The database: upgrade, backup, restore."))
def db() -> None:
    """Gather the commands."""


@db.command(
    short_help=_("Bring the tables up to date."),
    help=_("Bring the tables to what this version needs."),
    epilog=_("Example: python app.py db upgrade"),
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def upgrade(room: Room, *, json_: bool) -> None:
    """Upgrade the tables."""
    before = room.revision()
    with working(_("Bringing the tables up to date …")):
        migrations.upgrade(room.raw_engine)
    after = migrations.head()
    if json_:
        as_json({"before": before, "after": after})
        return
    tell(
        _("The tables were up to date already ({revision}).").format(revision=after)
        if before == after
        else _("The tables are now at {revision}.").format(revision=after)
    )


@db.command(
    short_help=_("Copy everything into a new file."),
    help=_("Write a consistent copy of everything into a new file, while Samklang runs. Keys are not part of it."),
    epilog=_("Example: python app.py db backup samklang-2026-11-23.backup"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def backup(room: Room, file: Path, *, json_: bool) -> None:
    """Make a backup."""
    with working(_("Copying …")):
        rows = copies.backup(room.engine, file.absolute())
    if json_:
        as_json({"file": str(file), "rows": rows})
        return
    tell(_("Copied {rows} rows into {file}. It holds embargoed texts: keep it safe.").format(rows=rows, file=file))


@db.command(
    short_help=_("Fill an empty database from a copy."),
    help=_(
        "Fill an empty database from a backup. Publishing is disarmed: nothing opens or leaves until two members have "
        "armed it again in the browser, and approved campaigns come back held. "
        "A backup holds no keys: copy credentials.keys, secret.key and audit.key from the data folder of the old "
        "installation."
    ),
    epilog=_("Example: python app.py db restore samklang-2026-11-23.backup"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def restore(room: Room, file: Path, *, json_: bool) -> None:
    """Restore a backup."""
    check_database(room.raw_engine)
    with working(_("Restoring …")):
        rows = copies.restore(file.absolute(), room.raw_engine, now=room.clock.now())
    locked = locked_channels(room.place, room.actor)
    if json_:
        as_json({"file": str(file), "rows": rows, "publishing": "disarmed", "locked_channels": locked})
        return
    tell(_("Restored {rows} rows. Approved campaigns are held.").format(rows=rows))
    tell(
        _(
            "Publishing is disarmed: nothing opens or leaves until two members have armed it again at {address}. "
            "Everybody logs in anew, and links that were mailed before do not work any more."
        ).format(address=f"{room.settings.base_url}{PAGE}")
    )
    tell(
        _(
            "A backup holds no keys: copy credentials.keys, secret.key and audit.key from the data folder of the old "
            "installation to {folder}."
        ).format(folder=room.settings.data_dir)
    )
    if locked:
        tell(_("Until then nothing can be sent there, because the secrets cannot be opened:"))
    for address in locked:
        tell(f"  {address}")
