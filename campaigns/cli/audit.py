"""`audit`: signed checkpoints of the audit trail, to keep elsewhere and to compare it with."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from campaigns.cli.room import Room
from campaigns.cli.saying import as_json, tell, working
from campaigns.cli.words import WORDS, _
from campaigns.domain.checkpoints import key_id
from campaigns.domain.errors import N_, SamklangError
from campaigns.store import audit as trail
from campaigns.store.checkpoint_files import listed, written
from campaigns.store.signing import new_key, public_half, public_keys
from campaigns.store.tables import AuditEvent
from campaigns.work.audit.checkpoint_sentences import BROKEN, MOST_NAMED, facts_of, sentence_of
from campaigns.work.audit.checkpointing import Checked, Verified, compared, make_checkpoint, read_all, verify


class FileExists(SamklangError):
    """A checkpoint is proof of its time, so none is ever written over."""

    message = N_("{file} exists already and was left as it is. Choose another name for the checkpoint.")


class NotATrail(SamklangError):
    """The events to verify are not what the audit page gives as JSON Lines."""

    message = N_("Line {line} of {file} is not an event of an audit trail. Download it whole, as JSON Lines.")


@click.group(help=_("The audit trail: checkpoint, verify, key."))
def audit() -> None:
    """Gather the commands."""


@audit.command(
    short_help=_("Write a signed checkpoint into a new file."),
    help=_("Write into a new file where the audit trail ends now, signed. Keep it on another machine."),
    epilog=_("Example: python app.py audit checkpoint /mnt/audit/checkpoint-2026-11-23.json"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def checkpoint(room: Room, file: Path, *, json_: bool) -> None:
    """Write a checkpoint. Raises FileExists."""
    made = make_checkpoint(room.place, now=room.clock.now())
    try:
        written(file.absolute(), made)
    except FileExistsError:
        raise FileExists(file=str(file)) from None
    if json_:
        as_json({"file": str(file), **made.written()})
        return
    says = _("The checkpoint {file} holds event {number}, signed with the key {key}. Keep it on another machine.")
    tell(says.format(file=file, number=made.end.number, key=made.key))


@audit.command(
    name="verify",
    short_help=_("Does the trail hold, and every checkpoint with it?"),
    help=_(
        "Go through the whole audit trail, and see that what each checkpoint saw is still there and that its signature "
        "is good. FILE is a checkpoint or a folder of them; without one, the folder of SAMKLANG_AUDIT_CHECKPOINTS. "
        "With --events and --key it works on any machine, without database and without the secret key."
    ),
    epilog=_("Example: python app.py audit verify --events granskning.jsonl --key ed25519:… /mnt/audit"),
)
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--key", "keys", multiple=True, help=_("A public key whose signatures count; may be repeated."))
@click.option(
    "--events",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=_("The trail as JSON Lines, as stewards download it, instead of the one in the database."),
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def verify_(room: Room, files: tuple[Path, ...], keys: tuple[str, ...], events: Path | None, *, json_: bool) -> int:
    """Verify the trail and its checkpoints; 1 if something does not hold."""
    known = public_keys(keys)
    with working(_("Going through the audit trail …")):
        found = _elsewhere(events, files, known) if events and keys else _here(room, events, files, known)
    if json_:
        as_json(_reported(found))
    elif found.holds:
        _tell_what_holds(found)
    else:
        for sentence in _problems(found):
            tell(sentence, err=True)
    return 0 if found.holds else 1


def _elsewhere(events: Path, files: Sequence[Path], known: Sequence[str]) -> Verified:
    """Without settings: nothing is made on a machine that only looks."""
    return _exported(events, read_all(_checkpoints(files), known))


def _here(room: Room, events: Path | None, files: Sequence[Path], known: Sequence[str]) -> Verified:
    folder = room.settings.audit_checkpoints
    wanted = _checkpoints(files or ([folder] if folder else []))
    read = read_all(wanted, [*room.settings.audit_keys(), *known]) if wanted else []
    return _exported(events, read) if events else verify(room.place, read)


def _checkpoints(files: Sequence[Path]) -> list[Path]:
    """Folders stand for what is in them."""
    return [each for file in files for each in (listed(file) if file.is_dir() else [file])]


def _exported(file: Path, read: Sequence[Checked]) -> Verified:
    return compared(trail.links(_events(file)), read)


def _events(file: Path) -> Iterator[AuditEvent]:
    """The events of a file, one by one. Raises NotATrail."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                given = json.loads(line)
                yield AuditEvent(**(given | {"at": datetime.fromisoformat(given["at"])}))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise NotATrail(file=str(file), line=number) from None


def _tell_what_holds(found: Verified) -> None:
    tell(_("The audit trail holds ({total} events).").format(total=WORDS.number(found.count)))
    made = [one.checkpoint.made_at for one in found.checked if one.checkpoint]
    if made:
        says = WORDS.ngettext("{count} checkpoint holds", "{count} checkpoints hold", len(made))
        newest = _("the newest is of {made_at}.").format(made_at=WORDS.when(max(made)))
        tell(f"{says}; {newest}")
    else:
        tell(_("There was no checkpoint to compare it with: events removed at its end would not show."))


def _problems(found: Verified) -> Iterator[str]:
    if found.broken:
        yield WORDS._(BROKEN, numbers=list(found.broken[:MOST_NAMED]))
    yield from (_said(one) for one in found.checked if not one.holds)


def _said(one: Checked) -> str:
    return WORDS._(sentence_of(one), **facts_of(one))


def _reported(found: Verified) -> dict[str, Any]:
    return {
        "holds": found.holds,
        "events": found.count,
        "broken": found.broken,
        "checkpoints": [
            {
                "file": str(one.file),
                "verdict": one.verdict,
                "missing": one.missing,
                "says": _said(one),
                **(one.checkpoint.written() if one.checkpoint else {}),
            }
            for one in found.checked
        ],
    }


@audit.command(
    short_help=_("Show the public key of the checkpoints."),
    help=_(
        "Show the public key that checkpoints are verified with, and where the secret one is. With --new print a new "
        "value for SAMKLANG_AUDIT_KEY: a new secret key, and behind it the public ones whose checkpoints still count."
    ),
    epilog=_("Example: python app.py audit key"),
)
@click.option(
    "--new", is_flag=True, help=_("Print a new value for SAMKLANG_AUDIT_KEY. It is secret. Nothing is changed.")
)
@click.option("--json", "json_", is_flag=True, help=_("Report as JSON."))
@click.pass_obj
def key(room: Room, *, new: bool, json_: bool) -> None:
    """Show the public key, or print a new secret one."""
    public = [public_half(each) for each in room.settings.audit_keys()]
    if new:
        value = ",".join([new_key(), *public])
        as_json({"value": value}) if json_ else tell(value)
        return
    if json_:
        as_json({"key": key_id(public[0]), "public_key": public[0], "others": public[1:]})
        return
    tell(public[0])
    where = room.settings.audit_key_file if room.settings.audit_key is None else "SAMKLANG_AUDIT_KEY"
    tell(
        _("Its short name is {key}. The secret key is in {where}.").format(key=key_id(public[0]), where=where), err=True
    )
    for other in public[1:]:
        tell(_("Checkpoints of {key} count too: {public}").format(key=key_id(other), public=other), err=True)
