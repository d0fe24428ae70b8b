"""A look at the audit trail that costs no more for a long one: what is new is gone through, on from where it held.

Each process remembers where the trail ended when it last looked, by number, hash and count. At the next look that very
event must be there, the last one as it was, as many before it, and all that follows must hold. Anything else, a day
gone by, or somebody who asks, and all of it is gone through. What is remembered is a checkpoint of its own: a trail
that was cut off, or written anew from its beginning, does not hold for as long as this process lives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlmodel import Session

from campaigns.domain.checkpoints import EVERY, NOTHING, Checkpoint, End, Verdict, go_through
from campaigns.store import audit
from campaigns.store.engine import reading
from campaigns.work.audit.checkpointing import Checked, Verified, verify
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Known:
    """Where the trail ended at the last look, and when all of it was last gone through. It held then."""

    end: End
    seen_at: datetime
    whole_at: datetime


_known: WeakKeyDictionary[Engine, Known] = WeakKeyDictionary()


def look(place: Workplace, read: Sequence[Checked] = (), *, now: datetime, whole: bool = False) -> Verified:
    """Whether the trail holds, and the checkpoints that were read before with it. With `whole` nothing is spared."""
    known = _known.get(place.engine)  # before the transaction: what it is compared with is never older
    found = None
    if known is not None and not whole and known.whole_at <= now < known.whole_at + EVERY:
        found = _went_on(place, known, read)
    if found is None:
        found = replace(_all_of_it(place, known, read), whole_at=now)
    if not found.broken:
        _known[place.engine] = Known(end=found.end, seen_at=now, whole_at=found.whole_at or now)
    return found


def _went_on(place: Workplace, known: Known, read: Sequence[Checked]) -> Verified | None:
    """What the events since the last look show; None where that does not answer everything with yes."""
    with reading(place.engine) as session:
        good = [one.checkpoint for one in read if one.holds and one.checkpoint]
        seen = [one.end for one in good if one.end.number <= known.end.number]
        if not all(_stands(session, end) for end in (known.end, *seen)):
            return None
        new = audit.events(session, after=known.end.number)
        to_come = [one for one in good if one.end.number > known.end.number]
        trail = go_through(audit.links(new, after=known.end), to_come, after=known.end)
    if trail.broken or any(one.verdict is not Verdict.HOLDS for one in trail.compared):
        return None
    return Verified(end=trail.end, broken=(), checked=tuple(read), whole_at=known.whole_at)


def _stands(session: Session, end: End) -> bool:
    """Whether the trail still has this event, unaltered, with as many up to it."""
    if end == NOTHING:
        return True
    event = audit.numbered(session, end.number)
    return (
        event is not None
        and event.hash == end.hash == audit.hash_of(event)
        and audit.length(session, until=end.number) == end.count
    )


def _all_of_it(place: Workplace, known: Known | None, read: Sequence[Checked]) -> Verified:
    """The whole trail, with what is remembered as one more checkpoint."""
    if known is None:
        return verify(place, read)
    remembered = Checkpoint(service=place.base_url, end=known.end, made_at=known.seen_at, public_key="")
    found = verify(place, [*read, Checked(file=Path(), verdict=Verdict.HOLDS, checkpoint=remembered)])
    ours = found.checked[-1]
    gone = [first for first, _ in ours.missing] if ours.missing else [known.end.number]
    broken = found.broken if ours.holds else tuple(sorted({*found.broken, *gone}))
    return replace(found, broken=broken, checked=found.checked[:-1])
