"""What became of a checkpoint, as a sentence for whoever has to act on it, perhaps just after a restored backup."""

from collections.abc import Sequence

from campaigns.domain.checkpoints import Range, Verdict
from campaigns.domain.errors import N_
from campaigns.work.audit.checkpointing import Checked

BROKEN = N_("The audit trail does not hold at event {numbers}: it was changed from outside.")
MOST_NAMED = 5
_MISSING_ONE = N_(
    "Event {missing} that the checkpoint {file} saw on {made_at} is missing here. If a backup from before that was "
    "restored, this is why: move the checkpoint to another folder and keep it. If none was, somebody removed the event."
)
_MISSING = N_(
    "Events {missing} that the checkpoint {file} saw on {made_at} are missing here. If a backup from before that was "
    "restored, this is why: move the checkpoint to another folder and keep it. If none was, somebody removed them."
)
_SENTENCES = {
    Verdict.HOLDS: N_("The checkpoint {file} holds: everything up to event {number} is as it was on {made_at}."),
    Verdict.CHANGED: N_(
        "Event {number} is not the one that the checkpoint {file} saw on {made_at}: it, or one before it, was changed "
        "from outside, or the checkpoint is of another service. It names {service}."
    ),
    Verdict.BAD_SIGNATURE: N_(
        "The checkpoint {file} has a bad signature: it was altered, or not made with the key {key} that it names."
    ),
    Verdict.UNKNOWN_KEY: N_(
        "The checkpoint {file} is signed with the key {key}, which is not known here. If it is one of yours, give its "
        "public key with --key, or put it behind the first in SAMKLANG_AUDIT_KEY."
    ),
    Verdict.UNREADABLE: N_("{file} cannot be read as a checkpoint: {reason}."),
}


def sentence_of(checked: Checked) -> str:
    """The sentence in English."""
    if checked.verdict is Verdict.MISSING:
        return _MISSING_ONE if _is_one(checked.missing) else _MISSING
    return _SENTENCES[checked.verdict]


def facts_of(checked: Checked) -> dict[str, object]:
    """What stands in it. Numbers of events are names: no signs between their digits."""
    facts: dict[str, object] = {"file": str(checked.file), "reason": checked.reason, "missing": ranges(checked.missing)}
    if checked.checkpoint:
        it = checked.checkpoint
        facts |= {"number": str(it.end.number), "made_at": it.made_at, "key": it.key, "service": it.service}
    return facts


def _is_one(missing: Sequence[Range]) -> bool:
    return len(missing) == 1 and missing[0][0] == missing[0][1]


def ranges(missing: Sequence[Range]) -> str:
    """The first few rows of events: 3, 7–9, 121–150."""
    said = [str(first) if first == last else f"{first}–{last}" for first, last in missing[:MOST_NAMED]]
    return ", ".join([*said, "…"] if len(missing) > MOST_NAMED else said)
