"""Signed checkpoints of the audit trail: made, kept in a folder elsewhere, and compared with the trail that is here."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.checkpoints import (
    EVERY,
    Checkpoint,
    Compared,
    End,
    Link,
    NotACheckpoint,
    Range,
    Verdict,
    go_through,
    is_due,
)
from campaigns.domain.errors import N_, BadSetting
from campaigns.store import audit, checkpoint_files, signing
from campaigns.store.engine import reading
from campaigns.store.tables import AuditEvent
from campaigns.work.workplace import Workplace

LIFTED = "campaign.live"
AGAIN_AFTER = timedelta(minutes=5)
"""After a folder that could not be written: often enough for a mount that comes back, and no flood of log lines."""
NO_CHECKPOINT = N_("it is not a checkpoint as Samklang writes them")

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file with what became of its checkpoint; `reason` says why one cannot be read."""

    file: Path
    verdict: Verdict
    checkpoint: Checkpoint | None = None
    missing: tuple[Range, ...] = ()
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything it saw is still here."""
        return self.verdict is Verdict.HOLDS


@dataclass(frozen=True, kw_only=True)
class Verified:
    """A trail gone through: where it ends, where it breaks, and what became of each checkpoint.

    `whole_at`: only what is new since then was gone through now, or all of it at that very instant.
    """

    end: End
    broken: tuple[int, ...]
    checked: tuple[Checked, ...]
    whole_at: datetime | None = None

    @property
    def count(self) -> int:
        """How many events there are."""
        return self.end.count

    @property
    def last_hash(self) -> str:
        """The hash of the last one."""
        return self.end.hash

    @property
    def holds(self) -> bool:
        """Whether the chain holds and every checkpoint with it."""
        return not self.broken and all(one.holds for one in self.checked)


def make_checkpoint(place: Workplace, *, now: datetime) -> Checkpoint:
    """A checkpoint of the trail as it is, signed with our first key. Raises BadSetting."""
    with reading(place.engine) as session:
        end = audit.end(session)
    return signing.sign(place.audit_keys()[0], service=place.base_url, end=end, made_at=place.latest(now))


def checkpoint_for(place: Workplace, actor: Actor, *, now: datetime) -> Checkpoint:
    """The same for a steward, to keep elsewhere."""
    actor.must(Permission.SEE_AUDIT)
    return make_checkpoint(place, now=now)


class Keeper:
    """Keeps the folder of a worker supplied. What goes wrong there is said, and stops nothing."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._not_before = datetime.min.replace(tzinfo=UTC)

    def keep(self, *, now: datetime) -> Path | None:
        """Write a checkpoint into the folder if one is due; returns its file. Several workers may both write one."""
        if self._place.audit_checkpoints is None or now < self._not_before:
            return None
        try:
            return _written_if_due(self._place, self._place.audit_checkpoints, now)
        except (OSError, BadSetting) as error:
            log.error("no checkpoint of the audit trail could be written: %s", error)  # noqa: TRY400 - all is said
            self._not_before = now + AGAIN_AFTER
        return None


def _written_if_due(place: Workplace, folder: Path, now: datetime) -> Path | None:
    newest = newest_in(folder, place.audit_keys(), now=now)
    with reading(place.engine) as session:
        last_lift = _last_lift(session)
    if not is_due(newest=newest.checkpoint if newest else None, last_lift=last_lift, now=now):
        return None
    made = make_checkpoint(place, now=now)
    return checkpoint_files.written(folder / made.file_name, made)


def _last_lift(session: Session) -> tuple[int, datetime] | None:
    lifts = select(AuditEvent.number, AuditEvent.at).where(col(AuditEvent.action) == LIFTED)
    return session.exec(lifts.order_by(col(AuditEvent.number).desc()).limit(1)).first()


def newest_in(folder: Path, known: Sequence[str], *, now: datetime) -> Checked | None:
    """The newest checkpoint that a known key signed; not compared with any trail. Raises OSError.

    One from more than a day ahead was made while a clock was wrong, and would keep all others from being made.
    """
    for file in checkpoint_files.listed(folder):
        found = _read(file, known)
        if found.holds and found.checkpoint and found.checkpoint.made_at < now + EVERY:
            return found
    return None


def read_all(files: Iterable[Path], known: Sequence[str]) -> list[Checked]:
    """Checkpoints with their signatures checked, not yet compared with a trail."""
    return [_read(file, known) for file in files]


def _read(file: Path, known: Sequence[str]) -> Checked:
    try:
        found = checkpoint_files.opened(file)
    except NotACheckpoint:
        return Checked(file=file, verdict=Verdict.UNREADABLE, reason=NO_CHECKPOINT)
    except OSError as error:
        return Checked(file=file, verdict=Verdict.UNREADABLE, reason=error.strerror or type(error).__name__)
    return Checked(file=file, checkpoint=found, verdict=signing.judge(found, known) or Verdict.HOLDS)


def verify(place: Workplace, read: Sequence[Checked] = ()) -> Verified:
    """Go through the whole trail of the database, and see what became of checkpoints that were read before."""
    with reading(place.engine) as session:
        return compared(audit.links(audit.events(session)), read)


def compared(links: Iterable[Link], read: Sequence[Checked]) -> Verified:
    """Go through a trail, wherever it comes from. A checkpoint without a good signature says nothing of it."""
    trail = go_through(links, [one.checkpoint for one in read if one.holds and one.checkpoint])
    became = iter(trail.compared)
    return Verified(
        end=trail.end,
        broken=trail.broken,
        checked=tuple(_became(one, next(became)) if one.holds else one for one in read),
    )


def _became(one: Checked, compared: Compared) -> Checked:
    return replace(one, verdict=compared.verdict, missing=compared.missing)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The newest checkpoint of the folder elsewhere. `reason` says why the folder cannot be read."""

    newest: Checked | None = None
    reason: str = ""


def newest_kept(place: Workplace, *, now: datetime) -> Kept | None:
    """What the folder holds; None if there is none."""
    if place.audit_checkpoints is None:
        return None
    try:
        return Kept(newest=newest_in(place.audit_checkpoints, place.audit_keys(), now=now))
    except OSError as error:
        return Kept(reason=error.strerror or type(error).__name__)
