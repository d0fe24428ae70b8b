"""The receipt of a campaign as it is written: that of its release, and one for each late language, from its instant."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from campaigns.domain.receipt import Opened, receipt
from campaigns.store.tables import Campaign, Release
from campaigns.work.launch.deliveries import DeliveryLine, as_delivered
from campaigns.work.loading import standing_releases


def written_receipt(
    session: Session, campaign: Campaign, release: Release, lines: Sequence[DeliveryLine], openings: Sequence[Opened]
) -> dict[str, Any]:
    """Ready for JSON. `lines` are the deliveries that the reader may see.

    `languages` is there only where a late language is. One that is not open is told of only to whom something of it is
    planned.
    """
    late = session.exec(
        select(Release)
        .where(*standing_releases(campaign.id), col(Release.language) != "")
        .order_by(col(Release.opens_at))
    ).all()
    tags = {one.language for one in late}
    found = _receipt(
        campaign,
        release,
        lines,
        [one for one in openings if one.language not in tags],
        since=campaign.lift_at,
    )
    languages = [
        {
            "language": one.language,
            **_receipt(
                campaign,
                one,
                lines,
                [seen for seen in openings if seen.language == one.language],
                since=one.opens_at or one.approved_at,
            ),
        }
        for one in late
        if one.opened_at is not None or any(line.release_id == one.id for line in lines)
    ]
    return {**found, "languages": languages} if languages else found


def _receipt(
    campaign: Campaign, release: Release, lines: Sequence[DeliveryLine], openings: Sequence[Opened], *, since: datetime
) -> dict[str, Any]:
    own = as_delivered(line for line in lines if line.release_id == release.id)
    return receipt(campaign=campaign.slug, lift_at=since, revision=release.revision, deliveries=own, openings=openings)
