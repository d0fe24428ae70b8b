"""The embargo: who may read what, at which instant. One function decides, and it is this module's `may_read`.

`store/visibility.py` says the same in SQL, so that what may not be read is never loaded; a property test holds the two
together. When in doubt the answer is no.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from campaigns.domain.lifecycle import Stage


class Standing(StrEnum):
    """How a reader stands to one campaign."""

    PUBLIC = "public"  # anyone, and every member of an organisation that is not invited (or no longer is)
    INVITED = "invited"  # member of an invited organisation, embargo terms not accepted by this member
    BRIEFED = "briefed"  # the same, terms accepted
    OWNER = "owner"  # member of the police organisation that registered the campaign
    APPROVER = "approver"  # the same, with the approver's role


class What(StrEnum):
    """What is read."""

    EXISTENCE = "existence"  # that there is a campaign at all, with its times; under embargo without its name
    BRIEFING = "briefing"  # the embargoed background and the campaign's name; never public
    CORE_TEXT = "core_text"  # the police's messages
    MATCHING_TEXT = "matching_text"  # a partner's message, once that partner consented to it
    OWN_DRAFT = "own_draft"  # a message of the reader's own organisation, in any state
    MATERIAL = "material"  # what study associations download


@dataclass(frozen=True, kw_only=True)
class Embargo:
    """What the rule needs to know of a campaign. Times are aware UTC."""

    stage: Stage
    briefing_opens_at: datetime
    lift_at: datetime


OPEN_BY_RECORD = frozenset({Stage.LIVE, Stage.CLOSED})
UNDER_EMBARGO = frozenset({Stage.BRIEFING, Stage.APPROVED, Stage.HELD})
WORKED_ON = UNDER_EMBARGO | {Stage.DRAFT}
POLICE = frozenset({Standing.OWNER, Standing.APPROVER})
PUBLISHED = frozenset({What.EXISTENCE, What.CORE_TEXT, What.MATCHING_TEXT, What.MATERIAL})


def is_public(embargo: Embargo, *, now: datetime) -> bool:
    """Whether the embargo is lifted: approved and T has come (T itself included), or recorded as live.

    The record makes it stay public when a clock steps back; the clock opens it when no worker is alive.
    """
    if embargo.stage in OPEN_BY_RECORD:
        return True
    return embargo.stage is Stage.APPROVED and now >= embargo.lift_at


def text_is_public(
    embargo: Embargo,
    *,
    opens_at: datetime | None,
    held_at: datetime | None,
    opened_at: datetime | None,
    now: datetime,
) -> bool:
    """Whether a released text of the campaign may be read by everyone: once both are open. See `text_is_open`."""
    return is_public(embargo, now=now) and text_is_open(
        opens_at=opens_at, held_at=held_at, opened_at=opened_at, now=now
    )


def text_is_open(
    *, opens_at: datetime | None, held_at: datetime | None, opened_at: datetime | None, now: datetime
) -> bool:
    """Whether what was released opens with its campaign, or is a late language whose own instant has come.

    `opens_at` is the instant of a language that was approved after T, and later than T; None for what opens with the
    campaign. `held_at` is set while somebody holds it: then no clock opens it. `opened_at` is when a worker recorded
    it: from then on it stays open whatever a clock says.
    """
    if opens_at is None or opened_at is not None:
        return True
    return held_at is None and now >= opens_at


def may_read(standing: Standing, what: What, embargo: Embargo, *, now: datetime) -> bool:
    """Whether a reader of this standing may read this at this instant.

    OWN_DRAFT is asked for a message of the reader's own organisation; for any other message ask MATCHING_TEXT.
    """
    if what in PUBLISHED and is_public(embargo, now=now):
        return True
    match standing:
        case Standing.PUBLIC:
            return _tombstone(what, embargo)
        case Standing.INVITED:
            return _tombstone(what, embargo) or (what is What.EXISTENCE and embargo.stage in UNDER_EMBARGO)
        case Standing.BRIEFED:
            return _tombstone(what, embargo) or _briefed_may_read(what, embargo, now)
        case Standing.OWNER | Standing.APPROVER:
            return True


def asked_may_read(embargo: Embargo, *, accepted: bool, now: datetime) -> bool:
    """Whether somebody who was asked by name for one text may read it, and the Swedish text it is made from.

    Translating begins while the police still write, before any partner is briefed. Whoever is asked accepts the terms
    first, as everybody does; without that they may know no more than that a text waits for them (`asked_may_know`).
    A partner's text is closed to whoever was asked for it once the partner is no longer invited.
    """
    return accepted and asked_may_know(embargo, now=now)


def asked_may_know(embargo: Embargo, *, now: datetime) -> bool:
    """Whether somebody who was asked by name for one text may still know of it."""
    return embargo.stage in WORKED_ON or is_public(embargo, now=now)


def _tombstone(what: What, embargo: Embargo) -> bool:
    """A withdrawn campaign was public, so that it existed is no secret; its texts are gone."""
    return what is What.EXISTENCE and embargo.stage is Stage.WITHDRAWN


def _briefed_may_read(what: What, embargo: Embargo, now: datetime) -> bool:
    """Under embargo a briefed partner reads the briefing and its own drafts, and no other partner's message."""
    if what is What.OWN_DRAFT:
        return embargo.stage is not Stage.DRAFT
    if what is What.EXISTENCE:
        return embargo.stage in UNDER_EMBARGO
    if what is What.MATCHING_TEXT:
        return False
    opened = now >= embargo.briefing_opens_at
    return opened and (embargo.stage in UNDER_EMBARGO or is_public(embargo, now=now))
