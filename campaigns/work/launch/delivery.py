"""One delivery, for the police who released it and for the organisation it belongs to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.orm import defer
from sqlmodel import col, select

from campaigns import markup
from campaigns.domain.access import Actor, Permission
from campaigns.domain.embargo import text_is_public
from campaigns.domain.errors import NotThere
from campaigns.domain.lifecycle import Stage
from campaigns.domain.release import Event
from campaigns.store import visibility
from campaigns.store.engine import reading
from campaigns.store.tables import Campaign, Delivery, Member, Organisation, Release, ReleasedText
from campaigns.work.launch.deliveries import DeliveryLine, line_of
from campaigns.work.workplace import Workplace


@dataclass(frozen=True, kw_only=True)
class ReadyText:
    """What a person publishes by hand, without Markdown. `replaced`: it was corrected or withdrawn since."""

    headline: str
    text: str
    short: str
    replaced: bool


@dataclass(frozen=True, kw_only=True)
class OneDelivery:
    """A delivery with all that is known of it. `ready` is empty where the reader may not read the text yet."""

    line: DeliveryLine
    campaign_id: str
    lift_at: datetime
    public: bool
    is_ours: bool
    ready: ReadyText | None
    public_address: str
    settled_by: str


def one_delivery(place: Workplace, actor: Actor, delivery_id: str, *, now: datetime) -> OneDelivery:
    """A delivery of the member's own organisation, or of a campaign it registered. Raises NotThere for all others.

    Before T, or before a late language opens, a partner's text is shown to that partner alone, once the member has
    accepted the terms.
    """
    actor.must(Permission.READ_BRIEFING)
    with reading(place.engine) as session:
        row = session.exec(
            select(  # type: ignore[call-overload] # typed for four columns at most
                Delivery, Campaign, Organisation, ReleasedText, Release, visibility.own_drafts_are_open(actor)
            )
            .join(Campaign, col(Campaign.id) == col(Delivery.campaign_id))
            .join(Organisation, col(Organisation.id) == col(Delivery.organisation_id))
            .outerjoin(ReleasedText, col(ReleasedText.id) == col(Delivery.released_text_id))
            .outerjoin(Release, col(Release.id) == col(Delivery.release_id))
            .where(
                col(Delivery.id) == delivery_id,
                col(Delivery.event) != Event.NOTICE,
                or_(
                    visibility.is_owned_by(actor),
                    (col(Delivery.organisation_id) == actor.organisation_id)
                    & or_(visibility.own_drafts_are_open(actor), visibility.exists_for_the_public(now)),
                ),
            )
            .options(defer(Delivery.body), defer(Delivery.headers))  # type: ignore[arg-type] # columns, as SQLModel types them
        ).first()
        if row is None:
            raise NotThere
        delivery, campaign, organisation, text, release, drafts = row
        opens_at = release.opens_at if release else None
        settled_by = session.get(Member, delivery.settled_by) if delivery.settled_by else None
        opened_at = release.opened_at if release else None
        held_at = release.held_at if release else None
        public = text_is_public(campaign.embargo, opens_at=opens_at, held_at=held_at, opened_at=opened_at, now=now)
        ours = delivery.organisation_id == actor.organisation_id
        return OneDelivery(
            line=line_of(delivery, organisation.name, opens_at or campaign.lift_at, is_late=opens_at is not None),
            campaign_id=campaign.id,
            lift_at=opens_at or campaign.lift_at,
            public=public,
            is_ours=ours,
            ready=_ready(delivery, campaign, text) if public or (ours and drafts) else None,
            public_address=place.public_address(campaign.slug, delivery.language or None) if public else "",
            settled_by=settled_by.name if settled_by else "",
        )


def _ready(delivery: Delivery, campaign: Campaign, text: ReleasedText | None) -> ReadyText | None:
    """The words to publish; none for what tells that they are withdrawn."""
    if text is None or delivery.event not in {Event.MESSAGE_PUBLISHED, Event.MESSAGE_CORRECTED}:
        return None
    withdrawn = text.withdrawn_at is not None or campaign.stage is Stage.WITHDRAWN
    if withdrawn:
        return None
    return ReadyText(
        headline=text.headline,
        text=markup.plain_text(text.long),
        short=text.short,
        replaced=text.superseded_at is not None,
    )
