"""Whom a grave step concerns: what is said on its page before anybody takes it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.lifecycle import DeliveryState
from campaigns.domain.release import Event
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery, Invitation, Organisation, ReleasedText
from campaigns.work.campaign.at_hand import campaign_of_one
from campaigns.work.launch.proposals import LIFT_EARLY, WITHDRAW, OpenProposal, open_proposals
from campaigns.work.loading import members_of
from campaigns.work.partners.leaving import WAITING
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class Reach:
    """`organisations` are the police and everyone invited; `people` those of them who are told by e-mail.

    `waiting` deliveries have not left; `left` have, or may have; `texts` are public or frozen, in `languages`.
    """

    organisations: tuple[str, ...]
    people: int
    waiting: int
    left: int
    texts: int
    languages: tuple[str, ...]
    proposals: tuple[OpenProposal, ...]

    @property
    def early(self) -> tuple[OpenProposal, ...]:
        """Earlier lifts that were asked for."""
        return tuple(one for one in self.proposals if one.action == LIFT_EARLY)

    @property
    def withdrawals(self) -> tuple[OpenProposal, ...]:
        """Withdrawals of the whole campaign that were asked for."""
        return tuple(one for one in self.proposals if one.action == WITHDRAW)


def reach(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Reach:
    """Whom and what a step about one's own campaign concerns. Raises NotThere."""
    actor.must(Permission.REHEARSE)
    with reading(place.engine) as session:
        campaign = campaign_of_one(session, actor, campaign_id)
        told = _taking_part(session, campaign)
        states = _states(session, campaign)
        waiting = sum(states.get(state, 0) for state in WAITING)
        tags = session.exec(
            select(ReleasedText.language).where(
                col(ReleasedText.campaign_id) == campaign.id,
                visibility.text_is_recorded(),
                col(ReleasedText.withdrawn_at).is_(None),
            )
        ).all()
        return Reach(
            organisations=tuple(name for _, name in told),
            people=len(members_of(session, [organisation for organisation, _ in told])),
            waiting=waiting,
            left=sum(states.values()) - waiting - states.get(DeliveryState.CANCELLED, 0),
            texts=len(tags),
            languages=tuple(dict.fromkeys(tags)),
            proposals=open_proposals(session, actor, campaign.id, {LIFT_EARLY, WITHDRAW}, now=now),
        )


def _taking_part(session: Session, campaign: Campaign) -> list[tuple[str, str]]:
    invited = select(Invitation.organisation_id).where(
        col(Invitation.campaign_id) == campaign.id, col(Invitation.revoked_at).is_(None)
    )
    rows = session.exec(
        select(Organisation.id, Organisation.name)
        .where((col(Organisation.id) == campaign.owner_id) | col(Organisation.id).in_(invited))
        .order_by(col(Organisation.id) != campaign.owner_id, col(Organisation.name))
    )
    return list(rows)


def _states(session: Session, campaign: Campaign) -> dict[DeliveryState, int]:
    rows = session.exec(
        select(Delivery.state, func.count())
        .where(
            col(Delivery.campaign_id) == campaign.id,
            col(Delivery.release_id).is_not(None),
            col(Delivery.event) != Event.NOTICE,
        )
        .group_by(col(Delivery.state))
    )
    return {DeliveryState(state): number for state, number in rows}
