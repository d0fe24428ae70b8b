"""What somebody asked for and a colleague has not confirmed yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor
from campaigns.store.tables import Member, Proposal
from campaigns.work.launch.correcting import WITHDRAW, WITHDRAW_TEXT
from campaigns.work.launch.scheduling import APPROVE, LIFT_EARLY, PROPOSAL_LASTS

__all__ = ["APPROVE", "LIFT_EARLY", "WITHDRAW", "WITHDRAW_TEXT", "OpenProposal", "open_proposals"]


@dataclass(frozen=True, kw_only=True)
class OpenProposal:
    """Who asked for what, and when. `lapses_at` is when it must be asked for anew; None for an approval.

    `is_mine`: the reader asked, so it waits for a colleague.
    """

    action: str
    by: str
    at: datetime
    lapses_at: datetime | None
    lift_at: datetime | None
    revision: str
    is_mine: bool


def open_proposals(
    session: Session, actor: Actor, campaign_id: str, actions: Collection[str], *, now: datetime
) -> tuple[OpenProposal, ...]:
    """The open ones, the newest first, in one query."""
    rows = session.exec(
        select(Proposal, Member.name)
        .join(Member, col(Member.id) == col(Proposal.proposed_by))
        .where(
            col(Proposal.campaign_id) == campaign_id,
            col(Proposal.action).in_(actions),
            col(Proposal.settled_at).is_(None),
            (col(Proposal.action) == APPROVE) | (col(Proposal.proposed_at) > now - PROPOSAL_LASTS),
        )
        .order_by(col(Proposal.proposed_at).desc())
    )
    return tuple(_open(proposal, name, actor) for proposal, name in rows)


def _open(proposal: Proposal, name: str, actor: Actor) -> OpenProposal:
    return OpenProposal(
        action=proposal.action,
        by=name,
        at=proposal.proposed_at,
        lapses_at=None if proposal.action == APPROVE else proposal.proposed_at + PROPOSAL_LASTS,
        lift_at=proposal.lift_at,
        revision=proposal.revision,
        is_mine=proposal.proposed_by == actor.member_id,
    )
