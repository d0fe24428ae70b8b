"""The receipt as a member may have it: the whole for the police, one's own part for a partner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import Stage
from campaigns.domain.receipt import Opened
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery
from campaigns.work.launch.deliveries import DeliveryLine, lines_of, openings_of, release_that_stands
from campaigns.work.launch.receipts import written_receipt
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class LateReceipt:
    """One language that came after T: when it opened, and how it went."""

    language: str
    opens_at: datetime
    summary: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the page shows, and `written`, the same as the file says it."""

    lift_at: datetime
    revision: str
    lines: tuple[DeliveryLine, ...]
    openings: tuple[Opened, ...]
    written: dict[str, Any]
    is_whole: bool

    @property
    def late(self) -> tuple[LateReceipt, ...]:
        """The languages that came after T, by when they opened."""
        return tuple(
            LateReceipt(
                language=one["language"], opens_at=datetime.fromisoformat(one["lift_at"]), summary=one["summary"]
            )
            for one in self.written.get("languages", ())
        )


def receipt_for(place: Workplace, actor: Actor, campaign_id: str, *, now: datetime) -> Receipt:
    """The receipt of the release that stands; for a partner from T, with its own deliveries and nobody else's.

    Raises NotThere, also where there is no release.
    """
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        campaign, owned = _campaign(session, actor, campaign_id, now)
        release = release_that_stands(session, campaign.id)
        if release is None:
            raise NotThere
        only = () if owned else (col(Delivery.organisation_id) == actor.organisation_id,)
        lines, openings = lines_of(session, campaign, release, *only), openings_of(session, campaign.id)
        return Receipt(
            lift_at=campaign.lift_at,
            revision=release.revision,
            lines=lines,
            openings=openings,
            is_whole=owned,
            written=written_receipt(session, campaign, release, lines, openings),
        )


def _campaign(session: Session, actor: Actor, campaign_id: str, now: datetime) -> tuple[Campaign, bool]:
    row = session.exec(
        select(Campaign, visibility.is_owned_by(actor)).where(
            col(Campaign.id) == campaign_id, visibility.is_owned_by(actor) | visibility.is_briefed(actor)
        )
    ).first()
    if row is None:
        raise NotThere
    campaign, owned = row
    was_public = is_public(campaign.embargo, now=now) or campaign.stage is Stage.WITHDRAWN
    if not owned and not was_public:
        raise NotThere
    return campaign, bool(owned)
