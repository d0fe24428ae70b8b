"""The doctor's look at the audit trail and at the folder elsewhere that holds its checkpoints."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from campaigns.domain.errors import N_, BadSetting
from campaigns.settings import Settings
from campaigns.store.checkpoint_files import in_time, listed
from campaigns.work.audit.checkpoint_sentences import BROKEN, MOST_NAMED, facts_of, sentence_of
from campaigns.work.audit.checkpointing import Checked, Verified, read_all
from campaigns.work.audit.looking import look
from campaigns.work.workplace import Workplace

Check = tuple[Literal["audit", "checkpoints"], Literal["ok", "warning", "error"], str, dict[str, object]]
OLD = timedelta(days=2)
"""A worker writes one each day, so by then it has failed to."""
NO_FOLDER = N_(
    "No folder for checkpoints is set: that events at the end of the audit trail were removed would show only in "
    "checkpoints that you keep yourself. Set SAMKLANG_AUDIT_CHECKPOINTS to a folder on another machine."
)
NOT_WRITABLE = N_("it is not a folder that this user may write to")


def check_trail(settings: Settings, place: Workplace, *, now: datetime, every: bool) -> Iterator[Check]:
    """The chain and the checkpoints, in one pass.

    Without `every` only the newest checkpoint is read, and of a chain that was gone through today only what is new.
    """
    folder = place.audit_checkpoints
    if folder is None:
        yield _chain(look(place, now=now, whole=every), now)
        yield ("checkpoints", "ok", NO_FOLDER, {})
        return
    read, reason = _read(place, folder, every=every)
    found = look(place, read, now=now, whole=every)
    yield _chain(found, now)
    if reason:
        yield _unusable(folder, reason)
    yield from _checkpoints(folder, found.checked, now, reason=reason)
    yield from _key_of_one_node(settings)


def _chain(found: Verified, now: datetime) -> Check:
    if found.broken:
        return ("audit", "error", BROKEN, {"numbers": list(found.broken[:MOST_NAMED])})
    if found.whole_at not in {None, now}:
        says = N_(
            "The audit trail holds ({total} events). All of it was gone through {whole_at}, and what is new just now."
        )
        return ("audit", "ok", says, {"total": found.count, "whole_at": found.whole_at})
    return ("audit", "ok", N_("The audit trail holds ({total} events)."), {"total": found.count})


def _read(place: Workplace, folder: Path, *, every: bool) -> tuple[list[Checked], str]:
    """The checkpoints, and why the folder cannot be used."""
    try:
        files = listed(folder)
        read = read_all(files if every else files[:1], place.audit_keys())
        writable = in_time(folder, lambda: os.access(folder, os.W_OK | os.X_OK))
    except OSError as error:
        return [], error.strerror or type(error).__name__
    except BadSetting as error:
        return [], str(error)
    return read, "" if writable else NOT_WRITABLE


def _unusable(folder: Path, reason: str) -> Check:
    says = N_("The folder {folder} for checkpoints cannot be used: {reason}. Until it can be, none is written there.")
    return ("checkpoints", "error", says, {"folder": str(folder), "reason": reason})


def _checkpoints(folder: Path, checked: Sequence[Checked], now: datetime, *, reason: str) -> Iterator[Check]:
    bad = [one for one in checked if not one.holds]
    for one in bad[:MOST_NAMED]:
        yield ("checkpoints", "error", sentence_of(one), facts_of(one))
    if len(bad) > MOST_NAMED:
        says = N_("{count} more checkpoints do not hold. Run: python app.py audit verify")
        yield ("checkpoints", "error", says, {"count": len(bad) - MOST_NAMED})
    if not checked and not reason:
        says = N_(
            "There is no checkpoint in {folder} yet. A release worker that runs writes the first within a minute."
        )
        yield ("checkpoints", "warning", says, {"folder": str(folder)})
    yield from _newest([one for one in checked if one.holds], now)


def _newest(good: Sequence[Checked], now: datetime) -> Iterator[Check]:
    made = [one.checkpoint.made_at for one in good if one.checkpoint]
    if not made:
        return
    age = max(now - max(made), timedelta())
    if age > OLD:
        says = N_("The newest checkpoint is {age} old, and one a day is due. See the log of the release worker.")
        yield ("checkpoints", "warning", says, {"age": age})
    elif len(made) == 1:
        yield ("checkpoints", "ok", N_("The newest checkpoint holds; it is {age} old."), {"age": age})
    else:
        says = N_("{count} checkpoints hold; the newest is {age} old.")
        yield ("checkpoints", "ok", says, {"count": len(made), "age": age})


def _key_of_one_node(settings: Settings) -> Iterator[Check]:
    """Nodes on one database sign with one key, or each calls the checkpoints of the others unknown."""
    if settings.audit_key is None and not settings.embedded:
        says = N_(
            "Checkpoints are signed with {file}, a key of this node alone. If other nodes use this database, give them "
            "all the same SAMKLANG_AUDIT_KEY, or they will not know each other's checkpoints."
        )
        yield ("checkpoints", "warning", says, {"file": str(settings.audit_key_file)})
