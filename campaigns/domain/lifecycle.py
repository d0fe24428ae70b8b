"""The states of campaign, text and delivery, and the moves between them, as tables. The database knows them too."""

from collections.abc import Mapping
from enum import StrEnum

from campaigns.domain.errors import N_, Refused


class Stage(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"  # the police are writing; nobody outside their organisation knows of it
    BRIEFING = "briefing"  # partners are invited and prepare their messages
    APPROVED = "approved"  # a second person froze the release; from T it is public by the clock alone
    LIVE = "live"  # public, and a worker has recorded it: it stays so whatever a clock says later
    CLOSED = "closed"  # public, but no longer worked on
    HELD = "held"  # stopped before T; nothing opens or leaves until it is resumed
    CANCELLED = "cancelled"  # will never be public
    WITHDRAWN = "withdrawn"  # was public; a tombstone is left


class Move(StrEnum):
    """What people, or the clock, do to a campaign."""

    BRIEF = "brief"
    APPROVE = "approve"
    REOPEN = "reopen"
    HOLD = "hold"
    RESUME = "resume"
    GO_LIVE = "go_live"
    CLOSE = "close"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"


CAMPAIGN_MOVES: Mapping[tuple[Stage, Move], Stage] = {
    (Stage.DRAFT, Move.BRIEF): Stage.BRIEFING,
    (Stage.DRAFT, Move.CANCEL): Stage.CANCELLED,
    (Stage.BRIEFING, Move.APPROVE): Stage.APPROVED,
    (Stage.BRIEFING, Move.CANCEL): Stage.CANCELLED,
    (Stage.APPROVED, Move.REOPEN): Stage.BRIEFING,
    (Stage.APPROVED, Move.HOLD): Stage.HELD,
    (Stage.APPROVED, Move.CANCEL): Stage.CANCELLED,
    (Stage.APPROVED, Move.GO_LIVE): Stage.LIVE,
    (Stage.HELD, Move.RESUME): Stage.APPROVED,
    (Stage.HELD, Move.REOPEN): Stage.BRIEFING,
    (Stage.HELD, Move.CANCEL): Stage.CANCELLED,
    (Stage.LIVE, Move.CLOSE): Stage.CLOSED,
    (Stage.LIVE, Move.WITHDRAW): Stage.WITHDRAWN,
    (Stage.CLOSED, Move.WITHDRAW): Stage.WITHDRAWN,
}


class NotInThisStage(Refused):
    """The campaign is not where this move starts."""

    message = N_("The campaign is {stage}, so this cannot be done: {move}. {remedy}")


class AlreadyPublic(Refused):
    """T has come: what is read cannot be unread, so the honest moves are correct and withdraw."""

    message = N_("The embargo was lifted {lift_at}, so it is too late for this: {move}. Correct a text or withdraw it.")


REMEDIES: Mapping[Stage, str] = {
    Stage.DRAFT: N_("Open the briefing first."),
    Stage.BRIEFING: N_("It has not been approved yet."),
    Stage.APPROVED: N_("Hold it or reopen it first."),
    Stage.LIVE: N_("Correct a text or withdraw it instead."),
    Stage.CLOSED: N_("It is public and closed; it can only be withdrawn."),
    Stage.HELD: N_("Resume or reopen it first."),
    Stage.CANCELLED: N_("Register a new campaign."),
    Stage.WITHDRAWN: N_("Register a new campaign."),
}


def after(stage: Stage, move: Move) -> Stage:
    """The stage a move leads to. Raises NotInThisStage with what to do instead."""
    try:
        return CAMPAIGN_MOVES[stage, move]
    except KeyError:
        raise NotInThisStage(stage=stage, move=move, remedy=REMEDIES[stage]) from None


class TextState(StrEnum):
    """Where a text stands. That it is stale is computed from its source's hash, never stored."""

    MISSING = "missing"  # wanted, not begun
    DRAFT = "draft"  # being written
    TRANSLATED = "translated"  # the translator is done
    REVIEWED = "reviewed"  # another person has read it
    APPROVED = "approved"  # frozen into a release
    PUBLISHED = "published"  # public


class DeliveryState(StrEnum):
    """Where a delivery stands: one message in one language on its way through one channel."""

    PLANNED = "planned"  # stored, waiting for its time (the lift, or the next try)
    ARMED = "armed"  # claimed, signed and connected; the lift is less than a minute away
    SENDING = "sending"  # the intent is stored and the first byte may have left
    LIVE = "live"  # the other side accepted it
    REFUSED = "refused"  # the other side said no for good; a person is needed
    UNKNOWN = "unknown"  # it may or may not have arrived, and only a person can tell
    LATE = "late"  # it could not leave within the channel's greatest lateness; a person decides
    HELD = "held"  # stopped by a person
    CANCELLED = "cancelled"  # will never leave


DELIVERY_MOVES: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.PLANNED: frozenset(
        {DeliveryState.ARMED, DeliveryState.SENDING, DeliveryState.LATE, DeliveryState.HELD, DeliveryState.CANCELLED}
    ),
    DeliveryState.ARMED: frozenset(
        {
            DeliveryState.PLANNED,
            DeliveryState.SENDING,
            DeliveryState.LATE,
            DeliveryState.HELD,
            DeliveryState.CANCELLED,
        }
    ),
    DeliveryState.SENDING: frozenset(
        {DeliveryState.LIVE, DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.PLANNED, DeliveryState.LATE}
    ),
    DeliveryState.UNKNOWN: frozenset({DeliveryState.LIVE, DeliveryState.PLANNED, DeliveryState.CANCELLED}),
    DeliveryState.REFUSED: frozenset({DeliveryState.LIVE, DeliveryState.PLANNED, DeliveryState.CANCELLED}),
    DeliveryState.LATE: frozenset({DeliveryState.LIVE, DeliveryState.PLANNED, DeliveryState.CANCELLED}),
    DeliveryState.HELD: frozenset({DeliveryState.PLANNED, DeliveryState.CANCELLED}),
    DeliveryState.LIVE: frozenset(),
    DeliveryState.CANCELLED: frozenset(),
}

UNSETTLED = frozenset({DeliveryState.PLANNED, DeliveryState.ARMED, DeliveryState.SENDING})
NEEDS_A_PERSON = frozenset({DeliveryState.REFUSED, DeliveryState.UNKNOWN, DeliveryState.LATE})
